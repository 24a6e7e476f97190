/* bench/parts.c - a step and its parts, as the game tells them while it runs (game/step.h).
 *
 * SPDX-License-Identifier: MIT */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/system.h"
#include "bench/measurement.h"

#include "base/banned.h"

/* ---- a step that is recorded ---- */

static bool same_pass(const step_work *a, const step_work *b)
{
    return a->player == b->player && a->rows == b->rows && a->again == b->again &&
           a->backward == b->backward && a->params == b->params && a->input == b->input;
}

static void count_pass(measurement *m, const step_work *w)
{
    int i = 0;
    while (i < m->pass_count && !same_pass(&m->passes[i].work, w))
        i++;
    assert(i < MEASUREMENT_MOST_PASSES);
    if (i == m->pass_count)
        m->passes[m->pass_count++] = (counted_pass){ .work = *w };
    m->passes[i].times++;
}

static void begin_work(void *context, const step_work *w)
{
    measurement *m = context;
    if (w->part == STEP_PASS)
        count_pass(m, w);
    m->multiply_adds += w->multiply_adds;
    m->part = w->part;
    m->since = clock_seconds();
}

static void end_work(void *context)
{
    measurement *m = context;
    m->seconds[m->part] += clock_seconds() - m->since;
}

void measurement_step(void *context)
{
    measurement *m = context;
    const step_watch watch = { begin_work, end_work, m };
    m->pass_count = 0;
    m->multiply_adds = 0;
    memset(m->seconds, 0, sizeof m->seconds);
    m->model.watch = &watch;
    if (model_step(&m->model, &m->compute, (batch_source){ measurement_batch, m }) != STATUS_OK ||
        m->model.step == model_epoch_steps(&m->model))
        model_end_epoch(&m->model);
    m->model.watch = NULL;
}

/* ---- the fastest of many ---- */

typedef struct fastest_step {
    measurement *measurement;
    double least;
    double seconds[STEP_PARTS];
} fastest_step;

static void run_step(void *context)
{
    fastest_step *f = context;
    double start = clock_seconds();
    measurement_step(f->measurement);
    double taken = clock_seconds() - start;
    if (taken >= f->least)
        return;
    f->least = taken;
    memcpy(f->seconds, f->measurement->seconds, sizeof f->seconds);
}

/* ---- the masks, which are drawn within the passes ---- */

typedef struct mask_pass {
    measurement *measurement;
    const net *net;
    int rows;
} mask_pass;

static void mask_row(const void *context, int row)
{
    const mask_pass *p = context;
    unsigned char keep[RANDOM_GROUP];
    for (int i = 0; i < p->net->count; i++)
        for (int col = 0; p->net->layers[i].ops->draws && col < p->net->layers[i].out;
             col += RANDOM_GROUP)
            p->measurement->compute.kernels->keep((random_stream){ 1, 2, 3 }, row, col,
                                                  RANDOM_GROUP, 1 << 30, keep);
}

static void run_masks(void *context)
{
    const mask_pass *p = context;
    team_run(p->measurement->compute.team, p->rows, mask_row, p);
}

static double mask_seconds(measurement *m)
{
    double sum = 0;
    for (int i = 0; i < m->pass_count; i++) {
        const step_work *w = &m->passes[i].work;
        mask_pass p = { m, &w->player->net, w->rows * m->passes[i].times };
        if (!w->backward)
            sum += timing_of(run_masks, &p, 0.05).least;
    }
    return sum;
}

/* ---- all of it ---- */

static void add_part(step_costs *c, const char *name, double seconds)
{
    c->parts[c->part_count++] = (part_cost){ name, seconds };
}

timing measurement_parts(measurement *m)
{
    static const char *const names[STEP_PARTS] = { [STEP_ADAM] = "adam",
                                                   [STEP_INPUT] = "input",
                                                   [STEP_PENALTY] = "penalty",
                                                   [STEP_CHANGES] = "changes" };
    fastest_step fastest = { .measurement = m, .least = INFINITY };
    double start = clock_seconds(), used = system_cpu_seconds();
    timing whole = timing_of(run_step, &fastest, 2.0);
    double lost =
        1 - (system_cpu_seconds() - used) / (m->costs->threads * (clock_seconds() - start));
    const double *seconds = fastest.seconds;
    double masks = mask_seconds(m), rest = whole.least;
    step_costs *c = m->costs;
    c->lost = fmax(0, lost);
    add_part(c, "products", c->product_seconds);
    add_part(c, "activations", seconds[STEP_PASS] - c->product_seconds - masks);
    add_part(c, "random", masks + seconds[STEP_LATENTS]);
    for (int i = 0; i < STEP_PARTS; i++) {
        rest -= seconds[i];
        if (names[i] && seconds[i] > 0)
            add_part(c, names[i], seconds[i]);
    }
    add_part(c, "rest", rest);
    add_part(c, "step", whole.least);
    add_part(c, "median", whole.median);
    return whole;
}
