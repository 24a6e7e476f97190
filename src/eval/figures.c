/* eval/figures.c - which figures there are, by which judge, and what they are called.
 *
 * SPDX-License-Identifier: MIT */
#include "eval/evaluator.h"

#include "base/banned.h"

static const figure_kind kinds[FIGURE_COUNT] = {
    [FIGURE_FID] = { "fid", "FID", "lower", 2 },
    [FIGURE_KID] = { "kid", "KID", "lower", 4 },
    [FIGURE_PRECISION] = { "precision", "precision (k = 3)", "higher", 3 },
    [FIGURE_RECALL] = { "recall", "recall (k = 3)", "higher", 3 },
    [FIGURE_DENSITY] = { "density", "density (k = 5)", "as real", 3 },
    [FIGURE_COVERAGE] = { "coverage", "coverage (k = 5)", "higher", 3 },
    [FIGURE_DIVERGENCE] = { "class_kl", "classes: KL to the data", "lower", 4 },
    [FIGURE_CLASSES] = { "classes_covered", "classes: covered", "higher", 0 },
    [FIGURE_CONFIDENCE] = { "confidence", "classifier's confidence", "as real", 3 },
    [FIGURE_DIVERSITY] = { "diversity", "diversity within a class", "as real", 3 },
    [FIGURE_NEAREST] = { "nearest_distance", "distance to training images", "as real", 3 },
    [FIGURE_COPIES] = { "near_copies", "share of near copies", "as real", 4 },
    [FIGURE_PARZEN] = { "parzen", "Parzen log-likelihood", "higher", 1 },
};

const figure_kind *figure_kind_of(figure f)
{
    return &kinds[f];
}

const char *evaluator_title(const evaluator *e, figure f)
{
    return f == FIGURE_DIVERSITY && e->judge == JUDGE_TURNS ? "diversity" : kinds[f].title;
}

bool evaluator_has(const evaluator *e, figure f)
{
    bool of_classes = f == FIGURE_DIVERGENCE || f == FIGURE_CLASSES || f == FIGURE_CONFIDENCE;
    if (of_classes || f < FIGURE_NEAREST)
        return e->judge == JUDGE_LABELS || (e->judge == JUDGE_TURNS && !of_classes);
    return true;
}

static const option_choice judges[] = {
    [JUDGE_AUTO] = { "auto", "labels where the data have them, else turns" },
    [JUDGE_LABELS] = { "labels", "the classifier learns the labels" },
    [JUDGE_TURNS] = { "turns", "it learns by how many quarter turns a picture is turned" },
};

const option_choice *judge_choice(int i)
{
    return i < (int)(sizeof judges / sizeof *judges) ? &judges[i] : NULL;
}

double evaluator_chance(const evaluator *e)
{
    return 1.0 / e->classifier.classes;
}

bool evaluator_is_blind(const evaluator *e)
{
    static const double above_chance = 0.1;
    return e->judge == JUDGE_TURNS && e->accuracy < evaluator_chance(e) + above_chance;
}
