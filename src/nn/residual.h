/* nn/residual.h - what the layers share that close a residual block.
 *
 * A layer that closes a block (layer_ops.closes_block) has the one that opened it as its partner.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_NN_RESIDUAL_H
#define GAN_NN_RESIDUAL_H

#include "nn/layer.h"

/* What the `saved` of a layer that closes a block begins with. */
typedef struct residual_state {
    float *kept; /* see residual_kept; NULL where the net does not train */
} residual_state;

/* For a kind's `plan`: the state, with the memory of residual_kept if the net trains. */
residual_state residual_plan(const layer *closes, arena *a, int rows, bool trains);

/* What a backward pass, or a derivative forward, carries between the two ends: the first `rows`
 * rows of (B, O), as wide as the output of the layer that opened the block. */
view residual_kept(const layer *closes, int rows);

/* The row of the opening layer's output that belongs to a row of the closing layer's input. */
int residual_row(const layer *closes, const pass *p, int row);

#endif
