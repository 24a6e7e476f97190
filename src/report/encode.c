/* report/encode.c - binary data and texts of strangers as parts of a page.
 *
 * SPDX-License-Identifier: MIT */
#include "report/encode.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

#include "base/banned.h"

size_t encode_base64_size(size_t n)
{
    return (n + 2) / 3 * 4;
}

void encode_base64(text *t, const char *key, const unsigned char *bytes, size_t n)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    enum { PART = 3 * 1024 };
    char out[PART / 3 * 4];
    json_add(t, key, "\"");
    for (size_t at = 0; at < n; at += PART) {
        size_t end = n - at < PART ? n : at + PART, length = 0;
        for (size_t i = at; i < end; i += 3) {
            unsigned second = i + 1 < end ? bytes[i + 1] : 0,
                     third = i + 2 < end ? bytes[i + 2] : 0;
            unsigned bits = (unsigned)bytes[i] << 16 | second << 8 | third;
            out[length++] = digits[bits >> 18];
            out[length++] = digits[bits >> 12 & 63];
            out[length++] = i + 1 < end ? digits[bits >> 6 & 63] : '=';
            out[length++] = i + 2 < end ? digits[bits & 63] : '=';
        }
        text_add_bytes(t, out, length);
    }
    text_add(t, "\"");
}

void encode_floats(text *t, const char *key, const float *values, size_t n)
{
    unsigned char *bytes = malloc(4 * n + 1);
    t->failed |= !bytes;
    for (size_t i = 0; bytes && i < n; i++) {
        uint32_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        for (int k = 0; k < 4; k++)
            bytes[4 * i + (size_t)k] = (unsigned char)(bits >> 8 * k & 255);
    }
    if (bytes)
        encode_base64(t, key, bytes, 4 * n);
    free(bytes);
}

void encode_number(text *t, const char *key, double x)
{
    if (isfinite(x))
        json_add(t, key, "%.7g", x);
    else
        json_add(t, key, "null");
}

void encode_for_script(text *t, const text *json)
{
    const char *at = json->data ? json->data : "{}";
    for (;;) {
        size_t length = strcspn(at, "<");
        text_add_bytes(t, at, length);
        at += length;
        if (!*at)
            break;
        text_add(t, "\\u003c");
        at++;
    }
    t->failed |= json->failed;
}
