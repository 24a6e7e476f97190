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
 * Ranks of a group update a share each and pass it on. The average, where a rank has one, is whole:
 * it moves on with the rank's own share, and then with what the others have passed on.
 *
 * SPDX-License-Identifier: MIT */
#include "nn/adam.h"

#include <math.h>

#include "base/size.h"
#include "nn/power.h"

#include "base/banned.h"

static int chunks_of(size_t n)
{
    return (int)((n + ADAM_CHUNK - 1) / ADAM_CHUNK);
}

group_part adam_share(group g, size_t n)
{
    return g.ranks > 1 ? group_part_of(g, n, ADAM_CHUNK) : (group_part){ 0, n };
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
    group_part share; /* of the block */
    double *sums;
} adam_task;

/* The i-th chunk of the share. */
static void run_chunk(const void *context, int i)
{
    const adam_task *t = context;
    const adam_block *b = t->block;
    size_t own = (size_t)i * ADAM_CHUNK, at = t->share.begin + own;
    size_t n = size_min(ADAM_CHUNK, t->share.end - at);
    adam_values v = { b->w + at, b->g + at, b->m + own, b->v + own,
                      b->average ? b->average + at : NULL };
    t->sums[at / ADAM_CHUNK] = t->kernels->adam(t->factors, (int)n, v);
}

/* The i-th chunk of the block, of the average alone, if it is not in the share. */
static void run_average(const void *context, int i)
{
    const adam_task *t = context;
    const adam_block *b = t->block;
    size_t at = (size_t)i * ADAM_CHUNK;
    if (at < t->share.begin || at >= t->share.end)
        average_step(b->averaging, size_min(ADAM_CHUNK, b->n - at), b->w + at, b->average + at);
}

/* After the update of its own share, a rank gets those of the others. */
static void get_others(const adam_task *t, const compute *c)
{
    const adam_block *b = t->block;
    int chunks = chunks_of(b->n);
    group_share(c->group, b->n, ADAM_CHUNK, sizeof *b->w, b->w);
    group_share(c->group, (size_t)chunks, 1, sizeof *t->sums, t->sums);
    if (b->average)
        team_run(c->team, chunks, run_average, t);
}

double adam_step(const adam *o, const compute *c, uint64_t t, const adam_block *b)
{
    adam_factors u = factors_of(o, t, b->averaging);
    adam_task a = { c->kernels, &u, b, adam_share(c->group, b->n), o->sums };
    double sum = 0;
    team_run(c->team, chunks_of(a.share.end - a.share.begin), run_chunk, &a);
    if (c->group.ranks > 1)
        get_others(&a, c);
    for (int i = 0; i < chunks_of(b->n); i++)
        sum += o->sums[i];
    return sum;
}
