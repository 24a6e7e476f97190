/* tests/fault/sweep.h - whatever reads, parses or saves, with each of its allocations and each of
 * its calls failing in turn.
 *
 * As tests/fault/memory and tests/fault/calls do with the whole program, but within one process, so
 * that every test run tries every place. An operation that fails says why, frees all that it took
 * and closes what it opened; where it makes a file, the file is the old one or the new one.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TESTS_SWEEP_H
#define GAN_TESTS_SWEEP_H

#include "test.h"

/* What is tried over and over. */
typedef struct operation {
    const char *name;
    void (*prepare)(void); /* before each time; NULL: nothing is needed */
    status (*run)(void);
    void (*check)(bool done); /* afterwards: did it succeed? NULL: it leaves nothing */
    status undisturbed;       /* what it ends with where nothing fails */
} operation;

/* With each fault that there is, at the first place, the second, and so on. */
void sweep(const operation *o);

/* The name of the fault that is being tried; "" where there is none. */
const char *sweep_fault(void);
void sweep_all(const operation *all, size_t count);
#define SWEEP(operations) sweep_all(operations, sizeof(operations) / sizeof *(operations))

/* ---- files for them ---- */

extern unsigned char old_bytes[100], new_bytes[200000];

void write_ok(const char *path, const void *bytes, size_t n);
void remove_tree(const char *path);

/* Does the file have just these bytes? */
bool holds(const char *path, const unsigned char *expected, size_t size);

/* "file", with old_bytes. */
void old_file(void);

/* The cache is below the working folder. */
void no_cache(void);

/* ---- the tests: sweep_base.c, sweep_run.c, sweep_data.c ---- */

void files_are_whole_and_closed(void **state);
void words_are_read_or_refused(void **state);
void checkpoints_are_whole(void **state);
void runs_are_opened_or_left_alone(void **state);
void the_cache_is_read_and_written_or_not(void **state);
void folders_of_pictures_are_read_or_refused(void **state);
void data_are_found_or_not(void **state);
void files_of_data_are_read_or_refused(void **state);
void pictures_are_written_or_not(void **state);

#endif
