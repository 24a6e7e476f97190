/* nn/layer.h - what a layer is, and the table of the kinds that there are.
 *
 * Two sorts of kinds. A matrix layer (linear, batch_norm) makes a new matrix from its input. An
 * elementwise layer (relu, tanh, dropout, ...) changes each value by itself: it works on blocks,
 * and net.c has it work on a block of the matrix layer's result while that is still in the cache.
 * (One that only gives its input another shape, reshape, counts among these.)
 *
 * A new kind is a file that defines its ops and a row in layer.c. Letters used in shapes: B rows of
 * the batch, I inputs, O outputs of the layer; nn/shape.h says what else there is in a row. The
 * gradient of the loss with respect to v is dv.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_NN_LAYER_H
#define GAN_NN_LAYER_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/status.h"
#include "base/text.h"
#include "math/compute.h"
#include "nn/shape.h"

typedef struct layer_ops layer_ops;
struct net_operator;

enum { LAYER_MOST_ARGUMENTS = 5, LAYER_MOST_TENSORS = 4, TENSOR_MOST_SIZES = 4 };

/* What every layer has. What one kind needs besides is in that kind's own file, behind `saved`. */
typedef struct layer {
    const layer_ops *ops;
    int index;            /* in its net, from 0 */
    image_shape from, to; /* its input and its output, */
    int in, out;          /* their values: I, O */
    bool in_place;        /* its output takes the place of its input, that of the layer before */
    double arguments[LAYER_MOST_ARGUMENTS]; /* the numbers of the spec, in the order of the ops */
    float *params;  /* this layer's part of the net's block of parameters, */
    float *grads;   /* of their gradients, */
    float *buffers; /* and of the buffers */
    float *weights; /* what products multiply by: params, or what nn/spectral.h makes of them */
    struct spectral *spectral; /* with which it does that; else NULL */
    float *output; /* (B, O): what forward left; the next layer may have overwritten it in place */
    void *saved;   /* what the kind needs besides; NULL where that is nothing */
} layer;

/* What a pass through a net is told; the same for all layers of the net. */
typedef struct pass {
    const compute *compute;
    bool training;      /* dropout drops, and buffers are updated */
    uint64_t seed;      /* key of the random streams */
    random_use dropout; /* the stream of dropout's masks */
    uint32_t step;      /* the step of training, and */
    int number;         /* the number of the pass within it: counters of the streams */
    int half;       /* the rows are this many real samples, then as many fakes, and batch_norm takes
                       the two halves apart; 0: they are not divided */
    int first_row;  /* the number of row 0, and of row `half` among the fakes, in the batch */
    int other_rows; /* the rows of the batch that other ranks of the group hold */
} pass;

/* The number of a row of the pass in the batch, where the fakes follow all real samples. Random
 * streams count by it, so that a rank draws for its rows what a single process would. */
static inline int pass_row(const pass *p, int row)
{
    return p->first_row + row + (p->half > 0 && row >= p->half ? p->other_rows : 0);
}

/* A tensor of a layer, named and shaped as in PyTorch's module: a parameter or a buffer. A buffer
 * is what a pass in training leaves for later passes; it has no gradient. */
typedef struct tensor_shape {
    const char *name;             /* "weight"; NULL ends a list */
    int sizes[TENSOR_MOST_SIZES]; /* those behind the last one are 0 */
    bool buffer;
    bool variance; /* it has no value below 0 */
} tensor_shape;

/* What stands behind a layer's name in a spec. */
typedef struct layer_argument {
    const char *name;   /* in the help: "N", "CxHxW", "kK"; NULL ends the list */
    char letter;        /* with which it begins; 0: with none, and it is the first */
    bool word;          /* it is its name itself, or is not there: 1 or 0 */
    bool shape;         /* it is the shape of the output (nn/shape.h), of at most `most` values */
    bool whole;         /* a whole number */
    double least, most; /* its range */
    double initial;     /* what it is where it is not given; NAN: it has to be */
} layer_argument;

/* What of a layer's own output its backward reads. An output may be overwritten by the next layer
 * as long as what is needed of it survives that. */
typedef enum output_need { NEEDS_NOTHING, NEEDS_SIGN, NEEDS_VALUE } output_need;

struct layer_ops {
    const char *name; /* in a spec */
    layer_argument arguments[LAYER_MOST_ARGUMENTS + 1];
    const char *example; /* of an item with arguments: "linear 150" */
    const char *help;

    /* What other modules may know of a kind, which never compare its name or its address. */
    bool couples_rows;   /* a row of its output depends on the other rows of the batch */
    bool counts_batches; /* PyTorch's module counts its batches: num_batches_tracked */
    bool draws;          /* in training it draws one random word for each value */
    bool is_spatial;     /* its first argument counts channels of an image, not values */
    bool sets_size;      /* its first argument is the number of its outputs, whatever its input */
    /* Can a unit of it output 0, with a derivative of 0, for every sample? NULL: it cannot. */
    bool (*can_die)(const layer *l);

    /* l->from and the arguments -> l->to, which is already there where an argument gives it. False,
     * with the reason in `why`, where they do not go together. NULL: it is l->from. */
    bool (*fit)(layer *l, text *why);
    /* The multiply-adds of its product for one row. NULL: it has none. */
    double (*work)(const layer *l);

    /* The operator that computes it outside of training (nn/describe.h), all but its shapes, with
     * tensors in `values`: a copy of the layer's parameters that it may change. NULL: it changes
     * nothing there. */
    void (*describe)(const layer *l, float *values, struct net_operator *o);

    /* Takes the memory behind `saved` for passes of up to `rows` rows; NULL: none. */
    void (*plan)(layer *l, arena *a, int rows, bool trains);

    /* -- matrix layers -- */
    /* The parameters and buffers, in the order in which they lie in params, grads and buffers; the
     * weight of a product is the first. NULL: there are none. */
    void (*tensors)(const layer *l, tensor_shape shapes[LAYER_MOST_TENSORS + 1]);
    /* First values of all of them, of the weights in one of the ways of nn/init.h. */
    void (*init)(layer *l, const kernels *k, int way, random_stream s);
    /* x (B, I) -> y (B, O); `then` runs on every finished block of y. NULL: elementwise. */
    void (*forward)(layer *l, const pass *p, const_view x, view y, block_task then);
    /* x (B, I), dy (B, O) -> grads, overwritten, in the order of params, unless that is NULL; and
     * dx (B, I), unless its data is: `then` runs on every finished block of it. */
    void (*backward)(layer *l, const pass *p, const_view x, const_view dy, float *grads, view dx,
                     block_task then);
    /* u (B, I) -> du (B, O), how y moves where x moves by u; `then` as in forward. NULL: no penalty
     * (nn/penalty.h) can be had through it. */
    void (*tangent)(layer *l, const pass *p, const_view u, view du, block_task then);

    /* -- elementwise layers -- */
    output_need needs;
    bool keeps_sign; /* y > 0 where x > 0 and nowhere else, or the gradient there is 0 */
    /* The block of x whose first element is (row, col) -> that of y; the two may be the same. */
    void (*forward_block)(layer *l, const pass *p, int row, int col, const_view x, view y);
    /* y, dy -> dx, in place of dy. */
    void (*backward_block)(const layer *l, const pass *p, int row, int col, const_view y, view dy);
    /* y, u, a -> a u f''(x), in place of a. NULL where f'' is 0. */
    void (*curve_block)(const_view y, const_view u, view a);
};

static inline bool layer_is_matrix(const layer *l)
{
    return l->ops->forward != NULL;
}

extern const layer_ops linear_ops;
extern const layer_ops conv_ops;
extern const layer_ops conv_transpose_ops;
extern const layer_ops upsample_ops;
extern const layer_ops reshape_ops;
extern const layer_ops batch_norm_ops;
extern const layer_ops relu_ops;
extern const layer_ops leaky_relu_ops;
extern const layer_ops tanh_ops;
extern const layer_ops sigmoid_ops;
extern const layer_ops dropout_ops;

/* Are its weights normalised by nn/spectral.h? */
bool layer_is_spectral(const layer *l);

/* The i-th kind; NULL after the last. */
const layer_ops *layer_kind(int i);

/* The kind whose name is the first `length` characters of `name`; NULL: there is none. */
const layer_ops *layer_kind_named(const char *name, size_t length);

/* "linear N [spectral_norm]": a kind with what stands for its arguments; of any kind within this
 * size. */
enum { LAYER_TEXT_SIZE = 64 };
void layer_usage(const layer_ops *ops, char out[LAYER_TEXT_SIZE]);

/* The item of a spec in its canonical form, with all arguments: "conv 64 k4 s2 p1". */
void layer_text(const layer *l, char out[LAYER_TEXT_SIZE]);

/* Reads one item of a spec into *l: its kind and arguments. `where` says which item it is, for
 * messages. STATUS_USAGE with what would fit. */
status layer_parse(layer *l, const char *item, const char *where);

/* Gives the layer its input, and its output by ops->fit. False, with the reason in `why`, where it
 * cannot take that input. */
bool layer_fit(layer *l, image_shape from, text *why);

#endif
