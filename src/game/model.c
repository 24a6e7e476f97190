/* game/model.c - the model: opened, planned, trained by the rules of its game, sampled from.
 *
 * SPDX-License-Identifier: MIT */
#include "game/model.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "game/game.h"
#include "nn/schedule.h"

#include "base/banned.h"

image_shape model_sample_shape(const model *m)
{
    return (image_shape){ m->data.channels, m->data.height, m->data.width };
}

int model_sample_size(const model *m)
{
    return shape_size(model_sample_shape(m));
}

image_shape model_given_shape(const model *m)
{
    const model_options *o = &m->options;
    return o->task == TASK_NONE ? shape_flat(o->latent)
                                : task_poorer(o->task, model_sample_shape(m), o->scale);
}

int model_given_size(const model *m)
{
    return shape_size(model_given_shape(m));
}

static const game_ops *game_of(const model *m)
{
    if (m->options.task == TASK_NONE)
        return &adversarial_game;
    return phases_have(&m->phases, PHASE_ADVERSARIAL) ? &restoring_game : &regression_game;
}

status model_open(model *m, const model_options *o, const data_identity *data)
{
    *m = (model){ .options = *o, .data = *data, .group = { .ranks = 1 } };
    TRY(phases_parse(&m->phases, o->phases));
    m->game = game_of(m);
    if (o->phases && !(m->list = strdup(o->phases)))
        return status_fail(STATUS_MEMORY, "--phases: out of memory");
    m->options.phases = m->list;
    status s = known_open(&m->known, o->condition, &m->data);
    if (s == STATUS_OK)
        s = m->game->open(m);
    m->asked = model_examples(m, 1);
    if (s != STATUS_OK)
        model_close(m);
    return s;
}

void model_close(model *m)
{
    for (int i = 0; i < MODEL_MOST_PLAYERS; i++)
        player_close(&m->players[i]);
    known_close(&m->known);
    free(m->list);
    m->list = NULL;
}

/* Every pass packs the weights anew and ends with threads that wait for each other: many rows share
 * that. Wide samples have fewer of them, so that no layer's output is more than 2 MB (or a block).
 */
static int sample_rows(const model *m)
{
    enum { MOST_FLOATS = 1 << 19, MOST_BLOCKS = 12 };
    int blocks = MOST_FLOATS / net_widest(&m->players[0].net) / BLOCK_ROWS;
    blocks = blocks < MOST_BLOCKS ? blocks : MOST_BLOCKS;
    return (blocks > 0 ? blocks : 1) * BLOCK_ROWS;
}

void model_plan(model *m, arena *a, model_use use)
{
    player *maker = &m->players[0];
    bool last = use == MODEL_SAMPLES_LAST || use == MODEL_JUDGES_LAST;
    bool average = !last && maker->average.count > 0;
    m->rows = use == MODEL_TRAINS ? group_rows(m->group, m->options.batch) : sample_rows(m);
    m->given = arena_take(a, (size_t)m->rows * (size_t)model_given_size(m), sizeof *m->given);
    if (m->options.condition != CONDITION_NONE)
        m->ids = arena_take(a, 2 * (size_t)m->rows, sizeof *m->ids);
    if (use == MODEL_TRAINS)
        m->game->plan(m, a);
    else
        net_plan(average ? &maker->average : &maker->net, a, m->rows, NET_SAMPLES, true);
    if (use == MODEL_JUDGES || use == MODEL_JUDGES_LAST)
        net_plan(&m->players[m->game->judges].net, a, m->rows, NET_SAMPLES, false);
}

status model_open_memory(model *m, arena *a, model_use use)
{
    model_plan(m, a, use);
    TRY(arena_open(a));
    model_plan(m, a, use);
    return STATUS_OK;
}

void model_init(model *m, const kernels *k)
{
    for (int i = 0; i < m->game->player_count; i++)
        player_init(&m->players[i], k, m->options.init, m->options.seed);
}

int model_step_samples(const model *m)
{
    return m->options.batch * m->options.d_steps;
}

uint32_t model_epoch_steps(const model *m)
{
    return (uint32_t)(m->data.count / model_step_samples(m));
}

uint32_t model_total_steps(const model *m)
{
    return m->epoch * model_epoch_steps(m) + m->step;
}

bool model_is_judged(const model *m)
{
    return m->options.task == TASK_NONE || phases_at(&m->phases, m->epoch) == PHASE_ADVERSARIAL;
}

uint32_t model_judged_steps(const model *m)
{
    if (m->options.task == TASK_NONE)
        return model_total_steps(m);
    return phases_before(&m->phases, m->epoch, PHASE_ADVERSARIAL) * model_epoch_steps(m) +
           (model_is_judged(m) ? m->step : 0);
}

/* ---- training ---- */

status model_step(model *m, const compute *c, batch_source real)
{
    const model_options *o = &m->options;
    uint32_t done = model_total_steps(m);
    uint64_t all = (uint64_t)o->lr_epochs * model_epoch_steps(m);
    const step_context s = { .compute = c,
                             .pass = { .compute = c,
                                       .training = true,
                                       .seed = o->seed,
                                       .step = done,
                                       .first_row = group_first_row(c->group, o->batch),
                                       .other_rows = o->batch - group_rows(c->group, o->batch) },
                             .epoch = m->epoch,
                             .index = m->step,
                             .rate = schedule_factor(o->lr_schedule, c->kernels, done, all),
                             .watch = m->watch };
    status played = m->game->step(m, s, real);
    TRY(group_status(c->group)); /* whose failure may look like a loss that is not finite */
    TRY(played);
    /* The variance of finite numbers can be beyond the floats, and no gradient tells. */
    for (int i = 0; i < m->game->player_count; i++)
        if (net_nonfinite_buffer(&m->players[i].net))
            return player_nonfinite(&m->players[i], &s);
    m->step++;
    return STATUS_OK;
}

void model_end_epoch(model *m)
{
    m->epoch++;
    m->step = 0;
    memset(m->sums, 0, sizeof m->sums);
}

/* ---- sampling ---- */

typedef struct latents {
    const kernels *kernels;
    random_stream stream;
    int first;
    view z;
} latents;

static void draw_latent(const void *context, int row)
{
    const latents *l = context;
    l->kernels->normal(l->stream, l->first + row, 0, l->z.cols, view_row(l->z, row));
}

void latents_draw(const compute *c, random_stream s, int first, view z)
{
    latents l = { c->kernels, s, first, z };
    team_run(c->team, z.rows, draw_latent, &l);
}

asked model_examples(const model *m, int each)
{
    const known_conditions *k = &m->known;
    return (asked){ &k->list.table, k->order, k->count, each };
}

void model_ask(model *m, asked a)
{
    m->asked = a;
}

condition model_conditions(model *m, int first, int n)
{
    if (m->options.condition == CONDITION_NONE)
        return (condition){ 0 };
    for (int i = 0; i < n; i++)
        m->ids[i] = m->asked.ids[(first + i) / m->asked.each % m->asked.count];
    return (condition){ m->asked.table, m->ids };
}

void model_show(model *m, picture_examples shown)
{
    m->shown = shown;
}

/* One pass; z (n, I) -> out (n, S), the samples from `first` on, which the net writes itself. */
static void sample_pass(model *m, const compute *c, const_view z, int first, float *out)
{
    pass p = { .compute = c, .condition = model_conditions(m, first, z.rows) };
    net *n = player_best(&m->players[0]);
    net_place_output(n, out);
    net_forward(n, &p, z);
}

random_stream model_sample_stream(uint64_t seed)
{
    return (random_stream){ seed, 0, random_name(RANDOM_SAMPLE, 0, 0) };
}

/* Fills z (n, I) with what G is given for the rows from `first` on. */
static void give(const model *m, const compute *c, random_stream s, int first, view z)
{
    if (m->options.task == TASK_NONE) {
        latents_draw(c, s, first, z);
        return;
    }
    for (int i = 0; i < z.rows; i++)
        memcpy(view_row(z, i), m->shown.poor + (ptrdiff_t)((first + i) % m->shown.count) * z.cols,
               (size_t)z.cols * sizeof(float));
}

void model_sample(model *m, const compute *c, random_stream s, int first, int n, float *out)
{
    for (int i = 0; i < n; i += m->rows) {
        int rows = n - i < m->rows ? n - i : m->rows;
        view z = view_of(m->given, rows, model_given_size(m));
        give(m, c, s, first + i, z);
        sample_pass(m, c, as_const(z), first + i, out + (ptrdiff_t)i * model_sample_size(m));
    }
}

void model_sample_latents(model *m, const compute *c, const float *z, int first, int n, float *out)
{
    int size = model_given_size(m);
    for (int i = 0; i < n; i += m->rows) {
        int rows = n - i < m->rows ? n - i : m->rows;
        sample_pass(m, c, const_view_of(z + (ptrdiff_t)i * size, rows, size), first + i,
                    out + (ptrdiff_t)i * model_sample_size(m));
    }
}

void model_score(model *m, const compute *c, const float *x, int n, float *scores)
{
    m->game->score(m, c, x, n, scores);
}

void model_judge(model *m, const compute *c, const float *x, int first, int n, float *t)
{
    m->game->judge(m, c, x, first, n, t);
}
