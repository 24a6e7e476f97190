/* cli/eval_asked.c - the figures of what samples were asked for, as a table and as JSON.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/eval_asked.h"

#include <math.h>

#include "base/json.h"
#include "eval/variety.h"

#include "base/banned.h"

status asked_judge(const asked_samples *s, asked_report *r)
{
    r->kind = s->conditions->captions ? CONDITION_CAPTION : CONDITION_LABEL;
    TRY(asked_judge_classes(s, r));
    return r->kind == CONDITION_CAPTION ? asked_judge_captions(s, r) : STATUS_OK;
}

enum { TITLE_WIDTH = 38, VALUE_WIDTH = 10 };

/* A figure of the classes. */
typedef struct class_figure {
    const char *name; /* in JSON */
    const char *title;
    int digits, sign; /* 1: the lowest is the worst */
    beside_real mean;
    const double *of, *real;
} class_figure;

enum { CLASS_FIGURES = 3 };

static void list_figures(const asked_report *r, class_figure out[CLASS_FIGURES])
{
    const obeyed *s = &r->samples, *real = &r->reals, *tests = &r->tests;
    const class_figure list[CLASS_FIGURES] = {
        { "class_accuracy",
          "class accuracy",
          4,
          1,
          { s->accuracy, tests->accuracy },
          s->accuracy_of,
          tests->accuracy_of },
        { "class_fid",
          "FID within the class asked for",
          2,
          -1,
          { s->fid, real->fid },
          s->fid_of,
          real->fid_of },
        { "class_diversity",
          "diversity within the class asked for",
          3,
          1,
          { s->diversity, real->diversity },
          s->diversity_of,
          real->diversity_of },
    };
    for (int i = 0; i < CLASS_FIGURES; i++)
        out[i] = list[i];
}

/* ---- for people ---- */

static void add_value(text *t, double x, int digits, int width)
{
    if (isnan(x))
        text_add(t, "%*s", width, "-");
    else
        text_add(t, "%*.*f", width, digits, x);
}

static void add_row(text *t, const char *title, beside_real x, int digits)
{
    text_add(t, "%-*s", TITLE_WIDTH, title);
    add_value(t, x.value, digits, VALUE_WIDTH);
    add_value(t, x.real, digits, VALUE_WIDTH);
    text_add(t, "\n");
}

static void add_head(text *t, const char *title)
{
    text_add(t, "\n%-*s%*s%*s\n", TITLE_WIDTH, title, VALUE_WIDTH, "samples", VALUE_WIDTH, "real");
}

static void add_worst(text *t, const evaluator *e, const class_figure *f)
{
    text title = { 0 };
    int worst = obeyed_worst(e->classes, f->of, f->sign);
    if (worst < 0)
        return;
    text_add(&title, "  worst class: ");
    dataset_show_class(&title, e->train, worst);
    if (!title.failed)
        add_row(t, title.data, (beside_real){ f->of[worst], f->real[worst] }, f->digits);
    text_free(&title);
}

static void add_classes(text *t, const evaluator *e, const asked_report *r)
{
    class_figure list[CLASS_FIGURES];
    list_figures(r, list);
    add_head(t, r->kind == CONDITION_LABEL ? "asked for by class" : "classes asked for by caption");
    for (int i = 0; i < CLASS_FIGURES; i++) {
        add_row(t, list[i].title, list[i].mean, list[i].digits);
        add_worst(t, e, &list[i]);
    }
    text_add(t, "real accuracy: of the test images\n");
}

static const char *title_of_test(const evaluator *e)
{
    return e->train->held         ? "R-precision, held-out captions"
           : e->test->is_held_out ? "R-precision, last fifth"
                                  : "R-precision, test captions";
}

static void add_captions(text *t, const evaluator *e, const asked_report *r)
{
    add_head(t, "asked for by caption");
    add_row(t, "R-precision, training captions", r->training.share, 4);
    if (r->test.pictures > 0)
        add_row(t, title_of_test(e), r->test.share, 4);
    add_row(t, "FID of the matcher's vectors", r->fid, 4);
    add_row(t, "distance over z, same caption", (beside_real){ r->variety, r->variety_same }, 3);
    add_row(t, "  real: any two pictures", (beside_real){ NAN, r->variety_any }, 3);
    for (int a = 0; a < ATTRIBUTES; a++) {
        text title = { 0 };
        if (r->attributes[a].captions == 0)
            continue;
        text_add(&title, "rank correlation, %s", attribute_rows[a].name);
        if (!title.failed)
            add_row(t, title.data, r->attributes[a].said, 3);
        text_free(&title);
        add_row(t, "  also without a word for it", r->attributes[a].all, 3);
    }
}

void asked_add_table(text *t, const evaluator *e, const asked_report *r)
{
    if (r->has_matcher)
        add_captions(t, e, r);
    if (r->has_classes)
        add_classes(t, e, r);
    if (r->ambiguous > 0)
        text_add(t, "\nno figures of classes: pictures of several classes share %d caption%s\n",
                 r->ambiguous, r->ambiguous == 1 ? "" : "s");
    if (!r->has_matcher && r->kind == CONDITION_CAPTION)
        text_add(t, "\ntoo few images to learn which captions fit them\n");
}

/* ---- for programs ---- */

static void add_number(text *t, const char *name, double x)
{
    if (isnan(x))
        json_add(t, name, "null");
    else
        json_add_double(t, name, x);
}

static void add_pair(text *t, beside_real x)
{
    add_number(t, "value", x.value);
    add_number(t, "real", x.real);
}

static void add_list(text *t, const char *name, int n, const double *x)
{
    json_begin(t, name, '[');
    for (int i = 0; i < n; i++)
        add_number(t, NULL, x[i]);
    json_end(t, ']');
}

static void add_json_classes(text *t, const evaluator *e, const asked_report *r)
{
    class_figure list[CLASS_FIGURES];
    list_figures(r, list);
    for (int i = 0; i < CLASS_FIGURES; i++) {
        const class_figure *f = &list[i];
        int worst = obeyed_worst(e->classes, f->of, f->sign);
        text name = { 0 };
        json_begin(t, f->name, '{');
        add_pair(t, f->mean);
        add_list(t, "classes", e->classes, f->of);
        add_list(t, "real_classes", e->classes, f->real);
        if (worst >= 0) {
            dataset_add_class(&name, e->train, worst);
            json_add_string(t, "worst_class", name.data ? name.data : "");
            add_number(t, "worst", f->of[worst]);
            text_free(&name);
        }
        json_end(t, '}');
    }
}

static void add_precision(text *t, const char *name, const caption_precision *p)
{
    if (p->pictures == 0)
        return;
    json_begin(t, name, '{');
    json_add(t, "pictures", "%d", p->pictures);
    add_pair(t, p->share);
    add_number(t, "spread", p->spread.value);
    add_number(t, "real_spread", p->spread.real);
    json_end(t, '}');
}

static void add_json_captions(text *t, const evaluator *e, const asked_report *r)
{
    json_begin(t, "r_precision", '{');
    add_precision(t, "training", &r->training);
    add_precision(t, e->train->held ? "held_out" : "test", &r->test);
    json_end(t, '}');
    json_begin(t, "matcher_fid", '{');
    add_pair(t, r->fid);
    json_end(t, '}');
    json_begin(t, "variety", '{');
    json_add(t, "captions", "%d", r->variety_of);
    json_add(t, "samples_of_each", "%d", VARIETY_EACH);
    add_number(t, "value", r->variety);
    add_number(t, "real_same_caption", r->variety_same);
    add_number(t, "real_any", r->variety_any);
    json_end(t, '}');
    json_begin(t, "attributes", '{');
    for (int a = 0; a < ATTRIBUTES; a++) {
        const caption_attribute *x = &r->attributes[a];
        if (x->captions == 0)
            continue;
        json_begin(t, attribute_rows[a].name, '{');
        json_add(t, "captions", "%d", x->captions);
        add_pair(t, x->said);
        add_number(t, "value_with_all", x->all.value);
        add_number(t, "real_with_all", x->all.real);
        json_end(t, '}');
    }
    json_end(t, '}');
}

void asked_add_json(text *t, const evaluator *e, const asked_report *r)
{
    if (!r->has_classes && !r->has_matcher)
        return;
    json_begin(t, "asked", '{');
    json_add_string(t, "for", condition_choice((int)r->kind)->name);
    if (r->has_matcher)
        add_json_captions(t, e, r);
    if (r->has_classes)
        add_json_classes(t, e, r);
    if (r->ambiguous > 0)
        json_add(t, "ambiguous_captions", "%d", r->ambiguous);
    json_end(t, '}');
}
