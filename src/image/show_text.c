/* image/show_text.c - a cell shows one pixel as a character: the lighter, the more ink. For light
 * characters on a dark ground; needs nothing but ASCII.
 *
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "image/show.h"

#include "base/banned.h"

static const char ramp[] = " .:-=+*#%@";
enum { LEVELS = sizeof ramp - 1 };

/* The luma of BT.601, as Pillow and JPEG have it. */
static int brightness(const unsigned char *pixel, int channels)
{
    return channels == 1 ? pixel[0]
                         : (299 * pixel[0] + 587 * pixel[1] + 114 * pixel[2] + 500) / 1000;
}

static status draw(show_sink to, const png_picture *p, const show_screen *s)
{
    (void)s;
    text t = { 0 };
    unsigned char *line = malloc((size_t)p->width * (size_t)p->channels);
    status result =
        line ? STATUS_OK : status_fail(STATUS_MEMORY, "out of memory for a line of pixels");
    for (int y = 0; y < p->height && result == STATUS_OK; y++) {
        p->line(p->from, y, line);
        for (int x = 0; x < p->width; x++)
            text_add_bytes(
                &t, &ramp[brightness(line + x * p->channels, p->channels) * LEVELS / 256], 1);
        while (t.length > 0 && t.data[t.length - 1] == ' ')
            t.length--;
        text_add_bytes(&t, "\n", 1);
        result = show_flush(to, &t);
    }
    free(line);
    text_free(&t);
    return result;
}

const show_way show_characters = { .choice = { "text", "brightness as characters" },
                                   .cell_width = 1,
                                   .cell_height = 1,
                                   .aspect = 2,
                                   .draw = draw };
