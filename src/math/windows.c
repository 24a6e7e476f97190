/* math/windows.c - the windows of a convolution: where they lie and what they see.
 *
 * SPDX-License-Identifier: MIT */
#include "math/windows.h"

#include "math/whole.h"
#include <string.h>

#include "base/banned.h"

/* a / b rounded down, also for a negative a. */
static int floor_div(int a, int b)
{
    return a >= 0 ? a / b : -((b - 1 - a) / b);
}

static axis axis_of(const convolution *g, bool back, int pixels, int places)
{
    axis a = { .kernel = g->kernel, .padding = g->padding };
    if (back) {
        a.source = places;
        a.outputs = pixels;
        a.step = 1;
        a.classes = g->stride;
        a.first = g->padding / g->stride;
        a.count = (pixels - 1 + g->padding) / g->stride + 1 - a.first;
    } else {
        a.source = pixels;
        a.outputs = places;
        a.step = g->stride;
        a.classes = 1;
        a.first = 0;
        a.count = places;
    }
    return a;
}

windows windows_of(const convolution *g, bool back)
{
    return (windows){
        .channels = back ? g->maps : g->channels,
        .outputs = back ? g->channels : g->maps,
        .y = axis_of(g, back, g->height, g->map_height),
        .x = axis_of(g, back, g->width, g->map_width),
        .back = back,
        .split = 1,
    };
}

int window_taps(const axis *a, int class)
{
    return class < a->kernel ? (a->kernel - class + a->classes - 1) / a->classes : 0;
}

int window_begin(const windows *w, const axis *a, int class)
{
    return w->back ? 1 - window_taps(a, class) : -a->padding;
}

int window_output(const axis *a, bool back, int class, int place)
{
    return back ? a->classes * place + class - a->padding : place;
}

span window_span(const axis *a, bool back, int class, int first, int count)
{
    int origin = window_output(a, back, class, 0);
    int begin = most(first, -floor_div(origin, a->classes));
    int end = least(first + count, floor_div(a->outputs - 1 - origin, a->classes) + 1);
    return (span){ begin, most(end - begin, 0) };
}

/* The extent of the source that `count` windows side by side see. */
static int extent(const windows *w, const axis *a, int count)
{
    return round_up((count - 1) * a->step + (w->back ? window_taps(a, 0) : a->kernel), w->split);
}

/* A window sees at most CONVOLVE_MOST_KERNEL rows and columns, and the next window begins no
 * further away than that. So whatever MOST_PLACES windows see fits the scratch memory, also where
 * an odd number of rows or columns is rounded up. */
_Static_assert(MOST_SOURCE / CONVOLVE_MOST_KERNEL / CONVOLVE_MOST_KERNEL >= MOST_PLACES &&
                   (int)CONVOLVE_MOST_STRIDE <= (int)CONVOLVE_MOST_KERNEL &&
                   CONVOLVE_MOST_KERNEL % 2 == 0,
               "a cut is by places alone");

cut windows_cut(const windows *w, int most_images)
{
    const axis *y = &w->y, *x = &w->x;
    cut c = { .images = most_images, .rows = y->count, .cols = x->count };
    while (c.images > 1 && (int64_t)c.images * y->count * x->count > MOST_PLACES)
        c.images /= 2;
    c.cols = least(c.cols, MOST_PLACES);
    c.rows = least(c.rows, MOST_PLACES / c.cols);
    int area = c.images * extent(w, y, c.rows) * extent(w, x, c.cols);
    int taps = window_taps(y, 0) * window_taps(x, 0);
    c.channels = most(1, least(w->channels, least(PART_K / taps, MOST_SOURCE / area)));
    return c;
}

region windows_region(const windows *w, int row, int rows, int col, int cols)
{
    return (region){
        .top = w->y.step * row + window_begin(w, &w->y, 0),
        .left = w->x.step * col + window_begin(w, &w->x, 0),
        .height = extent(w, &w->y, rows),
        .width = extent(w, &w->x, cols),
    };
}

/* Zeros for `planes` planes of own->source, unless their borders have them still: copies write only
 * what is inside. */
static void clear_borders(scratch *own, const frame *f, int planes)
{
    if (own->framed >= planes && memcmp(&own->frame, f, sizeof *f) == 0)
        return;
    if (f->y0 > 0 || f->x0 > 0 || f->y1 < f->height || f->x1 < f->width)
        memset(own->source, 0,
               (size_t)planes * (size_t)f->height * (size_t)f->width * sizeof *own->source);
    own->frame = *f;
    own->framed = planes;
}

/* Where row y and column x of a plane are. */
static int place_in(int split, int height, int width, int y, int x)
{
    if (split == 1)
        return y * width + x;
    return (y % 2 * 2 + x % 2) * (height / 2) * (width / 2) + y / 2 * (width / 2) + x / 2;
}

/* Copies the rows y0 .. y1-1 of a region, from column x0 to x1-1, into a plane that is split. */
static void split_rows(const kernels *k, const region *r, const frame *f, const float *from,
                       int stride, float *plane)
{
    int n = f->x1 - f->x0;
    for (int y = f->y0; y < f->y1; y++, from += stride) {
        float *first = plane + place_in(2, r->height, r->width, y, f->x0);
        k->separate(n / 2, from, first, plane + place_in(2, r->height, r->width, y, f->x0 + 1));
        if (n % 2 == 1)
            first[n / 2] = from[n - 1];
    }
}

void windows_fill(const kernels *k, const windows *w, const region *r, const_view from,
                  scratch *own)
{
    int height = w->y.source, width = w->x.source;
    /* The rows and columns of the region that lie within the edges. */
    int y0 = most(0, -r->top), y1 = least(r->height, height - r->top);
    int x0 = most(0, -r->left), x1 = least(r->width, width - r->left);
    float *to = own->source;
    const frame f = { r->height, r->width, y0, y1, x0, x1, w->split };
    clear_borders(own, &f, r->channels * r->images);
    for (int c = r->channel; y0 < y1 && x0 < x1 && c < r->channel + r->channels; c++)
        for (int i = 0; i < r->images; i++, to += r->height * r->width) {
            const float *begin = const_view_row(from, r->image + i) +
                                 (ptrdiff_t)c * height * width + (ptrdiff_t)(r->top + y0) * width +
                                 r->left + x0;
            if (w->split == 1)
                k->copy_image(y1 - y0, x1 - x0, begin, width, to + y0 * r->width + x0, r->width);
            else
                split_rows(k, r, &f, begin, width, to);
        }
}

/* Fills `offsets` unless they are those of the same grid already, as in most tasks of a job. */
static void fill_offsets(const grid *g, grid *of, int *offsets)
{
    int n = 0;
    if (memcmp(g, of, sizeof *g) == 0)
        return;
    for (int i = 0; i < g->count; i++)
        for (int j = 0; j < g->down; j++)
            for (int k = 0; k < g->across; k++)
                offsets[n++] = i * g->plane +
                               place_in(g->split, g->height, g->width, j * g->step, k * g->step);
    *of = *g;
}

const float *windows_places(const windows *w, const region *r, int class_y, int class_x, span y,
                            span x, scratch *own)
{
    int top = window_begin(w, &w->y, class_y) - r->top + w->y.step * y.first;
    int left = window_begin(w, &w->x, class_x) - r->left + w->x.step * x.first;
    const grid g = { r->images, y.count, x.count, w->y.step, w->split, r->height * r->width,
                     r->height, r->width };
    fill_offsets(&g, &own->places_of, own->places);
    return own->source + place_in(w->split, r->height, r->width, top, left);
}

int windows_taps(const windows *w, const region *r, int class_y, int class_x, scratch *own)
{
    int down = window_taps(&w->y, class_y), across = window_taps(&w->x, class_x);
    const grid g = { r->channels, down,    across, 1, w->split, r->images * r->height * r->width,
                     r->height,   r->width };
    fill_offsets(&g, &own->taps_of, own->taps);
    return r->channels * down * across;
}
