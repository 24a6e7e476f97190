/* base/arena.c - one block of memory, measured first.
 *
 * SPDX-License-Identifier: MIT */
#include "base/arena.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "base/system.h"

#include "base/banned.h"

enum { CACHE_LINE = 64, HUGE_PAGE = 2 << 20 };

void *arena_take(arena *a, size_t count, size_t size)
{
    size_t bytes = 0;
    if (!size_mul(count, size, &bytes) || !size_add(bytes, CACHE_LINE - 1, &bytes)) {
        a->overflow = true;
        return NULL;
    }
    bytes -= bytes % CACHE_LINE;
    char *part = a->block ? a->block + a->used : NULL;
    if (!size_add(a->used, bytes, &a->used))
        a->overflow = true;
    assert(!a->block || a->used <= a->size);
    return part;
}

status arena_open(arena *a)
{
    size_t bytes = a->used > 0 ? a->used : CACHE_LINE;
    void *block = NULL;
    /* In small pages a column of a matrix has each element in another one, and the CPU remembers
     * where too few of them are. The last pages stay small: no more memory than was measured. */
    size_t alignment = bytes < HUGE_PAGE ? CACHE_LINE : HUGE_PAGE;
    if (!a->overflow && posix_memalign(&block, alignment, bytes) == 0)
        a->block = block;
    if (!a->block)
        return status_fail(STATUS_MEMORY, "cannot allocate the %zu MB that this needs%s",
                           bytes / 1000000, a->overflow ? " (the sizes overflow)" : "");
    system_prefer_large_pages(a->block, bytes - bytes % HUGE_PAGE);
    memset(a->block, 0, bytes);
    a->size = bytes;
    a->used = 0;
    return STATUS_OK;
}

status arena_reopen(arena *a, const arena *counted)
{
    if (!a->block || counted->overflow || counted->used > a->size) {
        arena_close(a);
        a->used = counted->used;
        a->overflow = counted->overflow;
        return arena_open(a);
    }
    memset(a->block, 0, counted->used);
    a->used = 0;
    return STATUS_OK;
}

void arena_close(arena *a)
{
    free(a->block);
    *a = (arena){ 0 };
}
