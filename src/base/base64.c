/* base/base64.c - three bytes are four digits of six bits.
 *
 * SPDX-License-Identifier: MIT */
#include "base/base64.h"

#include "base/banned.h"

size_t base64_size(size_t n)
{
    return (n + 2) / 3 * 4;
}

void base64_add(text *t, const unsigned char *bytes, size_t n)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    enum { PART = 3 * 1024 };
    char out[PART / 3 * 4];
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
}
