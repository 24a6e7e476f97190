/* cli/screen.c - the size of a terminal, and pictures for it.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/screen.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "cli/ask.h"
#include "image/announced.h"

#include "base/banned.h"

/* ---- the choice ---- */

const option_choice *screen_choice(int i)
{
    static const option_choice automatic = { "auto", "the best way that the terminal announces" };
    static const option_choice none = { "none", "not at all" };
    const show_way *way = i > 0 ? show_way_nth(i - 1) : NULL;
    if (i == 0)
        return &automatic;
    if (!way)
        return show_way_nth(i - 2) ? &none : NULL;
    return &way->choice;
}

bool screen_is_none(int choice)
{
    return choice != SCREEN_AUTO && !show_way_nth(choice - 1);
}

static const char *variable(const char *name)
{
    return getenv(name);
}

/* ---- the terminal ---- */

/* The size that it has now; an absurd or unknown one is replaced. */
static show_screen measure(const screen *s)
{
    enum { USUAL_COLS = 80, USUAL_ROWS = 24, MOST = 10000, MOST_CELL = 1000 };
    struct winsize w = { 0 };
    ioctl(fileno(s->file), TIOCGWINSZ, &w);
    show_screen m = {
        .cols = w.ws_col, .rows = w.ws_row, .most_scale = s->most_scale, .id = s->id
    };
    m.cols = m.cols == 0 ? USUAL_COLS : m.cols < MOST ? m.cols : MOST;
    m.rows = m.rows == 0 ? USUAL_ROWS : m.rows < MOST ? m.rows : MOST;
    if (w.ws_col > 0 && w.ws_row > 0) {
        m.cell_width = w.ws_xpixel / w.ws_col;
        m.cell_height = w.ws_ypixel / w.ws_row;
    }
    if (m.cell_width < 1 || m.cell_height < 1 || m.cell_width > MOST_CELL ||
        m.cell_height > MOST_CELL)
        m.cell_width = m.cell_height = 0;
    return m;
}

static const show_way *choose_way(const screen *s)
{
    announced_answer a = { 0 };
    const char *question = announced_question(variable);
    if (question)
        a = ask_terminal(fileno(s->file), question);
    return announced_way(variable, &a, measure(s).cell_width > 0);
}

void screen_open(screen *s, FILE *file, int choice)
{
    *s = (screen){ .file = file,
                   .is_terminal = isatty(fileno(file)),
                   .most_scale = SCREEN_MOST_SCALE };
    if (s->is_terminal)
        s->way = choice == SCREEN_AUTO ? choose_way(s) : show_way_nth(choice - 1);
}

/* ---- drawing ---- */

static status take(void *context, const char *bytes, size_t n)
{
    FILE *f = context;
    if (fwrite(bytes, 1, n, f) != n)
        return status_fail_errno(STATUS_IO, errno, "the terminal: cannot write");
    return STATUS_OK;
}

/* Ctrl-C drops what the terminal has not read yet, perhaps with the end of a picture: ends it. */
static void end_cut_picture(FILE *f)
{
    sigset_t waiting;
    if (sigpending(&waiting) != 0)
        return;
    if (sigismember(&waiting, SIGINT) || sigismember(&waiting, SIGQUIT) ||
        sigismember(&waiting, SIGTSTP))
        fputs("\033\\\033[0m", f);
}

status screen_draw(const screen *s, const show_subject *what, int reserved, show_result *result)
{
    sigset_t all, before;
    show_screen m = measure(s);
    m.rows = m.rows > reserved ? m.rows - reserved : 0;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    status done = show_draw(s->way, what, &m, (show_sink){ take, s->file }, result);
    end_cut_picture(s->file);
    if (fflush(s->file) != 0 && done == STATUS_OK)
        done = status_fail_errno(STATUS_IO, errno, "the terminal: cannot write");
    sigprocmask(SIG_SETMASK, &before, NULL);
    return done;
}

void screen_add_loss(text *t, const show_subject *what, const show_result *r)
{
    if (r->lines == 0) {
        text_add(t, "the terminal is too small to show the picture");
        return;
    }
    bool some = r->rows < what->rows || r->cols < what->cols;
    if (some)
        text_add(t, "%d of %d columns and %d of %d rows fit", r->cols, what->cols, r->rows,
                 what->rows);
    if (r->shrink > 1)
        text_add(t, "%s at 1/%d size", some ? "," : "the picture fits", r->shrink);
}
