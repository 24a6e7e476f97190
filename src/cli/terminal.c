/* cli/terminal.c - standard error as a terminal.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/text.h"

#include "base/banned.h"

bool terminal_is_live(void)
{
    const char *term = getenv("TERM");
    return isatty(STDERR_FILENO) && !(term && strcmp(term, "dumb") == 0);
}

int terminal_width(void)
{
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return 80;
}

void terminal_note(void *context, const char *message)
{
    text t = { 0 };
    (void)context;
    text_add_shown(&t, message);
    fprintf(stderr, "note: %s\n", t.data ? t.data : "");
    text_free(&t);
}
