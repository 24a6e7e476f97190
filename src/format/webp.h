/* format/webp.h - WebP: the first frame, by libwebp. A build without it refuses WebP files.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_FORMAT_WEBP_H
#define GAN_FORMAT_WEBP_H

#include "format/bitmap.h"

extern const bitmap_reader webp_reader;

#endif
