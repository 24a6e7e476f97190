/* train/run.c - a run: opened afresh or from its checkpoint, then epoch by epoch.
 *
 * What is written at an epoch's end is written in this order: pictures, the row of metrics.csv, the
 * best checkpoint, the checkpoint. So whenever it is cut short, the checkpoint is the oldest of
 * them, and a resumed run writes again what came after it, to the same bytes.
 *
 * SPDX-License-Identifier: MIT */
#include "train/run.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "game/game.h"
#include "game/saved.h"
#include "nn/schedule.h"
#include "train/picture.h"
#include "train/signals.h"

#include "base/banned.h"

typedef struct run {
    train_options options;
    json_object saved; /* what texts of a resumed run's options point into */
    run_folder folder;
    dataset data;
    model model;
    compute compute;
    arena arena;
    vitals vitals;
    diagnosis diagnosis;
    judge judge;
    size_t judge_memory; /* its part of the arena */
    best_epoch best;
    uint32_t best_saved; /* the epoch of the best.bin that a resumed run found; 0: none */
    uint32_t *order;     /* of the samples in this epoch */
    picture picture;
    bool is_saved; /* model.bin is the present state */
    int signal;    /* what ended the run before its last epoch; 0: nothing */
} run;

/* ---- opening ---- */

static data_identity identity_of(const dataset *d)
{
    return (data_identity){ d->channels,    d->height,
                            d->width,       d->count,
                            d->fingerprint, d->kind == DATA_POINTS ? SAMPLE_POINT : SAMPLE_IMAGE };
}

static void plan(run *r)
{
    model_plan(&r->model, &r->arena, MODEL_TRAINS);
    r->order = arena_take(&r->arena, (size_t)r->data.count, sizeof *r->order);
    picture_plan(&r->picture, &r->arena, &r->model, &r->data);
    vitals_plan(&r->vitals, &r->arena, &r->model);
    size_t before = r->arena.used;
    judge_plan(&r->judge, &r->arena, &r->compute);
    r->judge_memory = r->arena.used - before;
}

static status open_memory(run *r)
{
    plan(r);
    TRY(arena_open(&r->arena));
    plan(r);
    vitals_open(&r->vitals, &r->data, &r->compute);
    return STATUS_OK;
}

static status check_epochs(const run *r)
{
    uint64_t steps = (uint64_t)r->options.epochs * model_epoch_steps(&r->model);
    uint32_t done = r->model.epoch + (r->model.step > 0);
    if ((uint32_t)r->options.epochs < done)
        return status_fail(STATUS_USAGE,
                           "--epochs: the run in %s is in epoch %" PRIu32 " already, got %d",
                           r->folder.path, done, r->options.epochs);
    const model_options *o = &r->model.options;
    if (o->lr_schedule != SCHEDULE_CONSTANT && r->options.epochs > o->lr_epochs)
        return status_fail(STATUS_USAGE,
                           "--epochs: expected at most %d, after which the %s --lr-schedule has "
                           "the learning rate at 0 (--lr-epochs), got %d",
                           o->lr_epochs, schedule_choice(o->lr_schedule)->name, r->options.epochs);
    if (steps > UINT32_MAX)
        return status_fail(STATUS_USAGE,
                           "--epochs: expected at most %" PRIu32 " steps all in all, got %" PRIu64,
                           UINT32_MAX, steps);
    return STATUS_OK;
}

static status open_data(run *r, const run_observer *watch)
{
    const train_options *o = &r->options;
    dataset_request q = { .where = o->data,
                          .limit = o->model.limit,
                          .images = o->images,
                          .compute = &r->compute,
                          .watch = &watch->images };
    return dataset_open_with(&r->data, &q);
}

static status open_fresh(run *r, const run_observer *watch)
{
    model_options *o = &r->options.model;
    TRY(open_data(r, watch));
    data_identity data = identity_of(&r->data);
    if (o->lr_schedule != SCHEDULE_CONSTANT && o->lr_epochs == 0)
        o->lr_epochs = r->options.epochs;
    TRY(model_open(&r->model, o, &data));
    r->options.model = r->model.options;
    TRY(check_epochs(r));
    TRY(judge_open(&r->judge, &r->data, &r->options, &r->compute));
    TRY(open_memory(r));
    model_init(&r->model, r->compute.kernels);
    if (r->options.overwrite)
        TRY(folder_clear(&r->folder));
    return STATUS_OK;
}

/* Options that decide what is computed may be given again, but not changed. */
static status compare_options(const run *r, const option_settings *given)
{
    model_options wanted = r->model.options;
    model other;
    TRY(option_apply(given, &model_option_table, SCOPE_MODEL, &wanted));
    /* Opening a model brings specs into the one form in which they can be compared. */
    TRY(model_open(&other, &wanted, &r->model.data));
    status s = STATUS_OK;
    for (size_t i = 0; i < model_option_table.count && s == STATUS_OK; i++) {
        const option_row *row = &model_option_table.rows[i];
        text saved = { 0 }, now = { 0 };
        option_get(row, &r->model.options, &saved);
        option_get(row, &other.options, &now);
        s = saved.failed || now.failed ? status_fail(STATUS_MEMORY, "out of memory") : STATUS_OK;
        if (s == STATUS_OK && strcmp(saved.data, now.data) != 0)
            s = status_fail(
                STATUS_USAGE,
                "--%s: the run in %s has \"%s\", got \"%s\"; it cannot change on the way: "
                "leave it out, or start a new run with --out",
                row->name, r->folder.path, saved.data, now.data);
        text_free(&saved);
        text_free(&now);
    }
    model_close(&other);
    return s;
}

static status compare_data(const run *r)
{
    data_identity now = identity_of(&r->data);
    const data_identity *saved = &r->model.data;
    if (now.channels != saved->channels || now.height != saved->height ||
        now.width != saved->width || now.count != saved->count ||
        now.fingerprint != saved->fingerprint)
        return status_fail(STATUS_USAGE,
                           "--data: %s has %d samples of %dx%dx%d with the CRC-32 %08" PRIx32
                           ", but the run in %s was started on %d of %dx%dx%d with %08" PRIx32,
                           r->data.path, now.count, now.channels, now.height, now.width,
                           now.fingerprint, r->folder.path, saved->count, saved->channels,
                           saved->height, saved->width, saved->fingerprint);
    return STATUS_OK;
}

/* After a crash best.bin may be of an epoch that comes again. */
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

/* What the epochs before this call have shown. */
static status read_past(run *r)
{
    epoch_metrics *rows;
    uint32_t count;
    r->best_saved = epoch_of_best(r);
    status s = metrics_read(r->folder.metrics, r->model.epoch, &rows, &count);
    for (uint32_t i = 0; i < count; i++)
        diagnosis_add(&r->diagnosis, &rows[i]);
    r->best = metrics_best(rows, count);
    free(rows);
    return s;
}

static status resume(run *r, checkpoint *f, const option_settings *given, const run_observer *watch)
{
    TRY(model_open_file(&r->model, f, r->folder.model));
    TRY(compare_options(r, given));
    TRY(folder_load_options(&r->folder, &r->options, &r->saved));
    TRY(option_apply(given, &train_option_table, SCOPE_RUN, &r->options));
    r->options.model = r->model.options;
    TRY(check_epochs(r));
    TRY(open_data(r, watch));
    TRY(compare_data(r));
    TRY(judge_open(&r->judge, &r->data, &r->options, &r->compute));
    TRY(open_memory(r));
    TRY(model_read(&r->model, f));
    r->is_saved = true;
    TRY(metrics_rewind(r->folder.metrics, r->model.epoch));
    return read_past(r);
}

static status open_saved(run *r, const option_settings *given, const run_observer *watch)
{
    checkpoint f;
    status s = resume(r, &f, given, watch);
    checkpoint_close(&f);
    return s;
}

static status run_open(run *r, const option_settings *given, const run_observer *watch)
{
    option_defaults(&model_option_table, &r->options);
    option_defaults(&train_option_table, &r->options);
    option_defaults(&compute_option_table, &r->options.compute);
    TRY(option_apply(given, &model_option_table, SCOPE_MODEL, &r->options));
    TRY(option_apply(given, &compute_option_table, SCOPE_CALL, &r->options.compute));
    TRY(option_apply(given, &train_option_table, SCOPE_RUN, &r->options));
    TRY(compute_open(&r->compute, r->options.compute.isa, r->options.compute.threads));
    TRY(folder_open(&r->folder, &r->options));
    diagnosis_open(&r->diagnosis, &r->model.options);
    return r->options.resume ? open_saved(r, given, watch) : open_fresh(r, watch);
}

static void run_close(run *r)
{
    judge_close(&r->judge);
    arena_close(&r->arena);
    compute_close(&r->compute);
    model_close(&r->model);
    dataset_close(&r->data);
    folder_close(&r->folder);
    json_free(&r->saved);
}

/* ---- running ---- */

static status write_picture(run *r, const char *stem, random_stream s)
{
    char *path = NULL;
    TRY(folder_numbered(&r->folder, stem, r->model.epoch, ".png", &path));
    status result = picture_write(&r->picture, &r->model, &r->compute, s, path);
    free(path);
    return result;
}

/* The z that every epoch shows. */
static random_stream fixed_stream(const run *r)
{
    return (random_stream){ r->model.options.seed, 0, random_name(RANDOM_GRID_FIXED, 0, 0) };
}

static status write_pictures(run *r)
{
    uint64_t seed = r->model.options.seed;
    TRY(folder_make(r->folder.samples));
    TRY(write_picture(r, "samples/epoch-", fixed_stream(r)));
    return write_picture(
        r, "samples/random-",
        (random_stream){ seed, r->model.epoch, random_name(RANDOM_GRID_FRESH, 0, 0) });
}

static status save(run *r)
{
    TRY(model_save(&r->model, r->folder.model));
    r->is_saved = true;
    return STATUS_OK;
}

/* Every keep-every-th checkpoint gets a copy under a name of its own. */
static status keep(const run *r)
{
    char *path = NULL;
    if (r->options.keep_every == 0 || r->model.epoch % (uint32_t)r->options.keep_every != 0)
        return STATUS_OK;
    TRY(folder_numbered(&r->folder, "model-", r->model.epoch, ".bin", &path));
    status s = model_save(&r->model, path);
    free(path);
    return s;
}

/* The samples' figures, where they are due; also in the epoch that best.bin is of, so that its FID
 * is known although it was not due with this --eval-every. */
static status judge_epoch(run *r, epoch_metrics *e)
{
    if (!judge_is_due(&r->judge, r->model.epoch) &&
        !(r->judge.every > 0 && r->model.epoch == r->best_saved))
        return STATUS_OK;
    TRY(judge_run(&r->judge, &r->model, &r->compute));
    const estimate *f = r->judge.report.figures;
    e->judged = (judged_figures){
        .fid = f[FIGURE_FID].value,
        .class_kl = f[FIGURE_DIVERGENCE].value,
        .classes_covered = f[FIGURE_CLASSES].value,
        .classes = r->judge.evaluator.classes,
        .confidence = f[FIGURE_CONFIDENCE].value,
        .diversity = f[FIGURE_DIVERSITY].value,
    };
    return STATUS_OK;
}

/* The checkpoint with the least FID so far is best.bin; of equals, the first. */
static status keep_best(run *r, const epoch_metrics *e)
{
    if (!(e->judged.fid < r->best.fid))
        return STATUS_OK;
    TRY(model_save(&r->model, r->folder.best));
    r->best = (best_epoch){ r->model.epoch, e->judged.fid };
    return STATUS_OK;
}

static status end_epoch(run *r, const run_observer *watch, uint32_t steps, double seconds)
{
    epoch_metrics e = metrics_of(&r->model, steps, seconds);
    e.vitals = vitals_take(&r->vitals, &r->model, &r->compute, fixed_stream(r));
    model_end_epoch(&r->model);
    TRY(write_pictures(r));
    TRY(judge_epoch(r, &e));
    TRY(metrics_append(r->folder.metrics, &e));
    TRY(keep(r));
    TRY(keep_best(r, &e));
    if (r->model.epoch % (uint32_t)r->options.checkpoint_every == 0 ||
        r->model.epoch == (uint32_t)r->options.epochs)
        TRY(save(r));
    if (watch->epoch)
        watch->epoch(watch->context, &e);
    unsigned news = diagnosis_add(&r->diagnosis, &e);
    for (int i = 0; i < ILLNESS_COUNT; i++)
        if (news >> i & 1 && watch->finding)
            watch->finding(watch->context, &r->diagnosis.findings[i]);
    return STATUS_OK;
}

static void next_batch(void *context, uint32_t number, float *x)
{
    const run *r = context;
    int batch = r->model.options.batch;
    dataset_batch(&r->data, &r->compute, r->order + (size_t)number * (size_t)batch, batch, x);
}

/* The rest of this epoch, or what a signal leaves of it. */
static status run_epoch(run *r, const run_observer *watch)
{
    model *m = &r->model;
    uint32_t steps = model_epoch_steps(m), first = m->step;
    double start = clock_seconds();
    random_stream s = { m->options.seed, m->epoch, random_name(RANDOM_SHUFFLE, 0, 0) };
    random_shuffle(s, r->data.count, r->order);
    while (m->step < steps && !signals_caught()) {
        r->is_saved = false;
        TRY(model_step(m, &r->compute, (batch_source){ next_batch, r }));
        if (watch->step)
            watch->step(watch->context, m);
    }
    if (m->step == steps)
        return end_epoch(r, watch, steps - first, clock_seconds() - start);
    return STATUS_OK;
}

/* The run's first files. The checkpoint comes after the options: where there is one, a resumed run
 * has everything. */
static status begin(run *r)
{
    TRY(folder_save_options(&r->folder, &r->options));
    if (!r->is_saved)
        TRY(save(r));
    if (r->model.epoch == 0 && r->model.step == 0)
        TRY(write_pictures(r));
    return STATUS_OK;
}

static status run_epochs(run *r, const run_observer *watch)
{
    run_info info = {
        .options = &r->options,
        .folder = &r->folder,
        .data = &r->data,
        .model = &r->model,
        .compute = &r->compute,
        .judge = &r->judge,
        .best = &r->best,
        .diagnosis = &r->diagnosis,
        .data_memory = dataset_memory(&r->data),
        .net_memory = r->arena.size - r->judge_memory + compute_memory(&r->compute),
        .judge_memory = r->judge_memory + judge_data_memory(&r->judge),
        .resumed = r->options.resume,
    };
    const evaluator_watch judging = { watch->context, watch->classifier, watch->notice };
    if (watch->start)
        watch->start(watch->context, &info);
    if (r->model.epoch < (uint32_t)r->options.epochs)
        TRY(judge_prepare(&r->judge, &judging));
    TRY(begin(r));
    while (r->model.epoch < (uint32_t)r->options.epochs && !signals_caught())
        TRY(run_epoch(r, watch));
    if (!r->is_saved)
        TRY(save(r));
    if (r->model.epoch < (uint32_t)r->options.epochs)
        r->signal = signals_caught();
    if (watch->end)
        watch->end(watch->context, &info, r->signal);
    return STATUS_OK;
}

/* Where the system refused something, the run can go on once that is mended. */
static status stopped(const run *r, status s)
{
    if ((s != STATUS_IO && s != STATUS_MEMORY) || !file_exists(r->folder.model))
        return s;
    return status_adding(s, "the run has stopped; %s is whole, and --resume goes on from it",
                         r->folder.model);
}

status run_train(const option_settings *given, const run_observer *watch, int *signal)
{
    run r = { .folder.lock = -1, .best.fid = INFINITY };
    signals_catch();
    status s = run_open(&r, given, watch);
    if (s == STATUS_OK)
        s = stopped(&r, run_epochs(&r, watch));
    *signal = r.signal;
    if (s == STATUS_OK && r.signal)
        s = status_fail(STATUS_INTERRUPTED, "interrupted by a signal");
    signals_restore();
    run_close(&r);
    return s;
}
