/* image/palette.c - chooses the colours of a picture by a median cut.
 *
 * Colours are counted in bins, by the first 5 bits of red, green and blue. A box of bins becomes
 * two of as many pixels each, cut across its longest side, until there are enough. The box that is
 * cut is the one whose pixels, times its longest side, are most. A box's colour is the mean of its
 * pixels.
 *
 * SPDX-License-Identifier: MIT */
#include "image/palette.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/banned.h"

enum { BITS = 5, SIDE = 1 << BITS };

typedef struct bin {
    uint64_t count, sums[3];
} bin;

typedef struct box {
    int least[3], most[3]; /* inclusive; no smaller box holds the same pixels */
    uint64_t count;
} box;

static int bin_of(const unsigned char *rgb)
{
    return (rgb[0] >> 3) << 2 * BITS | (rgb[1] >> 3) << BITS | rgb[2] >> 3;
}

static void count_pixels(bin *bins, const png_picture *p, unsigned char *line)
{
    for (int y = 0; y < p->height; y++) {
        p->line(p->from, y, line);
        for (int x = 0; x < p->width; x++) {
            const unsigned char *rgb = line + 3 * (size_t)x;
            bin *b = &bins[bin_of(rgb)];
            b->count++;
            for (int c = 0; c < 3; c++)
                b->sums[c] += rgb[c];
        }
    }
}

/* Calls `visit` for each bin of a box, with its place. */
static void visit_bins(const box *b, void (*visit)(void *context, int bin, const int place[3]),
                       void *context)
{
    int at[3];
    for (at[0] = b->least[0]; at[0] <= b->most[0]; at[0]++)
        for (at[1] = b->least[1]; at[1] <= b->most[1]; at[1]++)
            for (at[2] = b->least[2]; at[2] <= b->most[2]; at[2]++)
                visit(context, at[0] << 2 * BITS | at[1] << BITS | at[2], at);
}

typedef struct shrinking {
    const bin *bins;
    box now;
} shrinking;

static void grow(void *context, int i, const int place[3])
{
    shrinking *s = context;
    if (s->bins[i].count == 0)
        return;
    s->now.count += s->bins[i].count;
    for (int c = 0; c < 3; c++) {
        s->now.least[c] = place[c] < s->now.least[c] ? place[c] : s->now.least[c];
        s->now.most[c] = place[c] > s->now.most[c] ? place[c] : s->now.most[c];
    }
}

/* The smallest box with the same pixels, and their number. */
static box tight(const bin *bins, const box *b)
{
    shrinking s = { bins, { { SIDE, SIDE, SIDE }, { -1, -1, -1 }, 0 } };
    visit_bins(b, grow, &s);
    return s.now;
}

static int longest(const box *b)
{
    int axis = 0;
    for (int c = 1; c < 3; c++)
        if (b->most[c] - b->least[c] > b->most[axis] - b->least[axis])
            axis = c;
    return axis;
}

typedef struct slices {
    const bin *bins;
    int axis;
    uint64_t counts[SIDE];
} slices;

static void count_slice(void *context, int i, const int place[3])
{
    slices *s = context;
    s->counts[place[s->axis]] += s->bins[i].count;
}

/* Cuts a box of at least two bins where half of its pixels are on either side. */
static void cut(const bin *bins, box *b, box *rest)
{
    slices s = { .bins = bins, .axis = longest(b) };
    visit_bins(b, count_slice, &s);
    int at = b->least[s.axis];
    for (uint64_t before = s.counts[at]; before < b->count / 2 && at + 1 < b->most[s.axis];)
        before += s.counts[++at];
    *rest = *b;
    rest->least[s.axis] = at + 1;
    b->most[s.axis] = at;
    *rest = tight(bins, rest);
    *b = tight(bins, b);
}

/* The next box to be cut; -1: all are single bins. */
static int choose_box(const box *boxes, int n)
{
    int best = -1;
    uint64_t most = 0;
    for (int i = 0; i < n; i++) {
        int axis = longest(&boxes[i]);
        uint64_t weight = boxes[i].count * (uint64_t)(boxes[i].most[axis] - boxes[i].least[axis]);
        if (weight > most) {
            most = weight;
            best = i;
        }
    }
    return best;
}

typedef struct naming {
    const bin *bins;
    palette *palette;
    int number;
    uint64_t sums[3];
} naming;

static void name_bin(void *context, int i, const int place[3])
{
    (void)place;
    naming *n = context;
    n->palette->of_bin[i] = (unsigned char)n->number;
    for (int c = 0; c < 3; c++)
        n->sums[c] += n->bins[i].sums[c];
}

static void name_box(palette *p, const bin *bins, const box *b, int number)
{
    naming n = { .bins = bins, .palette = p, .number = number };
    visit_bins(b, name_bin, &n);
    for (int c = 0; c < 3; c++)
        p->percent[number][c] =
            (unsigned char)((n.sums[c] * 100 + b->count * 255 / 2) / (b->count * 255));
}

static void cut_boxes(palette *p, const bin *bins)
{
    box boxes[PALETTE_MOST];
    const box all = { { 0, 0, 0 }, { SIDE - 1, SIDE - 1, SIDE - 1 }, 0 };
    boxes[0] = tight(bins, &all);
    for (p->count = 1; p->count < PALETTE_MOST; p->count++) {
        int i = choose_box(boxes, p->count);
        if (i < 0)
            break;
        cut(bins, &boxes[i], &boxes[p->count]);
    }
    for (int i = 0; i < p->count; i++)
        name_box(p, bins, &boxes[i], i);
}

/* The nearest of the greys of 0 to 100 %. */
static int percent_of(int grey)
{
    return (grey * 100 + 127) / 255;
}

status palette_choose(palette *p, const png_picture *picture, unsigned char *line)
{
    if (picture->channels == 1) {
        p->count = 101;
        for (int i = 0; i < p->count; i++)
            p->percent[i][0] = p->percent[i][1] = p->percent[i][2] = (unsigned char)i;
        return STATUS_OK;
    }
    bin *bins = calloc(PALETTE_BINS, sizeof *bins);
    if (!bins)
        return status_fail(STATUS_MEMORY, "out of memory for the colours of a picture");
    count_pixels(bins, picture, line);
    cut_boxes(p, bins);
    free(bins);
    return STATUS_OK;
}

int palette_number(const palette *p, const unsigned char *pixel, int channels)
{
    return channels == 1 ? percent_of(pixel[0]) : p->of_bin[bin_of(pixel)];
}
