/* cli/in_data.c - says that a picture just written lies among the pictures of a data set.
 *
 * The picture is written all the same: it may be meant. What cannot be found out is not said.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/in_data.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "cli/terminal.h"
#include "data/find.h"
#include "data/names.h"
#include "train/folder.h"

#include "base/banned.h"

/* True if the path is the folder itself or below it. Both are absolute, without links. */
static bool is_within(const char *path, const char *folder)
{
    size_t n = strlen(folder);
    return strncmp(path, folder, n) == 0 && (path[n] == '/' || path[n] == 0 || n == 1);
}

/* True if the path, or a folder on the way to it from its first `n` bytes on, is hidden or holds a
 * run. */
static bool is_left_out(char *path, size_t n)
{
    bool left_out = false;
    for (char *at = n == 1 ? path : path + n; *at == '/' && !left_out;) {
        char *end = at + 1 + strcspn(at + 1, "/"), next = *end;
        *end = 0;
        if (name_run_is_in(&left_out, path) != STATUS_OK)
            left_out = false;
        left_out |= name_is_litter(at + 1);
        *end = next;
        at = end;
    }
    return left_out;
}

static void note(const char *out)
{
    text t = { 0 };
    text_add(&t, "%s: is in the folder of the data, so that a run would read %s", out,
             file_is_folder(out) ? "its pictures" : "it as a picture");
    if (t.data && !t.failed)
        terminal_note(NULL, t.data);
    text_free(&t);
}

void in_data_note(const char *out, const char *data)
{
    if (!out || !data || file_is_output(out))
        return;
    char *path = realpath(out, NULL), *folder = realpath(data, NULL);
    bool within = path && folder && file_is_folder(folder) && is_within(path, folder);
    if (within && !is_left_out(path, strlen(folder)))
        note(out);
    free(path);
    free(folder);
}

void in_data_note_of_run(const char *out, const char *checkpoint)
{
    json_object saved;
    image_options images = { 0 };
    data_place place = { 0 };
    const char *where = NULL;
    if (folder_load_data(checkpoint, &where, &images, &saved) == STATUS_OK && where &&
        find_data(&place, where) == STATUS_OK && place.kind == DATA_PICTURES)
        in_data_note(out, place.path);
    data_place_free(&place);
    json_free(&saved);
}
