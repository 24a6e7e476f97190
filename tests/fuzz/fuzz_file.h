/* tests/fuzz/fuzz_file.h - an input under a name, for readers of files.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TESTS_FUZZ_FILE_H
#define GAN_TESTS_FUZZ_FILE_H

#include <unistd.h>

#include "fuzz.h"

typedef struct fuzz_file {
    char path[32];
    int fd;
} fuzz_file;

static inline void fuzz_file_open(fuzz_file *f, const uint8_t *bytes, size_t n)
{
    snprintf(f->path, sizeof f->path, "/tmp/gan-fuzz-XXXXXX");
    f->fd = mkstemp(f->path);
    CHECK(f->fd >= 0);
    CHECK(write(f->fd, bytes, n) == (ssize_t)n);
}

static inline void fuzz_file_close(fuzz_file *f)
{
    close(f->fd);
    unlink(f->path);
}

#endif
