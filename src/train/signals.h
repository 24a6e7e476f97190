/* train/signals.h - a signal ends a run between two steps.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TRAIN_SIGNALS_H
#define GAN_TRAIN_SIGNALS_H

/* From here to signals_restore, SIGINT, SIGTERM and SIGHUP are remembered instead of ending the
 * process; a second one ends it at once, with exit code 128 + its number. SIGPIPE is ignored from
 * here on: a run goes on even if nobody reads what it prints. */
void signals_catch(void);

/* The number of the first signal since signals_catch; 0: none came. */
int signals_caught(void);

void signals_restore(void);

#endif
