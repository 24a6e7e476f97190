/* cli/reading.c - the progress line that is shown while pictures are read.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/reading.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/terminal.h"

#include "base/banned.h"

static void show_start(void *context, int pictures, size_t bytes)
{
    (void)context;
    fprintf(stderr, "reading %d picture%s, %.1f MB of memory\n", pictures,
            text_plural((uint64_t)pictures), (double)bytes / 1e6);
}

static void show_progress(void *context, int done, int pictures)
{
    enum { MOST_BAR = 24, OTHER_COLUMNS = 25 }; /* others: the words, two counts, and "^C" */
    static const char full[MOST_BAR + 1] = "########################",
                                      rest[MOST_BAR + 1] = "........................";
    int width = terminal_width() - OTHER_COLUMNS;
    int bar = width < 0 ? 0 : width < MOST_BAR ? width : MOST_BAR;
    reading *r = context;
    double now = clock_seconds();
    if (!r->live || now - r->drawn < TERMINAL_REDRAW)
        return;
    r->drawn = now;
    int part = (int)((double)done / pictures * bar);
    fprintf(stderr, "\r\033[Kreading %.*s%.*s %d/%d", part, full, bar - part, rest, done, pictures);
    fflush(stderr);
}

static void show_end(void *context)
{
    const reading *r = context;
    if (r->live)
        fprintf(stderr, "\r\033[K");
    fflush(stderr);
}

static void show_bad(void *context, const char *message)
{
    text t = { 0 };
    (void)context;
    text_add_shown(&t, message);
    fprintf(stderr, "left out: %s\n", t.data ? t.data : "");
    text_free(&t);
}

image_watch reading_watch(reading *r)
{
    *r = (reading){ .live = terminal_is_live() };
    return (image_watch){ .context = r,
                          .start = show_start,
                          .progress = show_progress,
                          .end = show_end,
                          .bad = show_bad,
                          .notice = terminal_note };
}
