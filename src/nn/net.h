/* nn/net.h - a net: layers in order, built from a spec, with all parameters in one block.
 *
 * A spec is "linear 150, relu, linear 300, relu, linear 784, tanh". Order of calls:
 *
 *     TRY(net_open(&n, spec, shape_flat(100), "--generator"));
 *     net_plan(&n, &arena, rows, NET_TRAINS, false);  twice: see base/arena.h
 *     net_init(&n, kernels, way, seed, use);       or parameters from a checkpoint
 *     y = net_forward(&n, &pass, x);
 *     net_backward(&n, &pass, x, dy, dx, true);    for the last net_forward
 *     adam_step(...)                               on params, grads, exp_avg, exp_avg_sq
 *     net_close(&n);
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_NN_NET_H
#define GAN_NN_NET_H

#include "nn/gradients.h"
#include "nn/layer.h"

/* A tensor of the net; checkpoints and messages name it "<layer>.<name>". */
typedef struct tensor {
    int layer;
    tensor_shape shape;
    size_t offset, count; /* in floats, in the block of parameters or of buffers */
} tensor;

typedef struct net {
    char *spec; /* in its canonical form: one space, ", " between layers, shortest numbers */
    layer *layers;
    int count;
    tensor *tensors, *buffer_tensors; /* of all layers, in the order of their blocks */
    int tensor_count, buffer_tensor_count;
    image_shape from, to; /* shapes of a row of its input and of its output, */
    int in, out;          /* and the values in them */
    int joins;            /* the first layer that joins a condition; count: there is none */
    int again;            /* most rows that a pass judges again; set before net_plan */
    size_t param_count;   /* the floats in each of the next four blocks; of moments a share */
    float *params, *grads, *exp_avg, *exp_avg_sq;
    bool gradient_is_moment; /* exp_avg is grads: nn/adam.h; set before net_plan */
    size_t buffer_count;
    float *buffers;
    float *d[2];      /* gradients by the outputs of stages, used in turn */
    group group;      /* that trains it, and the rows of the batch that they share: set */
    int batch;        /* before net_plan; at first this process alone */
    group_part share; /* the parameters that this rank updates, and whose moments it has */
    /* With other ranks, by layer: the gradient by its input, which waits for gradients_run, and the
     * jobs for that. */
    float **kept;
    gradient_job *jobs;
    float **gathered; /* and the memory for rows of all ranks, where those are gathered */
} net;

/* Which memory a net needs. */
typedef enum net_use {
    NET_SAMPLES, /* parameters, buffers and activations */
    NET_TRAINS   /* also gradients and the optimiser's moments */
} net_use;

/* What a net takes: rows of that shape, and conditions of V encoded values; 0: none. */
typedef struct net_input {
    image_shape shape;
    int conditions;
} net_input;

/* As net_open, for a net that may join conditions. */
status net_open_joined(net *n, const char *spec, net_input input, const char *option);

/* Builds the net of a spec for rows of shape `from`; messages begin with `option`. STATUS_USAGE if
 * the spec is invalid, with the layer and what was expected, or if a layer cannot take the output
 * of the one before it, with the shapes so far; STATUS_MEMORY. On failure *n is empty. */
status net_open(net *n, const char *spec, image_shape from, const char *option);

/* Appends the shapes along the first `count` layers: "100 -> linear -> 64x7x7". */
void net_trace(const net *n, int count, text *t);

/* Takes the memory for passes of up to `rows` rows. The output of the net goes to this memory, or,
 * if `output_elsewhere`, to what net_place_output names later. */
void net_plan(net *n, arena *a, int rows, net_use use, bool output_elsewhere);

/* The most values that a row has anywhere in the net, its input included. */
int net_widest(const net *n);

/* Lets the net write its output (rows, out) to memory that the caller owns. */
void net_place_output(net *n, float *output);

/* Gives all parameters and buffers their first values, by one of the ways of nn/init.h. Layer i
 * draws from the stream of `use` and layer i. */
void net_init(net *n, const kernels *k, int way, uint64_t seed, random_use use);

/* x (B, in) -> the output (B, out), which lies where net_plan or net_place_output said until the
 * next pass overwrites it. In training the buffers are updated. Where the pass judges rows again
 * and the net joins conditions, the output has p->again further rows, and dy below as well. */
const_view net_forward(net *n, const pass *p, const_view x);

/* Backward through the last net_forward, whose p and x are given again. dy (B, out), which is
 * overwritten, -> dx (B, in) unless dx.data is NULL; and, if `params`, all of grads, overwritten.
 */
void net_backward(net *n, const pass *p, const_view x, view dy, view dx, bool params);

/* For nn/penalty.h: the job for the gradients of a layer of the net, to be laid at `grads`. */
gradient_job net_job(const net *n, layer *l, const_view x, const_view dy, float *grads);

/* The first tensor with a NaN or an infinity in that part of a block like params, which lies at
 * `values`, or in the buffers; NULL: all values are finite. */
const tensor *net_nonfinite(const net *n, group_part part, const float *values);
const tensor *net_nonfinite_buffer(const net *n);

/* Writes the tensor's name, "4.weight". */
enum { TENSOR_NAME_SIZE = 48 };
void tensor_name(const tensor *t, char out[TENSOR_NAME_SIZE]);

/* Writes the sizes with `between` between them: "64, 32, 4, 4". */
enum { TENSOR_SIZES_SIZE = 64 };
void tensor_sizes(const tensor_shape *s, const char *between, char out[TENSOR_SIZES_SIZE]);

void net_close(net *n);

#endif
