/* cli/watch.c - draws and erases the grid of a run.
 *
 * The cursor moves relative to where it is: that holds whatever scrolled, and after a resize erases
 * at most too little. Failures to write are ignored, as elsewhere in what a run shows.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/watch.h"

#include <signal.h>
#include <unistd.h>

#include "cli/terminal.h"
#include "train/signals.h"

#include "base/banned.h"

void watch_open(watch_grid *w, bool wanted, int choice, bool quiet)
{
    *w = (watch_grid){ .quiet = quiet };
    if (!wanted || screen_is_none(choice))
        return;
    if (terminal_is_live())
        screen_open(&w->screen, stderr, choice);
    else if (!quiet)
        terminal_note(NULL, "--watch: shows nothing, because standard error is not a terminal that "
                            "can redraw");
    /* Another run in the same terminal has another picture. */
    w->screen.id = (unsigned)getpid() & 0xffffff;
}

/* True if the grid is where it was drawn: nobody else has written since. After a first signal its
 * message stands below the grid. */
static bool is_in_place(const watch_grid *w)
{
    return !signals_caught() && signals_continued() == w->continued && !terminal_is_background();
}

void watch_erase(watch_grid *w)
{
    sigset_t all, before;
    text t = { 0 };
    if (w->lines == 0)
        return;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    if (is_in_place(w)) {
        text_add(&t, "\r\033[%dA", w->lines);
        if (w->screen.way->erase)
            w->screen.way->erase(&t, w->screen.id);
        text_add(&t, "\033[J");
    }
    if (text_check(&t) == STATUS_OK && t.length > 0)
        fwrite(t.data, 1, t.length, stderr);
    fflush(stderr);
    sigprocmask(SIG_SETMASK, &before, NULL);
    text_free(&t);
    w->lines = 0;
}

static void draw(watch_grid *w, const show_subject *drawn, show_result *r)
{
    /* Below the grid are the line of the run and one for a message; above it, two. */
    enum { RESERVED = 4 };
    w->continued = signals_continued();
    fputs("\r\033[K", stderr);
    if (screen_draw(&w->screen, drawn, RESERVED, r) == STATUS_OK)
        w->lines = r->lines;
}

/* Says, above the grid, what the terminal cannot show. Returns false if it shows all. */
static bool tell_loss(watch_grid *w, const show_subject *drawn, const show_result *r)
{
    text t = { 0 };
    screen_add_loss(&t, drawn, r);
    bool told = t.length > 0;
    if (told) {
        watch_erase(w);
        terminal_note(NULL, t.data);
    }
    text_free(&t);
    return told;
}

void watch_draw(watch_grid *w, const show_subject *drawn)
{
    show_result r;
    watch_erase(w);
    if (!w->screen.way || signals_caught() || terminal_is_background())
        return;
    draw(w, drawn, &r);
    if (!w->told && !w->quiet && tell_loss(w, drawn, &r))
        draw(w, drawn, &r);
    w->told = true;
}
