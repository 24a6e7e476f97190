/* cli/progress.c - a run as a person sees it, on standard error.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"

#include "base/banned.h"

/* Seconds between two drawings of the line: smooth to the eye, nothing to the CPU. */
static const double redraw = 0.1;

static int terminal_width(void)
{
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return 80;
}

static void add_count(text *t, size_t n)
{
    if (n >= 10000000)
        text_add(t, "%.1f M", (double)n / 1e6);
    else
        text_add(t, "%zu", n);
}

static void print_net(const char *letter, const net *n)
{
    text count = { 0 };
    add_count(&count, n->param_count);
    fprintf(stderr, "%-8s%d -> %s  (%s parameters)\n", letter, n->in, n->spec,
            count.data ? count.data : "?");
    text_free(&count);
}

static void show_start(void *context, const run_info *info)
{
    progress *p = context;
    const model *m = info->model;
    const dataset *d = info->data;
    p->epochs = info->options->epochs;
    p->epoch_steps = model_epoch_steps(m);
    fprintf(stderr, "data    %s: %d samples of %dx%dx%d\n", d->path, d->count, d->channels,
            d->height, d->width);
    print_net("G", &m->generator);
    print_net("D", &m->discriminator);
    fprintf(stderr, "memory  %.0f MB\n", (double)info->memory / 1e6);
    fprintf(stderr, "threads %d (%s)\n", info->compute->threads, info->compute->kernels->name);
    fprintf(stderr, "seed    %" PRIu64 "\n", m->options.seed);
    fprintf(stderr, "out     %s\n", info->folder->path);
    if (info->resumed)
        fprintf(stderr, "resumed at epoch %" PRIu32 ", step %" PRIu32 " of %" PRIu32 "\n", m->epoch,
                m->step, p->epoch_steps);
    p->started = p->drawn = clock_seconds();
    p->steps = 0;
}

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

/* The line in pieces, the most important first; what does not fit the terminal is left out. The bar
 * takes a fixed part of it and is drawn behind the epoch. */
static void draw(const progress *p, const model *m)
{
    enum { PIECES = 4, BAR = 12 };
    text pieces[PIECES] = { { 0 } }, epoch = { 0 }, line = { 0 };
    double elapsed = clock_seconds() - p->started;
    double rate = elapsed > 0 ? p->steps / elapsed : 0;
    double left = (double)p->epochs * p->epoch_steps - model_total_steps(m);
    int room = terminal_width() - 1;
    text_add(&epoch, "%*" PRIu32 "/%d ", p->epochs > 99 ? 3 : 1, m->epoch + 1, p->epochs);
    text_add(&pieces[0], " d %.3f g %.3f", m->sums[METRIC_D_LOSS] / m->step,
             m->sums[METRIC_G_LOSS] / m->step);
    text_add(&pieces[1], " D(x) %.2f D(G(z)) %.2f", m->sums[METRIC_D_REAL] / m->step,
             m->sums[METRIC_D_FAKE] / m->step);
    text_add(&pieces[2], " ");
    if (rate > 0)
        add_time(&pieces[2], left / rate);
    text_add(&pieces[2], " left");
    text_add(&pieces[3], " %.1fk/s", rate * m->options.batch * m->options.d_steps / 1e3);
    room -= (int)epoch.length;
    text_add(&line, "\r\033[K%s", epoch.data ? epoch.data : "");
    if (room > BAR) {
        add_bar(&line, p, (double)m->step / p->epoch_steps, BAR);
        room -= BAR;
    }
    for (int i = 0; i < PIECES && pieces[i].data && (int)pieces[i].length <= room; i++) {
        text_add(&line, "%s", pieces[i].data);
        room -= (int)pieces[i].length;
    }
    if (!line.failed)
        fwrite(line.data, 1, line.length, stderr);
    fflush(stderr);
    for (int i = 0; i < PIECES; i++)
        text_free(&pieces[i]);
    text_free(&epoch);
    text_free(&line);
}

static void show_step(void *context, const model *m)
{
    progress *p = context;
    double now = clock_seconds();
    p->steps++;
    if (!p->live || now - p->drawn < redraw)
        return;
    p->drawn = now;
    draw(p, m);
}

static void show_epoch(void *context, const epoch_metrics *e)
{
    const progress *p = context;
    fprintf(stderr,
            "%sepoch %*" PRIu32 "/%d  d_loss %.4f  g_loss %.4f  D(x) %.3f  D(G(z)) %.3f  %.1f s\n",
            p->live ? "\r\033[K" : "", p->epochs > 99 ? 3 : 1, e->epoch, p->epochs,
            e->mean[METRIC_D_LOSS], e->mean[METRIC_G_LOSS], e->mean[METRIC_D_REAL],
            e->mean[METRIC_D_FAKE], e->seconds);
    fflush(stderr);
}

static void show_end(void *context, const run_info *info, int signal)
{
    const progress *p = context;
    const model *m = info->model;
    const char *path = info->folder->path;
    if (p->live)
        fprintf(stderr, "\r\033[K");
    if (signal) {
        fprintf(stderr, "interrupted in epoch %" PRIu32 "; all is saved. To go on:\n",
                m->epoch + 1);
        fprintf(stderr, "  gan train --resume --out %s\n", path);
        return;
    }
    fprintf(stderr, "done: %" PRIu32 " epochs\n", m->epoch);
    fprintf(stderr, "  grids       %s/samples/\n", path);
    fprintf(stderr, "  checkpoint  %s/model.bin\n", path);
    fprintf(stderr, "  metrics     %s/metrics.csv\n", path);
    fprintf(stderr, "next:\n  gan sample --ckpt %s/model.bin -o grid.png\n", path);
}

run_observer progress_observer(progress *p)
{
    const char *term = getenv("TERM"), *no_colour = getenv("NO_COLOR");
    *p = (progress){ 0 };
    p->live = isatty(STDERR_FILENO) && !(term && strcmp(term, "dumb") == 0);
    p->colour = p->live && !(no_colour && no_colour[0] != 0);
    return (run_observer){
        .context = p, .start = show_start, .step = show_step, .epoch = show_epoch, .end = show_end
    };
}
