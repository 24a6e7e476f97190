/* format/gzip.c - bytes of a file, raw or gzip, in order.
 *
 * SPDX-License-Identifier: MIT */
#include "format/gzip.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/size.h"

#include "base/banned.h"

static status out_of_memory(const source *s)
{
    return status_fail(STATUS_MEMORY, "%s: out of memory", s->path);
}

/* Reads until at least n bytes wait in the buffer or the file ends: a short count and EINTR are not
 * errors. n is far below the buffer's size. */
static status fill(source *s, size_t n)
{
    while (s->z.avail_in < n && !s->at_end) {
        if (s->z.avail_in > 0)
            memmove(s->buffer, s->z.next_in, s->z.avail_in);
        s->z.next_in = s->buffer;
        size_t got = 0;
        TRY(file_read_some(s->fd, s->path, s->buffer + s->z.avail_in,
                           sizeof s->buffer - s->z.avail_in, &got));
        s->at_end = got == 0;
        s->z.avail_in += (uInt)got;
    }
    return STATUS_OK;
}

static bool starts_as_gzip(const source *s)
{
    return s->z.avail_in >= 2 && s->z.next_in[0] == 0x1f && s->z.next_in[1] == 0x8b;
}

static status look(source *s)
{
    struct stat st;
    if (fstat(s->fd, &st) != 0)
        return status_fail_errno(STATUS_IO, errno, "%s: cannot read", s->path);
    if (S_ISDIR(st.st_mode))
        return status_fail(STATUS_FORMAT, "%s: is a folder, expected a file", s->path);
    TRY(fill(s, 2));
    s->is_gzip = starts_as_gzip(s);
    if (!s->is_gzip) {
        s->length = S_ISREG(st.st_mode) ? (int64_t)st.st_size : -1;
        return STATUS_OK;
    }
    /* The largest window, and 16 for gzip and nothing else (zlib.h). */
    return inflateInit2(&s->z, 15 + 16) == Z_OK ? STATUS_OK : out_of_memory(s);
}

status source_open(source *s, const char *path)
{
    s->path = path;
    s->is_gzip = s->at_end = s->ended = false;
    s->length = -1;
    s->given = 0;
    s->z = (z_stream){ 0 };
    s->fd = file_open(path, O_RDONLY);
    if (s->fd < 0)
        return status_fail_errno(STATUS_IO, errno, "%s: cannot open", path);
    status result = look(s);
    if (result != STATUS_OK)
        close(s->fd);
    return result;
}

static status read_raw(source *s, unsigned char *out, size_t n, size_t *got)
{
    while (*got < n) {
        TRY(fill(s, 1));
        size_t part = size_min(n - *got, s->z.avail_in);
        if (part == 0)
            break;
        memcpy(out + *got, s->z.next_in, part);
        s->z.next_in += part;
        s->z.avail_in -= (uInt)part;
        *got += part;
        s->given += part;
    }
    return STATUS_OK;
}

/* After a member: another one, zeros to the end, or the end. */
static status next_member(source *s)
{
    TRY(fill(s, 2));
    if (starts_as_gzip(s)) {
        inflateReset(&s->z);
        return STATUS_OK;
    }
    while (s->z.avail_in > 0) {
        if (s->z.next_in[0] != 0)
            return status_fail(STATUS_FORMAT,
                               "%s: expected the end after %llu unpacked bytes, found a byte 0x%02x"
                               " that is not gzip",
                               s->path, (unsigned long long)s->given, s->z.next_in[0]);
        s->z.next_in++;
        s->z.avail_in--;
        TRY(fill(s, 1));
    }
    s->ended = true;
    return STATUS_OK;
}

static status gzip_failed(const source *s, int result)
{
    unsigned long long given = s->given;
    if (result == Z_MEM_ERROR)
        return out_of_memory(s);
    /* No progress although there is room for it: there is no more input. */
    if (result == Z_BUF_ERROR)
        return status_fail(STATUS_FORMAT, "%s: the gzip data breaks off after %llu unpacked bytes",
                           s->path, given);
    return status_fail(STATUS_FORMAT, "%s: the gzip data is damaged after %llu unpacked bytes: %s",
                       s->path, given, s->z.msg ? s->z.msg : "unknown error");
}

static status read_gzip(source *s, unsigned char *out, size_t n, size_t *got)
{
    while (*got < n && !s->ended) {
        TRY(fill(s, 1));
        uInt room = (uInt)size_min(n - *got, 1 << 30);
        s->z.next_out = out + *got;
        s->z.avail_out = room;
        int result = inflate(&s->z, Z_NO_FLUSH);
        *got += room - s->z.avail_out;
        s->given += room - s->z.avail_out;
        if (result == Z_STREAM_END)
            TRY(next_member(s));
        else if (result != Z_OK)
            return gzip_failed(s, result);
    }
    return STATUS_OK;
}

status source_read(source *s, void *out, size_t n, size_t *got)
{
    *got = 0;
    return s->is_gzip ? read_gzip(s, out, n, got) : read_raw(s, out, n, got);
}

void source_close(source *s)
{
    if (s->is_gzip)
        inflateEnd(&s->z);
    close(s->fd);
}
