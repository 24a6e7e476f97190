/* eval/copies.c - nearest training images.
 *
 * SPDX-License-Identifier: MIT */
#include "eval/copies.h"

#include <math.h>
#include <string.h>

#include "base/banned.h"

static const double near_share = 0.01;

/* A merge sort, because the order of equals has to be the same everywhere. */
void copies_order(const double *squared, int n, int *order, int *room)
{
    for (int i = 0; i < n; i++)
        order[i] = i;
    for (int width = 1; width < n; width *= 2) {
        for (int from = 0; from < n; from += 2 * width) {
            int middle = from + width < n ? from + width : n;
            int end = from + 2 * width < n ? from + 2 * width : n;
            for (int i = from, a = from, b = middle; i < end; i++) {
                bool left = a < middle && (b >= end || squared[order[a]] <= squared[order[b]]);
                room[i] = order[left ? a++ : b++];
            }
        }
        memcpy(order, room, (size_t)n * sizeof *order);
        if (width > n / 2)
            break;
    }
}

double copies_near(const double *squared, int n, const int *order)
{
    int within = (int)(near_share * n);
    return squared[order[within > 0 ? within - 1 : 0]];
}

/* Pixels from -1 to 1 are twice as far apart as pixels from 0 to 1. */
static double distance_of(double squared)
{
    return sqrt(squared) / 2;
}

double copies_median(const void *context, int n, const uint16_t *counts)
{
    const copies_context *x = context;
    double lower = 0, upper = 0;
    int seen = 0;
    /* The values number (n-1)/2 and n/2 of the counted ones. */
    for (int i = 0; i < n; i++) {
        int weight = counts ? counts[x->order[i]] : 1;
        if (seen <= (n - 1) / 2 && seen + weight > (n - 1) / 2)
            lower = x->squared[x->order[i]];
        if (seen <= n / 2 && seen + weight > n / 2)
            upper = x->squared[x->order[i]];
        seen += weight;
    }
    return (distance_of(lower) + distance_of(upper)) / 2;
}

double copies_share(const void *context, int n, const uint16_t *counts)
{
    const copies_context *x = context;
    double within = 0;
    for (int i = 0; i < n; i++)
        if (x->squared[i] <= x->near)
            within += counts ? counts[i] : 1;
    return within / n;
}
