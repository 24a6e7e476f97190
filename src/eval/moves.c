/* eval/moves.c - images moved by up to a pixel, and turned.
 *
 * SPDX-License-Identifier: MIT */
#include "eval/moves.h"

#include "eval/points.h"

#include "base/banned.h"

enum { MOVES = 3 };

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

void changed_image(const dataset *d, uint32_t number, image_change c, float *to)
{
    const unsigned char *from = d->pixels + number * (size_t)dataset_sample_size(d);
    for (int row = 0; row < d->channels * d->height; row++) {
        int y = row % d->height, first = row - y;
        for (int x = 0; x < d->width; x++) {
            pixel_place p = place_before(d, c.turns, y, x);
            int at_y = clamp(p.y - c.down, d->height - 1);
            int at_x = clamp(p.x - c.right, d->width - 1);
            *to++ = point_of_byte(from[(first + at_y) * d->width + at_x]);
        }
    }
}

void moved_image(const dataset *d, uint32_t number, random_stream moves, int place, float *to)
{
    changed_image(d, number, move_of(moves, place), to);
}
