/* tests/support/whole_picture.h - all pixels of a picture, upright, for tests.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TESTS_WHOLE_PICTURE_H
#define GAN_TESTS_WHOLE_PICTURE_H

#include <stdlib.h>
#include <string.h>

#include "format/bitmap.h"

typedef struct whole_picture {
    int width, height, channels;
    unsigned char *bytes; /* (height, width*channels) */
    bitmap_form form;
    int rows; /* received */
} whole_picture;

static inline status whole_begin(void *context, const bitmap_form *form)
{
    whole_picture *p = context;
    bool turned = bitmap_is_on_its_side(form->orientation);
    p->form = *form;
    p->width = turned ? form->height : form->width;
    p->height = turned ? form->width : form->height;
    p->channels = form->channels;
    p->bytes = malloc((size_t)p->width * (size_t)p->height * (size_t)p->channels);
    return p->bytes ? STATUS_OK : status_fail(STATUS_MEMORY, "no memory for a picture");
}

/* Puts each pixel where it is upright: where row 0 and column 0 are, as EXIF 2.32 lists it. */
static inline void whole_row(void *context, const unsigned char *row)
{
    whole_picture *p = context;
    int w = p->form.width, h = p->form.height, y = p->rows++, size = p->channels;
    for (int x = 0; x < w; x++) {
        int right = w - 1 - x, below = h - 1 - y;
        const int to[9][2] = {
            [1] = { x, y }, [2] = { right, y }, [3] = { right, below }, [4] = { x, below },
            [5] = { y, x }, [6] = { below, x }, [7] = { below, right }, [8] = { y, right }
        };
        const int *at = to[p->form.orientation];
        memcpy(p->bytes + ((size_t)at[1] * (size_t)p->width + (size_t)at[0]) * (size_t)size,
               row + (size_t)x * (size_t)size, (size_t)size);
    }
}

/* Reads a picture; the caller frees p->bytes, which are NULL after a failure. */
static inline status read_whole(whole_picture *p, const bitmap_file *f)
{
    *p = (whole_picture){ 0 };
    const bitmap_sink sink = { .context = p, .begin = whole_begin, .row = whole_row };
    status s = bitmap_read(&sink, f);
    if (s != STATUS_OK) {
        free(p->bytes);
        p->bytes = NULL;
    }
    return s;
}

#endif
