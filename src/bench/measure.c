/* bench/measure.c - where the time of a step goes, against what this CPU can do.
 *
 * SPDX-License-Identifier: MIT */
#include "bench/measure.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "checkpoint/checkpoint.h"
#include "data/dataset.h"
#include "game/augment.h"
#include "game/game.h"
#include "image/grid.h"
#include "nn/average.h"

#include "base/banned.h"

/* As many pixels as MNIST. */
enum { SAMPLES = 60000, SIDE = 28 };

typedef struct bench {
    const model_options *options;
    step_costs *costs;
    model model;
    compute compute;
    arena arena;
    float *x, *y; /* for products: as large as the largest operand */
    dataset data; /* bytes as in MNIST: four of five are 0 */
    uint32_t *order;
} bench;

/* ---- measuring ---- */

typedef void (*timed)(void *context);

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The seconds of a call, repeated for at least `seconds` and three times. */
typedef struct timing {
    double least, median;
} timing;

static timing timing_of(timed call, void *context, double seconds)
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

static double time_of(timed call, void *context, double seconds)
{
    return timing_of(call, context, seconds).least;
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
    bench *b = context;
    team_run(b->compute.team, b->compute.threads, peak_task, b->compute.kernels);
}

static void peak_one(void *context)
{
    const bench *b = context;
    peak_task(b->compute.kernels, 0);
}

static void measure_peak(bench *b)
{
    double operations = b->compute.kernels->fma_peak(PEAK_ROUNDS);
    b->costs->peak_one = operations / time_of(peak_one, b, 0.2);
    b->costs->peak = b->compute.threads * operations / time_of(peak_all, b, 0.2);
}

/* ---- the products of a step ---- */

typedef enum direction { FORWARD, BACKWARD_PARAMS, BACKWARD_INPUT } direction;

typedef struct layer_product {
    bench *bench;
    layer *layer;
    direction direction;
    int rows;
} layer_product;

static void run_product(void *context)
{
    const layer_product *p = context;
    layer *l = p->layer;
    const pass now = { .compute = &p->bench->compute };
    const block_task then = { 0 };
    view x = view_of(p->bench->x, p->rows, l->in), y = view_of(p->bench->y, p->rows, l->out);
    if (p->direction == FORWARD)
        l->ops->forward(l, &now, as_const(x), y, then);
    else if (p->direction == BACKWARD_PARAMS)
        l->ops->backward(l, &now, as_const(x), as_const(y), l->grads, (view){ 0 }, then);
    else
        l->ops->backward(l, &now, as_const(x), as_const(y), NULL, x, then);
}

/* Of which a step does `times`. */
static void measure_product(const char *which, int times, layer_product p)
{
    static const char *const names[] = { "forward", "dw", "dx" };
    step_costs *c = p.bench->costs;
    const layer *l = p.layer;
    product_cost *one = &c->products[c->product_count++];
    *one = (product_cost){ .net = which, .product = names[p.direction], .layer = l->index };
    one->rows = p.rows;
    one->in = l->in;
    one->out = l->out;
    one->times = times;
    one->seconds = time_of(run_product, &p, 0.03);
    one->operations = 2.0 * p.rows * l->ops->work(l);
    c->product_seconds += times * one->seconds;
    c->product_operations += times * one->operations;
}

/* The products of one step: as gan_step does them. */
static status measure_products(bench *b)
{
    const net *g = &b->model.generator, *d = &b->model.discriminator;
    int B = b->options->batch, k = b->options->d_steps;
    enum { MOST_OF_A_LAYER = 5 };
    b->costs->products =
        calloc((size_t)(g->count + d->count) * MOST_OF_A_LAYER, sizeof(product_cost));
    if (!b->costs->products)
        return status_fail(STATUS_MEMORY, "out of memory");
    for (int i = 0; i < g->count; i++) {
        layer *l = &g->layers[i];
        if (!l->ops->work)
            continue;
        measure_product("G", k, (layer_product){ b, l, FORWARD, B });
        measure_product("G", 1, (layer_product){ b, l, BACKWARD_PARAMS, B });
        if (i > 0)
            measure_product("G", 1, (layer_product){ b, l, BACKWARD_INPUT, B });
    }
    for (int i = 0; i < d->count; i++) {
        layer *l = &d->layers[i];
        if (!l->ops->work)
            continue;
        measure_product("D", k, (layer_product){ b, l, FORWARD, 2 * B });
        measure_product("D", 1, (layer_product){ b, l, FORWARD, B });
        measure_product("D", k, (layer_product){ b, l, BACKWARD_PARAMS, 2 * B });
        if (i > 0)
            measure_product("D", k, (layer_product){ b, l, BACKWARD_INPUT, 2 * B });
        measure_product("D", 1, (layer_product){ b, l, BACKWARD_INPUT, B });
    }
    return STATUS_OK;
}

/* ---- its other parts ---- */

static void next_batch(void *context, uint32_t number, float *x)
{
    const bench *b = context;
    int batch = b->options->batch;
    dataset_batch(&b->data, &b->compute, b->order + (size_t)number * (size_t)batch, batch, x);
}

static void run_step(void *context)
{
    bench *b = context;
    if (gan_step(&b->model, &b->compute, (batch_source){ next_batch, b }) != STATUS_OK ||
        b->model.step == model_epoch_steps(&b->model))
        model_end_epoch(&b->model);
}

static void run_input(void *context)
{
    const bench *b = context;
    for (int k = 0; k < b->options->d_steps; k++)
        next_batch(context, (uint32_t)k, b->model.images);
}

/* A row of the masks, as the passes of a step draw them. */
static void mask_row(const void *context, int row)
{
    const bench *b = context;
    const net *d = &b->model.discriminator;
    unsigned char keep[RANDOM_GROUP];
    for (int i = 0; i < d->count; i++)
        for (int col = 0; d->layers[i].ops->draws && col < d->layers[i].out; col += RANDOM_GROUP)
            b->compute.kernels->keep((random_stream){ 1, 2, 3 }, row, col, RANDOM_GROUP, 1 << 30,
                                     keep);
}

static void run_masks(void *context)
{
    bench *b = context;
    team_run(b->compute.team, (2 * b->options->d_steps + 1) * b->options->batch, mask_row, b);
}

static void latent_row(const void *context, int row)
{
    const bench *b = context;
    float z[RANDOM_GROUP];
    for (int col = 0; col < b->options->latent; col += RANDOM_GROUP)
        b->compute.kernels->normal((random_stream){ 1, 2, 4 }, row, col, RANDOM_GROUP, z);
}

static void run_latents(void *context)
{
    bench *b = context;
    team_run(b->compute.team, b->options->d_steps * b->options->batch, latent_row, b);
}

/* What a step does with its nets: products, activations and masks. */
static void run_passes(void *context)
{
    bench *b = context;
    model *m = &b->model;
    int B = m->options.batch, S = model_sample_size(m);
    const_view z = const_view_of(m->z, B, m->options.latent);
    const_view x = const_view_of(m->images, 2 * B, S), fake = const_view_part(x, B, 0, B, S);
    view none = { 0 };
    pass p = { .compute = &b->compute, .training = true, .seed = 1 };
    for (int k = 0; k < m->options.d_steps; k++) {
        p.half = 0;
        net_forward(&m->generator, &p, z);
        p.half = B;
        net_forward(&m->discriminator, &p, x);
        net_backward(&m->discriminator, &p, x, view_of(m->dlogit, 2 * B, 1), none, true);
    }
    p.half = 0;
    net_forward(&m->discriminator, &p, fake);
    net_backward(&m->discriminator, &p, fake, view_of(m->dlogit, B, 1), view_of(m->dfake, B, S),
                 false);
    net_backward(&m->generator, &p, z, view_of(m->dfake, B, S), none, true);
}

static void run_adam(void *context)
{
    bench *b = context;
    net *n[2] = { &b->model.discriminator, &b->model.generator };
    for (int i = 0; i < 2; i++)
        for (int k = 0; k < (i == 0 ? b->options->d_steps : 1); k++)
            adam_step(&b->model.optimizer, &b->compute, 1, n[i]->param_count, n[i]->params,
                      n[i]->grads, n[i]->exp_avg, n[i]->exp_avg_sq);
}

/* ---- what only some options bring into it ---- */

/* On what the last pass of D left, whose values make no difference to the time. */
static void run_penalty(void *context)
{
    bench *b = context;
    model *m = &b->model;
    const model_options *o = &m->options;
    const_view x = const_view_of(m->images, o->batch, model_sample_size(m));
    pass p = { .compute = &b->compute, .training = true, .seed = 1 };
    for (int k = 0; k < o->d_steps; k++) {
        if (o->r1 > 0)
            penalty_backward(&m->penalty, &p, x, o->r1 / 2, 0);
        if (o->gradient_penalty == 0)
            continue;
        net_forward(&m->discriminator, &p, x);
        penalty_backward(&m->penalty, &p, x, o->gradient_penalty, 1);
    }
}

/* The floating-point operations of the penalties of a step, without waste. */
static double penalty_operations(const bench *b)
{
    const model_options *o = &b->model.options;
    double adds = (o->r1 > 0 ? penalty_work(&b->model.penalty, false) : 0) +
                  (o->gradient_penalty > 0 ? penalty_work(&b->model.penalty, true) : 0);
    return 2 * adds * o->batch * o->d_steps;
}

static void run_average(void *context)
{
    const bench *b = context;
    const model *m = &b->model;
    average_step(&b->compute, m->options.ema, 2, m->generator.param_count, m->generator.params,
                 m->average.params);
}

static void run_changes(void *context)
{
    const bench *b = context;
    const model *m = &b->model;
    int B = m->options.batch, S = model_sample_size(m);
    pass p = { .compute = &b->compute, .seed = 1 };
    for (int k = 1; k <= m->options.d_steps; k++)
        augment_seen(m, &p, view_of(m->images, 2 * B, S));
    augment_seen(m, &p, view_of(m->images, B, S));
    augment_gradient(m, &p, view_of(m->dfake, B, S));
}

/* Two grids and a checkpoint, in a folder of our own. */
static status write_files(bench *b, const char *folder)
{
    grid g = { 8, 8, 5, b->data.channels, b->data.height, b->data.width };
    char *png = NULL, *bin = NULL;
    status s = path_join(&png, folder, "grid.png");
    if (s == STATUS_OK)
        s = path_join(&bin, folder, "model.bin");
    for (int i = 0; i < 2 && s == STATUS_OK; i++) {
        model_sample(&b->model, &b->compute, model_sample_stream(1), 0, 64, b->x);
        s = grid_write_png(png, &g, b->x);
    }
    if (s == STATUS_OK)
        s = checkpoint_save(&b->model, bin);
    if (png)
        unlink(png);
    if (bin)
        unlink(bin);
    free(png);
    free(bin);
    return s;
}

static status time_files(bench *b, double *seconds)
{
    const char *temporary = getenv("TMPDIR");
    char folder[256];
    snprintf(folder, sizeof folder, "%s/gan-bench-XXXXXX", temporary ? temporary : "/tmp");
    if (!mkdtemp(folder))
        return status_fail_errno(STATUS_IO, errno, "%s: cannot make a folder", folder);
    double start = clock_seconds();
    status s = write_files(b, folder);
    *seconds = clock_seconds() - start;
    rmdir(folder);
    return s;
}

/* ---- all of it ---- */

static double add_part(bench *b, const char *name, double seconds)
{
    b->costs->parts[b->costs->part_count++] = (part_cost){ name, seconds };
    return seconds;
}

/* How long they take together. */
static double measure_extras(bench *b)
{
    const model_options *o = b->options;
    const struct {
        const char *name;
        timed run;
        bool there;
    } extras[] = { { "penalty", run_penalty, o->r1 > 0 || o->gradient_penalty > 0 },
                   { "average", run_average, o->ema > 0 },
                   { "changes", run_changes, augment_changes(o) } };
    double sum = 0;
    for (size_t i = 0; i < sizeof extras / sizeof *extras; i++)
        if (extras[i].there)
            sum += add_part(b, extras[i].name, time_of(extras[i].run, b, 0.1));
    return sum;
}

static timing measure_parts(bench *b)
{
    timing step = timing_of(run_step, b, 2.0);
    double passes = time_of(run_passes, b, 0.3), masks = time_of(run_masks, b, 0.1);
    double latents = time_of(run_latents, b, 0.1), products = b->costs->product_seconds;
    add_part(b, "products", products);
    add_part(b, "activations", passes - products - masks);
    add_part(b, "random", masks + latents);
    double others = add_part(b, "adam", time_of(run_adam, b, 0.1));
    others += add_part(b, "input", time_of(run_input, b, 0.1));
    others += measure_extras(b);
    add_part(b, "rest", step.least - passes - latents - others);
    add_part(b, "step", step.least);
    add_part(b, "median", step.median);
    return step;
}

static status measure_epoch(bench *b, timing step)
{
    step_costs *c = b->costs;
    struct rusage usage;
    TRY(time_files(b, &c->file_seconds));
    c->penalty_operations = penalty_operations(b);
    c->epoch_steps = model_epoch_steps(&b->model);
    c->epoch_seconds = c->epoch_steps * step.median + c->file_seconds;
    c->images_per_second =
        (double)c->epoch_steps * b->options->batch * b->options->d_steps / c->epoch_seconds;
    getrusage(RUSAGE_SELF, &usage);
    c->peak_memory = (double)usage.ru_maxrss * 1024;
    return STATUS_OK;
}

static void fill_row(const void *context, int i)
{
    const bench *b = context;
    uint32_t words[SIDE * SIDE];
    b->compute.kernels->words((random_stream){ 1, 0, 0 }, i, 0, SIDE * SIDE, words);
    for (int j = 0; j < SIDE * SIDE; j++)
        b->data.pixels[(size_t)i * SIDE * SIDE + (size_t)j] =
            (unsigned char)(words[j] % 5 > 0 ? 0 : words[j] >> 24);
}

static void fill_data(bench *b)
{
    team_run(b->compute.team, SAMPLES, fill_row, b);
    random_shuffle((random_stream){ 1, 0, 1 }, b->data.count, b->order);
}

/* The images of MNIST, or as many in colour as have no more bytes. */
static dataset images_of(int size)
{
    if (size == 0)
        return (dataset){ .count = SAMPLES, .channels = 1, .height = SIDE, .width = SIDE };
    int count = SAMPLES * SIDE * SIDE / (3 * size * size);
    return (dataset){ .count = count, .channels = 3, .height = size, .width = size };
}

static status bench_open(bench *b, int size, const compute_options *how)
{
    b->data = images_of(size);
    data_identity data = { b->data.channels, b->data.height, b->data.width, b->data.count, 0 };
    TRY(compute_open(&b->compute, how->isa, how->threads));
    TRY(model_open(&b->model, b->options, &data));
    int g = net_widest(&b->model.generator), d = net_widest(&b->model.discriminator);
    size_t floats = 2 * (size_t)b->options->batch * (size_t)(g > d ? g : d) +
                    64 * (size_t)model_sample_size(&b->model);
    for (int turn = 0; turn < 2; turn++) {
        model_plan(&b->model, &b->arena, MODEL_TRAINS);
        b->x = arena_take(&b->arena, floats, sizeof *b->x);
        b->y = arena_take(&b->arena, floats, sizeof *b->y);
        b->order = arena_take(&b->arena, (size_t)b->data.count, sizeof *b->order);
        b->data.pixels = arena_take(&b->arena, SAMPLES, SIDE * SIDE);
        if (turn == 0)
            TRY(arena_open(&b->arena));
    }
    model_init(&b->model, b->compute.kernels);
    fill_data(b);
    return STATUS_OK;
}

static status bench_run(bench *b, int size, const compute_options *how)
{
    step_costs *c = b->costs;
    TRY(bench_open(b, size, how));
    c->isa = b->compute.kernels->name;
    c->threads = b->compute.threads;
    c->generator_parameters = b->model.generator.param_count;
    c->discriminator_parameters = b->model.discriminator.param_count;
    measure_peak(b);
    TRY(measure_products(b));
    return measure_epoch(b, measure_parts(b));
}

status measure_step(step_costs *c, const model_options *o, int size, const compute_options *how)
{
    *c = (step_costs){ 0 };
    bench b = { .options = o, .costs = c };
    status s = bench_run(&b, size, how);
    model_close(&b.model);
    arena_close(&b.arena);
    compute_close(&b.compute);
    return s;
}

void measure_close(step_costs *c)
{
    free(c->products);
    *c = (step_costs){ 0 };
}
