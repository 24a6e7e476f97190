/* train/ranks.h - a run that several ranks train together (math/group.h), to the bytes of one.
 *
 * Rank 0 is the run: it reads options, writes files, shows progress, judges. The others follow it
 * step by step, with their rows of each batch, and write nothing.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TRAIN_RANKS_H
#define GAN_TRAIN_RANKS_H

#include "game/model.h"
#include "train/config.h"

/* Returns when all ranks have called it. STATUS_IO where one is lost. */
status ranks_wait(group g);

/* Can the batch be shared? STATUS_USAGE, with what would be possible. */
status ranks_check(const model *m);

/* Are the data, the options and the weights of all ranks the same before the first step, and the
 * checkpoint that they have read (its CRC-32; 0: none)? STATUS_USAGE, with the first rank that
 * differs from rank 0; STATUS_IO where one is lost. */
status ranks_compare(const model *m, uint32_t read);

/* Rank 0 calls these between two steps, while the others are in ranks_follow: ranks_save writes the
 * model, as model_save does, and ranks_end tells the others that the run has ended. */
status ranks_save(const model *m, const char *path);
void ranks_end(group g);

/* Trains as rank 1, 2, ...: the same configuration as that of rank 0. *signal as in run_train. */
status ranks_follow(train_config *c, int *signal);

#endif
