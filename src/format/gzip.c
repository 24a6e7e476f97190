/* format/gzip.c - the bytes of a file in order, unpacked if it is gzip.
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

static status out_of_memory(const gzip_file *g)
{
    return status_fail(STATUS_MEMORY, "%s: out of memory", g->path);
}

/* Reads until the buffer holds at least n unread bytes or the file ends. n is far below the size of
 * the buffer. */
static status fill(gzip_file *g, size_t n)
{
    while (g->z.avail_in < n && !g->at_end) {
        if (g->z.avail_in > 0)
            memmove(g->buffer, g->z.next_in, g->z.avail_in);
        g->z.next_in = g->buffer;
        size_t got = 0;
        TRY(file_read_some(g->fd, g->path, g->buffer + g->z.avail_in,
                           sizeof g->buffer - g->z.avail_in, &got));
        g->at_end = got == 0;
        g->z.avail_in += (uInt)got;
    }
    return STATUS_OK;
}

static bool starts_as_gzip(const gzip_file *g)
{
    return g->z.avail_in >= 2 && g->z.next_in[0] == 0x1f && g->z.next_in[1] == 0x8b;
}

static status look(gzip_file *g)
{
    struct stat st;
    if (fstat(g->fd, &st) != 0)
        return status_fail_errno(STATUS_IO, errno, "%s: cannot read", g->path);
    if (S_ISDIR(st.st_mode))
        return status_fail(STATUS_FORMAT, "%s: is a folder, expected a file", g->path);
    TRY(fill(g, 2));
    g->is_gzip = starts_as_gzip(g);
    if (!g->is_gzip) {
        g->length = S_ISREG(st.st_mode) ? (int64_t)st.st_size : -1;
        return STATUS_OK;
    }
    /* The largest window, plus 16: gzip only (zlib.h). */
    return inflateInit2(&g->z, 15 + 16) == Z_OK ? STATUS_OK : out_of_memory(g);
}

status gzip_open(gzip_file *g, const char *path)
{
    g->path = path;
    g->is_gzip = g->at_end = g->ended = false;
    g->length = -1;
    g->given = 0;
    g->z = (z_stream){ 0 };
    g->fd = file_open(path, O_RDONLY);
    if (g->fd < 0)
        return status_fail_errno(STATUS_IO, errno, "%s: cannot open", path);
    status result = look(g);
    if (result != STATUS_OK)
        close(g->fd);
    return result;
}

static status read_raw(gzip_file *g, unsigned char *out, size_t n, size_t *got)
{
    while (*got < n) {
        TRY(fill(g, 1));
        size_t part = size_min(n - *got, g->z.avail_in);
        if (part == 0)
            break;
        memcpy(out + *got, g->z.next_in, part);
        g->z.next_in += part;
        g->z.avail_in -= (uInt)part;
        *got += part;
        g->given += part;
    }
    return STATUS_OK;
}

/* After a member comes another one, zeros, or the end. */
static status next_member(gzip_file *g)
{
    TRY(fill(g, 2));
    if (starts_as_gzip(g)) {
        inflateReset(&g->z);
        return STATUS_OK;
    }
    while (g->z.avail_in > 0) {
        if (g->z.next_in[0] != 0)
            return status_fail(STATUS_FORMAT,
                               "%s: expected the end after %llu unpacked bytes, found a byte 0x%02x"
                               " that is not gzip",
                               g->path, (unsigned long long)g->given, g->z.next_in[0]);
        g->z.next_in++;
        g->z.avail_in--;
        TRY(fill(g, 1));
    }
    g->ended = true;
    return STATUS_OK;
}

static status gzip_failed(const gzip_file *g, int result)
{
    unsigned long long given = g->given;
    if (result == Z_MEM_ERROR)
        return out_of_memory(g);
    /* No progress in spite of room for output: the input has ended. */
    if (result == Z_BUF_ERROR)
        return status_fail(STATUS_FORMAT, "%s: the gzip data breaks off after %llu unpacked bytes",
                           g->path, given);
    return status_fail(STATUS_FORMAT, "%s: the gzip data is damaged after %llu unpacked bytes: %s",
                       g->path, given, g->z.msg ? g->z.msg : "unknown error");
}

static status read_gzip(gzip_file *g, unsigned char *out, size_t n, size_t *got)
{
    while (*got < n && !g->ended) {
        TRY(fill(g, 1));
        uInt room = (uInt)size_min(n - *got, 1 << 30);
        g->z.next_out = out + *got;
        g->z.avail_out = room;
        int result = inflate(&g->z, Z_NO_FLUSH);
        *got += room - g->z.avail_out;
        g->given += room - g->z.avail_out;
        if (result == Z_STREAM_END)
            TRY(next_member(g));
        else if (result != Z_OK)
            return gzip_failed(g, result);
    }
    return STATUS_OK;
}

status gzip_read(gzip_file *g, void *out, size_t n, size_t *got)
{
    *got = 0;
    return g->is_gzip ? read_gzip(g, out, n, got) : read_raw(g, out, n, got);
}

void gzip_close(gzip_file *g)
{
    if (g->is_gzip)
        inflateEnd(&g->z);
    close(g->fd);
}
