/* report/encode.c - binary data and texts of strangers as parts of a page.
 *
 * SPDX-License-Identifier: MIT */
#include "report/encode.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/bytes.h"
#include "base/json.h"

#include "base/banned.h"

void encode_bytes(text *t, const char *key, const unsigned char *bytes, size_t n)
{
    json_add(t, key, "\"");
    base64_add(t, bytes, n);
    text_add(t, "\"");
}

void encode_floats(text *t, const char *key, const float *values, size_t n)
{
    unsigned char *bytes = malloc(n * sizeof *values + 1);
    t->failed |= !bytes;
    if (bytes) {
        bytes_put_floats(bytes, values, n);
        encode_bytes(t, key, bytes, n * sizeof *values);
    }
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
