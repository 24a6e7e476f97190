/* cli/eval_classes.c - whether samples are of the classes that they were asked for, by themselves
 * or by captions.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/eval_asked.h"

#include <stdlib.h>

#include "eval/texts.h"

#include "base/banned.h"

typedef struct class_sets {
    arena arena;
    labelled reals;                         /* real images in the place of samples */
    unsigned char *asked, *test, *of_reals; /* classes */
} class_sets;

static void plan(class_sets *k, int count, int tests)
{
    labelled_plan(&k->reals, &k->arena, count, CLASSIFIER_FEATURES);
    k->asked = arena_take(&k->arena, (size_t)count, 1);
    k->test = arena_take(&k->arena, (size_t)tests, 1);
}

/* The classes of the test images: their labels, or what the classifier sees. */
static void take_test(class_sets *k, const evaluator *e)
{
    const unsigned char *from = e->test->labels ? e->test->labels : e->reals.labels;
    for (int i = 0; i < e->test->count; i++)
        k->test[i] = from[i];
}

/* The classes of the pictures that have each text: that of the first one, and how many texts have
 * another one beside it. */
static status count_ambiguous(const dataset *d, int *count)
{
    enum { NONE, SEVERAL = MOST_CLASSES + 1 };
    text_index t;
    status s = texts_open(&t, d);
    uint16_t *class_of = s == STATUS_OK ? calloc((size_t)t.count + 1, sizeof *class_of) : NULL;
    if (s == STATUS_OK && !class_of)
        s = status_fail(STATUS_MEMORY, "%s: out of memory for %d captions", d->path, t.count);
    for (int i = 0; class_of && i < d->count; i++)
        for (uint32_t k = d->captions->first[i]; k < d->captions->first[i + 1]; k++) {
            uint16_t *of = &class_of[t.ids[k]], own = (uint16_t)(1 + d->labels[i]);
            *of = *of == NONE || *of == own ? own : SEVERAL;
        }
    *count = 0;
    for (int i = 0; class_of && i < t.count; i++)
        *count += class_of[i] == SEVERAL;
    free(class_of);
    texts_close(&t);
    return s;
}

status asked_judge_classes(const asked_samples *s, asked_report *r)
{
    evaluator *e = s->evaluator;
    int count = s->samples.count;
    class_sets k = { 0 };
    if (e->classes == 0)
        return STATUS_OK;
    if (s->conditions->captions)
        TRY(count_ambiguous(e->train, &r->ambiguous));
    if (r->ambiguous > 0)
        return STATUS_OK;
    plan(&k, count, e->test->count);
    TRY(arena_open(&k.arena));
    plan(&k, count, e->test->count);
    take_test(&k, e);
    for (int i = 0; i < count; i++)
        k.asked[i] = e->train->labels[s->conditions->images[i]];
    points same = points_of_order(e->train, s->conditions->images, 0, count);
    classifier_apply(&e->classifier, &same, &k.reals);
    const asked_images sets[] = { { &e->samples, k.asked }, { &k.reals, k.asked } };
    asked_images tests = { &e->reals, k.test };
    obeyed both[2];
    status result = obeyed_run(e->compute, e->classes, tests, sets, 2, both);
    if (result == STATUS_OK) {
        r->has_classes = true;
        r->samples = both[0];
        r->reals = both[1];
        obeyed_accuracy(e->classes, tests, &r->tests);
    }
    arena_close(&k.arena);
    return result;
}
