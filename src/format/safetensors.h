/* format/safetensors.h - the header of a canonical safetensors file, as docs/checkpoint.md has it.
 *
 *     {"__metadata__":{"crc32":"00000000", members },"name":{ a tensor }, ... }   spaces
 *
 * The checksum is the metadata's first member, so that its eight digits have a fixed place; they
 * count as zeros in the sum over the whole file. In the file the header's length comes before it,
 * in SAFETENSORS_LENGTH bytes.
 *
 *     safetensors_begin(&t);                      then members, each with a comma behind or before
 *     text_add(&t, "}");
 *     safetensors_add(&t, ...);                   for each tensor
 *     TRY(safetensors_end(&t));
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_FORMAT_SAFETENSORS_H
#define GAN_FORMAT_SAFETENSORS_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/text.h"

#define SAFETENSORS_BEFORE_CRC "{\"__metadata__\":{\"crc32\":\""
#define SAFETENSORS_START      SAFETENSORS_BEFORE_CRC "00000000\","

enum {
    SAFETENSORS_LENGTH = 8,
    SAFETENSORS_CRC_DIGITS = 8,
    SAFETENSORS_CRC_AT = sizeof SAFETENSORS_BEFORE_CRC - 1, /* in the header */
    SAFETENSORS_ALIGNMENT = 64,                             /* of the first tensor in the file */
    SAFETENSORS_LONGEST = 1 << 18                           /* header that is read */
};

void safetensors_begin(text *t);

/* A tensor of that type ("F32") and shape ("2,3") at *offset, which moves behind its bytes. */
void safetensors_add(text *t, const char *name, const char *type, const char *shape, size_t *offset,
                     size_t bytes);

status safetensors_end(text *t);

/* Puts the checksum, or 0, in its place. */
void safetensors_put_crc(char *header, uint32_t crc);

#endif
