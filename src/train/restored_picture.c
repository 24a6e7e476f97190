/* train/restored_picture.c - tiles of given, restored and real pictures.
 *
 * SPDX-License-Identifier: MIT */
#include "train/restored_picture.h"

#include <string.h>

#include "base/banned.h"

/* What a row of tiles shows. A tile is filled for crop i. */
typedef void fill_tile(const restored_picture *p, const model *m, int i, float *tile);

static image_shape given_shape(const restored_picture *p)
{
    return p->pairs->degrader.to;
}

static const float *poor_of(const restored_picture *p, int i)
{
    return p->poor + (ptrdiff_t)i * shape_size(given_shape(p));
}

/* One channel of what is given stands for all; a channel more than a picture has is not shown. */
static void fill_given(const restored_picture *p, const model *m, int i, float *tile)
{
    image_shape from = given_shape(p), to = model_sample_shape(m);
    int scale = to.height / from.height;
    for (int c = 0; c < to.channels; c++)
        for (int y = 0; y < to.height; y++)
            for (int x = 0; x < to.width; x++) {
                int channel = c < from.channels ? c : 0;
                *tile++ =
                    poor_of(p, i)[(channel * from.height + y / scale) * from.width + x / scale];
            }
}

static void fill_bicubic(const restored_picture *p, const model *m, int i, float *tile)
{
    image_shape from = given_shape(p), to = model_sample_shape(m);
    for (int c = 0; c < to.channels; c++)
        bicubic_floats(&p->down, &p->across,
                       poor_of(p, i) + (ptrdiff_t)c * from.height * from.width, p->lines,
                       tile + (ptrdiff_t)c * to.height * to.width);
}

static void fill_from(const float *pictures, const model *m, int i, float *tile)
{
    size_t size = (size_t)model_sample_size(m);
    memcpy(tile, pictures + (size_t)i * size, size * sizeof *tile);
}

static void fill_made(const restored_picture *p, const model *m, int i, float *tile)
{
    fill_from(p->made, m, i, tile);
}

static void fill_real(const restored_picture *p, const model *m, int i, float *tile)
{
    fill_from(p->real, m, i, tile);
}

static const struct fill {
    const char *name;
    fill_tile *run;
    bool scales; /* only where G enlarges */
} fills[] = { { "given", fill_given, false },
              { "bicubic", fill_bicubic, true },
              { "restored", fill_made, false },
              { "original", fill_real, false } };
enum { FILLS = sizeof fills / sizeof *fills };

static bool scales(const model *m)
{
    return task_nth(m->options.task)->scales;
}

/* What a row of tiles shows. */
static const struct fill *row_fill(const model *m, int row)
{
    row %= restored_picture_rows(m) / RESTORED_BANDS;
    for (const struct fill *f = fills;; f++)
        if ((scales(m) || !f->scales) && row-- == 0)
            return f;
}

int restored_picture_rows(const model *m)
{
    return RESTORED_BANDS * (scales(m) ? FILLS : FILLS - 1);
}

const char *restored_picture_row(const model *m, int row)
{
    return row_fill(m, row)->name;
}

void restored_picture_plan(restored_picture *p, arena *a, const model *m, const pairs *of)
{
    size_t size = (size_t)model_sample_size(m);
    image_shape from = model_given_shape(m), to = model_sample_shape(m);
    p->pairs = of;
    p->real = arena_take(a, RESTORED_COUNT * size, sizeof *p->real);
    p->made = arena_take(a, RESTORED_COUNT * size, sizeof *p->made);
    p->poor = arena_take(a, RESTORED_COUNT * (size_t)shape_size(from), sizeof *p->poor);
    if (!scales(m))
        return;
    p->lines = arena_take(a, (size_t)from.height * (size_t)to.width, sizeof *p->lines);
    bicubic_plan(&p->down, a, from.height, to.height);
    bicubic_plan(&p->across, a, from.width, to.width);
}

void restored_picture_draw(restored_picture *p, model *m, const compute *c, random_stream s,
                           float *tiles)
{
    ptrdiff_t size = model_sample_size(m);
    picture_examples before = m->shown;
    pairs_show(p->pairs, c, s, RESTORED_COUNT, p->real, p->poor);
    model_show(m, (picture_examples){ p->poor, RESTORED_COUNT });
    model_sample(m, c, s, 0, RESTORED_COUNT, p->made);
    model_show(m, before);
    int rows = restored_picture_rows(m), band_rows = rows / RESTORED_BANDS;
    for (int row = 0; row < rows; row++)
        for (int col = 0; col < RESTORED_COLS; col++, tiles += size)
            row_fill(m, row)->run(p, m, row / band_rows * RESTORED_COLS + col, tiles);
}
