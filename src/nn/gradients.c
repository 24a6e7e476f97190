/* nn/gradients.c - the laps of blocks around the ring of ranks, and what ranks compute of their
 * shares while no block is there.
 *
 * SPDX-License-Identifier: MIT */
#include "nn/gradients.h"

#include <assert.h>

#include "base/size.h"
#include "nn/adam.h"
#include "nn/spectral.h"

#include "base/banned.h"

enum { BLOCK_FLOATS = 16384, LEAST_BLOCK_ROWS = 16, LEAST_PARTS = 2 };

/* Blocks that may be on their way between ranks, besides the one at each rank. More would hide
 * longer delays, and take more memory where a rank is late. */
enum { BLOCKS_ON_THE_WAY = 8 };

/* The rows of dy that belong to a segment. */
static int segment_rows(const pass *p, const gradient_job *job)
{
    return p->half > 0 ? p->half : job->dy.rows;
}

static int segment_count(const pass *p, const gradient_job *job)
{
    return job->dy.rows / segment_rows(p, job);
}

/* The rows of the batch, over all ranks. */
static int batch_rows(const pass *p, const gradient_job *job)
{
    return segment_rows(p, job) + p->other_rows;
}

/* ---- by each rank its share ---- */

bool gradients_gather(const layer *l, group g, int batch)
{
    double others = (double)batch * (g.ranks - 1) / g.ranks, row = (double)l->in + l->out;
    return l->ops->gradients_of && !l->spectral && others * row < (double)l->in * l->out;
}

size_t gradients_gathered(const layer *l)
{
    return (size_t)padded_stride(l->in) + (size_t)padded_stride(l->out);
}

/* Where x and dy of all ranks lie, in the rows of the whole batch. */
static const_view all_x(const pass *p, const gradient_job *job)
{
    int rows = segment_count(p, job) * batch_rows(p, job);
    return (const_view){ job->gathered, rows, job->x.cols, job->x.stride, false };
}

static const_view all_dy(const pass *p, const gradient_job *job)
{
    const_view x = all_x(p, job);
    const float *after = x.data + (ptrdiff_t)x.rows * x.stride;
    return (const_view){ after, x.rows, job->dy.cols, job->dy.stride, false };
}

static void gather(const pass *p, const gradient_job *job)
{
    int segments = segment_count(p, job), batch = batch_rows(p, job);
    ptrdiff_t before = (ptrdiff_t)segments * batch * job->x.stride;
    const const_view from[] = { job->x, job->dy };
    for (int i = 0; i < 2; i++) {
        assert(from[i].stride <= padded_stride(from[i].cols));
        group_gather(p->compute->group, batch, segments, (size_t)from[i].stride * sizeof(float),
                     from[i].data, job->gathered + i * before);
    }
}

static void run_share(const pass *p, const gradient_job *job)
{
    layer *l = job->layer;
    size_t first = job->first, end = first + ((size_t)l->in + 1) * (size_t)l->out;
    group_part own = adam_share(p->compute->group, job->all);
    size_t begin = own.begin > first ? own.begin : first;
    if (begin < size_min(own.end, end))
        l->ops->gradients_of(l, p, all_x(p, job), all_dy(p, job),
                             (group_part){ begin - first, size_min(own.end, end) - first },
                             job->grads);
}

/* ---- around the ring ---- */

/* Blocks of about BLOCK_FLOATS, of at least some rows; where these allow it more than one, so that
 * a rank can begin while the one before it goes on. */
static int part_count(const gradient_job *job)
{
    const layer *l = job->layer;
    gradient_piece pieces[GRADIENT_MOST_PIECES] = { { 0 } };
    if (job->gathered)
        return 0;
    if (!l->ops->most_parts)
        return 1;
    l->ops->pieces(l, (gradient_part){ .parts = 1 }, job->grads, pieces);
    int most = ceil_div(l->ops->most_parts(l), LEAST_BLOCK_ROWS);
    size_t parts = (pieces[0].count + BLOCK_FLOATS - 1) / BLOCK_FLOATS;
    return least(most, parts < LEAST_PARTS ? LEAST_PARTS : (int)parts);
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

/* The work of a group. */
typedef struct work {
    const pass *pass;
    const gradient_job *jobs;
    int count;
    int next; /* the first job that is left of those whose rows are gathered */
} work;

/* Computes this rank's share of such a job; false: none is left. */
static bool run_next_share(work *w)
{
    while (w->next < w->count && !w->jobs[w->next].gathered)
        w->next++;
    if (w->next == w->count)
        return false;
    run_share(w->pass, &w->jobs[w->next++]);
    return true;
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

/* While a block has not come, there is other work. */
static void receive(work *w, const block *b)
{
    group g = w->pass->compute->group;
    while (!group_has_more(g) && run_next_share(w))
        continue;
    move_pieces(g, b, group_receive);
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
static void run_lap(work *w, const block *b, int lap)
{
    const pass *p = w->pass;
    group g = p->compute->group;
    const gradient_job *job = b->job;
    int rows = segment_rows(p, job);
    bool goes_on = lap > 0 || g.rank > 0;
    gradient_part q = { b->part, b->parts, lap * rows, rows, goes_on };
    if (goes_on)
        receive(w, b);
    job->layer->ops->gradients(job->layer, p, job->x, job->dy, q, job->grads);
    bool is_result = g.rank == g.ranks - 1 && lap == segment_count(p, job) - 1;
    if (!is_result || goes_to(g, b) >= 0)
        move_pieces(g, b, send);
}

static void run_last_lap(work *w, const block *b)
{
    group g = w->pass->compute->group;
    int to = goes_to(g, b);
    if (g.rank <= to)
        receive(w, b);
    if (g.rank < to)
        move_pieces(g, b, send);
}

/* What rank 0 takes in a turn is what the last rank passed on `delay` turns before, in that order.
 */
static void run_ring(work *w)
{
    int delay = w->pass->compute->group.ranks + BLOCKS_ON_THE_WAY, blocks = 0, laps = 0;
    for (int i = 0; i < w->count; i++) {
        blocks += part_count(&w->jobs[i]);
        laps = most(laps, segment_count(w->pass, &w->jobs[i]));
    }
    for (int turn = 0; turn < blocks + laps * delay; turn++)
        for (int lap = 0; lap <= laps && lap * delay <= turn; lap++) {
            block b = block_of(w->jobs, w->count, turn - lap * delay);
            int own = b.job ? segment_count(w->pass, b.job) : 0;
            if (b.job && lap < own)
                run_lap(w, &b, lap);
            else if (b.job && lap == own)
                run_last_lap(w, &b);
        }
}

static void run_in_group(const pass *p, const gradient_job *jobs, int count)
{
    work w = { .pass = p, .jobs = jobs, .count = count };
    for (int i = 0; i < count; i++)
        if (jobs[i].gathered)
            gather(p, &jobs[i]);
    run_ring(&w);
    while (run_next_share(&w))
        continue;
}

void gradients_run(const pass *p, const gradient_job *jobs, int count)
{
    bool alone = p->compute->group.ranks == 1;
    if (!alone)
        run_in_group(p, jobs, count);
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
