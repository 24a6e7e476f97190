/* train/epoch_picture.c - a grid of images, or points over the field of D.
 *
 * SPDX-License-Identifier: MIT */
#include "train/epoch_picture.h"

#include "base/file.h"

#include "base/banned.h"

enum { GRID_ROWS = 8, GRID_COLS = 8, GRID_PAD = 5 };

static bool restores(const model *m)
{
    return m->options.task != TASK_NONE;
}

static int grid_rows(const model *m)
{
    return restores(m) ? restored_picture_rows(m) : GRID_ROWS;
}

static void plan_points(epoch_picture *p, arena *a, const dataset *data)
{
    int count = data->count < FIELD_POINTS ? data->count : FIELD_POINTS;
    p->samples = arena_take(a, 2 * FIELD_POINTS, sizeof *p->samples);
    p->places = arena_take(a, 2 * FIELD_PLACES, sizeof *p->places);
    p->verdicts = arena_take(a, FIELD_PLACES, sizeof *p->verdicts);
    p->pixels = arena_take(a, FIELD_BYTES, sizeof *p->pixels);
    p->field.data = (field_points){ data->points, count };
    p->field.samples = (field_points){ p->samples, FIELD_POINTS };
    p->field.reach = field_reach(p->field.data);
    p->field.verdicts = p->verdicts;
    if (p->places)
        field_places(p->field.reach, p->places);
}

void epoch_picture_plan(epoch_picture *p, arena *a, const model *m, const dataset *data,
                        const pairs *of)
{
    size_t tiles = (size_t)grid_rows(m) * GRID_COLS;
    if (data->points) {
        plan_points(p, a, data);
        return;
    }
    p->samples = arena_take(a, tiles * (size_t)model_sample_size(m), sizeof *p->samples);
    if (restores(m))
        restored_picture_plan(&p->restored, a, m, of);
}

static void draw_samples(epoch_picture *p, model *m, const compute *c, random_stream s)
{
    asked before = m->asked;
    if (restores(m)) {
        restored_picture_draw(&p->restored, m, c, s, p->samples);
        return;
    }
    model_ask(m, model_examples(m, GRID_COLS)); /* a row for each */
    model_sample(m, c, s, 0, GRID_ROWS * GRID_COLS, p->samples);
    model_ask(m, before);
}

show_subject epoch_picture_draw(epoch_picture *p, model *m, const compute *c, random_stream s)
{
    const data_identity *d = &m->data;
    if (!p->pixels) {
        draw_samples(p, m, c, s);
        p->sheet = (grid_sheet){ .tiles = { grid_rows(m), GRID_COLS, GRID_PAD, d->channels,
                                            d->height, d->width },
                                 .width = d->width,
                                 .samples = p->samples };
        return show_grid(&p->sheet);
    }
    model_sample(m, c, s, 0, FIELD_POINTS, p->samples);
    model_score(m, c, p->places, FIELD_PLACES, p->verdicts);
    field_draw(&p->field, p->pixels);
    return show_whole(field_picture(p->pixels));
}

status epoch_picture_write(epoch_picture *p, model *m, const compute *c, random_stream s,
                           const char *path)
{
    const show_subject drawn = epoch_picture_draw(p, m, c, s);
    if (!p->pixels)
        TRY(grid_check(&p->sheet.tiles));
    return png_write(path, &drawn.picture);
}

status epoch_picture_write_legend(const model *m, const char *path)
{
    const known_conditions *k = &m->known;
    text t = { 0 };
    text_add(&t, "row\t%s\n",
             restores(m)                  ? "shows"
             : k->kind == CONDITION_LABEL ? "class"
                                          : "caption");
    for (int row = 0; row < grid_rows(m); row++) {
        text_add(&t, "%d\t", row + 1);
        text_add_shown(&t, restores(m) ? restored_picture_row(m, row) : k->names[row % k->count]);
        text_add(&t, "\n");
    }
    status s = text_check(&t);
    if (s == STATUS_OK)
        s = file_write(path, t.data, t.length);
    text_free(&t);
    return s;
}
