/* nn/layer.h - a layer, and the table of the kinds of layers.
 *
 * There are two sorts of kinds. A matrix layer (linear, conv, batch_norm) makes a new matrix from
 * its input. An elementwise layer (relu, tanh, dropout) maps each value by itself, block by block,
 * so that net.c can run it on a block of a matrix layer's result while that is in the cache.
 * (reshape, which changes no value, counts as elementwise; so do residual and add, which read a
 * value at the same place of another layer.)
 *
 * A new kind is a file that defines its ops, and a row in layer.c. Letters in shapes: B rows of the
 * batch, I inputs, O outputs of the layer. dv is the gradient of the loss by v.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_NN_LAYER_H
#define GAN_NN_LAYER_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/status.h"
#include "base/text.h"
#include "math/compute.h"
#include "nn/condition.h"
#include "nn/shape.h"

typedef struct layer_ops layer_ops;
struct net_operator;

enum { LAYER_MOST_ARGUMENTS = 5, LAYER_MOST_TENSORS = 5, TENSOR_MOST_SIZES = 4 };

/* A layer. It holds what every kind needs; state of one kind is in that kind's file, reached by
 * `saved`. */
typedef struct layer {
    const layer_ops *ops;
    int index;            /* its number in the net, from 0 */
    image_shape from, to; /* shapes of a row of its input and of its output, */
    int in, out;          /* and the values in them: I, O */
    int conditions;       /* values in an encoded condition: V; 0: there is none */
    bool in_place;        /* its output overwrites its input, the output of the layer before */
    double arguments[LAYER_MOST_ARGUMENTS]; /* the numbers of the spec, in the order of the ops */
    float *params;             /* this layer's part of the net's block of parameters, */
    float *grads;              /* of the block of gradients, */
    float *buffers;            /* and of the block of buffers */
    float *weights;            /* the weights that products use: params, or params normalised */
    struct spectral *spectral; /* state of that normalisation (nn/spectral.h); else NULL */
    float *output;         /* see layer_output; the next layer may have overwritten it in place */
    bool padded;           /* output is, as math/view.h says; the net's last one is not */
    void *saved;           /* the kind's own state; NULL: it has none */
    struct layer *partner; /* the other end of its residual block (nn/residual.c); else NULL */
    bool rejudges; /* it closes a block in which the first layer lies that joins a condition */
} layer;

/* A pass through a net: the same for all its layers. */
typedef struct pass {
    const compute *compute;
    bool training;      /* dropout drops, and buffers are updated */
    uint64_t seed;      /* key of the random streams */
    random_use dropout; /* the stream of dropout's masks */
    uint32_t step;      /* the step of training, and */
    int number;         /* the number of the pass within it: counters of the streams */
    int rows;           /* of the net's input; nn/net.c and nn/penalty.c set it */
    int half;       /* the rows are this many real samples, then as many fakes, and batch_norm takes
                       the two halves apart; 0: they are not divided */
    int first_row;  /* the number of row 0, and of row `half` among the fakes, in the batch */
    int other_rows; /* the rows of the batch that other ranks of the group hold */
    condition condition; /* of the rows, and of those that are judged again */
    int again; /* so many of the first rows are judged again with further conditions: from the
                  first layer that joins them on, their results follow all rows (nn/joined.h) */
} pass;

/* The number of a row of the pass in the batch, where the fakes follow all real samples, and what
 * is judged again follows the fakes. Random streams count by it, so that a rank draws for its rows
 * what a single process would. */
static inline int pass_row(const pass *p, int row)
{
    return p->first_row + row + (p->half > 0 ? row / p->half * p->other_rows : 0);
}

/* What is computed of a layer's gradients: the rows of the weight in part `part` of `parts`, from
 * `rows` rows of x and dy, from `first` on. Sums go on from what stands there, or begin. */
typedef struct gradient_part {
    int part, parts, first, rows;
    bool goes_on;
} gradient_part;

/* Floats that a layer's gradients are made of: those of its parameters begin .. end-1. */
typedef struct gradient_piece {
    float *data;
    size_t count, begin, end;
} gradient_piece;

enum { GRADIENT_MOST_PIECES = 2 };

/* A parameter or a buffer of a layer, named and shaped as in PyTorch's module. A buffer is state
 * that passes in training update; it has no gradient. */
typedef struct tensor_shape {
    const char *name;             /* "weight"; NULL ends a list */
    int sizes[TENSOR_MOST_SIZES]; /* those after the last one are 0 */
    bool buffer;
    bool variance; /* no value may be negative */
    bool added;    /* the derivative of the output by the input does not depend on it, as a bias */
} tensor_shape;

/* An argument after a layer's name in a spec. */
typedef struct layer_argument {
    const char *name;   /* as the help shows it: "N", "CxHxW", "kK"; NULL ends the list */
    char letter;        /* that it begins with; 0: none, which only the first may have */
    bool word;          /* a bare keyword: 1 if present, else 0 */
    bool shape;         /* the shape of the output (nn/shape.h), at most `most` values */
    bool whole;         /* a whole number */
    double least, most; /* its range */
    double initial;     /* its value if it is not given; NAN: it must be */
} layer_argument;

/* The part of its own output that a layer's backward reads. The next layer may overwrite that
 * output if it preserves this part. */
typedef enum output_need { NEEDS_NOTHING, NEEDS_SIGN, NEEDS_VALUE } output_need;

/* How many times as large as its input an image is that a layer makes: up / down. */
typedef struct layer_scale {
    int up, down;
} layer_scale;

struct layer_ops {
    const char *name; /* in a spec */
    layer_argument arguments[LAYER_MOST_ARGUMENTS + 1];
    const char *example; /* an item with arguments, for messages: "linear 150" */
    const char *help;

    /* Properties. Other modules ask for these; they never compare a kind's name or address. */
    bool couples_rows; /* a row of its output depends on the other rows of the batch */
    int (*rows_together)(const layer *l); /* so many rows depend on each other; NULL: 1, or all */
    bool counts_batches;  /* PyTorch's module counts its batches: num_batches_tracked */
    bool draws;           /* in training it draws one random word for each value */
    bool is_spatial;      /* its first argument counts channels of an image, not values */
    bool sets_size;       /* its first argument is the number of its outputs, whatever its input */
    bool joins_condition; /* it reads the pass's condition */
    bool only_judges;     /* it is for nets that judge samples, not for those that make them */
    bool opens_block;     /* a residual block begins with it, */
    bool closes_block;    /* or ends: its partner is the last one that is open */
    /* Can a unit of it output 0, with a derivative of 0, for every sample? NULL: it cannot. */
    bool (*can_die)(const layer *l);

    /* Sets l->to from l->from and the arguments; an argument that is a shape has already set it.
     * False, with the reason in `why`, if the layer cannot take that input. NULL: l->to is l->from.
     */
    bool (*fit)(layer *l, text *why);
    /* -- images of any size: nn/tiling.h, which asks outside of training -- */
    /* False if the layer is for one size; else its scale. NULL: an elementwise layer that does not
     * change the shape takes any size, all others take one. */
    bool (*scale)(const layer *l, layer_scale *s);
    /* Outputs first..last of an axis, of either one, -> the inputs that they depend on; and what
     * they depend on of what a layer that closes a block adds. NULL: the same places. */
    void (*sees)(const layer *l, int *first, int *last);
    void (*sees_beside)(const layer *l, int *first, int *last);

    /* The multiply-adds of its product for one row. NULL: it has no product. */
    double (*work)(const layer *l);

    /* The operator that computes it outside of training (nn/describe.h), all but its shapes, with
     * tensors in `values`: a copy of the layer's parameters that it may change. NULL: it changes
     * nothing there. */
    void (*describe)(const layer *l, float *values, struct net_operator *o);

    /* Takes the memory of `saved`, for passes of up to `rows` rows. NULL: it needs none. */
    void (*plan)(layer *l, arena *a, int rows, bool trains);

    /* -- matrix layers -- */
    /* The parameters and buffers, in their order in params, grads and buffers; the weight of a
     * product is the first. NULL: it has none. */
    void (*tensors)(const layer *l, tensor_shape shapes[LAYER_MOST_TENSORS + 1]);
    /* Gives all of them their first values; the weights by one of the ways of nn/init.h. */
    void (*init)(layer *l, const kernels *kern, int way, random_stream s);
    /* x (B, I) -> y (B, O); `then` runs on every finished block of y. NULL: the kind is
     * elementwise. */
    void (*forward)(layer *l, const pass *p, const_view x, view y, block_task then);
    /* x (B, I), dy (B, O) -> dx (B, I), with `then` run on every finished block; none if dx.data is
     * NULL. Of a kind without `gradients`, also -> grads, overwritten, in the order of params; none
     * if grads is NULL. */
    void (*backward)(layer *l, const pass *p, const_view x, const_view dy, float *grads, view dx,
                     block_task then);
    /* x (B, I), dy (B, O) -> a part of grads. Each sum is a chain over the rows of the batch, which
     * may be computed in several calls, on several ranks (nn/gradients.h). NULL: backward does it,
     * or there are none. */
    void (*gradients)(layer *l, const pass *p, const_view x, const_view dy, gradient_part q,
                      float *grads);
    /* The sums of that part while the chain is on its way; what it does not set, is not needed. */
    void (*pieces)(const layer *l, gradient_part q, float *grads,
                   gradient_piece pieces[GRADIENT_MOST_PIECES]);
    /* x (B, I), dy (B, O) of the whole batch -> the gradients of the layer's parameters that are in
     * the part, and perhaps of others. NULL: it takes chains. */
    void (*gradients_of)(layer *l, const pass *p, const_view x, const_view dy, group_part part,
                         float *grads);
    /* The most parts, by the rows of the weight. NULL: 1. */
    int (*most_parts)(const layer *l);
    /* After the last rows of a part: what remains to be done on its sums. NULL: nothing. */
    void (*end_gradients)(layer *l, gradient_part q, float *grads);
    /* The directional derivative u (B, I) -> du (B, O) of y along u; `then` as in forward. NULL:
     * nn/penalty.h cannot differentiate through the kind. */
    void (*tangent)(layer *l, const pass *p, const_view u, view du, block_task then);

    /* A matrix layer that is not linear in x, for nn/penalty.h; NULL: it is. The first keeps the
     * derivative by x of a du, where a (B, O) is the gradient by y and du the tangent of u (B, I);
     * the second is backward for an input, with what was kept added to dx. */
    void (*bend)(layer *l, const pass *p, const_view u, const_view a);
    void (*backward_bent)(layer *l, const pass *p, const_view dy, view dx, block_task then);

    /* -- elementwise layers -- */
    output_need needs;
    bool keeps_sign;  /* y > 0 exactly where x > 0, or the gradient there is 0 */
    bool keeps_value; /* y is x */
    /* The block of x that begins at (row, col) -> the same block of y; x and y may be the same. */
    void (*forward_block)(layer *l, const pass *p, int row, int col, const_view x, view y);
    /* y, dy -> dx, which replaces dy. */
    void (*backward_block)(const layer *l, const pass *p, int row, int col, const_view y, view dy);
    /* y, u -> the directional derivative of y along u, which replaces u. NULL: it is what
     * backward_block does, as the derivative is a factor for each value. */
    void (*along_block)(const layer *l, const pass *p, int row, int col, const_view y, view u);
    /* y, u, a -> a u f''(x), which replaces a. NULL: f'' is 0, the kind is not curved. */
    void (*curve_block)(const_view y, const_view u, view a);
};

/* What forward left in the first `rows` rows: (rows, O). */
static inline view layer_output(const layer *l, int rows)
{
    return l->padded ? padded_view(l->output, rows, l->out) : view_of(l->output, rows, l->out);
}

static inline bool layer_is_matrix(const layer *l)
{
    return l->ops->forward != NULL;
}

extern const layer_ops linear_ops;
extern const layer_ops conv_ops;
extern const layer_ops conv_transpose_ops;
extern const layer_ops upsample_ops;
extern const layer_ops reshape_ops;
extern const layer_ops pixel_shuffle_ops;
extern const layer_ops residual_ops;
extern const layer_ops add_ops;
extern const layer_ops add_enlarged_ops;
extern const layer_ops condition_ops;
extern const layer_ops projection_ops;
extern const layer_ops batch_norm_ops;
extern const layer_ops minibatch_deviation_ops;
extern const layer_ops relu_ops;
extern const layer_ops leaky_relu_ops;
extern const layer_ops tanh_ops;
extern const layer_ops sigmoid_ops;
extern const layer_ops dropout_ops;

/* True if its weights are normalised (nn/spectral.h). */
bool layer_is_spectral(const layer *l);

/* The i-th kind; NULL after the last. */
const layer_ops *layer_kind(int i);

/* The kind whose name is the first `length` characters of `name`; NULL: there is none. */
const layer_ops *layer_kind_named(const char *name, size_t length);

/* Writes "linear N [spectral_norm]": a kind with placeholders for its arguments. Items of a spec
 * and these usages fit LAYER_TEXT_SIZE. */
enum { LAYER_TEXT_SIZE = 64 };
void layer_usage(const layer_ops *ops, char out[LAYER_TEXT_SIZE]);

/* Writes the layer as an item of a spec in its canonical form: "conv 64 k4 s2 p1". */
void layer_text(const layer *l, char out[LAYER_TEXT_SIZE]);

/* Reads the kind and the arguments of an item of a spec into *l. Messages begin with `where`.
 * STATUS_USAGE, with what was expected. */
status layer_parse(layer *l, const char *item, const char *where);

/* Sets the shapes of a layer whose input is `from`. False, with the reason in `why`, if the layer
 * cannot take that input. */
bool layer_fit(layer *l, image_shape from, text *why);

#endif
