/* math/team.h - threads that share the tasks of a job.
 *
 * A job is a function and a number of tasks. Each thread takes another task when it has done its
 * last, so a thread that loses its core to another process takes fewer. Which thread does which
 * task has no influence on the result.
 *
 * Jobs follow each other within microseconds here, so an idle thread first spins while it watches
 * for the next job; after 50 us it sleeps and frees its core. (OpenMP's runtimes spin for
 * milliseconds or never, which only an environment variable read before main can change. On a
 * shared machine a step took four times as long with them.)
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_MATH_TEAM_H
#define GAN_MATH_TEAM_H

#include "base/status.h"

typedef struct team team;

/* Starts a team of that many threads, the caller included; fewer if the system refuses some.
 * STATUS_MEMORY; *t is then NULL. */
status team_open(team **t, int threads);

/* Ends its threads and frees it; t may be NULL. */
void team_close(team *t);

/* Runs task(context, i) for i = 0 .. n-1, each once, on all threads, and returns when all are done.
 * Only one thread may call it at a time, and no task may. */
void team_run(team *t, int n, void (*task)(const void *context, int i), const void *context);

/* The number of the calling thread in its team, from 0. The caller of team_run is number 0, and so
 * is a thread without a team. */
int team_member(void);

#endif
