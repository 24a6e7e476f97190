/* format/tiff.h - TIFF: the first picture, by libtiff. A build without it refuses TIFF files.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_FORMAT_TIFF_H
#define GAN_FORMAT_TIFF_H

#include "format/bitmap.h"

extern const bitmap_reader tiff_reader;

#endif
