/* cli/cmd_bench.c - `gan bench`: where the time of a step goes, against what this CPU can do.
 *
 * Everything is measured on the nets of the options and random samples, as the least of several
 * repetitions: the machine's own noise only ever adds to a time. An epoch takes its steps' median.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/command.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "data/dataset.h"
#include "image/grid.h"
#include "model/augment.h"
#include "model/checkpoint.h"
#include "model/game.h"
#include "nn/average.h"
#include "train/options.h"
#include "train/preset.h"

#include "base/banned.h"

typedef struct bench_options {
    model_options model; /* first, so that model_option_table fits */
    int size;            /* of a side of the images; 0: those of MNIST */
    compute_options compute;
    bool json;
} bench_options;

#define AT(member) offsetof(bench_options, member)
static const option_row rows[] = {
    { .name = "json",
      .letter = 'j',
      .type = OPTION_FLAG,
      .offset = AT(json),
      .help = "print one JSON object" },
};
static const option_table table = { rows, sizeof rows / sizeof *rows };

/* As many pixels as MNIST. */
enum { SAMPLES = 60000, SIDE = 28 };

typedef struct bench {
    const bench_options *options;
    model model;
    compute compute;
    arena arena;
    float *x, *y; /* for products: as large as the largest operand */
    dataset data; /* bytes as in MNIST: four of five are 0 */
    uint32_t *order;
    double peak, peak_one;
    text out;
    bool first_row;
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
    b->peak_one = operations / time_of(peak_one, b, 0.2);
    b->peak = b->compute.threads * operations / time_of(peak_all, b, 0.2);
}

/* ---- a row for each product ---- */

typedef enum direction { FORWARD, BACKWARD_PARAMS, BACKWARD_INPUT } direction;

typedef struct product {
    bench *bench;
    const layer *layer;
    direction direction;
    int rows;
} product;

static void run_product(void *context)
{
    const product *p = context;
    const layer *l = p->layer;
    const pass now = { .compute = &p->bench->compute };
    const block_task then = { 0 };
    view x = view_of(p->bench->x, p->rows, l->in), y = view_of(p->bench->y, p->rows, l->out);
    if (p->direction == FORWARD)
        l->ops->forward(l, &now, x, y, then);
    else if (p->direction == BACKWARD_PARAMS)
        l->ops->backward(l, &now, x, y, l->grads, (view){ 0 }, then);
    else
        l->ops->backward(l, &now, x, y, NULL, x, then);
}

static double operations_of(const product *p)
{
    return 2.0 * p->rows * (p->layer->ops->work ? p->layer->ops->work(p->layer) : 0);
}

/* One product of a step, done `times` times in it; adds its seconds and operations to the sums. */
static void bench_product(bench *b, const char *name, const product *p, int times, double sums[2])
{
    static const char *const names[] = { "forward", "dw", "dx" };
    double seconds = time_of(run_product, (void *)p, 0.03);
    double rate = operations_of(p) / seconds;
    sums[0] += times * seconds;
    sums[1] += times * operations_of(p);
    if (b->options->json)
        text_add(
            &b->out,
            "%s{\"net\":\"%s\",\"layer\":%d,\"product\":\"%s\",\"rows\":%d,\"in\":%d,\"out\":%d,"
            "\"times\":%d,\"gflops\":%.2f,\"share\":%.4f}",
            b->first_row ? "" : ",", name, p->layer->index, names[p->direction], p->rows,
            p->layer->in, p->layer->out, times, rate * 1e-9, rate / b->peak);
    else
        text_add(&b->out, "  %s %-3d%-9s%6d x %-5d -> %-5d%4d%10.1f us%9.1f%7.0f %%\n", name,
                 p->layer->index, names[p->direction], p->rows, p->layer->in, p->layer->out, times,
                 seconds * 1e6, rate * 1e-9, 100 * rate / b->peak);
    b->first_row = false;
}

/* The products of one step: as gan_step does them. */
static void bench_products(bench *b, double sums[2])
{
    const net *g = &b->model.generator, *d = &b->model.discriminator;
    int B = b->options->model.batch, k = b->options->model.d_steps;
    b->first_row = true;
    for (int i = 0; i < g->count; i++) {
        const layer *l = &g->layers[i];
        if (!l->ops->work)
            continue;
        bench_product(b, "G", &(product){ b, l, FORWARD, B }, k, sums);
        bench_product(b, "G", &(product){ b, l, BACKWARD_PARAMS, B }, 1, sums);
        if (i > 0)
            bench_product(b, "G", &(product){ b, l, BACKWARD_INPUT, B }, 1, sums);
    }
    for (int i = 0; i < d->count; i++) {
        const layer *l = &d->layers[i];
        if (!l->ops->work)
            continue;
        bench_product(b, "D", &(product){ b, l, FORWARD, 2 * B }, k, sums);
        bench_product(b, "D", &(product){ b, l, FORWARD, B }, 1, sums);
        bench_product(b, "D", &(product){ b, l, BACKWARD_PARAMS, 2 * B }, k, sums);
        if (i > 0)
            bench_product(b, "D", &(product){ b, l, BACKWARD_INPUT, 2 * B }, k, sums);
        bench_product(b, "D", &(product){ b, l, BACKWARD_INPUT, B }, 1, sums);
    }
}

/* ---- the other parts of a step ---- */

static void next_batch(void *context, uint32_t number, float *x)
{
    const bench *b = context;
    int batch = b->options->model.batch;
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
    for (int k = 0; k < b->options->model.d_steps; k++)
        next_batch(context, (uint32_t)k, b->model.images);
}

/* A row of the masks, as the passes of a step draw them. */
static void mask_row(const void *context, int row)
{
    const bench *b = context;
    const net *d = &b->model.discriminator;
    unsigned char keep[RANDOM_GROUP];
    for (int i = 0; i < d->count; i++)
        for (int col = 0; d->layers[i].ops == &dropout_ops && col < d->layers[i].out;
             col += RANDOM_GROUP)
            b->compute.kernels->keep((random_stream){ 1, 2, 3 }, row, col, RANDOM_GROUP, 1 << 30,
                                     keep);
}

static void run_masks(void *context)
{
    bench *b = context;
    team_run(b->compute.team, (2 * b->options->model.d_steps + 1) * b->options->model.batch,
             mask_row, b);
}

static void latent_row(const void *context, int row)
{
    const bench *b = context;
    float z[RANDOM_GROUP];
    for (int col = 0; col < b->options->model.latent; col += RANDOM_GROUP)
        b->compute.kernels->normal((random_stream){ 1, 2, 4 }, row, col, RANDOM_GROUP, z);
}

static void run_latents(void *context)
{
    bench *b = context;
    team_run(b->compute.team, b->options->model.d_steps * b->options->model.batch, latent_row, b);
}

/* What a step does with its nets: products, activations and masks. */
static void run_passes(void *context)
{
    bench *b = context;
    model *m = &b->model;
    int B = m->options.batch, S = model_sample_size(m);
    view z = view_of(m->z, B, m->options.latent), x = view_of(m->images, 2 * B, S);
    view fake = view_part(x, B, 0, B, S), none = { 0 };
    pass p = { .compute = &b->compute, .training = true, .seed = 1 };
    for (int k = 0; k < m->options.d_steps; k++) {
        p.halves = false;
        net_forward(&m->generator, &p, z);
        p.halves = true;
        net_forward(&m->discriminator, &p, x);
        net_backward(&m->discriminator, &p, x, view_of(m->dlogit, 2 * B, 1), none, true);
    }
    p.halves = false;
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
        for (int k = 0; k < (i == 0 ? b->options->model.d_steps : 1); k++)
            adam_step(&b->model.optimizer, &b->compute, 1, n[i]->param_count, n[i]->params,
                      n[i]->grads, n[i]->exp_avg, n[i]->exp_avg_sq);
}

/* ---- what only some options bring into a step ---- */

/* On what the last pass of D left, whose values make no difference to the time. */
static void run_penalty(void *context)
{
    bench *b = context;
    const model *m = &b->model;
    const model_options *o = &m->options;
    view x = view_of(m->images, o->batch, model_sample_size(m));
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
    for (int k = 1; k <= m->options.d_steps; k++)
        augment_seen(m, &b->compute, k, view_of(m->images, 2 * B, S));
    augment_seen(m, &b->compute, 0, view_of(m->images, B, S));
    augment_gradient(m, &b->compute, 0, view_of(m->dfake, B, S));
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

/* ---- the report ---- */

static void part(bench *b, const char *name, double seconds, double step)
{
    if (b->options->json)
        text_add(&b->out, ",\"%s_seconds\":%.3g", name, seconds);
    else
        text_add(&b->out, "  %-14s%10.2f ms%7.1f %%\n", name, seconds * 1e3, 100 * seconds / step);
}

/* Their rows; how long they take together. */
static double report_extras(bench *b, double step)
{
    const model_options *o = &b->model.options;
    const struct {
        const char *name;
        timed run;
        bool there;
    } extras[] = { { "penalty", run_penalty, o->r1 > 0 || o->gradient_penalty > 0 },
                   { "average", run_average, o->ema > 0 },
                   { "changes", run_changes, augment_changes(o) } };
    double sum = 0;
    for (size_t i = 0; i < sizeof extras / sizeof *extras; i++) {
        if (!extras[i].there)
            continue;
        double seconds = time_of(extras[i].run, b, 0.1);
        part(b, extras[i].name, seconds, step);
        sum += seconds;
    }
    return sum;
}

static void report_epoch(bench *b, const timing *step, double files, double products,
                         double products_share)
{
    uint32_t steps = model_epoch_steps(&b->model);
    const model_options *o = &b->model.options;
    double epoch = steps * step->median + files;
    double rate = (double)steps * o->batch * o->d_steps / epoch;
    double penalties = penalty_operations(b), flops = steps * (products + penalties) / epoch;
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    double megabytes = (double)usage.ru_maxrss * 1024e-6;
    if (b->options->json) {
        text_add(&b->out,
                 ",\"products_share\":%.4f,\"products_gflop\":%.6g,\"penalty_gflop\":%.6g,"
                 "\"files_seconds\":%.3g,\"epoch_seconds\":%.4g,\"images_per_second\":%.0f,"
                 "\"epoch_share\":%.4f,\"peak_memory_mb\":%.1f}\n",
                 products_share, products * 1e-9, penalties * 1e-9, files, epoch, rate,
                 flops / b->peak, megabytes);
        return;
    }
    text_add(&b->out, "\none epoch of %u steps with its files (%.1f ms): %.2f s, %.0f images/s\n",
             steps, files * 1e3, epoch, rate);
    if (penalties > 0)
        text_add(&b->out, "a step: %.4g GFLOP of products, and %.4g of the penalty's\n",
                 products * 1e-9, penalties * 1e-9);
    text_add(&b->out,
             "%.1f GFLOP/s, %.0f %% of the peak; memory of this process: %.0f MB at most\n",
             flops * 1e-9, 100 * flops / b->peak, megabytes);
}

static status report_step(bench *b, const double sums[2])
{
    timing steps_taken = timing_of(run_step, b, 2.0);
    double step = steps_taken.least, passes = time_of(run_passes, b, 0.3);
    double masks = time_of(run_masks, b, 0.1), latents = time_of(run_latents, b, 0.1);
    double updates = time_of(run_adam, b, 0.1), input = time_of(run_input, b, 0.1), files = 0;
    TRY(time_files(b, &files));
    text_add(&b->out, b->options->json ? "]" : "\none step:\n");
    part(b, "products", sums[0], step);
    part(b, "activations", passes - sums[0] - masks, step);
    part(b, "random", masks + latents, step);
    part(b, "adam", updates, step);
    part(b, "input", input, step);
    double extras = report_extras(b, step);
    part(b, "rest", step - passes - latents - updates - input - extras, step);
    part(b, "step", step, step);
    part(b, "median", steps_taken.median, step);
    report_epoch(b, &steps_taken, files, sums[1], sums[1] / sums[0] / b->peak);
    return STATUS_OK;
}

static void report_peak(bench *b)
{
    const compute *c = &b->compute;
    measure_peak(b);
    if (b->options->json)
        text_add(&b->out,
                 "{\"isa\":\"%s\",\"threads\":%d,\"generator_parameters\":%zu,"
                 "\"discriminator_parameters\":%zu,\"peak_gflops_one\":%.2f,\"peak_gflops\":%.2f,"
                 "\"products\":[",
                 c->kernels->name, c->threads, b->model.generator.param_count,
                 b->model.discriminator.param_count, b->peak_one * 1e-9, b->peak * 1e-9);
    else
        text_add(&b->out,
                 "peak of fma (%s): %.1f GFLOP/s on one thread, %.1f on %d\n\nproducts of a step:\n"
                 "  %-6s%-9s%6s   %-5s    %-5s%4s%13s%9s%9s\n",
                 c->kernels->name, b->peak_one * 1e-9, b->peak * 1e-9, c->threads, "layer",
                 "product", "rows", "in", "out", "x", "time", "GFLOP/s", "of peak");
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

static status bench_open(bench *b)
{
    b->data = images_of(b->options->size);
    data_identity data = { b->data.channels, b->data.height, b->data.width, b->data.count, 0 };
    TRY(compute_open(&b->compute, b->options->compute.isa, b->options->compute.threads));
    TRY(model_open(&b->model, &b->options->model, &data));
    int g = net_widest(&b->model.generator), d = net_widest(&b->model.discriminator);
    size_t floats = 2 * (size_t)b->options->model.batch * (size_t)(g > d ? g : d) +
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

static status bench_run(bench *b)
{
    double sums[2] = { 0 };
    TRY(bench_open(b));
    report_peak(b);
    bench_products(b, sums);
    TRY(report_step(b, sums));
    TRY(text_check(&b->out));
    fwrite(b->out.data, 1, b->out.length, stdout);
    return STATUS_OK;
}

static status run(arguments *a)
{
    bench_options o;
    train_options whole;
    TRY(preset_apply(&a->given));
    option_defaults(&model_option_table, &o);
    option_defaults(&table, &o);
    option_defaults(&compute_option_table, &o.compute);
    TRY(option_apply(&a->given, &model_option_table, SCOPE_MODEL, &o));
    TRY(option_apply(&a->given, &table, SCOPE_CALL, &o));
    option_defaults(&train_option_table, &whole);
    TRY(option_apply(&a->given, &train_option_table, SCOPE_RUN, &whole));
    o.size = whole.images.size;
    TRY(option_apply(&a->given, &compute_option_table, SCOPE_CALL, &o.compute));
    if (o.model.lr_epochs == 0) /* a step takes as long at every rate */
        o.model.lr_epochs = 1;
    bench b = { .options = &o };
    status s = bench_run(&b);
    model_close(&b.model);
    arena_close(&b.arena);
    compute_close(&b.compute);
    text_free(&b.out);
    return s;
}

const command bench_command = {
    .name = "bench",
    .summary = "measure a step of training against the limit of this CPU",
    .help =
        "Measures, for the nets that the options describe: the peak of fused multiply-adds of this "
        "CPU, each product of a step as a share of it, a step split into its parts, and what an "
        "epoch takes with its files. The share of an epoch counts the multiply-adds of these "
        "products and those that --r1 and --gradient-penalty need, without waste. Takes a few "
        "seconds, on 60,000 random images of 28x28, or as "
        "many bytes of colour images where the preset has a --size; run it on an idle machine.\n"
        "\n"
        "  gan bench\n"
        "  gan bench --threads 1 --batch 1024\n"
        "  gan bench --json | jq .epoch_share",
    .tables = { &preset_option_table, &model_option_table, &table, &compute_option_table },
    .run = run,
};
