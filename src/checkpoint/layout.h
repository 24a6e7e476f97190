/* checkpoint/layout.h - the form of a checkpoint, which its writer and its reader share: its
 * header, and the order of what follows it (sums, counts, then for each net its blocks).
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CHECKPOINT_LAYOUT_H
#define GAN_CHECKPOINT_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/option.h"
#include "base/text.h"
#include "game/model.h"

extern const char form_name[]; /* of the format, in the metadata */

/* What the metadata says besides the model's options. */
typedef struct form_position {
    int channels, height, width, samples;
    uint64_t data_crc32, epoch, step;
} form_position;

extern const option_table form_position_table;

/* The blocks of a net, and what a tensor's name has behind it in each. */
enum { FORM_PARAMETERS, FORM_BUFFERS, FORM_EXP_AVG, FORM_EXP_AVG_SQ, FORM_BLOCKS };
extern const char *const form_suffixes[FORM_BLOCKS];

/* A net that is not open has no tensors. */
enum { FORM_NETS = 3 };
extern const struct form_net_kind {
    const char *name;
    size_t offset; /* in the model */
    int blocks;
} form_nets[FORM_NETS];

const net *form_net(const model *m, int i);

/* A block and what is in it. */
typedef struct form_part {
    float *values; /* NULL where no memory was planned for it */
    size_t count;
    const tensor *tensors;
    int tensor_count;
} form_part;

form_part form_block(const net *n, int i);

/* Batches on which the running averages of a net's batch_norm layers have moved on: G sees one in
 * each of D's k steps, D its real and its fake one there, and one in G's. */
uint64_t form_batches(const model *m, int which);

/* Whether layer i has such a count. */
bool form_counts_batches(const net *n, int i);

/* Appends the header, with zeros for the checksum; *data: the bytes behind it. STATUS_MEMORY. */
status form_header(const model *m, text *t, size_t *data);

#endif
