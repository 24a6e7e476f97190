/* train/resume.h - whether a run can go on: its options and its data must not change.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TRAIN_RESUME_H
#define GAN_TRAIN_RESUME_H

#include "base/json.h"
#include "data/dataset.h"
#include "game/model.h"
#include "train/config.h"

/* The identity of a data set as a model stores it. */
data_identity resume_identity(const dataset *d);

/* Compares the options of scope SCOPE_MODEL that were given with those of the saved model.
 * STATUS_USAGE, with both values, if one differs; another spelling of the same value does not.
 * `run` is what the message calls the run: its folder or its checkpoint. */
status resume_compare_options(const model *saved, const train_config *c, const char *run);

/* Compares the options of scope SCOPE_RUN that the configuration has only from a preset with those
 * of the run's file: such a value, as of --epochs, may change during a run, but not silently.
 * STATUS_USAGE, with both. */
status resume_compare_preset(const train_options *saved, const json_object *file,
                             const train_config *c, const char *run);

/* Compares sizes and fingerprint of the data, `now`, with those that the saved model was trained
 * on. STATUS_USAGE, with both. */
status resume_compare_data(const model *saved, const dataset *d, const data_identity *now,
                           const char *run);

/* True if the saved model was trained on these samples or, with --limit, on the first. */
bool resume_is_data(const model *saved, const dataset *d);

/* Checks that a new or resumed run can be trained to that many epochs. STATUS_USAGE if it is
 * already past them, if its schedule ends earlier, or if it has more steps than can be counted. */
status resume_check_epochs(const model *m, int epochs, const char *run);

#endif
