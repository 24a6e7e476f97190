/* export/onnx_graph.c - the graph of an ONNX model under construction.
 *
 * SPDX-License-Identifier: MIT */
#include "export/onnx_graph.h"

#include <stdio.h>

#include "base/bytes.h"
#include "export/operators.h"
#include "format/protobuf.h"

#include "base/banned.h"

/* ---- tensors ---- */

/* The fields of a tensor that precede its data of `bytes` bytes, and the tag and length of these.
 */
static void add_tensor_head(text *t, const char *name, enum data_type type, const int64_t *sizes,
                            int rank, uint64_t bytes)
{
    for (int i = 0; i < rank; i++)
        protobuf_add_int(t, TENSOR_DIMS, sizes[i]);
    protobuf_add_int(t, TENSOR_DATA_TYPE, type);
    protobuf_add_string(t, TENSOR_NAME, name);
    protobuf_add_length(t, TENSOR_RAW_DATA, bytes);
}

/* A tensor of a few numbers. */
void graph_add_numbers(graph *g, const char *name, enum data_type type, const double *numbers,
                       int n)
{
    text t = { 0 };
    int size = type == DATA_INT64 ? 8 : 4;
    add_tensor_head(&t, name, type, &(int64_t){ n }, 1, (uint64_t)n * (uint64_t)size);
    for (int i = 0; i < n; i++) {
        unsigned char bytes[8];
        if (type == DATA_INT64)
            bytes_put(bytes, (uint64_t)(int64_t)numbers[i], size);
        else
            bytes_put_floats(bytes, &(float){ (float)numbers[i] }, 1);
        text_add_bytes(&t, (const char *)bytes, (size_t)size);
    }
    protobuf_add_message(&g->nodes, GRAPH_INITIALIZER, &t);
}

/* Everything of a large tensor except its data: the field of the graph begins with it. The scale
 * and shift of channels are (C, 1, 1), to be applied to images. */
static void add_large_head(text *field, const subject *s, const net_operator *o,
                           const operator_tensor *t)
{
    text head = { 0 }, name = { 0 };
    int64_t sizes[TENSOR_MOST_SIZES] = { 1, 1, 1, 1 };
    int rank = operator_tensor_rank(t);
    uint64_t bytes = (uint64_t)operator_tensor_count(t) * sizeof *t->data;
    for (int i = 0; i < rank; i++)
        sizes[i] = t->sizes[i];
    operator_tensor_name(&name, s->name, o, t);
    add_tensor_head(&head, name.data ? name.data : "", DATA_FLOAT, sizes,
                    o->role == OPERATOR_SCALE ? 3 : rank, bytes);
    protobuf_add_length(field, GRAPH_INITIALIZER, head.length + bytes);
    if (head.data)
        text_add_bytes(field, head.data, head.length);
    field->failed |= name.failed || head.failed;
    text_free(&head);
    text_free(&name);
}

/* Writes a large tensor, or with f NULL only counts its bytes. */
static status put_large(const subject *s, const net_operator *o, const operator_tensor *t,
                        out_file *f, uint64_t *bytes)
{
    text head = { 0 };
    size_t count = operator_tensor_count(t);
    add_large_head(&head, s, o, t);
    status result = text_check(&head);
    *bytes += head.length + (uint64_t)count * sizeof *t->data;
    if (result == STATUS_OK && f)
        result = out_write(f, head.data, head.length);
    if (result == STATUS_OK && f)
        result = out_write_floats(f, t->data, count);
    text_free(&head);
    return result;
}

status graph_put_tensors(const subject *s, out_file *f, uint64_t *bytes)
{
    *bytes = 0;
    for (int i = 0; i < s->net.count; i++)
        for (int k = 0; k < operator_tensors(&s->net.operators[i]); k++)
            TRY(put_large(s, &s->net.operators[i], &s->net.operators[i].tensors[k], f, bytes));
    return STATUS_OK;
}

/* ---- nodes ---- */

void graph_add_attribute(text *node, const char *name, enum attribute_type type,
                         const operator_attribute *a, const char *word)
{
    text t = { 0 };
    protobuf_add_string(&t, ATTRIBUTE_NAME, name);
    if (type == TYPE_STRING)
        protobuf_add_string(&t, ATTRIBUTE_STRING, word);
    else if (type == TYPE_FLOAT)
        protobuf_add_float(&t, ATTRIBUTE_FLOAT, (float)a->values[0]);
    else
        for (int i = 0; i < a->count; i++)
            protobuf_add_int(&t, type == TYPE_INT ? ATTRIBUTE_INT : ATTRIBUTE_INTS,
                             (int64_t)a->values[i]);
    protobuf_add_int(&t, ATTRIBUTE_TYPE, type);
    protobuf_add_message(node, NODE_ATTRIBUTE, &t);
}

/* Begins a node whose first input is the last value; its output becomes the last value. */
void graph_begin_node(graph *g, text *node, const char *type, bool ends)
{
    protobuf_add_string(node, NODE_INPUT, g->at);
    if (ends)
        snprintf(g->at, sizeof g->at, "samples");
    else
        snprintf(g->at, sizeof g->at, "value%d", g->count);
    g->count++;
    protobuf_add_string(node, NODE_OUTPUT, g->at);
    protobuf_add_string(node, NODE_NAME, g->at);
    protobuf_add_string(node, NODE_TYPE, type);
}

/* Changes the form of the last value, whose row has that shape. */
void graph_reshape(graph *g, image_shape shape, form to, bool ends)
{
    text node = { 0 };
    char name[sizeof g->at + 8];
    double sizes[4] = { -1, shape.channels, shape.height, shape.width };
    bool flat = to == FORM_FLAT;
    if (flat)
        sizes[1] = shape_size(shape);
    graph_begin_node(g, &node, "Reshape", ends);
    snprintf(name, sizeof name, "%s.shape", g->at);
    graph_add_numbers(g, name, DATA_INT64, sizes, flat ? 2 : 4);
    protobuf_add_string(&node, NODE_INPUT, name);
    protobuf_add_message(&g->nodes, GRAPH_NODE, &node);
    g->form = to;
}

/* Inputs of a node are in order: the tensors of the operator follow the value. */
void graph_add_tensor(const graph *g, text *node, const net_operator *o, int i)
{
    text name = { 0 };
    operator_tensor_name(&name, g->subject->name, o, &o->tensors[i]);
    protobuf_add_string(node, NODE_INPUT, name.data ? name.data : "");
    node->failed |= name.failed;
    text_free(&name);
}
