/* image/announced.h - which way of showing a picture a terminal announces: in the environment, and
 * in its answer to a question.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_IMAGE_ANNOUNCED_H
#define GAN_IMAGE_ANNOUNCED_H

#include <stdbool.h>
#include <stddef.h>

#include "image/show.h"

/* ---- the question ---- */

/* What a terminal is asked: for its primary device attributes (DA1), which every terminal answers
 * and in which 4 is sixel, and before that, if the environment suggests kitty's graphics, whether
 * it knows them. NULL: nothing can be learned by asking, or asking would garble the screen. */
const char *announced_question(const char *(*variable)(const char *name));

/* The answer, read byte by byte. Starts as { 0 }. */
typedef struct announced_answer {
    bool kitty;    /* it knows kitty's graphics */
    bool sixel;    /* it knows sixel graphics */
    bool complete; /* it has answered everything: no byte after this one is part of the answer */
    int state;
    char kept[32]; /* of the sequence that is read; a longer one is not an answer */
    size_t length;
} announced_answer;

/* Takes the next byte; what is not an answer (keys that are pressed meanwhile) is passed over. */
void announced_read(announced_answer *a, unsigned char byte);

/* ---- the choice ---- */

/* The best way that a terminal announces. Sixels need to know how large the cells are. `a` is { 0 }
 * if it was not asked. */
const show_way *announced_way(const char *(*variable)(const char *name), const announced_answer *a,
                              bool knows_cells);

#endif
