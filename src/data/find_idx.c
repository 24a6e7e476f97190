/* data/find_idx.c - looks for IDX files under their usual names.
 *
 * SPDX-License-Identifier: MIT */
#include "data/find_idx.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"

#include "base/banned.h"

/* The original names of 1998, and those that some archives unpack to. */
const char *const find_image_names[] = {
    "train-images-idx3-ubyte",
    "train-images-idx3-ubyte.gz",
    "train-images.idx3-ubyte",
    "train-images.idx3-ubyte.gz",
    NULL,
};
static const char *const label_names[] = {
    "train-labels-idx1-ubyte",
    "train-labels-idx1-ubyte.gz",
    "train-labels.idx1-ubyte",
    "train-labels.idx1-ubyte.gz",
    NULL,
};

status find_keep(char **path)
{
    bool found;
    status s = file_find(*path, &found);
    if (!found) {
        free(*path);
        *path = NULL;
    }
    return s;
}

/* The first of the names that is in the folder; *path is NULL if none is. */
static status find_name(char **path, const char *folder, const char *const *names)
{
    for (size_t i = 0; names[i] && !*path; i++) {
        TRY(path_join(path, folder, names[i]));
        TRY(find_keep(path));
    }
    return STATUS_OK;
}

static size_t without_gz(const char *name)
{
    size_t n = strlen(name);
    return n >= 3 && strcmp(name + n - 3, ".gz") == 0 ? n - 3 : n;
}

/* ---- labels ---- */

/* Appends the n bytes at s with the first `from` in them replaced. */
static void add_replaced(text *t, const char *s, size_t n, const char *from, const char *to)
{
    const char *at = strstr(s, from);
    if (!at || at + strlen(from) > s + n) {
        text_add_bytes(t, s, n);
        return;
    }
    text_add_bytes(t, s, (size_t)(at - s));
    text_add(t, "%s", to);
    at += strlen(from);
    text_add_bytes(t, at, (size_t)(s + n - at));
}

/* What replaces the words of the name of an image file: labels of one byte, and QMNIST's. */
static const struct {
    const char *dimensions, *type;
} label_forms[] = { { "idx1", "ubyte" }, { "idx2", "int" } };
enum { LABEL_FORMS = sizeof label_forms / sizeof *label_forms };

/* *path: the name for labels of that form, if it is another than that of the images and exists. */
static status find_label_form(char **path, const char *images, int form, bool gz)
{
    const char *slash = strrchr(images, '/'), *name = slash ? slash + 1 : images;
    text a = { 0 }, b = { 0 }, c = { 0 };
    add_replaced(&a, name, without_gz(name), "images", "labels");
    add_replaced(&b, a.data ? a.data : "", a.length, "idx3", label_forms[form].dimensions);
    text_add_bytes(&c, images, (size_t)(name - images));
    add_replaced(&c, b.data ? b.data : "", b.length, "ubyte", label_forms[form].type);
    bool is_other = c.length != without_gz(images) || memcmp(c.data, images, c.length) != 0;
    text_add(&c, "%s", gz ? ".gz" : "");
    status s = a.failed || b.failed || c.failed
                   ? status_fail(STATUS_MEMORY, "%s: out of memory", images)
                   : STATUS_OK;
    if (s == STATUS_OK && is_other && file_exists(c.data)) {
        *path = c.data;
        c = (text){ 0 };
    }
    text_free(&a);
    text_free(&b);
    text_free(&c);
    return s;
}

/* Packed like the images, or else the other way. */
status find_labels(char **path, const char *images)
{
    bool gz = without_gz(images) < strlen(images);
    *path = NULL;
    for (int i = 0; i < 2 * LABEL_FORMS && !*path; i++)
        TRY(find_label_form(path, images, i / 2, i % 2 == 0 ? gz : !gz));
    return STATUS_OK;
}

/* ---- folders ---- */

/* The names of a data set of its own kind, such as qmnist-train-images-idx3-ubyte. */
static bool is_images_name(const char *name)
{
    return name[0] != '.' && strstr(name, "train") && strstr(name, "images") &&
           (strstr(name, "idx3") || strstr(name, "idx4")) && !strstr(name, FILE_TEMPORARY);
}

/* Keeps the name in *found unless it is that of the same file, packed or not. */
static status offer(char **found, const char *folder, const char *name)
{
    size_t n = without_gz(name);
    if (*found && (without_gz(*found) != n || memcmp(*found, name, n) != 0))
        return status_fail(STATUS_USAGE, "%s: has several data sets (%s, %s): name one of them",
                           folder, strcmp(*found, name) < 0 ? *found : name,
                           strcmp(*found, name) < 0 ? name : *found);
    if (*found && strlen(*found) < strlen(name))
        return STATUS_OK;
    free(*found);
    *found = strdup(name);
    return *found ? STATUS_OK : status_fail(STATUS_MEMORY, "%s: out of memory", folder);
}

static status find_own_name(char **path, const char *folder)
{
    char *found = NULL;
    DIR *d = opendir(folder);
    if (!d)
        return status_fail_errno(STATUS_IO, errno, "%s: cannot list the folder", folder);
    status s = STATUS_OK;
    struct dirent *e = NULL;
    while (s == STATUS_OK && (errno = 0, e = readdir(d)))
        if (is_images_name(e->d_name))
            s = offer(&found, folder, e->d_name);
    if (s == STATUS_OK && errno != 0)
        s = status_fail_errno(STATUS_IO, errno, "%s: cannot list the folder", folder);
    closedir(d);
    if (s == STATUS_OK && found)
        s = path_join(path, folder, found);
    free(found);
    return s;
}

status find_idx_in(data_place *f, const char *folder)
{
    TRY(find_name(&f->path, folder, find_image_names));
    if (f->path) {
        f->kind = DATA_IDX;
        return find_name(&f->labels, folder, label_names);
    }
    TRY(find_own_name(&f->path, folder));
    if (!f->path)
        return STATUS_OK;
    f->kind = DATA_IDX;
    return find_labels(&f->labels, f->path);
}

/* ---- the test part ---- */

static const char *const test_words[] = { "t10k", "test" };
enum { TEST_WORDS = sizeof test_words / sizeof *test_words };

/* The path with that word in place of the "train" of its name, with .gz or without; *path is NULL
 * if there is no such file. */
static status find_test_name(char **path, const char *train, const char *word, bool gz)
{
    const char *slash = strrchr(train, '/');
    const char *at = strstr(slash ? slash : train, "train");
    text t = { 0 };
    *path = NULL;
    if (!at)
        return STATUS_OK;
    const char *rest = at + strlen("train");
    text_add_bytes(&t, train, (size_t)(at - train));
    text_add(&t, "%s%.*s%s", word, (int)without_gz(rest), rest, gz ? ".gz" : "");
    TRY(text_check(&t));
    *path = t.data;
    return find_keep(path);
}

status find_test_file(char **path, const char *train)
{
    *path = NULL;
    for (int i = 0; i < 2 * TEST_WORDS && !*path; i++)
        TRY(find_test_name(path, train, test_words[i / 2], i % 2 == 0));
    return STATUS_OK;
}

status find_idx_test(data_place *f, const char *train)
{
    TRY(find_test_file(&f->path, train));
    if (!f->path)
        return STATUS_OK;
    f->kind = DATA_IDX;
    return find_labels(&f->labels, f->path);
}
