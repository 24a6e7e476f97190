/* cli/ckpt.c - which file --ckpt means.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/ckpt.h"

#include <stdbool.h>
#include <string.h>

#include "base/file.h"

#include "base/banned.h"

status ckpt_in_folder(const char **path, char **owned)
{
    *owned = NULL;
    if (!file_is_folder(*path))
        return STATUS_OK;
    size_t length = strlen(*path);
    bool slash = (*path)[length - 1] == '/';
    text t = { 0 };
    text_add(&t, "%s%smodel.bin", *path, slash ? "" : "/");
    TRY(text_check(&t));
    *path = *owned = t.data;
    return STATUS_OK;
}

status ckpt_find(const char **path, const option_settings *given, char **owned)
{
    TRY(ckpt_in_folder(path, owned));
    if (!option_is_given(given, "ckpt") && !file_exists(*path))
        return status_fail(
            STATUS_IO,
            "%s: no such file, and no other checkpoint is given: --ckpt takes one, or "
            "the folder of a run",
            *path);
    return STATUS_OK;
}
