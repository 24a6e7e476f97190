/* train/diagnosis.c - the table of illnesses: a test of the newest epochs, a sentence, a remedy.
 *
 * The limits separate the figures of measured healthy and ill runs: docs/diagnosis.md. To add an
 * illness, add a name in diagnosis.h and a row here.
 *
 * SPDX-License-Identifier: MIT */
#include "train/diagnosis.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "game/task.h"
#include "nn/loss.h"

#include "base/banned.h"

static const double log_4 = 1.3862943611198906;

/* Initial weights make nearly identical images, which D tells apart, so these steps do not count.
 */
enum { FIRST_STEPS = 200 };

/* ---- tests of one epoch ---- */

/* Whether D(x) is a probability or learns to be one, so that 1/2 means something. */
static bool has_middle(const model_options *o)
{
    return loss_nth(o->loss)->labels;
}

static bool d_overpowers(const model_options *o, const epoch_metrics *e)
{
    const double *m = e->mean;
    return has_middle(o) && m[METRIC_RIGHT_REAL] > 0.98 && m[METRIC_RIGHT_FAKE] > 0.98 &&
           m[METRIC_D_REAL] > 0.97 * (1 - o->label_smoothing) && m[METRIC_D_FAKE] < 0.03;
}

static bool g_overpowers(const model_options *o, const epoch_metrics *e)
{
    return has_middle(o) && e->mean[METRIC_D_FAKE] > e->mean[METRIC_D_REAL] + 0.15;
}

static bool is_collapsed(const model_options *o, const epoch_metrics *e)
{
    (void)o;
    return e->step >= FIRST_STEPS && e->vitals.spread < 0.25;
}

static bool explodes(const model_options *o, const epoch_metrics *e)
{
    double norm = fmax(e->mean[METRIC_D_NORM], e->mean[METRIC_G_NORM]);
    return norm > 100.0 * o->batch;
}

static bool has_dead_units(const model_options *o, const epoch_metrics *e)
{
    (void)o;
    return e->vitals.g_dead > 0.85 || e->vitals.d_dead > 0.85;
}

static bool at_equilibrium(const model_options *o, const epoch_metrics *e)
{
    return loss_nth(o->loss)->probability && fabs(e->mean[METRIC_D_REAL] - 0.5) < 0.03 &&
           fabs(e->mean[METRIC_D_FAKE] - 0.5) < 0.03 && fabs(e->value + log_4) < 0.05 &&
           e->vitals.spread >= 0.4;
}

/* ---- tests of several epochs, the oldest first ---- */

typedef struct evidence {
    const model_options *options;
    const epoch_metrics *epochs, *newest;
    int count;
    double least_sure; /* of the diagnosis */
} evidence;

static double mean_of(const epoch_metrics *e, int n, metric which)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += e[i].mean[which];
    return sum / n;
}

/* Samples that the run has, but for those that its batches leave out. */
static double samples_of(const evidence *v)
{
    double steps = (double)v->newest->step / v->newest->epoch;
    return steps * v->options->batch * v->options->d_steps;
}

/* Of a few samples, each seen often, D is now sure and was not before: G had fooled it, and then it
 * learned the real ones by heart (Karras and others 2020). Samples that hardly vary are another
 * illness. */
static bool memorises(const evidence *v)
{
    enum { TIMES = 50, MANY = 10000 };
    static const double sure = 0.9, unsure = 0.85, varied = 0.4;
    const model_options *o = v->options;
    return o->task == TASK_NONE && !loss_nth(o->loss)->drifts && !loss_nth(o->loss)->pairs &&
           v->newest->epoch >= TIMES && samples_of(v) <= MANY && v->least_sure < unsure &&
           v->newest->vitals.spread >= varied &&
           mean_of(v->epochs, v->count, METRIC_RIGHT_REAL) > sure &&
           mean_of(v->epochs, v->count, METRIC_RIGHT_FAKE) > sure;
}

/* Classes are missing in every epoch, and the FID no longer falls. The limit on diversity excludes
 * the first samples: noise that hardly varies and that the classifier assigns to one or two
 * classes. */
static bool loses_classes(const evidence *v)
{
    const epoch_metrics *e = v->epochs;
    int n = v->count;
    double diversity = 0;
    for (int i = 0; i < n; i++) {
        diversity += e[i].judged.diversity / n;
        if (!(e[i].judged.classes_covered < e[i].judged.classes))
            return false;
    }
    return diversity > 0.12 && e[n - 1].judged.fid > 0.97 * e[0].judged.fid;
}

/* The spread rises and falls widely and ends near where it began. A turn is a swing back by more
 * than 0.15. Healthy runs begin with one turn: their spread falls from that of noise and rises to
 * that of the data. */
static bool oscillates(const evidence *v)
{
    const epoch_metrics *e = v->epochs;
    int n = v->count;
    static const double swing = 0.15;
    double first = e[0].vitals.spread, low = first, high = first, way = 0;
    int turns = 0, direction = 0;
    for (int i = 1; i < n; i++) {
        double now = e[i].vitals.spread;
        way += fabs(now - e[i - 1].vitals.spread);
        low = fmin(low, now);
        high = fmax(high, now);
        bool up = direction != 1 && now > low + swing, down = direction != -1 && now < high - swing;
        if (!up && !down)
            continue;
        turns += direction != 0;
        direction = up ? 1 : -1;
        low = high = now;
    }
    return turns >= 2 && way > 0.8 && fabs(e[n - 1].vitals.spread - first) < way / 2;
}

/* ---- the texts of findings ---- */

static void tell_d(const evidence *v, char *out)
{
    const double *m = v->newest->mean;
    snprintf(out, FINDING_SIZE,
             "the discriminator overpowers the generator: D(x) %.3f, D(G(z)) %.3f, G's loss %.3g, "
             "its gradient %.2g per sample",
             m[METRIC_D_REAL], m[METRIC_D_FAKE], m[METRIC_G_LOSS],
             m[METRIC_G_NORM] / v->options->batch);
}

static void tell_g(const evidence *v, char *out)
{
    const double *m = v->newest->mean;
    snprintf(out, FINDING_SIZE,
             "the generator overpowers the discriminator: D scores fakes, D(G(z)) %.3f, above real "
             "samples, D(x) %.3f",
             m[METRIC_D_FAKE], m[METRIC_D_REAL]);
}

static void tell_collapse(const evidence *v, char *out)
{
    double spread = v->newest->vitals.spread;
    snprintf(out, FINDING_SIZE, "%s: the spread of 64 samples is %.3f times that of real ones",
             spread < 0.05 ? "collapse, G makes one sample" : "partial collapse", spread);
}

static void tell_classes(const evidence *v, char *out)
{
    const judged_figures *j = &v->newest->judged;
    snprintf(
        out, FINDING_SIZE,
        "classes are lost: the samples cover %.0f of %.0f (the KL of their shares is %.2f), and "
        "in %d judged epochs the FID went from %.1f to %.1f",
        j->classes_covered, j->classes, j->class_kl, v->count, v->epochs->judged.fid, j->fid);
}

static void tell_oscillation(const evidence *v, char *out)
{
    double low = INFINITY, high = -INFINITY;
    for (int i = 0; i < v->count; i++) {
        low = fmin(low, v->epochs[i].vitals.spread);
        high = fmax(high, v->epochs[i].vitals.spread);
    }
    snprintf(out, FINDING_SIZE,
             "oscillation without progress: the spread of 64 samples swung between %.2f and %.2f "
             "times that of real ones in the last %d epochs",
             low, high, v->count);
}

static void tell_memorisation(const evidence *v, char *out)
{
    snprintf(out, FINDING_SIZE,
             "memorisation: D knows its %.0f samples by heart: having seen each %" PRIu32
             " times, it takes %.0f %% of them for real and %.0f %% of the fakes for fake, so that "
             "G can only copy them",
             samples_of(v), v->newest->epoch, 100 * mean_of(v->epochs, v->count, METRIC_RIGHT_REAL),
             100 * mean_of(v->epochs, v->count, METRIC_RIGHT_FAKE));
}

static void tell_explosion(const evidence *v, char *out)
{
    const double *m = v->newest->mean;
    snprintf(out, FINDING_SIZE,
             "the gradients explode: the norm per sample is %.3g in D, %.3g in G",
             m[METRIC_D_NORM] / v->options->batch, m[METRIC_G_NORM] / v->options->batch);
}

static void tell_dead(const evidence *v, char *out)
{
    const vital_signs *s = &v->newest->vitals;
    bool in_g = s->g_dead > s->d_dead;
    snprintf(out, FINDING_SIZE,
             "dead units: in a layer of %s %.0f %% of the relu units are 0 for every sample",
             in_g ? "G" : "D", 100 * (in_g ? s->g_dead : s->d_dead));
}

static void tell_equilibrium(const evidence *v, char *out)
{
    const epoch_metrics *e = v->newest;
    snprintf(out, FINDING_SIZE,
             "near equilibrium: D(x) %.3f, D(G(z)) %.3f, V(D, G) %.3f (-log 4 is -1.386), "
             "Jensen-Shannon estimate %.3f",
             e->mean[METRIC_D_REAL], e->mean[METRIC_D_FAKE], e->value,
             fmax(0, (e->value + log_4) / 2));
}

static const struct row {
    const char *name;
    int epochs; /* consecutive epochs required */
    /* Tests each of them, or all of them together; the other is NULL. */
    bool (*shows)(const model_options *o, const epoch_metrics *e);
    bool (*together)(const evidence *v);
    void (*tell)(const evidence *v, char *out);
    const char *remedy;
    bool judged;  /* epochs whose samples were not judged do not count */
    bool is_good; /* a note, not a warning */
} rows[ILLNESS_COUNT] = {
    [ILLNESS_DISCRIMINATOR_OVERPOWERS] = { .name = "discriminator-overpowers",
                                           .epochs = 3,
                                           .shows = d_overpowers,
                                           .tell = tell_d,
                                           .remedy = "a smaller --lr-d, dropout in "
                                                     "--discriminator, --r1 0.1, "
                                                     "--instance-noise 0.1 or "
                                                     "--label-smoothing 0.1; --loss "
                                                     "non-saturating instead of minimax" },
    [ILLNESS_GENERATOR_OVERPOWERS] = { .name = "generator-overpowers",
                                       .epochs = 2,
                                       .shows = g_overpowers,
                                       .tell = tell_g,
                                       .remedy = "a larger --lr-d or a smaller --lr-g, --d-steps "
                                                 "2, a wider --discriminator" },
    [ILLNESS_COLLAPSE] = { .name = "collapse",
                           .epochs = 2,
                           .shows = is_collapsed,
                           .tell = tell_collapse,
                           .remedy = "--beta1 0.5, a smaller --lr, a larger --latent, --r1 0.1 "
                                     "with --ema 0.999, --instance-noise 0.1" },
    [ILLNESS_CLASSES_LOST] = { .name = "classes-lost",
                               .epochs = 5,
                               .together = loses_classes,
                               .judged = true,
                               .tell = tell_classes,
                               .remedy = "--r1 0.1 with --ema 0.999, --beta1 0.5, a smaller --lr, "
                                         "a larger --batch" },
    [ILLNESS_OSCILLATION] = { .name = "oscillation",
                              .epochs = DIAGNOSIS_EPOCHS,
                              .together = oscillates,
                              .tell = tell_oscillation,
                              .remedy = "--r1 0.1 with --ema 0.999, --beta1 0.5, a smaller --lr, "
                                        "--lr-schedule cosine" },
    [ILLNESS_MEMORISATION] = { .name = "memorisation",
                               .epochs = DIAGNOSIS_EPOCHS,
                               .together = memorises,
                               .tell = tell_memorisation,
                               .remedy = "--augment auto, --augment color,translation,cutout, more "
                                         "data" },
    [ILLNESS_EXPLODING_GRADIENTS] = { .name = "exploding-gradients",
                                      .epochs = 1,
                                      .shows = explodes,
                                      .tell = tell_explosion,
                                      .remedy = "a smaller --lr, --init he; with --loss "
                                                "wasserstein --gradient-penalty 10" },
    [ILLNESS_DEAD_UNITS] = { .name = "dead-units",
                             .epochs = 2,
                             .shows = has_dead_units,
                             .tell = tell_dead,
                             .remedy = "a smaller --lr, \"leaky_relu 0.2\" for relu in --generator "
                                       "and --discriminator" },
    [ILLNESS_EQUILIBRIUM] = { .name = "equilibrium",
                              .epochs = 3,
                              .shows = at_equilibrium,
                              .tell = tell_equilibrium,
                              .remedy = "D cannot tell the samples from real ones; gan eval "
                                        "measures how close they are",
                              .is_good = true },
};

static bool holds(const struct row *row, const evidence *v)
{
    if (row->together)
        return row->together(v);
    for (int i = 0; i < v->count; i++)
        if (!row->shows(v->options, &v->epochs[i]))
            return false;
    return true;
}

static void push(epoch_window *w, const epoch_metrics *e)
{
    if (w->count == DIAGNOSIS_EPOCHS)
        memmove(w->epochs, w->epochs + 1, (size_t)--w->count * sizeof *w->epochs);
    w->epochs[w->count++] = *e;
}

void diagnosis_open(diagnosis *d, const model_options *o)
{
    *d = (diagnosis){ .options = o, .least_sure = 1 };
    for (int i = 0; i < ILLNESS_COUNT; i++)
        d->findings[i] =
            (finding){ .name = rows[i].name, .remedy = rows[i].remedy, .is_good = rows[i].is_good };
}

unsigned diagnosis_add(diagnosis *d, const epoch_metrics *e)
{
    unsigned news = 0;
    bool judged = !isnan(e->judged.fid);
    push(&d->all, e);
    if (d->all.count == DIAGNOSIS_EPOCHS && d->all.epochs->step >= FIRST_STEPS)
        d->least_sure =
            fmin(d->least_sure, mean_of(d->all.epochs, DIAGNOSIS_EPOCHS, METRIC_RIGHT_REAL));
    if (judged)
        push(&d->judged, e);
    for (int i = 0; i < ILLNESS_COUNT; i++) {
        const struct row *row = &rows[i];
        const epoch_window *w = row->judged ? &d->judged : &d->all;
        if (w->count < row->epochs || (row->judged && !judged))
            continue;
        const epoch_metrics *first = w->epochs + w->count - row->epochs;
        const evidence v = { d->options, first, first + row->epochs - 1, row->epochs,
                             d->least_sure };
        finding *f = &d->findings[i];
        if (!holds(row, &v))
            continue;
        if (f->from == 0) {
            news |= 1u << i;
            f->from = e->epoch;
            row->tell(&v, f->text);
        }
        f->to = e->epoch;
    }
    return news;
}

void finding_add_json(text *t, const finding *f)
{
    json_add_string(t, "name", f->name);
    json_add(t, "from", "%" PRIu32, f->from);
    json_add(t, "to", "%" PRIu32, f->to);
    json_add_string(t, "text", f->text);
    json_add_string(t, "remedy", f->remedy);
}
