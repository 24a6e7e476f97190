/* format/jpeg.c - JPEG by libjpeg, read from memory.
 *
 * libjpeg reports errors by a function that must not return. So that nothing leaks and no variable
 * is lost, jpeg_read owns what has to be released, and the function that longjmp returns to,
 * read_jpeg, changes no variable of its own.
 *
 * SPDX-License-Identifier: MIT */
#include "format/jpeg.h"

#ifdef GAN_HAS_JPEG

#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jerror.h>
#include <jpeglib.h>

#include "base/banned.h"

/* A progressive picture has about ten; each one more takes the time of a whole picture. */
enum { MOST_SCANS = 100 };

typedef struct jpeg_input {
    struct jpeg_error_mgr errors; /* first, so that a pointer to it is one to this struct */
    struct jpeg_progress_mgr progress;
    jmp_buf back;
    const bitmap_file *file;
    status result; /* of the first failure */
} jpeg_input;

static jpeg_input *input_of(j_common_ptr j)
{
    return (jpeg_input *)(void *)j->err;
}

_Noreturn static void fail(j_common_ptr j, const char *message)
{
    jpeg_input *in = input_of(j);
    in->result = status_fail(STATUS_FORMAT, "%s: broken JPEG: %s", in->file->path, message);
    longjmp(in->back, 1);
}

_Noreturn static void on_error(j_common_ptr j)
{
    char message[JMSG_LENGTH_MAX];
    j->err->format_message(j, message);
    fail(j, message);
}

/* libjpeg fills broken or missing parts with grey and warns. Here that is an error, unless no pixel
 * depends on it. */
static void on_message(j_common_ptr j, int level)
{
    switch (j->err->msg_code) {
    case JWRN_ADOBE_XFORM:
    case JWRN_BOGUS_PROGRESSION:
    case JWRN_EXTRANEOUS_DATA:
    case JWRN_JFIF_MAJOR:
        return;
    case JWRN_JPEG_EOF:
        fail(j, "it breaks off");
    default:
        if (level < 0)
            on_error(j);
    }
}

static void on_progress(j_common_ptr j)
{
    if (((j_decompress_ptr)(void *)j)->input_scan_number > MOST_SCANS)
        fail(j, "it has more scans than a picture needs");
}

static int orientation_of(const struct jpeg_decompress_struct *j)
{
    static const char start[6] = "Exif\0";
    for (jpeg_saved_marker_ptr m = j->marker_list; m; m = m->next)
        if (m->data_length > sizeof start && memcmp(m->data, start, sizeof start) == 0)
            return bitmap_orientation(m->data + sizeof start, m->data_length - sizeof start);
    return 1;
}

static void read_header(struct jpeg_decompress_struct *j, jpeg_input *in)
{
    jpeg_mem_src(j, (unsigned char *)(uintptr_t)in->file->bytes, (unsigned long)in->file->n);
    jpeg_save_markers(j, JPEG_APP0 + 1, 0xffff);
    jpeg_read_header(j, TRUE);
    if (j->jpeg_color_space == JCS_CMYK || j->jpeg_color_space == JCS_YCCK)
        in->result = status_fail(STATUS_FORMAT, "%s: is a JPEG in CMYK, expected grey or RGB",
                                 in->file->path);
    else if (j->num_components != 1 && j->num_components != 3)
        in->result = status_fail(STATUS_FORMAT, "%s: is a JPEG of %d channels, expected 1 or 3",
                                 in->file->path, j->num_components);
    else
        in->result = bitmap_check_size(in->file->path, j->image_width, j->image_height);
}

static void read_pixels(struct jpeg_decompress_struct *j, jpeg_input *in, bitmap *b)
{
    j->out_color_space = j->num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
    j->dct_method = JDCT_ISLOW;
    *b = (bitmap){ (int)j->image_width, (int)j->image_height, j->num_components, NULL };
    size_t stride = (size_t)b->width * (size_t)b->channels;
    b->bytes = malloc(stride * (size_t)b->height);
    if (!b->bytes) {
        in->result = status_fail(STATUS_MEMORY, "%s: out of memory for %d x %d pixels",
                                 in->file->path, b->width, b->height);
        return;
    }
    jpeg_start_decompress(j);
    while (j->output_scanline < j->output_height)
        jpeg_read_scanlines(j, &(JSAMPROW){ b->bytes + j->output_scanline * stride }, 1);
    jpeg_finish_decompress(j);
}

static void read_jpeg(struct jpeg_decompress_struct *j, jpeg_input *in, bitmap_header *h, bitmap *b,
                      int *orientation)
{
    if (setjmp(in->back) != 0)
        return;
    jpeg_create_decompress(j);
    j->progress = &in->progress;
    read_header(j, in);
    if (in->result != STATUS_OK)
        return;
    *h = (bitmap_header){ (int)j->image_width, (int)j->image_height, j->num_components == 3 };
    *orientation = orientation_of(j);
    if (b)
        read_pixels(j, in, b);
}

status jpeg_read(bitmap_header *h, bitmap *b, int *orientation, const bitmap_file *f)
{
    struct jpeg_decompress_struct j = { 0 };
    jpeg_input in = { .file = f, .progress.progress_monitor = on_progress };
    j.err = jpeg_std_error(&in.errors);
    in.errors.error_exit = on_error;
    in.errors.emit_message = on_message;
    read_jpeg(&j, &in, h, b, orientation);
    jpeg_destroy_decompress(&j);
    return in.result;
}

/* The two libraries have different macros for their version. */
#define TEXT_OF_(x) #x
#define TEXT_OF(x)  TEXT_OF_(x)

const char *jpeg_library(void)
{
#ifdef LIBJPEG_TURBO_VERSION
    return "libjpeg-turbo " TEXT_OF(LIBJPEG_TURBO_VERSION);
#else
    return "libjpeg " TEXT_OF(JPEG_LIB_VERSION);
#endif
}

#else

const char *jpeg_library(void)
{
    return "none";
}

status jpeg_read(bitmap_header *h, bitmap *b, int *orientation, const bitmap_file *f)
{
    (void)h;
    (void)b;
    (void)orientation;
    return status_fail(STATUS_FORMAT,
                       "%s: is a JPEG, and this gan was built without libjpeg: install "
                       "libjpeg-turbo's development files and build again",
                       f->path);
}

#endif
