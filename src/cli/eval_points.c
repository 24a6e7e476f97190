/* cli/eval_points.c - `gan eval` of points of the plane.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/eval_points.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/text.h"
#include "cli/eval_given.h"
#include "cli/lines.h"
#include "data/dataset.h"
#include "eval/modes.h"
#include "game/saved.h"

#include "base/banned.h"

typedef struct count {
    const eval_options *options;
    generator *generator;
    const mixture *mixture;
    float *samples; /* (n, 2) */
    int n;
    modes found, real;
} count;

bool eval_is_of_points(const eval_options *o, const generator *g)
{
    return o->data ? mixture_find(o->data) != NULL : g->model.data.kind == SAMPLE_POINT;
}

/* ---- the samples ---- */

/* Finds the mixture on whose (first) points the checkpoint was trained. */
static status find_mixture(count *c)
{
    const data_identity *d = &c->generator->model.data;
    for (int i = 0; mixture_nth(i) && !c->mixture; i++) {
        dataset data;
        if (d->count > MIXTURE_POINTS)
            break;
        TRY(dataset_open(&data, mixture_nth(i)->name, d->count));
        if (data.fingerprint == d->fingerprint)
            c->mixture = mixture_nth(i);
        dataset_close(&data);
    }
    if (!c->mixture)
        return status_fail(
            STATUS_USAGE,
            "%s: was trained on points of an unknown mixture; name one to judge it against "
            "with --data",
            c->options->generator.ckpt);
    return STATUS_OK;
}

static status draw(count *c)
{
    const generator_options *o = &c->options->generator;
    const data_identity *d = &c->generator->model.data;
    if (d->kind != SAMPLE_POINT)
        return status_fail(STATUS_USAGE, "--data: %s has points, the samples of %s are %dx%dx%d",
                           c->mixture->name, o->ckpt, d->channels, d->height, d->width);
    if (!c->mixture)
        TRY(find_mixture(c));
    c->n = c->options->count;
    c->samples = calloc((size_t)c->n * 2, sizeof *c->samples);
    if (!c->samples)
        return status_fail(STATUS_MEMORY, "cannot allocate %d samples", c->n);
    generator_sample(c->generator, o->seed, 0, c->n, c->samples);
    return STATUS_OK;
}

static status read_samples(count *c)
{
    const npy_form point = { .channels = 2, .height = 1, .width = 1 };
    return given_read(c->options, &point, &c->n, &c->samples);
}

/* Counts the modes of the samples, and of as many fresh points of the mixture. */
static status judge(count *c)
{
    c->found = modes_of(c->mixture, c->samples, c->n);
    float *real = calloc((size_t)c->n * 2, sizeof *real);
    if (!real)
        return status_fail(STATUS_MEMORY, "cannot allocate %d points", c->n);
    mixture_points(c->mixture, MIXTURE_POINTS, c->n, real);
    c->real = modes_of(c->mixture, real, c->n);
    free(real);
    return STATUS_OK;
}

/* ---- printing ---- */

static void print_modes(text *t, const count *c)
{
    enum { ACROSS = 10 };
    const modes *m = &c->found;
    for (int from = 0; from < c->mixture->modes; from += ACROSS) {
        int end = from + ACROSS < c->mixture->modes ? from + ACROSS : c->mixture->modes;
        text_add(t, "\nmode            ");
        for (int i = from; i < end; i++)
            text_add(t, "%6d", i);
        text_add(t, "\nnearest, %%      ");
        for (int i = from; i < end; i++)
            text_add(t, "%6.1f", 100.0 * m->near[i] / c->n);
        text_add(t, "\nwithin 3 std, %% ");
        for (int i = from; i < end; i++)
            text_add(t, "%6.1f", 100.0 * m->close[i] / c->n);
        text_add(t, "\n");
    }
}

static void print_table(text *t, const count *c)
{
    const eval_options *o = c->options;
    text_add_shown(t, o->samples ? o->samples : o->generator.ckpt);
    text_add(t, ": %d samples", c->n);
    if (!o->samples)
        text_add(t, " of seed %" PRIu64, o->generator.seed);
    text_add(t, " against the %d modes of %s\n", c->mixture->modes, c->mixture->name);
    text_add(t, "\n%-28s%12s%12s  %s\n", "", "samples", "real", "better");
    text_add(t, "%-28s%12d%12d  %s\n", "modes covered", c->found.covered, c->real.covered, "more");
    text_add(t, "%-28s%12.4f%12.4f  %s\n", "share within 3 std", c->found.quality, c->real.quality,
             "higher");
    text_add(t, "%-28s%12.4f%12.4f  %s\n", "reverse KL", c->found.kl, c->real.kl, "lower");
    print_modes(t, c);
    text_add(t, "\nreal: the same figure for as many held-out points\n");
}

static void add_figure(text *t, const char *name, double value, double real)
{
    json_begin(t, name, '{');
    json_add_double(t, "value", value);
    json_add_double(t, "real", real);
    json_end(t, '}');
}

static void add_counts(text *t, const char *name, int n, const int *x)
{
    json_begin(t, name, '[');
    for (int i = 0; i < n; i++)
        json_add(t, NULL, "%d", x[i]);
    json_end(t, ']');
}

static void print_json(text *t, const count *c)
{
    const eval_options *o = c->options;
    json_begin(t, NULL, '{');
    json_add_string(t, "file", o->samples ? o->samples : o->generator.ckpt);
    json_add(t, "samples", "%d", c->n);
    json_add(t, "seed", "%" PRIu64, o->generator.seed);
    json_add_string(t, "data", c->mixture->name);
    json_add(t, "modes", "%d", c->mixture->modes);
    json_begin(t, "figures", '{');
    add_figure(t, "modes_covered", c->found.covered, c->real.covered);
    add_figure(t, "quality", c->found.quality, c->real.quality);
    add_figure(t, "reverse_kl", c->found.kl, c->real.kl);
    json_end(t, '}');
    add_counts(t, "mode_nearest", c->mixture->modes, c->found.near);
    add_counts(t, "mode_within", c->mixture->modes, c->found.close);
    json_end(t, '}');
    text_add(t, "\n");
}

static status print(const count *c)
{
    text t = { 0 };
    c->options->json ? print_json(&t, c) : print_table(&t, c);
    return lines_print(&t, stdout);
}

status eval_points(const eval_options *o, generator *g)
{
    count c = { .options = o, .generator = g };
    c.mixture = o->data ? mixture_find(o->data) : NULL;
    if (o->features)
        return status_fail(STATUS_USAGE, "--features: expected images, got points of the plane");
    if (o->neighbours)
        return status_fail(STATUS_USAGE, "--neighbours: expected images, got points of the plane");
    status s = o->samples ? read_samples(&c) : draw(&c);
    if (s == STATUS_OK)
        s = judge(&c);
    if (s == STATUS_OK)
        s = print(&c);
    free(c.samples);
    return s;
}
