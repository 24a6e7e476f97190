/* base/arena.h - one block of memory for everything that a run needs, measured before allocation.
 *
 * The same function that hands out the parts also measures them. It runs twice:
 *
 *     arena a = { 0 };           an empty arena only counts: arena_take returns NULL
 *     plan(&a, ...);
 *     TRY(arena_open(&a));       takes the sum, zeroed
 *     plan(&a, ...);             the same calls in the same order now get memory
 *     ...
 *     arena_close(&a);
 *
 * So the total is known, and can be printed, before anything is allocated, and a step of training
 * allocates nothing.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_BASE_ARENA_H
#define GAN_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

typedef struct arena {
    char *block;   /* NULL while counting */
    size_t size;   /* of the block, once open */
    size_t used;   /* bytes handed out, or counted, so far */
    bool overflow; /* a size did not fit size_t: arena_open reports it */
} arena;

/* Hands out count elements of `size` bytes each, aligned to a cache line (64 bytes); returns NULL
 * while counting. Taking more than was counted is a bug (assert). */
void *arena_take(arena *a, size_t count, size_t size);

/* Allocates the counted memory, filled with zeros. STATUS_MEMORY if that fails or a size
 * overflowed. */
status arena_open(arena *a);

/* For a plan that changes: takes what `counted` has counted, filled with zeros, in the block that
 * is there already if that is large enough. STATUS_MEMORY as above. */
status arena_reopen(arena *a, const arena *counted);

/* Frees the block; an arena that was never opened is allowed. */
void arena_close(arena *a);

#endif
