/* game/repaired.h - a picture that G restores at its size (game/task.h: colours, or what is missing
 * in a hole), as a PNG line by line.
 *
 * The result has the colours that G makes. Where G fills holes, what is fully transparent is the
 * hole, which becomes opaque, and everything else stays as it was. Else alpha is kept.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_GAME_REPAIRED_H
#define GAN_GAME_REPAIRED_H

#include "game/restorer.h"
#include "image/picture.h"

typedef struct repaired {
    restorer *by;
    const picture *from;
    const task *task;
    unsigned char *colours; /* (G's colours, height, width), if not those of the picture */
    unsigned char *given;   /* (channels, height, width) */
    int *band;              /* the one that was made last */
} repaired;

/* STATUS_USAGE, which begins with `path`, if G cannot restore this picture: it is in colour, and G
 * makes grey ones; or it has no hole. */
status repaired_check(const restorer *by, const picture *from, const char *path);

/* Takes the memory for a picture, which restorer_fit has fitted. */
void repaired_plan(repaired *r, arena *a, restorer *by, const picture *from);

/* The result; *r must outlive it. */
png_picture repaired_png(const repaired *r);

#endif
