/* eval/parzen.c - the Parzen window.
 *
 * The sum of exponentials is that of log-sum-exp, kept as distances come: relative to the least
 * distance so far, and scaled when a smaller one turns up.
 *
 * SPDX-License-Identifier: MIT */
#include "eval/parzen.h"

#include <math.h>

#include "eval/logarithm.h"

#include "base/banned.h"

/* 10^(-1 + i/9) */
static const double sigmas[PARZEN_SIGMAS] = {
    0.1,
    0.12915496650148839,
    0.16681005372000587,
    0.21544346900318834,
    0.27825594022071243,
    0.35938136638046276,
    0.46415888336127786,
    0.59948425031894093,
    0.77426368268112700,
    1.0,
};

void parzen_plan(parzen *p, arena *a, const distances *d, int count)
{
    p->distances = d;
    p->least = arena_take(a, (size_t)count, sizeof *p->least);
    p->sums = arena_take(a, (size_t)count * PARZEN_SIGMAS, sizeof *p->sums);
}

/* The factor of a squared distance of pixels from -1 to 1: 1 / (2 sigma^2), for pixels from 0 to
 * 1. */
static double scale_of(double sigma)
{
    return 1 / (4 * 2 * sigma * sigma);
}

typedef struct window {
    const parzen *p;
    const double *sigmas;
    int count; /* of them */
} window;

enum { PART = 256, LANES = 8 };

/* sum of exp((least - squared[j]) scale), in LANES sums of every LANES-th. */
static double exponentials(const kernels *k, int n, const float *squared, float least, float scale)
{
    double lanes[LANES] = { 0 }, sum = 0;
    for (int from = 0; from < n; from += PART) {
        float e[PART];
        int part = n - from < PART ? n - from : PART;
        for (int j = 0; j < part; j++)
            e[j] = (least - squared[from + j]) * scale;
        k->exp(part, e, e);
        for (int j = 0; j < part; j++)
            lanes[j % LANES] += (double)e[j];
    }
    for (int l = 0; l < LANES; l++)
        sum += lanes[l];
    return sum;
}

static void row_task(const void *context, const row_distances *r)
{
    const window *w = context;
    const kernels *k = w->p->distances->compute->kernels;
    float before = w->p->least[r->i], least = least_of(r->n, r->squared);
    least = before < least ? before : least;
    for (int s = 0; s < w->count; s++) {
        double *sum = &w->p->sums[(ptrdiff_t)r->i * PARZEN_SIGMAS + s];
        float scale = (float)scale_of(w->sigmas[s]), shrink = (least - before) * scale;
        if (*sum > 0 && least < before) {
            k->exp(1, &shrink, &shrink);
            *sum *= (double)shrink;
        }
        *sum += exponentials(k, r->n, r->squared, least, scale);
    }
    w->p->least[r->i] = least;
}

/* Fills p->least and p->sums for the points x. */
static void run(const parzen *p, const points *x, const points *samples, const double *values,
                int count)
{
    window w = { p, values, count };
    for (ptrdiff_t i = 0; i < x->count; i++)
        p->least[i] = INFINITY;
    for (ptrdiff_t i = 0; i < (ptrdiff_t)x->count * PARZEN_SIGMAS; i++)
        p->sums[i] = 0;
    distances_each(p->distances, x, samples, (distance_task){ row_task, &w });
}

static double log_likelihood_of(const parzen *p, int i, int s, double sigma, const points *samples)
{
    const double two_pi = 6.28318530717958647693;
    return natural_log(p->sums[(ptrdiff_t)i * PARZEN_SIGMAS + s]) -
           (double)p->least[i] * scale_of(sigma) - natural_log(samples->count) -
           0.5 * samples->size * natural_log(two_pi * sigma * sigma);
}

static double choose_sigma(const parzen *p, const points *samples, const points *held_back)
{
    double best = -INFINITY, chosen = sigmas[0];
    run(p, held_back, samples, sigmas, PARZEN_SIGMAS);
    for (int s = 0; s < PARZEN_SIGMAS; s++) {
        double sum = 0;
        for (int i = 0; i < held_back->count; i++)
            sum += log_likelihood_of(p, i, s, sigmas[s], samples);
        if (sum > best) {
            best = sum;
            chosen = sigmas[s];
        }
    }
    return chosen;
}

double parzen_run(const parzen *p, const points *samples, const points *held_back,
                  const points *test, double *log_likelihood)
{
    double sigma = choose_sigma(p, samples, held_back);
    run(p, test, samples, &sigma, 1);
    for (int i = 0; i < test->count; i++)
        log_likelihood[i] = log_likelihood_of(p, i, 0, sigma, samples);
    return sigma;
}
