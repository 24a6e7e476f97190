/* train/ranks.c - the ranks that follow, and what all ranks agree on before the first step.
 *
 * SPDX-License-Identifier: MIT */
#include "train/ranks.h"

#include "game/game.h"
#include "game/saved.h"
#include "train/folder.h"
#include "train/resume.h"
#include "train/signals.h"
#include "train/trainer.h"

#include "base/banned.h"

/* ---- before the first step ---- */

status ranks_wait(group g)
{
    group_most(g, 0);
    return group_status(g);
}

static status check_net(const net *n, const model *m)
{
    int batch = m->options.batch;
    for (int i = 0; i < n->count; i++) {
        const layer *l = &n->layers[i];
        int together = l->ops->rows_together ? l->ops->rows_together(l) : 1;
        for (group g = m->group; g.rank < g.ranks; g.rank++)
            if (group_first_row(g, batch) % together != 0)
                return status_fail(STATUS_USAGE,
                                   "%d ranks: layer %d, %s, looks at %d rows of a batch together, "
                                   "and --batch %d cannot be shared in such groups; expected a "
                                   "multiple of %d",
                                   g.ranks, i, l->ops->name, together, batch, g.ranks * together);
    }
    return STATUS_OK;
}

status ranks_check(const model *m)
{
    group g = { .ranks = m->group.ranks };
    if (g.ranks > m->options.batch)
        return status_fail(STATUS_USAGE,
                           "%d ranks share the rows of a batch, and --batch has only %d; expected "
                           "no more ranks than rows",
                           g.ranks, m->options.batch);
    for (int i = 0; i < m->game->player_count && g.ranks > 1; i++)
        TRY(check_net(&m->players[i].net, m));
    return STATUS_OK;
}

typedef struct beginning {
    bool failed;
    uint32_t data, all, read;
} beginning;

static status exchange(group g, beginning own, beginning all[GROUP_MOST_RANKS])
{
    group_gather(g, g.ranks, 1, sizeof own, &own, all);
    return group_status(g);
}

/* The first rank that differs from rank 0. */
static status find_other(group g, const beginning *all)
{
    for (int r = 1; r < g.ranks; r++) {
        if (all[r].failed)
            return status_fail(STATUS_IO, "rank %d could not begin", r);
        if (all[r].all != all[0].all || all[r].read != all[0].read)
            return status_fail(STATUS_USAGE,
                               "rank %d has other %s than rank 0; expected the same files and "
                               "options on every machine",
                               r, all[r].data != all[0].data ? "data" : "options or weights");
    }
    return STATUS_OK;
}

/* Rank 0 says what is wrong, and ends; the others wait for that. */
status ranks_compare(const model *m, uint32_t read)
{
    group g = m->group;
    beginning own = { .data = m->data.fingerprint, .read = read }, all[GROUP_MOST_RANKS];
    if (g.ranks == 1)
        return STATUS_OK;
    TRY(model_crc(m, &own.all));
    TRY(exchange(g, own, all));
    status s = find_other(g, all);
    return s == STATUS_OK || g.rank == 0 ? s : ranks_wait(g);
}

/* ---- between steps ---- */

/* Before a step, rank 0 gives the number of a signal, or 0; or one of these requests. */
enum { ASKS_SAVE = 1 << 16, ASKS_END };

status ranks_save(const model *m, const char *path)
{
    group_most(m->group, ASKS_SAVE);
    return model_save(m, path);
}

void ranks_end(group g)
{
    group_most(g, ASKS_END);
}

/* Does what rank 0 asks for, until that is a step. After a signal it only saves and ends. */
static bool is_to_step(trainer *t)
{
    while (group_status(t->group) == STATUS_OK) {
        int what = group_most(t->group, signals_caught());
        if (what == 0 || what == ASKS_END)
            return what == 0;
        if (what == ASKS_SAVE)
            model_bring(&t->model);
        else
            t->signal = what;
    }
    return false;
}

/* ---- following ---- */

typedef struct follower {
    trainer trainer;
    run_folder folder;
    json_object saved;
    arena arena;
} follower;

static status open_trainer(follower *f, train_config *c)
{
    trainer *t = &f->trainer;
    TRY(trainer_open(t, c));
    if (c->options.resume) {
        TRY(folder_name(&f->folder, c->options.out));
        TRY(trainer_load(t, c, f->folder.model, f->folder.path));
        TRY(folder_load_options(&f->folder, &t->options, &f->saved));
        config_copy_given(c, SCOPE_RUN, &t->options);
    }
    TRY(trainer_prepare(t, NULL));
    TRY(trainer_take_memory(t, &f->arena));
    return trainer_start(t);
}

/* Tells the others that this rank cannot begin; if rank 0 has ended already, for the same reason,
 * it has said so. */
static status refuse(group g, status s)
{
    beginning all[GROUP_MOST_RANKS];
    if (s != STATUS_OK)
        TRY(exchange(g, (beginning){ .failed = true }, all));
    return s;
}

static status follow(follower *f, train_config *c)
{
    trainer *t = &f->trainer;
    TRY(refuse(c->group, open_trainer(f, c)));
    while (is_to_step(t)) {
        TRY(trainer_step(t));
        if (trainer_epoch_is_done(t))
            trainer_end_epoch(t);
    }
    return group_status(t->group);
}

status ranks_follow(train_config *c, int *signal)
{
    follower f = { .trainer.saved.file.fd = -1, .folder.lock = -1 };
    signals_catch(NULL);
    status s = follow(&f, c);
    *signal = f.trainer.signal;
    if (s == STATUS_OK && *signal)
        s = status_fail(STATUS_INTERRUPTED, "interrupted by a signal");
    signals_restore();
    trainer_close(&f.trainer);
    arena_close(&f.arena);
    folder_close(&f.folder);
    json_free(&f.saved);
    return s;
}
