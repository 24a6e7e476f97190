/* nn/residual.h - what the layers share that close a residual block.
 *
 * A layer that closes a block (layer_ops.closes_block) has the one that opened it as its partner.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_NN_RESIDUAL_H
#define GAN_NN_RESIDUAL_H

#include "nn/layer.h"

/* The first member of `saved` of a layer that closes a block. */
typedef struct residual_state {
    float *kept; /* see residual_kept; NULL where the net does not train */
} residual_state;

/* For a kind's `plan`: the state, with the memory of residual_kept if the net trains. */
residual_state residual_plan(const layer *closes, arena *a, int rows, bool trains);

/* The gradient of a backward pass, or the derivative of a forward one, on its way between the two
 * ends of the block: the first `rows` rows of (B, O), O the outputs of the layer that opens it. */
view residual_kept(const layer *closes, int rows);

/* The row of the opening layer's output that belongs to a row of the closing layer's input. */
int residual_row(const layer *closes, const pass *p, int row);

#endif
