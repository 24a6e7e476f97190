/* eval/points.c - a set of points: a matrix, or images of a data set as floats.
 *
 * SPDX-License-Identifier: MIT */
#include "eval/points.h"

#include "base/banned.h"

static const unsigned char *bytes_of(const points *p, int i)
{
    ptrdiff_t number = p->order ? (ptrdiff_t)p->order[p->first + i] : (ptrdiff_t)p->first + i;
    return p->images->pixels + number * p->size;
}

const_view points_block(const points *p, const kernels *k, int from, int n, float *room)
{
    if (p->data)
        return const_view_of(p->data + (ptrdiff_t)from * p->size, n, p->size);
    for (int i = 0; p->order && i < n; i++)
        k->pixels(p->size, bytes_of(p, from + i), room + (ptrdiff_t)i * p->size);
    if (!p->order)
        k->pixels(n * p->size, bytes_of(p, from), room);
    return const_view_of(room, n, p->size);
}

static float value_of(const points *p, int i, int k)
{
    if (p->data)
        return p->data[(ptrdiff_t)i * p->size + k];
    return point_of_byte(bytes_of(p, i)[k]);
}

double points_distance(const points *x, int i, const points *y, int j)
{
    double sum = 0;
    for (int k = 0; k < x->size; k++) {
        double difference = (double)value_of(x, i, k) - (double)value_of(y, j, k);
        sum += difference * difference;
    }
    return sum;
}
