/* cli/cmd_bench.c - `gan bench`: the time of each part of a training step, and its share of this
 * CPU's peak.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/command.h"

#include <stdbool.h>
#include <stddef.h>

#include "base/json.h"
#include "bench/measure.h"
#include "cli/origin.h"
#include "game/asked.h"
#include "game/task.h"
#include "train/choice.h"

#include "base/banned.h"

typedef struct bench_options {
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

/* The speed of these operations as a share of the peak of all threads. */
static double share_of_peak(const step_costs *c, double operations, double seconds)
{
    return operations / seconds / c->peak;
}

static double epoch_operations(const step_costs *c)
{
    return c->epoch_steps * (c->product_operations + c->penalty_operations);
}

static void add_product_json(text *t, const step_costs *c, const product_cost *p)
{
    json_begin(t, NULL, '{');
    json_add_string(t, "net", p->net);
    json_add(t, "layer", "%d", p->layer);
    json_add_string(t, "product", p->product);
    json_add(t, "rows", "%d", p->rows);
    json_add(t, "in", "%d", p->in);
    json_add(t, "out", "%d", p->out);
    json_add(t, "times", "%d", p->times);
    json_add(t, "gflops", "%.6g", p->operations / p->seconds * 1e-9);
    json_add(t, "share", "%.4f", share_of_peak(c, p->operations, p->seconds));
    json_add(t, "cold_share", "%.4f", share_of_peak(c, p->operations, p->cold_seconds));
    json_end(t, '}');
}

static void add_json(text *t, const step_costs *c)
{
    json_begin(t, NULL, '{');
    json_add_string(t, "isa", c->isa);
    json_add(t, "threads", "%d", c->threads);
    for (int i = 0; i < c->net_count; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s_parameters", c->nets[i].name);
        json_add(t, name, "%zu", c->nets[i].parameters);
    }
    json_add(t, "peak_gflops_one", "%.6g", c->peak_one * 1e-9);
    json_add(t, "peak_gflops", "%.6g", c->peak * 1e-9);
    json_begin(t, "cache_bytes", '[');
    for (int i = 0; i < MEASURE_CACHES; i++)
        json_add(t, NULL, "%zu", c->caches[i]);
    json_end(t, ']');
    json_add(t, "lost_share", "%.4f", c->lost);
    json_begin(t, "products", '[');
    for (int i = 0; i < c->product_count; i++)
        add_product_json(t, c, &c->products[i]);
    json_end(t, ']');
    for (int i = 0; i < c->part_count; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s_seconds", c->parts[i].name);
        json_add(t, name, "%.3g", c->parts[i].seconds);
    }
    json_add(t, "products_share", "%.4f",
             share_of_peak(c, c->product_operations, c->product_seconds));
    json_add(t, "products_cold_share", "%.4f",
             share_of_peak(c, c->product_operations, c->cold_seconds));
    json_add(t, "products_gflop", "%.6g", c->product_operations * 1e-9);
    json_add(t, "penalty_gflop", "%.6g", c->penalty_operations * 1e-9);
    json_add(t, "files_seconds", "%.3g", c->file_seconds);
    json_add(t, "epoch_seconds", "%.4g", c->epoch_seconds);
    json_add(t, "images_per_second", "%.0f", c->images_per_second);
    json_add(t, "epoch_share", "%.4f", share_of_peak(c, epoch_operations(c), c->epoch_seconds));
    json_add(t, "peak_memory_mb", "%.1f", c->peak_memory * 1e-6);
    json_end(t, '}');
    text_add(t, "\n");
}

static void add_machine(text *t, const step_costs *c)
{
    text_add(t, "peak of fma (%s): %.1f GFLOP/s on one thread, %.1f on %d\n", c->isa,
             c->peak_one * 1e-9, c->peak * 1e-9, c->threads);
    const char *separator = "caches: ";
    for (int i = 0; i < MEASURE_CACHES; i++) {
        double kilobytes = (double)c->caches[i] / 1024;
        if (kilobytes > 0)
            text_add(t, "%sL%d %.4g %s", separator, i + 1,
                     kilobytes < 1024 ? kilobytes : kilobytes / 1024,
                     kilobytes < 1024 ? "KB" : "MB");
        separator = kilobytes > 0 ? ", " : separator;
    }
    text_add(t, "%s", *separator == ',' ? "\n" : "");
}

static void add_products(text *t, const step_costs *c)
{
    text_add(t, "\nproducts of a step:\n  %-6s%-9s%6s   %-5s    %-5s%3s%12s%9s%9s%7s\n", "layer",
             "product", "rows", "in", "out", "x", "time", "GFLOP/s", "of peak", "cold");
    for (int i = 0; i < c->product_count; i++) {
        const product_cost *p = &c->products[i];
        text_add(t, "  %s %-3d%-9s%6d x %-5d -> %-5d%3d%9.1f us%9.1f%7.0f %%%5.0f %%\n", p->net,
                 p->layer, p->product, p->rows, p->in, p->out, p->times, p->seconds * 1e6,
                 p->operations / p->seconds * 1e-9,
                 100 * share_of_peak(c, p->operations, p->seconds),
                 100 * share_of_peak(c, p->operations, p->cold_seconds));
    }
    text_add(t, "  all                       %24.1f us%9.1f%7.0f %%%5.0f %%\n",
             c->product_seconds * 1e6, c->product_operations / c->product_seconds * 1e-9,
             100 * share_of_peak(c, c->product_operations, c->product_seconds),
             100 * share_of_peak(c, c->product_operations, c->cold_seconds));
}

static double least_step(const step_costs *c)
{
    return c->parts[c->part_count - 2].seconds;
}

/* Other programs lower the figures, and so does a core or a cache that is shared with another
 * machine. */
static void add_doubts(text *t, const step_costs *c)
{
    double together = c->peak / (c->threads * c->peak_one);
    if (c->lost > 0.1)
        text_add(t, "too busy to measure: other programs took %.0f %% of the time\n",
                 100 * c->lost);
    else if (together < 0.9 || together > 1.1)
        text_add(t,
                 "too busy to measure, or the threads share a core: %d of them reach\n"
                 "%.2f times the peak of one\n",
                 c->threads, together * c->threads);
    for (int i = 0; i < c->part_count; i++)
        if (c->parts[i].seconds < -0.005 * least_step(c))
            text_add(t, "too busy to measure: %s, a difference, is below 0\n", c->parts[i].name);
}

static void add_report(text *t, const step_costs *c)
{
    double step = least_step(c);
    add_machine(t, c);
    add_products(t, c);
    text_add(t, "\none step:\n");
    for (int i = 0; i < c->part_count; i++)
        text_add(t, "  %-14s%10.2f ms%7.1f %%\n", c->parts[i].name, c->parts[i].seconds * 1e3,
                 100 * c->parts[i].seconds / step);
    text_add(t, "\none epoch of %u step%s with its files (%.1f ms): %.2f s, %.0f images/s\n",
             c->epoch_steps, text_plural(c->epoch_steps), c->file_seconds * 1e3, c->epoch_seconds,
             c->images_per_second);
    if (c->penalty_operations > 0)
        text_add(t, "a step: %.4g GFLOP in products, and %.4g in the penalty\n",
                 c->product_operations * 1e-9, c->penalty_operations * 1e-9);
    text_add(t, "%.1f GFLOP/s, %.0f %% of the peak; peak memory of this process: %.0f MB\n",
             epoch_operations(c) / c->epoch_seconds * 1e-9,
             100 * share_of_peak(c, epoch_operations(c), c->epoch_seconds), c->peak_memory * 1e-6);
    add_doubts(t, c);
}

static status report(const step_costs *c, bool json)
{
    text out = { 0 };
    (json ? add_json : add_report)(&out, c);
    status s = text_check(&out);
    if (s == STATUS_OK)
        fwrite(out.data, 1, out.length, stdout);
    text_free(&out);
    return s;
}

/* --preset auto: chooses for the images that are measured. */
static void choose(train_config *c, int side)
{
    const model_options *m = &c->options.model;
    text said = { 0 };
    const choice_facts f = { .kind = DATA_IDX,
                             .channels = side > 0 ? 3 : 1,
                             .height = side > 0 ? side : 28,
                             .width = side > 0 ? side : 28,
                             .count = 60000,
                             .restores = m->task != TASK_NONE,
                             .labels = m->condition == CONDITION_LABEL,
                             .texts = m->condition == CONDITION_CAPTION };
    choice_make(c, &f, &said);
    text_free(&said);
}

static status run(arguments *a)
{
    bench_options o;
    train_config config;
    step_costs c;
    model_options *m = &config.options.model;
    config_defaults(&config);
    TRY(option_read(&a->given, &table, SCOPE_CALL, &o));
    TRY(config_apply(&config, &a->given));
    int side = m->crop > 0 ? m->crop : config.options.images.size;
    if (config.chooses)
        choose(&config, side);
    if (m->lr_epochs == 0) /* a step takes as long at every rate */
        m->lr_epochs = 1;
    side = m->crop > 0 ? m->crop : config.options.images.size;
    status s = measure_step(&c, m, side, &config.options.compute);
    if (s == STATUS_OK)
        s = report(&c, o.json);
    measure_close(&c);
    return origin_explain(s, &config, a->program);
}

const command bench_command = {
    .name = "bench",
    .summary = "measure a training step against the peak of this CPU",
    .help =
        "Measures, for the nets that the options describe, the peak rate of fused "
        "multiply-adds of this CPU, the share of it that each matrix product of a step "
        "reaches with operands in the caches and without (cold), the time of each part of a step, and the time of an epoch with its "
        "files. The share of an epoch counts only the multiply-adds that these products "
        "and the penalties of --r1 and --gradient-penalty need. It takes a few seconds, on "
        "60,000 random images of 28x28, or as many bytes of colour images if the preset "
        "has a --size or a --crop. With --condition, they have ten classes, or 90 captions. Run it on an "
        "idle machine: it says if others took part of the time.\n"
        "\n"
        "  gan bench\n"
        "  gan bench --threads 1 --batch 1024\n"
        "  gan bench --json | jq .epoch_share",
    .tables = { &preset_option_table, &model_option_table, &table, &compute_option_table },
    .run = run,
};
