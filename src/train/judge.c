/* train/judge.c - how good a run's samples are, every so many epochs. Called by run.c alone; what
 * the figures are, eval/ knows.
 *
 * SPDX-License-Identifier: MIT */
#include "train/judge.h"

#include "base/banned.h"

/* What `gan eval` judges if it is told nothing else. */
enum { MOST_SAMPLES = 10000, SEED = 1 };

/* Where the run has not all of the training images, or where some of them are to be held out for
 * the test, it has them once more. */
static status open_parts(judge *j, dataset *data, const train_options *o, const compute *c)
{
    dataset_request q = { .where = o->data, .images = o->images, .compute = c };
    j->train = data;
    if (o->model.limit == 0 && data->kind != DATA_PICTURES)
        return dataset_open_test(&j->test, data, &q);
    TRY(dataset_open_with(&j->whole, &q));
    j->train = &j->whole;
    return dataset_open_test(&j->test, &j->whole, &q);
}

static status open_data(judge *j, dataset *data, const train_options *o, const compute *c)
{
    if (data->points)
        return status_fail(STATUS_USAGE,
                           "--eval-every: judges images, and %s has points; gan eval counts the "
                           "modes of a checkpoint, --keep-every keeps one of every N-th epoch",
                           data->path);
    if (!data->labels)
        return status_fail(STATUS_USAGE,
                           "--eval-every: %s has no labels, from which the classifier learns that "
                           "the samples are judged by; expected %s",
                           data->path,
                           data->kind == DATA_PICTURES
                               ? "a subfolder for each class"
                               : "the file with \"labels\" for \"images\" in its name");
    if (open_parts(j, data, o, c) != STATUS_OK)
        return status_within(STATUS_IO, "--eval-every");
    j->count = j->test.count < MOST_SAMPLES ? j->test.count : MOST_SAMPLES;
    return evaluator_open(&j->evaluator, j->train, &j->test, j->count, EVALUATE_QUICK);
}

status judge_open(judge *j, dataset *data, const train_options *o, const compute *c)
{
    *j = (judge){ .every = (uint32_t)o->eval_every };
    if (j->every == 0)
        return STATUS_OK;
    status s = open_data(j, data, o, c);
    if (s != STATUS_OK)
        judge_close(j);
    return s;
}

void judge_close(judge *j)
{
    evaluator_close(&j->evaluator);
    dataset_close(&j->whole);
    dataset_close(&j->test);
    *j = (judge){ 0 };
}

void judge_plan(judge *j, arena *a, const compute *c)
{
    if (j->every == 0)
        return;
    evaluator_plan(&j->evaluator, a, c);
    j->samples =
        arena_take(a, (size_t)j->count * (size_t)dataset_sample_size(j->train), sizeof *j->samples);
}

size_t judge_data_memory(const judge *j)
{
    size_t images = (size_t)j->whole.count + (size_t)j->test.count;
    return j->every > 0 ? images * (size_t)dataset_sample_size(j->train) : 0;
}

status judge_prepare(judge *j, const evaluator_watch *watch)
{
    return j->every > 0 ? evaluator_prepare(&j->evaluator, watch) : STATUS_OK;
}

bool judge_is_due(const judge *j, uint32_t epoch)
{
    return j->every > 0 && epoch % j->every == 0;
}

status judge_run(judge *j, model *m, const compute *c)
{
    model_sample(m, c, model_sample_stream(SEED), 0, j->count, j->samples);
    points samples = points_of(j->samples, j->count, dataset_sample_size(j->train));
    return evaluator_run(&j->evaluator, samples, &j->report);
}
