/* cli/progress_bar.h - the line of a run that is redrawn on a terminal.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_PROGRESS_BAR_H
#define GAN_CLI_PROGRESS_BAR_H

#include "cli/progress.h"

/* Draws the line in place of the last one. What does not fit the terminal is left out, the most
 * important last; the bar takes the rest of the line. */
void progress_bar_draw(const progress *p, const model *m);

#endif
