/* data/synthetic.h - data with a known distribution: mixtures of equal Gaussians in the plane.
 *
 * These are the standard benchmarks for mode collapse, with the parameters of Lin, Khetan, Fanti
 * and Oh ("PacGAN: The power of two samples in generative adversarial networks", NeurIPS 2018), who
 * took them from Srivastava and others ("VEEGAN", NIPS 2017):
 *
 *     ring   8 modes (cos(2 pi i/8), sin(2 pi i/8)), standard deviation 0.01
 *     grid   25 modes (-4 + 2i, -4 + 2j), i, j = 0 .. 4, standard deviation 0.05
 *
 * The modes are equally likely and isotropic. A set has 100000 points, which do not depend on the
 * seed of a run; docs/random-streams.md defines the random words that each point is made from.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_DATA_SYNTHETIC_H
#define GAN_DATA_SYNTHETIC_H

enum { MIXTURE_POINTS = 100000, MIXTURE_MOST_MODES = 25 };

typedef struct mixture {
    const char *name;
    int modes;
    float deviation;         /* standard deviation in each direction */
    const float (*means)[2]; /* (modes, 2) */
} mixture;

/* The mixture of that name, or NULL; the i-th one, NULL after the last. */
const mixture *mixture_find(const char *name);
const mixture *mixture_nth(int i);

/* The name of the mixture nearest to `name`; NULL if none is near. */
const char *mixture_nearest(const char *name);

/* out (n, 2) = the points first .. first+n-1. The first MIXTURE_POINTS are the data set; later ones
 * have the same distribution and are held out from every training. */
void mixture_points(const mixture *m, int first, int n, float *out);

#endif
