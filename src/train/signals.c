/* train/signals.c - a signal ends a run between two steps.
 *
 * SPDX-License-Identifier: MIT */
#include "train/signals.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "base/banned.h"

static const int caught_signals[] = { SIGINT, SIGTERM, SIGHUP };
enum { CAUGHT_COUNT = sizeof caught_signals / sizeof *caught_signals };

/* The only thing that a handler may write to. */
static volatile sig_atomic_t caught;

static void remember(int number)
{
    if (caught)
        _exit(128 + number);
    caught = number;
}

static void handle(void (*handler)(int))
{
    struct sigaction action = { .sa_handler = handler, .sa_flags = SA_RESTART };
    for (int i = 0; i < CAUGHT_COUNT; i++) {
        struct sigaction now;
        /* A signal that is ignored stays ignored (nohup ignores SIGHUP). */
        if (sigaction(caught_signals[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
            sigaction(caught_signals[i], &action, NULL);
    }
}

void signals_catch(void)
{
    caught = 0;
    handle(remember);
    signal(SIGPIPE, SIG_IGN);
}

int signals_caught(void)
{
    return caught;
}

void signals_restore(void)
{
    handle(SIG_DFL);
}
