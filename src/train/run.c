/* train/run.c - a run: opened as new or from its checkpoint, then trained epoch by epoch.
 *
 * The files of an epoch are written in this order: pictures, the row of metrics.csv, the logs, the
 * best checkpoint, the checkpoint. Whenever the run is cut short, the checkpoint is therefore the
 * oldest of them, and a resumed run writes whatever came after it again, to the same bytes. The
 * page, which is made of them, comes last.
 *
 * SPDX-License-Identifier: MIT */
#include "train/run.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "game/saved.h"
#include "train/epoch_picture.h"
#include "train/held_out.h"
#include "train/log.h"
#include "train/ranks.h"
#include "train/resume.h"
#include "train/signals.h"

#include "base/banned.h"

typedef struct run {
    trainer trainer;
    json_object saved; /* of a resumed run: the texts of its options */
    run_folder folder;
    arena arena;
    diagnosis diagnosis;
    monitor monitor;
    size_t monitor_memory; /* its part of the arena */
    best_epoch best;
    bool tests;          /* metrics.csv has the columns of restored test pictures */
    uint32_t best_saved; /* the epoch of the best.bin that a resumed run found; 0: none */
    held_out held_out;   /* what the pictures show */
    epoch_picture picture;
    bool is_saved;  /* model.bin is the present state */
    char *data;     /* the absolute path of the data */
    char *captions; /* and of the file of captions; NULL: none was named */
    char *from;     /* and of --from, likewise */
    int signal;     /* the signal that ended the run before its last epoch; 0: none */
} run;

/* ---- opening ---- */

static void plan(run *r)
{
    trainer *t = &r->trainer;
    trainer_plan(t, &r->arena);
    held_out_plan(&r->held_out, &r->arena, &t->model);
    const pairs *unseen = held_out_pairs(&r->held_out);
    epoch_picture_plan(&r->picture, &r->arena, &t->model, &t->data, unseen ? unseen : &t->pairs);
    size_t before = r->arena.used;
    monitor_plan(&r->monitor, &r->arena, &t->compute);
    r->monitor_memory = r->arena.used - before;
}

/* Makes a path absolute; one that JSON cannot hold stays as it was given. */
static status fix_path(char **absolute, const char **path, const char *given)
{
    TRY(path_absolute(absolute, given));
    if (utf8_is_valid(*absolute))
        *path = *absolute;
    return STATUS_OK;
}

/* Makes --data an absolute path, also if it was found at a usual place, and --captions and --from,
 * so that run.json names the same files from every folder. */
static status fix_data(run *r)
{
    const dataset *d = &r->trainer.data;
    train_options *o = &r->trainer.options;
    if (o->from)
        TRY(fix_path(&r->from, &o->from, o->from));
    if (o->images.captions)
        TRY(fix_path(&r->captions, &o->images.captions, o->images.captions));
    return find_is_name(d->path) ? STATUS_OK
                                 : fix_path(&r->data, &o->data, o->data ? o->data : d->path);
}

/* The most that decoding pictures took; the samples, those of the monitor too, are not part of it.
 */
static size_t reading_memory(const run *r)
{
    size_t own = r->trainer.data.reading_memory, judging = monitor_reading_memory(&r->monitor);
    return own > judging ? own : judging;
}

static run_info info_of(const run *r, const run_observer *watch)
{
    const trainer *t = &r->trainer;
    size_t planned = r->arena.block ? r->arena.size : r->arena.used;
    return (run_info){
        .trainer = t,
        .folder = &r->folder,
        .monitor = &r->monitor,
        .best = &r->best,
        .diagnosis = &r->diagnosis,
        .data_memory = dataset_memory(&t->data) + taught_memory(&t->taught) +
                       dataset_memory(&r->held_out.data),
        .net_memory = planned - r->monitor_memory + compute_memory(&t->compute),
        .monitor_memory = r->monitor_memory + monitor_data_memory(&r->monitor),
        .page_memory = watch->page.memory ? watch->page.memory(t) : 0,
        .reading_memory = reading_memory(r),
    };
}

/* The pictures are read before the nets are there. */
size_t run_memory(const run_info *info)
{
    size_t later = info->net_memory + info->monitor_memory;
    size_t most = info->reading_memory > later ? info->reading_memory : later;
    return info->data_memory + most + info->page_memory + MEMORY_OF_PROGRAM;
}

/* Counts what the run needs, and with --memory again with what fits. */
static status count_memory(run *r, const run_observer *watch)
{
    plan(r);
    const run_info info = info_of(r, watch);
    TRY(trainer_fit_memory(&r->trainer, run_memory(&info)));
    r->arena = (arena){ 0 };
    plan(r);
    return STATUS_OK;
}

/* Does everything between the options of a run and its first step. */
static status start(run *r, const run_observer *watch)
{
    trainer *t = &r->trainer;
    TRY(trainer_prepare(t, &watch->images));
    TRY(fix_data(r));
    TRY(monitor_open(&r->monitor, &t->data, &t->model, &t->options, &t->compute, &watch->images));
    TRY(held_out_open(&r->held_out, t));
    r->tests = r->monitor.every > 0 && r->monitor.restores;
    TRY(count_memory(r, watch));
    TRY(arena_open(&r->arena));
    plan(r);
    return trainer_start(t);
}

static status open_fresh(run *r, const run_observer *watch)
{
    TRY(start(r, watch));
    return r->trainer.options.overwrite ? folder_clear(&r->folder) : STATUS_OK;
}

/* The epoch of best.bin; after a crash it may be one that will be repeated. */
static uint32_t epoch_of_best(const run *r)
{
    checkpoint f;
    model m;
    status s = model_open_file(&m, &f, r->folder.best);
    uint32_t epoch = s == STATUS_OK ? m.epoch : 0;
    model_close(&m);
    checkpoint_close(&f);
    return epoch;
}

/* Restores the findings and the best epoch from the epochs before this call. */
static status read_past(run *r)
{
    epoch_metrics *rows;
    uint32_t count;
    r->best_saved = epoch_of_best(r);
    status s = metrics_read(r->folder.metrics, r->trainer.model.epoch, &rows, &count);
    for (uint32_t i = 0; i < count; i++)
        diagnosis_add(&r->diagnosis, &rows[i]);
    r->best = metrics_best(rows, count);
    /* Before the first step `begin` does that, after the pictures, which a crash may have left out.
     */
    if (s == STATUS_OK && model_total_steps(&r->trainer.model) > 0)
        s = log_resume(r->trainer.options.log, &r->folder, r->trainer.model.epoch, rows, count);
    free(rows);
    return s;
}

static status open_saved(run *r, const train_config *c, const run_observer *watch)
{
    trainer *t = &r->trainer;
    TRY(trainer_load(t, c, r->folder.model, r->folder.path));
    TRY(folder_load_options(&r->folder, &t->options, &r->saved));
    TRY(resume_compare_preset(&t->options, &r->saved, c, r->folder.path));
    config_copy_given(c, SCOPE_RUN, &t->options);
    TRY(folder_check_data(r->folder.options, t->options.data, &r->saved));
    TRY(folder_check_captions(r->folder.model, t->options.images.captions, &r->saved));
    TRY(start(r, watch));
    r->is_saved = true;
    TRY(folder_widen(&r->folder, t->model.epoch));
    TRY(metrics_rewind(r->folder.metrics, t->model.epoch, &t->options.model, &r->tests));
    return read_past(r);
}

static status run_open(run *r, train_config *c, const run_observer *watch)
{
    TRY(trainer_open(&r->trainer, c));
    TRY(folder_open(&r->folder, &c->options));
    diagnosis_open(&r->diagnosis, &r->trainer.model.options);
    return c->options.resume ? open_saved(r, c, watch) : open_fresh(r, watch);
}

static void run_close(run *r)
{
    monitor_close(&r->monitor);
    held_out_close(&r->held_out);
    trainer_close(&r->trainer);
    arena_close(&r->arena);
    folder_close(&r->folder);
    json_free(&r->saved);
    free(r->data);
    free(r->captions);
    free(r->from);
}

/* ---- running ---- */

static status write_picture(run *r, const char *stem, random_stream s)
{
    char *path = NULL;
    trainer *t = &r->trainer;
    TRY(folder_numbered(&r->folder, stem, t->model.epoch, ".png", &path));
    status result = epoch_picture_write(&r->picture, &t->model, &t->compute, s, path);
    free(path);
    return result;
}

/* The same bytes each time. */
static status write_legend(const run *r)
{
    const model *m = &r->trainer.model;
    bool has_grids = r->trainer.options.picture_every > 0 && r->trainer.data.kind != DATA_POINTS;
    bool is_told = m->options.condition != CONDITION_NONE || m->options.task != TASK_NONE;
    if (!is_told || !has_grids)
        return STATUS_OK;
    TRY(folder_make(r->folder.samples));
    return epoch_picture_write_legend(m, r->folder.legend);
}

/* Says what a new run took from where, with --from. */
static status write_from(const run *r)
{
    const text *t = &r->trainer.from.json;
    return t->data ? file_write(r->folder.from, t->data, t->length) : STATUS_OK;
}

static bool has_all_epochs(const run *r)
{
    return r->trainer.model.epoch == (uint32_t)r->trainer.options.epochs;
}

/* Writes the two pictures of every picture-every-th epoch and of the last. */
static status write_pictures(run *r)
{
    const model *m = &r->trainer.model;
    uint32_t every = (uint32_t)r->trainer.options.picture_every;
    if (every == 0 || (m->epoch % every != 0 && !has_all_epochs(r)))
        return STATUS_OK;
    TRY(folder_make(r->folder.samples));
    TRY(write_picture(r, "samples/epoch-", trainer_fixed_stream(&r->trainer)));
    return write_picture(
        r, "samples/random-",
        (random_stream){ m->options.seed, m->epoch, random_name(RANDOM_GRID_FRESH, 0, 0) });
}

/* Tells the signal handlers what ending at once would lose from here on. */
static void note_saved(run *r)
{
    char lost[128];
    const model *m = &r->trainer.model;
    snprintf(lost, sizeof lost,
             "what was trained after epoch %" PRIu32 ", step %" PRIu32
             " is lost; --resume continues from there",
             m->epoch, m->step);
    signals_say_lost(lost);
    r->is_saved = true;
}

static status save(run *r)
{
    TRY(ranks_save(&r->trainer.model, r->folder.model));
    note_saved(r);
    return STATUS_OK;
}

/* Every keep-every-th checkpoint gets a copy under a name of its own. */
static status keep(const run *r)
{
    char *path = NULL;
    const model *m = &r->trainer.model;
    int every = r->trainer.options.keep_every;
    if (every == 0 || m->epoch % (uint32_t)every != 0)
        return STATUS_OK;
    TRY(folder_numbered(&r->folder, "model-", m->epoch, ".bin", &path));
    status s = ranks_save(m, path);
    free(path);
    return s;
}

/* Judges the samples if it is due, or if best.bin is of this epoch: its figure is then known
 * although it was not due with this --eval-every. */
static status judge_epoch(run *r, epoch_metrics *e)
{
    monitor *m = &r->monitor;
    trainer *t = &r->trainer;
    e->tests = r->tests;
    if (!monitor_is_due(m, t->model.epoch) && !(m->every > 0 && t->model.epoch == r->best_saved))
        return STATUS_OK;
    return monitor_run(m, &t->model, &t->compute, &e->judged);
}

/* Saves the best checkpoint so far as best.bin; the first of equals. */
static status keep_best(run *r, const epoch_metrics *e)
{
    return metrics_is_better(&r->best, e) ? ranks_save(&r->trainer.model, r->folder.best)
                                          : STATUS_OK;
}

static void show_picture(run *r, const run_observer *watch)
{
    trainer *t = &r->trainer;
    if (!watch->picture)
        return;
    const show_subject drawn =
        epoch_picture_draw(&r->picture, &t->model, &t->compute, trainer_fixed_stream(t));
    watch->picture(watch->context, &drawn);
}

static status write_page(const run *r, const run_page *page)
{
    return r->trainer.options.report && page->write ? page->write(page->context, &r->folder)
                                                    : STATUS_OK;
}

static status end_epoch(run *r, const run_observer *watch)
{
    trainer *t = &r->trainer;
    epoch_metrics e = trainer_end_epoch(t);
    TRY(folder_widen(&r->folder, t->model.epoch));
    TRY(write_pictures(r));
    TRY(judge_epoch(r, &e));
    TRY(dataset_check(&t->data)); /* pictures of a task show parts of the data */
    TRY(dataset_check(&r->held_out.data));
    TRY(metrics_append(r->folder.metrics, &e));
    TRY(log_append(t->options.log, &r->folder, &e));
    TRY(keep(r));
    TRY(keep_best(r, &e));
    if (t->model.epoch % (uint32_t)t->options.checkpoint_every == 0 || has_all_epochs(r))
        TRY(save(r));
    if (watch->epoch)
        watch->epoch(watch->context, &e);
    unsigned news = diagnosis_add(&r->diagnosis, &e);
    for (int i = 0; i < ILLNESS_COUNT; i++)
        if (news >> i & 1 && watch->finding)
            watch->finding(watch->context, &r->diagnosis.findings[i]);
    show_picture(r, watch);
    return write_page(r, &watch->page);
}

/* Trains to the end of this epoch, or until a signal. */
static status run_epoch(run *r, const run_observer *watch)
{
    trainer *t = &r->trainer;
    while (!trainer_epoch_is_done(t) && trainer_goes_on(t, signals_caught())) {
        r->is_saved = false;
        TRY(trainer_step(t));
        clock_mark();
        if (watch->step)
            watch->step(watch->context, &t->model);
    }
    return trainer_epoch_is_done(t) ? end_epoch(r, watch) : STATUS_OK;
}

/* Writes the run's first files. The checkpoint comes after the options: if it is there, a resumed
 * run has everything. */
static status begin(run *r)
{
    TRY(folder_save_options(&r->folder, &r->trainer.options));
    TRY(write_from(r));
    if (r->is_saved)
        note_saved(r);
    else
        TRY(save(r));
    TRY(write_legend(r));
    if (r->trainer.model.epoch > 0 || r->trainer.model.step > 0)
        return STATUS_OK;
    TRY(write_pictures(r));
    return log_resume(r->trainer.options.log, &r->folder, 0, NULL, 0);
}

static status run_epochs(run *r, const run_observer *watch)
{
    const trainer *t = &r->trainer;
    const run_info info = info_of(r, watch);
    const evaluator_watch judging = { .context = watch->context,
                                      .epoch = watch->classifier,
                                      .notice = watch->notice };
    if (watch->start)
        watch->start(watch->context, &info);
    if (!has_all_epochs(r))
        TRY(monitor_prepare(&r->monitor, &judging));
    TRY(begin(r));
    show_picture(r, watch);
    TRY(write_page(r, &watch->page));
    while (!has_all_epochs(r) && t->signal == 0)
        TRY(run_epoch(r, watch));
    TRY(group_status(t->group));
    if (!r->is_saved)
        TRY(save(r));
    if (!has_all_epochs(r))
        r->signal = t->signal;
    ranks_end(t->group);
    if (watch->end)
        watch->end(watch->context, &info, r->signal);
    return STATUS_OK;
}

/* If the system refused something, the run can go on once that is fixed. */
static status stopped(const run *r, status s)
{
    if ((s != STATUS_IO && s != STATUS_MEMORY) || !file_exists(r->folder.model))
        return s;
    return status_adding(s, "the run has stopped; %s is intact, and --resume continues from it",
                         r->folder.model);
}

status run_train(train_config *c, const run_observer *watch, int *signal)
{
    run r = { .trainer.saved.file.fd = -1, .folder.lock = -1, .best = metrics_none_judged() };
    signals_catch(watch->before_signal);
    status s = run_open(&r, c, watch);
    if (s == STATUS_OK)
        s = stopped(&r, run_epochs(&r, watch));
    *signal = r.signal;
    if (s == STATUS_OK && r.signal)
        s = status_fail(STATUS_INTERRUPTED, "interrupted by a signal");
    signals_restore();
    run_close(&r);
    return s;
}
