/* cli/tally.c - draws a bar of things that are done.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/tally.h"

#include <stdio.h>

#include "base/clock.h"
#include "cli/terminal.h"

#include "base/banned.h"

void tally_open(tally *t)
{
    *t = (tally){ .live = terminal_is_live() };
}

void tally_draw(tally *t, const char *what, double part, int done, int count)
{
    enum { MOST_BAR = 24, OTHER_COLUMNS = 27 }; /* others: the words, two counts, and "^C" */
    static const char full[MOST_BAR + 1] = "########################",
                                      rest[MOST_BAR + 1] = "........................";
    int width = terminal_width() - OTHER_COLUMNS;
    int most = width < 0 ? 0 : width < MOST_BAR ? width : MOST_BAR;
    double now = clock_seconds();
    if (!t->live || now - t->drawn < TERMINAL_REDRAW)
        return;
    t->drawn = now;
    int drawn = (int)(part * most);
    fprintf(stderr, "\r\033[K%s %.*s%.*s %d/%d", what, drawn, full, most - drawn, rest, done,
            count);
    fflush(stderr);
}

void tally_clear(const tally *t)
{
    if (t->live)
        fprintf(stderr, "\r\033[K");
    fflush(stderr);
}
