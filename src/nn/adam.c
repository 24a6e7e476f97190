/* nn/adam.c - one pass over a block of parameters: moments, update, norm, finite check.
 *
 *     m = beta1 m + (1 - beta1) g        m^ = m / (1 - beta1^t)
 *     v = beta2 v + (1 - beta2) g^2      v^ = v / (1 - beta2^t)
 *     w = w - lr m^ / (sqrt(v^) + eps)
 *
 * in float, each operation rounded once; the factors that depend on t alone come from double. Plain
 * operations only, so the baseline of any CPU does it in vectors and to the same bits.
 *
 * SPDX-License-Identifier: MIT */
#include "nn/adam.h"

#include <math.h>

#include "nn/power.h"

#include "base/banned.h"

enum { CHUNK = 4096, LANES = 8 };

void adam_plan(adam *o, arena *a, size_t n)
{
    o->sums = arena_take(a, (n + CHUNK - 1) / CHUNK, sizeof *o->sums);
}

typedef struct update {
    float beta1, beta2, rest1, rest2; /* rest = 1 - beta */
    float rate;                       /* lr / (1 - beta1^t) */
    float correction;                 /* 1 / sqrt(1 - beta2^t) */
    float eps;
} update;

static update update_of(const adam *o, uint64_t t)
{
    return (update){
        .beta1 = (float)o->beta1,
        .beta2 = (float)o->beta2,
        .rest1 = (float)(1 - o->beta1),
        .rest2 = (float)(1 - o->beta2),
        .rate = (float)(o->lr / (1 - power(o->beta1, t))),
        .correction = (float)(1 / sqrt(1 - power(o->beta2, t))),
        .eps = (float)o->eps,
    };
}

/* The squares are summed in LANES sums, lane i those of the elements i, i + LANES, ..., and the
 * lanes in order: fixed, and a vector. `odd` stays 0 as long as all is finite: x - x is 0 or NaN.
 */
static double update_chunk(const update *u, int n, float *restrict w, const float *restrict g,
                           float *restrict m, float *restrict v)
{
    double squares[LANES] = { 0 }, sum = 0;
    float odd[LANES] = { 0 };
    for (int i = 0; i < n; i += LANES) {
        int width = n - i < LANES ? n - i : LANES;
        for (int l = 0; l < width; l++) {
            float gi = g[i + l];
            float mi = u->beta1 * m[i + l] + u->rest1 * gi;
            float vi = u->beta2 * v[i + l] + u->rest2 * (gi * gi);
            float wi = w[i + l] - u->rate * mi / (sqrtf(vi) * u->correction + u->eps);
            m[i + l] = mi;
            v[i + l] = vi;
            w[i + l] = wi;
            squares[l] += (double)gi * (double)gi;
            odd[l] += ((wi - wi) + (gi - gi)) + (vi - vi);
        }
    }
    for (int l = 0; l < LANES; l++)
        sum += squares[l] + (double)odd[l];
    return sum;
}

typedef struct block {
    const update *update;
    size_t n;
    float *w, *m, *v;
    const float *g;
    double *sums;
} block;

static void run_chunk(const void *context, int i)
{
    const block *b = context;
    size_t from = (size_t)i * CHUNK;
    int n = b->n - from < CHUNK ? (int)(b->n - from) : CHUNK;
    b->sums[i] = update_chunk(b->update, n, b->w + from, b->g + from, b->m + from, b->v + from);
}

double adam_step(const adam *o, const compute *c, uint64_t t, size_t n, float *w, const float *g,
                 float *m, float *v)
{
    update u = update_of(o, t);
    block b = { &u, n, w, m, v, g, o->sums };
    int chunks = (int)((n + CHUNK - 1) / CHUNK);
    double sum = 0;
    team_run(c->team, chunks, run_chunk, &b);
    for (int i = 0; i < chunks; i++)
        sum += o->sums[i];
    return sum;
}
