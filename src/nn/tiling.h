/* nn/tiling.h - can a net be applied to images of any size, a tile at a time?
 *
 * A net that only has layers of which each pixel of the output depends on few pixels of the input
 * makes of an image any number of times as large one that many times as large. Then tiles that
 * overlap give the same bits as the whole image: of each tile those pixels count that see no edge
 * but the image's own.
 *
 *     status: TRY(net_tiling_of(&n, &t, option));
 *     a tile begins at a multiple of t.step and has, on each side where the image goes on,
 *     at least t.reach pixels more than those that count
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_NN_TILING_H
#define GAN_NN_TILING_H

#include "nn/net.h"

typedef struct net_tiling {
    int scale; /* the output is so many times as high and as wide as the input */
    int reach; /* outputs of a pixel depend on the inputs up to so many pixels away from it */
    int step;  /* sizes of images, and places of tiles, are multiples of it; usually 1 */
} net_tiling;

/* STATUS_USAGE, which names the layer and begins with `option`, if the net is only for images of
 * the size for which it was opened, or if its output is smaller than its input. */
status net_tiling_of(const net *n, net_tiling *t, const char *option);

#endif
