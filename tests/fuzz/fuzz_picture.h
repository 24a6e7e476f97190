/* tests/fuzz/fuzz_picture.h - a target for pictures (fuzz_picture.c) defines which of them it
 * reads.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TESTS_FUZZ_PICTURE_H
#define GAN_TESTS_FUZZ_PICTURE_H

#include "fuzz.h"

/* The format's name in format/bitmap.c; NULL: all. */
extern const char *const fuzz_format;

#endif
