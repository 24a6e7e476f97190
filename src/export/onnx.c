/* export/onnx.c - a generator as an ONNX model: opset 13, float32.
 *
 * The input "z" is (batch, latent), the output "samples" (batch, channels, height, width), or
 * (batch, values) for points; the batch may have any size. Values pass between the nodes either
 * flat, (batch, values), or as images; a Reshape changes the form where the next operator needs the
 * other.
 *
 * SPDX-License-Identifier: MIT */
#include "export/exporter.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "export/onnx_fields.h"
#include "export/operators.h"
#include "format/protobuf.h"

#include "base/banned.h"

enum { OPSET = 13, IR_VERSION = 7 };

typedef enum form { FORM_ANY, FORM_FLAT, FORM_IMAGE } form;

/* A value in the graph: its name and its form. */
typedef struct named {
    char name[24];
    form form;
} named;

/* The graph under construction. */
typedef struct graph {
    const subject *subject;
    text nodes;     /* all fields of the graph except its large tensors */
    uint64_t bytes; /* of those tensors, with their tags and lengths */
    char at[24];    /* the name of the value that was computed last, */
    form form;      /* its form, */
    int count;      /* and the number of nodes that made it */
    named *results; /* those of the first 0, 1, ... operators */
} graph;

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
static void add_numbers(graph *g, const char *name, enum data_type type, const double *numbers,
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

static status put_all_large(const subject *s, out_file *f, uint64_t *bytes)
{
    *bytes = 0;
    for (int i = 0; i < s->net.count; i++)
        for (int k = 0; k < operator_tensors(&s->net.operators[i]); k++)
            TRY(put_large(s, &s->net.operators[i], &s->net.operators[i].tensors[k], f, bytes));
    return STATUS_OK;
}

/* ---- nodes ---- */

static void add_attribute(text *node, const char *name, enum attribute_type type,
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
static void begin_node(graph *g, text *node, const char *type, bool ends)
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

static form wanted_at_end(const subject *s)
{
    return s->points ? FORM_FLAT : FORM_IMAGE;
}

/* Changes the form of the last value, whose row has that shape. */
static void add_reshape(graph *g, image_shape shape, form to, bool ends)
{
    text node = { 0 };
    char name[32];
    double sizes[4] = { -1, shape.channels, shape.height, shape.width };
    bool flat = to == FORM_FLAT;
    if (flat)
        sizes[1] = shape_size(shape);
    begin_node(g, &node, "Reshape", ends);
    snprintf(name, sizeof name, "%s.shape", g->at);
    add_numbers(g, name, DATA_INT64, sizes, flat ? 2 : 4);
    protobuf_add_string(&node, NODE_INPUT, name);
    protobuf_add_message(&g->nodes, GRAPH_NODE, &node);
    g->form = to;
}

/* Inputs of a node are in order: the tensors of the operator follow the value. */
static void add_tensor_input(const graph *g, text *node, const net_operator *o, int i)
{
    text name = { 0 };
    operator_tensor_name(&name, g->subject->name, o, &o->tensors[i]);
    protobuf_add_string(node, NODE_INPUT, name.data ? name.data : "");
    node->failed |= name.failed;
    text_free(&name);
}

/* A row of the table of operators: the form of value that it takes, and the types of its
 * attributes. */
typedef struct onnx_row {
    const char *name; /* first, for operator_row */
    form takes;       /* FORM_ANY: either */
    void (*add)(graph *g, const struct onnx_row *r, const net_operator *o, bool ends);
    enum attribute_type attributes;
} onnx_row;

/* An operator that is one node of the same name, attributes and tensors. */
static void add_same(graph *g, const onnx_row *r, const net_operator *o, bool ends)
{
    text node = { 0 };
    begin_node(g, &node, o->name, ends);
    for (int i = 0; i < operator_tensors(o); i++)
        add_tensor_input(g, &node, o, i);
    for (int i = 0; i < OPERATOR_MOST_ATTRIBUTES && o->attributes[i].name; i++)
        add_attribute(&node, o->attributes[i].name, r->attributes, &o->attributes[i], NULL);
    protobuf_add_message(&g->nodes, GRAPH_NODE, &node);
}

/* y = scale x + shift, as two nodes: ONNX's BatchNormalization would need four tensors for it. */
static void add_scale(graph *g, const onnx_row *r, const net_operator *o, bool ends)
{
    (void)r;
    for (int i = 0; i < 2; i++) {
        text node = { 0 };
        begin_node(g, &node, i == 0 ? "Mul" : "Add", ends && i == 1);
        add_tensor_input(g, &node, o, i);
        protobuf_add_message(&g->nodes, GRAPH_NODE, &node);
    }
}

/* The inputs of a Resize after the first. */
static void add_scales(graph *g, text *node, const double *factors)
{
    char name[32];
    snprintf(name, sizeof name, "%s.scales", g->at);
    add_numbers(g, name, DATA_FLOAT, (double[]){ 1, 1, factors[0], factors[1] }, 4);
    protobuf_add_string(node, NODE_INPUT, ""); /* no region of interest */
    protobuf_add_string(node, NODE_INPUT, name);
}

/* The filter of math/bicubic.h, whose weights add up to 1 at the edges, too. */
static void add_cubic(graph *g, const double *factors)
{
    text node = { 0 };
    begin_node(g, &node, "Resize", false);
    add_scales(g, &node, factors);
    add_attribute(&node, "mode", TYPE_STRING, NULL, "cubic");
    add_attribute(&node, "coordinate_transformation_mode", TYPE_STRING, NULL, "half_pixel");
    add_attribute(&node, "cubic_coeff_a", TYPE_FLOAT, &(operator_attribute){ .values = { -0.5 } },
                  NULL);
    add_attribute(&node, "exclude_outside", TYPE_INT,
                  &(operator_attribute){ .count = 1, .values = { 1 } }, NULL);
    protobuf_add_message(&g->nodes, GRAPH_NODE, &node);
}

/* Row i of the result is row floor(i / factor) of the input. */
static void add_resize(graph *g, const onnx_row *r, const net_operator *o, bool ends)
{
    (void)r;
    text node = { 0 };
    begin_node(g, &node, "Resize", ends);
    add_scales(g, &node, operator_attribute_named(o, "scales")->values);
    add_attribute(&node, "mode", TYPE_STRING, NULL, "nearest");
    add_attribute(&node, "coordinate_transformation_mode", TYPE_STRING, NULL, "asymmetric");
    add_attribute(&node, "nearest_mode", TYPE_STRING, NULL, "floor");
    protobuf_add_message(&g->nodes, GRAPH_NODE, &node);
}

static void add_sum(graph *g, const onnx_row *r, const net_operator *o, bool ends)
{
    (void)r;
    text node = { 0 };
    const named *other = &g->results[o->added];
    if (other->form != g->form) {
        add_reshape(g, o->from, other->form, false);
        ends = false; /* add_end makes the form of a sample */
    }
    begin_node(g, &node, "Add", ends);
    protobuf_add_string(&node, NODE_INPUT, other->name);
    protobuf_add_message(&g->nodes, GRAPH_NODE, &node);
}

/* The last value += the earlier one, enlarged. Both are images. */
static void add_resized(graph *g, const onnx_row *r, const net_operator *o, bool ends)
{
    (void)r;
    text node = { 0 };
    const named *other = &g->results[o->added];
    char last[sizeof g->at];
    memcpy(last, g->at, sizeof last);
    memcpy(g->at, other->name, sizeof last);
    if (other->form != FORM_IMAGE)
        add_reshape(g, o->beside, FORM_IMAGE, false);
    add_cubic(g, operator_attribute_named(o, "scales")->values);
    begin_node(g, &node, "Add", ends);
    protobuf_add_string(&node, NODE_INPUT, last);
    protobuf_add_message(&g->nodes, GRAPH_NODE, &node);
}

static void add_shuffle(graph *g, const onnx_row *r, const net_operator *o, bool ends)
{
    (void)r;
    text node = { 0 };
    begin_node(g, &node, o->name, ends);
    add_attribute(&node, "blocksize", TYPE_INT, &o->attributes[0], NULL);
    add_attribute(&node, "mode", TYPE_STRING, NULL, "CRD");
    protobuf_add_message(&g->nodes, GRAPH_NODE, &node);
}

static bool is_flat(image_shape s)
{
    return s.height == 1 && s.width == 1;
}

static void add_given_reshape(graph *g, const onnx_row *r, const net_operator *o, bool ends)
{
    (void)r;
    bool flat = ends ? g->subject->points : is_flat(o->to);
    add_reshape(g, ends ? g->subject->sample : o->to, flat ? FORM_FLAT : FORM_IMAGE, ends);
}

static const onnx_row onnx_rows[] = {
    { "Gemm", FORM_FLAT, add_same, TYPE_INT },
    { "Conv", FORM_IMAGE, add_same, TYPE_INTS },
    { "ConvTranspose", FORM_IMAGE, add_same, TYPE_INTS },
    { "BatchNormalization", FORM_IMAGE, add_scale, TYPE_INT },
    { "Resize", FORM_IMAGE, add_resize, TYPE_INT },
    { "Reshape", FORM_ANY, add_given_reshape, TYPE_INT },
    { "DepthToSpace", FORM_IMAGE, add_shuffle, TYPE_INT },
    { "Add", FORM_ANY, add_sum, TYPE_INT },
    { "AddResized", FORM_IMAGE, add_resized, TYPE_INT },
    { "LeakyRelu", FORM_ANY, add_same, TYPE_FLOAT },
    { "Relu", FORM_ANY, add_same, TYPE_INT },
    { "Tanh", FORM_ANY, add_same, TYPE_INT },
    { "Sigmoid", FORM_ANY, add_same, TYPE_INT },
};

static status add_operator(graph *g, const net_operator *o, bool last)
{
    const void *found;
    const form wanted = wanted_at_end(g->subject);
    TRY(operator_row(o, onnx_rows, sizeof onnx_rows / sizeof *onnx_rows, sizeof *onnx_rows,
                     "an ONNX model", &found));
    const onnx_row *r = found;
    if (r->takes != FORM_ANY && r->takes != g->form)
        add_reshape(g, o->from, r->takes, false);
    /* An image of another shape than the sample's is reshaped at the end. */
    bool fits = wanted == FORM_FLAT || shape_same(o->to, g->subject->sample);
    bool reshapes = r->add == add_given_reshape;
    r->add(g, r, o, last && (reshapes || (fits && g->form == wanted)));
    return STATUS_OK;
}

/* Ends in the value "samples", in the form and shape of a sample. */
static void add_end(graph *g)
{
    if (strcmp(g->at, "samples") != 0)
        add_reshape(g, g->subject->sample, wanted_at_end(g->subject), true);
}

/* ---- the model ---- */

/* An input or output of the graph: its first size is the batch. */
static void add_value(text *t, int field, const char *name, const int *sizes, int rank)
{
    text shape = { 0 }, of = { 0 }, type = { 0 }, value = { 0 };
    for (int i = 0; i <= rank; i++) {
        text dim = { 0 };
        if (i == 0)
            protobuf_add_string(&dim, DIM_PARAM, "batch");
        else
            protobuf_add_int(&dim, DIM_VALUE, sizes[i - 1]);
        protobuf_add_message(&shape, SHAPE_DIM, &dim);
    }
    protobuf_add_int(&of, TENSOR_TYPE_ELEMENT, DATA_FLOAT);
    protobuf_add_message(&of, TENSOR_TYPE_SHAPE, &shape);
    protobuf_add_message(&type, TYPE_TENSOR, &of);
    protobuf_add_string(&value, VALUE_NAME, name);
    protobuf_add_message(&value, VALUE_TYPE, &type);
    protobuf_add_message(t, field, &value);
}

static status build_graph(graph *g)
{
    const subject *s = g->subject;
    const int sample[] = { s->sample.channels, s->sample.height, s->sample.width };
    protobuf_add_string(&g->nodes, GRAPH_NAME, "generator");
    for (int i = 0; i < s->net.count; i++) {
        g->results[i].form = g->form;
        memcpy(g->results[i].name, g->at, sizeof g->at);
        TRY(add_operator(g, &s->net.operators[i], i + 1 == s->net.count));
    }
    add_end(g);
    add_value(&g->nodes, GRAPH_INPUT, "z", (int[]){ shape_size(s->latent) }, 1);
    add_value(&g->nodes, GRAPH_OUTPUT, "samples",
              s->points ? (int[]){ shape_size(s->sample) } : sample, s->points ? 1 : 3);
    TRY(text_check(&g->nodes));
    return put_all_large(s, NULL, &g->bytes);
}

static void add_metadata(text *t, const char *key, const char *value)
{
    text entry = { 0 };
    protobuf_add_string(&entry, ENTRY_KEY, key);
    protobuf_add_string(&entry, ENTRY_VALUE, value);
    protobuf_add_message(t, MODEL_METADATA, &entry);
}

/* The fields of the model before the content of the graph. */
static void add_model(text *t, const graph *g)
{
    text opset = { 0 };
    char crc[9];
    snprintf(crc, sizeof crc, "%08" PRIx32, g->subject->crc);
    protobuf_add_int(t, MODEL_IR_VERSION, IR_VERSION);
    protobuf_add_string(t, MODEL_PRODUCER_NAME, "gan");
    protobuf_add_string(t, MODEL_PRODUCER_VERSION, GAN_VERSION);
    protobuf_add_int(&opset, OPSET_VERSION, OPSET);
    protobuf_add_message(t, MODEL_OPSET_IMPORT, &opset);
    add_metadata(t, "spec", g->subject->spec);
    add_metadata(t, "checkpoint", crc);
    protobuf_add_length(t, MODEL_GRAPH, g->nodes.length + g->bytes);
}

/* Readers of Protocol Buffers take messages below 2 GB. */
static status write_model(const graph *g, out_file *f)
{
    enum { MOST_OTHER_BYTES = 1 << 20 };
    text head = { 0 };
    uint64_t bytes;
    if (g->nodes.length + g->bytes > INT32_MAX - MOST_OTHER_BYTES)
        return status_fail(STATUS_USAGE,
                           "an ONNX file holds less than 2 GB, and the tensors of this net have "
                           "%" PRIu64 " bytes",
                           g->bytes);
    add_model(&head, g);
    status s = text_check(&head);
    if (s == STATUS_OK)
        s = out_write(f, head.data, head.length);
    if (s == STATUS_OK)
        s = out_write(f, g->nodes.data, g->nodes.length);
    if (s == STATUS_OK)
        s = put_all_large(g->subject, f, &bytes);
    text_free(&head);
    return s;
}

static status onnx_write(const subject *s, out_file *f)
{
    graph g = { .subject = s, .at = "z", .form = FORM_FLAT };
    g.results = calloc((size_t)s->net.count + 1, sizeof *g.results);
    status result = g.results ? build_graph(&g) : status_fail(STATUS_MEMORY, "out of memory");
    if (result == STATUS_OK)
        result = write_model(&g, f);
    text_free(&g.nodes);
    free(g.results);
    return result;
}

const exporter onnx_exporter = {
    .name = "onnx",
    .help = "an ONNX model, opset 13",
    .write = onnx_write,
};
