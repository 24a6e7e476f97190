/* train/diagnosis.h - finds what is wrong with a run from the figures of its epochs.
 *
 * Figures in, findings out: nothing here trains, reads files or prints. Given the rows of
 * metrics.csv again, in order, it finds the same for a run that is resumed or examined later.
 * docs/diagnosis.md says what each illness is.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TRAIN_DIAGNOSIS_H
#define GAN_TRAIN_DIAGNOSIS_H

#include <stdbool.h>

#include "base/text.h"
#include "train/metrics.h"

typedef enum illness {
    ILLNESS_DISCRIMINATOR_OVERPOWERS,
    ILLNESS_GENERATOR_OVERPOWERS,
    ILLNESS_COLLAPSE,
    ILLNESS_CLASSES_LOST,
    ILLNESS_OSCILLATION,
    ILLNESS_MEMORISATION,
    ILLNESS_EXPLODING_GRADIENTS,
    ILLNESS_DEAD_UNITS,
    ILLNESS_EQUILIBRIUM, /* not an illness, but worth a note */
    ILLNESS_COUNT
} illness;

enum { DIAGNOSIS_EPOCHS = 8, FINDING_SIZE = 256 };

typedef struct finding {
    const char *name;        /* "collapse" */
    const char *remedy;      /* what to try, with the options that do it */
    bool is_good;            /* a note, not a warning */
    uint32_t from, to;       /* the first and the last epoch that showed it; from 0: none did */
    char text[FINDING_SIZE]; /* a sentence with the figures of the first */
} finding;

/* The newest epochs, the newest last. */
typedef struct epoch_window {
    epoch_metrics epochs[DIAGNOSIS_EPOCHS];
    int count;
} epoch_window;

typedef struct diagnosis {
    const model_options *options;
    epoch_window all, judged; /* `judged`: those whose samples were judged */
    double least_sure;        /* the least mean accuracy on real samples of a full window so far */
    finding findings[ILLNESS_COUNT];
} diagnosis;

/* Starts with no epoch. The options must live as long as the diagnosis. */
void diagnosis_open(diagnosis *d, const model_options *o);

/* Looks at the next epoch. Bit i of the result is set if it is the first to show illness i. */
unsigned diagnosis_add(diagnosis *d, const epoch_metrics *e);

/* Adds name, from, to, text and remedy to the JSON object that is open. */
void finding_add_json(text *t, const finding *f);

#endif
