/* game/regression.c - the game of one player: the mean squared error of pairs.
 *
 * B rows in the batch, S values in a sample.
 *
 * SPDX-License-Identifier: MIT */
#include "game/regression.h"

#include <math.h>

#include "base/banned.h"

typedef struct error_task {
    const_view real, fake;
    double share;
    view d;
    double *sums; /* (B) */
} error_task;

static void error_row(const void *context, int row)
{
    const error_task *e = context;
    const float *real = const_view_row(e->real, row), *fake = const_view_row(e->fake, row);
    float *d = view_row(e->d, row), share = (float)e->share;
    float slope = 2 / (float)e->d.cols;
    double sum = 0;
    for (int i = 0; i < e->d.cols; i++) {
        float error = fake[i] - real[i];
        sum += (double)error * (double)error;
        d[i] = share > 0 ? share * d[i] + slope * error : slope * error;
    }
    e->sums[row] = sum / e->d.cols;
}

double regression_gradient(const contest *t, double share, view d)
{
    error_task e = { as_const(t->real), as_const(t->fake), share, d, t->own->errors };
    group g = t->step.compute->group;
    int batch = t->options->batch;
    const double *all = e.sums;
    double sum = 0;
    team_run(t->step.compute->team, d.rows, error_row, &e);
    if (g.ranks > 1) {
        group_gather(g, batch, 1, sizeof *e.sums, e.sums, e.sums + d.rows);
        all = e.sums + d.rows;
    }
    for (int row = 0; row < batch; row++)
        sum += all[row];
    t->sums[METRIC_PIXEL] += sum / batch;
    return sum;
}

status regression_step(const contest *t, batch_source source)
{
    const step_context *s = &t->step;
    view d = view_of(t->own->scratch, t->fake.rows, t->fake.cols);
    contest_take_real(t, source);
    contest_make_fakes(t);
    if (!isfinite(regression_gradient(t, 0, d)))
        return player_loss_nonfinite(t->g, s);
    player_backward(t->g, s, t->conditions, as_const(t->given), d, (view){ 0 }, true);
    return player_update(t->g, s, (uint64_t)s->pass.step + 1, &t->sums[METRIC_G_NORM]);
}

static status step(model *m, step_context s, batch_source source)
{
    contest t = contest_of(m, s);
    t.step.pass.number = 1;
    return regression_step(&t, source);
}

const game_ops regression_game = {
    .player_count = 1,
    .metric_count = METRIC_COUNT,
    .open = regression_open,
    .plan = contest_plan,
    .step = step,
};
