/* cli/progress_bar.c - the line of a run that is redrawn on a terminal.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/progress_bar.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/terminal.h"
#include "game/game.h"
#include "train/metrics.h"

#include "base/banned.h"

/* The texts after the bar in the order of the line. */
enum { LOSSES, SCORES, TIME, RATE, PIECES };

/* The same, the most important first. */
static const int by_importance[PIECES] = { TIME, LOSSES, SCORES, RATE };

/* After the line, "^C" still fits, which the terminal adds when a key interrupts the run: if it
 * went to the next line, half of it would stay there. */
enum { LEAST_BAR = 6, MOST_BAR = 24, FREE_COLUMNS = 3 };

/* "1:02:03", "12:34" or "0:05" */
static void add_time(text *t, double seconds)
{
    int64_t s = seconds < 1e9 ? (int64_t)(seconds + 0.5) : 0;
    if (s >= 3600)
        text_add(t, "%" PRId64 ":%02" PRId64 ":%02" PRId64, s / 3600, s / 60 % 60, s % 60);
    else
        text_add(t, "%" PRId64 ":%02" PRId64, s / 60, s % 60);
}

static void add_bar(text *t, const progress *p, double done, int width)
{
    int full = (int)(done * width);
    text_add(t, "%s", p->colour ? "\033[32m" : "");
    for (int i = 0; i < width; i++)
        text_add(t, "%s", i < full ? "#" : i == full ? ">" : ".");
    text_add(t, "%s", p->colour ? "\033[0m" : "");
}

static void make_pieces(text pieces[PIECES], const progress *p, const model *m)
{
    double elapsed = clock_seconds() - p->started;
    double rate = elapsed > 0 ? p->steps / elapsed : 0;
    double left = (double)p->epochs * p->epoch_steps - model_total_steps(m);
    if (model_is_judged(m)) {
        text_add(&pieces[LOSSES], " d %.2f g %.2f", m->sums[METRIC_D_LOSS] / m->step,
                 m->sums[METRIC_G_LOSS] / m->step);
        text_add(&pieces[SCORES], " D(x) %.2f D(G(z)) %.2f", m->sums[METRIC_D_REAL] / m->step,
                 m->sums[METRIC_D_FAKE] / m->step);
    } else
        text_add(&pieces[LOSSES], " %.2f dB", metrics_psnr(m->sums[METRIC_PIXEL] / m->step));
    text_add(&pieces[TIME], " ");
    add_time(&pieces[TIME], rate > 0 ? left / rate : 0);
    text_add(&pieces[TIME], " left");
    text_add(&pieces[RATE], " %.0f %s/s", rate * model_step_samples(m),
             m->data.kind == SAMPLE_POINT ? "points" : "images");
}

/* Empties the pieces that do not fit, and returns the columns that remain. */
static int fit_pieces(text pieces[PIECES], int room)
{
    bool fits = true;
    for (int i = 0; i < PIECES; i++) {
        text *piece = &pieces[by_importance[i]];
        fits = fits && (int)piece->length <= room;
        if (fits)
            room -= (int)piece->length;
        else
            text_free(piece);
    }
    return room;
}

void progress_bar_draw(const progress *p, const model *m)
{
    static const char start[] = "\r\033[K";
    text pieces[PIECES] = { { 0 } }, line = { 0 };
    make_pieces(pieces, p, m);
    text_add(&line, "%sepoch %" PRIu32 "/%d ", start, m->epoch + 1, p->epochs);
    int room = terminal_width() - FREE_COLUMNS - ((int)line.length - (int)sizeof start + 1);
    int bar = room < LEAST_BAR ? 0 : LEAST_BAR;
    room = fit_pieces(pieces, room - bar);
    if (bar > 0)
        bar += room < MOST_BAR - LEAST_BAR ? room : MOST_BAR - LEAST_BAR;
    add_bar(&line, p, (double)m->step / p->epoch_steps, bar);
    for (int i = 0; i < PIECES; i++)
        text_add_bytes(&line, pieces[i].data ? pieces[i].data : "", pieces[i].length);
    if (text_check(&line) == STATUS_OK)
        fwrite(line.data, 1, line.length, stderr);
    fflush(stderr);
    for (int i = 0; i < PIECES; i++)
        text_free(&pieces[i]);
    text_free(&line);
}
