/* base/thread.c - a thread inherits the signals that are blocked when it starts.
 *
 * SPDX-License-Identifier: MIT */
#include "base/thread.h"

#include <signal.h>

#include "base/banned.h"

int thread_start(pthread_t *thread, void *(*run)(void *context), void *context)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(thread, NULL, run, context);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error;
}
