/* format/gif.c - the first frame of a GIF, by giflib, read from memory.
 *
 * SPDX-License-Identifier: MIT */
#include "format/gif.h"

#ifdef GAN_HAS_GIF

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <gif_lib.h>

#include "base/banned.h"

enum { MOST_COLOURS = 256 };

/* A frame, and where it is on the canvas. */
typedef struct gif_input {
    const bitmap_file *file;
    size_t at;
    GifFileType *gif;
    int left, top, width, height;
    bool interlaced;
    int transparent;                        /* the index of that colour, -1: none */
    unsigned char colours[MOST_COLOURS][4]; /* red, green, blue, alpha */
} gif_input;

static int on_read(GifFileType *gif, GifByteType *to, int n)
{
    gif_input *in = gif->UserData;
    size_t rest = in->file->n - in->at, taken = n > 0 && (size_t)n < rest ? (size_t)n : rest;
    memcpy(to, in->file->bytes + in->at, taken);
    in->at += taken;
    return (int)taken;
}

static status broken(const bitmap_file *f, const char *why)
{
    return bitmap_broken(f->path, "GIF", why);
}

static status failure(const gif_input *in, int code)
{
    const char *words = GifErrorString(code);
    if (code == D_GIF_ERR_NOT_ENOUGH_MEM)
        return status_fail(STATUS_MEMORY, "%s: out of memory", in->file->path);
    if (in->at == in->file->n)
        return broken(in->file, "it breaks off");
    return broken(in->file, words ? words : "it cannot be decoded");
}

/* Reads an extension; that of the next frame states its transparent colour. */
static status read_extension(gif_input *in)
{
    int code;
    GifByteType *block;
    if (DGifGetExtension(in->gif, &code, &block) != GIF_OK)
        return failure(in, in->gif->Error);
    for (bool first = true; block; first = false) {
        GraphicsControlBlock control;
        if (first && code == GRAPHICS_EXT_FUNC_CODE &&
            DGifExtensionToGCB(block[0], block + 1, &control) == GIF_OK)
            in->transparent = control.TransparentColor;
        if (DGifGetExtensionNext(in->gif, &block) != GIF_OK)
            return failure(in, in->gif->Error);
    }
    return STATUS_OK;
}

/* Goes to the first frame. */
static status find_frame(gif_input *in)
{
    for (;;) {
        GifRecordType type;
        if (DGifGetRecordType(in->gif, &type) != GIF_OK)
            return failure(in, in->gif->Error);
        if (type == TERMINATE_RECORD_TYPE)
            return broken(in->file, "it has no picture");
        if (type == EXTENSION_RECORD_TYPE)
            TRY(read_extension(in));
        if (type == IMAGE_DESC_RECORD_TYPE)
            return DGifGetImageDesc(in->gif) == GIF_OK ? STATUS_OK : failure(in, in->gif->Error);
    }
}

/* Sets the colours; true if there is any that is not grey. A file without a palette is grey, and an
 * index beyond the palette black. */
static bool set_colours(gif_input *in)
{
    const ColorMapObject *map =
        in->gif->Image.ColorMap ? in->gif->Image.ColorMap : in->gif->SColorMap;
    bool colour = false;
    for (int i = 0; i < MOST_COLOURS; i++) {
        GifByteType grey = map ? 0 : (GifByteType)i;
        GifColorType c =
            map && i < map->ColorCount ? map->Colors[i] : (GifColorType){ grey, grey, grey };
        const unsigned char rgba[4] = { c.Red, c.Green, c.Blue, i == in->transparent ? 0 : 255 };
        memcpy(in->colours[i], rgba, 4);
        colour |= c.Red != c.Green || c.Red != c.Blue;
    }
    return colour;
}

/* The canvas is enlarged if the frame does not fit, as browsers do. It is transparent where the
 * frame does not cover it. */
static status read_header(bitmap_form *form, gif_input *in)
{
    TRY(find_frame(in));
    const GifImageDesc *d = &in->gif->Image;
    in->left = d->Left;
    in->top = d->Top;
    in->width = d->Width;
    in->height = d->Height;
    in->interlaced = d->Interlace;
    TRY(bitmap_check_size(in->file->path, (size_t)d->Width, (size_t)d->Height));
    int right = d->Left + d->Width, bottom = d->Top + d->Height;
    form->width = in->gif->SWidth > right ? in->gif->SWidth : right;
    form->height = in->gif->SHeight > bottom ? in->gif->SHeight : bottom;
    TRY(bitmap_check_size(in->file->path, (size_t)form->width, (size_t)form->height));
    form->colour = set_colours(in);
    bool covered = d->Width == form->width && d->Height == form->height;
    form->channels = in->transparent >= 0 || !covered ? 4 : 3;
    form->memory = 5 * (size_t)form->width + (128 << 10) +
                   (in->interlaced ? (size_t)d->Width * (size_t)d->Height : 0);
    return STATUS_OK;
}

static status read_line(gif_input *in, unsigned char *indices)
{
    return DGifGetLine(in->gif, indices, in->width) == GIF_OK ? STATUS_OK
                                                              : failure(in, in->gif->Error);
}

/* Reads an interlaced frame: every 8th row, those in the middle of these, and so on. */
static status read_passes(gif_input *in, unsigned char *indices)
{
    static const int first[] = { 0, 4, 2, 1 }, step[] = { 8, 8, 4, 2 };
    for (int pass = 0; pass < 4; pass++)
        for (int y = first[pass]; y < in->height; y += step[pass])
            TRY(read_line(in, indices + (size_t)y * (size_t)in->width));
    return STATUS_OK;
}

static void paint(const gif_input *in, int channels, const unsigned char *indices,
                  unsigned char *line)
{
    unsigned char *to = line + in->left * channels;
    for (int x = 0; x < in->width; x++, to += channels)
        memcpy(to, in->colours[indices[x]], (size_t)channels);
}

/* `indices` has room for a row of the frame, or for all of an interlaced one; `line`, zeroed, for a
 * row of the canvas. */
static status read_pixels(const bitmap_form *form, const bitmap_sink *sink, gif_input *in,
                          unsigned char *indices, unsigned char *line)
{
    if (in->interlaced)
        TRY(read_passes(in, indices));
    for (int y = 0; y < form->height; y++) {
        int row = y - in->top;
        bool inside = row >= 0 && row < in->height;
        if (inside && !in->interlaced)
            TRY(read_line(in, indices));
        if (inside)
            paint(in, form->channels,
                  indices + (in->interlaced ? (size_t)row * (size_t)in->width : 0), line);
        else
            memset(line, 0, (size_t)form->width * (size_t)form->channels);
        sink->row(sink->context, line);
    }
    return in->at < in->file->n ? STATUS_OK : broken(in->file, "it breaks off");
}

static status read_frame(bitmap_form *form, const bitmap_sink *sink, gif_input *in)
{
    TRY(read_header(form, in));
    if (!sink)
        return STATUS_OK;
    TRY(sink->begin(sink->context, form));
    unsigned char *indices = malloc((size_t)in->width * (in->interlaced ? (size_t)in->height : 1));
    unsigned char *line = calloc((size_t)form->width, (size_t)form->channels);
    status s = indices && line ? read_pixels(form, sink, in, indices, line)
                               : status_fail(STATUS_MEMORY, "%s: out of memory for %d x %d pixels",
                                             in->file->path, form->width, form->height);
    free(line);
    free(indices);
    return s;
}

static status gif_read(bitmap_form *form, const bitmap_sink *sink, const bitmap_file *f)
{
    int code = 0;
    gif_input in = { .file = f, .transparent = NO_TRANSPARENT_COLOR };
    in.gif = DGifOpen(&in, on_read, &code);
    if (!in.gif)
        return failure(&in, code);
    status s = read_frame(form, sink, &in);
    DGifCloseFile(in.gif, &code);
    return s;
}

const bitmap_reader gif_reader = { .read = gif_read, .package = "giflib" };

#else

static status gif_read(bitmap_form *form, const bitmap_sink *sink, const bitmap_file *f)
{
    (void)form, (void)sink;
    return bitmap_lacks_library(f->path, "GIF", "giflib");
}

const bitmap_reader gif_reader = { .read = gif_read, .package = "giflib", .missing = true };

#endif
