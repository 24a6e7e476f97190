/* game/restored.h - a picture that G enlarges, colours or completes, as a PNG line by line.
 *
 * Where the picture has other channels than G was trained on: a grey picture is given to a G of
 * colour as three equal channels, and becomes the luma of what G makes; of a picture in colour a G
 * of grey gets the luma, and the bicubic filter (image/smooth.h) enlarges the rest. Alpha is
 * enlarged by the bicubic filter, and G does not see the colours that it hides (picture_cover).
 *
 * A G that colours pictures is given their luma. For one that fills holes, what is fully
 * transparent is a hole: only there the result is G's, and it is opaque.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_GAME_RESTORED_H
#define GAN_GAME_RESTORED_H

#include "game/restorer.h"
#include "image/smooth.h"

typedef struct restored {
    restorer *by;
    const picture *from;
    int colours;          /* of the result: 1 or 3 */
    bool fills;           /* holes: the last channel that G is given says where they are */
    smooth smooth;        /* where alpha or colours need it */
    unsigned char *given; /* what G is given (channels, height, width), if not from->planes */
    float *line;          /* (colours, width): of the result, 0 to 255 */
    int *band;            /* the one that was made last */
} restored;

/* Takes the memory for a picture, which restorer_fit has fitted. */
void restored_plan(restored *r, arena *a, restorer *by, const picture *from);

/* The result; *r must outlive it. Hidden colours of the picture have been covered. */
png_picture restored_png(const restored *r);

#endif
