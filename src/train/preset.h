/* train/preset.h - options that go well together, under one name.
 *
 * A preset is a list of settings of options of model_option_table and train_option_table. They come
 * before those that were given, so that these override them, and what is saved of a run is the
 * options, not the preset.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TRAIN_PRESET_H
#define GAN_TRAIN_PRESET_H

#include "base/option.h"

enum { PRESET_MOST_CHANGES = 4 };

typedef struct preset_setting {
    const char *name, *value;
} preset_setting;

typedef struct preset {
    option_choice choice;
    const char *expect;             /* what comes of it */
    const preset_setting *settings; /* after the last, a name that is NULL */
    preset_setting
        changes[PRESET_MOST_CHANGES + 1]; /* values in place of some of these; likewise */
} preset;

/* The i-th setting of a preset, with its change; after the last, a name that is NULL. */
preset_setting preset_setting_of(const preset *p, int i);

/* The i-th preset; NULL after the last. */
const preset *preset_nth(int i);

/* The row of --preset, for commands that train. */
extern const option_table preset_option_table;

/* The row that a preset's setting sets. */
const option_row *preset_row(const char *name);

#endif
