/* tests/golden/golden.h - the form of the golden values, and how they are compared.
 *
 * make_goldens.py computed them in float64 with PyTorch. The program's float32 results differ from
 * them only by roundings, which add up to some 1e-7 of the largest number involved. An element that
 * is small because large ones cancelled each other cannot be more accurate than that, so a tolerance
 * is relative to the largest element of the tensor.
 *
 * Of a large tensor only every step-th element is stored; the sum over all elements checks the rest.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TESTS_GOLDEN_H
#define GAN_TESTS_GOLDEN_H

#include <math.h>

#include "test.h"

typedef struct golden_tensor {
    const char *name;
    int count;      /* elements of the whole tensor, in row-major order */
    int step;       /* values[i] is element i * step */
    double largest; /* magnitude among all elements */
    double sum;     /* over all elements */
    const double *values;
} golden_tensor;

enum { GOLDEN_MOST_TENSORS = 16 };

/* The index of the first wrong element, count if the sum is wrong, -1 if all agree. */
static inline int golden_differs(const golden_tensor *g, const float *got, double tolerance)
{
    double sum = 0;
    for (int i = 0; i < g->count; i += g->step)
        if (!(fabs((double)got[i] - g->values[i / g->step]) <= tolerance * g->largest))
            return i;
    for (int i = 0; i < g->count; i++)
        sum += (double)got[i];
    /* Roundings go either way and grow with the root of the count; a rounded common factor makes an
     * error in proportion to the sum. */
    double allowed = tolerance * (g->largest * sqrt((double)g->count) + fabs(g->sum));
    bool same = fabs(sum - g->sum) <= allowed;
    return same ? -1 : g->count;
}

#define assert_golden(g, got, count_, tolerance, where)                                            \
    do {                                                                                           \
        assert_int_equal((g)->count, (count_));                                                    \
        int off = golden_differs((g), (got), (tolerance));                                         \
        if (off == (g)->count)                                                                     \
            fail_msg("%s: %s: its sum is not %.9g", (where), (g)->name, (g)->sum);                 \
        if (off >= 0)                                                                              \
            fail_msg("%s: %s: element %d: expected %.9g, got %.9g", (where), (g)->name, off,       \
                     (g)->values[off / (g)->step], (double)(got)[off]);                            \
    } while (0)

#endif
