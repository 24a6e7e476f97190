/* game/repaired.c - the lines of a picture that G restores.
 *
 * SPDX-License-Identifier: MIT */
#include "game/repaired.h"

#include <limits.h>
#include <string.h>

#include "image/smooth.h"

#include "base/banned.h"

static ptrdiff_t pixels_of(const picture *p)
{
    return (ptrdiff_t)p->height * p->width;
}

/* NULL: there is none. */
static const unsigned char *alpha_of(const picture *p)
{
    return picture_has_alpha(p) ? p->planes + (p->channels - 1) * pixels_of(p) : NULL;
}

static int colours_made(const restorer *by)
{
    return by->g->to.channels;
}

static const task *task_of(const restorer *by)
{
    return task_nth(by->model.options.task);
}

static bool has_hole(const picture *p)
{
    const unsigned char *alpha = alpha_of(p);
    return alpha && memchr(alpha, 0, (size_t)pixels_of(p));
}

status repaired_check(const restorer *by, const picture *from, const char *path)
{
    if (picture_colours(from) > colours_made(by))
        return status_fail(STATUS_USAGE, "%s: is in colour, and G was trained on grey pictures",
                           path);
    if (task_of(by)->fills && !has_hole(from))
        return status_fail(
            STATUS_USAGE,
            "%s: has no hole: expected pixels that are fully transparent, which G is "
            "to fill",
            path);
    return STATUS_OK;
}

static bool needs_colours(const restorer *by, const picture *from)
{
    return task_of(by)->fills && picture_colours(from) != colours_made(by);
}

void repaired_plan(repaired *r, arena *a, restorer *by, const picture *from)
{
    size_t n = (size_t)pixels_of(from);
    *r = (repaired){ .by = by, .from = from, .task = task_of(by) };
    if (needs_colours(by, from))
        r->colours = arena_take(a, (size_t)colours_made(by) * n, 1);
    r->given = arena_take(a, (size_t)restorer_channels(by) * n, 1);
    r->band = arena_take(a, 1, sizeof *r->band);
}

/* The colours that G is given and that stay where it fills holes. */
static const unsigned char *colours_of(const repaired *r)
{
    return r->colours ? r->colours : r->from->planes;
}

static void make_given(const repaired *r)
{
    ptrdiff_t n = pixels_of(r->from);
    for (int c = 0; r->colours && c < colours_made(r->by); c++)
        memcpy(r->colours + c * n, r->from->planes, (size_t)n);
    const task_picture p = { colours_of(r), alpha_of(r->from),
                             r->colours ? colours_made(r->by) : picture_colours(r->from), n };
    r->task->give(&p, r->given);
}

static void make_band(const repaired *r, int y)
{
    int band = restorer_band_of(r->by, y);
    if (y == 0)
        make_given(r);
    if (y > 0 && band == *r->band)
        return;
    *r->band = band;
    restorer_run(r->by, r->given, band);
}

static void draw_line(const void *from, int y, unsigned char *bytes)
{
    const repaired *r = from;
    const unsigned char *alpha = alpha_of(r->from);
    int colours = colours_made(r->by), width = r->from->width;
    int channels = colours + (alpha ? 1 : 0);
    ptrdiff_t n = pixels_of(r->from), line = (ptrdiff_t)y * width;
    make_band(r, y);
    for (int c = 0; c < colours; c++) {
        const float *made = restorer_line(r->by, c, y);
        for (int x = 0; x < width; x++)
            bytes[(ptrdiff_t)x * channels + c] = r->task->fills && alpha[line + x] != 0
                                                     ? colours_of(r)[c * n + line + x]
                                                     : smooth_byte((made[x] + 1) * 127.5f);
    }
    for (int x = 0; alpha && x < width; x++) {
        bool filled = r->task->fills && alpha[line + x] == 0;
        bytes[(ptrdiff_t)x * channels + colours] = filled ? UCHAR_MAX : alpha[line + x];
    }
}

png_picture repaired_png(const repaired *r)
{
    int channels = colours_made(r->by) + (picture_has_alpha(r->from) ? 1 : 0);
    return (png_picture){ r->from->width, r->from->height, channels, draw_line, r, true };
}
