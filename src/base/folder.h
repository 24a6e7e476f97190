/* base/folder.h - what base/file.c and base/folder.c share. Everybody else includes base/file.h.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_BASE_FOLDER_H
#define GAN_BASE_FOLDER_H

#include "base/status.h"

/* system_sync, repeated if a signal interrupts it. */
int file_sync(int fd);

/* Opens the folder that holds `path`. STATUS_IO, STATUS_MEMORY. */
status folder_open_of(const char *path, int *fd);

/* Makes a change of names in the folder of `path` durable. folder_sync closes fd. STATUS_IO. */
status folder_sync(const char *path, int fd);
status folder_sync_of(const char *path);

/* Reports why no file can be created at `path`, naming the folder that is missing or refuses it.
 * `error` is the errno value. Always fails. */
status folder_refuses(const char *path, int error);

#endif
