/* eval/ranks.c - Spearman's rank correlation.
 *
 * SPDX-License-Identifier: MIT */
#include "eval/ranks.h"

#include <math.h>
#include <stdlib.h>

#include "base/banned.h"

typedef struct placed_value {
    double value;
    int place;
} placed_value;

static int by_value(const void *a, const void *b)
{
    const placed_value *x = a, *y = b;
    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    return (x->place > y->place) - (x->place < y->place);
}

/* ranks (n): twice the rank from 1 on, less n + 1, so that they are whole and sum to 0. */
static void rank(int n, const double *x, placed_value *sorted, double *ranks)
{
    for (int i = 0; i < n; i++)
        sorted[i] = (placed_value){ x[i], i };
    qsort(sorted, (size_t)n, sizeof *sorted, by_value);
    for (int i = 0, end; i < n; i = end) {
        end = i + 1;
        while (end < n && sorted[end].value <= sorted[i].value)
            end++;
        for (int k = i; k < end; k++)
            ranks[sorted[k].place] = i + 1 + end - (n + 1);
    }
}

static double correlation(int n, const double *x, const double *y)
{
    double xx = 0, yy = 0, xy = 0;
    for (int i = 0; i < n; i++) {
        xx += x[i] * x[i];
        yy += y[i] * y[i];
        xy += x[i] * y[i];
    }
    return xx > 0 && yy > 0 ? xy / (sqrt(xx) * sqrt(yy)) : NAN;
}

status rank_correlation(int n, const double *x, const double *y, double *out)
{
    size_t count = (size_t)n + 1;
    placed_value *sorted = malloc(count * sizeof *sorted);
    double *ranks = malloc(2 * count * sizeof *ranks);
    status s = sorted && ranks ? STATUS_OK
                               : status_fail(STATUS_MEMORY, "out of memory to rank %d values", n);
    if (s == STATUS_OK) {
        rank(n, x, sorted, ranks);
        rank(n, y, sorted, ranks + n);
        *out = correlation(n, ranks, ranks + n);
    }
    free(sorted);
    free(ranks);
    return s;
}
