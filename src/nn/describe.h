/* nn/describe.h - a net as the list of operators that compute it outside of training, for whoever
 * writes it down for other programs.
 *
 * Names of operators and attributes, and their meanings, are ONNX's. A row x of shape `from`
 * becomes a row y of shape `to`; C and C' are their channels. Gemm takes and gives values without
 * regard to shape, so an exporter whose format has shapes flattens before it and reshapes after it.
 * The two operators that read the row's condition c, V values (nn/condition.h), are not ONNX's.
 *
 *     Gemm                  weight (O, I), bias (O); transB = 1
 *     Conv                  weight (C', C, k, k), bias (C'); kernel_shape, strides, pads
 *     ConvTranspose         weight (C, C', k, k), bias (C'); kernel_shape, strides, pads
 *     BatchNormalization    scale (C), shift (C): y = scale x + shift for each channel
 *     Resize                scales: factors of height and width; nearest
 *     Reshape               shape: channels, height, width
 *     DepthToSpace          blocksize R: (C, H, W) -> (C / R R, R H, R W); mode CRD
 *     Add                   y = x + an earlier value
 *     AddResized            scales: y = x + an earlier value, enlarged by math/bicubic.h
 *     LeakyRelu             alpha: y = x if x > 0, else alpha x
 *     Relu, Tanh, Sigmoid   no attributes
 *     Condition             weight (N, N), bias (N), embedding (V, N); alpha: h = LeakyRelu(weight
 *                           (c embedding) + bias), alpha its slope; y = x, then h: N values, or N
 *                           more channels, each of one value
 *     Projection            weight (1, I), bias (1), map (I, N), embedding (V, N):
 *                           y = (weight + map (c embedding)) x + bias
 *
 * The earlier value is the result of the first `added` operators, and the net's input if there
 * are none; it has the shape `beside`.
 *
 * Dropout does nothing outside of training and is left out. The running averages of batch_norm are
 * in its scale and shift; right after a linear, conv or conv_transpose layer these are multiplied
 * into that layer's weight and bias, and the operator is left out. A spectrally normalised weight
 * is the one that products use, w / sigma. So the result is that of net_forward up to rounding.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_NN_DESCRIBE_H
#define GAN_NN_DESCRIBE_H

#include "nn/net.h"

enum { OPERATOR_MOST_ATTRIBUTES = 3, OPERATOR_MOST_VALUES = 4, OPERATOR_MOST_TENSORS = 4 };

typedef struct operator_attribute {
    const char *name;
    int count;
    double values[OPERATOR_MOST_VALUES];
} operator_attribute;

typedef struct operator_tensor {
    const char *name;
    int sizes[TENSOR_MOST_SIZES]; /* those after the last one are 0 */
    float *data;                  /* the description's */
    bool is_factor;               /* of a product, of which 8-bit integers can be made */
    int output_axis;              /* of a factor: the axis that counts the product's outputs */
} operator_tensor;

/* An OPERATOR_SCALE right after an OPERATOR_PRODUCT is folded into it. A product's tensors are its
 * factor and its bias. */
typedef enum operator_role {
    OPERATOR_OTHER,
    OPERATOR_PRODUCT,
    OPERATOR_SCALE,
    OPERATOR_VERDICT /* of a discriminator: no generator needs it, and exporters do not write it */
} operator_role;

/* Attributes and tensors end at the first name that is NULL, or with the array. */
typedef struct net_operator {
    const char *name;
    int layer; /* the number of the layer, from 0 */
    image_shape from, to;
    int added;          /* -1: it reads only the result of the operator before it */
    image_shape beside; /* the shape of what it adds */
    operator_attribute attributes[OPERATOR_MOST_ATTRIBUTES];
    operator_tensor tensors[OPERATOR_MOST_TENSORS];
    operator_role role;
} net_operator;

typedef struct net_description {
    net_operator *operators;
    int count;
    float *values; /* the values of all tensors: a copy, so that the net may change or go */
} net_description;

/* The tensors of most operators: a factor (outputs, inputs), and a row of values. */
static inline operator_tensor operator_factor(const char *name, int outputs, int inputs,
                                              float *data)
{
    return (operator_tensor){
        .name = name, .sizes = { outputs, inputs }, .data = data, .is_factor = true
    };
}

static inline operator_tensor operator_vector(const char *name, int count, float *data)
{
    return (operator_tensor){ .name = name, .sizes = { count }, .data = data };
}

/* The number of sizes of a tensor, and of its values. */
int operator_tensor_rank(const operator_tensor *t);
size_t operator_tensor_count(const operator_tensor *t);

/* Describes a net that is planned and has its parameters. c computes sigma for spectral_norm.
 * STATUS_MEMORY; *d is then empty, and closing it is harmless. */
status net_describe(net *n, const compute *c, net_description *d);
void description_close(net_description *d);

#endif
