/* cli/sample_source.c - draws the samples of `gan sample`, and lets D choose among them.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/sample_source.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/text.h"
#include "cli/ckpt.h"
#include "format/npy.h"

#include "base/banned.h"

static status open_latents(source *s)
{
    const sample_options *o = s->options;
    bool between = s->wishes.walks > 0; /* not from latent to latent */
    size_t latent = (size_t)s->generator.model.options.latent;
    if (o->latents)
        TRY(npy_read_latents(o->latents, (int)latent, &s->z_count, &s->z));
    s->ends = calloc(2 * latent, sizeof *s->ends);
    s->rows = calloc((size_t)s->generator.model.rows * latent, sizeof *s->rows);
    if (!s->ends || !s->rows)
        return status_fail(STATUS_MEMORY, "out of memory for latents");
    s->latents = (latent_source){ .compute = &s->compute,
                                  .latent = (int)latent,
                                  .seed = o->generator.seed,
                                  .given = s->z,
                                  .truncation = o->truncation,
                                  .interpolate = between ? 0 : o->interpolate,
                                  .shared = between ? s->wishes.walks * o->interpolate : 0,
                                  .ends = s->ends };
    return STATUS_OK;
}

status source_open(source *s, sample_options *o, const option_settings *given)
{
    *s = (source){ .options = o };
    TRY(compute_open(&s->compute, o->compute.isa, o->compute.threads));
    TRY(ckpt_find(&o->generator.ckpt, given, &s->ckpt));
    TRY(generator_open(&s->generator, &o->generator, o->best > 0, &s->compute));
    TRY(wishes_open(&s->wishes, given, &s->generator.model, o->generator.ckpt,
                    o->interpolate > 0 ? o->interpolate : o->cols, o->interpolate));
    if (wishes_rows(&s->wishes) > 0 && !option_is_given(given, "rows"))
        o->rows = wishes_rows(&s->wishes);
    return open_latents(s);
}

void source_close(source *s)
{
    wishes_close(&s->wishes);
    generator_close(&s->generator);
    compute_close(&s->compute);
    free(s->z);
    free(s->ends);
    free(s->rows);
    free(s->favourites);
    free(s->ckpt);
}

/* ---- the kinds of samples: those of one class or text ---- */

static int kinds_of(const source *s)
{
    return s->generator.model.asked.count > 0 ? s->generator.model.asked.count : 1;
}

/* Of the first samples, those of the first kind. */
static int most_of_a_kind(const source *s, int count)
{
    int64_t each = s->generator.model.asked.each, period = each * kinds_of(s);
    int64_t rest = count % period;
    return (int)(count / period * each + (rest < each ? rest : each));
}

status source_check_count(const source *s, int count, bool grid)
{
    const sample_options *o = s->options;
    int64_t needed = latents_needed(&s->latents, o->best > 0 ? o->best : count);
    int most = most_of_a_kind(s, count);
    if (o->best > 0 && o->best < most)
        return status_fail(STATUS_USAGE,
                           "--best: expected at least %d candidates, one for each "
                           "sample%s, got %d",
                           most, kinds_of(s) > 1 ? " of a class or text" : "", o->best);
    if (s->z && needed > s->z_count)
        return status_fail(STATUS_USAGE, "--latents: %s has %d latent%s, expected at least %lld%s",
                           o->latents, s->z_count, text_plural((uint64_t)s->z_count),
                           (long long)needed,
                           o->best > 0             ? ", the candidates of --best"
                           : s->latents.shared > 1 ? ", one for all walks between texts or classes"
                           : o->interpolate > 0    ? ", two for each walk"
                           : grid ? ", the samples of the grid: --rows and --cols set it"
                                  : "");
    return STATUS_OK;
}

void source_samples(source *s, int first, int n, float *samples)
{
    int most = s->generator.model.rows;
    ptrdiff_t size = model_sample_size(&s->generator.model);
    for (int i = 0; i < n; i += most) {
        int part = n - i < most ? n - i : most;
        latents_take(&s->latents, first + i, part, s->rows);
        generator_sample_latents(&s->generator, s->rows, first + i, part, samples + i * size);
    }
}

/* ---- choosing ---- */

typedef struct candidate {
    float verdict; /* D's output */
    int number;
} candidate;

/* The largest first, of equals the one with the lowest number; NaN is the smallest. */
static int by_verdict(const void *a, const void *b)
{
    const candidate *x = a, *y = b;
    int nan = isnan(x->verdict) - isnan(y->verdict);
    if (nan != 0)
        return nan;
    if (x->verdict != y->verdict && !isnan(x->verdict))
        return x->verdict > y->verdict ? -1 : 1;
    return x->number < y->number ? -1 : 1;
}

static status judge(source *s, candidate *all, int n)
{
    int part = s->generator.model.rows;
    size_t size = (size_t)model_sample_size(&s->generator.model);
    float *samples = calloc((size_t)part * size, sizeof *samples);
    float *verdicts = calloc((size_t)part, sizeof *verdicts);
    bool done = samples && verdicts;
    for (int i = 0; done && i < n; i += part) {
        int rows = n - i < part ? n - i : part;
        source_samples(s, i, rows, samples);
        generator_judge(&s->generator, samples, i, rows, verdicts);
        for (int k = 0; k < rows; k++)
            all[i + k] = (candidate){ verdicts[k], i + k };
    }
    free(samples);
    free(verdicts);
    return done ? STATUS_OK : status_fail(STATUS_MEMORY, "cannot allocate %d samples", part);
}

/* Judges the candidates of one kind, and gives its places to the best of them. */
static status choose_kind(source *s, int kind, candidate *all, int count)
{
    model *m = &s->generator.model;
    const asked every = m->asked;
    int n = s->options->best, next = 0;
    int64_t each = every.each, period = each * kinds_of(s);
    if (every.count > 0)
        model_ask(m, (asked){ every.table, every.ids + kind, 1, 1 });
    status result = judge(s, all, n);
    model_ask(m, every);
    if (result != STATUS_OK)
        return result;
    qsort(all, (size_t)n, sizeof *all, by_verdict);
    for (int64_t first = kind * each; first < count; first += period)
        for (int64_t i = first; i < first + each && i < count; i++)
            s->favourites[i] = all[next++].number;
    return STATUS_OK;
}

status source_choose(source *s, int count)
{
    int n = s->options->best;
    if (n == 0)
        return STATUS_OK;
    candidate *all = calloc((size_t)n, sizeof *all);
    s->favourites = calloc((size_t)count, sizeof *s->favourites);
    status result = all && s->favourites
                        ? STATUS_OK
                        : status_fail(STATUS_MEMORY, "--best: out of memory for %d candidates", n);
    int64_t each = s->generator.model.asked.each;
    for (int kind = 0; result == STATUS_OK && kind < kinds_of(s) && kind * each < count; kind++)
        result = choose_kind(s, kind, all, count);
    if (result == STATUS_OK)
        s->latents.chosen = s->favourites;
    free(all);
    return result;
}
