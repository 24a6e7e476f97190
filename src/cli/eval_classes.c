/* cli/eval_classes.c - whether samples are of the classes that they were asked for.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/eval_asked.h"

#include <stdlib.h>

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

status asked_judge_classes(const asked_samples *s, asked_report *r)
{
    evaluator *e = s->evaluator;
    int count = s->samples.count;
    class_sets k = { 0 };
    if (e->classes == 0)
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
        r->kind = CONDITION_LABEL;
        r->samples = both[0];
        r->reals = both[1];
        obeyed_accuracy(e->classes, tests, &r->tests);
    }
    arena_close(&k.arena);
    return result;
}
