/* game/augment.h - random changes to the images that D sees.
 *
 * Real samples and fakes are changed alike, in D's steps and in G's, so that D cannot learn the
 * real ones by heart, and G does not learn to make changed ones (Zhao and others 2020,
 * "Differentiable augmentation for data-efficient GAN training"). docs/numerics.md defines each
 * change. What is drawn for a row depends on the step, the number of the pass and the row.
 *
 * B rows in the batch, S values in a sample.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_GAME_AUGMENT_H
#define GAN_GAME_AUGMENT_H

#include "game/options.h"
#include "game/step.h"

typedef struct augmentation {
    int kinds;   /* set of those that augment_choice names */
    float noise; /* deviation of the noise */
    bool flip;   /* mirror real samples; crops of a task are mirrored where they are cut */
    image_shape shape;
    float *seen; /* (2B, S): the changed images; NULL: D sees the images themselves */
} augmentation;

/* What the options say, with the memory that it takes. */
void augment_plan(augmentation *g, arena *a, const model_options *o, image_shape shape);

/* What D sees of x (n, S), n at most 2B: x itself, or changed images in g->seen. */
view augment_apply(const augmentation *g, const step_context *s, view x);

/* The gradient by what augment_apply gave in this pass becomes that by its x; d (n, S), in place.
 */
void augment_gradient(const augmentation *g, const step_context *s, view d);

/* Mirrors each of the real images x (B, S), left to right, with probability 1/2. */
void augment_flip(const augmentation *g, const step_context *s, view x);

/* The i-th of the changes that --augment can name; NULL after the last. */
const option_choice *augment_choice(int i);

#endif
