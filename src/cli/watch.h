/* cli/watch.h - `gan train --watch`: the fixed grid on the terminal, above the line of the run.
 *
 * The grid is drawn at the end of what was printed so far, and the line of the run below it. Before
 * anything else is printed the grid is erased, and after that drawn again, so that lines that
 * remain stand above it, and scroll as they do without a grid. If others may have used the terminal
 * meanwhile, the grid stays where it is, and the next one is drawn below.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_WATCH_H
#define GAN_CLI_WATCH_H

#include "cli/screen.h"

typedef struct watch_grid {
    screen screen; /* standard error; its way is NULL if there is nothing to watch */
    int lines;     /* of the grid above the cursor; 0: none */
    int continued; /* signals_continued when it was drawn */
    bool quiet;    /* prints no notes */
    bool told;     /* what the terminal cannot show */
} watch_grid;

/* choice: as in screen_open. A terminal that cannot redraw gets no grid, and a note. */
void watch_open(watch_grid *w, bool wanted, int choice, bool quiet);

/* Erases the grid and the line below it, if they are there. */
void watch_erase(watch_grid *w);

/* Draws the grid; the cursor is below it afterwards, at the beginning of a line. */
void watch_draw(watch_grid *w, const show_subject *drawn);

#endif
