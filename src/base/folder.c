/* base/folder.c - folders: made, made durable, and the paths in them.
 *
 * SPDX-License-Identifier: MIT */
#include "base/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/system.h"

#include "base/banned.h"

static status out_of_memory(const char *path)
{
    return status_fail(STATUS_MEMORY, "%s: out of memory", path);
}

int file_sync(int fd)
{
    int result;
    do
        result = system_sync(fd);
    while (result != 0 && errno == EINTR);
    return result;
}

status folder_open_of(const char *path, int *fd)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
    if (!folder)
        return out_of_memory(path);
    *fd = file_open(folder, O_RDONLY | O_DIRECTORY);
    int error = errno;
    free(folder);
    return *fd >= 0 ? STATUS_OK
                    : status_fail_errno(STATUS_IO, error, "%s: cannot open its folder", path);
}

/* Makes a change of names in the folder of `path` durable, and closes the folder. */
status folder_sync(const char *path, int fd)
{
    status s = STATUS_OK;
    /* Some file systems refuse to sync a folder (EINVAL); there the rename is all there is. */
    if (file_sync(fd) != 0 && errno != EINVAL)
        s = status_fail_errno(STATUS_IO, errno, "%s: cannot sync its folder", path);
    close(fd);
    return s;
}

status folder_sync_of(const char *path)
{
    int fd;
    TRY(folder_open_of(path, &fd));
    return folder_sync(path, fd);
}

/* The length of the folder's part of a path, without the slash; 0: it is the current folder. */
static size_t folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    size_t n = slash ? (size_t)(slash - path) : 0;
    return slash == path ? 1 : n;
}

/* Long names are cut, so that the reason fits into the message. */
status folder_refuses(const char *path, int error)
{
    char *folder = strdup(path);
    if (!folder)
        return out_of_memory(path);
    size_t n = folder_length(path);
    folder[n] = 0;
    struct stat st;
    /* A file among the folders above it has to be named itself. */
    while (error == ENOTDIR && n > 1 && stat(folder, &st) != 0 && errno == ENOTDIR)
        folder[n = folder_length(folder)] = 0;
    bool closed = error == EACCES || error == EPERM || error == EROFS;
    status s;
    if (error == ENOENT && n > 0)
        s = status_fail(STATUS_IO,
                        "%.400s: cannot create: the folder %.400s does not exist; make it first",
                        path, folder);
    else if (error == ENOTDIR)
        s = status_fail(STATUS_IO, "%.400s: cannot create: %.400s is not a folder", path, folder);
    else if (error == ENAMETOOLONG)
        s = status_fail(STATUS_IO,
                        "%.900s: cannot create: the name is too long; while writing, %zu bytes are "
                        "added to it",
                        path, strlen(FILE_TEMPORARY));
    else if (closed)
        s = status_fail_errno(STATUS_IO, error, "%.400s: cannot create a file in %s%.400s", path,
                              n > 0 ? "the folder " : "this folder", folder);
    else
        s = status_fail_errno(STATUS_IO, error, "%s: cannot write", path);
    free(folder);
    return s;
}

bool file_is_regular(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

bool file_is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* It may be there when it is made and gone when it is looked at, where another process has it and
 * removes it: then once more. */
static status make_one(const char *path)
{
    for (int attempt = 1;; attempt++) {
        if (mkdir(path, 0777) == 0)
            return folder_sync_of(path);
        int error = errno;
        if (file_is_folder(path))
            return STATUS_OK;
        if (error != EEXIST || errno != ENOENT || attempt == 8)
            return status_fail_errno(STATUS_IO, error, "%s: cannot make the folder", path);
    }
}

status folder_make(const char *path)
{
    char *part = strdup(path);
    if (!part)
        return out_of_memory(path);
    status s = STATUS_OK;
    for (char *end = part; s == STATUS_OK && *end != 0;) {
        end += strspn(end, "/");
        end += strcspn(end, "/");
        char kept = *end;
        *end = 0;
        s = make_one(part);
        *end = kept;
    }
    free(part);
    return s;
}

status path_absolute(char **absolute, const char *path)
{
    *absolute = path[0] == '/' ? strdup(path) : realpath(path, NULL);
    if (*absolute)
        return STATUS_OK;
    return path[0] == '/' ? out_of_memory(path)
                          : status_fail_errno(STATUS_IO, errno, "%s: has no absolute path", path);
}

status path_join(char **path, const char *folder, const char *name)
{
    size_t size = strlen(folder) + strlen(name) + 2;
    *path = malloc(size);
    if (!*path)
        return out_of_memory(folder);
    snprintf(*path, size, "%s/%s", folder, name);
    return STATUS_OK;
}
