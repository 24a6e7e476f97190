/* train/trainer.c - data, a model and its position.
 *
 * SPDX-License-Identifier: MIT */
#include "train/trainer.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/size.h"
#include "game/saved.h"
#include "nn/schedule.h"
#include "train/choice.h"
#include "train/ranks.h"
#include "train/resume.h"

#include "base/banned.h"

/* ---- opening ---- */

static status refuse_from(void)
{
    return status_fail(STATUS_USAGE, "--from: is for a new run, and --resume goes on with its own "
                                     "nets; leave one of them out");
}

status trainer_open(trainer *t, train_config *c)
{
    *t = (trainer){ .options = c->options, .config = c, .group = c->group, .saved.file.fd = -1 };
    TRY(compute_open(&t->compute, t->options.compute.isa, t->options.compute.threads));
    if (!t->options.from)
        return STATUS_OK;
    if (t->options.resume)
        return refuse_from();
    TRY(from_open(&t->from, t->options.from));
    from_add_options(&t->from, c, &t->options.model);
    return STATUS_OK;
}

void trainer_close(trainer *t)
{
    checkpoint_close(&t->saved);
    from_close(&t->from);
    ahead_close(t->ahead);
    compute_close(&t->compute);
    model_close(&t->model);
    taught_close(&t->taught);
    dataset_close(&t->data);
    text_free(&t->chosen);
}

status trainer_load(trainer *t, const train_config *c, const char *path, const char *run)
{
    if (t->from.path)
        return refuse_from();
    t->run = run;
    TRY(model_open_file(&t->model, &t->saved, path));
    TRY(resume_compare_options(&t->model, c, run));
    t->options.model = t->model.options;
    return STATUS_OK;
}

static status open_data(trainer *t, const image_watch *watch)
{
    const train_options *o = &t->options;
    dataset_request q = { .where = o->data,
                          .limit = o->model.limit,
                          .captions = o->model.condition == CONDITION_CAPTION ? CAPTIONS_NEED
                                                                              : CAPTIONS_IF_NAMED,
                          .images = o->images,
                          .crop = o->model.task == TASK_NONE ? 0
                                  : o->model.crop > 0        ? o->model.crop
                                                             : CROP_NATURAL,
                          .memory = (double)o->memory,
                          .on_disk = o->memory > 0,
                          .crop_step = task_nth(o->model.task)->scales ? o->model.scale : 1,
                          .compute = &t->compute,
                          .watch = watch };
    return dataset_open_with(&t->data, &q);
}

static status open_model(trainer *t, const data_identity *data)
{
    model_options *o = &t->options.model;
    if (o->task != TASK_NONE)
        o->crop = t->data.crop;
    if (o->lr_schedule != SCHEDULE_CONSTANT && o->lr_epochs == 0)
        o->lr_epochs = t->options.epochs > 0 ? t->options.epochs : 1;
    TRY(model_open(&t->model, o, data));
    *o = t->model.options;
    return resume_check_epochs(&t->model, t->options.epochs, "");
}

/* The size to which --preset auto has pictures scaled, before they are read. */
static status choose_size(trainer *t)
{
    picture_survey s;
    char digits[16];
    TRY(survey_pictures(&s, t->options.data, &t->compute));
    int size = choice_size(&s, &t->options);
    if (size == 0)
        return STATUS_OK;
    snprintf(digits, sizeof digits, "%d", size);
    config_set_by_preset(t->config, "size", digits);
    t->options.images.size = t->config->options.images.size;
    return STATUS_OK;
}

/* What --preset auto sets beside the size. The options of --from give way to it, as to any preset.
 */
static status choose(trainer *t)
{
    train_config *c = t->config;
    const choice_facts facts = choice_facts_of(&t->data, c);
    choice_make(c, &facts, &t->chosen);
    config_copy_given(c, SCOPE_MODEL, &t->options.model);
    config_copy_given(c, SCOPE_RUN, &t->options);
    t->options.epochs = c->options.epochs; /* also where the phases say how many */
    return text_check(&t->chosen);
}

status trainer_prepare(trainer *t, const image_watch *watch)
{
    group g = t->group;
    bool chooses = t->config->chooses && !t->run;
    if (t->run)
        TRY(resume_check_epochs(&t->model, t->options.epochs, t->run));
    if (g.rank > 0)
        TRY(ranks_wait(g)); /* for rank 0, which leaves the cache of decoded pictures */
    if (chooses)
        TRY(choose_size(t));
    TRY(open_data(t, watch));
    if (g.rank == 0)
        TRY(ranks_wait(g));
    if (chooses)
        TRY(choose(t));
    data_identity data = resume_identity(&t->data);
    TRY(taught_open(&t->taught, &t->options.model, &t->data, &data));
    TRY(t->run ? resume_compare_data(&t->model, &t->data, &data, t->run) : open_model(t, &data));
    t->model.taught = &t->taught.list.table;
    t->model.group = g;
    return g.rank == 0 ? ranks_check(&t->model) : STATUS_OK;
}

void trainer_plan(trainer *t, arena *a)
{
    model_plan(&t->model, a, MODEL_TRAINS);
    t->order = arena_take(a, (size_t)t->model.data.count, sizeof *t->order);
    pairs_plan(&t->pairs, a, &t->model, &t->data);
    vitals_plan(&t->vitals, a, &t->model);
    if (t->ahead_rows > 0)
        t->ahead_samples =
            arena_take(a, (size_t)t->ahead_rows, (size_t)dataset_sample_size(&t->data));
}

/* The steps whose samples are read ahead: one that is computed, and others meanwhile. */
enum { LEAST_AHEAD = 2, MOST_AHEAD = 8 };

status trainer_fit_memory(trainer *t, size_t used)
{
    const size_t most = (size_t)t->options.memory, samples = (size_t)model_step_samples(&t->model);
    const size_t step = samples * (size_t)dataset_sample_size(&t->data);
    const size_t least = used + (t->data.store ? LEAST_AHEAD * step : 0);
    t->ahead_rows = 0;
    if (most == 0)
        return STATUS_OK;
    if (least > most)
        return status_fail(STATUS_USAGE,
                           "--memory: expected at least %.0fM, which a step of this run needs, got "
                           "%.4gM",
                           ceil((double)least / 1e6), (double)most / 1e6);
    if (!t->data.store)
        return STATUS_OK;
    if (dataset_bytes(&t->data) <= most - used)
        return dataset_load(&t->data);
    size_t steps = size_min((most - used) / step, MOST_AHEAD);
    t->ahead_rows = (int)(steps * samples);
    return STATUS_OK;
}

status trainer_take_memory(trainer *t, arena *a)
{
    trainer_plan(t, a);
    TRY(trainer_fit_memory(t, a->used + dataset_memory(&t->data) + taught_memory(&t->taught) +
                                  compute_memory(&t->compute) + MEMORY_OF_PROGRAM));
    *a = (arena){ 0 };
    trainer_plan(t, a);
    TRY(arena_open(a));
    trainer_plan(t, a);
    return STATUS_OK;
}

static status set_first(trainer *t)
{
    model_init(&t->model, t->compute.kernels);
    return t->from.path ? from_read(&t->from, &t->model) : STATUS_OK;
}

static status read_saved(trainer *t, uint32_t *crc)
{
    status s = model_read(&t->model, &t->saved);
    *crc = t->saved.file.crc;
    checkpoint_close(&t->saved);
    return s;
}

status trainer_start(trainer *t)
{
    uint32_t read = 0;
    vitals_open(&t->vitals, &t->data, &t->compute);
    TRY(dataset_check(&t->data));
    if (t->ahead_rows > 0)
        TRY(ahead_open(&t->ahead, &t->data, t->ahead_samples, t->ahead_rows));
    t->pairs.ahead = t->ahead;
    if (t->model.options.task != TASK_NONE) {
        pairs_show_these(&t->pairs, &t->compute, t->vitals.reals);
        model_show(&t->model, (picture_examples){ t->pairs.shown, PAIRS_SHOWN });
    }
    TRY(t->run ? read_saved(t, &read) : set_first(t));
    return ranks_compare(&t->model, read);
}

/* ---- training ---- */

static void begin_epoch(trainer *t)
{
    const model *m = &t->model;
    random_stream s = { m->options.seed, m->epoch, random_name(RANDOM_SHUFFLE, 0, 0) };
    t->started = clock_seconds();
    t->first_step = m->step;
    if (t->ahead)
        ahead_stop(t->ahead);
    random_shuffle(s, m->data.count, t->order);
    if (t->ahead)
        ahead_begin(t->ahead, t->order, model_epoch_steps(m) * (uint32_t)model_step_samples(m),
                    &(crop_draw){ { m->options.seed, m->epoch, random_name(RANDOM_CROP, 0, 0) },
                                  m->options.flip,
                                  m->options.turn });
    t->is_shuffled = true;
}

static void next_batch(void *context, uint32_t number, real_batch *to)
{
    const trainer *t = context;
    const model *m = &t->model;
    uint32_t begin = number * (uint32_t)m->options.batch + (uint32_t)to->first;
    if (to->poor)
        pairs_batch(&t->pairs, &t->compute, m->epoch, begin, to->rows, t->order + begin, to->x,
                    to->poor);
    else if (t->ahead)
        ahead_batch(t->ahead, &t->compute, begin, to->rows, to->x);
    else
        dataset_batch(&t->data, &t->compute, t->order + begin, to->rows, to->x);
    for (int i = 0; to->ids && i < to->rows; i++) {
        uint32_t place = begin + (uint32_t)i, sample = t->order[place];
        to->ids[i] = taught_of(&t->taught, m->options.seed, m->epoch, place, sample);
        to->others[i] = taught_other(&t->taught, m->options.seed, m->epoch, place, sample);
    }
}

bool trainer_goes_on(trainer *t, int signal)
{
    t->signal = group_most(t->group, signal);
    return t->signal == 0;
}

status trainer_step(trainer *t)
{
    assert(!trainer_epoch_is_done(t));
    if (!t->is_shuffled)
        begin_epoch(t);
    if (t->ahead) {
        int samples = model_step_samples(&t->model);
        TRY(ahead_wait(t->ahead, t->model.step * (uint32_t)samples, samples));
    }
    compute shared = t->compute;
    shared.group = t->group;
    return model_step(&t->model, &shared, (batch_source){ next_batch, t });
}

bool trainer_epoch_is_done(const trainer *t)
{
    return t->model.step == model_epoch_steps(&t->model);
}

random_stream trainer_fixed_stream(const trainer *t)
{
    return (random_stream){ t->model.options.seed, 0, random_name(RANDOM_GRID_FIXED, 0, 0) };
}

epoch_metrics trainer_end_epoch(trainer *t)
{
    uint32_t steps = t->model.step - t->first_step;
    epoch_metrics e = metrics_of(&t->model, steps, clock_seconds() - t->started);
    if (t->group.rank == 0)
        e.vitals = vitals_take(&t->vitals, &t->model, &t->compute, trainer_fixed_stream(t));
    model_end_epoch(&t->model);
    t->is_shuffled = false;
    return e;
}
