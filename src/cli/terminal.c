/* cli/terminal.c - standard error as a terminal.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/terminal.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/utf8.h"
#include "cli/lines.h"

#include "base/banned.h"

bool terminal_is_live(void)
{
    const char *term = getenv("TERM");
    return isatty(STDERR_FILENO) && !(term && strcmp(term, "dumb") == 0);
}

bool terminal_has_colour(void)
{
    const char *no_colour = getenv("NO_COLOR");
    return terminal_is_live() && !(no_colour && no_colour[0] != 0);
}

bool terminal_is_background(void)
{
    pid_t group = tcgetpgrp(STDERR_FILENO);
    return group >= 0 && group != getpgrp();
}

int terminal_width_of(FILE *f)
{
    struct winsize size;
    if (ioctl(fileno(f), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return 80;
}

int terminal_width(void)
{
    return terminal_width_of(stderr);
}

int terminal_text_width_of(FILE *f)
{
    return isatty(fileno(f)) ? terminal_width_of(f) : INT_MAX;
}

int terminal_text_width(void)
{
    return terminal_text_width_of(stderr);
}

static const struct {
    const char *label, *colour;
} kinds[] = {
    [MESSAGE_ERROR] = { "gan: ", "\033[1;31m" },
    [MESSAGE_WARNING] = { "warning: ", "\033[33m" },
    [MESSAGE_NOTE] = { "note: ", "\033[36m" },
};

int terminal_add_label(text *t, message_kind kind, bool colour)
{
    const char *label = kinds[kind].label;
    text_add(t, "%s%s%s", colour ? kinds[kind].colour : "", label, colour ? "\033[0m" : "");
    return (int)strlen(label);
}

void terminal_message(message_kind kind, const char *message)
{
    char start[512]; /* of the message, if there is no memory for the whole */
    text t = { 0 }, shown = { 0 };
    text_add_shown(&shown, message);
    if (shown.failed)
        utf8_show(start, sizeof start, message);
    message = shown.failed ? start : shown.data;
    if (terminal_is_live())
        text_add(&t, "\r\033[K");
    int indent = terminal_add_label(&t, kind, terminal_has_colour());
    if (isatty(STDERR_FILENO))
        lines_add(&t, message, (line_form){ indent, indent, terminal_width() });
    else
        text_add(&t, "%s", message);
    if (text_check(&t) == STATUS_OK)
        fprintf(stderr, "%s\n", t.data);
    else
        fprintf(stderr, "%s%s\n", kinds[kind].label, message);
    text_free(&t);
    text_free(&shown);
}

void terminal_note(void *context, const char *message)
{
    (void)context;
    terminal_message(MESSAGE_NOTE, message);
}

/* Opens nothing but a device: closing a pipe would end it for its reader. */
static bool is_terminal(const char *path)
{
    struct stat file;
    if (file_is_output(path))
        return isatty(STDOUT_FILENO);
    if (stat(path, &file) != 0 || !S_ISCHR(file.st_mode))
        return false;
    int fd = file_open(path, O_WRONLY | O_NOCTTY | O_NONBLOCK);
    bool terminal = fd >= 0 && isatty(fd);
    if (fd >= 0)
        close(fd);
    return terminal;
}

status terminal_check_output(const char *option, const char *path)
{
    if (path && is_terminal(path))
        return status_fail(STATUS_USAGE,
                           "--%s: \"%s\" is a terminal, and the output is not text; expected the "
                           "name of a file, or a pipe",
                           option, path);
    return STATUS_OK;
}

static void clear_and_end(int number)
{
    static const char clear[] = "\r\033[K";
    ssize_t written = write(STDERR_FILENO, clear, sizeof clear - 1);
    (void)written;
    signal(number, SIG_DFL);
    raise(number); /* delivered when the handler returns */
}

void terminal_clear_on_signals(void)
{
    static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
    for (size_t i = 0; terminal_is_live() && i < sizeof numbers / sizeof *numbers; i++) {
        struct sigaction now, action = { .sa_handler = clear_and_end };
        if (sigaction(numbers[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
            sigaction(numbers[i], &action, NULL);
    }
}
