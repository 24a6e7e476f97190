/* eval/points.c - a set of points: a matrix, or images of a data set as floats.
 *
 * SPDX-License-Identifier: MIT */
#include "eval/points.h"

#include "base/banned.h"

const_view points_block(const points *p, const kernels *k, int from, int n, float *room)
{
    if (p->data)
        return const_view_of(p->data + (ptrdiff_t)from * p->size, n, p->size);
    k->pixels(n * p->size, p->images->pixels + (ptrdiff_t)(p->first + from) * p->size, room);
    return const_view_of(room, n, p->size);
}

static float value_of(const points *p, int i, int k)
{
    if (p->data)
        return p->data[(ptrdiff_t)i * p->size + k];
    return point_of_byte(p->images->pixels[(ptrdiff_t)(p->first + i) * p->size + k]);
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
