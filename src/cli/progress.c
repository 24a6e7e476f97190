/* cli/progress.c - shows the progress of a run on standard error.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/progress.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/lines.h"
#include "cli/live_page.h"
#include "cli/progress_bar.h"
#include "cli/terminal.h"
#include "data/crops.h"
#include "game/game.h"

#include "base/banned.h"

static void add_count(text *t, size_t n)
{
    if (n >= 10000000)
        text_add(t, "%.1f M", (double)n / 1e6);
    else
        text_add(t, "%zu", n);
}

/* Prints a label in its column and a value beside it, which on a terminal is broken between words,
 * or between layers, and shown as a terminal may show it. Frees the value. */
static void print_field(const char *label, text *value, bool is_spec)
{
    enum { COLUMN = 8 };
    text shown = { 0 }, t = { 0 };
    const line_form form = { COLUMN, COLUMN, terminal_text_width() };
    text_add_shown(&shown, value->data ? value->data : "");
    text_add(&t, "%-*s", COLUMN, label);
    (is_spec ? lines_add_spec : lines_add)(&t, shown.data ? shown.data : "", form);
    fprintf(stderr, "%s\n", t.data ? t.data : "");
    text_free(&shown);
    text_free(&t);
    text_free(value);
}

static void print_data(const dataset *d)
{
    text t = { 0 };
    text_add(&t, "%s: %d sample%s", d->path, d->count, text_plural((uint64_t)d->count));
    if (d->crop > 0)
        text_add(&t, ", %" PRIu32 " crop%s in an epoch", dataset_crops(d),
                 text_plural(dataset_crops(d)));
    text_add(&t, " of %dx%dx%d", d->channels, d->height, d->width);
    print_field("data", &t, false);
    if (d->note) {
        text_add(&t, "%s", d->note);
        print_field("", &t, false);
    }
}

static void print_net(const char *letter, const net *n)
{
    text t = { 0 };
    text_add(&t, "%d value%s -> %d, ", n->in, text_plural((uint64_t)n->in), n->out);
    add_count(&t, n->param_count);
    text_add(&t, " parameter%s", text_plural(n->param_count));
    print_field(letter, &t, false);
    text_add(&t, "%s", n->spec);
    print_field("", &t, true);
}

/* Prints a path as a terminal may show it. */
static void print_path(const char *before, const char *path, const char *after)
{
    text t = { 0 };
    text_add_shown(&t, path);
    fprintf(stderr, "%s%s%s", before, t.data ? t.data : "", after);
    text_free(&t);
}

static void print_from(const from *f)
{
    text t = { 0 };
    if (!f->path)
        return;
    text_add(&t, "%s: %d layer%s taken, %d fresh%s", f->path, f->taken,
             text_plural((uint64_t)f->taken), f->fresh_count, f->fresh_count > 0 ? ":" : "");
    print_field("from", &t, false);
    if (f->fresh_count > 0) {
        text_add(&t, "%s", f->fresh.data);
        print_field("", &t, false);
    }
}

static void print_choice(const text *chosen)
{
    text t = { 0 };
    if (chosen->length == 0)
        return;
    text_add(&t, "%s", chosen->data);
    print_field("preset", &t, false);
}

static void print_monitor(const monitor *m)
{
    text t = { 0 };
    if (m->every == 0)
        return;
    if (m->every == 1)
        text_add(&t, "at every epoch: ");
    else
        text_add(&t, "every %" PRIu32 " epochs: ", m->every);
    if (m->restores)
        text_add(&t, "PSNR and SSIM of %d test picture%s of %s%s", m->count,
                 text_plural((uint64_t)m->count), m->test.path,
                 m->test.is_held_out ? ", which G learns from, too" : "");
    else
        text_add(&t, "%d samples against %s%s", m->count, m->test.path,
                 m->evaluator.judge == JUDGE_TURNS ? ", by turns" : "");
    print_field("judged", &t, false);
}

static void print_memory(const run_info *info)
{
    text t = { 0 };
    size_t later = info->net_memory + info->monitor_memory; /* than the pictures were read */
    const dataset *d = &info->trainer->data;
    text_add(&t, "%.0f MB at most: data %.0f", (double)run_memory(info) / 1e6,
             (double)info->data_memory / 1e6);
    if (d->store)
        text_add(&t, " (on the disk %.0f)", (double)dataset_bytes(d) / 1e6);
    text_add(&t, ", nets %.0f, ", (double)info->net_memory / 1e6);
    if (info->monitor_memory > 0)
        text_add(&t, "judging %.0f, ", (double)info->monitor_memory / 1e6);
    if (info->reading_memory > later)
        text_add(&t, "before them decoding %.0f, ", (double)info->reading_memory / 1e6);
    if (info->page_memory > 0)
        text_add(&t, "page %.0f, ", (double)info->page_memory / 1e6);
    text_add(&t, "program %.0f", MEMORY_OF_PROGRAM / 1e6);
    print_field("memory", &t, false);
}

static void show_start(void *context, const run_info *info)
{
    progress *p = context;
    const trainer *t = info->trainer;
    const model *m = &t->model;
    const dataset *d = &t->data;
    p->epochs = t->options.epochs;
    p->epoch_steps = model_epoch_steps(m);
    p->judges = info->monitor->every > 0;
    print_data(d);
    print_choice(&t->chosen);
    for (int i = 0; i < m->game->player_count; i++)
        print_net(m->players[i].symbol, &m->players[i].net);
    print_from(&t->from);
    print_monitor(info->monitor);
    print_memory(info);
    fprintf(stderr, "threads %d (%s)\n", t->compute.threads, t->compute.kernels->name);
    fprintf(stderr, "seed    %" PRIu64 "\n", m->options.seed);
    print_path("out     ", info->folder->path, "\n");
    if (t->options.report)
        print_path("page    ", info->folder->report, "\n");
    if (t->options.resume)
        fprintf(stderr, "resumed at epoch %" PRIu32 ", step %" PRIu32 " of %" PRIu32 "\n", m->epoch,
                m->step, p->epoch_steps);
    p->started = p->drawn = clock_seconds();
    p->steps = 0;
    p->model = m;
    cost_open(&p->cost, m, &t->options);
}

static void show_training(const char *what, int epoch, int epochs, double right)
{
    bool live = terminal_is_live(), wide = !live || terminal_width() >= 80;
    fprintf(stderr, "%s%s%s%s: epoch %d/%d, %.2f %% correct%s", live ? "\r\033[K" : "",
            wide ? "training the " : "", what, wide ? ", once per data set" : "", epoch, epochs,
            100 * right, live && epoch < epochs ? "" : "\n");
    fflush(stderr);
}

/* A line for each of at most ten epochs where lines stay. */
static void show_some(const char *what, int epoch, int epochs, double right)
{
    int each = terminal_is_live() ? 1 : (epochs + 9) / 10;
    if (epoch % each == 0 || epoch == epochs)
        show_training(what, epoch, epochs, right);
}

void progress_classifier(int epoch, int epochs, double right)
{
    show_some("classifier", epoch, epochs, right);
}

void progress_matcher(int epoch, int epochs, double right)
{
    show_some("matcher", epoch, epochs, right);
}

/* Also restarts the estimate of the time left, which does not include this. */
static void show_classifier(void *context, int epoch, int epochs, double right)
{
    progress *p = context;
    progress_classifier(epoch, epochs, right);
    p->started = clock_seconds();
}

/* Not between a grid and the line below it. */
static void show_cost(progress *p, const model *m, double now)
{
    text t = { 0 };
    if (!cost_is_known(&p->cost, m, now) || p->grid->lines > 0)
        return;
    cost_say(&p->cost, m, now, &t);
    fputs(p->live ? "\r\033[K" : "", stderr);
    print_field("time", &t, false);
    fflush(stderr);
}

static void show_step(void *context, const model *m)
{
    progress *p = context;
    double now = clock_seconds();
    p->steps++;
    show_cost(p, m, now);
    if (!p->live || now - p->drawn < TERMINAL_REDRAW)
        return;
    p->drawn = now;
    progress_bar_draw(p, m);
}

enum { EPOCH_FORMS = 4 };

/* The figures of D and G; of a phase without D there are none. */
static void add_game(text *t, const double *mean, int form)
{
    if (isnan(mean[METRIC_D_LOSS]))
        return;
    if (form == 0)
        text_add(t, "  d_loss %.4f  g_loss %.4f  D(x) %.3f  D(G(z)) %.3f", mean[METRIC_D_LOSS],
                 mean[METRIC_G_LOSS], mean[METRIC_D_REAL], mean[METRIC_D_FAKE]);
    else if (form < 3)
        text_add(t, "  d %.3f  g %.3f", mean[METRIC_D_LOSS], mean[METRIC_G_LOSS]);
    if (form == 1)
        text_add(t, "  D(x) %.2f  D(G(z)) %.2f", mean[METRIC_D_REAL], mean[METRIC_D_FAKE]);
}

/* Adds the figures of an epoch but the FID; the higher the form, the shorter. */
static void add_epoch(text *t, const progress *p, const epoch_metrics *e, int form)
{
    const double *mean = e->mean;
    text_add(t, "epoch %*" PRIu32 "/%d", p->epochs > 99 ? 3 : 1, e->epoch, p->epochs);
    add_game(t, mean, form);
    if (!isnan(e->psnr))
        text_add(t, "  %.2f dB", e->psnr);
    text_add(t, "  %.1f s", e->seconds);
}

static void add_judged(text *t, const epoch_metrics *e)
{
    if (!isnan(e->judged.fid))
        text_add(t, "  FID %.1f", e->judged.fid);
    if (!isnan(e->judged.psnr))
        text_add(t, "  test %.2f dB", e->judged.psnr);
}

static void show_epoch(void *context, const epoch_metrics *e)
{
    progress *p = context;
    enum { FID_COLUMNS = 11, TESTED_COLUMNS = 15 };
    int judged = !p->judges ? 0 : e->tests ? TESTED_COLUMNS : FID_COLUMNS;
    text t = { 0 };
    watch_erase(p->grid);
    int width = terminal_text_width() - judged;
    for (int form = 0; form < EPOCH_FORMS; form++) {
        t.length = 0;
        add_epoch(&t, p, e, form);
        if (text_check(&t) != STATUS_OK || lines_columns(t.data) <= width)
            break;
    }
    add_judged(&t, e);
    /* In one piece, so that the message of a signal does not come between its parts. */
    fprintf(stderr, "%s%s\n", p->live ? "\r\033[K" : "", t.data ? t.data : "");
    fflush(stderr);
    text_free(&t);
    if (e->epoch < (uint32_t)p->epochs)
        show_cost(p, p->model, clock_seconds());
}

void progress_add_finding(text *t, const finding *f, int width, bool colour)
{
    enum { INDENT = 9 };
    text line = { 0 };
    message_kind kind = f->is_good ? MESSAGE_NOTE : MESSAGE_WARNING;
    text_add(&line, "epoch %" PRIu32, f->from);
    if (f->to > f->from)
        text_add(&line, " to %" PRIu32, f->to);
    text_add(&line, ": %s; %s%s", f->text, f->is_good ? "" : "try ", f->remedy);
    int at = terminal_add_label(t, kind, colour);
    if (line.data)
        lines_add(t, line.data, (line_form){ at, INDENT, width });
    text_add(t, "\n");
    t->failed |= line.failed;
    text_free(&line);
}

static void show_finding(void *context, const finding *f)
{
    (void)context;
    text t = { 0 };
    progress_add_finding(&t, f, terminal_width(), terminal_has_colour());
    if (text_check(&t) == STATUS_OK)
        fwrite(t.data, 1, t.length, stderr);
    text_free(&t);
    fflush(stderr);
}

static void show_picture(void *context, const show_subject *drawn)
{
    const progress *p = context;
    watch_draw(p->grid, drawn);
}

static void show_end(void *context, const run_info *info, int signal)
{
    const progress *p = context;
    const model *m = &info->trainer->model;
    const char *path = info->folder->path;
    text word = { 0 };
    lines_add_shell_word(&word, path);
    if (p->live)
        fprintf(stderr, "\r\033[K");
    for (int i = 0; i < ILLNESS_COUNT; i++)
        if (info->diagnosis->findings[i].from > 0)
            show_finding(context, &info->diagnosis->findings[i]);
    if (signal) {
        fprintf(stderr, "interrupted in epoch %" PRIu32 "; everything is saved. To continue:\n",
                m->epoch + 1);
        fprintf(stderr, "  %s train --resume --out %s\n", p->program, word.data ? word.data : path);
    } else {
        fprintf(stderr, "done: %" PRIu32 " epoch%s\n", m->epoch, text_plural(m->epoch));
        print_path("  grids       ", path, "/samples/\n");
        print_path("  checkpoint  ", path, "/model.bin\n");
        if (info->monitor->every > 0 && info->best->epoch > 0) {
            const best_epoch *best = info->best;
            print_path("  the best    ", path, "/best.bin");
            if (info->monitor->restores)
                fprintf(stderr, " (%.2f dB at epoch %" PRIu32 ")\n", best->psnr, best->epoch);
            else
                fprintf(stderr, " (FID %.1f at epoch %" PRIu32 ")\n", best->fid, best->epoch);
        }
        print_path("  metrics     ", path, "/metrics.csv\n");
        if (info->trainer->options.report)
            print_path("  page        ", info->folder->report, "\n");
        const task *t = task_nth(m->options.task);
        fprintf(stderr,
                t->degrade ? "next:\n  %s %s picture.png --ckpt %s/model.bin -o result.png\n"
                           : "next:\n  %s %s --ckpt %s/model.bin -o grid.png\n",
                p->program, t->degrade ? t->command : "sample", word.data ? word.data : path);
    }
    text_free(&word);
}

run_observer progress_observer(progress *p, const char *program, watch_grid *w)
{
    void (*show)(void *, const show_subject *) = w->screen.way ? show_picture : NULL;
    *p = (progress){
        .program = program, .grid = w, .live = terminal_is_live(), .colour = terminal_has_colour()
    };
    if (w->quiet)
        return (run_observer){ .context = p, .picture = show };
    return (run_observer){ .context = p,
                           .start = show_start,
                           .classifier = show_classifier,
                           .notice = terminal_note,
                           .step = show_step,
                           .epoch = show_epoch,
                           .picture = show,
                           .before_signal = p->live ? "\r\033[K" : "",
                           .finding = show_finding,
                           .end = show_end };
}
