/* train/choice.c - the table of `--preset auto`: to change what it chooses, change a row.
 *
 * SPDX-License-Identifier: MIT */
#include "train/choice.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "data/crops.h"
#include "game/asked.h"
#include "game/task.h"

#include "base/banned.h"

/* What the nets have to do with the samples. */
typedef enum choice_use {
    FOR_POINTS = 1,
    FOR_TASK = 2,
    FOR_LABELS = 4,
    FOR_TEXTS = 8,
    FOR_Z = 16
} choice_use;

static const preset_setting nothing[] = { { 0 } };
static const preset_setting whole[] = { { "crop", "0" }, { 0 } };
static const preset_setting told[] = { { "condition", "caption" }, { 0 } };
/* Few images are soon known to D by heart unless they are changed, and D is then weaker. */
static const preset_setting few[] = { { "r1", "0.5" }, { "augment", "translation,cutout" }, { 0 } };
/* Grey images are often letters and digits, which mean something else when they are mirrored. */
static const preset_setting grey[] = { { "augment", "translation,cutout" },
                                       { "flip", "false" },
                                       { 0 } };

static const struct row {
    choice_row shown;
    int uses;       /* set of choice_use */
    data_kind kind; /* DATA_NONE: any */
    int side;       /* of a square; 0: any height and width */
    int channels;   /* 0: any number */
    int least;      /* samples */
} rows[] = {
    { { "points of the plane", "points", nothing, 39000 }, .uses = FOR_POINTS },
    { { "a folder of pictures, with a --task", "photo-upscale", whole, 0 },
      .uses = FOR_TASK,
      .kind = DATA_PICTURES },
    { { "other images, with a --task", "mnist-upscale", nothing, 0 }, .uses = FOR_TASK },
    { { "28x28, with --condition label", "mnist-label", nothing, 15000 },
      .uses = FOR_LABELS,
      .side = 28 },
    { { "28x28, with captions", "mnist-text", nothing, 15000 }, .uses = FOR_TEXTS, .side = 28 },
    { { "32x32, with captions or --condition label", "emoji-text", nothing, 12000 },
      .uses = FOR_TEXTS | FOR_LABELS,
      .side = 32 },
    { { "any other size, with captions", "listing", told, 40000 }, .uses = FOR_TEXTS },
    { { "any other size, with --condition label", "listing", nothing, 40000 }, .uses = FOR_LABELS },
    { { "28x28, colour, 10,000 or more", "stacked", nothing, 28000 },
      .uses = FOR_Z,
      .side = 28,
      .channels = 3,
      .least = 10000 },
    { { "28x28, 10,000 or more", "dcgan", nothing, 17000 },
      .uses = FOR_Z,
      .side = 28,
      .least = 10000 },
    { { "28x28, fewer than 10,000", "dcgan", few, 12000 }, .uses = FOR_Z, .side = 28 },
    { { "32x32, grey", "dcgan-32", grey, 12000 }, .uses = FOR_Z, .side = 32, .channels = 1 },
    { { "32x32, colour", "dcgan-32", nothing, 12000 }, .uses = FOR_Z, .side = 32 },
    { { "64x64, grey", "dcgan-64", grey, 12000 }, .uses = FOR_Z, .side = 64, .channels = 1 },
    { { "64x64, colour", "dcgan-64", nothing, 12000 }, .uses = FOR_Z, .side = 64 },
    { { "128x128, grey", "dcgan-128", grey, 12000 }, .uses = FOR_Z, .side = 128, .channels = 1 },
    { { "128x128, colour", "dcgan-128", nothing, 12000 }, .uses = FOR_Z, .side = 128 },
    { { "any other size", "fast", nothing, 19000 }, .uses = FOR_Z },
};
enum { ROW_COUNT = sizeof rows / sizeof *rows };

static int use_of(const choice_facts *f)
{
    return f->restores              ? FOR_TASK
           : f->texts               ? FOR_TEXTS
           : f->labels              ? FOR_LABELS
           : f->kind == DATA_POINTS ? FOR_POINTS
                                    : FOR_Z;
}

static bool fits(const struct row *r, const choice_facts *f)
{
    return r->uses & use_of(f) && (r->kind == DATA_NONE || r->kind == f->kind) &&
           (r->side == 0 || (r->side == f->height && r->side == f->width)) &&
           (r->channels == 0 || r->channels == f->channels) && r->least <= f->count;
}

/* ---- choosing ---- */

bool choice_nth(int i, choice_row *shown)
{
    if (i < ROW_COUNT)
        *shown = rows[i].shown;
    return i < ROW_COUNT;
}

/* The sides for which there are convolutional presets. */
enum { LEAST_SIDE = 28, SMALL_SIDE = 32, LARGE_SIDE = 64 };

int choice_size(const picture_survey *s, const train_options *o)
{
    if (s->pictures == 0 || o->images.size > 0 || o->model.task != TASK_NONE)
        return 0;
    bool square = s->width > 0 && s->width == s->height;
    if (square && (s->side == LEAST_SIDE || s->side == SMALL_SIDE || s->side == LARGE_SIDE))
        return 0;
    if (s->width > 0 && s->side < LEAST_SIDE && s->width <= LARGE_SIDE && s->height <= LARGE_SIDE)
        return 0;
    bool is_told = o->model.condition != CONDITION_NONE || o->images.captions;
    return s->side >= LARGE_SIDE && !is_told ? LARGE_SIDE : SMALL_SIDE;
}

choice_facts choice_facts_of(const dataset *d, const train_config *c)
{
    const option_row *row;
    int of = c->options.model.condition;
    bool given = config_origin_of(c, "condition", &row) == ORIGIN_GIVEN;
    return (choice_facts){ .kind = d->kind,
                           .channels = d->channels,
                           .height = d->height,
                           .width = d->width,
                           .count = (int)dataset_crops(d),
                           .restores = c->options.model.task != TASK_NONE,
                           .labels = of == CONDITION_LABEL,
                           .texts = of == CONDITION_CAPTION || (!given && d->captions != NULL) };
}

static const preset *preset_named(const char *name)
{
    int i = 0;
    while (preset_nth(i) && strcmp(preset_nth(i)->choice.name, name) != 0)
        i++;
    assert(preset_nth(i));
    return preset_nth(i);
}

/* Sets an option unless it was given, and adds it to `said`. */
static void set(train_config *c, const char *name, const char *value, text *said)
{
    bool flag = preset_row(name)->type == OPTION_FLAG, off = flag && strcmp(value, "false") == 0;
    if (!config_set_by_preset(c, name, value))
        return;
    text_add(said, "%s%s--%s", said->length > 0 ? ", " : "", off ? "no " : "", name);
    if (!flag)
        text_add(said, " %s", value);
}

/* The same where the value is another one than the preset's. */
static void set_number(train_config *c, const char *name, int now, int value, text *said)
{
    char digits[16];
    snprintf(digits, sizeof digits, "%d", value);
    if (value != now)
        set(c, name, digits, said);
}

/* A batch has no more samples than there are; the epochs make about that many steps, and wrong
 * conditions end after the same share of them; and the files of many epochs of a few steps each,
 * which would take longer than these, are written less often. */
static void set_numbers(train_config *c, const choice_facts *f, int steps, text *said)
{
    enum { MOST_EPOCHS = 2000, MOST_PICTURES = 400 };
    const train_options *o = &c->options;
    int most = f->count / o->model.d_steps, preset_epochs = o->epochs;
    if (o->model.batch > most && most > 0)
        set_number(c, "batch", o->model.batch, most, said);
    int64_t samples = (int64_t)steps * o->model.batch * o->model.d_steps;
    int64_t epochs = (samples + f->count / 2) / f->count;
    if (steps > 0)
        set_number(c, "epochs", o->epochs,
                   epochs < 1             ? 1
                   : epochs < MOST_EPOCHS ? (int)epochs
                                          : MOST_EPOCHS,
                   said);
    if (preset_epochs > 0)
        set_number(c, "mismatch-epochs", o->model.mismatch_epochs,
                   (int)((int64_t)o->model.mismatch_epochs * o->epochs / preset_epochs), said);
    int every = (o->epochs + MOST_PICTURES - 1) / MOST_PICTURES;
    if (every > 1) {
        set_number(c, "picture-every", o->picture_every, every, said);
        set_number(c, "checkpoint-every", o->checkpoint_every, every, said);
    }
}

void choice_make(train_config *c, const choice_facts *f, text *said)
{
    const struct row *r = rows;
    text with = { 0 };
    while (!fits(r, f)) /* the last fits all */
        r++;
    config_set_preset(c, preset_named(r->shown.preset));
    for (const preset_setting *s = r->shown.besides; s->name; s++)
        set(c, s->name, s->value, &with);
    set_numbers(c, f, r->shown.steps, &with);
    text_add(said, "%s, for %s%s%s", r->shown.preset, r->shown.data,
             with.length > 0 ? "; with " : "", with.length > 0 ? with.data : "");
    said->failed |= with.failed;
    text_free(&with);
}
