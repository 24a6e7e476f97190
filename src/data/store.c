/* data/store.c - reads and writes the bytes of a data set on the disk.
 *
 * SPDX-License-Identifier: MIT */
#include "data/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/size.h"
#include "base/system.h"
#include "base/text.h"
#include "format/cache.h"

#include "base/banned.h"

struct store {
    int fd, owners;
    char *path; /* messages name it: the folder of a nameless file */
    size_t first;
    bool is_named;
    int64_t size, modified; /* of a named file */
    /* The first failure: who sets `is_failing` writes the message, then sets `has_failed`. */
    atomic_flag is_failing;
    atomic_bool has_failed;
    char message[1024];
};

enum { PART = 1 << 16 };

/* Takes over fd and path. */
static status make(store **s, int fd, char *path)
{
    store *new = calloc(1, sizeof *new);
    *s = new;
    if (!new) {
        close(fd);
        status out = status_fail(STATUS_MEMORY, "%s: out of memory", path);
        free(path);
        return out;
    }
    new->fd = fd;
    new->path = path;
    new->owners = 1;
    atomic_flag_clear(&new->is_failing);
    return STATUS_OK;
}

/* Opens a file of a name that nobody has, and takes the name away. */
static status open_nameless(const char *folder, int *fd)
{
    enum { MOST_TRIES = 100 };
    for (int i = 0;; i++) {
        text name = { 0 };
        text_add(&name, "%s/data-%ld-%d" FILE_TEMPORARY, folder, (long)getpid(), i);
        TRY(text_check(&name));
        *fd = file_open(name.data, O_RDWR | O_CREAT | O_EXCL);
        int error = errno;
        bool gone = *fd >= 0 && unlink(name.data) == 0;
        if (*fd >= 0 && !gone) {
            error = errno;
            unlink(name.data);
            close(*fd);
        }
        text_free(&name);
        if (gone)
            return STATUS_OK;
        if (error != EEXIST || i == MOST_TRIES)
            return status_fail_errno(STATUS_IO, error,
                                     "%s: cannot make a file there, which the data need to be "
                                     "read from the disk; $XDG_CACHE_HOME chooses another folder",
                                     folder);
    }
}

status store_make(store **s)
{
    char *folder = NULL;
    int fd = -1;
    *s = NULL;
    TRY(cache_folder(&folder));
    status result = folder_make(folder);
    if (result == STATUS_OK)
        result = open_nameless(folder, &fd);
    if (result == STATUS_OK)
        return make(s, fd, folder);
    free(folder);
    return result;
}

status store_of_file(store **s, int fd, char *path, size_t at)
{
    struct stat st;
    TRY(make(s, fd, path));
    if (fstat(fd, &st) != 0) {
        status result = status_fail_errno(STATUS_IO, errno, "%s: cannot read", path);
        store_close(*s);
        *s = NULL;
        return result;
    }
    (*s)->first = at;
    (*s)->is_named = true;
    (*s)->size = st.st_size;
    (*s)->modified = system_modified(&st);
    return STATUS_OK;
}

store *store_share(store *s)
{
    s->owners++;
    return s;
}

void store_close(store *s)
{
    if (!s || --s->owners > 0)
        return;
    close(s->fd);
    free(s->path);
    free(s);
}

/* ---- failures ---- */

static status fail(store *s, status failure)
{
    if (!atomic_flag_test_and_set(&s->is_failing)) {
        snprintf(s->message, sizeof s->message, "%s", status_message());
        atomic_store(&s->has_failed, true);
    }
    return failure;
}

status store_check(const store *s)
{
    return s && atomic_load(&s->has_failed) ? status_fail(STATUS_IO, "%s", s->message) : STATUS_OK;
}

static const char *kind_of(const store *s)
{
    return s->is_named ? "" : ", in a file without a name";
}

/* ---- bytes ---- */

static status write_all(store *s, const unsigned char *bytes, size_t n, size_t at)
{
    while (n > 0) {
        ssize_t done = pwrite(s->fd, bytes, size_min(n, 1 << 30), (off_t)at);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return status_fail_errno(STATUS_IO, errno,
                                     "%s: cannot write the data, after %.1f MB of them%s", s->path,
                                     (double)at / 1e6, kind_of(s));
        bytes += done;
        at += (size_t)done;
        n -= (size_t)done;
    }
    return STATUS_OK;
}

static status read_all(const store *s, unsigned char *to, size_t n, size_t at)
{
    while (n > 0) {
        ssize_t done = pread(s->fd, to, size_min(n, 1 << 30), (off_t)at);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return status_fail_errno(STATUS_IO, errno, "%s: cannot read the data%s", s->path,
                                     kind_of(s));
        if (done == 0)
            return status_fail(STATUS_IO,
                               "%s: has become shorter during the run: expected %zu "
                               "bytes more%s",
                               s->path, n, kind_of(s));
        to += done;
        at += (size_t)done;
        n -= (size_t)done;
    }
    return STATUS_OK;
}

/* Comes after the read, so that what was read was there before any change that it misses. */
static status check_unchanged(const store *s)
{
    struct stat st;
    if (!s->is_named)
        return STATUS_OK;
    if (fstat(s->fd, &st) != 0)
        return status_fail_errno(STATUS_IO, errno, "%s: cannot read", s->path);
    if (st.st_size == s->size && system_modified(&st) == s->modified)
        return STATUS_OK;
    return status_fail(
        STATUS_IO, "%s: has changed during the run, which reads its data from this file", s->path);
}

status store_write(store *s, const void *bytes, size_t n, size_t at)
{
    status result = write_all(s, bytes, n, s->first + at);
    return result == STATUS_OK ? STATUS_OK : fail(s, result);
}

status store_read(store *s, void *to, size_t n, size_t at)
{
    status result = read_all(s, to, n, s->first + at);
    if (result == STATUS_OK)
        result = check_unchanged(s);
    if (result == STATUS_OK)
        return STATUS_OK;
    memset(to, 0, n);
    return fail(s, result);
}

void store_expect(const store *s, size_t n, size_t at)
{
    system_will_read(s->fd, (off_t)(s->first + at), n);
}

status store_move(store *s, size_t to, size_t from, size_t n)
{
    unsigned char part[PART];
    for (size_t done = 0, k; done < n; done += k) {
        k = size_min(n - done, sizeof part);
        TRY(store_read(s, part, k, from + done));
        TRY(store_write(s, part, k, to + done));
    }
    return STATUS_OK;
}

/* ---- in parts ---- */

static status put(void *context, const void *bytes, size_t n)
{
    store_end *e = context;
    TRY(store_write(e->store, bytes, n, e->next));
    e->next += n;
    return STATUS_OK;
}

byte_sink store_sink(store_end *e)
{
    return (byte_sink){ put, e };
}

static status get(void *context, size_t at, void *to, size_t n)
{
    return store_read(context, to, n, at);
}

byte_source store_source(store *s)
{
    return (byte_source){ get, s };
}
