/* tests/fuzz/fuzz_picture.c - what fuzz_bitmap.c and the targets of single formats share.
 *
 * A picture that is read has the size in its header, is handed out to its last row, and takes no
 * more memory than its header promised; every byte of it is used, so that a memory sanitizer
 * notices uninitialised ones. The targets fuzz_bmp and so on are this one, with a corpus of one
 * format.
 *
 * SPDX-License-Identifier: MIT */
#include "fuzz_picture.h"

#include "data/fit.h"

enum { MOST_PIXELS = 1 << 20 }; /* larger ones only take time */

/* The header says how much; a broken one may take 24 MB before it is refused. */
fuzz_bound fuzz_memory(const uint8_t *bytes, size_t n)
{
    const bitmap_file f = { "input", bytes, n };
    bitmap_header h;
    bool read =
        bitmap_read_header(&h, &f) == STATUS_OK && (int64_t)h.width * h.height <= MOST_PIXELS;
    return (fuzz_bound){ (read ? h.memory + fit_memory(h.width + h.height) : 0) + (24 << 20), 4 };
}

typedef struct counting_sink {
    bitmap_sink inner;
    int rows;
} counting_sink;

static status begin(void *context, const bitmap_form *form)
{
    const counting_sink *s = context;
    return s->inner.begin(s->inner.context, form);
}

static void row(void *context, const unsigned char *bytes)
{
    counting_sink *s = context;
    s->rows++;
    s->inner.row(s->inner.context, bytes);
}

void fuzz_input(const uint8_t *bytes, size_t n)
{
    const bitmap_file f = { "input", bytes, n };
    bitmap_header h;
    fit picture;
    unsigned char out[3 * 5 * 4];
    const char *format = bitmap_format_of(bytes, n);
    if (fuzz_format && (!format || strcmp(format, fuzz_format) != 0))
        return;
    if (bitmap_read_header(&h, &f) != STATUS_OK || (int64_t)h.width * h.height > MOST_PIXELS)
        return;
    CHECK(h.width >= 1 && h.height >= 1);
    const fit_target target = { h.colour ? 3 : 1, 4, 5, n % 2 ? FIT_CROP : FIT_PAD, { 1, 2, 3 } };
    fit_start(&picture, &target, out);
    counting_sink s = { .inner = fit_sink(&picture) };
    const bitmap_sink sink = { .context = &s, .begin = begin, .row = row };
    if (bitmap_read(&sink, &f) == STATUS_OK) {
        const bitmap_form *form = &picture.form;
        bool turned = bitmap_is_on_its_side(form->orientation);
        CHECK(form->channels >= 1 && form->channels <= 4);
        CHECK(form->width == (turned ? h.height : h.width) && form->height == s.rows);
        CHECK(picture.done == picture.height);
        unsigned sum = 0;
        for (size_t i = 0; i < (size_t)target.channels * 4 * 5; i++)
            sum += out[i] > 127;
        CHECK(sum <= sizeof out);
    }
    fit_free(&picture);
}
