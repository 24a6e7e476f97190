/* nn/tiling.c - can a net be applied to images of any size, and how far does a pixel see?
 *
 * It follows some outputs back to the first and the last input that they depend on, layer by layer,
 * and does so for each place of a pixel within a step: with a stride, not all see equally far.
 *
 * SPDX-License-Identifier: MIT */
#include "nn/tiling.h"

#include <stdlib.h>

#include "base/banned.h"

/* The size of a layer's output in units of the input of the net: up / down, without a common
 * factor. */
typedef struct ratio {
    int up, down;
} ratio;

enum { MOST_RATIO = 1024 };

static int common_factor(int a, int b)
{
    while (b != 0) {
        int rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static ratio times(ratio a, layer_scale b)
{
    int up = a.up * b.up, down = a.down * b.down, factor = common_factor(up, down);
    return (ratio){ up / factor, down / factor };
}

/* True if the layer makes of an image of any size one in the same proportion. */
static bool scale_of(const layer *l, layer_scale *s)
{
    *s = (layer_scale){ 1, 1 };
    if (l->ops->scale)
        return l->ops->scale(l, s);
    return !layer_is_matrix(l) && !l->ops->fit;
}

static status check_layers(const net *n, net_tiling *t, const char *option)
{
    ratio r = { 1, 1 };
    t->step = 1;
    for (int i = 0; i < n->count; i++) {
        const layer *l = &n->layers[i];
        layer_scale s;
        char item[LAYER_TEXT_SIZE];
        layer_text(l, item);
        if (!scale_of(l, &s))
            return status_fail(STATUS_USAGE,
                               "%s: layer %d, \"%s\", is for images of one size: expected layers "
                               "that take any, as a convolution with k = 2 p + 1",
                               option, i + 1, item);
        r = times(r, s);
        if (r.up > MOST_RATIO || r.down > MOST_RATIO)
            return status_fail(STATUS_USAGE,
                               "%s: layer %d, \"%s\": its image is more than %d times as large or "
                               "as small as the net's input",
                               option, i + 1, item, MOST_RATIO);
        t->step *= r.down / common_factor(t->step, r.down);
    }
    t->scale = r.up;
    if (r.down > 1)
        return status_fail(
            STATUS_USAGE,
            "%s: its output is smaller than its input: expected one that is as large, "
            "or a whole number of times larger",
            option);
    return STATUS_OK;
}

/* The places of an axis that some outputs depend on. */
typedef struct places {
    int first, last;
} places;

/* Back through layer i. `opened` (layers) has what the blocks' ends need of their beginnings. */
static places see_through(const net *n, int i, places p, places *opened)
{
    const layer *l = &n->layers[i];
    if (l->ops->closes_block) {
        places *o = &opened[l->partner->index];
        *o = p;
        if (l->ops->sees_beside)
            l->ops->sees_beside(l, &o->first, &o->last);
    }
    if (l->ops->sees)
        l->ops->sees(l, &p.first, &p.last);
    if (l->ops->opens_block) {
        p.first = opened[i].first < p.first ? opened[i].first : p.first;
        p.last = opened[i].last > p.last ? opened[i].last : p.last;
    }
    return p;
}

status net_tiling_of(const net *n, net_tiling *t, const char *option)
{
    enum { FAR = 1 << 20 }; /* a multiple of no odd step, so that no place is below 0 */
    *t = (net_tiling){ 0 };
    TRY(check_layers(n, t, option));
    places *opened = calloc((size_t)n->count, sizeof *opened);
    if (!opened)
        return status_fail(STATUS_MEMORY, "%s: out of memory", option);
    int start = FAR / t->step * t->step;
    for (int at = start; at < start + t->step; at++) {
        places p = { at * t->scale, at * t->scale + t->scale - 1 };
        for (int i = n->count - 1; i >= 0; i--)
            p = see_through(n, i, p, opened);
        t->reach = at - p.first > t->reach ? at - p.first : t->reach;
        t->reach = p.last - at > t->reach ? p.last - at : t->reach;
    }
    free(opened);
    return STATUS_OK;
}
