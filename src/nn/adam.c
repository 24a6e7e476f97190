/* nn/adam.c - one pass over a block of parameters: moments, update, norm, finite check.
 *
 *     m = beta1 m + (1 - beta1) g        m^ = m / (1 - beta1^t)
 *     v = beta2 v + (1 - beta2) g^2      v^ = v / (1 - beta2^t)
 *     w = w - lr m^ / (sqrt(v^) + eps)
 *
 * in float, each operation rounded once; factors that depend only on t are computed in double. With
 * beta1 = 0, m is g after each step: one block may serve as both, which saves two of the streams of
 * memory that such an update consists of.
 *
 * SPDX-License-Identifier: MIT */
#include "nn/adam.h"

#include <math.h>

#include "nn/power.h"

#include "base/banned.h"

enum { CHUNK = 4096 };

static int chunks_of(size_t n)
{
    return (int)((n + CHUNK - 1) / CHUNK);
}

void adam_plan(adam *o, arena *a, size_t n)
{
    o->sums = arena_take(a, (size_t)chunks_of(n), sizeof *o->sums);
}

static adam_factors factors_of(const adam *o, uint64_t t, averaging a)
{
    return (adam_factors){
        .beta1 = (float)o->beta1,
        .beta2 = (float)o->beta2,
        .rest1 = (float)(1 - o->beta1),
        .rest2 = (float)(1 - o->beta2),
        .rate = (float)(o->lr / (1 - power(o->beta1, t))),
        .correction = (float)(1 / sqrt(1 - power(o->beta2, t))),
        .eps = (float)o->eps,
        .keep = a.keep,
        .rest = a.rest,
    };
}

typedef struct adam_task {
    const kernels *kernels;
    const adam_factors *factors;
    const adam_block *block;
    double *sums;
} adam_task;

static void run_chunk(const void *context, int i)
{
    const adam_task *t = context;
    const adam_block *b = t->block;
    size_t from = (size_t)i * CHUNK;
    int n = b->n - from < CHUNK ? (int)(b->n - from) : CHUNK;
    adam_values at = { b->w + from, b->g + from, b->m + from, b->v + from,
                       b->average ? b->average + from : NULL };
    t->sums[i] = t->kernels->adam(t->factors, n, at);
}

double adam_step(const adam *o, const compute *c, uint64_t t, const adam_block *b)
{
    adam_factors u = factors_of(o, t, b->averaging);
    adam_task a = { c->kernels, &u, b, o->sums };
    int chunks = chunks_of(b->n);
    double sum = 0;
    team_run(c->team, chunks, run_chunk, &a);
    for (int i = 0; i < chunks; i++)
        sum += o->sums[i];
    return sum;
}
