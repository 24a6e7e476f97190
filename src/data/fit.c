/* data/fit.c - a picture in the channels and the size of its data set.
 *
 * SPDX-License-Identifier: MIT */
#include "data/fit.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

/* ---- channels ---- */

static unsigned char grey_of(rgb c)
{
    return (unsigned char)((19595u * c.r + 38470u * c.g + 7471u * c.b + 32768u) >> 16);
}

static unsigned char over(unsigned char x, unsigned char background, unsigned alpha)
{
    return (unsigned char)((x * alpha + background * (255 - alpha) + 127) / 255);
}

static rgb pixel_over(const unsigned char *p, int channels, rgb background)
{
    bool colour = channels >= 3;
    rgb c = { p[0], colour ? p[1] : p[0], colour ? p[2] : p[0] };
    if (channels % 2 == 1)
        return c;
    unsigned alpha = p[channels - 1];
    return (rgb){ over(c.r, background.r, alpha), over(c.g, background.g, alpha),
                  over(c.b, background.b, alpha) };
}

status fit_channels(bitmap *b, int channels, rgb background)
{
    size_t pixels = (size_t)b->width * (size_t)b->height, step = (size_t)b->channels;
    if (b->channels == channels)
        return STATUS_OK;
    unsigned char *flat = malloc(pixels * (size_t)channels), *to = flat;
    if (!flat)
        return status_fail(STATUS_MEMORY, "out of memory for %zu pixels", pixels);
    for (size_t i = 0; i < pixels; i++) {
        rgb c = pixel_over(b->bytes + i * step, b->channels, background);
        *to++ = channels == 1 ? grey_of(c) : c.r;
        if (channels == 1)
            continue;
        *to++ = c.g;
        *to++ = c.b;
    }
    free(b->bytes);
    b->bytes = flat;
    b->channels = channels;
    return STATUS_OK;
}

/* ---- size ---- */

/* A part of a picture that is scaled to `width` x `height` pixels. */
typedef struct scaling {
    const bitmap *from;
    int left, top, from_width, from_height;
    int width, height;
    uint32_t *sums; /* (from_width*channels): over the rows that an output row covers */
} scaling;

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static int64_t overlap(int64_t a, int64_t a_end, int64_t b, int64_t b_end)
{
    return (a_end < b_end ? a_end : b_end) - (a > b ? a : b);
}

/* sums = the sum of the rows that output row y covers, each weighted by the covered part. In units
 * of 1/height of a row of the picture, row i covers [i height, (i + 1) height) and output row y
 * covers [y from_height, (y + 1) from_height); so the weights of a sum add up to from_height. */
static void sum_rows(const scaling *s, int y)
{
    size_t n = (size_t)s->from_width * (size_t)s->from->channels;
    size_t stride = (size_t)s->from->width * (size_t)s->from->channels;
    int64_t start = (int64_t)y * s->from_height, end = start + s->from_height;
    memset(s->sums, 0, n * sizeof *s->sums);
    for (int64_t i = start / s->height; i * s->height < end; i++) {
        const unsigned char *row = s->from->bytes + (size_t)(s->top + i) * stride +
                                   (size_t)s->left * (size_t)s->from->channels;
        uint32_t weight = (uint32_t)overlap(i * s->height, (i + 1) * s->height, start, end);
        for (size_t k = 0; k < n; k++)
            s->sums[k] += weight * row[k];
    }
}

/* The output pixel of column x and channel c, by the same sum over the columns. */
static unsigned char mean_of_columns(const scaling *s, int x, int c)
{
    int64_t start = (int64_t)x * s->from_width, end = start + s->from_width;
    uint64_t area = (uint64_t)s->from_width * (uint64_t)s->from_height, sum = 0;
    for (int64_t i = start / s->width; i * s->width < end; i++)
        sum += (uint64_t)overlap(i * s->width, (i + 1) * s->width, start, end) *
               s->sums[i * s->from->channels + c];
    return (unsigned char)((2 * sum + area) / (2 * area));
}

/* Chooses the largest part with the aspect ratio width : height, from the middle. */
static void crop(scaling *s, const bitmap *b, int width, int height)
{
    bool wide = (int64_t)b->width * height > (int64_t)b->height * width;
    s->from_width = wide ? larger(1, (int)((int64_t)b->height * width / height)) : b->width;
    s->from_height = wide ? b->height : larger(1, (int)((int64_t)b->width * height / width));
    s->left = (b->width - s->from_width) / 2;
    s->top = (b->height - s->from_height) / 2;
    s->width = width;
    s->height = height;
}

static int scaled(int64_t x, int64_t times, int64_t by)
{
    return larger(1, (int)((2 * x * times + by) / (2 * by)));
}

/* Chooses the whole picture, as large as it fits. */
static void pad(scaling *s, const bitmap *b, int width, int height)
{
    bool wide = (int64_t)b->width * height > (int64_t)b->height * width;
    s->from_width = b->width;
    s->from_height = b->height;
    s->width = wide ? width : scaled(b->width, height, b->height);
    s->height = wide ? scaled(b->height, width, b->width) : height;
}

status fit_size(const bitmap *b, fit_mode mode, rgb background, int width, int height,
                unsigned char *out)
{
    scaling s = { .from = b };
    assert(b->channels <= 3);
    const unsigned char ground[3] = { b->channels == 1 ? grey_of(background) : background.r,
                                      background.g, background.b };
    size_t plane = (size_t)width * (size_t)height;
    mode == FIT_CROP ? crop(&s, b, width, height) : pad(&s, b, width, height);
    int left = (width - s.width) / 2, top = (height - s.height) / 2;
    s.sums = malloc((size_t)s.from_width * (size_t)b->channels * sizeof *s.sums);
    if (!s.sums)
        return status_fail(STATUS_MEMORY, "out of memory for a row of %d pixels", s.from_width);
    for (int c = 0; c < b->channels; c++)
        memset(out + (size_t)c * plane, ground[c], plane);
    for (int y = 0; y < s.height; y++) {
        unsigned char *row = out + (size_t)(top + y) * (size_t)width + (size_t)left;
        sum_rows(&s, y);
        for (int c = 0; c < b->channels; c++)
            for (int x = 0; x < s.width; x++)
                row[(size_t)c * plane + (size_t)x] = mean_of_columns(&s, x, c);
    }
    free(s.sums);
    return STATUS_OK;
}
