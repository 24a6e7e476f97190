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
    const average_task *b = context;
    size_t from = (size_t)i * CHUNK;
    int n = b->n - from < CHUNK ? (int)(b->n - from) : CHUNK;
    const float *restrict w = b->w + from;
    float *restrict average = b->average + from;
    for (int k = 0; k < n; k++)
        average[k] = b->keep * average[k] + b->rest * w[k];
}

void average_step(const compute *c, double beta, uint64_t t, size_t n, const float *w,
                  float *average)
{
    double rest = (1 - beta) / (1 - power(beta, t));
    average_task b = { (float)(1 - rest), (float)rest, n, w, average };
    team_run(c->team, (int)((n + CHUNK - 1) / CHUNK), run_chunk, &b);
}
