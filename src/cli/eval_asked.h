/* cli/eval_asked.h - `gan eval` of a generator that is asked for classes or captions: whether its
 * samples are what was asked for. For cmd_eval.c and eval_figures.c.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_EVAL_ASKED_H
#define GAN_CLI_EVAL_ASKED_H

#include "eval/evaluator.h"
#include "eval/obeyed.h"
#include "game/generator.h"
#include "train/real_conditions.h"

/* What was drawn, and what it is compared with. */
typedef struct asked_samples {
    generator *generator;
    uint64_t seed;
    const real_conditions *conditions; /* of the samples */
    points samples;
    evaluator *evaluator; /* which has judged them */
    const evaluator_watch *watch;
} asked_samples;

/* A figure of samples next to that of real pictures; NAN: there is none. */
typedef struct beside_real {
    double value, real;
} beside_real;

/* R-precision of the captions of one part of the data. */
typedef struct caption_precision {
    int pictures; /* 0: the part has no captions */
    beside_real share, spread;
} caption_precision;

/* The rank correlation of an attribute's words with its measure: over the captions that have one of
 * its words, and over all, where the others stand between the two. */
typedef struct caption_attribute {
    int captions; /* that have one of the words; 0: there is no such attribute */
    beside_real said, all;
} caption_attribute;

typedef struct asked_report {
    condition_kind kind; /* CONDITION_NONE: nothing below is there */
    /* Of classes, asked for or those of the pictures whose captions were; `tests` has only
     * accuracy. */
    bool has_classes;
    int ambiguous; /* captions that pictures of several classes have: if any, no classes */
    obeyed samples, reals, tests;
    /* Of captions: */
    bool has_matcher;
    caption_precision training, test;
    beside_real fid;     /* of the matcher's vectors */
    int variety_of;      /* captions with VARIETY_EACH samples each */
    double variety;      /* their mean distance, */
    double variety_same; /* that of real pictures that share a caption, */
    double variety_any;  /* and that of any real pictures */
    caption_attribute attributes[ATTRIBUTES];
} asked_report;

/* Fills what there is for the model's conditions. STATUS_MEMORY, STATUS_NONFINITE. */
status asked_judge(const asked_samples *s, asked_report *r);

/* Parts of it: the figures of classes, and those of captions. */
status asked_judge_classes(const asked_samples *s, asked_report *r);
status asked_judge_captions(const asked_samples *s, asked_report *r);

/* Adds rows of figures, or the member "asked". */
void asked_add_table(text *t, const evaluator *e, const asked_report *r);
void asked_add_json(text *t, const evaluator *e, const asked_report *r);

#endif
