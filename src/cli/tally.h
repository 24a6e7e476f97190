/* cli/tally.h - a bar of things that are done, redrawn in one line on standard error.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_TALLY_H
#define GAN_CLI_TALLY_H

#include <stdbool.h>

typedef struct tally {
    bool live; /* on a terminal that can redraw a line; elsewhere nothing is drawn */
    double drawn;
} tally;

void tally_open(tally *t);

/* Draws "reading ####.... 3/12", as much of the bar as `part` says, unless it was drawn a moment
 * ago. */
void tally_draw(tally *t, const char *what, double part, int done, int count);

/* Clears the line. */
void tally_clear(const tally *t);

#endif
