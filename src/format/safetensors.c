/* format/safetensors.c - the header of a canonical safetensors file.
 *
 * SPDX-License-Identifier: MIT */
#include "format/safetensors.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

void safetensors_begin(text *t)
{
    text_add(t, "%s", SAFETENSORS_START);
}

void safetensors_add(text *t, const char *name, const char *type, const char *shape, size_t *offset,
                     size_t bytes)
{
    text_add(t, ",\"%s\":{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[%zu,%zu]}", name, type,
             shape, *offset, *offset + bytes);
    *offset += bytes;
}

status safetensors_end(text *t)
{
    text_add(t, "}");
    while (!t->failed && (SAFETENSORS_LENGTH + t->length) % SAFETENSORS_ALIGNMENT != 0)
        text_add(t, " ");
    return text_check(t);
}

void safetensors_put_crc(char *header, uint32_t crc)
{
    char digits[SAFETENSORS_CRC_DIGITS + 1];
    snprintf(digits, sizeof digits, "%08" PRIx32, crc);
    memcpy(header + SAFETENSORS_CRC_AT, digits, SAFETENSORS_CRC_DIGITS);
}
