/* eval/moves.c - images moved by up to a pixel, and turned.
 *
 * SPDX-License-Identifier: MIT */
#include "eval/moves.h"

#include "eval/points.h"

#include "base/banned.h"

enum { MOVES = 3, PLANE = 1 << 16 };

static int clamp(int x, int most)
{
    return x < 0 ? 0 : x > most ? most : x;
}

typedef struct pixel_place {
    int y, x;
} pixel_place;

/* Where the pixel at (y, x) stood before so many quarter turns to the left. */
static pixel_place place_before(const dataset *d, int turns, int y, int x)
{
    int down = d->height - 1 - y, right = d->width - 1 - x;
    switch (turns) {
    case 1:
        return (pixel_place){ x, down };
    case 2:
        return (pixel_place){ down, right };
    case 3:
        return (pixel_place){ right, y };
    default:
        return (pixel_place){ y, x };
    }
}

image_change move_of(random_stream moves, int place)
{
    int move = (int)random_below(moves, (uint32_t)place, MOVES * MOVES);
    return (image_change){ move % MOVES - MOVES / 2, move / MOVES - MOVES / 2, 0 };
}

/* Pixel `at` of channel `k`: of the plane, if it could be read as a whole. */
static unsigned char pixel_of(const dataset *d, int number, const unsigned char *plane, int k,
                              size_t at)
{
    unsigned char room[1];
    size_t size = (size_t)d->height * (size_t)d->width;
    return plane ? plane[at] : *dataset_piece(d, number, (size_t)k * size + at, 1, room);
}

void changed_image(const dataset *d, uint32_t number, image_change c, float *to)
{
    unsigned char room[PLANE];
    const size_t size = (size_t)d->height * (size_t)d->width;
    for (int k = 0; k < d->channels; k++) {
        const bool whole = d->pixels || size <= sizeof room;
        const unsigned char *plane =
            whole ? dataset_piece(d, (int)number, (size_t)k * size, size, room) : NULL;
        for (int y = 0; y < d->height; y++)
            for (int x = 0; x < d->width; x++) {
                pixel_place p = place_before(d, c.turns, y, x);
                int at_y = clamp(p.y - c.down, d->height - 1);
                int at_x = clamp(p.x - c.right, d->width - 1);
                size_t at = (size_t)at_y * (size_t)d->width + (size_t)at_x;
                *to++ = point_of_byte(pixel_of(d, (int)number, plane, k, at));
            }
    }
}

void moved_image(const dataset *d, uint32_t number, random_stream moves, int place, float *to)
{
    changed_image(d, number, move_of(moves, place), to);
}
