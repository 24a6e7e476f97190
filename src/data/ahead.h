/* data/ahead.h - a thread that reads the samples of an epoch from the disk before a step needs
 * them.
 *
 *     ahead_open(&a, &data, room, rows);
 *     ahead_begin(a, order, count, &draw);        each epoch
 *     TRY(ahead_wait(a, first, n));               before a step
 *     ... ahead_sample(a, place), ahead_batch(...)
 *     ahead_stop(a);                              before the order changes
 *     ahead_close(a);
 *
 * The samples have places in the epoch's order, from 0; S bytes each. Those in the room are the
 * ones from the last ahead_wait on, in a ring. All functions are for one thread.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_DATA_AHEAD_H
#define GAN_DATA_AHEAD_H

#include "data/crops.h"

typedef struct ahead ahead;

/* Starts the thread for a set on the disk; room (rows, S) is the caller's. STATUS_MEMORY; *a is
 * then NULL. */
status ahead_open(ahead **a, const dataset *d, unsigned char *room, int rows);

/* Ends the thread; a may be NULL. */
void ahead_close(ahead *a);

/* An epoch of `count` samples in that order, which must not change until ahead_stop. draw: how its
 * crops are drawn; without meaning for a set without crops. */
void ahead_begin(ahead *a, const uint32_t *order, uint32_t count, const crop_draw *draw);
void ahead_stop(ahead *a);

/* Waits until the n samples from that place on are in the room, n <= rows; those before them are
 * given up. STATUS_IO: the disk has failed. */
status ahead_wait(ahead *a, uint32_t first, int n);

/* The bytes of a sample that ahead_wait has waited for: dataset_piece or dataset_read_crop. */
const unsigned char *ahead_sample(const ahead *a, uint32_t place);

/* Row i of out (n, S) = the sample with the place first + i, as dataset_batch converts it. */
void ahead_batch(const ahead *a, const compute *c, uint32_t first, int n, float *out);

#endif
