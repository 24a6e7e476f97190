/* image/field.c - draws points over a field of grey.
 *
 * SPDX-License-Identifier: MIT */
#include "image/field.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

/* How points are drawn. Blue and orange can be told apart with any kind of colour vision. */
typedef struct ink {
    float colour[3];
    float radius; /* pixels */
    float opacity;
} ink;

static const ink data_ink = { { 70, 160, 255 }, 3.0f, 0.20f };
static const ink sample_ink = { { 255, 150, 20 }, 1.5f, 0.55f };

/* The greys of D(x) = 0 and 1, dark enough for both inks to be visible on them. */
static const float darkest = 14, lightest = 150;

float field_reach(field_points p)
{
    float most = 0;
    for (int i = 0; i < 2 * p.count; i++)
        if (fabsf(p.xy[i]) > most)
            most = fabsf(p.xy[i]);
    return most > 0 && isfinite(most) ? 1.25f * most : 1;
}

void field_places(float reach, float *xy)
{
    for (int row = 0; row < FIELD_LATTICE; row++)
        for (int col = 0; col < FIELD_LATTICE; col++) {
            *xy++ = reach * ((float)(2 * col + 1 - FIELD_LATTICE) / FIELD_LATTICE);
            *xy++ = reach * ((float)(FIELD_LATTICE - 2 * row - 1) / FIELD_LATTICE);
        }
}

/* The two rows (or columns) of the lattice around a pixel, and the second one's weight. */
typedef struct between {
    int low, high;
    float weight;
} between;

static between place_between(int pixel)
{
    float at = ((float)pixel + 0.5f) * FIELD_LATTICE / FIELD_SIDE - 0.5f;
    int low = at > 0 ? (int)at : 0;
    int high = low + 1 < FIELD_LATTICE ? low + 1 : low;
    return (between){ low, high, at > 0 ? at - (float)low : 0 };
}

static float mix(float a, float b, float weight)
{
    return a + (b - a) * weight;
}

static void draw_ground(const float *verdicts, unsigned char *pixels)
{
    for (int y = 0; y < FIELD_SIDE; y++) {
        between v = place_between(y);
        const float *low = verdicts + (ptrdiff_t)v.low * FIELD_LATTICE;
        const float *high = verdicts + (ptrdiff_t)v.high * FIELD_LATTICE;
        for (int x = 0; x < FIELD_SIDE; x++, pixels += 3) {
            between h = place_between(x);
            float d = mix(mix(low[h.low], low[h.high], h.weight),
                          mix(high[h.low], high[h.high], h.weight), v.weight);
            memset(pixels, (int)(mix(darkest, lightest, d) + 0.5f), 3);
        }
    }
}

static void blend(unsigned char *pixel, const ink *k, float opacity)
{
    for (int c = 0; c < 3; c++)
        pixel[c] = (unsigned char)(mix((float)pixel[c], k->colour[c], opacity) + 0.5f);
}

/* A disc around (x, y), in pixels; its edge fades over one pixel. */
static void draw_disc(unsigned char *pixels, const ink *k, float x, float y)
{
    int reach = (int)k->radius + 1;
    for (int row = (int)y - reach; row <= (int)y + reach; row++)
        for (int col = (int)x - reach; col <= (int)x + reach; col++) {
            if (row < 0 || row >= FIELD_SIDE || col < 0 || col >= FIELD_SIDE)
                continue;
            float dx = (float)col + 0.5f - x, dy = (float)row + 0.5f - y;
            float inside = k->radius + 0.5f - sqrtf(dx * dx + dy * dy);
            if (inside > 0)
                blend(pixels + (ptrdiff_t)(row * FIELD_SIDE + col) * 3, k,
                      k->opacity * (inside < 1 ? inside : 1));
        }
}

static void draw_points(unsigned char *pixels, const ink *k, float reach, field_points p)
{
    for (int i = 0; i < p.count; i++) {
        float x = FIELD_SIDE / 2.0f * (1 + p.xy[2 * i] / reach);
        float y = FIELD_SIDE / 2.0f * (1 - p.xy[2 * i + 1] / reach);
        bool is_inside = x >= 0 && x < FIELD_SIDE && y >= 0 && y < FIELD_SIDE; /* no NaN is */
        if (is_inside)
            draw_disc(pixels, k, x, y);
    }
}

static void copy_line(const void *from, int y, unsigned char *bytes)
{
    const unsigned char *pixels = from;
    memcpy(bytes, pixels + (ptrdiff_t)y * FIELD_SIDE * 3, FIELD_SIDE * 3);
}

void field_draw(const field *f, unsigned char *pixels)
{
    if (f->verdicts)
        draw_ground(f->verdicts, pixels);
    else
        memset(pixels, (int)darkest, FIELD_BYTES);
    draw_points(pixels, &data_ink, f->reach, f->data);
    draw_points(pixels, &sample_ink, f->reach, f->samples);
}

png_picture field_picture(const unsigned char *pixels)
{
    return (png_picture){
        .width = FIELD_SIDE, .height = FIELD_SIDE, .channels = 3, .line = copy_line, .from = pixels
    };
}

void field_draw_points(field_points data, field_points samples, unsigned char *pixels)
{
    field_draw(&(field){ .reach = field_reach(data.count > 0 ? data : samples),
                         .data = data,
                         .samples = samples },
               pixels);
}

status field_write_png(const char *path, const field *f, unsigned char *pixels)
{
    const png_picture p = field_picture(pixels);
    field_draw(f, pixels);
    return png_write(path, &p);
}

status field_write_points(const char *path, field_points data, field_points samples)
{
    unsigned char *pixels = malloc(FIELD_BYTES);
    if (!pixels)
        return status_fail(STATUS_MEMORY, "%s: out of memory", path);
    field_draw_points(data, samples, pixels);
    const png_picture p = field_picture(pixels);
    status s = png_write(path, &p);
    free(pixels);
    return s;
}
