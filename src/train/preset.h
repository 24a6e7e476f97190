/* train/preset.h - options that go well together, under one name.
 *
 * A preset is a list of settings of options of model_option_table and train_option_table. Options
 * that are given override them (train/config.h). A run saves its options, not the preset.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TRAIN_PRESET_H
#define GAN_TRAIN_PRESET_H

#include <stdbool.h>

#include "base/option.h"

typedef struct preset_setting {
    const char *name, *value;
} preset_setting;

enum { RECIPE_MOST_SETTINGS = 10 };

/* Settings that may build on those of another recipe: a setting of the same name replaces the
 * other's value, and others are added. */
typedef struct recipe {
    const struct recipe *from;                         /* NULL: it builds on none */
    preset_setting settings[RECIPE_MOST_SETTINGS + 1]; /* ends with a name that is NULL */
} recipe;

typedef struct preset {
    option_choice choice;
    const char *expect; /* what results to expect */
    const recipe *recipe;
    bool chooses; /* it has no settings of its own: the data choose a preset (train/choice.h) */
} preset;

/* The i-th setting of a preset; its name is NULL after the last. Those of its own recipe come
 * before those of the recipes on which it builds. */
preset_setting preset_setting_of(const preset *p, int i);

/* The i-th preset; NULL after the last. */
const preset *preset_nth(int i);

/* The row of --preset, for commands that train. */
extern const option_table preset_option_table;

/* The row of the option that a preset's setting sets. */
const option_row *preset_row(const char *name);

#endif
