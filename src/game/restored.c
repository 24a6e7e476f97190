/* game/restored.c - the lines of a picture that G enlarges.
 *
 * SPDX-License-Identifier: MIT */
#include "game/restored.h"

#include "base/banned.h"

static bool needs_smooth(const picture *p, const restorer *by)
{
    return picture_has_alpha(p) || picture_colours(p) > restorer_channels(by);
}

void restored_plan(restored *r, arena *a, restorer *by, const picture *from)
{
    int scale = restorer_scale(by), colours = picture_colours(from);
    size_t plane = (size_t)from->height * (size_t)from->width;
    *r = (restored){ .by = by, .from = from };
    if (needs_smooth(from, by))
        smooth_plan(&r->smooth, a, from, scale);
    if (colours != restorer_channels(by))
        r->given = arena_take(a, (size_t)restorer_channels(by) * plane, 1);
    r->line = arena_take(a, (size_t)colours * (size_t)from->width * (size_t)scale, sizeof *r->line);
    r->band = arena_take(a, 1, sizeof *r->band);
}

/* ---- what G is given ---- */

/* The luma of ITU-R BT.601, of the full range. */
static float luma(float red, float green, float blue)
{
    return 0.299f * red + 0.587f * green + 0.114f * blue;
}

static void make_given(const restored *r)
{
    const unsigned char *from = r->from->planes;
    ptrdiff_t n = (ptrdiff_t)r->from->height * r->from->width;
    if (picture_colours(r->from) == 1) {
        for (int c = 0; c < restorer_channels(r->by); c++)
            for (ptrdiff_t i = 0; i < n; i++)
                r->given[c * n + i] = from[i];
        return;
    }
    for (ptrdiff_t i = 0; i < n; i++)
        r->given[i] = smooth_byte(luma(from[i], from[n + i], from[2 * n + i]));
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
    for (int c = 0; c < picture_colours(r->from); c++) {
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
        r->line[x] = level(luma(red[x], green[x], blue[x]));
}

/* The smooth line, moved to the luma that G made. */
static void replace_luma(const restored *r, int y, int width, const float *line)
{
    const float *grey = restorer_line(r->by, 0, y);
    for (int x = 0; x < width; x++) {
        float red = line[x], green = line[width + x], blue = line[2 * (ptrdiff_t)width + x];
        float more = level(grey[x]) - luma(red, green, blue);
        r->line[x] = red + more;
        r->line[width + x] = green + more;
        r->line[2 * (ptrdiff_t)width + x] = blue + more;
    }
}

static void draw_line(const void *from, int y, unsigned char *bytes)
{
    const restored *r = from;
    int colours = picture_colours(r->from), channels = r->from->channels;
    int width = r->from->width * restorer_scale(r->by);
    make_band(r, y);
    const float *line = needs_smooth(r->from, r->by) ? smooth_line(&r->smooth, y) : NULL;
    if (colours == restorer_channels(r->by))
        take_colours(r, y, width);
    else if (colours == 1)
        take_luma(r, y, width);
    else
        replace_luma(r, y, width, line);
    const float *alpha = picture_has_alpha(r->from) ? line + (ptrdiff_t)colours * width : NULL;
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
    return (png_picture){
        r->from->width * scale, r->from->height * scale, r->from->channels, draw_line, r, true
    };
}
