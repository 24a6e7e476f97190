/* nn/spec.c - builds a net from its spec: the layers, their sizes, the table of tensors.
 *
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "nn/net.h"
#include "nn/repeat.h"
#include "nn/spectral.h"

#include "base/banned.h"

enum { MOST_LAYERS = SPEC_MOST_LAYERS, LONGEST_ITEM = 63 };
/* 2^28 parameters are 1 GB each of weights, gradients and two moments. */
static const size_t most_params = (size_t)1 << 28;

/* Copies an item without the spaces around it; false, with its beginning, if it is too long. */
static bool copy_item(const char *from, size_t n, char item[LONGEST_ITEM + 1])
{
    while (n > 0 && *from == ' ')
        from++, n--;
    while (n > 0 && from[n - 1] == ' ')
        n--;
    size_t kept = size_min(n, LONGEST_ITEM);
    memcpy(item, from, kept);
    item[kept] = 0;
    return kept == n;
}

void net_trace(const net *n, int count, text *t)
{
    char size[SHAPE_TEXT_SIZE];
    shape_text(n->from, size);
    text_add(t, "%s", size);
    for (int i = 0; i < count; i++) {
        shape_text(n->layers[i].to, size);
        text_add(t, " -> %s -> %s", n->layers[i].ops->name, size);
    }
}

static status fit(const net *n, layer *l, image_shape from, const char *where)
{
    text why = { 0 }, way = { 0 };
    status s = STATUS_OK;
    if (!layer_fit(l, from, &why)) {
        net_trace(n, l->index, &way);
        s = status_fail(STATUS_USAGE, "%s: %s; so far: %s", where, why.data ? why.data : "",
                        way.data ? way.data : "");
    }
    text_free(&why);
    text_free(&way);
    return s;
}

/* The residual blocks that no layer has closed yet, the innermost last. */
typedef struct blocks {
    layer *open[MOST_LAYERS];
    int count;
} blocks;

/* Makes the two ends of a block each other's partner. */
static status pair(blocks *b, layer *l, const char *where)
{
    if (l->ops->opens_block)
        b->open[b->count++] = l;
    if (!l->ops->closes_block)
        return STATUS_OK;
    if (b->count == 0)
        return status_fail(STATUS_USAGE,
                           "%s: expected a \"residual\" before it, whose block it would close, and "
                           "none is open",
                           where);
    l->partner = b->open[--b->count];
    l->partner->partner = l;
    return STATUS_OK;
}

/* After the last layer: what depends on layers that come later. */
static status finish(net *n, const blocks *b, const char *option)
{
    if (b->count > 0)
        return status_fail(STATUS_USAGE,
                           "%s: layer %d, \"residual\": expected an \"add\" after it, which closes "
                           "its block, and there is none",
                           option, b->open[b->count - 1]->index + 1);
    n->to = n->layers[n->count - 1].to;
    n->out = shape_size(n->to);
    while (n->joins < n->count && !n->layers[n->joins].ops->joins_condition)
        n->joins++;
    for (int i = 0; i < n->count; i++)
        n->layers[i].rejudges = n->layers[i].ops->closes_block &&
                                n->layers[i].partner->index < n->joins && n->joins < i;
    return STATUS_OK;
}

static status parse_layers(net *n, const char *spec, net_input input, const char *option)
{
    image_shape from = input.shape;
    blocks b = { .count = 0 };
    for (const char *next = spec;;) {
        char item[LONGEST_ITEM + 1], where[160];
        size_t length = strcspn(next, ",");
        bool whole = copy_item(next, length, item);
        snprintf(where, sizeof where, "%s: layer %d, \"%s%s\"", option, n->count + 1, item,
                 whole ? "" : "...");
        if (!whole)
            return status_fail(STATUS_USAGE, "%s: expected at most %d characters", where,
                               LONGEST_ITEM);
        if (item[0] == 0)
            return status_fail(STATUS_USAGE, "%s: expected a layer, as \"linear 150, relu\"",
                               where);
        if (n->count == MOST_LAYERS)
            return status_fail(STATUS_USAGE, "%s: a net has at most %d layers", where, MOST_LAYERS);
        layer *l = &n->layers[n->count];
        l->index = n->count++;
        l->conditions = input.conditions;
        TRY(layer_parse(l, item, where));
        TRY(pair(&b, l, where));
        TRY(fit(n, l, from, where));
        from = l->to;
        if (next[length] == 0)
            return finish(n, &b, option);
        next += length + 1;
    }
}

/* A layer may overwrite its input if no earlier layer that shares this memory needs the lost values
 * in its backward. */
static void choose_places(net *n)
{
    output_need need = NEEDS_NOTHING;
    for (int i = 0; i < n->count; i++) {
        layer *l = &n->layers[i];
        output_need own = layer_is_matrix(l) ? NEEDS_NOTHING : l->ops->needs;
        l->in_place = i > 0 && !layer_is_matrix(l) &&
                      (need == NEEDS_NOTHING || l->ops->keeps_value ||
                       (need == NEEDS_SIGN && l->ops->keeps_sign));
        need = l->in_place && need > own ? need : own;
    }
}

/* False if the tensor has more than most_params values. */
static bool count_values(const tensor_shape *s, size_t *count)
{
    *count = 1;
    for (int i = 0; i < TENSOR_MOST_SIZES && s->sizes[i] > 0; i++) {
        size_t size = (size_t)s->sizes[i];
        if (*count > most_params / size)
            return false;
        *count *= size;
    }
    return true;
}

static void list_shapes(const layer *l, tensor_shape shapes[LAYER_MOST_TENSORS + 1])
{
    if (l->ops->tensors)
        l->ops->tensors(l, shapes);
    if (layer_is_spectral(l))
        spectral_tensors(shapes);
}

static status list_tensors(net *n, const char *option)
{
    for (int i = 0; i < n->count; i++) {
        tensor_shape shapes[LAYER_MOST_TENSORS + 1] = { { 0 } };
        list_shapes(&n->layers[i], shapes);
        for (const tensor_shape *s = shapes; s->name; s++) {
            size_t count = 0;
            if (!count_values(s, &count) || count > most_params - n->param_count) {
                char item[LAYER_TEXT_SIZE], from[SHAPE_TEXT_SIZE];
                layer_text(&n->layers[i], item);
                shape_text(n->layers[i].from, from);
                return status_fail(
                    STATUS_USAGE, "%s: more than %zu parameters with layer %d, \"%s\" of %s inputs",
                    option, most_params, i + 1, item, from);
            }
            if (s->buffer) {
                n->buffer_tensors[n->buffer_tensor_count++] =
                    (tensor){ i, *s, n->buffer_count, count };
                n->buffer_count += count;
            } else {
                n->tensors[n->tensor_count++] = (tensor){ i, *s, n->param_count, count };
                n->param_count += count;
            }
        }
    }
    return STATUS_OK;
}

static status write_spec(net *n)
{
    text t = { 0 };
    for (int i = 0; i < n->count; i++) {
        char item[LAYER_TEXT_SIZE];
        layer_text(&n->layers[i], item);
        text_add(&t, "%s%s", i > 0 ? ", " : "", item);
    }
    n->spec = t.data; /* now the net owns it */
    return text_check(&t);
}

status net_open(net *n, const char *spec, image_shape from, const char *option)
{
    return net_open_joined(n, spec, (net_input){ from, 0 }, option);
}

status net_open_joined(net *n, const char *spec, net_input input, const char *option)
{
    *n = (net){ .from = input.shape, .in = shape_size(input.shape) };
    if (strlen(spec) > SPEC_LONGEST)
        return status_fail(STATUS_USAGE, "%s: a spec has at most %d characters, this one %zu",
                           option, SPEC_LONGEST, strlen(spec));
    n->layers = calloc(MOST_LAYERS, sizeof *n->layers);
    n->tensors = calloc(MOST_LAYERS * LAYER_MOST_TENSORS, sizeof *n->tensors);
    n->buffer_tensors = calloc(MOST_LAYERS * LAYER_MOST_TENSORS, sizeof *n->buffer_tensors);
    status s = STATUS_OK;
    if (!n->layers || !n->tensors || !n->buffer_tensors)
        s = status_fail(STATUS_MEMORY, "%s: out of memory", option);
    text layers = { 0 };
    if (s == STATUS_OK)
        s = spec_repeat(spec, option, &layers);
    if (s == STATUS_OK)
        s = parse_layers(n, layers.data ? layers.data : "", input, option);
    text_free(&layers);
    if (s == STATUS_OK) {
        choose_places(n);
        s = list_tensors(n, option);
    }
    if (s == STATUS_OK)
        s = write_spec(n);
    if (s != STATUS_OK)
        net_close(n);
    return s;
}

void net_close(net *n)
{
    free(n->spec);
    free(n->layers);
    free(n->tensors);
    free(n->buffer_tensors);
    *n = (net){ 0 };
}

void tensor_name(const tensor *t, char out[TENSOR_NAME_SIZE])
{
    snprintf(out, TENSOR_NAME_SIZE, "%d.%s", t->layer, t->shape.name);
}

void tensor_sizes(const tensor_shape *s, const char *between, char out[TENSOR_SIZES_SIZE])
{
    int length = 0;
    for (int i = 0; i < TENSOR_MOST_SIZES && s->sizes[i] > 0; i++)
        length += snprintf(out + length, TENSOR_SIZES_SIZE - (size_t)length, "%s%d",
                           i > 0 ? between : "", s->sizes[i]);
}
