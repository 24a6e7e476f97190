/* game/restored.c - the lines of a picture that G enlarges.
 *
 * SPDX-License-Identifier: MIT */
#include "game/restored.h"

#include <string.h>

#include "data/fit.h"

#include "base/banned.h"

/* The channels of pictures that G is given, without those that say where holes are. */
static int channels_of(const restored *r)
{
    return restorer_channels(r->by) - r->fills;
}

static bool has_alpha(const restored *r)
{
    return picture_has_alpha(r->from) && !r->fills;
}

/* G makes the luma alone. */
static bool needs_colour(const restored *r)
{
    return picture_colours(r->from) > restorer_results(r->by);
}

static bool is_given_unchanged(const restored *r)
{
    return picture_colours(r->from) == channels_of(r) && !r->fills;
}

void restored_plan(restored *r, arena *a, restorer *by, const picture *from)
{
    int scale = restorer_scale(by), given = restorer_channels(by), made = restorer_results(by);
    size_t plane = (size_t)from->height * (size_t)from->width;
    *r = (restored){ .by = by, .from = from, .colours = picture_colours(from) };
    r->fills = given == made + 1;
    if (given < made) /* it colours pictures */
        r->colours = made;
    if (has_alpha(r) || needs_colour(r))
        smooth_plan(&r->smooth, a, from, scale);
    if (!is_given_unchanged(r))
        r->given = arena_take(a, (size_t)given * plane, 1);
    r->line =
        arena_take(a, (size_t)r->colours * (size_t)from->width * (size_t)scale, sizeof *r->line);
    r->band = arena_take(a, 1, sizeof *r->band);
}

/* ---- what G is given ---- */

static bool is_hole(const restored *r, ptrdiff_t i)
{
    ptrdiff_t plane = (ptrdiff_t)r->from->height * r->from->width;
    return picture_has_alpha(r->from) && r->from->planes[(r->from->channels - 1) * plane + i] == 0;
}

/* Makes the same holes as game/task.c. */
static void make_holes(const restored *r, ptrdiff_t n)
{
    int channels = channels_of(r);
    for (ptrdiff_t i = 0; i < n; i++) {
        bool hole = is_hole(r, i);
        for (int c = 0; c < channels && hole; c++)
            r->given[c * n + i] = TASK_HOLE;
        r->given[channels * n + i] = hole ? 255 : 0;
    }
}

static void make_given(const restored *r)
{
    const unsigned char *from = r->from->planes;
    ptrdiff_t n = (ptrdiff_t)r->from->height * r->from->width;
    int colours = picture_colours(r->from), channels = channels_of(r);
    if (colours == 3 && channels == 1)
        for (ptrdiff_t i = 0; i < n; i++)
            r->given[i] = fit_grey((rgb){ from[i], from[n + i], from[2 * n + i] });
    else
        for (int c = 0; c < channels; c++)
            memcpy(r->given + c * n, from + (colours == 1 ? 0 : c * n), (size_t)n);
    if (r->fills)
        make_holes(r, n);
}

/* Makes the band of a line, if it was not the last one; the first line begins. */
static void make_band(const restored *r, int y)
{
    int band = restorer_band_of(r->by, y);
    if (y == 0 && r->given)
        make_given(r);
    if (y > 0 && band == *r->band)
        return;
    *r->band = band;
    restorer_run(r->by, r->given ? r->given : r->from->planes, band);
}

/* ---- lines of the result ---- */

static float level(float x)
{
    return (x + 1) * 127.5f;
}

static void take_colours(const restored *r, int y, int width)
{
    for (int c = 0; c < r->colours; c++) {
        const float *from = restorer_line(r->by, c, y);
        for (int x = 0; x < width; x++)
            r->line[(ptrdiff_t)c * width + x] = level(from[x]);
    }
}

static void take_luma(const restored *r, int y, int width)
{
    const float *red = restorer_line(r->by, 0, y), *green = restorer_line(r->by, 1, y);
    const float *blue = restorer_line(r->by, 2, y);
    for (int x = 0; x < width; x++)
        r->line[x] = level(fit_luma(red[x], green[x], blue[x]));
}

/* The smooth line, moved to the luma that G made. */
static void replace_luma(const restored *r, int y, int width, const float *line)
{
    const float *grey = restorer_line(r->by, 0, y);
    for (int x = 0; x < width; x++) {
        float red = line[x], green = line[width + x], blue = line[2 * (ptrdiff_t)width + x];
        float more = level(grey[x]) - fit_luma(red, green, blue);
        r->line[x] = red + more;
        r->line[width + x] = green + more;
        r->line[2 * (ptrdiff_t)width + x] = blue + more;
    }
}

/* Keeps the given pixels outside of holes. */
static void keep_known(const restored *r, int y, int width)
{
    for (int c = 0; c < r->colours; c++) {
        const unsigned char *known = picture_row(r->from, c, y);
        for (int x = 0; x < width; x++)
            if (!is_hole(r, (ptrdiff_t)y * width + x))
                r->line[(ptrdiff_t)c * width + x] = known[x];
    }
}

static void draw_line(const void *from, int y, unsigned char *bytes)
{
    const restored *r = from;
    int colours = r->colours, channels = colours + has_alpha(r);
    int width = r->from->width * restorer_scale(r->by);
    make_band(r, y);
    const float *line = has_alpha(r) || needs_colour(r) ? smooth_line(&r->smooth, y) : NULL;
    if (needs_colour(r))
        replace_luma(r, y, width, line);
    else if (colours == restorer_results(r->by))
        take_colours(r, y, width);
    else
        take_luma(r, y, width);
    if (r->fills)
        keep_known(r, y, width);
    const float *alpha = has_alpha(r) ? line + (ptrdiff_t)picture_colours(r->from) * width : NULL;
    for (int x = 0; x < width; x++) {
        unsigned char seen = alpha ? smooth_byte(alpha[x]) : 255;
        for (int c = 0; c < colours; c++)
            bytes[(ptrdiff_t)x * channels + c] =
                seen ? smooth_byte(r->line[(ptrdiff_t)c * width + x]) : 0;
        if (alpha)
            bytes[(ptrdiff_t)x * channels + colours] = seen;
    }
}

png_picture restored_png(const restored *r)
{
    int scale = restorer_scale(r->by);
    return (png_picture){ .width = r->from->width * scale,
                          .height = r->from->height * scale,
                          .channels = r->colours + has_alpha(r),
                          .line = draw_line,
                          .from = r,
                          .is_photograph = true };
}
