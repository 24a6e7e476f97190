/* export/c_encoder.h - nn/encode.c and base/caption.c as C99 source, for export/c_condition.c.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_EXPORT_C_ENCODER_H
#define GAN_EXPORT_C_ENCODER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

/* The hash by which the source finds a known word. */
uint32_t c_word_hash(const char *word);

/* Adds generate_embed(e, n, index, weight, embedding [, scale]). */
void c_add_embed(text *t, bool int8);

/* Adds generate_encode(text), which fills generate_e and returns 0 if there is no word in the text.
 * It needs the tables of c_condition.h, generate_feature and generate_e. */
void c_add_encoder(text *t);

#endif
