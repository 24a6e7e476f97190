/* tests/support/computes.h - a compute for each instruction set of this CPU and several team sizes.
 * A setup and a teardown of cmocka open and close them.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TESTS_COMPUTES_H
#define GAN_TESTS_COMPUTES_H

#include "test.h"

#include "math/compute.h"

enum { COMPUTES_SETS = 4, COMPUTES_TEAMS = 5 };
static const int computes_threads[COMPUTES_TEAMS] = { 1, 2, 3, 4, 7 };

/* computes[s][t] uses kernels_usable(s) on computes_threads[t] threads; the last s is generic. */
static compute computes[COMPUTES_SETS][COMPUTES_TEAMS];
static int computes_sets;

static inline int computes_open(void **state)
{
    (void)state;
    for (computes_sets = 0; kernels_usable(computes_sets); computes_sets++)
        for (int t = 0; t < COMPUTES_TEAMS; t++) {
            compute *c = computes_sets < COMPUTES_SETS ? &computes[computes_sets][t] : NULL;
            if (!c || compute_open(c, kernels_usable(computes_sets)->name, computes_threads[t]))
                return -1;
        }
    return 0;
}

static inline int computes_close(void **state)
{
    (void)state;
    for (int s = 0; s < computes_sets; s++)
        for (int t = 0; t < COMPUTES_TEAMS; t++)
            compute_close(&computes[s][t]);
    return 0;
}

#endif
