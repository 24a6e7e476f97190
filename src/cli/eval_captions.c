/* cli/eval_captions.c - whether samples fit the captions that they were asked for.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/eval_asked.h"

#include <math.h>
#include <stdlib.h>

#include "eval/fid.h"
#include "eval/matcher.h"
#include "eval/ranks.h"
#include "eval/retrieval.h"
#include "eval/variety.h"
#include "math/pixel.h"

#include "base/banned.h"

typedef struct judging {
    const asked_samples *of;
    asked_report *report;
    arena arena;
    matcher matcher;
    text_index test_texts;
    real_conditions test_conditions;
    int test_count;                    /* samples for captions of the test part */
    float *vectors, *real_vectors;     /* (most pictures, MATCHER_SIZE) */
    float *text_vectors;               /* (most texts, MATCHER_SIZE) */
    float *test_vectors;               /* (test images, MATCHER_SIZE) */
    float *drawn;                      /* (most drawn samples, S) */
    signed char *hits;                 /* (most pictures) */
    uint32_t *asked;                   /* (most pictures): numbers of texts */
    uint32_t chosen[VARIETY_CAPTIONS]; /* samples that have the captions for variety */
    fid_reference fid;
} judging;

static int larger(int a, int b)
{
    return a > b ? a : b;
}

/* ---- opening ---- */

static status open_test(judging *j)
{
    const evaluator *e = j->of->evaluator;
    const model *m = &j->of->generator->model;
    if (!e->test->captions)
        return STATUS_OK;
    int count = j->of->samples.count;
    j->test_count = e->test->count < count ? e->test->count : count;
    TRY(texts_open(&j->test_texts, e->test));
    TRY(texts_encode(&j->test_texts, &j->matcher.vocabulary));
    return real_conditions_open(&j->test_conditions, &m->known, e->test, ORDER_TEST_IMAGES,
                                j->test_count);
}

static void plan(judging *j)
{
    const evaluator *e = j->of->evaluator;
    arena *a = &j->arena;
    size_t most = (size_t)larger(j->of->samples.count, j->test_count);
    size_t texts = (size_t)larger(j->matcher.texts.count, j->test_texts.count);
    size_t drawn = (size_t)larger(j->test_count, VARIETY_CAPTIONS * VARIETY_EACH);
    matcher_plan(&j->matcher, a, e->compute);
    fid_plan(&j->fid, a, MATCHER_SIZE);
    j->vectors = arena_take(a, most * MATCHER_SIZE, sizeof *j->vectors);
    j->real_vectors = arena_take(a, most * MATCHER_SIZE, sizeof *j->real_vectors);
    j->text_vectors = arena_take(a, texts * MATCHER_SIZE, sizeof *j->text_vectors);
    j->test_vectors = arena_take(a, (size_t)e->test->count * MATCHER_SIZE, sizeof(float));
    j->drawn = arena_take(a, drawn * (size_t)dataset_sample_size(e->train), sizeof *j->drawn);
    j->hits = arena_take(a, most, sizeof *j->hits);
    j->asked = arena_take(a, most, sizeof *j->asked);
}

static status open_judging(judging *j)
{
    TRY(matcher_open(&j->matcher, j->of->evaluator->train));
    TRY(open_test(j));
    plan(j);
    TRY(arena_open(&j->arena));
    plan(j);
    return matcher_prepare(&j->matcher, j->of->watch);
}

static void close_judging(judging *j)
{
    matcher_close(&j->matcher);
    texts_close(&j->test_texts);
    real_conditions_close(&j->test_conditions);
    arena_close(&j->arena);
}

/* ---- drawing ---- */

/* j->drawn (n, S) = samples 0 .. n-1 of the seed for these conditions. */
static points draw(judging *j, asked a, int n)
{
    generator *g = j->of->generator;
    asked before = g->model.asked;
    model_ask(&g->model, a);
    generator_sample(g, j->of->seed, 0, n, j->drawn);
    model_ask(&g->model, before);
    return points_of(j->drawn, n, dataset_sample_size(j->of->evaluator->train));
}

/* ---- R-precision ---- */

static status run_part(judging *j, const text_index *texts, const real_conditions *c,
                       const points *samples, const points *reals, caption_precision *out)
{
    retrieval r = { j->of->evaluator->compute,
                    texts,
                    j->text_vectors,
                    samples->count,
                    MATCHER_SIZE,
                    j->vectors,
                    j->asked };
    out->pictures = r.count;
    for (int i = 0; i < r.count; i++)
        j->asked[i] = texts->ids[c->captions[i]];
    matcher_read(&j->matcher, texts, j->text_vectors);
    matcher_see(&j->matcher, samples, j->vectors);
    matcher_see(&j->matcher, reals, j->real_vectors);
    TRY(retrieval_run(&r, j->hits));
    out->share.value = retrieval_share(j->hits, r.count, &out->spread.value);
    r.vectors = j->real_vectors;
    TRY(retrieval_run(&r, j->hits));
    out->share.real = retrieval_share(j->hits, r.count, &out->spread.real);
    return STATUS_OK;
}

static status judge_test(judging *j)
{
    if (j->test_count == 0)
        return STATUS_OK;
    const real_conditions *c = &j->test_conditions;
    points samples = draw(j, real_conditions_asked(c), j->test_count);
    points reals = points_of_order(j->of->evaluator->test, c->images, 0, j->test_count);
    return run_part(j, &j->test_texts, c, &samples, &reals, &j->report->test);
}

/* FID of the vectors that run_part has made. */
static void measure_distances(judging *j)
{
    const evaluator *e = j->of->evaluator;
    points tests = points_of_images(e->test, 0, e->test->count);
    int n = j->of->samples.count;
    matcher_see(&j->matcher, &tests, j->test_vectors);
    fid_set(&j->fid, tests.count, j->test_vectors);
    j->report->fid.value = fid_estimate(&j->fid, e->compute, NULL, n, j->vectors).value;
    j->report->fid.real = fid_estimate(&j->fid, e->compute, NULL, n, j->real_vectors).value;
}

/* ---- variety ---- */

/* Chooses the first samples with different captions; returns their number. */
static int choose_captions(judging *j)
{
    const real_conditions *c = j->of->conditions;
    int n = 0;
    for (int i = 0; i < c->count && n < VARIETY_CAPTIONS; i++) {
        bool is_new = true;
        for (int k = 0; k < n && is_new; k++)
            is_new = c->ids[j->chosen[k]] != c->ids[i];
        if (is_new)
            j->chosen[n++] = (uint32_t)i;
    }
    return n;
}

/* The mean over the captions that several pictures have, of at most VARIETY_EACH of them each, in
 * the order of the training images. */
static double variety_of_same(const judging *j, int chosen)
{
    const evaluator *e = j->of->evaluator;
    const real_conditions *c = j->of->conditions;
    const text_index *t = &j->matcher.texts;
    double sum = 0;
    int several = 0;
    for (int k = 0; k < chosen; k++) {
        uint32_t same[VARIETY_EACH], id = t->ids[c->captions[j->chosen[k]]];
        int n = 0;
        for (int i = 0; i < e->train->count && n < VARIETY_EACH; i++)
            if (texts_fit(t, e->shuffled[i], id))
                same[n++] = e->shuffled[i];
        points p = points_of_order(e->train, same, 0, n);
        if (n > 1) {
            sum += variety_of(&p, 0, n);
            several++;
        }
    }
    return several > 0 ? sum / several : NAN;
}

static void measure_variety(judging *j)
{
    const evaluator *e = j->of->evaluator;
    asked_report *r = j->report;
    uint32_t ids[VARIETY_CAPTIONS];
    int n = choose_captions(j), images = e->train->count / VARIETY_EACH;
    for (int k = 0; k < n; k++)
        ids[k] = j->of->conditions->ids[j->chosen[k]];
    points drawn =
        draw(j, (asked){ j->of->conditions->table, ids, n, VARIETY_EACH }, n * VARIETY_EACH);
    points reals = points_of_order(e->train, e->shuffled, 0, e->train->count);
    images = images < VARIETY_CAPTIONS ? images : VARIETY_CAPTIONS;
    for (int k = 0; k < n; k++)
        r->variety += variety_of(&drawn, k * VARIETY_EACH, VARIETY_EACH) / n;
    for (int k = 0; k < images; k++)
        r->variety_any += variety_of(&reals, k * VARIETY_EACH, VARIETY_EACH) / images;
    r->variety_same = variety_of_same(j, n);
    r->variety_of = n;
}

/* ---- attributes ---- */

typedef struct measures {
    int count;
    double *said, *sample, *real, *room; /* (count, ATTRIBUTES), and room for as many */
} measures;

static void take_measures(const judging *j, measures *m)
{
    const evaluator *e = j->of->evaluator;
    const real_conditions *c = j->of->conditions;
    const captions *all = e->train->captions;
    size_t size = (size_t)dataset_sample_size(e->train);
    unsigned char *bytes = (unsigned char *)j->drawn; /* room for one picture */
    for (size_t i = 0; i < (size_t)m->count; i++) {
        const float *from = j->of->samples.data + i * size;
        for (size_t k = 0; k < size; k++)
            bytes[k] = pixel_byte(from[k]);
        attributes_measure(bytes, e->train->height, e->train->width, m->sample + i * ATTRIBUTES);
        const unsigned char *real = dataset_piece(e->train, (int)c->images[i], 0, size, bytes);
        attributes_measure(real, e->train->height, e->train->width, m->real + i * ATTRIBUTES);
        for (size_t a = 0; a < ATTRIBUTES; a++)
            m->said[i * ATTRIBUTES + a] = all->said[c->captions[i] * ATTRIBUTES + a];
    }
}

/* The correlation over the captions that have a word for the attribute, or over all. */
static status correlate(const measures *m, const double *measured, int which, bool all, int *count,
                        double *out)
{
    double *x = m->room, *y = m->room + m->count;
    int n = 0;
    for (int i = 0; i < m->count; i++) {
        double said = m->said[i * ATTRIBUTES + which];
        if (!all && fabs(said) < 0.5)
            continue;
        x[n] = said;
        y[n++] = measured[i * ATTRIBUTES + which];
    }
    *count = n;
    return rank_correlation(n, x, y, out);
}

static status correlate_all(const measures *m, asked_report *r)
{
    int all;
    for (int k = 0; k < ATTRIBUTES; k++) {
        caption_attribute *a = &r->attributes[k];
        TRY(correlate(m, m->sample, k, true, &all, &a->all.value));
        TRY(correlate(m, m->real, k, true, &all, &a->all.real));
        TRY(correlate(m, m->sample, k, false, &a->captions, &a->said.value));
        TRY(correlate(m, m->real, k, false, &a->captions, &a->said.real));
    }
    return STATUS_OK;
}

static status measure_attributes(judging *j)
{
    measures m = { .count = j->of->samples.count };
    size_t values = (size_t)m.count * ATTRIBUTES;
    if (!j->of->evaluator->train->captions->said)
        return STATUS_OK;
    m.said = malloc(4 * values * sizeof *m.said);
    if (!m.said)
        return status_fail(STATUS_MEMORY, "out of memory to measure %d samples", m.count);
    m.sample = m.said + values;
    m.real = m.sample + values;
    m.room = m.real + values;
    take_measures(j, &m);
    status s = correlate_all(&m, j->report);
    free(m.said);
    return s;
}

/* ---- all of it ---- */

static status judge_all(judging *j)
{
    const asked_samples *of = j->of;
    points reals =
        points_of_order(of->evaluator->train, of->conditions->images, 0, of->samples.count);
    TRY(open_judging(j));
    TRY(run_part(j, &j->matcher.texts, of->conditions, &of->samples, &reals, &j->report->training));
    measure_distances(j);
    measure_variety(j);
    TRY(measure_attributes(j));
    return judge_test(j);
}

status asked_judge_captions(const asked_samples *s, asked_report *r)
{
    if (s->evaluator->judge == JUDGE_NOBODY)
        return STATUS_OK;
    judging *j = calloc(1, sizeof *j);
    if (!j)
        return status_fail(STATUS_MEMORY, "out of memory");
    j->of = s;
    j->report = r;
    status result = judge_all(j);
    r->has_matcher = result == STATUS_OK;
    close_judging(j);
    free(j);
    return result;
}
