/* game/saved.h - a model as a checkpoint: saved, and opened again.
 *
 *     TRY(model_open_file(&m, &f, path));
 *     TRY(model_open_memory(&m, &arena, use));    or model_plan
 *     TRY(model_read(&m, &f));
 *     checkpoint_close(&f);                       also after a failure
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_GAME_SAVED_H
#define GAN_GAME_SAVED_H

#include "checkpoint/checkpoint.h"
#include "game/model.h"

/* Writes the model, as checkpoint_save: of a group of ranks rank 0, while the others call
 * model_bring. */
status model_save(const model *m, const char *path);
void model_bring(const model *m);

/* The CRC-32 in the file of this model, as checkpoint_crc. In a group of ranks, that of what each
 * of them has: not the moments, nor an average. */
status model_crc(const model *m, uint32_t *crc);

/* Opens *f, and *m as its header says: options, nets, data, position. STATUS_IO, or STATUS_FORMAT
 * with what was expected and found; *m is then not open. */
status model_open_file(model *m, checkpoint *f, const char *path);

/* Reads the nets for which the model was planned, and verifies the whole file, as checkpoint_read.
 */
status model_read(model *m, checkpoint *f);

#endif
