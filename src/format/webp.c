/* format/webp.c - WebP by libwebp, read from memory.
 *
 * A file is a RIFF: "RIFF", the size of the rest, "WEBP", and chunks: a name and a size (4 bytes
 * each, little-endian) and the data, padded to an even size. The chunks of an animation's frame are
 * inside of a chunk ANMF; libwebp's decoder takes them from there. So no other library is needed.
 *
 * SPDX-License-Identifier: MIT */
#include "format/webp.h"

#ifdef GAN_HAS_WEBP

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <webp/decode.h>

#include "base/banned.h"

enum { HEADER = 12, CHUNK = 8, FRAME = 16 };

/* A picture within the file, and where it is on the canvas. */
typedef struct webp_picture {
    const unsigned char *bytes;
    size_t n;
    int left, top, width, height;
    bool alpha, lossless;
} webp_picture;

static status broken(const bitmap_file *f, const char *why)
{
    return bitmap_broken(f->path, "WebP", why);
}

static size_t number(const unsigned char *p, int bytes)
{
    size_t x = 0;
    for (int i = bytes - 1; i >= 0; i--)
        x = x << 8 | p[i];
    return x;
}

/* Finds a chunk from *at on; false if there is none. *at is then where its data begin, and *n their
 * size. */
static bool find_chunk(const bitmap_file *f, const char *name, size_t *at, size_t *n)
{
    while (*at <= f->n && f->n - *at >= CHUNK) {
        const unsigned char *p = f->bytes + *at;
        *n = number(p + 4, 4);
        if (*n > f->n - *at - CHUNK)
            return false;
        *at += CHUNK;
        if (memcmp(p, name, 4) == 0)
            return true;
        *at += *n + *n % 2;
    }
    return false;
}

/* EXIF may have the six bytes before it that it has in a JPEG. */
static int orientation_of(const bitmap_file *f)
{
    size_t at = HEADER, n;
    if (!find_chunk(f, "EXIF", &at, &n))
        return 1;
    size_t skip = n > 6 && memcmp(f->bytes + at, "Exif\0", 6) == 0 ? 6 : 0;
    return bitmap_orientation(f->bytes + at + skip, n - skip);
}

static status features_of(WebPBitstreamFeatures *features, const bitmap_file *f,
                          const unsigned char *bytes, size_t n)
{
    VP8StatusCode code = WebPGetFeatures(bytes, n, features);
    if (code == VP8_STATUS_OK)
        return STATUS_OK;
    if (code == VP8_STATUS_OUT_OF_MEMORY)
        return status_fail(STATUS_MEMORY, "%s: out of memory", f->path);
    return broken(f, code == VP8_STATUS_NOT_ENOUGH_DATA ? "it breaks off" : "its header is wrong");
}

/* Finds the first frame of an animation: ANMF has left/2, top/2, width-1, height-1 and a duration
 * (3 bytes each), flags, and the chunks of the picture. */
static status find_frame(webp_picture *p, const bitmap_file *f)
{
    size_t at = HEADER, n;
    if (!find_chunk(f, "ANMF", &at, &n) || n < FRAME)
        return broken(f, "it breaks off before its first frame");
    const unsigned char *data = f->bytes + at;
    WebPBitstreamFeatures features;
    p->left = 2 * (int)number(data, 3);
    p->top = 2 * (int)number(data + 3, 3);
    p->bytes = data + FRAME;
    p->n = n - FRAME;
    TRY(features_of(&features, f, p->bytes, p->n));
    p->width = features.width;
    p->height = features.height;
    p->lossless = features.format == 2;
    return STATUS_OK;
}

/* Sets the form by the canvas, and finds the picture on it. The canvas of an animation is
 * transparent where its frame does not cover it. */
static status read_header(bitmap_form *form, webp_picture *p, const bitmap_file *f)
{
    WebPBitstreamFeatures features;
    if (f->n < HEADER || number(f->bytes + 4, 4) > f->n - CHUNK)
        return broken(f, "it breaks off");
    TRY(features_of(&features, f, f->bytes, f->n));
    TRY(bitmap_check_size(f->path, (size_t)features.width, (size_t)features.height));
    *p = (webp_picture){ .bytes = f->bytes,
                         .n = f->n,
                         .width = features.width,
                         .height = features.height,
                         .lossless = features.format == 2 };
    if (features.has_animation)
        TRY(find_frame(p, f));
    if (p->left > features.width - p->width || p->top > features.height - p->height)
        return broken(f, "its first frame is outside of the picture");
    p->alpha = features.has_alpha || p->width < features.width || p->height < features.height;
    *form = (bitmap_form){ .width = features.width,
                           .height = features.height,
                           .channels = p->alpha ? 4 : 3,
                           .orientation = orientation_of(f),
                           .colour = true };
    /* libwebp has the picture in colours of 4 bytes (lossless) or its transparency, which is a
     * lossless picture of its own, besides what is handed out. */
    size_t pixels = (size_t)p->width * (size_t)p->height;
    form->memory = pixels * (size_t)form->channels + (p->lossless || p->alpha ? 5 * pixels : 0) +
                   256 * (size_t)form->width + (2 << 20);
    return STATUS_OK;
}

static status decode(unsigned char *pixels, const webp_picture *p, const bitmap_file *f)
{
    WebPDecoderConfig config;
    if (!WebPInitDecoderConfig(&config))
        return status_fail(STATUS_FORMAT, "%s: libwebp is another than the one gan was built for",
                           f->path);
    size_t stride = (size_t)p->width * (p->alpha ? 4 : 3);
    config.output.colorspace = p->alpha ? MODE_RGBA : MODE_RGB;
    config.output.is_external_memory = 1;
    config.output.u.RGBA.rgba = pixels;
    config.output.u.RGBA.stride = (int)stride;
    config.output.u.RGBA.size = stride * (size_t)p->height;
    VP8StatusCode code = WebPDecode(p->bytes, p->n, &config);
    if (code == VP8_STATUS_OUT_OF_MEMORY)
        return status_fail(STATUS_MEMORY, "%s: out of memory for %d x %d pixels", f->path, p->width,
                           p->height);
    if (code != VP8_STATUS_OK)
        return broken(f, code == VP8_STATUS_NOT_ENOUGH_DATA || code == VP8_STATUS_SUSPENDED
                             ? "it breaks off"
                             : "its pixels are damaged");
    return STATUS_OK;
}

/* Hands out the canvas: transparent black around the picture. `line` is a row of it, zeroed. */
static void hand_out(const bitmap_form *form, const bitmap_sink *sink, const webp_picture *p,
                     const unsigned char *pixels, unsigned char *line)
{
    size_t size = (size_t)form->channels, stride = (size_t)p->width * size;
    for (int y = 0; y < form->height; y++) {
        bool inside = y >= p->top && y < p->top + p->height;
        if (inside)
            memcpy(line + (size_t)p->left * size, pixels + (size_t)(y - p->top) * stride, stride);
        else
            memset(line, 0, (size_t)form->width * size);
        sink->row(sink->context, line);
    }
}

static status webp_read(bitmap_form *form, const bitmap_sink *sink, const bitmap_file *f)
{
    webp_picture p = { 0 };
    TRY(read_header(form, &p, f));
    if (!sink)
        return STATUS_OK;
    TRY(sink->begin(sink->context, form));
    size_t size = (size_t)form->channels;
    unsigned char *pixels = malloc((size_t)p.width * (size_t)p.height * size);
    unsigned char *line = calloc((size_t)form->width, size);
    status s = STATUS_OK;
    if (!pixels || !line) {
        s = status_fail(STATUS_MEMORY, "%s: out of memory for %d x %d pixels", f->path, form->width,
                        form->height);
    } else {
        s = decode(pixels, &p, f);
        if (s == STATUS_OK)
            hand_out(form, sink, &p, pixels, line);
    }
    free(line);
    free(pixels);
    return s;
}

/* The pixels are the same in all versions: the format defines them to the bit. */
const bitmap_reader webp_reader = { .read = webp_read, .package = "libwebp" };

#else

static status webp_read(bitmap_form *form, const bitmap_sink *sink, const bitmap_file *f)
{
    (void)form, (void)sink;
    return bitmap_lacks_library(f->path, "WebP", "libwebp");
}

const bitmap_reader webp_reader = { .read = webp_read, .package = "libwebp", .missing = true };

#endif
