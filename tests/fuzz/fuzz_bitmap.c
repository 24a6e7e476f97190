/* tests/fuzz/fuzz_bitmap.c - pictures of all formats, and files that only begin like one.
 *
 * SPDX-License-Identifier: MIT */
#include "fuzz_picture.h"

const char *const fuzz_format = NULL;
