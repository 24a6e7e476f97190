/* checkpoint/checkpoint.h - a model as a file: canonical safetensors. docs/checkpoint.md is its
 * manual.
 *
 * The header is a function of the options and the sizes: the reader takes these from the header's
 * metadata, makes the header that they imply, and compares. So every deviation is found, and no
 * number of the file decides how much memory is taken.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CHECKPOINT_CHECKPOINT_H
#define GAN_CHECKPOINT_CHECKPOINT_H

#include "base/json.h"
#include "game/model.h"

/* Writes the model; the file appears whole or not at all, and the old one stays until then. */
status checkpoint_save(const model *m, const char *path);

/* The CRC-32 that the file of this model has: of all that it is, in four bytes. STATUS_MEMORY. */
status checkpoint_crc(const model *m, uint32_t *crc);

/* A checkpoint that is being read: first checkpoint_open, then, with the model planned,
 * checkpoint_read; checkpoint_close in any case, also after a failure. */
typedef struct checkpoint {
    const char *path;
    int fd;
    uint32_t crc;      /* over what was read so far */
    uint32_t expected; /* what the header says */
    json_object metadata;
} checkpoint;

/* Reads the header and opens *m as it says: options, nets, data, position. STATUS_IO, or
 * STATUS_FORMAT with what was expected and found; *m is then not open. */
status checkpoint_open(checkpoint *f, model *m, const char *path);

/* Reads the tensors for which the model was planned and checks the CRC-32 of the whole file.
 * STATUS_FORMAT where it is cut off, goes on, does not match its checksum or has a number that is
 * not finite: the model's parameters are then of no use. */
status checkpoint_read(checkpoint *f, model *m);

void checkpoint_close(checkpoint *f);

#endif
