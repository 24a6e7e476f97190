/* tests/fuzz/fuzz_webp.c - WebP files.
 *
 * SPDX-License-Identifier: MIT */
#include "fuzz_picture.h"

const char *const fuzz_format = "WebP";
