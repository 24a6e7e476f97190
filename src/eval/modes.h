/* eval/modes.h - how many modes of a known mixture a generator has, and how well it has them.
 *
 * By the definitions of Srivastava and others ("VEEGAN", NIPS 2017) and Lin and others ("PacGAN",
 * NeurIPS 2018), who take 2500 samples:
 *
 *     quality   the share of the samples that are within 3 standard deviations of the nearest mode
 *     covered   the modes that have at least one such sample (the mode nearest to it)
 *     kl        reverse KL: of the shares that the modes have in the samples, each sample counted
 *               for its nearest mode, however far, to the uniform ones of the mixture, in nats
 *
 * Of points of the mixture itself 1 - exp(-9/2) = 98.9 % are within 3 standard deviations, and kl
 * is (modes - 1)/(2 n) on average.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_EVAL_MODES_H
#define GAN_EVAL_MODES_H

#include "data/synthetic.h"

enum { MODES_SAMPLES = 2500 };

typedef struct modes {
    int count;                     /* samples */
    int near[MIXTURE_MOST_MODES];  /* those nearest to that mode */
    int close[MIXTURE_MOST_MODES]; /* and of these, within 3 standard deviations */
    int covered;
    double quality, kl;
} modes;

/* Counts the modes in x (n, 2), n at least 1. A sample that is not finite is near no mode but
 * counts as a sample. */
modes modes_of(const mixture *m, const float *x, int n);

#endif
