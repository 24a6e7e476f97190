/* base/file.h - files read whole, and files that appear whole or not at all.
 *
 * Writing, in this order (a file that is not committed is removed):
 *
 *     out_file *f;
 *     s = out_open(&f, path);
 *     if (!s) s = out_write(f, bytes, n);      as often as needed
 *     s = out_commit(f, s);                    fsync, rename, fsync the folder; or remove
 *
 * The bytes go to a temporary file in the target's own folder, so that a crash at any moment leaves
 * either the old file or the new one. Behind a symbolic link it is the file that it leads to which
 * appears or is replaced; the link stays. A target that exists and is no regular file (a pipe, a
 * terminal, /dev/null), and "-" or "/dev/stdout", are written directly.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_BASE_FILE_H
#define GAN_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

typedef struct out_file out_file;
enum { OUT_BUFFER = 1 << 16 }; /* bytes that wait to be written together */

/* Opens a file for writing. *f is for out_commit to free, and NULL on failure. The target itself is
 * not touched before out_commit. */
status out_open(out_file **f, const char *path);

/* Appends n bytes. After a failure every further call fails the same way. */
status out_write(out_file *f, const void *bytes, size_t n);

/* With so_far == STATUS_OK: makes the file appear under its name, durable. Otherwise, or where that
 * fails, removes the temporary. Either way the out_file is closed and freed; returns so_far if it
 * was a failure, else its own. f may be NULL where so_far is a failure. */
status out_commit(out_file *f, status so_far);

/* Writes a whole file at once, as above. */
status file_write(const char *path, const void *bytes, size_t n);

/* What the temporary file of "name" is called: "name" FILE_TEMPORARY. No name that a user would
 * give a file of theirs, for what is there under it is deleted. */
#define FILE_TEMPORARY ".gan.tmp"

/* True for what stands for standard output; false for NULL. */
bool file_is_output(const char *path);

/* Appends n bytes to an existing or new file and makes them durable. Not atomic: a crash can leave
 * a part of them at the end, which whoever reads such a file must expect. */
status file_append(const char *path, const void *bytes, size_t n);

/* open(2), with O_CLOEXEC, and again where a signal interrupts it. */
int file_open(const char *path, int flags);

/* read(2) of at most n bytes, and again where a signal interrupts it; *got is 0 at the end.
 * STATUS_IO, with the path, where it fails. */
status file_read_some(int fd, const char *path, void *to, size_t n, size_t *got);

/* The same of n bytes; STATUS_FORMAT where there are fewer. */
status file_read_exactly(int fd, const char *path, void *to, size_t n);

/* Reads a whole file of at most `limit` bytes. *bytes is malloc'ed, owned by the caller, and has a
 * NUL after the last byte that *n does not count. STATUS_IO where it cannot be opened or read,
 * STATUS_FORMAT where it is longer than limit or is a folder. */
status file_read(const char *path, size_t limit, unsigned char **bytes, size_t *n);

/* Deletes a file, durably; one that is not there is fine. */
status file_remove(const char *path);

/* Whether the path names something (following symbolic links); STATUS_IO where that cannot be found
 * out. */
status file_find(const char *path, bool *found);

/* True where the path names something (following symbolic links), or where that cannot be found
 * out: whoever then opens it is told why. */
bool file_exists(const char *path);

/* True where the path names a folder. */
bool file_is_folder(const char *path);

/* Makes a folder and those above it, durably; one that exists already is fine. */
status folder_make(const char *path);

/* folder + "/" + name, malloc'ed; STATUS_MEMORY where that fails. */
status path_join(char **path, const char *folder, const char *name);

#endif
