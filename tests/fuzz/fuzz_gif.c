/* tests/fuzz/fuzz_gif.c - GIF files.
 *
 * SPDX-License-Identifier: MIT */
#include "fuzz_picture.h"

const char *const fuzz_format = "GIF";
