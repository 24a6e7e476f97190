/* format/pnm.h - PNM: PBM, PGM and PPM, plain and raw, by our own reader: no library for them is
 * common.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_FORMAT_PNM_H
#define GAN_FORMAT_PNM_H

#include "format/bitmap.h"

extern const bitmap_reader pnm_reader;

#endif
