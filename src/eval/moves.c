/* eval/moves.c - images moved by up to a pixel.
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

void moved_image(const dataset *d, uint32_t number, random_stream moves, int place, float *to)
{
    const unsigned char *from = d->pixels + number * (size_t)dataset_sample_size(d);
    int move = (int)random_below(moves, (uint32_t)place, MOVES * MOVES);
    int dx = move % MOVES - MOVES / 2, dy = move / MOVES - MOVES / 2;
    for (int row = 0; row < d->channels * d->height; row++) {
        int first = row / d->height * d->height;
        int y = clamp(row - first - dy, d->height - 1);
        for (int x = 0; x < d->width; x++)
            *to++ = point_of_byte(from[(first + y) * d->width + clamp(x - dx, d->width - 1)]);
    }
}
