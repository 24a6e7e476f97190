/* report/encode.h - binary data and texts of strangers as parts of a page.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_REPORT_ENCODE_H
#define GAN_REPORT_ENCODE_H

#include <stdint.h>

#include "base/text.h"

/* Adds a JSON string: the bytes in base 64. */
void encode_bytes(text *t, const char *key, const unsigned char *bytes, size_t n);

/* The same of floats, little-endian. */
void encode_floats(text *t, const char *key, const float *values, size_t n);

/* Adds a JSON number of seven digits; null for NaN and infinities, which JSON lacks. */
void encode_number(text *t, const char *key, double x);

/* Appends a JSON document so that it can stand in a <script>: "<", which JSON has only within
 * strings, becomes \u003c. */
void encode_for_script(text *t, const text *json);

#endif
