/* nn/condition.h - what a net is told of a sample beside its values: a class, or words.
 *
 * A condition is a row of V values, nearly all of them 0, kept as its features: (index, weight)
 * pairs. A class is one feature of weight 1; a text has some for each word (nn/encode.h). A net
 * learns a vector for each of the V values, the rows of an embedding (V, N), and a condition's own
 * vector is the weighted sum of those of its features:
 *
 *     e = sum over the features of weight * embedding[index]
 *
 * Conditions are encoded once, in a table; the rows of a batch name them by their numbers there.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_NN_CONDITION_H
#define GAN_NN_CONDITION_H

#include <stdint.h>

#include "math/compute.h"

typedef struct condition_feature {
    uint32_t index; /* less than the table's size */
    float weight;
} condition_feature;

/* Encoded conditions: number i has the features first[i] .. first[i+1]-1. */
typedef struct condition_table {
    int size;  /* V */
    int count; /* conditions */
    uint32_t *first;
    condition_feature *features;
} condition_table;

/* The conditions of the rows of a batch: ids[row] in the table. No table: they have none. */
typedef struct condition {
    const condition_table *table;
    const uint32_t *ids;
} condition;

/* The same from that row on. */
static inline condition condition_from(condition c, int row)
{
    return (condition){ c.table, c.ids ? c.ids + row : c.ids };
}

/* e (rows, N) = the vectors of the conditions of e's rows; embedding (V, N). A sum adds rounded
 * products, from 0 on, in the order of the features. */
void condition_embed(const compute *c, condition of, const_view embedding, view e);

/* The gradient of the embedding (V, N) from de (rows, N): a sum adds rounded products, from 0 on
 * or, where it `goes_on`, from what stands there, in the order of the rows, and of the features in
 * them. */
void condition_embed_gradient(const compute *c, bool goes_on, condition of, const_view de,
                              view gradient);

#endif
