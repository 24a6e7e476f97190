/* train/config.h - the configuration of a run: the value of every option, and which were given.
 *
 *     train_config c;
 *     config_defaults(&c);
 *     TRY(config_set(&c, row, "2e-4"));       as often as needed
 *     config_finish(&c);                      adds the preset
 *
 * A run that is resumed takes its options from its files; those given again are compared with them
 * (train/resume.h) or replace them. A configuration points to the texts that it was set from, which
 * must outlive it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TRAIN_CONFIG_H
#define GAN_TRAIN_CONFIG_H

#include <stdbool.h>

#include "train/options.h"
#include "train/preset.h"

typedef struct train_config {
    train_options options;
    group group;          /* the ranks that train together; at first this process alone */
    const preset *preset; /* NULL: none was given */
    uint64_t given;       /* bit i: the i-th option was given, or the preset has it */
    uint64_t by_preset;   /* bit i: only the preset has it */
    const char *source;   /* the name of that preset */
    bool chooses;         /* it is auto: the data choose the options (train/choice.h) */
} train_config;

/* Every option has its initial value. */
void config_defaults(train_config *c);

/* The row of an option of model_option_table, train_option_table, compute_option_table or
 * preset_option_table by its name. STATUS_USAGE, with the nearest, if there is none. */
status config_find(const char *name, const option_row **row);

/* Sets the option of such a row, and marks it as given. STATUS_USAGE as option_set. */
status config_set(train_config *c, const option_row *row, const char *value);

/* Sets the options of the preset that were not given; they then count as given. */
void config_finish(train_config *c);

/* The same for one option, or for those of another preset. False if it was given. */
bool config_set_by_preset(train_config *c, const char *name, const char *value);
void config_set_preset(train_config *c, const preset *p);

/* Sets those of the settings that are rows of these tables, in order, and finishes. */
status config_apply(train_config *c, const option_settings *given);

typedef enum config_origin { ORIGIN_GIVEN, ORIGIN_PRESET, ORIGIN_DEFAULT } config_origin;

/* Where the value of the option of that name is from, and its row; ORIGIN_GIVEN with *row NULL if
 * it is no option of a run. */
config_origin config_origin_of(const train_config *c, const char *name, const option_row **row);

/* Adds the value of an option as option_get does. */
void config_add_value(const train_config *c, const option_row *row, text *out);

/* The i-th option of all tables that is of scope SCOPE_RUN and has its value only from the preset;
 * NULL: the i-th is another one. *more is false after the last option. */
const option_row *config_preset_row(const train_config *c, int i, bool *more);

/* Copies the values of the given options of one scope, SCOPE_MODEL or SCOPE_RUN. For SCOPE_MODEL
 * `options` may also be a model_options. */
void config_copy_given(const train_config *c, option_scope scope, void *options);

#endif
