/* cli/reading.c - the progress line that is shown while pictures are read.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/reading.h"

#include <stdio.h>

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
    reading *r = context;
    tally_draw(&r->shown, "reading", (double)done / pictures, done, pictures);
}

static void show_end(void *context)
{
    const reading *r = context;
    tally_clear(&r->shown);
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
    tally_open(&r->shown);
    return (image_watch){ .context = r,
                          .start = show_start,
                          .progress = show_progress,
                          .end = show_end,
                          .bad = show_bad,
                          .notice = terminal_note };
}
