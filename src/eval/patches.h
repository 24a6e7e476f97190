/* eval/patches.h - patches of pictures, for the Frechet distance between two sets of pictures.
 *
 * A patch is 8 x 8 pixels of luma in [-1, 1]: 64 values, which eval/fid.h compares as it compares
 * features. It needs no classifier, so it exists for every set of pictures. It says whether patches
 * vary as they do in the originals: of blurred pictures the fine contrasts are missing.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_EVAL_PATCHES_H
#define GAN_EVAL_PATCHES_H

enum {
    PATCH_SIDE = 8,
    PATCH_SIZE = PATCH_SIDE * PATCH_SIDE,
    PATCHES_MOST = 1 << 14,
    PATCHES_LEAST = 2 * PATCH_SIZE /* fewer say nothing about a covariance of that size */
};

/* How many patches are taken of one of so many pictures, of that size: at least 1, if it is as
 * large as a patch, so that there are PATCHES_MOST of all. */
int patches_of(int pictures, int height, int width);

/* out (n, PATCH_SIZE) = n patches of picture number `i` (channels, height, width), 1 or 3 channels,
 * spread over it: the same places for the same n, i and size. */
void patches_take(int n, int i, const unsigned char *planes, int channels, int height, int width,
                  float *out);

#endif
