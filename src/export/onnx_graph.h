/* export/onnx_graph.h - the graph of an ONNX model under construction: its nodes and tensors. For
 * export/onnx.c, which knows the operators.
 *
 * Values pass between the nodes either flat, (batch, values), or as images; a Reshape changes the
 * form.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_EXPORT_ONNX_GRAPH_H
#define GAN_EXPORT_ONNX_GRAPH_H

#include "export/exporter.h"
#include "export/onnx_fields.h"

typedef enum form { FORM_ANY, FORM_FLAT, FORM_IMAGE } form;

enum { GRAPH_NAME_SIZE = 64 };

/* A value in the graph: its name and its form. */
typedef struct named {
    char name[GRAPH_NAME_SIZE];
    form form;
} named;

/* The graph under construction. */
typedef struct graph {
    const subject *subject;
    text nodes;               /* all fields of the graph except its large tensors */
    uint64_t bytes;           /* of those tensors, with their tags and lengths */
    char at[GRAPH_NAME_SIZE]; /* the name of the value that was computed last, */
    form form;                /* its form, */
    int count;                /* and the number of nodes that made it */
    named *results;           /* those of the first 0, 1, ... operators */
} graph;

/* A tensor of a few numbers. */
void graph_add_numbers(graph *g, const char *name, enum data_type type, const double *numbers,
                       int n);

/* Writes the tensors of all operators as fields of the graph, or with f NULL only counts their
 * bytes. STATUS_IO, STATUS_MEMORY. */
status graph_put_tensors(const subject *s, out_file *f, uint64_t *bytes);

/* Begins a node whose first input is the last value; its output becomes the last value: "samples",
 * the output of the graph, if it `ends` there. Further inputs follow in their order. */
void graph_begin_node(graph *g, text *node, const char *type, bool ends);
void graph_add_tensor(const graph *g, text *node, const net_operator *o, int i);

/* Numbers are those of a, a text is `word`. */
void graph_add_attribute(text *node, const char *name, enum attribute_type type,
                         const operator_attribute *a, const char *word);

/* Changes the form of the last value, whose row has that shape. */
void graph_reshape(graph *g, image_shape shape, form to, bool ends);

#endif
