/* image/labels.c - the line of words above a picture.
 *
 * SPDX-License-Identifier: MIT */
#include "image/labels.h"

#include <string.h>

#include "image/font.h"

#include "base/banned.h"

enum { MARGIN = 4, LARGE = 2 };

static int word_width(const char *word)
{
    return (int)strlen(word) * FONT_WIDTH;
}

/* How large letters are. */
static int size_of(const labels *l)
{
    for (int i = 0; i < l->count; i++)
        if (word_width(l->words[i]) * LARGE > l->width)
            return 1;
    return LARGE;
}

static int strip_height(const labels *l)
{
    return FONT_HEIGHT * size_of(l) + 2 * MARGIN;
}

/* Is pixel (x, y) of a word, in letters of their own size, white? */
static bool is_white(const char *word, int x, int y)
{
    uint64_t rows = font_rows((unsigned char)word[x / FONT_WIDTH]);
    return rows >> (8 * (FONT_HEIGHT - y) - 1 - x % FONT_WIDTH) & 1;
}

static void draw_word(const labels *l, int i, int y, unsigned char *bytes)
{
    int size = size_of(l), width = word_width(l->words[i]) * size;
    int left = i * (l->width + l->gap) + (l->width - width) / 2;
    for (int x = 0; x < width; x++) {
        int at = left + x;
        if (at >= 0 && at < l->below.width && is_white(l->words[i], x / size, y / size))
            memset(bytes + (ptrdiff_t)at * l->below.channels, 255, (size_t)l->below.channels);
    }
}

static void draw_line(const void *from, int y, unsigned char *bytes)
{
    const labels *l = from;
    int strip = strip_height(l);
    if (y >= strip) {
        l->below.line(l->below.from, y - strip, bytes);
        return;
    }
    memset(bytes, 0, (size_t)l->below.width * (size_t)l->below.channels);
    if (y < MARGIN || y >= strip - MARGIN)
        return;
    for (int i = 0; i < l->count; i++)
        draw_word(l, i, y - MARGIN, bytes);
}

png_picture labels_picture(const labels *l)
{
    png_picture p = l->below;
    p.height += strip_height(l);
    p.line = draw_line;
    p.from = l;
    return p;
}
