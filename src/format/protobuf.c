/* format/protobuf.c - messages of Protocol Buffers.
 *
 * SPDX-License-Identifier: MIT */
#include "format/protobuf.h"

#include <string.h>

#include "base/bytes.h"

#include "base/banned.h"

enum wire { WIRE_INTEGER = 0, WIRE_8_BYTES = 1, WIRE_BYTES = 2, WIRE_4_BYTES = 5 };

static void add_integer(text *t, uint64_t value)
{
    for (; value >= 128; value >>= 7)
        text_add_bytes(t, &(char){ (char)(value | 128) }, 1);
    text_add_bytes(t, &(char){ (char)value }, 1);
}

static void add_tag(text *t, int field, enum wire wire)
{
    add_integer(t, (uint64_t)field << 3 | wire);
}

void protobuf_add_int(text *t, int field, int64_t value)
{
    add_tag(t, field, WIRE_INTEGER);
    add_integer(t, (uint64_t)value);
}

void protobuf_add_float(text *t, int field, float value)
{
    unsigned char bytes[sizeof value];
    add_tag(t, field, WIRE_4_BYTES);
    bytes_put_floats(bytes, &value, 1);
    text_add_bytes(t, (const char *)bytes, sizeof bytes);
}

void protobuf_add_double(text *t, int field, double value)
{
    uint64_t bits;
    char bytes[sizeof bits];
    memcpy(&bits, &value, sizeof bits);
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(bits >> 8 * i & 255);
    add_tag(t, field, WIRE_8_BYTES);
    text_add_bytes(t, bytes, sizeof bytes);
}

void protobuf_add_length(text *t, int field, uint64_t n)
{
    add_tag(t, field, WIRE_BYTES);
    add_integer(t, n);
}

void protobuf_add_bytes(text *t, int field, const char *bytes, size_t n)
{
    protobuf_add_length(t, field, n);
    if (n > 0)
        text_add_bytes(t, bytes, n);
}

void protobuf_add_string(text *t, int field, const char *s)
{
    protobuf_add_bytes(t, field, s, strlen(s));
}

void protobuf_add_message(text *t, int field, text *message)
{
    protobuf_add_bytes(t, field, message->data, message->length);
    t->failed |= message->failed;
    text_free(message);
}
