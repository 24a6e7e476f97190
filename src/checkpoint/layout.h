/* checkpoint/layout.h - the layout of a checkpoint, which its writer and its reader share: the
 * header, and the order of the data (the sums, the counts of batches of each net, then the blocks
 * of each net).
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CHECKPOINT_LAYOUT_H
#define GAN_CHECKPOINT_LAYOUT_H

#include "checkpoint/checkpoint.h"

extern const char layout_format[]; /* the metadata's "format" */

/* The members of the metadata besides the options. */
typedef struct layout_position {
    int channels, height, width, samples;
    uint64_t data_crc32, epoch, step;
    int augment_level, conditions;
    const char *words, *examples;
} layout_position;

extern const option_table layout_position_table;

/* The blocks of a net, in the order of the file. */
enum { BLOCK_PARAMETERS, BLOCK_BUFFERS, BLOCK_EXP_AVG, BLOCK_EXP_AVG_SQ };

/* How many of them a net has there, and what is appended to the names of a block's tensors. */
int layout_block_count(const checkpoint_net *n);
extern const char *const layout_suffixes[];

/* A block and the tensors in it. */
typedef struct layout_block {
    float *values;   /* NULL where no memory was planned for it, */
    group_part here; /* and else these floats: all, or of moments this rank's share */
    size_t count;
    const tensor *tensors;
    int tensor_count;
} layout_block;

layout_block layout_block_of(const net *n, int kind);

/* Does layer i keep a count of batches, "num_batches_tracked"? */
bool layout_counts_batches(const net *n, int i);

/* Appends the header, with zeros for the checksum; *data: the bytes of the data after it.
 * STATUS_MEMORY. */
status layout_header(const checkpoint_state *s, text *t, size_t *data);

#endif
