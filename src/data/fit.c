/* data/fit.c - a picture in the channels and the size of its data set.
 *
 * A picture on its side is not turned: the part of it that is used is turned instead, and so are
 * the pixels of the result. The sums are whole numbers, so their order does not matter.
 *
 * SPDX-License-Identifier: MIT */
#include "data/fit.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

/* ---- channels ---- */

unsigned char fit_grey(rgb c)
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

/* The part's pixels of a row, in the target's channels. */
static const unsigned char *line_of(const fit *f, const unsigned char *row)
{
    size_t step = (size_t)f->form.channels;
    int channels = f->target->channels;
    row += (size_t)f->left * step;
    if (f->form.channels == channels)
        return row;
    unsigned char *to = f->line;
    for (int x = 0; x < f->from_width; x++, row += step) {
        rgb c = pixel_over(row, f->form.channels, f->target->background);
        *to++ = channels == 1 ? fit_grey(c) : c.r;
        if (channels == 1)
            continue;
        *to++ = c.g;
        *to++ = c.b;
    }
    return f->line;
}

/* ---- orientation ---- */

static void exchange(int *a, int *b)
{
    int c = *a;
    *a = *b;
    *b = c;
}

/* Lays the chosen part of the upright picture as it is stored. */
static void lay(fit *f)
{
    bitmap_position p = bitmap_position_of(f->form.orientation);
    if (p.on_its_side) {
        exchange(&f->left, &f->top);
        exchange(&f->from_width, &f->from_height);
        exchange(&f->width, &f->height);
    }
    if (p.mirrored_x)
        f->left = f->form.width - f->from_width - f->left;
    if (p.mirrored_y)
        f->top = f->form.height - f->from_height - f->top;
}

/* The index in a plane of out of the pixel that is at (x, y) of the part as it is stored. */
static size_t place_of(const fit *f, int x, int y)
{
    bitmap_position p = bitmap_position_of(f->form.orientation);
    x = p.mirrored_x ? f->width - 1 - x : x;
    y = p.mirrored_y ? f->height - 1 - y : y;
    if (p.on_its_side)
        exchange(&x, &y);
    return (size_t)(f->at_y + y) * (size_t)f->target->width + (size_t)(f->at_x + x);
}

/* ---- size ---- */

static int larger(int a, int b)
{
    return a > b ? a : b;
}

/* Chooses the largest part with the target's aspect ratio, from the middle of w x h pixels. */
static void crop(fit *f, int w, int h)
{
    int width = f->target->width, height = f->target->height;
    bool wide = (int64_t)w * height > (int64_t)h * width;
    f->from_width = wide ? larger(1, (int)((int64_t)h * width / height)) : w;
    f->from_height = wide ? h : larger(1, (int)((int64_t)w * height / width));
    f->left = (w - f->from_width) / 2;
    f->top = (h - f->from_height) / 2;
    f->width = width;
    f->height = height;
}

static int scaled(int64_t x, int64_t times, int64_t by)
{
    return larger(1, (int)((2 * x * times + by) / (2 * by)));
}

/* Chooses all w x h pixels, as large as they fit. */
static void pad(fit *f, int w, int h)
{
    int width = f->target->width, height = f->target->height;
    bool wide = (int64_t)w * height > (int64_t)h * width;
    f->from_width = w;
    f->from_height = h;
    f->width = wide ? width : scaled(w, height, h);
    f->height = wide ? scaled(h, width, w) : height;
}

static int64_t overlap(int64_t a, int64_t a_end, int64_t b, int64_t b_end)
{
    return (a_end < b_end ? a_end : b_end) - (a > b ? a : b);
}

/* The pixel of column x and channel c of the result, by the same sum over the columns as the one
 * over the rows below. */
static unsigned char mean_of_columns(const fit *f, int x, int c)
{
    int64_t start = (int64_t)x * f->from_width, end = start + f->from_width;
    uint64_t area = (uint64_t)f->from_width * (uint64_t)f->from_height, sum = 0;
    for (int64_t i = start / f->width; i * f->width < end; i++)
        sum += (uint64_t)overlap(i * f->width, (i + 1) * f->width, start, end) *
               f->sums[i * f->target->channels + c];
    return (unsigned char)((2 * sum + area) / (2 * area));
}

static void make_row(fit *f)
{
    size_t plane = (size_t)f->target->width * (size_t)f->target->height;
    for (int x = 0; x < f->width; x++) {
        unsigned char *to = f->out + place_of(f, x, f->done);
        for (int c = 0; c < f->target->channels; c++)
            to[(size_t)c * plane] = mean_of_columns(f, x, c);
    }
    f->done++;
}

static size_t values(const fit *f)
{
    return (size_t)f->from_width * (size_t)f->target->channels;
}

/* Adds row i of the part to the rows of the result that cover it, each weighted by the covered
 * part. In units of 1/height of a row of the picture, row i covers [i height, (i + 1) height) and
 * row y of the result covers [y from_height, (y + 1) from_height); so the weights of a sum add up
 * to from_height. Only the first row of the result may have begun before, only the last stays
 * unfinished. */
static void add_row(fit *f, int64_t i, const unsigned char *line)
{
    size_t n = values(f);
    int64_t start = i * f->height, end = start + f->height;
    while (f->done < f->height && (int64_t)f->done * f->from_height < end) {
        int64_t top = (int64_t)f->done * f->from_height, bottom = top + f->from_height;
        uint32_t weight = (uint32_t)overlap(start, end, top, bottom);
        for (size_t k = 0; k < n; k++)
            f->sums[k] += weight * line[k];
        if (bottom > end)
            break;
        make_row(f);
        memset(f->sums, 0, n * sizeof *f->sums);
    }
}

/* The next row of a part that keeps its size: its mean is the pixel itself. */
static void copy_row(fit *f, const unsigned char *line)
{
    const fit_target *t = f->target;
    size_t plane = (size_t)t->width * (size_t)t->height, first = place_of(f, 0, f->done);
    ptrdiff_t step =
        f->width > 1 ? (ptrdiff_t)place_of(f, 1, f->done) - (ptrdiff_t)first : (ptrdiff_t)0;
    for (int c = 0; c < t->channels; c++) {
        unsigned char *to = f->out + (size_t)c * plane + first;
        for (int x = 0; x < f->width; x++)
            to[x * step] = line[x * t->channels + c];
    }
    f->done++;
}

/* ---- the sink ---- */

static status begin(void *context, const bitmap_form *form)
{
    fit *f = context;
    const fit_target *t = f->target;
    int w = form->width, h = form->height;
    f->form = *form;
    if (bitmap_is_on_its_side(form->orientation))
        exchange(&w, &h);
    t->mode == FIT_CROP ? crop(f, w, h) : pad(f, w, h);
    f->at_x = (t->width - f->width) / 2;
    f->at_y = (t->height - f->height) / 2;
    lay(f);
    f->line = malloc(values(f));
    f->sums = calloc(values(f), sizeof *f->sums);
    if (!f->line || !f->sums)
        return status_fail(STATUS_MEMORY, "out of memory for a row of %d pixels", f->from_width);
    size_t plane = (size_t)t->width * (size_t)t->height;
    const unsigned char ground[3] = { t->channels == 1 ? fit_grey(t->background) : t->background.r,
                                      t->background.g, t->background.b };
    for (int c = 0; c < t->channels; c++)
        memset(f->out + (size_t)c * plane, ground[c], plane);
    return STATUS_OK;
}

static void take_row(void *context, const unsigned char *bytes)
{
    fit *f = context;
    int64_t i = (int64_t)f->row++ - f->top;
    if (i < 0 || i >= f->from_height)
        return;
    if (f->from_width == f->width && f->from_height == f->height)
        copy_row(f, line_of(f, bytes));
    else
        add_row(f, i, line_of(f, bytes));
}

void fit_start(fit *f, const fit_target *target, unsigned char *out)
{
    assert(target->channels == 1 || target->channels == 3);
    *f = (fit){ .target = target, .out = out };
}

bitmap_sink fit_sink(fit *f)
{
    return (bitmap_sink){ .context = f, .begin = begin, .row = take_row };
}

void fit_free(fit *f)
{
    free(f->line);
    free(f->sums);
    *f = (fit){ 0 };
}

size_t fit_memory(int width)
{
    enum { MOST_CHANNELS = 3 };
    return (size_t)width * MOST_CHANNELS * (sizeof(unsigned char) + sizeof(uint32_t));
}
