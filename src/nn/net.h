/* nn/net.h - a net: layers in order, built from a spec, with all its parameters in one block.
 *
 * A spec is "linear 150, relu, linear 300, relu, linear 784, tanh". Order of calls:
 *
 *     TRY(net_open(&n, spec, shape_flat(100), "--generator"));
 *     net_plan(&n, &arena, rows, NET_TRAINS);      twice: see base/arena.h
 *     net_init(&n, kernels, way, seed, use);       or parameters from a checkpoint
 *     y = net_forward(&n, &pass, x);
 *     net_backward(&n, &pass, x, dy, dx, true);    of the pass that was last forward
 *     adam_step(...)                               on params, grads, exp_avg, exp_avg_sq
 *     net_close(&n);
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_NN_NET_H
#define GAN_NN_NET_H

#include "nn/layer.h"

/* A tensor of the net, as the checkpoint and messages name it: "<layer>.<name>". */
typedef struct tensor {
    int layer;
    tensor_shape shape;
    size_t offset, count; /* in the block of parameters, or of buffers */
} tensor;

typedef struct net {
    char *spec; /* in its canonical form: one space, ", " between layers, shortest numbers */
    layer *layers;
    int count;
    tensor *tensors, *buffer_tensors; /* of all layers, in the order of their blocks */
    int tensor_count, buffer_tensor_count;
    image_shape from, to; /* a sample before and behind the net, */
    int in, out;          /* and how many values that is */
    size_t param_count;   /* in each of the four blocks: */
    float *params, *grads, *exp_avg, *exp_avg_sq;
    size_t buffer_count;
    float *buffers;
    float *d[2]; /* gradients of activations, in turn */
} net;

/* What memory a net needs. */
typedef enum net_use {
    NET_SAMPLES, /* parameters, buffers and activations */
    NET_TRAINS   /* also gradients and the optimiser's moments */
} net_use;

/* Builds the net of a spec for samples of that shape; `option` is what messages call the spec.
 * STATUS_USAGE where the spec is none, with the layer and what would fit, or where a layer cannot
 * take what the one before it makes, with the shapes so far; STATUS_MEMORY. On failure nothing is
 * left to close. */
status net_open(net *n, const char *spec, image_shape from, const char *option);

/* Appends the shapes on the way through the first `count` layers: "100 -> linear -> 64x7x7". */
void net_trace(const net *n, int count, text *t);

/* Takes the memory for passes of up to `rows` samples. The last output goes to memory of the net's
 * own, or, where `output_elsewhere`, to what net_place_output is given later. */
void net_plan(net *n, arena *a, int rows, net_use use, bool output_elsewhere);

/* The most values of a sample anywhere in the net, its input included. */
int net_widest(const net *n);

/* Where the last layer leaves its output: (rows, out) floats that stay the caller's. */
void net_place_output(net *n, float *output);

/* First values of all parameters and buffers, in one of the ways of nn/init.h; the stream's layer
 * field is set for each layer. */
void net_init(net *n, const kernels *k, int way, uint64_t seed, random_use use);

/* x (B, in) -> the output (B, out), which lies where net_plan or net_place_output said and is
 * overwritten by the next pass. In training the buffers move on. */
const_view net_forward(net *n, const pass *p, const_view x);

/* Backward through the last net_forward, whose x is given again: dy (B, out), which is overwritten,
 * -> dx (B, in) unless dx.data is NULL, and all of grads, overwritten, if `params`. */
void net_backward(net *n, const pass *p, const_view x, view dy, view dx, bool params);

/* The first tensor with a NaN or an infinity in that block of parameters, or among the buffers;
 * NULL where all are finite. */
const tensor *net_nonfinite(const net *n, const float *block);
const tensor *net_nonfinite_buffer(const net *n);

/* "4.weight", for names and messages. */
enum { TENSOR_NAME_SIZE = 48 };
void tensor_name(const tensor *t, char out[TENSOR_NAME_SIZE]);

/* "64, 32, 4, 4", with that between the sizes. */
enum { TENSOR_SIZES_SIZE = 64 };
void tensor_sizes(const tensor_shape *s, const char *between, char out[TENSOR_SIZES_SIZE]);

void net_close(net *n);

#endif
