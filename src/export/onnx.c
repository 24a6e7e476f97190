/* export/onnx.c - a generator as an ONNX model: opset 13, float32.
 *
 * The input "z" is (batch, latent), the output "samples" (batch, channels, height, width), or
 * (batch, values) for points; the batch may have any size. A generator that is told a class has the
 * input "label", (batch) int64; one that is told a text has "condition", (batch, V): the text as
 * nn/encode.h makes it.
 *
 * SPDX-License-Identifier: MIT */
#include "export/onnx_graph.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "export/operators.h"
#include "format/protobuf.h"

#include "base/banned.h"

enum { OPSET = 13, IR_VERSION = 7 };

static form wanted_at_end(const subject *s)
{
    return s->points ? FORM_FLAT : FORM_IMAGE;
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
    graph_begin_node(g, &node, o->name, ends);
    for (int i = 0; i < operator_tensors(o); i++)
        graph_add_tensor(g, &node, o, i);
    for (int i = 0; i < OPERATOR_MOST_ATTRIBUTES && o->attributes[i].name; i++)
        graph_add_attribute(&node, o->attributes[i].name, r->attributes, &o->attributes[i], NULL);
    protobuf_add_message(&g->nodes, GRAPH_NODE, &node);
}

/* y = scale x + shift, as two nodes: ONNX's BatchNormalization would need four tensors for it. */
static void add_scale(graph *g, const onnx_row *r, const net_operator *o, bool ends)
{
    (void)r;
    for (int i = 0; i < 2; i++) {
        text node = { 0 };
        graph_begin_node(g, &node, i == 0 ? "Mul" : "Add", ends && i == 1);
        graph_add_tensor(g, &node, o, i);
        protobuf_add_message(&g->nodes, GRAPH_NODE, &node);
    }
}

/* The inputs of a Resize after the first. */
static void add_scales(graph *g, text *node, const double *factors)
{
    char name[sizeof g->at + 8];
    snprintf(name, sizeof name, "%s.scales", g->at);
    graph_add_numbers(g, name, DATA_FLOAT, (double[]){ 1, 1, factors[0], factors[1] }, 4);
    protobuf_add_string(node, NODE_INPUT, ""); /* no region of interest */
    protobuf_add_string(node, NODE_INPUT, name);
}

/* The filter of math/bicubic.h, whose weights add up to 1 at the edges, too. */
static void add_cubic(graph *g, const double *factors)
{
    text node = { 0 };
    graph_begin_node(g, &node, "Resize", false);
    add_scales(g, &node, factors);
    graph_add_attribute(&node, "mode", TYPE_STRING, NULL, "cubic");
    graph_add_attribute(&node, "coordinate_transformation_mode", TYPE_STRING, NULL, "half_pixel");
    graph_add_attribute(&node, "cubic_coeff_a", TYPE_FLOAT,
                        &(operator_attribute){ .values = { -0.5 } }, NULL);
    graph_add_attribute(&node, "exclude_outside", TYPE_INT,
                        &(operator_attribute){ .count = 1, .values = { 1 } }, NULL);
    protobuf_add_message(&g->nodes, GRAPH_NODE, &node);
}

/* Row i of the result is row floor(i / factor) of the input. */
static void add_resize(graph *g, const onnx_row *r, const net_operator *o, bool ends)
{
    (void)r;
    text node = { 0 };
    graph_begin_node(g, &node, "Resize", ends);
    add_scales(g, &node, operator_attribute_named(o, "scales")->values);
    graph_add_attribute(&node, "mode", TYPE_STRING, NULL, "nearest");
    graph_add_attribute(&node, "coordinate_transformation_mode", TYPE_STRING, NULL, "asymmetric");
    graph_add_attribute(&node, "nearest_mode", TYPE_STRING, NULL, "floor");
    protobuf_add_message(&g->nodes, GRAPH_NODE, &node);
}

static void add_sum(graph *g, const onnx_row *r, const net_operator *o, bool ends)
{
    (void)r;
    text node = { 0 };
    const named *other = &g->results[o->added];
    if (other->form != g->form) {
        graph_reshape(g, o->from, other->form, false);
        ends = false; /* add_end makes the form of a sample */
    }
    graph_begin_node(g, &node, "Add", ends);
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
        graph_reshape(g, o->beside, FORM_IMAGE, false);
    add_cubic(g, operator_attribute_named(o, "scales")->values);
    graph_begin_node(g, &node, "Add", ends);
    protobuf_add_string(&node, NODE_INPUT, last);
    protobuf_add_message(&g->nodes, GRAPH_NODE, &node);
}

static void add_shuffle(graph *g, const onnx_row *r, const net_operator *o, bool ends)
{
    (void)r;
    text node = { 0 };
    graph_begin_node(g, &node, o->name, ends);
    graph_add_attribute(&node, "blocksize", TYPE_INT, &o->attributes[0], NULL);
    graph_add_attribute(&node, "mode", TYPE_STRING, NULL, "CRD");
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
    graph_reshape(g, ends ? g->subject->sample : o->to, flat ? FORM_FLAT : FORM_IMAGE, ends);
}

/* The name of the input that tells a class or a text. */
static const char *condition_input(const told *of)
{
    return of->kind == TOLD_CLASS ? "label" : "condition";
}

/* The rows of an embedding, tensor 2, that a class chooses or a text weighs: (batch, N). */
static void add_embedding(graph *g, const net_operator *o)
{
    text node = { 0 }, embedding = { 0 };
    const char *input = condition_input(&g->subject->told);
    bool chooses = g->subject->told.kind == TOLD_CLASS;
    operator_tensor_name(&embedding, g->subject->name, o, &o->tensors[2]);
    snprintf(g->at, sizeof g->at, "%s", !chooses ? input : embedding.data ? embedding.data : "");
    graph_begin_node(g, &node, chooses ? "Gather" : "MatMul", false);
    if (chooses)
        protobuf_add_string(&node, NODE_INPUT, input);
    else
        graph_add_tensor(g, &node, o, 2);
    node.failed |= embedding.failed;
    protobuf_add_message(&g->nodes, GRAPH_NODE, &node);
    text_free(&embedding);
}

/* h = LeakyRelu(weight e + bias): (batch, N). */
static void add_vector(graph *g, const net_operator *o)
{
    static const operator_attribute transposed = { "transB", 1, { 1 } };
    text product = { 0 }, relu = { 0 };
    add_embedding(g, o);
    graph_begin_node(g, &product, "Gemm", false);
    graph_add_tensor(g, &product, o, 0);
    graph_add_tensor(g, &product, o, 1);
    graph_add_attribute(&product, transposed.name, TYPE_INT, &transposed, NULL);
    protobuf_add_message(&g->nodes, GRAPH_NODE, &product);
    graph_begin_node(g, &relu, "LeakyRelu", false);
    graph_add_attribute(&relu, "alpha", TYPE_FLOAT, operator_attribute_named(o, "alpha"), NULL);
    protobuf_add_message(&g->nodes, GRAPH_NODE, &relu);
}

/* h as channels of images of that height and width. */
static void add_channels(graph *g, int n, image_shape of)
{
    text node = { 0 };
    char name[sizeof g->at + 8];
    graph_reshape(g, shape_flat(n), FORM_IMAGE, false);
    if (of.height * of.width == 1)
        return;
    graph_begin_node(g, &node, "Expand", false);
    snprintf(name, sizeof name, "%s.shape", g->at);
    graph_add_numbers(g, name, DATA_INT64, (double[]){ 1, 1, of.height, of.width }, 4);
    protobuf_add_string(&node, NODE_INPUT, name);
    protobuf_add_message(&g->nodes, GRAPH_NODE, &node);
}

/* Concat of x and h. */
static void add_condition(graph *g, const onnx_row *r, const net_operator *o, bool ends)
{
    static const operator_attribute axis = { "axis", 1, { 1 } };
    (void)r;
    text node = { 0 };
    char x[sizeof g->at], h[sizeof g->at];
    if (!is_flat(o->from) && g->form == FORM_FLAT)
        graph_reshape(g, o->from, FORM_IMAGE, false);
    const form before = g->form;
    memcpy(x, g->at, sizeof x);
    add_vector(g, o);
    if (before == FORM_IMAGE)
        add_channels(g, o->tensors[1].sizes[0], o->from);
    memcpy(h, g->at, sizeof h);
    memcpy(g->at, x, sizeof x);
    graph_begin_node(g, &node, "Concat", ends);
    protobuf_add_string(&node, NODE_INPUT, h);
    graph_add_attribute(&node, axis.name, TYPE_INT, &axis, NULL);
    protobuf_add_message(&g->nodes, GRAPH_NODE, &node);
    g->form = before;
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
    { "Condition", FORM_ANY, add_condition, TYPE_INT },
};

static status add_operator(graph *g, const net_operator *o, bool last)
{
    const void *found;
    const form wanted = wanted_at_end(g->subject);
    TRY(operator_row(o, onnx_rows, sizeof onnx_rows / sizeof *onnx_rows, sizeof *onnx_rows,
                     "an ONNX model", &found));
    const onnx_row *r = found;
    if (r->takes != FORM_ANY && r->takes != g->form)
        graph_reshape(g, o->from, r->takes, false);
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
        graph_reshape(g, g->subject->sample, wanted_at_end(g->subject), true);
}

/* ---- the model ---- */

/* An input or output of the graph: its first size is the batch, and `rank` more follow. */
static void add_value(text *t, int field, const char *name, enum data_type element,
                      const int *sizes, int rank)
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
    protobuf_add_int(&of, TENSOR_TYPE_ELEMENT, element);
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
    add_value(&g->nodes, GRAPH_INPUT, "z", DATA_FLOAT, (int[]){ shape_size(s->latent) }, 1);
    if (s->told.kind == TOLD_CLASS)
        add_value(&g->nodes, GRAPH_INPUT, condition_input(&s->told), DATA_INT64, NULL, 0);
    if (s->told.kind == TOLD_TEXT)
        add_value(&g->nodes, GRAPH_INPUT, condition_input(&s->told), DATA_FLOAT, &s->told.size, 1);
    add_value(&g->nodes, GRAPH_OUTPUT, "samples", DATA_FLOAT,
              s->points ? (int[]){ shape_size(s->sample) } : sample, s->points ? 1 : 3);
    TRY(text_check(&g->nodes));
    return graph_put_tensors(s, NULL, &g->bytes);
}

static void add_metadata(text *t, const char *key, const char *value)
{
    text entry = { 0 };
    protobuf_add_string(&entry, ENTRY_KEY, key);
    protobuf_add_string(&entry, ENTRY_VALUE, value);
    protobuf_add_message(t, MODEL_METADATA, &entry);
}

/* The classes or words. */
static void add_known(text *t, const told *of)
{
    text names = { 0 };
    if (of->kind == TOLD_NOTHING)
        return;
    told_add_names(&names, of);
    add_metadata(t, told_names(of), names.data ? names.data : "");
    t->failed |= names.failed;
    text_free(&names);
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
    add_known(t, &g->subject->told);
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
        s = graph_put_tensors(g->subject, f, &bytes);
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
