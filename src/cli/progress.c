/* cli/progress.c - shows the progress of a run on standard error.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/progress.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/terminal.h"
#include "game/game.h"

#include "base/banned.h"

/* Code, libraries, stacks, and the buffers of zlib and libpng while they write. */
static const size_t program_memory = 8000000;

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
    fprintf(stderr, "%-8s%d values -> %d, %s parameters\n        %s\n", letter, n->in, n->out,
            count.data ? count.data : "?", n->spec);
    text_free(&count);
}

/* Prints a path as a terminal may show it. */
static void print_path(const char *before, const char *path, const char *after)
{
    text t = { 0 };
    text_add_shown(&t, path);
    fprintf(stderr, "%s%s%s", before, t.data ? t.data : "", after);
    text_free(&t);
}

static void print_monitor(const monitor *m)
{
    if (m->every == 1)
        fprintf(stderr, "judged  at every epoch: ");
    else if (m->every > 1)
        fprintf(stderr, "judged  every %" PRIu32 " epochs: ", m->every);
    if (m->every > 0)
        fprintf(stderr, "%d samples against ", m->count);
    if (m->every > 0)
        print_path("", m->test.path, "\n");
}

static void print_memory(const run_info *info)
{
    size_t later = info->net_memory + info->monitor_memory; /* than the pictures were read */
    size_t most = info->reading_memory > later ? info->reading_memory : later;
    size_t all = info->data_memory + most + program_memory;
    fprintf(stderr, "memory  %.0f MB at most: data %.0f, nets %.0f, ", (double)all / 1e6,
            (double)info->data_memory / 1e6, (double)info->net_memory / 1e6);
    if (info->monitor_memory > 0)
        fprintf(stderr, "judging %.0f, ", (double)info->monitor_memory / 1e6);
    if (info->reading_memory > later)
        fprintf(stderr, "before them decoding %.0f, ", (double)info->reading_memory / 1e6);
    fprintf(stderr, "program %.0f\n", (double)program_memory / 1e6);
}

static void show_start(void *context, const run_info *info)
{
    progress *p = context;
    const trainer *t = info->trainer;
    const model *m = &t->model;
    const dataset *d = &t->data;
    p->epochs = t->options.epochs;
    p->epoch_steps = model_epoch_steps(m);
    print_path("data    ", d->path, ": ");
    fprintf(stderr, "%d samples of %dx%dx%d\n", d->count, d->channels, d->height, d->width);
    if (d->note)
        print_path("        ", d->note, "\n");
    for (int i = 0; i < m->game->player_count; i++)
        print_net(m->players[i].symbol, &m->players[i].net);
    print_monitor(info->monitor);
    print_memory(info);
    fprintf(stderr, "threads %d (%s)\n", t->compute.threads, t->compute.kernels->name);
    fprintf(stderr, "seed    %" PRIu64 "\n", m->options.seed);
    print_path("out     ", info->folder->path, "\n");
    if (t->options.resume)
        fprintf(stderr, "resumed at epoch %" PRIu32 ", step %" PRIu32 " of %" PRIu32 "\n", m->epoch,
                m->step, p->epoch_steps);
    p->started = p->drawn = clock_seconds();
    p->steps = 0;
}

/* Also restarts the estimate of the time left, which does not include this. */
static void show_classifier(void *context, int epoch, double right)
{
    progress *p = context;
    fprintf(stderr, "%straining the classifier, once per data set: epoch %d/%d, %.2f %% correct%s",
            p->live ? "\r\033[K" : "", epoch, CLASSIFIER_EPOCHS, 100 * right,
            p->live && epoch < CLASSIFIER_EPOCHS ? "" : "\n");
    fflush(stderr);
    p->started = clock_seconds();
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

enum { PIECES = 4, LEAST_BAR = 6, MOST_BAR = 24 };

/* The texts after the bar, the most important first. */
static void make_pieces(text pieces[PIECES], const progress *p, const model *m)
{
    double elapsed = clock_seconds() - p->started;
    double rate = elapsed > 0 ? p->steps / elapsed : 0;
    double left = (double)p->epochs * p->epoch_steps - model_total_steps(m);
    text_add(&pieces[0], " d %.2f g %.2f", m->sums[METRIC_D_LOSS] / m->step,
             m->sums[METRIC_G_LOSS] / m->step);
    text_add(&pieces[1], " D(x) %.2f D(G(z)) %.2f", m->sums[METRIC_D_REAL] / m->step,
             m->sums[METRIC_D_FAKE] / m->step);
    text_add(&pieces[2], " ");
    add_time(&pieces[2], rate > 0 ? left / rate : 0);
    text_add(&pieces[2], " left");
    text_add(&pieces[3], " %.1fk/s", rate * m->options.batch * m->options.d_steps / 1e3);
}

/* Texts that do not fit the terminal are left out; the bar takes the rest of the line. */
static void draw(const progress *p, const model *m)
{
    text pieces[PIECES] = { { 0 } }, line = { 0 };
    make_pieces(pieces, p, m);
    text_add(&line, "\r\033[Kepoch %" PRIu32 "/%d ", m->epoch + 1, p->epochs);
    int room = terminal_width() - 1 - ((int)line.length - 4);
    int shown = 0, bar = room < LEAST_BAR ? 0 : LEAST_BAR;
    for (room -= bar; shown < PIECES && (int)pieces[shown].length <= room; shown++)
        room -= (int)pieces[shown].length;
    bar += bar > 0 && room < MOST_BAR - LEAST_BAR ? room : bar > 0 ? MOST_BAR - LEAST_BAR : 0;
    add_bar(&line, p, (double)m->step / p->epoch_steps, bar);
    for (int i = 0; i < shown; i++)
        text_add_bytes(&line, pieces[i].data, pieces[i].length);
    if (text_check(&line) == STATUS_OK)
        fwrite(line.data, 1, line.length, stderr);
    fflush(stderr);
    for (int i = 0; i < PIECES; i++)
        text_free(&pieces[i]);
    text_free(&line);
}

static void show_step(void *context, const model *m)
{
    progress *p = context;
    double now = clock_seconds();
    p->steps++;
    if (!p->live || now - p->drawn < TERMINAL_REDRAW)
        return;
    p->drawn = now;
    draw(p, m);
}

static void show_epoch(void *context, const epoch_metrics *e)
{
    const progress *p = context;
    fprintf(stderr,
            "%sepoch %*" PRIu32 "/%d  d_loss %.4f  g_loss %.4f  D(x) %.3f  D(G(z)) %.3f  %.1f s",
            p->live ? "\r\033[K" : "", p->epochs > 99 ? 3 : 1, e->epoch, p->epochs,
            e->mean[METRIC_D_LOSS], e->mean[METRIC_G_LOSS], e->mean[METRIC_D_REAL],
            e->mean[METRIC_D_FAKE], e->seconds);
    if (!isnan(e->judged.fid))
        fprintf(stderr, "  FID %.1f", e->judged.fid);
    fprintf(stderr, "\n");
    fflush(stderr);
}

/* Adds the words of s, in lines of at most 80 columns, those after the first indented. */
static void add_wrapped(text *t, const char *s)
{
    enum { WIDTH = 80, INDENT = 9 };
    size_t column = 0;
    while (*s != 0) {
        size_t n = strcspn(s, " ");
        if (column > 0 && column + 1 + n > WIDTH) {
            text_add(t, "\n%*s", INDENT, "");
            column = INDENT;
        } else if (column > 0) {
            text_add(t, " ");
            column++;
        }
        text_add_bytes(t, s, n);
        column += n;
        s += n + strspn(s + n, " ");
    }
    text_add(t, "\n");
}

void progress_add_finding(text *t, const finding *f)
{
    text line = { 0 };
    text_add(&line, "%s: epoch %" PRIu32, f->is_good ? "note" : "warning", f->from);
    if (f->to > f->from)
        text_add(&line, " to %" PRIu32, f->to);
    text_add(&line, ": %s; %s%s", f->text, f->is_good ? "" : "try ", f->remedy);
    if (line.data)
        add_wrapped(t, line.data);
    t->failed |= line.failed;
    text_free(&line);
}

static void show_finding(void *context, const finding *f)
{
    (void)context;
    text t = { 0 };
    progress_add_finding(&t, f);
    if (text_check(&t) == STATUS_OK)
        fwrite(t.data, 1, t.length, stderr);
    text_free(&t);
    fflush(stderr);
}

/* Adds the word in the shell's $'...' form, with escapes for what a terminal would not show. */
static void add_escaped_word(text *t, const char *s)
{
    text_add(t, "$'");
    for (; *s != 0; s++) {
        unsigned char c = (unsigned char)*s;
        text_add(t, c < ' ' || c > '~' ? "\\x%02x" : c == '\'' || c == '\\' ? "\\%c" : "%c", c);
    }
    text_add(t, "'");
}

/* Adds a word that a shell reads back unchanged: in quotes if it has special characters. */
static void add_word(text *t, const char *s)
{
    text shown = { 0 };
    text_add_shown(&shown, s);
    bool odd = shown.data && strcmp(shown.data, s) != 0;
    text_free(&shown);
    if (odd) {
        add_escaped_word(t, s);
        return;
    }
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_-./+,:@%=";
    if (s[strspn(s, plain)] == 0) {
        text_add(t, "%s", s);
        return;
    }
    text_add(t, "'");
    for (; *s != 0; s++)
        text_add(t, *s == '\'' ? "'\\''" : "%c", *s);
    text_add(t, "'");
}

static void show_end(void *context, const run_info *info, int signal)
{
    const progress *p = context;
    const model *m = &info->trainer->model;
    const char *path = info->folder->path;
    text word = { 0 };
    add_word(&word, path);
    if (p->live)
        fprintf(stderr, "\r\033[K");
    for (int i = 0; i < ILLNESS_COUNT; i++)
        if (info->diagnosis->findings[i].from > 0)
            show_finding(context, &info->diagnosis->findings[i]);
    if (signal) {
        fprintf(stderr, "interrupted in epoch %" PRIu32 "; everything is saved. To continue:\n",
                m->epoch + 1);
        fprintf(stderr, "  gan train --resume --out %s\n", word.data ? word.data : path);
    } else {
        fprintf(stderr, "done: %" PRIu32 " epochs\n", m->epoch);
        print_path("  grids       ", path, "/samples/\n");
        print_path("  checkpoint  ", path, "/model.bin\n");
        if (info->monitor->every > 0 && info->best->epoch > 0) {
            print_path("  the best    ", path, "/best.bin");
            fprintf(stderr, " (FID %.1f at epoch %" PRIu32 ")\n", info->best->fid,
                    info->best->epoch);
        }
        print_path("  metrics     ", path, "/metrics.csv\n");
        fprintf(stderr, "next:\n  gan sample --ckpt %s/model.bin -o grid.png\n",
                word.data ? word.data : path);
    }
    text_free(&word);
}

run_observer progress_observer(progress *p)
{
    const char *no_colour = getenv("NO_COLOR");
    *p = (progress){ .live = terminal_is_live() };
    p->colour = p->live && !(no_colour && no_colour[0] != 0);
    return (run_observer){ .context = p,
                           .start = show_start,
                           .classifier = show_classifier,
                           .notice = terminal_note,
                           .step = show_step,
                           .epoch = show_epoch,
                           .before_signal = p->live ? "\r\033[K" : "",
                           .finding = show_finding,
                           .end = show_end };
}
