/* format/npy.c - .npy files, read and written.
 *
 * SPDX-License-Identifier: MIT */
#include "format/npy.h"

#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "format/npy_values.h"

#include "base/banned.h"

enum { MOST_BYTES = 1 << 30 };

/* ---- shapes ---- */

/* Compares the axes of a row, those after the first, with the n axes of a form. */
static bool has_axes(const npy_header *h, int n, const int *axes)
{
    return h->rank == n + 1 && memcmp(h->axes + 1, axes, (size_t)n * sizeof *axes) == 0;
}

/* The same, with axes of length 1 left out on both sides. */
static bool has_long_axes(const npy_header *h, int n, const int *axes)
{
    int k = 1;
    for (int i = 0; i < n; i++) {
        if (axes[i] == 1)
            continue;
        while (k < h->rank && h->axes[k] == 1)
            k++;
        if (k == h->rank || h->axes[k++] != axes[i])
            return false;
    }
    while (k < h->rank && h->axes[k] == 1)
        k++;
    return k == h->rank;
}

static status unlike_shape(const char *path, const npy_header *h, const char *what)
{
    return status_fail(STATUS_FORMAT,
                       "%s: npy header: expected the shape %s with N at least 1, found \"%.*s\"",
                       path, what, npy_slice_shown(h->shape), h->shape.start);
}

static status check_latents(const char *path, const npy_header *h, int latent)
{
    char what[32];
    snprintf(what, sizeof what, "(N, %d)", latent);
    return h->rank >= 2 && h->axes[0] >= 1 && has_long_axes(h, 1, &latent)
               ? STATUS_OK
               : unlike_shape(path, h, what);
}

/* Images of one channel, and points, are the same values in every form. With more channels the
 * place of the channels decides, and a form that does not show it is refused. */
static status check_samples(const char *path, const npy_header *h, const npy_form *f,
                            bool *channels_last)
{
    const int first[3] = { f->channels, f->height, f->width };
    const int last[3] = { f->height, f->width, f->channels };
    const int flat = f->channels * f->height * f->width;
    char what[160];
    bool plain = f->channels == 1 || f->height * f->width == 1;
    bool several = h->rank >= 2 && h->axes[0] >= 1;
    *channels_last = false;
    if (several && (has_axes(h, 3, first) ||
                    (plain && (has_long_axes(h, 3, first) || has_long_axes(h, 1, &flat)))))
        return STATUS_OK;
    *channels_last = several && has_axes(h, 3, last);
    if (*channels_last)
        return STATUS_OK;
    if (f->height * f->width == 1)
        snprintf(what, sizeof what, "(N, %d)", flat);
    else if (plain)
        snprintf(what, sizeof what, "(N, 1, %d, %d), (N, %d, %d) or (N, %d)", f->height, f->width,
                 f->height, f->width, flat);
    else
        snprintf(what, sizeof what, "(N, %d, %d, %d) or (N, %d, %d, %d)", first[0], first[1],
                 first[2], last[0], last[1], last[2]);
    return unlike_shape(path, h, what);
}

/* ---- reading ---- */

/* A file in memory, and how its rows are read. */
typedef struct source {
    const char *path;
    unsigned char *bytes;
    size_t size;
    npy_header header;
} source;

static status source_open(source *s, const char *path)
{
    *s = (source){ .path = path };
    TRY(file_read(path, MOST_BYTES, &s->bytes, &s->size));
    return npy_header_read(path, s->bytes, s->size, &s->header);
}

/* *values (N, columns), malloc'ed, in C order. */
static status read_rows(const source *s, int columns, int *n, float **values)
{
    int rows = s->header.axes[0];
    /* At most 2^31 x 2^31 values of 8 bytes and a header: that fits into 64 bits, as no sum of
     * sizes is larger than the file. */
    uint64_t count = (uint64_t)rows * (uint64_t)columns;
    uint64_t room = (s->size - s->header.data) / npy_type_size(s->header.type);
    uint64_t length = npy_type_size(s->header.type) * count + s->header.data;
    if (count > room || length != s->size)
        return status_fail(STATUS_FORMAT,
                           "%s: expected %" PRIu64 " bytes for %d x %d values, got %zu", s->path,
                           length, rows, columns, s->size);
    float *out = malloc((size_t)count * sizeof *out);
    if (!out)
        return status_fail(STATUS_MEMORY, "%s: out of memory for %d x %d values", s->path, rows,
                           columns);
    status result = npy_values_read(s->path, &s->header, s->bytes + s->header.data, (size_t)count,
                                    (size_t)columns, out);
    if (result != STATUS_OK) {
        free(out);
        return result;
    }
    *n = rows;
    *values = out;
    return STATUS_OK;
}

status npy_read_latents(const char *path, int latent, int *n, float **z)
{
    source s;
    *n = 0;
    *z = NULL;
    status result = source_open(&s, path);
    if (result == STATUS_OK)
        result = check_latents(path, &s.header, latent);
    if (result == STATUS_OK)
        result = read_rows(&s, latent, n, z);
    free(s.bytes);
    return result;
}

/* Bytes 0 to 255 become pixels from -1 to 1, as those of images. */
static void scale_pixels(size_t n, float *x)
{
    for (size_t i = 0; i < n; i++)
        x[i] = (2 * x[i] - 255) / 255;
}

/* x (H, W, C) becomes (C, H, W). */
static void move_channels(const npy_form *f, float *x, float *room)
{
    int pixels = f->height * f->width;
    for (int c = 0; c < f->channels; c++)
        for (int i = 0; i < pixels; i++)
            room[c * pixels + i] = x[i * f->channels + c];
    memcpy(x, room, (size_t)pixels * (size_t)f->channels * sizeof *x);
}

static status convert_samples(const source *s, const npy_form *f, bool channels_last,
                              npy_samples *out)
{
    size_t size = (size_t)f->channels * (size_t)f->height * (size_t)f->width;
    if (f->pixels && s->header.type == NPY_UINT8)
        scale_pixels((size_t)out->n * size, out->values);
    if (!channels_last)
        return STATUS_OK;
    float *room = malloc(size * sizeof *room);
    if (!room)
        return status_fail(STATUS_MEMORY, "%s: out of memory", s->path);
    for (int i = 0; i < out->n; i++)
        move_channels(f, out->values + (size_t)i * size, room);
    free(room);
    return STATUS_OK;
}

/* Channels last have the same shape where all three numbers are equal. */
static bool is_ambiguous(const npy_form *f)
{
    return f->channels > 1 && f->channels == f->height && f->height == f->width;
}

static void add_note(const source *s, const npy_form *f, bool channels_last, npy_samples *out)
{
    const char *type = s->header.type == NPY_FLOAT64 ? "float64 is rounded to float32"
                       : s->header.type == NPY_UINT8 && f->pixels
                           ? "uint8 is taken as pixels from 0 to 255"
                           : "";
    const char *axes = channels_last     ? "the axes are taken as N, height, width, channels"
                       : is_ambiguous(f) ? "the axes are taken as N, channels, height, width"
                                         : "";
    snprintf(out->note, sizeof out->note, "%s%s%s", type, *type && *axes ? ", and " : "", axes);
}

status npy_read_samples(const char *path, const npy_form *f, npy_samples *out)
{
    source s;
    bool channels_last = false;
    int size = f->channels * f->height * f->width;
    *out = (npy_samples){ 0 };
    status result = source_open(&s, path);
    if (result == STATUS_OK)
        result = check_samples(path, &s.header, f, &channels_last);
    if (result == STATUS_OK)
        result = read_rows(&s, size, &out->n, &out->values);
    if (result == STATUS_OK)
        result = convert_samples(&s, f, channels_last, out);
    free(s.bytes);
    if (result == STATUS_OK) {
        add_note(&s, f, channels_last, out);
        return STATUS_OK;
    }
    free(out->values);
    *out = (npy_samples){ 0 };
    return result;
}

/* ---- writing ---- */

/* numpy.lib.format, version 1.0: "\x93NUMPY", the version in 2 bytes, the length of the rest in 2,
 * then the dictionary, spaces and a newline, so that the data starts at a multiple of 64. With four
 * sizes of 1 to 10 digits the dictionary ends between bytes 75 and 112, so the data starts at 128.
 */
size_t npy_header_write(unsigned char header[NPY_HEADER_SIZE], const char *type, const int *sizes,
                        int rank)
{
    enum { PREFIX = 10 };
    char *to = (char *)header;
    memcpy(to, "\x93NUMPY\x01\0", 8);
    bytes_put(header + 8, NPY_HEADER_SIZE - PREFIX, 2);
    size_t n = PREFIX, room = NPY_HEADER_SIZE;
    n += (size_t)snprintf(to + n, room - n, "{'descr': '%s', 'fortran_order': False, 'shape': (",
                          type);
    for (int i = 0; i < rank; i++)
        n += (size_t)snprintf(to + n, room - n, "%s%d%s", i > 0 ? " " : "", sizes[i],
                              i + 1 < rank || rank == 1 ? "," : "");
    n += (size_t)snprintf(to + n, room - n, "), }");
    memset(to + n, ' ', room - n);
    header[room - 1] = '\n';
    return room;
}

status npy_begin(out_file *f, const int shape[4])
{
    unsigned char header[NPY_HEADER_SIZE];
    return out_write(f, header, npy_header_write(header, "<f4", shape, 4));
}

status npy_add(out_file *f, const float *values, size_t n)
{
    return out_write_floats(f, values, n);
}
