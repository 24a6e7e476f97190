/* nn/gradients.c - the laps of blocks around the ring of ranks.
 *
 * SPDX-License-Identifier: MIT */
#include "nn/gradients.h"

#include "nn/adam.h"
#include "nn/spectral.h"

#include "base/banned.h"

enum { BLOCK_FLOATS = 16384, LEAST_BLOCK_ROWS = 16 };

/* The rows of dy that belong to a segment. */
static int segment_rows(const pass *p, const gradient_job *job)
{
    return p->half > 0 ? p->half : job->dy.rows;
}

static int segment_count(const pass *p, const gradient_job *job)
{
    return job->dy.rows / segment_rows(p, job);
}

/* Blocks of about BLOCK_FLOATS, of at least some rows. */
static int part_count(const gradient_job *job)
{
    const layer *l = job->layer;
    gradient_piece pieces[GRADIENT_MOST_PIECES] = { { 0 } };
    if (!l->ops->most_parts)
        return 1;
    l->ops->pieces(l, (gradient_part){ .parts = 1 }, job->grads, pieces);
    int most = ceil_div(l->ops->most_parts(l), LEAST_BLOCK_ROWS);
    size_t parts = (pieces[0].count + BLOCK_FLOATS - 1) / BLOCK_FLOATS;
    return parts < (size_t)most ? (int)parts : most;
}

/* A block: a part of a job. */
typedef struct block {
    const gradient_job *job;
    int part, parts;
} block;

/* The n-th block of all jobs; none where job is NULL. */
static block block_of(const gradient_job *jobs, int count, int n)
{
    for (int i = 0; i < count; i++) {
        int parts = part_count(&jobs[i]);
        if (n < parts)
            return (block){ &jobs[i], n, parts };
        n -= parts;
    }
    return (block){ 0 };
}

typedef void transfer(group g, void *data, size_t size);

static void pieces_of(const block *b, gradient_piece pieces[GRADIENT_MOST_PIECES])
{
    const layer *l = b->job->layer;
    l->ops->pieces(l, (gradient_part){ .part = b->part, .parts = b->parts }, b->job->grads, pieces);
}

static void move_pieces(group g, const block *b, transfer *move)
{
    gradient_piece pieces[GRADIENT_MOST_PIECES] = { { 0 } };
    pieces_of(b, pieces);
    for (int i = 0; i < GRADIENT_MOST_PIECES; i++)
        if (pieces[i].data)
            move(g, pieces[i].data, pieces[i].count * sizeof(float));
}

static void send(group g, void *data, size_t size)
{
    group_send(g, data, size);
}

/* Does the rank update some of these parameters of the layer? */
static bool updates(group g, int rank, const gradient_job *job, gradient_piece piece)
{
    group_part own = adam_share((group){ .ranks = g.ranks, .rank = rank }, job->all);
    size_t begin = job->first + piece.begin, end = job->first + piece.end;
    return begin < end && begin < own.end && own.begin < end;
}

/* The result of a block, which the last rank has, goes to rank 0 and on to this one; -1: to none.
 */
static int goes_to(group g, const block *b)
{
    gradient_piece pieces[GRADIENT_MOST_PIECES] = { { 0 } };
    int rank = g.ranks - 2;
    pieces_of(b, pieces);
    while (!b->job->layer->spectral && rank >= 0 && !updates(g, rank, b->job, pieces[0]) &&
           !updates(g, rank, b->job, pieces[1]))
        rank--;
    return rank;
}

/* The terms of this rank's rows in a segment. */
static void run_lap(const pass *p, const block *b, int lap)
{
    group g = p->compute->group;
    const gradient_job *job = b->job;
    int rows = segment_rows(p, job);
    bool goes_on = lap > 0 || g.rank > 0;
    gradient_part q = { b->part, b->parts, lap * rows, rows, goes_on };
    if (goes_on)
        move_pieces(g, b, group_receive);
    job->layer->ops->gradients(job->layer, p, job->x, job->dy, q, job->grads);
    bool is_result = g.rank == g.ranks - 1 && lap == segment_count(p, job) - 1;
    if (!is_result || goes_to(g, b) >= 0)
        move_pieces(g, b, send);
}

static void run_last_lap(const pass *p, const block *b)
{
    group g = p->compute->group;
    int to = goes_to(g, b);
    if (g.rank <= to)
        move_pieces(g, b, group_receive);
    if (g.rank < to)
        move_pieces(g, b, send);
}

/* What rank 0 takes in a turn is what the last rank passed on `ranks` turns before, in that order.
 */
static void run_ring(const pass *p, const gradient_job *jobs, int count)
{
    int delay = p->compute->group.ranks, blocks = 0, laps = 0;
    for (int i = 0; i < count; i++) {
        blocks += part_count(&jobs[i]);
        laps = most(laps, segment_count(p, &jobs[i]));
    }
    for (int turn = 0; turn < blocks + laps * delay; turn++)
        for (int lap = 0; lap <= laps && lap * delay <= turn; lap++) {
            block b = block_of(jobs, count, turn - lap * delay);
            int own = b.job ? segment_count(p, b.job) : 0;
            if (b.job && lap < own)
                run_lap(p, &b, lap);
            else if (b.job && lap == own)
                run_last_lap(p, &b);
        }
}

void gradients_run(const pass *p, const gradient_job *jobs, int count)
{
    bool alone = p->compute->group.ranks == 1;
    if (!alone)
        run_ring(p, jobs, count);
    for (int i = 0; i < count; i++) {
        layer *l = jobs[i].layer;
        const gradient_part whole = { .parts = 1, .rows = jobs[i].dy.rows };
        if (alone)
            l->ops->gradients(l, p, jobs[i].x, jobs[i].dy, whole, jobs[i].grads);
        if (l->ops->end_gradients)
            l->ops->end_gradients(l, whole, jobs[i].grads);
        if (l->spectral)
            spectral_gradient(l, p->compute, jobs[i].grads);
    }
}
