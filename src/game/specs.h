/* game/specs.h - the specs of the nets, as given or by default.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_GAME_SPECS_H
#define GAN_GAME_SPECS_H

#include "base/text.h"
#include "checkpoint/identity.h"
#include "game/options.h"

/* Adds G's spec, with each word "out" replaced by the size of a sample or, in a layer of images, by
 * its channels. *flat: it is the size somewhere. */
void specs_generator(text *t, const model_options *o, const data_identity *data, bool *flat);

/* D's spec; it stays the options', or is constant. */
const char *specs_discriminator(const model_options *o, const data_identity *data);

#endif
