/* nn/describe.c - the list of operators that computes a net outside of training.
 *
 * SPDX-License-Identifier: MIT */
#include "nn/describe.h"

#include <stdlib.h>
#include <string.h>

#include "nn/spectral.h"

#include "base/banned.h"

int operator_tensor_rank(const operator_tensor *t)
{
    int n = 0;
    while (n < TENSOR_MOST_SIZES && t->sizes[n] > 0)
        n++;
    return n;
}

size_t operator_tensor_count(const operator_tensor *t)
{
    size_t count = 1;
    for (int i = 0; i < operator_tensor_rank(t); i++)
        count *= (size_t)t->sizes[i];
    return count;
}

/* Copies the parameters of every layer, with the weights that its products use, to where they lie
 * in n->params. */
static void copy_parameters(net *n, const compute *c, float *values)
{
    pass p = { .compute = c };
    for (int i = 0; i < n->count; i++)
        if (n->layers[i].spectral)
            spectral_normalize(&n->layers[i], &p);
    for (int i = 0; i < n->tensor_count; i++) {
        const tensor *t = &n->tensors[i];
        const layer *l = &n->layers[t->layer];
        const float *from = n->params + t->offset;
        memcpy(values + t->offset, from == l->params ? l->weights : from,
               t->count * sizeof *values);
    }
}

/* y = scale (w x + b) + shift = (scale w) x + (scale b + shift), in double. */
static void fold(net_operator *product, const net_operator *scale)
{
    operator_tensor *weight = &product->tensors[0], *bias = &product->tensors[1];
    int outputs = weight->sizes[weight->output_axis], apart = 1, count = 1;
    int channels = scale->tensors[0].sizes[0];
    for (int i = 0; i < TENSOR_MOST_SIZES && weight->sizes[i] > 0; i++) {
        count *= weight->sizes[i];
        apart *= i > weight->output_axis ? weight->sizes[i] : 1;
    }
    const float *factor = scale->tensors[0].data, *shift = scale->tensors[1].data;
    for (int i = 0; i < count; i++) {
        int channel = i / apart % outputs / (outputs / channels);
        weight->data[i] = (float)((double)weight->data[i] * (double)factor[channel]);
    }
    for (int o = 0; o < outputs; o++) {
        int channel = o / (outputs / channels);
        bias->data[o] =
            (float)((double)bias->data[o] * (double)factor[channel] + (double)shift[channel]);
    }
}

/* False if a layer reads the value between the two, which folding would change. */
static bool may_fold(const net *n, const net_operator *product, const net_operator *scale)
{
    for (int i = product->layer + 1; i < scale->layer; i++)
        if (n->layers[i].ops->opens_block)
            return false;
    return scale->role == OPERATOR_SCALE && product->role == OPERATOR_PRODUCT;
}

/* A layer that closes a block adds the result of the operators before its partner. */
static void set_added(net_description *d, const layer *l, net_operator *o)
{
    o->added = -1;
    if (!l->ops->closes_block)
        return;
    o->added = 0;
    while (o->added < d->count && d->operators[o->added].layer < l->partner->index)
        o->added++;
    o->beside = l->partner->to;
}

static void list_operators(const net *n, net_description *d)
{
    for (int i = 0; i < n->count; i++) {
        const layer *l = &n->layers[i];
        net_operator *o = &d->operators[d->count], *before = d->count > 0 ? o - 1 : NULL;
        if (!l->ops->describe)
            continue;
        l->ops->describe(l, l->params ? d->values + (l->params - n->params) : NULL, o);
        o->layer = i;
        o->from = l->from;
        o->to = l->to;
        set_added(d, l, o);
        if (before && may_fold(n, before, o))
            fold(before, o);
        else
            d->count++;
    }
}

status net_describe(net *n, const compute *c, net_description *d)
{
    *d = (net_description){ .operators = calloc((size_t)n->count, sizeof *d->operators),
                            .values = malloc((n->param_count + 1) * sizeof *d->values) };
    if (!d->operators || !d->values) {
        description_close(d);
        return status_fail(STATUS_MEMORY, "out of memory");
    }
    copy_parameters(n, c, d->values);
    list_operators(n, d);
    return STATUS_OK;
}

void description_close(net_description *d)
{
    free(d->operators);
    free(d->values);
    *d = (net_description){ 0 };
}
