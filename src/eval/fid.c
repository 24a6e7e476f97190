/* eval/fid.c - the Frechet distance.
 *
 * SPDX-License-Identifier: MIT */
#include "eval/fid.h"

#include <math.h>
#include <string.h>

#include "eval/eigen.h"

#include "base/banned.h"

enum { MOST_SIZE = 1024 };

void fid_plan(fid_reference *r, arena *a, int size)
{
    size_t square = (size_t)size * (size_t)size;
    r->size = size;
    r->mean = arena_take(a, (size_t)size, sizeof *r->mean);
    r->root = arena_take(a, square, sizeof *r->root);
    r->room = arena_take(a, (RESAMPLINGS + 1) * 2 * square, sizeof *r->room);
}

static void mean_of(int size, int n, const float *x, const uint16_t *counts, double *mean)
{
    memset(mean, 0, (size_t)size * sizeof *mean);
    for (int i = 0; i < n; i++)
        for (int k = 0; k < size; k++) {
            double value = (double)x[(ptrdiff_t)i * size + k];
            mean[k] += counts ? counts[i] * value : value;
        }
    for (int k = 0; k < size; k++)
        mean[k] /= n;
}

/* mean (F), covariance (F, F) */
static void fit(int size, int n, const float *x, const uint16_t *counts, double *mean,
                double *covariance)
{
    double from_mean[MOST_SIZE];
    mean_of(size, n, x, counts, mean);
    memset(covariance, 0, (size_t)size * (size_t)size * sizeof *covariance);
    for (int i = 0; i < n; i++) {
        if (counts && counts[i] == 0)
            continue;
        for (int k = 0; k < size; k++)
            from_mean[k] = (double)x[(ptrdiff_t)i * size + k] - mean[k];
        for (int k = 0; k < size; k++) {
            double *row = covariance + (ptrdiff_t)k * size;
            double weighted = counts ? counts[i] * from_mean[k] : from_mean[k];
            for (int l = 0; l <= k; l++)
                row[l] += weighted * from_mean[l];
        }
    }
    for (int k = 0; k < size; k++)
        for (int l = 0; l <= k; l++)
            covariance[(ptrdiff_t)l * size + k] = covariance[(ptrdiff_t)k * size + l] /= n - 1;
}

static double trace_of(int size, const double *a)
{
    double sum = 0;
    for (int k = 0; k < size; k++)
        sum += a[(ptrdiff_t)k * (size + 1)];
    return sum;
}

void fid_set(fid_reference *r, int n, const float *x)
{
    double *covariance = r->room, *vectors = r->room + (ptrdiff_t)r->size * r->size;
    fit(r->size, n, x, NULL, r->mean, covariance);
    r->trace = trace_of(r->size, covariance);
    eigen_root(r->size, covariance, vectors, r->root);
}

/* out = a b, all (n, n) */
static void multiply(int n, const double *a, const double *b, double *out)
{
    memset(out, 0, (size_t)n * (size_t)n * sizeof *out);
    for (int i = 0; i < n; i++)
        for (int k = 0; k < n; k++) {
            double aik = a[(ptrdiff_t)i * n + k];
            for (int j = 0; j < n; j++)
                out[(ptrdiff_t)i * n + j] += aik * b[(ptrdiff_t)k * n + j];
        }
}

/* a (n, n) = the mean of a and its transpose, which differ by rounding. */
static void make_symmetric(int n, double *a)
{
    for (ptrdiff_t i = 0; i < n; i++)
        for (ptrdiff_t j = 0; j < i; j++)
            a[i * n + j] = a[j * n + i] = (a[i * n + j] + a[j * n + i]) / 2;
}

/* The distance from the Gaussian of that mean and covariance. Overwrites covariance and room (F,
 * F). */
static double distance_from(const fid_reference *r, const double *mean, double *covariance,
                            double *room)
{
    double sum = r->trace + trace_of(r->size, covariance);
    for (int k = 0; k < r->size; k++)
        sum += (mean[k] - r->mean[k]) * (mean[k] - r->mean[k]);
    multiply(r->size, r->root, covariance, room);
    multiply(r->size, room, r->root, covariance);
    make_symmetric(r->size, covariance);
    eigen_symmetric(r->size, covariance, NULL);
    for (int k = 0; k < r->size; k++) {
        double value = covariance[(ptrdiff_t)k * (r->size + 1)];
        sum -= value > 0 ? 2 * sqrt(value) : 0;
    }
    return sum > 0 ? sum : 0;
}

typedef struct fid_context {
    const fid_reference *r;
    const float *x;
    const resamplings *s;
} fid_context;

/* Each resampling has its own room, found by its counts; the first is for NULL. */
static double compare(const void *context, int n, const uint16_t *counts)
{
    const fid_context *c = context;
    double mean[MOST_SIZE];
    ptrdiff_t square = (ptrdiff_t)c->r->size * c->r->size;
    ptrdiff_t number = counts ? 1 + (counts - c->s->counts) / n : 0;
    double *covariance = c->r->room + 2 * number * square;
    fit(c->r->size, n, c->x, counts, mean, covariance);
    return distance_from(c->r, mean, covariance, covariance + square);
}

estimate fid_estimate(const fid_reference *r, const compute *c, const resamplings *s, int n,
                      const float *x)
{
    fid_context both = { r, x, s };
    if (!s)
        return (estimate){ .value = compare(&both, n, NULL) };
    return resample_estimate(s, c, compare, &both);
}
