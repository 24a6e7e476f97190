/* eval/points.c - a set of points: a matrix, or images of a data set as floats.
 *
 * SPDX-License-Identifier: MIT */
#include "eval/points.h"

#include "base/banned.h"

static int image_of(const points *p, int i)
{
    return p->order ? (int)p->order[p->first + i] : p->first + i;
}

const_view points_block(const points *p, const kernels *k, int from, int n, float *room)
{
    if (p->data)
        return const_view_of(p->data + (ptrdiff_t)from * p->size, n, p->size);
    for (int i = 0; i < n; i++)
        dataset_convert(p->images, k, image_of(p, from + i), room + (ptrdiff_t)i * p->size);
    return const_view_of(room, n, p->size);
}

enum { PIECE = 1024 }; /* values */

/* Values from .. from+n-1 of point i: in place, or converted into `room`. */
static const float *piece_of(const points *p, int i, int from, int n, float room[PIECE])
{
    unsigned char bytes[PIECE];
    if (p->data)
        return p->data + (ptrdiff_t)i * p->size + from;
    const unsigned char *at =
        dataset_piece(p->images, image_of(p, i), (size_t)from, (size_t)n, bytes);
    for (int k = 0; k < n; k++)
        room[k] = point_of_byte(at[k]);
    return room;
}

double points_distance(const points *x, int i, const points *y, int j)
{
    float rooms[2][PIECE];
    double sum = 0;
    for (int from = 0, n; from < x->size; from += n) {
        n = x->size - from < PIECE ? x->size - from : PIECE;
        const float *a = piece_of(x, i, from, n, rooms[0]), *b = piece_of(y, j, from, n, rooms[1]);
        for (int k = 0; k < n; k++) {
            double difference = (double)a[k] - (double)b[k];
            sum += difference * difference;
        }
    }
    return sum;
}
