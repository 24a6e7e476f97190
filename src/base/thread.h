/* base/thread.h - threads beside the one that a person's signals are for.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_BASE_THREAD_H
#define GAN_BASE_THREAD_H

#include <pthread.h>

/* Starts run(context) in a thread that receives no signal: they are for the caller's thread. A
 * handler runs there, in the order in which signals came, and none is left to a thread that sleeps
 * while the process ends. Returns 0, or the error of pthread_create. */
int thread_start(pthread_t *thread, void *(*run)(void *context), void *context);

#endif
