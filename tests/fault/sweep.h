/* tests/fault/sweep.h - runs the readers, parsers and writers with each of their allocations and
 * each of their calls failing in turn.
 *
 * tests/fault/memory and tests/fault/calls do this with the whole program; here it happens within
 * one process, so that every test run tries every place. No failure is ignored, except in the calls
 * that an operation passes over. An operation that fails says why, frees its memory and closes its
 * files; a file that it writes is the old one or the new one.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TESTS_SWEEP_H
#define GAN_TESTS_SWEEP_H

#include "test.h"

/* An operation to repeat with every fault. */
typedef struct operation {
    const char *name;
    void (*prepare)(void); /* before each run; NULL: nothing to prepare */
    status (*run)(void);
    void (*check)(bool done); /* after each run; done: it succeeded. NULL: nothing to check */
    status undisturbed;       /* its status if nothing fails */
    const char *passed_over;  /* the calls that may fail without an error, with spaces between */
} operation;

/* Runs the operation with each fault, at the first place, the second, and so on. */
void sweep(const operation *o);

/* The name of the current fault; "" if there is none. */
const char *sweep_fault(void);
void sweep_all(const operation *all, size_t count);
#define SWEEP(operations) sweep_all(operations, sizeof(operations) / sizeof *(operations))

/* ---- files for the operations ---- */

extern unsigned char old_bytes[100], new_bytes[200000];

void write_ok(const char *path, const void *bytes, size_t n);
void remove_tree(const char *path);

/* Whether the file has exactly these bytes. */
bool holds(const char *path, const unsigned char *expected, size_t size);

/* Writes old_bytes to "file". */
void old_file(void);

/* Removes the cache, which is below the working folder. */
void no_cache(void);

/* ---- the tests: sweep_base.c, sweep_run.c, sweep_data.c, sweep_captions.c, sweep_pages.c,
 * sweep_upscale.c ---- */

void files_are_whole_and_closed(void **state);
void words_are_read_or_refused(void **state);
void checkpoints_are_whole(void **state);
void runs_are_opened_or_left_alone(void **state);
void the_cache_is_read_and_written_or_not(void **state);
void folders_of_pictures_are_read_or_refused(void **state);
void crops_are_made_or_refused(void **state);
void pictures_of_each_format_are_read_or_refused(void **state);
void data_are_found_or_not(void **state);
void files_of_data_are_read_or_refused(void **state);
void pictures_are_written_or_not(void **state);
void pictures_are_enlarged_or_not(void **state);
void runs_are_shown_whole_or_with_notes(void **state);
void captions_are_read_or_refused(void **state);
void conditions_are_learned_or_refused(void **state);
void a_matcher_is_made_or_refused(void **state);

#endif
