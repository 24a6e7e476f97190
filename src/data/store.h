/* data/store.h - the bytes of a data set on the disk, for sets that memory does not hold.
 *
 * Either a nameless file in the user's cache folder (format/cache.h), which vanishes with the
 * process however that ends, or a file that is already there, from some byte on. A named file
 * must keep its size and its time: if it changes, every further read fails.
 *
 * Reads come from many threads, some of which cannot return a status. A failed read gives zeros;
 * the first failure stays, and store_check returns it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_DATA_STORE_H
#define GAN_DATA_STORE_H

#include <stddef.h>

#include "base/status.h"
#include "base/stream.h"

typedef struct store store;

/* A new nameless file. STATUS_IO, naming the folder; STATUS_MEMORY. *s is then NULL. */
status store_make(store **s);

/* The open file `fd` from its byte `at` on. Takes over fd and the malloc'ed path, also after a
 * failure. STATUS_IO, STATUS_MEMORY. */
status store_of_file(store **s, int fd, char *path, size_t at);

/* One owner more, who closes it as the first does. */
store *store_share(store *s);

/* s may be NULL. */
void store_close(store *s);

/* Only of a nameless file. STATUS_IO, with the bytes of the whole if the disk is full. */
status store_write(store *s, const void *bytes, size_t n, size_t at);

/* Zeros after a failure: STATUS_IO. From any thread. */
status store_read(store *s, void *to, size_t n, size_t at);

/* These bytes will be read soon: several such requests let the disk fetch them at the same time. */
void store_expect(const store *s, size_t n, size_t at);

/* Moves n bytes towards the start: to < from. */
status store_move(store *s, size_t to, size_t from, size_t n);

/* The first failure of any read or write; a NULL store has none. */
status store_check(const store *s);

/* Appends what is put at *next, which it moves on. */
typedef struct store_end {
    store *store;
    size_t next;
} store_end;
byte_sink store_sink(store_end *e);

byte_source store_source(store *s);

#endif
