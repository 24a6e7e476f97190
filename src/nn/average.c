/* nn/average.c - the exponential average of parameters.
 *
 *     average = (1 - rest) average + rest w,      rest = (1 - beta) / (1 - beta^t)
 *
 * The divisor is Adam's bias correction: early averages are over the steps so far, and the random
 * weights before the first step have no part in them.
 *
 * SPDX-License-Identifier: MIT */
#include "nn/average.h"

#include "nn/power.h"

#include "base/banned.h"

enum { CHUNK = 4096 };

typedef struct average_task {
    float keep, rest;
    size_t n;
    const float *w;
    float *average;
} average_task;

static void run_chunk(const void *context, int i)
{
    const average_task *t = context;
    size_t from = (size_t)i * CHUNK;
    int n = t->n - from < CHUNK ? (int)(t->n - from) : CHUNK;
    const float *restrict w = t->w + from;
    float *restrict average = t->average + from;
    for (int j = 0; j < n; j++)
        average[j] = t->keep * average[j] + t->rest * w[j];
}

void average_step(const compute *c, double beta, uint64_t t, size_t n, const float *w,
                  float *average)
{
    double rest = (1 - beta) / (1 - power(beta, t));
    average_task a = { (float)(1 - rest), (float)rest, n, w, average };
    team_run(c->team, (int)((n + CHUNK - 1) / CHUNK), run_chunk, &a);
}
