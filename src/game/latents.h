/* game/latents.h - the latents of the samples that somebody wants to see: from a seed or given,
 * moved towards 0, along walks, or chosen. docs/sampling.md has the formulas.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_GAME_LATENTS_H
#define GAN_GAME_LATENTS_H

#include <stdint.h>

#include "math/compute.h"

typedef struct latent_source {
    const compute *compute; /* the caller's */
    int latent;             /* Z */
    uint64_t seed;
    const float *given; /* (many, Z), the caller's; NULL: from the seed */
    double truncation;  /* psi: each latent is multiplied by it */
    int interpolate;    /* samples of a walk from one latent to the next, at least 2; 0: no walks */
    int shared; /* so many samples in a row have one latent; 0 or 1: each its own; not with walks */
    const int *chosen; /* sample i has latent chosen[i], the caller's; NULL: latent i */
    float *ends;       /* (2, Z), the caller's memory; only for walks */
} latent_source;

/* The latents that the first n samples need. */
int64_t latents_needed(const latent_source *s, int n);

/* z (n, Z) = the latents of the samples first .. first+n-1. */
void latents_take(const latent_source *s, int first, int n, float *z);

#endif
