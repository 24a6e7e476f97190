/* nn/conv.c - the layers "conv C kK sS pP" and "conv_transpose C kK sS pP", with a bias for each
 * channel.
 *
 * A transposed convolution computes forward what a convolution computes backward, and vice versa
 * (math/convolve.h, whose names are used here). The two layers differ only in which side is the
 * images and which the maps. Weights are (maps, channels of the images, k, k) for both, as PyTorch
 * stores them.
 *
 * Reached only through their rows in nn/layer.c.
 *
 * SPDX-License-Identifier: MIT */
#include "nn/layer.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "math/convolve.h"
#include "nn/describe.h"
#include "nn/init.h"
#include "nn/spectral.h"

#include "base/banned.h"

enum { MOST_CHANNELS = 65536 };
enum { CHANNELS, KERNEL, STRIDE, PADDING, SPECTRAL }; /* the arguments */

static int argument(const layer *l, int which)
{
    return (int)l->arguments[which];
}

/* What a layer keeps. */
typedef struct kept {
    float *panels; /* packed weights */
    float *lanes;  /* (channels of the output, SUM_LANES): of the bias's gradient; NULL: none */
} kept;

static const kept *kept_of(const layer *l)
{
    return l->saved;
}

static convolution convolution_of(const layer *l, image_shape images, image_shape maps)
{
    return (convolution){
        .channels = images.channels,
        .height = images.height,
        .width = images.width,
        .maps = maps.channels,
        .map_height = maps.height,
        .map_width = maps.width,
        .kernel = argument(l, KERNEL),
        .stride = argument(l, STRIDE),
        .padding = argument(l, PADDING),
        .panels = l->saved ? kept_of(l)->panels : NULL,
    };
}

static convolution conv_of(const layer *l)
{
    return convolution_of(l, l->from, l->to);
}

static convolution transposed_of(const layer *l)
{
    return convolution_of(l, l->to, l->from);
}

/* maps x channels x k x k, for both layers. */
static ptrdiff_t weight_count(const layer *l)
{
    return (ptrdiff_t)l->from.channels * l->to.channels * argument(l, KERNEL) * argument(l, KERNEL);
}

static float *bias_of(const layer *l, float *block)
{
    return block + weight_count(l);
}

static int taps_of(const layer *l)
{
    return argument(l, KERNEL) * argument(l, KERNEL);
}

static void set_tensors(const layer *l, int maps, int channels, tensor_shape *shapes)
{
    int size = argument(l, KERNEL);
    shapes[0] = (tensor_shape){ .name = "weight", .sizes = { maps, channels, size, size } };
    shapes[1] = (tensor_shape){ .name = "bias", .sizes = { l->to.channels }, .added = true };
    shapes[2] = (tensor_shape){ 0 };
}

static void plan_kept(layer *l, arena *a, convolution g, bool trains)
{
    kept own = { .panels = arena_take(a, convolve_panels(&g), sizeof(float)) };
    if (trains)
        own.lanes = arena_take(a, (size_t)l->to.channels * SUM_LANES, sizeof(float));
    l->saved = arena_take(a, 1, sizeof own);
    if (l->saved)
        *(kept *)l->saved = own;
}

static void describe(const layer *l, float *values, const char *name, int axis, net_operator *o)
{
    int size = argument(l, KERNEL), s = argument(l, STRIDE), p = argument(l, PADDING);
    tensor_shape shapes[LAYER_MOST_TENSORS + 1];
    l->ops->tensors(l, shapes);
    *o = (net_operator){
        .name = name,
        .attributes = { { "kernel_shape", 2, { size, size } },
                        { "strides", 2, { s, s } },
                        { "pads", 4, { p, p, p, p } } },
        .tensors = { { .name = "weight", .data = values, .is_factor = true, .output_axis = axis },
                     operator_vector("bias", l->to.channels, bias_of(l, values)) },
        .role = OPERATOR_PRODUCT,
    };
    memcpy(o->tensors[0].sizes, shapes[0].sizes, sizeof shapes[0].sizes);
}

/* ---- gradients, of both ---- */

static int conv_most_parts(const layer *l)
{
    return l->to.channels;
}

static int transpose_most_parts(const layer *l)
{
    return l->from.channels;
}

static int first_map(const layer *l, gradient_part q, int part)
{
    return (int)((int64_t)l->ops->most_parts(l) * part / q.parts);
}

/* A part is some maps. The bias belongs to the first one, as its channels need not be the maps. */
static void add_gradients(layer *l, const pass *p, convolution g, gradient_part q,
                          const_view images, const_view maps, const_view dy, float *grads)
{
    int map = first_map(l, q, q.part), size = g.map_height * g.map_width;
    ptrdiff_t row = (ptrdiff_t)g.channels * taps_of(l);
    g.maps = first_map(l, q, q.part + 1) - map;
    convolve_weights(
        p->compute, &g, q.goes_on, const_view_part(images, q.first, 0, q.rows, images.cols),
        const_view_part(maps, q.first, map * size, q.rows, g.maps * size), grads + map * row);
    if (q.part == 0)
        convolve_add_channels(p->compute, l->to.channels, q.goes_on,
                              const_view_part(dy, q.first, 0, q.rows, dy.cols), kept_of(l)->lanes);
}

static void gradient_pieces(const layer *l, gradient_part q, float *grads,
                            gradient_piece pieces[GRADIENT_MOST_PIECES])
{
    size_t weights = (size_t)weight_count(l), row = weights / (size_t)l->ops->most_parts(l);
    size_t begin = (size_t)first_map(l, q, q.part) * row;
    size_t end = (size_t)first_map(l, q, q.part + 1) * row, biases = (size_t)l->to.channels;
    pieces[0] = (gradient_piece){ grads + begin, end - begin, begin, end };
    if (q.part == 0)
        pieces[1] =
            (gradient_piece){ kept_of(l)->lanes, biases * SUM_LANES, weights, weights + biases };
}

static void end_gradients(layer *l, gradient_part q, float *grads)
{
    if (q.part == 0)
        convolve_end_channels(l->to.channels, kept_of(l)->lanes, bias_of(l, grads));
}

/* ---- conv ---- */

static bool conv_fit(layer *l, text *why)
{
    int size = argument(l, KERNEL), s = argument(l, STRIDE), p = argument(l, PADDING);
    int height = l->from.height + 2 * p - size, width = l->from.width + 2 * p - size;
    if (height < 0 || width < 0) {
        text_add(why, "a kernel of %dx%d is larger than its input of %dx%d with a border of %d",
                 size, size, l->from.height, l->from.width, p);
        return false;
    }
    l->to = (image_shape){ argument(l, CHANNELS), height / s + 1, width / s + 1 };
    return true;
}

/* h = s n pixels become floor((s n + 2 p - k) / s) + 1, which is n if 0 < k - 2 p <= s. */
static bool conv_scale(const layer *l, layer_scale *s)
{
    int beyond = argument(l, KERNEL) - 2 * argument(l, PADDING);
    s->down = argument(l, STRIDE);
    return beyond > 0 && beyond <= s->down;
}

static void conv_sees(const layer *l, int *first, int *last)
{
    int s = argument(l, STRIDE), p = argument(l, PADDING);
    *first = *first * s - p;
    *last = *last * s - p + argument(l, KERNEL) - 1;
}

static void conv_plan(layer *l, arena *a, int rows, bool trains)
{
    (void)rows;
    plan_kept(l, a, conv_of(l), trains);
}

static double conv_work(const layer *l)
{
    return (double)weight_count(l) * l->to.height * l->to.width;
}

static void conv_tensors(const layer *l, tensor_shape shapes[LAYER_MOST_TENSORS + 1])
{
    set_tensors(l, l->to.channels, l->from.channels, shapes);
}

/* The fan-in is k x k values of every channel. A value reaches k x k / (s x s) outputs of a
 * channel. */
static void conv_init(layer *l, const kernels *kern, int way, random_stream s)
{
    double taps = taps_of(l), apart = l->arguments[STRIDE] * l->arguments[STRIDE];
    init_weights(way, kern, s, view_of(l->params, l->to.channels, l->from.channels * taps_of(l)),
                 l->from.channels * taps, l->to.channels * taps / apart);
    for (int o = 0; o < l->to.channels; o++)
        bias_of(l, l->params)[o] = 0;
}

static void conv_forward(layer *l, const pass *p, const_view x, view y, block_task then)
{
    convolution g = conv_of(l);
    convolve(p->compute, &g, l->weights, bias_of(l, l->params), x, y, then);
}

static void conv_backward(layer *l, const pass *p, const_view x, const_view dy, float *grads,
                          view dx, block_task then)
{
    convolution g = conv_of(l);
    (void)x, (void)grads;
    if (dx.data)
        convolve_back(p->compute, &g, l->weights, NULL, dy, dx, then);
}

static void conv_gradients(layer *l, const pass *p, const_view x, const_view dy, gradient_part q,
                           float *grads)
{
    add_gradients(l, p, conv_of(l), q, x, dy, dy, grads);
}

static void conv_tangent(layer *l, const pass *p, const_view u, view du, block_task then)
{
    convolution g = conv_of(l);
    convolve(p->compute, &g, l->weights, NULL, u, du, then);
}

static void conv_describe(const layer *l, float *values, net_operator *o)
{
    describe(l, values, "Conv", 0, o);
}

/* ---- conv_transpose ---- */

static bool transpose_fit(layer *l, text *why)
{
    int size = argument(l, KERNEL), s = argument(l, STRIDE), p = argument(l, PADDING);
    int64_t height = (int64_t)(l->from.height - 1) * s + size - 2 * p;
    int64_t width = (int64_t)(l->from.width - 1) * s + size - 2 * p;
    if (height < 1 || width < 1) {
        text_add(why, "a border of %d leaves nothing of what a kernel of %dx%d makes of %dx%d", p,
                 size, size, l->from.height, l->from.width);
        return false;
    }
    int64_t most = SHAPE_MOST_VALUES + 1;
    l->to = (image_shape){ argument(l, CHANNELS), (int)(height < most ? height : most),
                           (int)(width < most ? width : most) };
    return true;
}

/* n pixels become s (n - 1) + k - 2 p. */
static bool transpose_scale(const layer *l, layer_scale *s)
{
    s->up = argument(l, STRIDE);
    return argument(l, KERNEL) - 2 * argument(l, PADDING) == s->up;
}

/* Input i reaches the outputs s i - p .. s i - p + k - 1. */
static void transpose_sees(const layer *l, int *first, int *last)
{
    int s = argument(l, STRIDE), p = argument(l, PADDING);
    *first = (*first + p - argument(l, KERNEL) + s) / s;
    *last = (*last + p) / s;
}

static void transpose_plan(layer *l, arena *a, int rows, bool trains)
{
    (void)rows;
    plan_kept(l, a, transposed_of(l), trains);
}

static double transpose_work(const layer *l)
{
    return (double)weight_count(l) * l->from.height * l->from.width;
}

static void transpose_tensors(const layer *l, tensor_shape shapes[LAYER_MOST_TENSORS + 1])
{
    set_tensors(l, l->from.channels, l->to.channels, shapes);
}

static void transpose_init(layer *l, const kernels *kern, int way, random_stream s)
{
    double taps = taps_of(l), apart = l->arguments[STRIDE] * l->arguments[STRIDE];
    init_weights(way, kern, s, view_of(l->params, l->from.channels, l->to.channels * taps_of(l)),
                 l->from.channels * taps / apart, l->to.channels * taps);
    for (int o = 0; o < l->to.channels; o++)
        bias_of(l, l->params)[o] = 0;
}

static void transpose_forward(layer *l, const pass *p, const_view x, view y, block_task then)
{
    convolution g = transposed_of(l);
    convolve_back(p->compute, &g, l->weights, bias_of(l, l->params), x, y, then);
}

static void transpose_backward(layer *l, const pass *p, const_view x, const_view dy, float *grads,
                               view dx, block_task then)
{
    convolution g = transposed_of(l);
    (void)x, (void)grads;
    if (dx.data)
        convolve(p->compute, &g, l->weights, NULL, dy, dx, then);
}

static void transpose_gradients(layer *l, const pass *p, const_view x, const_view dy,
                                gradient_part q, float *grads)
{
    add_gradients(l, p, transposed_of(l), q, dy, x, dy, grads);
}

static void transpose_tangent(layer *l, const pass *p, const_view u, view du, block_task then)
{
    convolution g = transposed_of(l);
    convolve_back(p->compute, &g, l->weights, NULL, u, du, then);
}

static void transpose_describe(const layer *l, float *values, net_operator *o)
{
    describe(l, values, "ConvTranspose", 1, o);
}

#define CONV_ARGUMENTS(...)                                                                          \
    {                                                                                                \
        [CHANNELS] = { "C", .whole = true, .least = 1, .most = MOST_CHANNELS, .initial = NAN },      \
        [KERNEL] = { "kK",          'k', .whole = true, .least = 1, .most = CONVOLVE_MOST_KERNEL,    \
                     .initial = NAN },                                                               \
        [STRIDE] = { "sS",        's', .whole = true, .least = 1, .most = CONVOLVE_MOST_STRIDE,      \
                     .initial = 1 },                                                                 \
        [PADDING] = { "pP",        'p', .whole = true, .least = 0, .most = CONVOLVE_MOST_KERNEL - 1, \
                      .initial = 0 },                                                                \
        __VA_ARGS__                                                                                  \
    }

const layer_ops conv_ops = {
    .name = "conv",
    .arguments = CONV_ARGUMENTS([SPECTRAL] = SPECTRAL_ARGUMENT),
    .example = "conv 64 k4 s2 p1",
    .help = "C channels, each a weighted sum of K x K values of all channels and a bias, every S "
            "pixels (else 1), with a border of P zeros (else 0); " SPECTRAL_HELP,
    .is_spatial = true,
    .fit = conv_fit,
    .scale = conv_scale,
    .sees = conv_sees,
    .work = conv_work,
    .describe = conv_describe,
    .plan = conv_plan,
    .tensors = conv_tensors,
    .init = conv_init,
    .forward = conv_forward,
    .backward = conv_backward,
    .gradients = conv_gradients,
    .pieces = gradient_pieces,
    .most_parts = conv_most_parts,
    .end_gradients = end_gradients,
    .tangent = conv_tangent,
};

const layer_ops conv_transpose_ops = {
    .name = "conv_transpose",
    .arguments = CONV_ARGUMENTS(),
    .example = "conv_transpose 32 k4 s2 p1",
    .help = "its transpose, which takes S x S times as many pixels to C channels: \"k4 s2 p1\" "
            "doubles height and width",
    .is_spatial = true,
    .fit = transpose_fit,
    .scale = transpose_scale,
    .sees = transpose_sees,
    .work = transpose_work,
    .describe = transpose_describe,
    .plan = transpose_plan,
    .tensors = transpose_tensors,
    .init = transpose_init,
    .forward = transpose_forward,
    .backward = transpose_backward,
    .gradients = transpose_gradients,
    .pieces = gradient_pieces,
    .most_parts = transpose_most_parts,
    .end_gradients = end_gradients,
    .tangent = transpose_tangent,
};
