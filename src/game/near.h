/* game/near.h - conditions that are alike, which D can tell apart only by looking closely.
 *
 * Two texts are alike if they share features (nn/encode.h) that few others have: their likeness is
 * the sum, over these features, of the products of their weights. Features that more than
 * NEAR_COMMON conditions have do not count. So "waving hand, dark skin tone" is near "waving hand,
 * light skin tone", and far from "kiss, dark skin tone".
 *
 * To take what resembles the truth most for a mistake is the "hard negatives" of Faghri and others
 * (2018): "VSE++: Improving visual-semantic embeddings with hard negatives".
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_GAME_NEAR_H
#define GAN_GAME_NEAR_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "nn/condition.h"

enum { NEAR_MOST = 8, NEAR_COMMON = 256 };

typedef struct near_conditions {
    uint32_t *ids; /* (conditions, NEAR_MOST), row-major */
    size_t memory; /* bytes that near_find took at most */
} near_conditions;

/* Finds for each condition of the table the NEAR_MOST others that are most like it, the nearest
 * first; of equally near ones the lower number first. Where fewer are like it at all, its own
 * number fills its row. STATUS_MEMORY. */
status near_find(near_conditions *n, const condition_table *t);
void near_close(near_conditions *n);

/* The row of a condition. */
const uint32_t *near_to(const near_conditions *n, uint32_t id);

#endif
