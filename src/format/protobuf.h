/* format/protobuf.h - writes messages of Protocol Buffers into a text, field by field.
 *
 * The wire format (protobuf.dev/programming-guides/encoding): a field is a tag, its number and the
 * kind of its value, then the value: an integer in groups of 7 bits, 4 or 8 bytes, or a length and
 * that many bytes. A message inside another is such bytes, so that it is made first.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_FORMAT_PROTOBUF_H
#define GAN_FORMAT_PROTOBUF_H

#include <stdint.h>

#include "base/text.h"

/* An integer field. Negative values are those of int64: 10 bytes. */
void protobuf_add_int(text *t, int field, int64_t value);

/* A float field; a double field. */
void protobuf_add_float(text *t, int field, float value);
void protobuf_add_double(text *t, int field, double value);

/* A field of bytes; its length, if the bytes are to follow from elsewhere; a string. */
void protobuf_add_bytes(text *t, int field, const char *bytes, size_t n);
void protobuf_add_length(text *t, int field, uint64_t n);
void protobuf_add_string(text *t, int field, const char *s);

/* A field that is a message, which is freed. */
void protobuf_add_message(text *t, int field, text *message);

#endif
