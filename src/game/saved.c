/* game/saved.c - the description of a model from which its checkpoint follows.
 *
 * SPDX-License-Identifier: MIT */
#include "game/saved.h"

#include <inttypes.h>

#include "game/augment.h"
#include "game/game.h"

#include "base/banned.h"

static checkpoint_state state_of(const model *m)
{
    const uint64_t steps[] = { model_total_steps(m), model_judged_steps(m) };
    checkpoint_state s = { .table = &model_option_table,
                           .options = &m->options,
                           .position = { m->data, m->epoch, m->step, m->augment_level },
                           .sums = m->sums,
                           .sum_count = m->game->metric_count };
    for (int i = 0; i < m->game->player_count; i++) {
        const player *p = &m->players[i];
        uint64_t batches = steps[i] * (uint64_t)p->batches;
        s.nets[s.net_count++] = (checkpoint_net){ p->name, &p->net, true, batches };
        s.nets[s.net_count++] = (checkpoint_net){ p->average_name, &p->average, false, batches };
    }
    return s;
}

status model_save(const model *m, const char *path)
{
    checkpoint_state s = state_of(m);
    return checkpoint_save(&s, path);
}

void model_bring(const model *m)
{
    checkpoint_state s = state_of(m);
    checkpoint_bring(&s);
}

status model_crc(const model *m, uint32_t *crc)
{
    checkpoint_state s = state_of(m);
    if (m->group.ranks > 1) {
        s.net_count = 0;
        for (int i = 0; i < m->game->player_count; i++)
            s.nets[s.net_count++] =
                (checkpoint_net){ m->players[i].name, &m->players[i].net, false, 0 };
    }
    return checkpoint_crc(&s, crc);
}

static status set_position(model *m, const char *path, const checkpoint_position *p)
{
    uint32_t steps = model_epoch_steps(m);
    if (p->step >= steps || p->epoch > (UINT32_MAX - p->step) / steps)
        return status_fail(STATUS_FORMAT,
                           "%s: its position, epoch %" PRIu32 " and step %" PRIu32 " of %" PRIu32
                           ", is invalid",
                           path, p->epoch, p->step, steps);
    int most = augment_adapts(&m->options) ? AUGMENT_MOST : 0;
    if (p->augment_level > most)
        return status_fail(STATUS_FORMAT, "%s: expected an augment_level of at most %d, found %d",
                           path, most, p->augment_level);
    m->epoch = p->epoch;
    m->step = p->step;
    m->augment_level = p->augment_level;
    return STATUS_OK;
}

static status compare(const model *m, const checkpoint *f)
{
    checkpoint_state s = state_of(m);
    return checkpoint_compare(f, &s);
}

status model_open_file(model *m, checkpoint *f, const char *path)
{
    model_options o = { 0 };
    checkpoint_position p;
    *m = (model){ 0 };
    TRY(checkpoint_open(f, path, &model_option_table, &o, &p));
    if (o.task == TASK_NONE && o.limit != 0 && o.limit < p.data.count)
        return status_fail(STATUS_FORMAT, "%s: expected at most %d samples, its --limit, found %d",
                           path, o.limit, p.data.count);
    status s = model_open(m, &o, &p.data);
    if (s != STATUS_OK)
        return status_within(s == STATUS_MEMORY ? s : STATUS_FORMAT, "%s: its metadata", path);
    s = set_position(m, path, &p);
    if (s == STATUS_OK)
        s = compare(m, f);
    if (s != STATUS_OK)
        model_close(m);
    return s;
}

status model_read(model *m, checkpoint *f)
{
    checkpoint_state s = state_of(m);
    return checkpoint_read(f, &s, m->sums);
}
