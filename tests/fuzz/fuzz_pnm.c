/* tests/fuzz/fuzz_pnm.c - PNM files.
 *
 * SPDX-License-Identifier: MIT */
#include "fuzz_picture.h"

const char *const fuzz_format = "PNM";
