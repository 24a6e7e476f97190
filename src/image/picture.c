/* image/picture.c - reads pictures into planes.
 *
 * SPDX-License-Identifier: MIT */
#include "image/picture.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/file.h"

#include "base/banned.h"

/* ---- the file ---- */

status picture_load(picture_file *f, const char *path)
{
    *f = (picture_file){ .file.path = path };
    TRY(file_read(path, PICTURE_MOST_BYTES, &f->bytes, &f->file.n));
    f->file.bytes = f->bytes;
    return bitmap_read_header(&f->header, &f->file);
}

void picture_unload(picture_file *f)
{
    free(f->bytes);
    *f = (picture_file){ 0 };
}

/* ---- the pixels ---- */

typedef struct decoding {
    picture *to;
    bitmap_form form;
    bitmap_position position;
    const char *path;
    int row; /* of the picture as it is stored */
} decoding;

static status begin(void *context, const bitmap_form *form)
{
    decoding *d = context;
    picture *p = d->to;
    d->form = *form;
    d->position = bitmap_position_of(form->orientation);
    p->channels = form->channels;
    p->height = d->position.on_its_side ? form->width : form->height;
    p->width = d->position.on_its_side ? form->height : form->width;
    p->planes = malloc((size_t)p->channels * (size_t)p->height * (size_t)p->width);
    if (!p->planes)
        return status_fail(STATUS_MEMORY, "%s: out of memory for %d x %d pixels", d->path, p->width,
                           p->height);
    return STATUS_OK;
}

/* Along a stored row, places of the upright picture are one step apart: 1 or -1 in its row, or a
 * row up or down. */
static void take_row(void *context, const unsigned char *bytes)
{
    decoding *d = context;
    const picture *p = d->to;
    bitmap_position at = d->position;
    int w = d->form.width, y = at.mirrored_y ? d->form.height - 1 - d->row : d->row;
    ptrdiff_t column = at.on_its_side ? p->width : 1, row = at.on_its_side ? 1 : p->width;
    ptrdiff_t start = y * row + (at.mirrored_x ? (w - 1) * column : 0);
    ptrdiff_t step = at.mirrored_x ? -column : column;
    ptrdiff_t plane = (ptrdiff_t)p->height * p->width;
    for (int c = 0; c < p->channels; c++) {
        unsigned char *to = p->planes + c * plane + start;
        for (int x = 0; x < w; x++)
            to[x * step] = bytes[(ptrdiff_t)x * p->channels + c];
    }
    d->row++;
}

status picture_decode(picture *p, const picture_file *f)
{
    *p = (picture){ 0 };
    decoding d = { .to = p, .path = f->file.path };
    const bitmap_sink sink = { .context = &d, .begin = begin, .row = take_row };
    status s = bitmap_read(&sink, &f->file);
    if (s != STATUS_OK)
        picture_free(p);
    return s;
}

void picture_free(picture *p)
{
    free(p->planes);
    *p = (picture){ 0 };
}

/* ---- its parts ---- */

int picture_colours(const picture *p)
{
    return p->channels >= 3 ? 3 : 1;
}

bool picture_has_alpha(const picture *p)
{
    return p->channels % 2 == 0;
}

const unsigned char *picture_row(const picture *p, int c, int y)
{
    return p->planes + ((size_t)c * (size_t)p->height + (size_t)y) * (size_t)p->width;
}

/* ---- hidden colours ---- */

typedef struct covering {
    picture *of;
    uint16_t *far; /* (height, width): steps to the visible pixel whose colour it has */
} covering;

/* Takes the colour of the pixel `other`, if that is nearer to a visible one. */
static void take_from(const covering *c, ptrdiff_t i, ptrdiff_t other)
{
    ptrdiff_t plane = (ptrdiff_t)c->of->height * c->of->width;
    if (c->far[other] == UINT16_MAX || c->far[other] + 1 >= c->far[i])
        return;
    c->far[i] = (uint16_t)(c->far[other] + 1);
    for (int k = 0; k < picture_colours(c->of); k++)
        c->of->planes[k * plane + i] = c->of->planes[k * plane + other];
}

/* Two passes, from the top left and back, find the distances in steps across and down. */
static void spread(const covering *c)
{
    int height = c->of->height, width = c->of->width;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            ptrdiff_t i = (ptrdiff_t)y * width + x;
            if (y > 0)
                take_from(c, i, i - width);
            if (x > 0)
                take_from(c, i, i - 1);
        }
    for (int y = height - 1; y >= 0; y--)
        for (int x = width - 1; x >= 0; x--) {
            ptrdiff_t i = (ptrdiff_t)y * width + x;
            if (y < height - 1)
                take_from(c, i, i + width);
            if (x < width - 1)
                take_from(c, i, i + 1);
        }
}

status picture_cover(picture *p)
{
    size_t plane = (size_t)p->height * (size_t)p->width;
    const unsigned char *alpha = p->planes + (size_t)picture_colours(p) * plane;
    if (!picture_has_alpha(p))
        return STATUS_OK;
    uint16_t *far = malloc(plane * sizeof *far);
    if (!far)
        return status_fail(STATUS_MEMORY, "out of memory for %d x %d pixels", p->width, p->height);
    for (size_t i = 0; i < plane; i++)
        far[i] = alpha[i] > 0 ? 0 : UINT16_MAX;
    spread(&(covering){ p, far });
    free(far);
    return STATUS_OK;
}

static void draw_line(const void *from, int y, unsigned char *bytes)
{
    const picture *p = from;
    for (int c = 0; c < p->channels; c++) {
        const unsigned char *row = picture_row(p, c, y);
        for (int x = 0; x < p->width; x++)
            bytes[(ptrdiff_t)x * p->channels + c] = row[x];
    }
}

png_picture picture_png(const picture *p)
{
    return (png_picture){ p->width, p->height, p->channels, draw_line, p, true };
}
