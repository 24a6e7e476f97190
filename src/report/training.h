/* report/training.h - the last samples of a run beside what it was trained on.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_REPORT_TRAINING_H
#define GAN_REPORT_TRAINING_H

#include "base/text.h"
#include "data/images.h"
#include "game/generator.h"

/* Adds "training" from the data that the folder's run.json names, if the generator was trained on
 * them. For images: {"data", "searched": their number, "pairs": [{"sample", "nearest",
 * "distance"}], "real": [{"png", "distance"}]}. A pair is one of the first samples of `gan sample`
 * and the training image that is nearest to it, by the search and the distance of gan eval
 * (eval/copies.h); the real ones are spread over the training images, each with the distance to its
 * nearest other one. Pictures are PNGs. For points: {"data", "reach", "points"}, floats (n, 2) and
 * the reach of their pictures (image/field.h).
 *
 * Data that are gone, or others now, are left out, which `notes`, an open JSON array, says.
 * STATUS_MEMORY. */
status training_add(text *t, text *notes, generator *g, const char *folder,
                    const image_watch *watch);

#endif
