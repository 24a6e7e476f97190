/* bench/measure.c - where the time of a step goes, against the limits of this CPU: the peak, the
 * model that is measured, and an epoch with its files.
 *
 * SPDX-License-Identifier: MIT */
#include "bench/measure.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/system.h"
#include "bench/measurement.h"
#include "game/saved.h"
#include "image/grid.h"

#include "base/banned.h"

/* As many pixels as MNIST. */
enum { SAMPLES = 60000, SIDE = 28 };

/* ---- measuring ---- */

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

timing timing_of(void (*call)(void *context), void *context, double seconds)
{
    enum { MOST = 1000 };
    double taken[MOST], begin = clock_seconds();
    int n = 0;
    for (; n < 3 || (n < MOST && clock_seconds() - begin < seconds); n++) {
        double start = clock_seconds();
        call(context);
        taken[n] = clock_seconds() - start;
    }
    qsort(taken, (size_t)n, sizeof *taken, by_size);
    return (timing){ taken[0], taken[n / 2] };
}

enum { PEAK_ROUNDS = 20000 };

static void peak_task(const void *context, int i)
{
    const kernels *k = context;
    (void)i;
    (void)k->fma_peak(PEAK_ROUNDS);
}

static void peak_all(void *context)
{
    measurement *m = context;
    team_run(m->compute.team, m->compute.threads, peak_task, m->compute.kernels);
}

static void peak_one(void *context)
{
    const measurement *m = context;
    peak_task(m->compute.kernels, 0);
}

static void measure_peak(measurement *m)
{
    double operations = m->compute.kernels->fma_peak(PEAK_ROUNDS);
    m->costs->peak_one = operations / timing_of(peak_one, m, 0.2).least;
    m->costs->peak = m->compute.threads * operations / timing_of(peak_all, m, 0.2).least;
}

static void evict_task(const void *context, int i)
{
    enum { LINE = 64, BYTES = 16 << 20 }; /* several times the L2 cache of a core */
    const unsigned char *bytes = context;
    volatile unsigned char last; /* so that the reads are not dropped */
    for (int j = 0; j < BYTES; j += LINE)
        last = bytes[(i * (LINE / 2) + j) % (SAMPLES * SIDE * SIDE)];
    (void)last;
}

void measurement_evict(const measurement *m)
{
    team_run(m->compute.team, m->compute.threads, evict_task, m->data.pixels);
}

/* ---- an epoch ---- */

/* Two grids and a checkpoint, in a folder of our own. */
static status write_files(measurement *m, const char *folder)
{
    grid g = { 8, 8, 5, m->data.channels, m->data.height, m->data.width };
    char *png = NULL, *bin = NULL;
    status s = path_join(&png, folder, "grid.png");
    if (s == STATUS_OK)
        s = path_join(&bin, folder, "model.bin");
    for (int i = 0; i < 2 && s == STATUS_OK; i++) {
        model_sample(&m->model, &m->compute, model_sample_stream(1), 0, 64, m->x);
        s = grid_write_png(png, &g, m->x);
    }
    if (s == STATUS_OK)
        s = model_save(&m->model, bin);
    if (png)
        unlink(png);
    if (bin)
        unlink(bin);
    free(png);
    free(bin);
    return s;
}

static status time_files(measurement *m, double *seconds)
{
    const char *temporary = getenv("TMPDIR");
    char folder[256];
    snprintf(folder, sizeof folder, "%s/gan-bench-XXXXXX", temporary ? temporary : "/tmp");
    if (!mkdtemp(folder))
        return status_fail_errno(STATUS_IO, errno,
                                 "%s: cannot make a folder for the files to be timed; name "
                                 "another place in $TMPDIR",
                                 temporary ? temporary : "/tmp");
    double start = clock_seconds();
    status s = write_files(m, folder);
    *seconds = clock_seconds() - start;
    rmdir(folder);
    return s;
}

/* An epoch of steps of that time. */
static status measure_epoch(measurement *m, timing step)
{
    step_costs *c = m->costs;
    TRY(time_files(m, &c->file_seconds));
    c->penalty_operations = 2 * m->multiply_adds;
    c->epoch_steps = model_epoch_steps(&m->model);
    c->epoch_seconds = c->epoch_steps * step.median + c->file_seconds;
    c->images_per_second =
        (double)c->epoch_steps * model_step_samples(&m->model) / c->epoch_seconds;
    c->peak_memory = system_peak_memory();
    return STATUS_OK;
}

/* ---- the model and its data ---- */

void measurement_batch(void *context, uint32_t number, real_batch *to)
{
    const measurement *m = context;
    int batch = m->model.options.batch;
    uint32_t begin = number * (uint32_t)batch, epoch = m->model.epoch;
    if (to->poor)
        pairs_batch(&m->pairs, &m->compute, epoch, begin, batch, m->order + begin, to->x, to->poor);
    else
        dataset_batch(&m->data, &m->compute, m->order + begin, batch, to->x);
    for (uint32_t i = 0; to->ids && i < (uint32_t)batch; i++) {
        uint32_t place = begin + i, sample = m->order[place];
        to->ids[i] = taught_of(&m->taught, 1, epoch, place, sample);
        to->others[i] = taught_other(&m->taught, 1, epoch, place, sample);
    }
}

static void fill_row(const void *context, int i)
{
    const measurement *m = context;
    uint32_t words[SIDE * SIDE];
    m->compute.kernels->words((random_stream){ 1, 0, 0 }, i, 0, SIDE * SIDE, words);
    for (int j = 0; j < SIDE * SIDE; j++)
        m->data.pixels[(size_t)i * SIDE * SIDE + (size_t)j] =
            (unsigned char)(words[j] % 5 > 0 ? 0 : words[j] >> 24);
}

/* As many images as MNIST has, or as many in colour as fit into no more bytes. */
static dataset images_of(int size)
{
    if (size == 0)
        return (dataset){ .count = SAMPLES, .channels = 1, .height = SIDE, .width = SIDE };
    int count = SAMPLES * SIDE * SIDE / (3 * size * size);
    return (dataset){ .count = count, .channels = 3, .height = size, .width = size };
}

static status make_data(measurement *m, int size)
{
    m->data = images_of(size);
    m->data.pixels = calloc(SAMPLES, SIDE * SIDE);
    if (!m->data.pixels)
        return status_fail(STATUS_MEMORY, "out of memory for %d images", SAMPLES);
    team_run(m->compute.team, SAMPLES, fill_row, m);
    return STATUS_OK;
}

static status open_model(measurement *m, const model_options *o, int size,
                         const compute_options *how)
{
    const model *measured = &m->model;
    TRY(compute_open(&m->compute, how->isa, how->threads));
    TRY(make_data(m, size));
    data_identity data = { .channels = m->data.channels,
                           .height = m->data.height,
                           .width = m->data.width,
                           .count = m->data.count };
    TRY(measurement_teach(m, o, &data));
    TRY(model_open(&m->model, o, &data));
    m->model.taught = &m->taught.list.table;
    int widest = 0;
    for (int i = 0; i < measured->game->player_count; i++) {
        int values = net_widest(&measured->players[i].net);
        widest = values > widest ? values : widest;
    }
    /* D's passes have 2 B rows, and with wrong conditions B more. */
    size_t most = (o->condition == CONDITION_NONE ? 2 : 3) * (size_t)o->batch;
    size_t floats = most * (size_t)padded_stride(widest) + 64 * (size_t)model_sample_size(measured);
    for (int turn = 0; turn < 2; turn++) {
        model_plan(&m->model, &m->arena, MODEL_TRAINS);
        m->x = arena_take(&m->arena, floats, sizeof *m->x);
        m->y = arena_take(&m->arena, floats, sizeof *m->y);
        m->ids =
            o->condition == CONDITION_NONE ? NULL : arena_take(&m->arena, most, sizeof *m->ids);
        pairs_plan(&m->pairs, &m->arena, measured, &m->data);
        m->order = arena_take(&m->arena, (size_t)m->data.count, sizeof *m->order);
        if (turn == 0)
            TRY(arena_open(&m->arena));
    }
    model_init(&m->model, m->compute.kernels);
    for (size_t i = 0; m->ids && i < most; i++)
        m->ids[i] = (uint32_t)i % (uint32_t)m->taught.list.table.count;
    random_shuffle((random_stream){ 1, 0, 1 }, m->data.count, m->order);
    if (o->task != TASK_NONE)
        pairs_show(&m->pairs, &m->compute, (random_stream){ 1, 0, 0 }, PAIRS_SHOWN, m->x,
                   m->pairs.shown);
    model_show(&m->model, (picture_examples){ m->pairs.shown, PAIRS_SHOWN });
    return STATUS_OK;
}

static status measure_model(measurement *m)
{
    step_costs *c = m->costs;
    c->isa = m->compute.kernels->name;
    c->threads = m->compute.threads;
    for (int i = 0; i < MEASURE_CACHES; i++)
        c->caches[i] = system_cache_size(i + 1);
    for (int i = 0; i < m->model.game->player_count; i++) {
        const player *p = &m->model.players[i];
        c->nets[c->net_count++] = (net_size){ p->name, p->net.param_count };
    }
    measure_peak(m);
    measurement_step(m);
    TRY(measurement_products(m));
    return measure_epoch(m, measurement_parts(m));
}

status measure_step(step_costs *c, const model_options *o, int size, const compute_options *how)
{
    *c = (step_costs){ 0 };
    measurement m = { .costs = c };
    status s = open_model(&m, o, size, how);
    if (s == STATUS_OK)
        s = measure_model(&m);
    model_close(&m.model);
    measurement_forget(&m);
    free(m.data.pixels);
    arena_close(&m.arena);
    compute_close(&m.compute);
    return s;
}

void measure_close(step_costs *c)
{
    free(c->products);
    *c = (step_costs){ 0 };
}
