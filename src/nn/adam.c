/* nn/adam.c - one pass over a block of parameters: moments, update, norm, finite check.
 *
 *     m = beta1 m + (1 - beta1) g        m^ = m / (1 - beta1^t)
 *     v = beta2 v + (1 - beta2) g^2      v^ = v / (1 - beta2^t)
 *     w = w - lr m^ / (sqrt(v^) + eps)
 *
 * in float, each operation rounded once; factors that depend only on t are computed in double.
 *
 * The average of a block is one rank's alone, which has it whole and moves it on in a second pass,
 * once it has all weights; without other ranks it is moved on chunk by chunk, in the cache.
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

static adam_factors factors_of(const adam *o, uint64_t t)
{
    return (adam_factors){
        .beta1 = (float)o->beta1,
        .beta2 = (float)o->beta2,
        .rest1 = (float)(1 - o->beta1),
        .rest2 = (float)(1 - o->beta2),
        .rate = (float)(o->lr / (1 - power(o->beta1, t))),
        .correction = (float)(1 / sqrt(1 - power(o->beta2, t))),
        .eps = (float)o->eps,
    };
}

typedef struct adam_task {
    const kernels *kernels;
    const adam_factors *factors;
    const adam_block *block;
    group_part share; /* of the block */
    double *sums;
} adam_task;

/* The parameters of a chunk, the i-th of a share. */
static group_part chunk_of(const adam_task *t, int i)
{
    size_t begin = t->share.begin + (size_t)i * ADAM_CHUNK;
    return (group_part){ begin, size_min(begin + ADAM_CHUNK, t->share.end) };
}

static void move_average(const adam_task *t, group_part c)
{
    const adam_block *b = t->block;
    if (b->average)
        average_step(b->averaging, c.end - c.begin, b->w + c.begin, b->average + c.begin);
}

static void update_chunk(const adam_task *t, int i)
{
    const adam_block *b = t->block;
    group_part c = chunk_of(t, i);
    size_t own = c.begin - t->share.begin;
    t->sums[c.begin / ADAM_CHUNK] = t->kernels->adam(
        t->factors, (int)(c.end - c.begin), b->w + c.begin, b->g + c.begin, b->m + own, b->v + own);
}

static void run_chunk(const void *context, int i)
{
    update_chunk(context, i);
    move_average(context, chunk_of(context, i));
}

static void run_share_chunk(const void *context, int i)
{
    update_chunk(context, i);
}

static void run_average_chunk(const void *context, int i)
{
    move_average(context, chunk_of(context, i));
}

/* Each rank updates its share and passes it on. */
static void run_shared(const adam_task *a, const compute *c)
{
    const adam_block *b = a->block;
    size_t chunks = (size_t)chunks_of(b->n);
    adam_task own = *a;
    own.share = adam_share(c->group, b->n);
    team_run(c->team, chunks_of(own.share.end - own.share.begin), run_share_chunk, &own);
    group_share(c->group, b->n, ADAM_CHUNK, sizeof *b->w, b->w);
    group_share(c->group, chunks, 1, sizeof *a->sums, a->sums);
    if (b->average)
        team_run(c->team, (int)chunks, run_average_chunk, a);
}

double adam_step(const adam *o, const compute *c, uint64_t t, const adam_block *b)
{
    adam_factors u = factors_of(o, t);
    adam_task a = { c->kernels, &u, b, { 0, b->n }, o->sums };
    int chunks = chunks_of(b->n);
    double sum = 0;
    if (c->group.ranks > 1)
        run_shared(&a, c);
    else
        team_run(c->team, chunks, run_chunk, &a);
    for (int i = 0; i < chunks; i++)
        sum += o->sums[i];
    return sum;
}
