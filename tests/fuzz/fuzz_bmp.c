/* tests/fuzz/fuzz_bmp.c - BMP files.
 *
 * SPDX-License-Identifier: MIT */
#include "fuzz_picture.h"

const char *const fuzz_format = "BMP";
