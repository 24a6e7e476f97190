/* cli/eval_figures.c - the figures of `gan eval` as a table and as JSON.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/eval_figures.h"

#include <inttypes.h>
#include <math.h>

#include "base/json.h"

#include "base/banned.h"

/* ---- for people ---- */

/* Adds classes that have names, one row each. */
static void add_named_classes(text *t, const judged_samples *j)
{
    const evaluator *e = j->evaluator;
    text_add(t, "\n%-28s%12s%12s%12s\n", "class", "samples, %", "data, %", "diversity");
    for (int c = 0; c < e->classes; c++) {
        size_t start = t->length;
        dataset_show_class(t, e->train, c);
        int length = (int)(t->length - start);
        text_add(t, "%*s%12.1f%12.1f%12.2f\n", length < 28 ? 28 - length : 0, "",
                 100 * j->report->histogram[c] / j->count, 100 * e->reference.shares[c],
                 j->report->diversity[c]);
    }
}

/* Adds classes that are numbers, ten across. */
static void add_classes(text *t, const judged_samples *j)
{
    enum { ACROSS = 10 };
    const evaluator *e = j->evaluator;
    for (int from = 0; from < e->classes; from += ACROSS) {
        int end = from + ACROSS < e->classes ? from + ACROSS : e->classes;
        text_add(t, "\nclass           ");
        for (int c = from; c < end; c++)
            text_add(t, "%6d", c);
        text_add(t, "\nsamples, %%      ");
        for (int c = from; c < end; c++)
            text_add(t, "%6.1f", 100 * j->report->histogram[c] / j->count);
        text_add(t, "\ndata, %%         ");
        for (int c = from; c < end; c++)
            text_add(t, "%6.1f", 100 * e->reference.shares[c]);
        text_add(t, "\ndiversity       ");
        for (int c = from; c < end; c++)
            text_add(t, "%6.2f", j->report->diversity[c]);
        text_add(t, "\n");
    }
}

static void add_held_out(text *t, const dataset *test)
{
    text_add(t, " against %d images of ", test->count);
    text_add_shown(t, test->path);
    text_add(t, "\nthere is no test part: these images belong to the training data\n");
}

/* Who judges, and how well. */
static void add_judge(text *t, const evaluator *e)
{
    int turns = e->classifier.classes;
    if (e->judge == JUDGE_LABELS && e->test->labels)
        text_add(t, "the classifier labels %.2f %% of the test images correctly\n",
                 100 * e->accuracy);
    if (e->judge != JUDGE_TURNS)
        return;
    text_add(t,
             "%sthe classifier has learned by how many %s turns an image is turned: it\n"
             "finds %.1f %% of the turns of the test images (by chance: %.0f %%)\n",
             e->train->labels ? "" : "no labels: ", turns == 4 ? "quarter" : "half",
             100 * e->accuracy, 100 * evaluator_chance(e));
    if (evaluator_is_blind(e))
        text_add(t,
                 "warning: that is near chance: these images look alike in every turn, so the\n"
                 "classifier has learned little about them; trust the figures of pixels alone\n");
}

static void add_too_few(text *t, const dataset *test)
{
    if (test->is_held_out)
        text_add(t, "fewer than %d images: no classifier, and only the figures of pixels\n",
                 EVALUATOR_HELD_OUT * EVALUATOR_LEAST_TEST);
    else
        text_add(t,
                 "fewer than %d training or %d test images:\n"
                 "no classifier, and only the figures of pixels\n",
                 EVALUATOR_LEAST_TRAIN, EVALUATOR_LEAST_TEST);
}

static void add_head(text *t, const judged_samples *j)
{
    const evaluator *e = j->evaluator;
    text_add_shown(t, j->file);
    text_add(t, ": %d samples", j->count);
    if (j->drawn)
        text_add(t, " of seed %" PRIu64, j->seed);
    if (e->test->is_held_out)
        add_held_out(t, e->test);
    else
        text_add(t, " against %d test images\n", e->test->count);
    if (e->judge == JUDGE_NOBODY)
        add_too_few(t, e->test);
    else
        add_judge(t, e);
}

enum { VALUE_WIDTH = 10, SPREAD_WIDTH = 9 };

/* Adds the value and its spread, or a dash if it has none. */
static void add_estimate(text *t, estimate x, int digits)
{
    text_add(t, "%*.*f", VALUE_WIDTH, digits, x.value);
    if (isnan(x.spread))
        text_add(t, "%*s", SPREAD_WIDTH, "-");
    else
        text_add(t, "%*.*f", SPREAD_WIDTH, digits, x.spread);
}

static void add_rows(text *t, const judged_samples *j)
{
    text_add(t, "\n%-28s%*s%*s%*s%*s  %s\n", "", VALUE_WIDTH, "samples", SPREAD_WIDTH, "spread",
             VALUE_WIDTH, "real", SPREAD_WIDTH, "spread", "better");
    for (figure f = 0; f < FIGURE_COUNT; f++) {
        const figure_kind *k = figure_kind_of(f);
        if (!j->report->has[f])
            continue;
        text_add(t, "%-28s", evaluator_title(j->evaluator, f));
        add_estimate(t, j->report->figures[f], k->digits);
        add_estimate(t, j->floor->figures[f], k->digits);
        text_add(t, "  %s\n", k->better);
    }
}

void figures_add_table(text *t, const judged_samples *j)
{
    add_head(t, j);
    add_rows(t, j);
    if (j->evaluator->train->names && j->evaluator->classes > 0)
        add_named_classes(t, j);
    else
        add_classes(t, j);
    asked_add_table(t, j->evaluator, j->asked);
    if (j->floor->sets > 1)
        text_add(t, "\nreal: the mean over %d sets of %d training images each\n", j->floor->sets,
                 j->floor->count);
    else
        text_add(t, "\nreal: the same figure for %d training images\n", j->floor->count);
    text_add(t, "spread: one standard deviation\n");
}

/* ---- for programs ---- */

static void add_list(text *t, const char *name, int n, const double *x)
{
    json_begin(t, name, '[');
    for (int i = 0; i < n; i++)
        json_add_double(t, NULL, x[i]);
    json_end(t, ']');
}

static void add_spread(text *t, const char *name, estimate x)
{
    if (isnan(x.spread))
        json_add(t, name, "null");
    else
        json_add_double(t, name, x.spread);
}

static void add_figures(text *t, const judged_samples *j)
{
    json_begin(t, "figures", '{');
    for (figure f = 0; f < FIGURE_COUNT; f++) {
        if (!j->report->has[f])
            continue;
        json_begin(t, figure_kind_of(f)->name, '{');
        json_add_double(t, "value", j->report->figures[f].value);
        json_add_double(t, "real", j->floor->figures[f].value);
        add_spread(t, "spread", j->report->figures[f]);
        add_spread(t, "real_spread", j->floor->figures[f]);
        json_end(t, '}');
    }
    json_end(t, '}');
}

static void add_judge_json(text *t, const evaluator *e)
{
    bool turns = e->judge == JUDGE_TURNS;
    if (e->judge == JUDGE_NOBODY)
        json_add(t, "judge", "null");
    else
        json_add_string(t, "judge", judge_choice((int)e->judge)->name);
    if (turns || (e->judge == JUDGE_LABELS && e->test->labels))
        json_add_double(t, "classifier_accuracy", e->accuracy);
    if (turns) {
        json_add_double(t, "classifier_chance", evaluator_chance(e));
        json_add(t, "classifier_is_near_chance", evaluator_is_blind(e) ? "true" : "false");
    }
}

void figures_add_json(text *t, const judged_samples *j)
{
    const evaluator *e = j->evaluator;
    json_begin(t, NULL, '{');
    json_add_string(t, "file", j->file);
    json_add(t, "samples", "%d", j->count);
    json_add(t, "seed", "%" PRIu64, j->seed);
    json_add(t, "test_images", "%d", e->test->count);
    json_add(t, "real_images", "%d", j->floor->count);
    json_add(t, "real_sets", "%d", j->floor->sets);
    json_add(t, "test_images_were_trained_on", "%s", e->test->is_held_out ? "true" : "false");
    add_judge_json(t, e);
    json_add_double(t, "parzen_sigma", j->report->sigma);
    json_add_double(t, "parzen_sigma_real", j->floor->sigma);
    add_figures(t, j);
    json_begin(t, "class_names", '[');
    for (int c = 0; c < e->classes; c++) {
        text name = { 0 };
        dataset_add_class(&name, e->train, c);
        json_add_string(t, NULL, name.data ? name.data : "");
        text_free(&name);
    }
    json_end(t, ']');
    add_list(t, "class_samples", e->classes, j->report->histogram);
    add_list(t, "class_shares", e->classes, e->reference.shares);
    add_list(t, "class_diversity", e->classes, j->report->diversity);
    asked_add_json(t, e, j->asked);
    json_end(t, '}');
    text_add(t, "\n");
}
