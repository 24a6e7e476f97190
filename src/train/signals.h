/* train/signals.h - a signal ends a run between two steps.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TRAIN_SIGNALS_H
#define GAN_TRAIN_SIGNALS_H

/* From here to signals_restore, these signals are remembered instead of ending the process:
 *
 *     SIGINT, SIGTERM, SIGHUP      a person or the system asks for the end. A second such request
 *                                  ends the process at once, with exit code 128 + its number.
 *     SIGUSR1, SIGUSR2, SIGXCPU    a batch system warns that the end is near, once or repeatedly
 *     SIGALRM, SIGVTALRM, SIGPROF  a timer that was set before the start has run down
 *
 * SIGPIPE is ignored from here on: a run goes on even if nobody reads what it prints. After
 * SIGCONT, base/clock.h does not count the time in which the process was stopped.
 *
 * The handler says on standard error what it does, after `before`, a text such as the code that
 * clears the line of a terminal; NULL: it is silent. */
void signals_catch(const char *before);

/* What ending at once would lose, said by a second request. The text is copied (at most 127 bytes).
 */
void signals_say_lost(const char *what);

/* The number of the first signal since signals_catch; 0: none came. */
int signals_caught(void);

/* How often the process has gone on after it was stopped (SIGCONT), since signals_catch: each time,
 * others may have used its terminal. */
int signals_continued(void);

void signals_restore(void);

#endif
