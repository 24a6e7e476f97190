/* eval/moves.c - images moved by up to a pixel.
 *
 * SPDX-License-Identifier: MIT */
#include "eval/moves.h"

#include "eval/points.h"

#include "base/banned.h"

enum { MOVES = 3, PIECE = 4096 };

static int clamp(int x, int most)
{
    return x < 0 ? 0 : x > most ? most : x;
}

/* Row y of channel k, moved to the right by dx. */
static void move_row(const dataset *d, int number, int k, int y, int dx, float *to)
{
    unsigned char room[PIECE + 2];
    for (int x = 0, n; x < d->width; x += n) {
        n = d->width - x < PIECE ? d->width - x : PIECE;
        int low = clamp(x - 1, d->width - 1), high = clamp(x + n, d->width - 1);
        size_t at = ((size_t)k * (size_t)d->height + (size_t)y) * (size_t)d->width + (size_t)low;
        const unsigned char *from = dataset_piece(d, number, at, (size_t)(high - low + 1), room);
        for (int i = x; i < x + n; i++)
            *to++ = point_of_byte(from[clamp(i - dx, d->width - 1) - low]);
    }
}

void moved_image(const dataset *d, uint32_t number, random_stream moves, int place, float *to)
{
    int move = (int)random_below(moves, (uint32_t)place, MOVES * MOVES);
    int dx = move % MOVES - MOVES / 2, dy = move / MOVES - MOVES / 2;
    for (int k = 0; k < d->channels; k++)
        for (int y = 0; y < d->height; y++, to += d->width)
            move_row(d, (int)number, k, clamp(y - dy, d->height - 1), dx, to);
}
