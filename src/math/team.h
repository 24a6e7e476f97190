/* math/team.h - threads that work on the items of a job together.
 *
 * A job is a function and a number of items; every thread takes the next item as soon as it has
 * done its last, so that one that a busy neighbour keeps from its core takes fewer. Which thread
 * does which item decides nothing about the result.
 *
 * Jobs follow each other within microseconds here, so an idle thread first watches for the next
 * one; after 50 us it sleeps, and its core is free for others. (OpenMP's runtimes spin for
 * milliseconds, or never, by an environment variable that is read before main: on a shared machine
 * a step took four times as long.)
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_MATH_TEAM_H
#define GAN_MATH_TEAM_H

#include "base/status.h"

typedef struct team team;

/* A team of that many threads, the caller among them. Where the system refuses some, it is smaller.
 * STATUS_MEMORY. */
status team_open(team **t, int threads);

/* Ends its threads; NULL is fine. */
void team_close(team *t);

/* Runs task(context, i) for i = 0 .. n-1, each once, on all threads, and returns when all are done.
 * From one thread at a time, and not from within a task. */
void team_run(team *t, int n, void (*task)(const void *context, int i), const void *context);

/* The number of the calling thread in its team: 0 for the caller of team_run, and for any thread
 * that belongs to none. */
int team_member(void);

#endif
