/* eval/stacks.h - how many modes of stacked digits (data/stacked.h) samples have, and how evenly.
 *
 * By the definitions of Metz and others ("Unrolled generative adversarial networks", ICLR 2017) and
 * Srivastava and others ("VEEGAN", NIPS 2017), who take 26,000 samples: a classifier of the digits
 * judges each channel by itself, and the three digits are the sample's mode. With C classes there
 * are C^3 modes.
 *
 *     covered   the modes that have at least one sample
 *     kl        reverse KL: of the shares that the modes have in the samples to uniform ones, in
 *               nats
 *     kl_data   the same to the shares in the data, the product of those of the three digits
 *
 * Samples of uniform modes have a kl of (modes - 1)/(2 n) on average, 0.019 for 26,000.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_EVAL_STACKS_H
#define GAN_EVAL_STACKS_H

enum { STACKS_SAMPLES = 26000 };

typedef struct stacks {
    int count;   /* samples */
    int classes; /* C */
    int modes;   /* C^3 */
    int covered;
    double kl, kl_data;
} stacks;

/* C^3 for `classes` from 1 to 256. */
int stacks_modes(int classes);

/* in_mode (C^3) += the samples of labels (n, 3), the classes of red, green and blue, in each mode:
 * C^2 red + C green + blue. */
void stacks_add(int classes, int n, const unsigned char *labels, int *in_mode);

/* The figures of n counted samples; shares (C) are those of the classes among the digits. A class
 * that no digit has counts as a share of one in a million. */
stacks stacks_of(int classes, int n, const int *in_mode, const double *shares);

#endif
