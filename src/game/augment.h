/* game/augment.h - random changes to the images that D sees.
 *
 * Real samples and fakes are changed alike, in D's steps and in G's, so that D cannot learn the
 * real ones by heart, and G does not learn to make changed ones (Zhao and others 2020,
 * "Differentiable augmentation for data-efficient GAN training"). docs/numerics.md defines each
 * change. What is drawn for a row depends on the step, the number of the pass and the row.
 *
 * With "auto" each change is made with a probability p that follows D (Karras and others 2020,
 * "Training generative adversarial networks with limited data"): it rises while D takes more than
 * 80 % of the real samples for real, and falls while it takes fewer. p is level / AUGMENT_RAMP.
 *
 * B rows in the batch, S values in a sample.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_GAME_AUGMENT_H
#define GAN_GAME_AUGMENT_H

#include "game/options.h"
#include "game/step.h"

enum {
    AUGMENT_RAMP = 25000,               /* real samples that D has to see for p to go from 0 to 1 */
    AUGMENT_MOST = AUGMENT_RAMP / 5 * 4 /* p is at most 0.8: below, changes cannot leak into G */
};

typedef struct augmentation {
    int kinds;   /* set of the changes that are made */
    bool adapts; /* each of them with probability level / AUGMENT_RAMP */
    int level;
    float noise; /* deviation of the noise */
    bool flip;   /* mirror real samples; crops of a task are mirrored where they are cut */
    image_shape shape;
    float *seen; /* (2B, S): the changed images; NULL: D sees the images themselves */
} augmentation;

/* Sets *g by the options, and takes its memory. */
void augment_plan(augmentation *g, arena *a, const model_options *o, image_shape shape);

/* True if the options ask for a strength that follows D. */
bool augment_adapts(const model_options *o);

/* The level after a step of D in which it took `right` of the n real samples for real. */
int augment_level_after(const augmentation *g, int right, int n);

/* The images that D sees in place of x (n, S), n at most 2B: x itself, or changed ones in g->seen.
 */
view augment_apply(const augmentation *g, const step_context *s, view x);

/* The backward of augment_apply in this pass: d (n, S), the gradient by its result, becomes that by
 * its x, in place. */
void augment_gradient(const augmentation *g, const step_context *s, view d);

/* Mirrors each of the real images x (B, S), left to right, with probability 1/2. */
void augment_flip(const augmentation *g, const step_context *s, view x);

/* The i-th of the changes that --augment can name; NULL after the last. */
const option_choice *augment_choice(int i);

#endif
