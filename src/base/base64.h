/* base/base64.h - bytes as text, in base 64 (RFC 4648).
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_BASE_BASE64_H
#define GAN_BASE_BASE64_H

#include "base/text.h"

/* Appends n bytes, with padding at the end. */
void base64_add(text *t, const unsigned char *bytes, size_t n);

/* The characters that n bytes take. */
size_t base64_size(size_t n);

#endif
