/* format/bmp.h - BMP: Windows and OS/2 bitmaps, by our own reader: no library for them is common.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_FORMAT_BMP_H
#define GAN_FORMAT_BMP_H

#include "format/bitmap.h"

extern const bitmap_reader bmp_reader;

#endif
