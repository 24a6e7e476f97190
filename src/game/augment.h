/* game/augment.h - what D sees instead of an image: the same image changed at random.
 *
 * Real ones and fakes are changed alike, in D's steps and in G's, so that D cannot learn the real
 * ones by heart, and G does not learn to make changed ones (Zhao and others 2020, "Differentiable
 * augmentation for data-efficient GAN training"). docs/numerics.md has each change.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_GAME_AUGMENT_H
#define GAN_GAME_AUGMENT_H

#include "game/model.h"
#include "math/compute.h"

/* Will D see anything else than the images themselves? Then the model has room for it. */
bool augment_changes(const model_options *o);

/* What D sees of x (n, S), n at most 2B, in that pass: x itself, or m->seen. */
view augment_seen(const model *m, const pass *p, view x);

/* The gradient by what augment_seen gave in that pass -> that by the images, in place. */
void augment_gradient(const model *m, const pass *p, view d);

/* Mirrors each of the real images x (B, S) of that pass, left to right, with probability 1/2. */
void augment_flip(const model *m, const pass *p, view x);

/* The i-th of the changes that --augment can name; NULL after the last. */
const option_choice *augment_choice(int i);

#endif
