/* eval/evaluator_parts.h - what the files of the evaluator share; no other file includes it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_EVAL_EVALUATOR_PARTS_H
#define GAN_EVAL_EVALUATOR_PARTS_H

#include "eval/evaluator.h"
#include "format/cache.h"

/* ---- evaluator.c ---- */

/* All figures but those of copies. Without resamplings only those figures have a spread that need
 * none. */
void evaluator_judge(evaluator *e, points samples, const resamplings *s, sample_report *r);

/* The figures of copies, from e->squared (n). */
void evaluator_run_copies(evaluator *e, int n, const resamplings *s, sample_report *r);

/* e->test_squared = the squared distances of the test images to their nearest training images; of
 * images that were held out, to their nearest other images. */
void evaluator_measure_tests(evaluator *e);

/* e->squared = e->test_squared */
void evaluator_take_tests(evaluator *e);

/* ---- evaluator_real.c ---- */

/* Judges the sets of `count` real images each. */
void evaluator_measure_real(evaluator *e, const evaluator_watch *w, int count, sample_report *r);

/* ---- evaluator_kept.c ---- */

/* Reads the entry, or makes its tensors and keeps them. A cache that is damaged or cannot be
 * written is a notice. Fails as `make`. */
status evaluator_keep(const cache_entry *entry, const evaluator_watch *w,
                      status (*make)(void *context), void *context);

/* Each reads its result from the cache, or makes it and keeps it there. */
status evaluator_get_classifier(evaluator *e, const evaluator_watch *w);
status evaluator_get_distances(evaluator *e, const evaluator_watch *w);
status evaluator_get_real(evaluator *e, const evaluator_watch *w, int count, sample_report *r);

#endif
