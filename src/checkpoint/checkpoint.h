/* checkpoint/checkpoint.h - the state of a training as a file: canonical safetensors.
 * docs/checkpoint.md is its manual.
 *
 * Nothing here knows a game: a game describes its state as options, a position, sums and nets, and
 * the file follows from that description. The header is a function of the options and the sizes:
 * the reader takes these from the header's metadata, the game builds the nets that they imply, and
 * the reader compares the header with the one that it would write. So every deviation is found, and
 * no number in the file decides how much memory is taken.
 *
 *     TRY(checkpoint_open(&f, path, &table, &options, &position));     header and metadata
 *     ... the game builds its nets and describes its state ...
 *     TRY(checkpoint_compare(&f, &state));                             header and size of the file
 *     ... the game plans the memory for its nets ...
 *     TRY(checkpoint_read(&f, &state, sums));                          tensors and checksum
 *     checkpoint_close(&f);                                            also after a failure
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CHECKPOINT_CHECKPOINT_H
#define GAN_CHECKPOINT_CHECKPOINT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/json.h"
#include "base/option.h"
#include "checkpoint/identity.h"
#include "format/safetensors.h"
#include "nn/net.h"

/* Where a training is, and on which data: `epoch` whole epochs and `step` steps of the next one. */
typedef struct checkpoint_position {
    data_identity data;
    uint32_t epoch, step;
    int augment_level; /* with --augment auto; else 0 */
} checkpoint_position;

/* A net in a checkpoint. One that is not open has no tensors and takes no place. */
typedef struct checkpoint_net {
    const char *name; /* with which the names of its tensors begin */
    const net *net;   /* blocks without memory are written by nobody, and read into the checksum */
    bool moments;     /* Adam's moments follow its parameters */
    uint64_t batches; /* forward passes that moved its running averages on */
} checkpoint_net;

enum { CHECKPOINT_MOST_NETS = 4 };

/* All that a checkpoint holds; everything that it points to stays the caller's. */
typedef struct checkpoint_state {
    const option_table *table; /* the options on which training depends, */
    const void *options;       /* and their values */
    checkpoint_position position;
    const double *sums; /* of the epoch's metrics; (sum_count) */
    int sum_count;
    checkpoint_net nets[CHECKPOINT_MOST_NETS]; /* in the order of the file */
    int net_count;
} checkpoint_state;

/* Writes the state; the file appears whole or not at all, and the old one stays until then. Of a
 * group of ranks rank 0 does that, while the others bring it their shares of the moments, with
 * checkpoint_bring. STATUS_IO, STATUS_MEMORY. */
status checkpoint_save(const checkpoint_state *s, const char *path);
void checkpoint_bring(const checkpoint_state *s);

/* The CRC-32 in the file of this state, which identifies the state in four bytes. STATUS_MEMORY. */
status checkpoint_crc(const checkpoint_state *s, uint32_t *crc);

/* A checkpoint that is being read. */
typedef struct checkpoint {
    safetensors_input file; /* closed where its fd is negative */
    char *header;           /* header_size bytes and a NUL, with zeros for the checksum */
    size_t header_size;
    json_object metadata; /* texts among the options point into it */
} checkpoint;

/* Reads the header, and from its metadata the options of the table and the position. STATUS_IO, or
 * STATUS_FORMAT with what was expected and found. */
status checkpoint_open(checkpoint *f, const char *path, const option_table *table, void *options,
                       checkpoint_position *p);

/* Is the header the one of this state, and the file as long as it says? STATUS_FORMAT with the
 * place and both texts, STATUS_MEMORY. */
status checkpoint_compare(const checkpoint *f, const checkpoint_state *s);

/* Reads the sums, and the tensors of those blocks that have memory, and checks the CRC-32 of the
 * whole file. STATUS_FORMAT where it is cut off, goes on, does not match its checksum or has a
 * number that is not finite; what was read until then is of no use. */
status checkpoint_read(checkpoint *f, const checkpoint_state *s, double *sums);

/* Closes the file and frees the metadata. */
void checkpoint_close(checkpoint *f);

#endif
