/* train/monitor.c - judges a run's samples every --eval-every epochs. Called by run.c alone; eval/
 * knows the figures.
 *
 * SPDX-License-Identifier: MIT */
#include "train/monitor.h"

#include <math.h>

#include "base/banned.h"

/* The defaults of `gan eval`. */
enum { MOST_SAMPLES = 10000, SEED = 1 };

/* If the run uses only some of the training images, or some must be held out for the test, the
 * monitor reads the images once more. */
static status open_parts(monitor *m, dataset *data, const train_options *o, const compute *c,
                         const image_watch *watch)
{
    dataset_request q = { .where = o->data,
                          .images = o->images,
                          .captions = o->model.condition == CONDITION_CAPTION ? CAPTIONS_NEED
                                                                              : CAPTIONS_IF_NAMED,
                          .memory = (double)o->memory,
                          .on_disk = o->memory > 0,
                          .compute = c };
    dataset *train = data;
    if (o->model.limit > 0 || data->kind == DATA_PICTURES) {
        TRY(dataset_open_with(&m->whole, &q)); /* the watch has been told of these images */
        train = &m->whole;
    }
    m->train = train;
    q.watch = watch;
    return dataset_open_test(&m->test, train, &q);
}

static status open_task(monitor *m, dataset *data, const model *of, const train_options *o,
                        const compute *c, const image_watch *watch)
{
    status s = trial_monitor_open(&m->trials, &m->test, &m->whole, data, of, o, c, watch);
    m->count = m->trials.trial.count;
    m->train = data;
    return s == STATUS_OK ? s : status_within(s, "--eval-every");
}

static status open_data(monitor *m, dataset *data, const known_conditions *known,
                        const train_options *o, const compute *c, const image_watch *watch)
{
    if (data->kind == DATA_POINTS)
        return status_fail(STATUS_USAGE,
                           "--eval-every: expected images, but %s has points; gan eval counts the "
                           "modes of a checkpoint, and --keep-every keeps one every N epochs",
                           data->path);
    if (open_parts(m, data, o, c, watch) != STATUS_OK)
        return status_within(STATUS_IO, "--eval-every");
    m->count = m->test.count < MOST_SAMPLES ? m->test.count : MOST_SAMPLES;
    m->count = m->count > EVALUATOR_LEAST ? m->count : EVALUATOR_LEAST;
    status s = evaluator_open(&m->evaluator, m->train, &m->test, m->count, EVALUATE_QUICK);
    if (s == STATUS_OK)
        s = real_conditions_open(&m->conditions, known, m->train, ORDER_TRAINING_IMAGES, m->count);
    return s == STATUS_OK ? s : status_within(s, "--eval-every");
}

status monitor_open(monitor *m, dataset *data, const model *of, const train_options *o,
                    const compute *c, const image_watch *watch)
{
    *m = (monitor){ .every = (uint32_t)o->eval_every, .restores = o->model.task != TASK_NONE };
    if (m->every == 0)
        return STATUS_OK;
    status s = m->restores ? open_task(m, data, of, o, c, watch)
                           : open_data(m, data, &of->known, o, c, watch);
    if (s != STATUS_OK)
        monitor_close(m);
    return s;
}

void monitor_close(monitor *m)
{
    evaluator_close(&m->evaluator);
    trial_monitor_close(&m->trials);
    real_conditions_close(&m->conditions);
    dataset_close(&m->whole);
    dataset_close(&m->test);
    *m = (monitor){ 0 };
}

void monitor_plan(monitor *m, arena *a, const compute *c)
{
    if (m->every == 0)
        return;
    if (m->restores) {
        trial_monitor_plan(&m->trials, a);
        return;
    }
    evaluator_plan(&m->evaluator, a, c);
    m->samples =
        arena_take(a, (size_t)m->count * (size_t)dataset_sample_size(m->train), sizeof *m->samples);
}

size_t monitor_data_memory(const monitor *m)
{
    if (m->every == 0)
        return 0;
    return dataset_memory(&m->whole) + dataset_memory(&m->test) +
           (m->restores ? trial_monitor_memory(&m->trials)
                        : real_conditions_memory(&m->conditions));
}

size_t monitor_reading_memory(const monitor *m)
{
    size_t whole = m->whole.reading_memory, test = m->test.reading_memory;
    return whole > test ? whole : test;
}

status monitor_prepare(monitor *m, const evaluator_watch *watch)
{
    if (m->every == 0)
        return STATUS_OK;
    if (m->restores)
        return trial_monitor_prepare(&m->trials);
    TRY(evaluator_prepare(&m->evaluator, watch));
    if (evaluator_is_blind(&m->evaluator) && watch->notice)
        watch->notice(watch->context,
                      "--eval-every: the images look alike in every turn, so that the FID says "
                      "little about them; gan eval says more");
    return STATUS_OK;
}

bool monitor_is_due(const monitor *m, uint32_t epoch)
{
    return m->every > 0 && epoch % m->every == 0;
}

/* NAN where this judge has no such figure. */
static double value_of(const sample_report *r, figure f)
{
    return r->has[f] ? r->figures[f].value : (double)NAN;
}

status monitor_run(monitor *m, model *of, const compute *c, judged_figures *out)
{
    sample_report r;
    asked before = of->asked;
    if (m->restores)
        return trial_monitor_run(&m->trials, out);
    if (m->conditions.count > 0)
        model_ask(of, real_conditions_asked(&m->conditions));
    model_sample(of, c, model_sample_stream(SEED), 0, m->count, m->samples);
    model_ask(of, before);
    points samples = points_of(m->samples, m->count, dataset_sample_size(m->train));
    TRY(evaluator_run(&m->evaluator, samples, &r));
    TRY(dataset_check(m->train));
    TRY(dataset_check(&m->test));
    *out = judged_nothing();
    out->fid = value_of(&r, FIGURE_FID);
    out->class_kl = value_of(&r, FIGURE_DIVERGENCE);
    out->classes_covered = value_of(&r, FIGURE_CLASSES);
    out->classes = m->evaluator.classes > 0 ? m->evaluator.classes : (double)NAN;
    out->confidence = value_of(&r, FIGURE_CONFIDENCE);
    out->diversity = value_of(&r, FIGURE_DIVERSITY);
    return STATUS_OK;
}
