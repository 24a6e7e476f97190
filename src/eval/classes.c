/* eval/classes.c - figures of the classes.
 *
 * SPDX-License-Identifier: MIT */
#include "eval/classes.h"

#include <math.h>
#include <string.h>

#include "eval/logarithm.h"

#include "base/banned.h"

/* Below this part of its share in the data a class counts as lost. */
enum { COVERED_PART = 10 };

void labelled_plan(labelled *l, arena *a, int count, int size)
{
    *l = (labelled){ .count = count, .size = size };
    l->features = arena_take(a, (size_t)count * (size_t)size, sizeof *l->features);
    l->labels = arena_take(a, (size_t)count, sizeof *l->labels);
    l->confidence = arena_take(a, (size_t)count, sizeof *l->confidence);
}

void class_counts(const labelled *l, int classes, const uint16_t *counts, double *out)
{
    for (int c = 0; c < classes; c++)
        out[c] = 0;
    for (int i = 0; i < l->count; i++)
        out[l->labels[i]] += counts ? counts[i] : 1;
}

/* Returns the sum of |x - mean|^2 over the samples of the class; *n is their number. */
static double scatter(const labelled *l, int class, const uint16_t *counts, double *n)
{
    enum { MOST_SIZE = 1024 };
    double mean[MOST_SIZE] = { 0 }, sum = 0;
    *n = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < l->count; i++) {
            double weight = counts ? counts[i] : 1;
            const float *x = l->features + (ptrdiff_t)i * l->size;
            if (l->labels[i] != class || weight <= 0)
                continue;
            *n += pass == 0 ? weight : 0;
            for (int k = 0; k < l->size; k++) {
                double off = (double)x[k] - mean[k];
                if (pass == 1)
                    sum += weight * (off * off);
            }
            for (int k = 0; pass == 0 && k < l->size; k++)
                mean[k] += weight * (double)x[k];
        }
        for (int k = 0; pass == 0 && *n > 0 && k < l->size; k++)
            mean[k] /= *n;
    }
    return sum;
}

void class_spread(const labelled *l, int classes, const uint16_t *counts, double *spread)
{
    for (int c = 0; c < classes; c++) {
        double n, sum = scatter(l, c, counts, &n);
        spread[c] = n > 1 ? sqrt(2 * sum / (n - 1)) : 0;
    }
}

double class_divergence(const void *context, int n, const uint16_t *counts)
{
    const class_context *x = context;
    double of[MOST_CLASSES], sum = 0;
    class_counts(x->samples, x->reference->classes, counts, of);
    for (int c = 0; c < x->reference->classes; c++) {
        double p = of[c] / n, q = x->reference->shares[c];
        if (p > 0)
            sum += p * natural_log(p / (q > 0 ? q : 1.0 / n));
    }
    return sum > 0 ? sum : 0;
}

double class_covered(const void *context, int n, const uint16_t *counts)
{
    const class_context *x = context;
    double of[MOST_CLASSES], covered = 0;
    class_counts(x->samples, x->reference->classes, counts, of);
    for (int c = 0; c < x->reference->classes; c++)
        covered += of[c] > 0 && of[c] >= x->reference->shares[c] * n / COVERED_PART;
    return covered;
}

double class_diversity(const void *context, int n, const uint16_t *counts)
{
    const class_context *x = context;
    double spread[MOST_CLASSES], sum = 0;
    int present = 0;
    (void)n;
    class_spread(x->samples, x->reference->classes, counts, spread);
    for (int c = 0; c < x->reference->classes; c++)
        if (x->reference->spread[c] > 0) {
            sum += spread[c] / x->reference->spread[c];
            present++;
        }
    return present > 0 ? sum / present : 0;
}
