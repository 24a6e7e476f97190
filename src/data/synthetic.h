/* data/synthetic.h - data whose truth is known: equal Gaussians in the plane, made from Philox.
 *
 * The two sets on which the field counts the modes that a generator has lost, with the parameters
 * of Lin, Khetan, Fanti and Oh ("PacGAN: The power of two samples in generative adversarial
 * networks", NeurIPS 2018), who took them from Srivastava and others ("VEEGAN", NIPS 2017):
 *
 *     ring   8 modes (cos(2 pi i/8), sin(2 pi i/8)), standard deviation 0.01
 *     grid   25 modes (-4 + 2i, -4 + 2j), i, j = 0 .. 4, standard deviation 0.05
 *
 * Each mode is equally likely, and alike in both directions. A set has 100000 points, the same ones
 * for every seed of a training; docs/random-streams.md says from which words each is made.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_DATA_SYNTHETIC_H
#define GAN_DATA_SYNTHETIC_H

enum { MIXTURE_POINTS = 100000, MIXTURE_MOST_MODES = 25 };

typedef struct mixture {
    const char *name;
    int modes;
    float deviation;         /* standard deviation, in both directions */
    const float (*means)[2]; /* (modes, 2) */
} mixture;

/* The one of that name, or NULL; the i-th, NULL after the last. */
const mixture *mixture_find(const char *name);
const mixture *mixture_nth(int i);

/* The name of a mixture that this may have been meant for; NULL where none is near. */
const char *mixture_nearest(const char *name);

/* The points first .. first+n-1: out (n, 2). Below MIXTURE_POINTS they are the data set; those
 * behind are as good, and in no training. */
void mixture_points(const mixture *m, int first, int n, float *out);

#endif
