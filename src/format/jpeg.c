/* format/jpeg.c - JPEG by libjpeg, read from memory.
 *
 * libjpeg reports errors by a function that must not return. So that nothing leaks and no variable
 * is lost, jpeg_read owns what has to be released, and the function that longjmp returns to,
 * read_jpeg, uses no variable of its own afterwards.
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
enum { MOST_SCANS = 100, CMYK = 4 };

static const char incomplete[] = "it lacks scans: the picture is incomplete";

typedef struct jpeg_input {
    struct jpeg_error_mgr errors; /* first, so that a pointer to it is one to this struct */
    struct jpeg_progress_mgr progress;
    jmp_buf back;
    const bitmap_file *file;
    const bitmap_sink *sink;
    bitmap_form *form;
    unsigned scanned;   /* the components of the scans so far, a bit each */
    unsigned char *row; /* (width*components) */
    status result;      /* of the first failure */
} jpeg_input;

/* ---- errors ---- */

static jpeg_input *input_of(j_common_ptr j)
{
    return (jpeg_input *)(void *)j->err;
}

_Noreturn static void give_up(j_common_ptr j, status s)
{
    jpeg_input *in = input_of(j);
    in->result = s;
    longjmp(in->back, 1);
}

_Noreturn static void fail(j_common_ptr j, const char *message)
{
    give_up(j, bitmap_broken(input_of(j)->file->path, "JPEG", message));
}

static status unsupported(const bitmap_file *f, const char *kind)
{
    return status_fail(STATUS_FORMAT, "%s: is a JPEG of a kind that is not supported: %s", f->path,
                       kind);
}

/* Whether libjpeg, or this build of it, lacks what a valid file needs. */
static bool is_about_support(int code)
{
    static const int codes[] = {
#if JPEG_LIB_VERSION < 70
        JERR_ARITH_NOTIMPL,
#endif
        JERR_BAD_PRECISION,
        JERR_CCIR601_NOTIMPL,
        JERR_COMPONENT_COUNT,
        JERR_CONVERSION_NOTIMPL,
        JERR_FRACT_SAMPLE_NOTIMPL,
        JERR_NOT_COMPILED,
        JERR_SOF_UNSUPPORTED
    };
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i] == code)
            return true;
    return false;
}

_Noreturn static void on_error(j_common_ptr j)
{
    char message[JMSG_LENGTH_MAX];
    const char *path = input_of(j)->file->path;
    if (j->err->msg_code == JERR_OUT_OF_MEMORY)
        give_up(j, status_fail(STATUS_MEMORY, "%s: out of memory for its pixels", path));
    j->err->format_message(j, message);
    if (is_about_support(j->err->msg_code))
        give_up(j, unsupported(input_of(j)->file, message));
    fail(j, message);
}

/* Whether a scan refines coefficients of which the scan before it is missing; libjpeg warns of
 * that, of scans that come twice and of those that come before the first with means. */
static bool lacks_a_scan(j_common_ptr j)
{
    const struct jpeg_decompress_struct *d = (void *)j;
    int component = j->err->msg_parm.i[0], k = j->err->msg_parm.i[1];
    int bit = d->coef_bits[component][k]; /* the lowest so far; -1: none */
    return d->Ah > 0 && k >= d->Ss && (bit < 0 || bit > d->Ah);
}

/* libjpeg fills broken or missing parts with grey and warns. Here that is an error, unless no pixel
 * depends on it. */
static void on_message(j_common_ptr j, int level)
{
    switch (j->err->msg_code) {
    case JWRN_BOGUS_PROGRESSION:
        if (lacks_a_scan(j))
            fail(j, incomplete);
        return;
    case JWRN_ADOBE_XFORM:
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

/* ---- the frame ---- */

/* What the marker of a frame (SOF) means; NULL for those that libjpeg reads. */
static const char *kind_of_frame(int marker)
{
    static const char *const kinds[16] = {
        [3] = "lossless",  [5] = "hierarchical",  [6] = "hierarchical",  [7] = "hierarchical",
        [11] = "lossless", [13] = "hierarchical", [14] = "hierarchical", [15] = "hierarchical"
    };
    return marker == 0xf7 ? "JPEG-LS" : kinds[marker & 15];
}

static bool is_frame(int marker)
{
    enum { DHT = 0xc4, JPG = 0xc8, DAC = 0xcc, LS = 0xf7 };
    return (marker >= 0xc0 && marker <= 0xcf && marker != DHT && marker != JPG && marker != DAC) ||
           marker == LS;
}

/* Checks the header of the frame: marker and length (4 bytes), the bits of a value (1), height,
 * width (2 each), the number of components (1). libjpeg's versions differ in what they read, and
 * refuse much with few words. */
static status check_frame(const bitmap_file *f, const unsigned char *p)
{
    int bits = p[4], components = p[9];
    size_t height = (size_t)p[5] << 8 | p[6], width = (size_t)p[7] << 8 | p[8];
    char words[32];
    if (kind_of_frame(p[1]))
        return unsupported(f, kind_of_frame(p[1]));
    if (bits != 8) {
        snprintf(words, sizeof words, "%d bits per value", bits);
        return unsupported(f, words);
    }
    if (height == 0 && width > 0)
        return unsupported(f, "its height is stated after its pixels");
    if (components != 1 && components != 3 && components != CMYK)
        return status_fail(STATUS_FORMAT, "%s: is a JPEG of %d channels, expected 1, 3 or 4",
                           f->path, components);
    return bitmap_check_size(f->path, width, height);
}

/* Finds the frame: segments of a marker (0xff and more of them, a byte), a length of 2 bytes that
 * counts itself, and data. What breaks off here is left to libjpeg to report. */
static status find_frame(const bitmap_file *f)
{
    enum { RST0 = 0xd0, EOI = 0xd9, SOS = 0xda, FRAME = 10 };
    for (size_t at = 2; at + 4 <= f->n;) {
        const unsigned char *p = f->bytes + at;
        if (p[0] != 0xff || p[1] == 0xff || p[1] <= 1 || (p[1] >= RST0 && p[1] < EOI)) {
            at += p[0] != 0xff || p[1] == 0xff ? 1 : 2; /* these have no length */
            continue;
        }
        if (p[1] == SOS || p[1] == EOI || (is_frame(p[1]) && f->n - at < FRAME))
            break;
        if (is_frame(p[1]))
            return check_frame(f, p);
        at += 2 + ((size_t)p[2] << 8 | p[3]);
    }
    return STATUS_OK;
}

/* ---- scans ---- */

/* Takes note of the components of the scan that is read. */
static void note_scan(struct jpeg_decompress_struct *j)
{
    for (int i = 0; i < j->comps_in_scan; i++)
        input_of((j_common_ptr)j)->scanned |= 1u << j->cur_comp_info[i]->component_index;
}

static void on_progress(j_common_ptr j)
{
    struct jpeg_decompress_struct *d = (void *)j;
    note_scan(d);
    if (d->input_scan_number > MOST_SCANS)
        fail(j, "it has more scans than a picture needs");
}

/* A picture whose scans come one after another may end after any of them without a warning: it is
 * a rough picture then, which each version of libjpeg smoothes in its own way. */
static void require_all_scans(struct jpeg_decompress_struct *j)
{
    bool lacks = false;
    for (int c = 0; c < j->num_components; c++) {
        lacks |= !(input_of((j_common_ptr)j)->scanned & 1u << c);
        for (int k = 0; j->progressive_mode && k < DCTSIZE2; k++)
            lacks |= j->coef_bits[c][k] != 0;
    }
    if (lacks)
        fail((j_common_ptr)j, incomplete);
}

/* ---- reading ---- */

static int orientation_of(const struct jpeg_decompress_struct *j)
{
    static const char start[6] = "Exif\0";
    for (jpeg_saved_marker_ptr m = j->marker_list; m; m = m->next)
        if (m->data_length > sizeof start && memcmp(m->data, start, sizeof start) == 0)
            return bitmap_orientation(m->data + sizeof start, m->data_length - sizeof start);
    return 1;
}

/* libjpeg holds some rows of blocks of every component in several buffers, and all coefficients
 * (2 bytes each) of a picture with several scans. */
static size_t memory_for(struct jpeg_decompress_struct *j)
{
    size_t rows = 0, coefficients = 0, width = j->image_width;
    for (int c = 0; c < j->num_components; c++) {
        const jpeg_component_info *i = &j->comp_info[c];
        size_t high = (size_t)i->v_samp_factor, wide = (size_t)i->h_samp_factor;
        size_t across = (i->width_in_blocks + wide) * DCTSIZE;
        rows += across * high * DCTSIZE * 4;
        coefficients += across * (i->height_in_blocks + high) * DCTSIZE * sizeof(JCOEF);
    }
    rows += width * (size_t)(j->num_components * j->max_v_samp_factor * 4);
    return rows + (jpeg_has_multiple_scans(j) ? coefficients : 0) + (256 << 10);
}

static void read_header(struct jpeg_decompress_struct *j, jpeg_input *in)
{
    jpeg_mem_src(j, (unsigned char *)(uintptr_t)in->file->bytes, (unsigned long)in->file->n);
    jpeg_save_markers(j, JPEG_APP0 + 1, 0xffff);
    jpeg_read_header(j, TRUE);
    note_scan(j);
    bool grey = j->num_components == 1;
    if (!grey && j->num_components != 3 && j->num_components != CMYK)
        fail((j_common_ptr)j, "its frame is not where it should be");
    in->result = bitmap_check_size(in->file->path, j->image_width, j->image_height);
    if (in->result != STATUS_OK)
        return;
    *in->form = (bitmap_form){ .width = (int)j->image_width,
                               .height = (int)j->image_height,
                               .channels = grey ? 1 : 3,
                               .orientation = orientation_of(j),
                               .colour = !grey,
                               .memory = memory_for(j) };
}

/* Inks become colours, as in Pillow and in browsers: the values are inverted (255: no ink), as
 * Adobe's programs write them. */
static void mix_inks(unsigned char *row, int width)
{
    for (int x = 0; x < width; x++) {
        const unsigned char *ink = row + 4 * (size_t)x;
        unsigned key = ink[3];
        const unsigned char rgb[3] = { (unsigned char)((ink[0] * key + 127) / 255),
                                       (unsigned char)((ink[1] * key + 127) / 255),
                                       (unsigned char)((ink[2] * key + 127) / 255) };
        memcpy(row + 3 * (size_t)x, rgb, 3);
    }
}

static void read_pixels(struct jpeg_decompress_struct *j, jpeg_input *in)
{
    bool inks = j->num_components == CMYK;
    j->out_color_space = j->num_components == 1 ? JCS_GRAYSCALE : inks ? JCS_CMYK : JCS_RGB;
    j->dct_method = JDCT_ISLOW;
    j->do_block_smoothing = FALSE;
    in->row = malloc((size_t)j->image_width * (size_t)j->num_components);
    if (!in->row) {
        in->result = status_fail(STATUS_MEMORY, "%s: out of memory for %d x %d pixels",
                                 in->file->path, in->form->width, in->form->height);
        return;
    }
    jpeg_start_decompress(j);
    require_all_scans(j);
    while (j->output_scanline < j->output_height) {
        jpeg_read_scanlines(j, &in->row, 1);
        if (inks)
            mix_inks(in->row, in->form->width);
        in->sink->row(in->sink->context, in->row);
    }
    jpeg_finish_decompress(j);
}

static void read_jpeg(struct jpeg_decompress_struct *j, jpeg_input *in)
{
    if (setjmp(in->back) != 0)
        return;
    jpeg_create_decompress(j);
    j->progress = &in->progress;
    read_header(j, in);
    if (!in->sink || in->result != STATUS_OK)
        return;
    in->result = in->sink->begin(in->sink->context, in->form);
    if (in->result == STATUS_OK)
        read_pixels(j, in);
}

static status jpeg_read(bitmap_form *form, const bitmap_sink *sink, const bitmap_file *f)
{
    TRY(find_frame(f));
    struct jpeg_decompress_struct j = { 0 };
    jpeg_input in = {
        .file = f, .sink = sink, .form = form, .progress.progress_monitor = on_progress
    };
    j.err = jpeg_std_error(&in.errors);
    in.errors.error_exit = on_error;
    in.errors.emit_message = on_message;
    read_jpeg(&j, &in);
    jpeg_destroy_decompress(&j);
    free(in.row);
    return in.result;
}

/* The two libraries have different macros for their version. */
#define TEXT_OF_(x) #x
#define TEXT_OF(x)  TEXT_OF_(x)

#ifdef LIBJPEG_TURBO_VERSION
#define LIBRARY "libjpeg-turbo " TEXT_OF(LIBJPEG_TURBO_VERSION)
#else
#define LIBRARY "libjpeg " TEXT_OF(JPEG_LIB_VERSION)
#endif

const bitmap_reader jpeg_reader = { .read = jpeg_read, .package = LIBRARY };

#else

static status jpeg_read(bitmap_form *form, const bitmap_sink *sink, const bitmap_file *f)
{
    (void)form, (void)sink;
    return bitmap_lacks_library(f->path, "JPEG", "libjpeg-turbo");
}

const bitmap_reader jpeg_reader = { .read = jpeg_read,
                                    .package = "libjpeg-turbo",
                                    .missing = true };

#endif
