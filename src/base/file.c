/* base/file.c - reads files, and writes files that appear whole or not at all.
 *
 * SPDX-License-Identifier: MIT */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/folder.h"
#include "base/size.h"

#include "base/banned.h"

static status out_of_memory(const char *path)
{
    return status_fail(STATUS_MEMORY, "%s: out of memory", path);
}

/* write(2) until all is written: a short count and EINTR are not errors. */
static status write_all(int fd, const char *path, const unsigned char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t done = write(fd, bytes, size_min(n, 1 << 30));
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return status_fail_errno(STATUS_IO, errno, "%s: cannot write", path);
        bytes += done;
        n -= (size_t)done;
    }
    return STATUS_OK;
}

int file_open(const char *path, int flags)
{
    int fd;
    do
        fd = open(path, flags | O_CLOEXEC, 0666);
    while (fd < 0 && errno == EINTR);
    return fd;
}

status file_read_some(int fd, const char *path, void *to, size_t n, size_t *got)
{
    ssize_t result;
    do
        result = read(fd, to, n);
    while (result < 0 && errno == EINTR);
    if (result < 0)
        return status_fail_errno(STATUS_IO, errno, "%s: cannot read", path);
    *got = (size_t)result;
    return STATUS_OK;
}

status file_read_exactly(int fd, const char *path, void *to, size_t n)
{
    unsigned char *next = to;
    for (size_t left = n, got = 0; left > 0; next += got, left -= got) {
        TRY(file_read_some(fd, path, next, left, &got));
        if (got == 0)
            return status_fail(STATUS_FORMAT, "%s: is cut off: expected %zu bytes more", path,
                               left);
    }
    return STATUS_OK;
}

/* After EINTR the file is closed (Linux) or left to the process's end; in no case is it safe to
 * close that number again. What was written is synced before. */
static int close_file(int fd)
{
    int result = close(fd);
    return result != 0 && errno == EINTR ? 0 : result;
}

struct out_file {
    char *path;      /* as given, with symbolic links resolved; messages name it */
    char *temporary; /* NULL: the target is written directly */
    int fd;
    bool is_open;
    bool appends; /* in place: what is written is synced when it is committed */
    size_t used;  /* bytes in the buffer */
    unsigned char buffer[OUT_BUFFER];
};

static void out_close(out_file *f)
{
    if (f->is_open && f->fd != STDOUT_FILENO)
        close(f->fd);
    free(f->temporary);
    free(f->path);
    free(f);
}

/* A new file gets the permissions that umask allows; a replaced one keeps its own. */
static status open_temporary(out_file *f, const struct stat *old)
{
    size_t size = strlen(f->path) + sizeof FILE_TEMPORARY;
    f->temporary = malloc(size);
    if (!f->temporary)
        return out_of_memory(f->path);
    snprintf(f->temporary, size, "%s%s", f->path, FILE_TEMPORARY);
    /* The name is fixed, so that what a crash leaves behind is cleared by the next save; O_EXCL
     * after the unlink makes sure that it is ours and no link to somewhere else. */
    if (unlink(f->temporary) != 0 && errno != ENOENT) {
        int error = errno;
        return file_is_folder(f->temporary)
                   ? status_fail(STATUS_IO,
                                 "%s: cannot write: %s is a folder, but while it is written a file "
                                 "has that name",
                                 f->path, f->temporary)
                   : folder_refuses(f->path, error);
    }
    f->fd = file_open(f->temporary, O_WRONLY | O_CREAT | O_EXCL);
    if (f->fd < 0)
        return folder_refuses(f->path, errno);
    f->is_open = true;
    if (old && fchmod(f->fd, old->st_mode & 07777) != 0)
        return status_fail_errno(STATUS_IO, errno, "%s: cannot set permissions", f->path);
    return STATUS_OK;
}

bool file_is_output(const char *path)
{
    return path && (strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0);
}

/* The name behind symbolic links that lead to nothing yet; *path is malloc'ed. */
static status follow_links(char **path)
{
    enum { MOST_LINKS = 40 };
    for (int i = 0; i < MOST_LINKS; i++) {
        char target[PATH_MAX];
        ssize_t n = readlink(*path, target, sizeof target);
        if ((size_t)n >= sizeof target) /* -1 as well */
            break;
        const char *slash = strrchr(*path, '/');
        size_t folder = slash && target[0] != '/' ? (size_t)(slash + 1 - *path) : 0;
        char *next = malloc(folder + (size_t)n + 1);
        if (!next)
            return out_of_memory(*path);
        memcpy(next, *path, folder);
        memcpy(next + folder, target, (size_t)n);
        next[folder + (size_t)n] = 0;
        free(*path);
        *path = next;
    }
    return STATUS_OK;
}

static status open_target(out_file *f, const char *path)
{
    struct stat st;
    f->path = strdup(path);
    if (!f->path)
        return out_of_memory(path);
    if (file_is_output(path)) {
        f->fd = STDOUT_FILENO;
        f->is_open = true;
        return STATUS_OK;
    }
    if (stat(path, &st) != 0) {
        if (errno != ENOENT)
            return folder_refuses(path, errno);
        TRY(follow_links(&f->path));
        return open_temporary(f, NULL);
    }
    if (S_ISDIR(st.st_mode))
        return status_fail(STATUS_IO, "%s: is a folder, expected the name of a file to write",
                           path);
    if (!S_ISREG(st.st_mode)) {
        f->fd = file_open(path, O_WRONLY);
        if (f->fd < 0)
            return status_fail_errno(STATUS_IO, errno, "%s: cannot write", path);
        f->is_open = true;
        return STATUS_OK;
    }
    /* The file that a symbolic link points to is replaced, not the link. */
    char *real = realpath(path, NULL);
    if (!real)
        return status_fail_errno(STATUS_IO, errno, "%s: cannot write", path);
    free(f->path);
    f->path = real;
    return open_temporary(f, &st);
}

static status out_make(out_file **f, const char *path)
{
    *f = malloc(sizeof **f);
    if (!*f)
        return out_of_memory(path);
    (*f)->path = (*f)->temporary = NULL;
    (*f)->is_open = (*f)->appends = false;
    (*f)->fd = -1;
    (*f)->used = 0;
    return STATUS_OK;
}

status out_open(out_file **f, const char *path)
{
    TRY(out_make(f, path));
    status s = open_target(*f, path);
    if (s != STATUS_OK) {
        if ((*f)->is_open) /* after a failure that can only be the temporary file */
            unlink((*f)->temporary);
        out_close(*f);
        *f = NULL;
    }
    return s;
}

static status out_flush(out_file *f)
{
    size_t n = f->used;
    f->used = 0;
    return write_all(f->fd, f->path, f->buffer, n);
}

status out_write(out_file *f, const void *bytes, size_t n)
{
    const unsigned char *next = bytes;
    while (n > 0) {
        /* Bytes that would fill the empty buffer bypass it. */
        if (f->used == 0 && n >= sizeof f->buffer)
            return write_all(f->fd, f->path, next, n);
        size_t part = size_min(n, sizeof f->buffer - f->used);
        memcpy(f->buffer + f->used, next, part);
        f->used += part;
        next += part;
        n -= part;
        if (f->used == sizeof f->buffer)
            TRY(out_flush(f));
    }
    return STATUS_OK;
}

status out_write_floats(out_file *f, const float *values, size_t n)
{
    unsigned char bytes[4 * 4096];
    for (size_t part; n > 0; values += part, n -= part) {
        part = size_min(n, sizeof bytes / sizeof *values);
        bytes_put_floats(bytes, values, part);
        TRY(out_write(f, bytes, part * sizeof *values));
    }
    return STATUS_OK;
}

/* After the rename only the fsync of the folder can fail: it is open before. */
static status rename_temporary(const out_file *f)
{
    int folder;
    TRY(folder_open_of(f->path, &folder));
    if (rename(f->temporary, f->path) == 0)
        return folder_sync(f->path, folder);
    status s = status_fail_errno(STATUS_IO, errno, "%s: cannot replace", f->path);
    close(folder);
    return s;
}

static status commit_temporary(out_file *f)
{
    if (file_sync(f->fd) != 0)
        return status_fail_errno(STATUS_IO, errno, "%s: cannot sync", f->path);
    int fd = f->fd;
    f->is_open = false;
    if (close_file(fd) != 0)
        return status_fail_errno(STATUS_IO, errno, "%s: cannot close", f->path);
    return rename_temporary(f);
}

static status open_end(const char *path, int *fd)
{
    *fd = file_open(path, O_WRONLY | O_CREAT | O_APPEND);
    if (*fd >= 0)
        return STATUS_OK;
    return errno == ENOENT || errno == ENOTDIR
               ? folder_refuses(path, errno)
               : status_fail_errno(STATUS_IO, errno, "%s: cannot append", path);
}

/* Closes a file that was written in place, durably; a pipe has nothing to sync. */
static status close_end(int fd, const char *path, status so_far)
{
    status s = so_far;
    if (s == STATUS_OK && file_sync(fd) != 0 && errno != EINVAL)
        s = status_fail_errno(STATUS_IO, errno, "%s: cannot sync", path);
    if (close_file(fd) != 0 && s == STATUS_OK)
        s = status_fail_errno(STATUS_IO, errno, "%s: cannot close", path);
    return s;
}

status out_commit(out_file *f, status so_far)
{
    status s = so_far;
    if (!f)
        return s;
    if (s == STATUS_OK)
        s = out_flush(f);
    if (s == STATUS_OK && f->temporary)
        s = commit_temporary(f);
    if (f->appends) {
        f->is_open = false;
        s = close_end(f->fd, f->path, s);
    }
    if (s != STATUS_OK && f->temporary)
        unlink(f->temporary);
    out_close(f);
    return s;
}

status out_append(out_file **f, const char *path)
{
    TRY(out_make(f, path));
    (*f)->path = strdup(path);
    status s = (*f)->path ? open_end(path, &(*f)->fd) : out_of_memory(path);
    (*f)->is_open = (*f)->appends = s == STATUS_OK;
    if (s != STATUS_OK) {
        out_close(*f);
        *f = NULL;
    }
    return s;
}

status file_write(const char *path, const void *bytes, size_t n)
{
    out_file *f;
    TRY(out_open(&f, path));
    return out_commit(f, out_write(f, bytes, n));
}

status file_append(const char *path, const void *bytes, size_t n)
{
    int fd;
    TRY(open_end(path, &fd));
    return close_end(fd, path, write_all(fd, path, bytes, n));
}

status file_cut(const char *path, uint64_t n)
{
    int fd = file_open(path, O_WRONLY);
    if (fd < 0)
        return status_fail_errno(STATUS_IO, errno, "%s: cannot write", path);
    int result;
    do
        result = ftruncate(fd, (off_t)n);
    while (result != 0 && errno == EINTR);
    status s = result == 0
                   ? STATUS_OK
                   : status_fail_errno(STATUS_IO, errno, "%s: cannot cut its end off", path);
    return close_end(fd, path, s);
}

/* Grows by doubling and stops at the limit, whatever size the file claims to have: it may be a
 * pipe, or grow while it is read. */
static status read_all(int fd, const char *path, size_t limit, unsigned char **bytes, size_t *n)
{
    size_t room = 0;
    for (*n = 0;;) {
        if (*n == room) {
            room = room == 0 ? 4096 : 2 * room;
            unsigned char *more = realloc(*bytes, room + 1);
            if (!more)
                return out_of_memory(path);
            *bytes = more;
        }
        size_t got = 0;
        TRY(file_read_some(fd, path, *bytes + *n, room - *n, &got));
        if (got == 0)
            break;
        *n += got;
        if (*n > limit)
            return status_fail(STATUS_FORMAT, "%s: longer than the %zu bytes that are allowed",
                               path, limit);
    }
    (*bytes)[*n] = 0;
    return STATUS_OK;
}

status file_read(const char *path, size_t limit, unsigned char **bytes, size_t *n)
{
    *bytes = NULL;
    *n = 0;
    if (file_is_folder(path))
        return status_fail(STATUS_FORMAT, "%s: is a folder, expected a file", path);
    int fd = file_open(path, O_RDONLY);
    if (fd < 0)
        return status_fail_errno(STATUS_IO, errno, "%s: cannot open", path);
    status s = read_all(fd, path, limit, bytes, n);
    close(fd);
    if (s != STATUS_OK) {
        free(*bytes);
        *bytes = NULL;
    }
    return s;
}

status file_find(const char *path, bool *found)
{
    struct stat st;
    *found = stat(path, &st) == 0;
    if (!*found && errno != ENOENT && errno != ENOTDIR)
        return status_fail_errno(STATUS_IO, errno, "%s: cannot look at it", path);
    return STATUS_OK;
}

bool file_exists(const char *path)
{
    bool found;
    return file_find(path, &found) != STATUS_OK || found;
}

status file_remove(const char *path)
{
    if (unlink(path) != 0)
        return errno == ENOENT ? STATUS_OK
                               : status_fail_errno(STATUS_IO, errno, "%s: cannot delete", path);
    return folder_sync_of(path);
}
