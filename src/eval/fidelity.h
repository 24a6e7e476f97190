/* eval/fidelity.h - how near a restored picture is to the original: PSNR and SSIM.
 *
 * PSNR is 10 log10(255^2 / the mean squared error), in decibels; infinite for equal pictures.
 *
 * SSIM (Wang, Bovik, Sheikh and Simoncelli 2004) compares means, variances and the covariance in
 * windows of 11 x 11 pixels, weighted by a Gaussian of deviation 1.5: the mean over all windows
 * that lie within the picture of
 *
 *     (2 ma mb + C1) (2 sab + C2) / ((ma^2 + mb^2 + C1) (sa^2 + sb^2 + C2))
 *
 * with C1 = (0.01 255)^2 and C2 = (0.03 255)^2; of a picture in colour, the mean over its channels.
 * It is scikit-image's structural_similarity with gaussian_weights, sigma = 1.5,
 * use_sample_covariance = False and data_range = 255. A picture with a side below 11 pixels has
 * none: NAN.
 *
 * Both are measured on the channels as they are, and on the luma Y, as papers on super-resolution
 * do. A margin, often as many pixels as the scale, can be left out on all sides.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_EVAL_FIDELITY_H
#define GAN_EVAL_FIDELITY_H

#include "base/arena.h"

enum { FIDELITY_WINDOW = 11 };

typedef struct fidelity {
    double psnr_y, ssim_y; /* of the luma; of a grey picture the same as the next two */
    double psnr, ssim;     /* of all channels */
} fidelity;

/* Memory for pictures of up to so many rows and columns. */
typedef struct fidelity_meter {
    double *a, *b;  /* (height, width): a plane of each picture */
    double *sums;   /* (FIDELITY_WINDOW, 5, width): rows, averaged across, of a, b, aa, bb, ab */
    double *moment; /* (5, width): averaged down as well */
} fidelity_meter;
void fidelity_plan(fidelity_meter *m, arena *a, int height, int width);

/* Compares two pictures of bytes (channels, height, width), 1 or 3 channels, without `margin`
 * pixels on each side; at least one pixel must remain. */
fidelity fidelity_measure(const fidelity_meter *m, const unsigned char *a, const unsigned char *b,
                          int channels, int height, int width, int margin);

#endif
