/* train/from.h - --from: a new run begins with the nets of another run's checkpoint.
 *
 * A layer of the new nets takes the values of the layer at the same place if all of their tensors,
 * parameters and buffers, have the same names and sizes; the others start fresh. So does a layer
 * with a row for each word if the words differ. Adam's moments and the position start at 0. The
 * model options of that checkpoint are the defaults of the new run.
 *
 *     TRY(from_open(&f, path));
 *     from_add_options(&f, &config, &options);
 *     ... the new model is opened, planned and initialised ...
 *     TRY(from_read(&f, &model));
 *     from_close(&f);                             also after a failure
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TRAIN_FROM_H
#define GAN_TRAIN_FROM_H

#include "base/text.h"
#include "checkpoint/checkpoint.h"
#include "game/model.h"
#include "train/config.h"

typedef struct from {
    char *path; /* of the checkpoint; NULL: the run starts from nothing */
    checkpoint file;
    model source;
    uint32_t crc;    /* of that file; known from from_read on, as are */
    int taken;       /* layers whose values were taken, */
    int fresh_count; /* and layers that start fresh: */
    text fresh;      /* "generator.0, ..." */
    text json;       /* all of this as one JSON object, a line */
} from;

/* Opens the checkpoint, or model.bin in the folder of a run. STATUS_IO, STATUS_FORMAT. */
status from_open(from *f, const char *path);

/* Sets the model options to those of the checkpoint, except for those that are given. --seed,
 * --limit, the end of the schedule, and flags, which nobody could take back, are the new run's own.
 */
void from_add_options(const from *f, const train_config *c, model_options *o);

/* Copies what fits into the model, which has its first values, and says what that is. The whole
 * file is verified. STATUS_FORMAT, STATUS_MEMORY; STATUS_USAGE if nothing fits. */
status from_read(from *f, model *m);

void from_close(from *f);

#endif
