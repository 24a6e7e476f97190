/* tests/fuzz/fuzz_file.c - gives an input a file name, for readers of files.
 *
 * System calls take more than half of the time of a small input. With libFuzzer the linker (--wrap)
 * redirects the calls of our readers to this file, which knows the input's name and descriptor.
 *
 * SPDX-License-Identifier: MIT */
#include "fuzz_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#ifdef __linux__
#include <sys/mman.h>
#endif
#include <unistd.h>

char *fuzz_system_file(const uint8_t *bytes, size_t n)
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

#ifndef FUZZ_CHANGES

char *fuzz_file(const uint8_t *bytes, size_t n)
{
    return fuzz_system_file(bytes, n);
}

static char link_name[64];

static void remove_link(void)
{
    unlink(link_name);
}

char *fuzz_file_ending(const char *ending, const uint8_t *bytes, size_t n)
{
    if (link_name[0] == 0)
        atexit(remove_link);
    else
        remove_link();
    snprintf(link_name, sizeof link_name, "/tmp/gan-fuzz-%ld%s", (long)getpid(), ending);
    CHECK(symlink(fuzz_system_file(bytes, n), link_name) == 0);
    return link_name;
}

#else

enum { NUMBER = 1 << 20 }; /* not a descriptor of the system */

static char name[32];
static const uint8_t *content;
static size_t length, position;

char *fuzz_file(const uint8_t *bytes, size_t n)
{
    return fuzz_file_ending("", bytes, n);
}

char *fuzz_file_ending(const char *ending, const uint8_t *bytes, size_t n)
{
    snprintf(name, sizeof name, "input%s", ending);
    content = bytes;
    length = n;
    return name;
}

int __real_open(const char *path, int flags, int mode);
int __real_close(int fd);
int __real_stat(const char *path, struct stat *st);
int __real_fstat(int fd, struct stat *st);
ssize_t __real_read(int fd, void *to, size_t n);

int __wrap_open(const char *path, int flags, int mode);
int __wrap_close(int fd);
int __wrap_stat(const char *path, struct stat *st);
int __wrap_fstat(int fd, struct stat *st);
ssize_t __wrap_read(int fd, void *to, size_t n);

/* If the caller passes no mode, this one is undefined, and nobody reads it. */
int __wrap_open(const char *path, int flags, int mode)
{
    if (path != name)
        return __real_open(path, flags, mode);
    position = 0;
    return NUMBER;
}

int __wrap_close(int fd)
{
    return fd == NUMBER ? 0 : __real_close(fd);
}

static int describe(struct stat *st)
{
    *st = (struct stat){ .st_mode = S_IFREG | 0600, .st_size = (off_t)length };
    return 0;
}

int __wrap_stat(const char *path, struct stat *st)
{
    return path == name ? describe(st) : __real_stat(path, st);
}

int __wrap_fstat(int fd, struct stat *st)
{
    return fd == NUMBER ? describe(st) : __real_fstat(fd, st);
}

ssize_t __wrap_read(int fd, void *to, size_t n)
{
    if (fd != NUMBER)
        return __real_read(fd, to, n);
    size_t part = n < length - position ? n : length - position;
    memcpy(to, content + position, part);
    position += part;
    return (ssize_t)part;
}

#endif
