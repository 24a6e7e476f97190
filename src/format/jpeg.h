/* format/jpeg.h - JPEG: by libjpeg. A build without it refuses JPEG files.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_FORMAT_JPEG_H
#define GAN_FORMAT_JPEG_H

#include "format/bitmap.h"

extern const bitmap_reader jpeg_reader;

#endif
