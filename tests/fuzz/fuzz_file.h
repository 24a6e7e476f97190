/* tests/fuzz/fuzz_file.h - an input under a name, for readers of files: one file, in memory where
 * the system has such, written anew for each input.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TESTS_FUZZ_FILE_H
#define GAN_TESTS_FUZZ_FILE_H

#include <stdbool.h>
#ifdef __linux__
#include <sys/mman.h>
#endif
#include <unistd.h>

#include "fuzz.h"

/* Is it gzip, as the readers recognise it? */
static inline bool fuzz_is_gzip(const uint8_t *bytes, size_t n)
{
    return n >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
}

/* The name of a file with these bytes, until the next call. */
static inline const char *fuzz_file(const uint8_t *bytes, size_t n)
{
    static char path[32] = "/tmp/gan-fuzz-XXXXXX";
    static int fd = -1;
    if (fd < 0) {
#ifdef __linux__
        fd = memfd_create("input", MFD_CLOEXEC);
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
#else
        fd = mkstemp(path);
#endif
        CHECK(fd >= 0);
    }
    CHECK(ftruncate(fd, (off_t)n) == 0);
    CHECK(pwrite(fd, bytes, n, 0) == (ssize_t)n);
    return path;
}

#endif
