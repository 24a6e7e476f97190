/* format/gif.h - GIF: the first frame, by giflib. A build without it refuses GIF files.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_FORMAT_GIF_H
#define GAN_FORMAT_GIF_H

#include "format/bitmap.h"

extern const bitmap_reader gif_reader;

#endif
