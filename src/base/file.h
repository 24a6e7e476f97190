/* base/file.h - reads files, and writes files that appear whole or not at all.
 *
 * Writing takes three calls; a file that is not committed is removed:
 *
 *     out_file *f;
 *     s = out_open(&f, path);
 *     if (!s) s = out_write(f, bytes, n);      as often as needed
 *     s = out_commit(f, s);                    fsync, rename, fsync the folder; or remove
 *
 * The bytes go to a temporary file in the target's own folder, so that a crash at any moment leaves
 * either the old file or the new one. If the target is a symbolic link, the file that it points to
 * is created or replaced, and the link stays. A target that exists but is not a regular file (a
 * pipe, a terminal, /dev/null), and "-" or "/dev/stdout", are written directly.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_BASE_FILE_H
#define GAN_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

typedef struct out_file out_file;
enum { OUT_BUFFER = 1 << 16 }; /* bytes that are collected before they are written */

/* Opens a file for writing. out_commit frees *f, which is NULL after a failure. The target itself
 * is not touched before out_commit. STATUS_IO, STATUS_MEMORY. */
status out_open(out_file **f, const char *path);

/* Appends n bytes. After a failure every further call fails the same way. */
status out_write(out_file *f, const void *bytes, size_t n);

/* Appends n values as little-endian binary32. */
status out_write_floats(out_file *f, const float *values, size_t n);

/* If so_far is STATUS_OK, makes the file appear under its name, durably. Otherwise, or if that
 * fails, removes the temporary file. Closes and frees f in either case. Returns so_far if it is a
 * failure, else its own status. f may be NULL if so_far is a failure. */
status out_commit(out_file *f, status so_far);

/* Writes a whole file in one call, in the same way. */
status file_write(const char *path, const void *bytes, size_t n);

/* The temporary file of "name" is called "name" FILE_TEMPORARY. An existing file of that name is
 * deleted, so no user should have a reason to choose it. */
#define FILE_TEMPORARY ".gan.tmp"

/* Opens a file, which may be there already, for writing at its end: the same calls, but what is
 * written stays, whatever out_commit returns. As file_append, this is not atomic. */
status out_append(out_file **f, const char *path);

/* Cuts a file down to its first n bytes, durably. STATUS_IO. */
status file_cut(const char *path, uint64_t n);

/* True for the names of standard output, "-" and "/dev/stdout"; false for NULL. */
bool file_is_output(const char *path);

/* Appends n bytes to an existing or new file and makes them durable. This is not atomic: after a
 * crash a part of them may be at the end, which every reader of such a file must expect. */
status file_append(const char *path, const void *bytes, size_t n);

/* open(2) with O_CLOEXEC, repeated if a signal interrupts it. */
int file_open(const char *path, int flags);

/* read(2) of at most n bytes, repeated if a signal interrupts it; *got is 0 at the end of the file.
 * STATUS_IO, with the path, if it fails. */
status file_read_some(int fd, const char *path, void *to, size_t n, size_t *got);

/* Reads exactly n bytes. STATUS_IO; STATUS_FORMAT if the file ends before them. */
status file_read_exactly(int fd, const char *path, void *to, size_t n);

/* Reads a whole file of at most `limit` bytes. *bytes is malloc'ed, owned by the caller, and has a
 * NUL after the last byte that *n does not count. STATUS_IO if it cannot be opened or read,
 * STATUS_FORMAT if it is longer than limit or is a folder. */
status file_read(const char *path, size_t limit, unsigned char **bytes, size_t *n);

/* Deletes a file durably; a missing file is not an error. */
status file_remove(const char *path);

/* *found: the path names something, following symbolic links. STATUS_IO if that cannot be
 * determined. */
status file_find(const char *path, bool *found);

/* True if the path names something, following symbolic links, or if that cannot be determined:
 * opening it then reports why. */
bool file_exists(const char *path);

/* True if the path names a regular file, following symbolic links: one that out_open would replace.
 */
bool file_is_regular(const char *path);

/* True if the path names a folder. */
bool file_is_folder(const char *path);

/* Creates a folder and those above it durably; existing ones are not an error. */
status folder_make(const char *path);

/* *absolute: a path that means the same from every folder, malloc'ed and the caller's. One that is
 * absolute already is copied unchanged. STATUS_IO if a relative one names nothing. */
status path_absolute(char **absolute, const char *path);

/* *path = folder + "/" + name, malloc'ed and the caller's. STATUS_MEMORY; *path is then NULL. */
status path_join(char **path, const char *folder, const char *name);

#endif
