/* train/signals.c - a signal ends a run between two steps.
 *
 * The handlers only read and write what follows, write(2), and call clock_continued: all of that is
 * allowed in a handler (POSIX: async-signal-safe).
 *
 * SPDX-License-Identifier: MIT */
#include "train/signals.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

#include "base/banned.h"

static const struct {
    int number;
    bool is_request; /* a second one ends the process */
} caught_signals[] = {
    { SIGINT, true },   { SIGTERM, true },    { SIGHUP, true },
    { SIGUSR1, false }, { SIGUSR2, false },   { SIGXCPU, false },
    { SIGALRM, false }, { SIGVTALRM, false }, { SIGPROF, false },
};
enum { CAUGHT_COUNT = sizeof caught_signals / sizeof *caught_signals, LONGEST_TEXT = 128 };

static volatile sig_atomic_t caught;    /* the first signal */
static volatile sig_atomic_t requested; /* a request has come */
static volatile sig_atomic_t continuations;
static const char *before_text;    /* set while no handler is installed */
static char lost[2][LONGEST_TEXT]; /* while one is written, the other is whole */
static volatile sig_atomic_t lost_index;

static void say(const char *s)
{
    if (write(STDERR_FILENO, s, strlen(s)) < 0)
        return; /* nobody can be told */
}

static void say_line(const char *first, const char *second, const char *end)
{
    if (!before_text)
        return;
    say(before_text);
    say(first);
    say(second);
    say(end);
}

static void request(int number)
{
    int error = errno;
    if (requested) {
        say_line("gan: stopped at once; ", lost[lost_index], "\n");
        _exit(128 + number);
    }
    requested = 1;
    if (!caught)
        caught = number;
    say_line("gan: finishing this step, then saving; a second Ctrl-C or signal stops at once", "",
             "\n");
    errno = error;
}

static void warning(int number)
{
    int error = errno;
    if (!caught) {
        caught = number;
        say_line("gan: a signal warns of the end; finishing this step, then saving", "", "\n");
    }
    errno = error;
}

static void continued(int number)
{
    int error = errno;
    (void)number;
    continuations = continuations + 1;
    clock_continued();
    errno = error;
}

static void handle(int number, void (*handler)(int))
{
    struct sigaction now, action = { .sa_handler = handler, .sa_flags = SA_RESTART };
    /* A signal that is ignored stays ignored (nohup ignores SIGHUP). */
    if (sigaction(number, NULL, &now) == 0 && now.sa_handler != SIG_IGN)
        sigaction(number, &action, NULL);
}

void signals_catch(const char *before)
{
    caught = requested = continuations = 0;
    before_text = before;
    signals_say_lost("nothing was trained yet");
    clock_mark();
    for (int i = 0; i < CAUGHT_COUNT; i++)
        handle(caught_signals[i].number, caught_signals[i].is_request ? request : warning);
    handle(SIGCONT, continued);
    signal(SIGPIPE, SIG_IGN);
}

void signals_say_lost(const char *what)
{
    int next = !lost_index;
    snprintf(lost[next], sizeof lost[next], "%s", what);
    lost_index = next;
}

int signals_caught(void)
{
    return caught;
}

int signals_continued(void)
{
    return continuations;
}

void signals_restore(void)
{
    for (int i = 0; i < CAUGHT_COUNT; i++)
        handle(caught_signals[i].number, SIG_DFL);
    handle(SIGCONT, SIG_DFL);
}
