/* image/enlarge.c - repeats pixels and lines.
 *
 * SPDX-License-Identifier: MIT */
#include "image/enlarge.h"

#include <stdint.h>
#include <string.h>

#include "image/grid.h"

#include "base/banned.h"

/* The line is drawn in the beginning of its memory and spread from its end. */
static void draw_line(const void *from, int y, unsigned char *bytes)
{
    const enlarged *e = from;
    size_t channels = (size_t)e->small.channels, scale = (size_t)e->scale;
    e->small.line(e->small.from, y / e->scale, bytes);
    for (size_t x = (size_t)e->small.width; x-- > 0;) {
        unsigned char pixel[4];
        memcpy(pixel, bytes + x * channels, channels);
        for (size_t i = 0; i < scale; i++)
            memcpy(bytes + (x * scale + i) * channels, pixel, channels);
    }
}

status enlarge(png_picture *p, const enlarged *e)
{
    uint64_t width = (uint64_t)e->small.width * (uint64_t)e->scale;
    uint64_t height = (uint64_t)e->small.height * (uint64_t)e->scale;
    if (width > GRID_MOST_PIXELS / height)
        return status_fail(STATUS_USAGE,
                           "--scale: expected a picture of at most %d pixels, got %d x %d times %d",
                           GRID_MOST_PIXELS, e->small.width, e->small.height, e->scale);
    *p = (png_picture){ .width = (int)width,
                        .height = (int)height,
                        .channels = e->small.channels,
                        .line = draw_line,
                        .from = e,
                        .is_photograph = e->small.is_photograph };
    return STATUS_OK;
}
