/* train/resume.c - whether a run can go on.
 *
 * SPDX-License-Identifier: MIT */
#include "train/resume.h"

#include <inttypes.h>
#include <string.h>

#include "data/crops.h"
#include "game/taught.h"
#include "nn/schedule.h"

#include "base/banned.h"

data_identity resume_identity(const dataset *d)
{
    return (data_identity){ .channels = d->channels,
                            .height = d->height,
                            .width = d->width,
                            .count = (int)dataset_crops(d),
                            .fingerprint = d->fingerprint,
                            .kind = d->kind == DATA_POINTS ? SAMPLE_POINT : SAMPLE_IMAGE };
}

static status compare_option(const option_row *row, const model_options *saved,
                             const model_options *now, const char *run)
{
    text old = { 0 }, new = { 0 };
    option_get(row, saved, &old);
    option_get(row, now, &new);
    status s = old.failed || new.failed ? status_fail(STATUS_MEMORY, "out of memory") : STATUS_OK;
    const char *had = old.data ? old.data : "", *given = new.data ? new.data : "";
    if (s == STATUS_OK && strcmp(had, given) != 0)
        s = status_fail(
            STATUS_USAGE,
            "--%s: the run in %s has \"%s\", got \"%s\"; it cannot change during a run: leave "
            "it out, or start a new run with --out",
            row->name, run, had, given);
    text_free(&old);
    text_free(&new);
    return s;
}

status resume_compare_options(const model *saved, const train_config *c, const char *run)
{
    model_options wanted = saved->options;
    model other;
    config_copy_given(c, SCOPE_MODEL, &wanted);
    /* Opening a model brings specs into the one form in which they can be compared. */
    TRY(model_open(&other, &wanted, &saved->data));
    status s = STATUS_OK;
    for (size_t i = 0; i < model_option_table.count && s == STATUS_OK; i++)
        s = compare_option(&model_option_table.rows[i], &saved->options, &other.options, run);
    model_close(&other);
    return s;
}

static status compare_preset_row(const option_row *row, const train_options *saved,
                                 const train_config *c, const char *run)
{
    text old = { 0 }, new = { 0 };
    option_get(row, saved, &old);
    option_get(row, &c->options, &new);
    status s = old.failed || new.failed ? status_fail(STATUS_MEMORY, "out of memory") : STATUS_OK;
    if (s == STATUS_OK && strcmp(old.data, new.data) != 0)
        s = status_fail(STATUS_USAGE,
                        "--preset %s: has --%s %s, but the run in %s has %s; leave --preset out to "
                        "keep that, or give --%s %s to change it",
                        c->source, row->name, new.data, run, old.data, row->name, new.data);
    text_free(&old);
    text_free(&new);
    return s;
}

status resume_compare_preset(const train_options *saved, const json_object *file,
                             const train_config *c, const char *run)
{
    bool more = true;
    for (int i = 0; more; i++) {
        const option_row *row = config_preset_row(c, i, &more);
        if (row && json_get(file, row->name))
            TRY(compare_preset_row(row, saved, c, run));
    }
    return STATUS_OK;
}

status resume_compare_data(const model *saved, const dataset *d, const data_identity *now,
                           const char *run)
{
    const data_identity *then = &saved->data;
    if (now->channels != then->channels || now->height != then->height ||
        now->width != then->width || now->count != then->count ||
        now->fingerprint != then->fingerprint)
        return status_fail(STATUS_USAGE,
                           "--data: %s has %d samples of %dx%dx%d with the CRC-32 %08" PRIx32
                           ", but the run in %s was started on %d of %dx%dx%d with %08" PRIx32,
                           d->path, now->count, now->channels, now->height, now->width,
                           now->fingerprint, run, then->count, then->channels, then->height,
                           then->width, then->fingerprint);
    return STATUS_OK;
}

bool resume_is_data(const model *saved, const dataset *d)
{
    const data_identity *then = &saved->data;
    return d->channels == then->channels && d->height == then->height && d->width == then->width &&
           (saved->options.limit > 0 ? d->count >= then->count : d->count == then->count) &&
           taught_fingerprint(saved->options.condition, d, then->count) == then->fingerprint;
}

status resume_check_epochs(const model *m, int epochs, const char *run)
{
    const model_options *o = &m->options;
    uint64_t steps = (uint64_t)epochs * model_epoch_steps(m);
    uint32_t done = m->epoch + (m->step > 0);
    if ((uint32_t)epochs < done)
        return status_fail(STATUS_USAGE,
                           "--epochs: the run in %s is already in epoch %" PRIu32 ", got %d", run,
                           done, epochs);
    if (o->lr_schedule != SCHEDULE_CONSTANT && epochs > o->lr_epochs)
        return status_fail(STATUS_USAGE,
                           "--epochs: expected at most %d, after which the learning rate of the %s "
                           "--lr-schedule is 0 (--lr-epochs), got %d",
                           o->lr_epochs, schedule_choice(o->lr_schedule)->name, epochs);
    if (steps > UINT32_MAX)
        return status_fail(STATUS_USAGE,
                           "--epochs: expected at most %" PRIu32 " steps in total, got %" PRIu64,
                           UINT32_MAX, steps);
    return STATUS_OK;
}
