/* game/pairs.c - crops and their poorer copies.
 *
 * SPDX-License-Identifier: MIT */
#include "game/pairs.h"

#include <string.h>

#include "base/banned.h"

void pairs_plan(pairs *p, arena *a, const model *m, const dataset *d)
{
    const model_options *o = &m->options;
    size_t size = (size_t)model_sample_size(m);
    int rows = o->batch > PAIRS_SHOWN ? o->batch : PAIRS_SHOWN;
    if (o->task == TASK_NONE)
        return;
    *p = (pairs){ .data = d, .seed = o->seed, .flip = o->flip, .turn = o->turn };
    degrader_plan(&p->degrader, a, o->task, o->scale, model_sample_shape(m), rows);
    p->crops = arena_take(a, (size_t)rows * size, sizeof *p->crops);
    p->shown = arena_take(a, PAIRS_SHOWN * (size_t)model_given_size(m), sizeof *p->shown);
}

/* A batch: its crops, or where numbers is NULL crops from all over the data. */
typedef struct cutting {
    const pairs *pairs;
    const kernels *kernels;
    crop_draw draw;
    const uint32_t *numbers;
    uint32_t first;
    int count;
    float *x;
} cutting;

static uint32_t spread_number(const cutting *t, int row)
{
    uint64_t crops = dataset_crops(t->pairs->data);
    return (uint32_t)(crops * (uint32_t)row / (uint32_t)t->count);
}

static void cut_row(const void *context, int row)
{
    const cutting *t = context;
    const pairs *p = t->pairs;
    int size = dataset_sample_size(p->data);
    unsigned char *crop = p->crops + (ptrdiff_t)row * size;
    uint32_t number = t->numbers ? t->numbers[row] : spread_number(t, row);
    uint32_t place = t->first + (uint32_t)row;
    if (p->ahead && t->numbers)
        dataset_crop_from(ahead_sample(p->ahead, place), p->data, &t->draw, number, place, crop);
    else if (p->data->crop > 0)
        dataset_crop(p->data, &t->draw, number, place, crop);
    else
        memmove(crop, dataset_piece(p->data, (int)number, 0, (size_t)size, crop), (size_t)size);
    t->kernels->pixels(size, crop, t->x + (ptrdiff_t)row * size);
}

void pairs_batch(const pairs *p, const compute *c, uint32_t epoch, uint32_t first, int n,
                 const uint32_t *order, float *x, float *poor)
{
    random_stream crops = { p->seed, epoch, random_name(RANDOM_CROP, 0, 0) };
    random_stream holes = { p->seed, epoch, random_name(RANDOM_HOLE, 0, 0) };
    cutting t = { p, c->kernels, { crops, p->flip, p->turn }, order, first, n, x };
    team_run(c->team, n, cut_row, &t);
    degrader_run(&p->degrader, c, holes, (int)first, n, p->crops, poor);
}

void pairs_show(const pairs *p, const compute *c, random_stream s, int n, float *x, float *poor)
{
    int use = (int)(s.stream & 0xff);
    random_stream crops = { s.seed, s.step, random_name(RANDOM_CROP, use, 0) };
    random_stream holes = { s.seed, s.step, random_name(RANDOM_HOLE, use, 0) };
    cutting t = { p, c->kernels, { .stream = crops }, NULL, 0, n, x };
    team_run(c->team, n, cut_row, &t);
    degrader_run(&p->degrader, c, holes, 0, n, p->crops, poor);
}

void pairs_show_these(const pairs *p, const compute *c, const float *x)
{
    random_stream holes = { p->seed, 0, random_name(RANDOM_HOLE, 0, 0) };
    size_t values = PAIRS_SHOWN * (size_t)dataset_sample_size(p->data);
    for (size_t i = 0; i < values; i++)
        p->crops[i] = (unsigned char)((x[i] + 1) * 127.5f + 0.5f);
    degrader_run(&p->degrader, c, holes, 0, PAIRS_SHOWN, p->crops, p->shown);
}
