/* format/jpeg.h - JPEG: pictures read from memory. A build without libjpeg refuses them.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_FORMAT_JPEG_H
#define GAN_FORMAT_JPEG_H

#include "format/bitmap.h"

/* Reads a file that starts as a JPEG: as png_read (format/png.h) reads a PNG. */
status jpeg_read(bitmap_header *h, bitmap *b, int *orientation, const bitmap_file *f);

/* The name and version of the JPEG library, which the pixels depend on; "none" without one. */
const char *jpeg_library(void);

#endif
