/* eval/evaluator_real.c - the figures of real images: what perfect samples would get.
 *
 * The sets are disjoint, so that their figures differ as much as those of independent draws.
 *
 * SPDX-License-Identifier: MIT */
#include "eval/evaluator_parts.h"

#include <math.h>

#include "base/banned.h"

/* Training images that can be in a set: all but those held back for the window. */
static int pool_of(const evaluator *e)
{
    return e->train->count - e->held_back;
}

static int sets_of(const evaluator *e, int count)
{
    int sets = pool_of(e) / count;
    return sets < EVALUATOR_SETS ? sets : EVALUATOR_SETS;
}

/* The mean of n values, and their standard deviation. */
static estimate estimate_of(int n, const double *values)
{
    double mean = 0, squares = 0;
    for (int i = 0; i < n; i++)
        mean += values[i];
    mean /= n;
    for (int i = 0; i < n; i++)
        squares += (values[i] - mean) * (values[i] - mean);
    return (estimate){ mean, sqrt(squares / (n - 1)) };
}

static points set_of(const evaluator *e, int count, int number)
{
    return points_of_order(e->train, e->shuffled, number * count, count);
}

/* Replaces each figure of the first set by the mean over all of them. */
static void judge_sets(evaluator *e, const evaluator_watch *w, int sets, sample_report *r)
{
    double values[FIGURE_COUNT][EVALUATOR_SETS];
    int count = r->count;
    for (int i = 0; i < sets; i++) {
        sample_report one;
        if (w->real)
            w->real(w->context, i, sets, count);
        evaluator_judge(e, set_of(e, count, i), NULL, &one);
        for (int f = 0; f < FIGURE_COUNT; f++)
            values[f][i] = one.figures[f].value;
        if (i == 0)
            *r = one;
    }
    for (int f = 0; f < FIGURE_COUNT; f++)
        if (r->has[f])
            r->figures[f] = estimate_of(sets, values[f]);
}

void evaluator_measure_real(evaluator *e, const evaluator_watch *w, int count, sample_report *r)
{
    int sets = sets_of(e, count);
    *r = (sample_report){ .count = count };
    if (sets > 1) {
        judge_sets(e, w, sets, r);
    } else {
        if (w->real)
            w->real(w->context, 0, 1, count);
        evaluator_judge(e, set_of(e, count, 0), &e->of_samples, r);
    }
    evaluator_take_tests(e);
    evaluator_run_copies(e, e->test->count, &e->of_reals, r);
}

status evaluator_floor(evaluator *e, int count, const evaluator_watch *w, sample_report *r)
{
    count = count < pool_of(e) ? count : pool_of(e);
    *r = (sample_report){ .count = count, .sets = sets_of(e, count) };
    return evaluator_get_real(e, w, count, r);
}
