/* base/clock.h - elapsed time, shown to people; no result depends on it.
 *
 * Time in which the process did not run is not counted: on every system the sleep of the machine,
 * and in a program that calls the two functions below also the time in which a signal (SIGSTOP,
 * Ctrl-Z) had stopped it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_BASE_CLOCK_H
#define GAN_BASE_CLOCK_H

/* Seconds since some fixed moment, by a clock that is never set back by more than the time that it
 * takes out. */
double clock_seconds(void);

/* Notes that the process is running: called often, such as after every step. */
void clock_mark(void);

/* For a handler of SIGCONT. Takes out the time since the last mark, except for as much CPU time as
 * all threads have used since then, which may be too little by that of one step. */
void clock_continued(void);

#endif
