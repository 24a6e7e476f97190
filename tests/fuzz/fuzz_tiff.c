/* tests/fuzz/fuzz_tiff.c - TIFF files.
 *
 * SPDX-License-Identifier: MIT */
#include "fuzz_picture.h"

const char *const fuzz_format = "TIFF";
