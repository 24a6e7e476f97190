/* train/trial_monitor.c - G's pictures of the copies of test pictures, compared with the originals.
 *
 * SPDX-License-Identifier: MIT */
#include "train/trial_monitor.h"

#include <math.h>

#include "base/banned.h"

/* The defaults of `gan eval`. */
enum { MOST_PICTURES = 10000, SEED = 1 };

/* The average of G, if the run has one. */
static const net *judged_net(const model *m)
{
    const player *p = &m->players[0];
    return p->average.count > 0 ? &p->average : &p->net;
}

/* Pictures without a test part are read once more, so that a fifth can be set aside. */
static status open_test(dataset *test, dataset *whole, dataset *train, dataset_request *q,
                        const image_watch *watch)
{
    bool found = false;
    TRY(held_out_find(train, &found));
    if (!found && train->kind == DATA_PICTURES) {
        TRY(dataset_open_with(whole, q)); /* the watch has been told of these images */
        train = whole;
    }
    q->watch = watch;
    return dataset_open_test(test, train, q);
}

status trial_monitor_open(trial_monitor *m, dataset *test, dataset *whole, dataset *train,
                          const model *of, const train_options *o, const compute *c,
                          const image_watch *watch)
{
    dataset_request q = held_out_request(train, o, c);
    TRY(restorer_open_net(&m->restorer, judged_net(of), c, "--generator"));
    TRY(open_test(test, whole, train, &q, watch));
    TRY(trial_open(&m->trial, test, o->model.task, o->model.scale, SEED, MOST_PICTURES, c));
    return trial_reserve(&m->trial, &m->restorer);
}

void trial_monitor_close(trial_monitor *m)
{
    trial_close(&m->trial);
    restorer_close(&m->restorer);
    *m = (trial_monitor){ 0 };
}

void trial_monitor_plan(trial_monitor *m, arena *a)
{
    size_t most = (size_t)trial_most_patches(&m->trial);
    trial_plan(&m->trial, a);
    m->real = arena_take(a, most * PATCH_SIZE, sizeof *m->real);
    m->made = arena_take(a, most * PATCH_SIZE, sizeof *m->made);
    fid_plan(&m->fid, a, PATCH_SIZE);
}

size_t trial_monitor_memory(const trial_monitor *m)
{
    return m->restorer.arena.size + m->trial.sized.size + m->trial.restoring.size;
}

status trial_monitor_prepare(trial_monitor *m)
{
    trial *t = &m->trial;
    m->patches = 0;
    for (int i = 0; i < t->count; i++) {
        TRY(trial_take(t, i));
        m->patches +=
            trial_patches(t, i, t->original, m->real + (ptrdiff_t)m->patches * PATCH_SIZE);
    }
    if (m->patches >= PATCHES_LEAST)
        fid_set(&m->fid, m->patches, m->real);
    return STATUS_OK;
}

status trial_monitor_run(trial_monitor *m, judged_figures *out)
{
    trial *t = &m->trial;
    trial_sums sums = { 0 };
    ptrdiff_t patches = 0;
    for (int i = 0; i < t->count; i++) {
        TRY(trial_take(t, i));
        TRY(trial_restore(t, &m->restorer));
        trial_add(t, &sums);
        patches += trial_patches(t, i, t->result, m->made + patches * PATCH_SIZE);
    }
    fidelity f = trial_means(&sums);
    *out = judged_nothing();
    out->psnr = f.psnr;
    out->ssim = f.ssim;
    if (m->patches >= PATCHES_LEAST)
        out->patches = fid_estimate(&m->fid, t->compute, NULL, m->patches, m->made).value;
    return STATUS_OK;
}
