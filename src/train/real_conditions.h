/* train/real_conditions.h - the conditions of real images, for samples that are to be compared with
 * them: as many sevens as there are among the images, or the same sentences.
 *
 * Sample i has the class of image i of a fixed shuffle (eval/order.h), which begins again where
 * there are more samples than images; or one of that image's captions, drawn by ORDER_CAPTION.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TRAIN_REAL_CONDITIONS_H
#define GAN_TRAIN_REAL_CONDITIONS_H

#include "data/dataset.h"
#include "eval/order.h"
#include "game/asked.h"

typedef struct real_conditions {
    int count;                    /* samples; 0: they have no conditions */
    const condition_table *table; /* the model's classes, or */
    condition_list texts;         /* captions, encoded as the model reads them */
    uint32_t *ids;                /* (count): of each sample, in the table */
    uint32_t *images;             /* (count): the image that it is of */
    uint32_t *captions;           /* (count): its number in the data's captions; NULL: classes */
} real_conditions;

/* Chooses the conditions of `count` samples from those of d; for a model without conditions there
 * are none. Images of a class that the model does not know are left out. STATUS_USAGE if d has no
 * labels or captions, or no class that the model knows; STATUS_MEMORY. The model and d must live
 * until real_conditions_close, which is allowed also after a failure. */
status real_conditions_open(real_conditions *r, const known_conditions *k, const dataset *d,
                            order_of order, int count);
void real_conditions_close(real_conditions *r);

/* Bytes that they take. */
size_t real_conditions_memory(const real_conditions *r);

/* For model_ask. */
asked real_conditions_asked(const real_conditions *r);

#endif
