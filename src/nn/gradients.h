/* nn/gradients.h - the gradients of the parameters of some layers, over the rows of a batch.
 *
 * A sum over the rows is a chain in their order: real samples, then fakes, then what is judged
 * again, each over all ranks (math/group.h). So a rank takes the sums of the one before it, adds
 * the terms of its own rows, and passes them on around the ring: once for each of these segments.
 * In a last lap the result goes to the ranks that update these parameters (adam_share); with
 * spectral_norm, whose gradient is made of all of it, to every rank. To keep every rank busy, sums
 * travel in blocks of some rows of a weight, and a block's next lap begins when other blocks have
 * set out, as many as there are ranks and some more, which are on their way meanwhile.
 *
 * A large matrix has more sums than the rows from which they are computed have values. Ranks then
 * send each other the rows, and each computes whole chains, for its share alone.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_NN_GRADIENTS_H
#define GAN_NN_GRADIENTS_H

#include <string.h>

#include "nn/layer.h"

/* A layer's gradients, from x (B, I) and dy (B, O); grads is laid out like its parameters, which
 * begin at number `first` of the `all` of its net. In a group of ranks, `gathered` has room for x
 * and dy of all ranks where gradients_gather says so. */
typedef struct gradient_job {
    layer *layer;
    const_view x, dy;
    float *grads;
    size_t first, all;
    float *gathered;
} gradient_job;

/* True if x and dy of the other ranks' rows have fewer values than the gradients: ranks then send
 * each other these rows instead of sums, and each computes the whole chains of its share. */
bool gradients_gather(const layer *l, group g, int batch);

/* The floats of a row that are gathered: as many as x and dy take with their strides, at most. */
size_t gradients_gathered(const layer *l);

/* Computes the gradients of all jobs, in the pass whose dy they have; those of layers with
 * spectral_norm by the weights before the norm. p->rows is set. In a group of ranks, each has then
 * the gradients of its share; what else stands in grads means nothing. */
void gradients_run(const pass *p, const gradient_job *jobs, int count);

/* sums[j] = m(0, j) + m(1, j) + ..., from 0 or, where it goes on, from what stands there. */
static inline void gradient_sum_rows(const kernels *k, bool goes_on, const_view m, float *sums)
{
    if (!goes_on) {
        k->sum_rows(m.rows, m.cols, m.data, m.stride, sums);
        return;
    }
    for (int i = 0; i < m.rows; i++)
        k->add(m.cols, const_view_row(m, i), sums);
}

#endif
