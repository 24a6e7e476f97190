/* image/font.h - a small font for what stands beneath pictures.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_IMAGE_FONT_H
#define GAN_IMAGE_FONT_H

#include <stdint.h>

enum { FONT_WIDTH = 5, FONT_HEIGHT = 8 };

/* The pixels of a character: a byte for each row, that of the top is the highest, and its bit 7 is
 * the pixel on the left. A box for a character that the font does not have, nothing for spaces and
 * control characters. */
uint64_t font_rows(uint32_t character);

#endif
