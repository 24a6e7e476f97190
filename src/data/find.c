/* data/find.c - looks for the files of a data set under their usual names.
 *
 * SPDX-License-Identifier: MIT */
#include "data/find.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/system.h"
#include "base/text.h"
#include "data/images.h"
#include "data/synthetic.h"

#include "base/banned.h"

/* The original names of 1998, and those that some archives unpack to. */
static const char *const image_names[] = {
    "train-images-idx3-ubyte",
    "train-images-idx3-ubyte.gz",
    "train-images.idx3-ubyte",
    "train-images.idx3-ubyte.gz",
};
static const char *const label_names[] = {
    "train-labels-idx1-ubyte",
    "train-labels-idx1-ubyte.gz",
    "train-labels.idx1-ubyte",
    "train-labels.idx1-ubyte.gz",
};
enum { NAMES = sizeof image_names / sizeof *image_names };

/* Frees a path that names nothing or cannot be examined; *path is then NULL. */
static status keep_if_there(char **path)
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
static status find_name(char **path, const char *folder, const char *const names[NAMES])
{
    for (size_t i = 0; i < NAMES && !*path; i++) {
        TRY(path_join(path, folder, names[i]));
        TRY(keep_if_there(path));
    }
    return STATUS_OK;
}

/* Finds the labels beside an image file, if its name has a counterpart for labels that exists:
 * packed like the images, or else the other way. */
static status find_beside(char **path, const char *images)
{
    size_t n = strlen(images);
    char *labels = malloc(n + sizeof ".gz");
    if (!labels)
        return status_fail(STATUS_MEMORY, "%s: out of memory", images);
    memcpy(labels, images, n + 1);
    char *slash = strrchr(labels, '/');
    char *name = slash ? slash + 1 : labels;
    char *word = strstr(name, "images");
    if (word)
        memcpy(word, "labels", strlen("labels")); /* as long as what it replaces */
    word = strstr(name, "idx3");
    if (word)
        memcpy(word, "idx1", strlen("idx1"));
    bool has_name = strcmp(labels, images) != 0;
    if (has_name && !file_exists(labels)) {
        if (strcmp(labels + n - 3, ".gz") == 0) /* "images" or "idx3" is in it */
            labels[n - 3] = 0;
        else
            memcpy(labels + n, ".gz", sizeof ".gz");
    }
    if (has_name && file_exists(labels))
        *path = labels;
    else
        free(labels);
    return STATUS_OK;
}

/* ---- CIFAR-10 ---- */

status find_batch(char **path, const char *folder, bool test, int i)
{
    enum { BATCHES = 5 };
    char name[32] = "test_batch.bin";
    *path = NULL;
    if (i >= (test ? 1 : BATCHES))
        return STATUS_OK;
    if (!test)
        snprintf(name, sizeof name, "data_batch_%d.bin", i + 1);
    TRY(path_join(path, folder, name));
    return keep_if_there(path);
}

static status has_batches(bool *has, const char *folder, bool test)
{
    char *path;
    TRY(find_batch(&path, folder, test, 0));
    *has = path != NULL;
    free(path);
    return STATUS_OK;
}

/* ---- folders of pictures ---- */

/* folder/name if that is a folder too; else *path is NULL. */
static status find_folder(char **path, const char *folder, const char *name)
{
    TRY(path_join(path, folder, name));
    if (file_is_folder(*path))
        return STATUS_OK;
    free(*path);
    *path = NULL;
    return STATUS_OK;
}

/* Finds pictures in the folder's "train", if it has a "test" as well, or in the folder itself. */
static status find_pictures(data_place *f, const char *folder)
{
    char *train = NULL, *test = NULL;
    status s = find_folder(&train, folder, "train");
    if (s == STATUS_OK && train)
        s = find_folder(&test, folder, "test");
    if (s == STATUS_OK && !(train && test)) {
        free(train);
        train = strdup(folder);
        s = train ? STATUS_OK : status_fail(STATUS_MEMORY, "%s: out of memory", folder);
    }
    bool found = false;
    if (s == STATUS_OK)
        s = images_are_in(train, &found);
    if (s == STATUS_OK && found) {
        *f = (data_place){ DATA_PICTURES, train, NULL };
        train = NULL;
    }
    free(train);
    free(test);
    return s;
}

/* The folder "test" beside a folder "train". */
static status find_test_pictures(data_place *f, const char *train)
{
    size_t n = strlen(train);
    while (n > 1 && train[n - 1] == '/')
        n--;
    size_t word = strlen("train");
    if (n < word || strncmp(train + n - word, "train", word) != 0 ||
        (n > word && train[n - word - 1] != '/'))
        return STATUS_OK;
    text t = { 0 };
    text_add_bytes(&t, train, n - word);
    text_add(&t, "test");
    TRY(text_check(&t));
    if (file_is_folder(t.data))
        *f = (data_place){ DATA_PICTURES, t.data, NULL };
    else
        text_free(&t);
    return STATUS_OK;
}

/* ---- training data ---- */

static status look_in_folder(data_place *f, const char *place)
{
    bool batches = false;
    TRY(find_name(&f->path, place, image_names));
    if (f->path) {
        f->kind = DATA_IDX;
        return find_name(&f->labels, place, label_names);
    }
    TRY(has_batches(&batches, place, false));
    if (!batches)
        return find_pictures(f, place);
    *f = (data_place){ DATA_CIFAR, strdup(place), NULL };
    return f->path ? STATUS_OK : status_fail(STATUS_MEMORY, "%s: out of memory", place);
}

/* Looks for the files in a folder, or for one file and its labels. */
static status look_in(data_place *f, const char *place)
{
    if (file_is_folder(place))
        return look_in_folder(f, place);
    if (!file_exists(place))
        return STATUS_OK;
    *f = (data_place){ DATA_IDX, strdup(place), NULL };
    if (!f->path)
        return status_fail(STATUS_MEMORY, "%s: out of memory", place);
    return find_beside(&f->labels, place);
}

static status find_named(data_place *f, const char *where)
{
    if (mixture_find(where)) {
        *f = (data_place){ DATA_POINTS, strdup(where), NULL };
        return f->path ? STATUS_OK : status_fail(STATUS_MEMORY, "%s: out of memory", where);
    }
    TRY(look_in(f, where));
    if (f->kind != DATA_NONE)
        return STATUS_OK;
    if (file_is_folder(where))
        return status_fail(STATUS_IO,
                           "%s: expected PNG or JPEG files in this folder or below, %s or %s (with "
                           "or without .gz), or data_batch_1.bin, found none of them",
                           where, image_names[0], image_names[2]);
    const char *near = mixture_nearest(where);
    if (near)
        return status_fail(STATUS_IO, "%s: no such file or folder, did you mean %s?", where, near);
    return status_fail_errno(STATUS_IO, ENOENT,
                             "%s: expected a folder, an IDX file of images, ring or grid", where);
}

/* The folder of the data sets that were installed with this program, wherever the tree is now;
 * *path is NULL if the program does not know where it is. */
static status find_installed(char **path)
{
    const char *way = GAN_DATA_FROM_PROGRAM;
    char *program = system_program();
    text t = { 0 };
    *path = NULL;
    if (!program)
        return STATUS_OK;
    size_t n = strlen(program);
    do { /* the path is resolved, so that each ".." takes one name off */
        while (n > 0 && program[n - 1] != '/')
            n--;
        n -= n > 0;
    } while (strncmp(way, "../", 3) == 0 && (way += 3));
    text_add_bytes(&t, program, n);
    text_add(&t, "/%s/mnist", way);
    free(program);
    *path = t.data;
    return text_check(&t);
}

static status look_at_default(data_place *f, const char *installed)
{
    const char *variable = getenv("GAN_DATA");
    bool is_set = variable && variable[0] != 0;
    const char *const places[] = { is_set ? variable : NULL, "data/mnist", installed,
                                   GAN_DATA_DIR "/mnist" };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (places[i])
            TRY(look_in(f, places[i]));
        if (f->kind != DATA_NONE)
            return STATUS_OK;
    }
    return status_fail(STATUS_IO,
                       "no data: looked for %s or %s (with or without .gz) in $GAN_DATA (%s), %s "
                       "and %s; say where it is with --data DIR or $GAN_DATA",
                       image_names[0], image_names[2], is_set ? variable : "not set", places[1],
                       installed ? installed : places[3]);
}

static status find_default(data_place *f)
{
    char *installed;
    TRY(find_installed(&installed));
    status s = look_at_default(f, installed);
    free(installed);
    return s;
}

status find_data(data_place *f, const char *where)
{
    *f = (data_place){ 0 };
    status s = where ? find_named(f, where) : find_default(f);
    if (s != STATUS_OK)
        data_place_free(f);
    return s;
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
    size_t length = strlen(rest);
    if (length >= 3 && strcmp(rest + length - 3, ".gz") == 0)
        length -= 3;
    text_add_bytes(&t, train, (size_t)(at - train));
    text_add(&t, "%s%.*s%s", word, (int)length, rest, gz ? ".gz" : "");
    TRY(text_check(&t));
    *path = t.data;
    return keep_if_there(path);
}

static status find_test_files(data_place *f, const char *train)
{
    for (int i = 0; i < 2 * TEST_WORDS && !f->path; i++)
        TRY(find_test_name(&f->path, train, test_words[i / 2], i % 2 == 0));
    if (!f->path)
        return STATUS_OK;
    f->kind = DATA_IDX;
    return find_beside(&f->labels, f->path);
}

static status find_test_batch(data_place *f, const char *folder)
{
    bool has = false;
    TRY(has_batches(&has, folder, true));
    if (!has)
        return STATUS_OK;
    *f = (data_place){ DATA_CIFAR, strdup(folder), NULL };
    return f->path ? STATUS_OK : status_fail(STATUS_MEMORY, "%s: out of memory", folder);
}

status find_test(data_place *f, const data_place *train)
{
    static status (*const finders[])(data_place *, const char *) = {
        [DATA_IDX] = find_test_files,
        [DATA_CIFAR] = find_test_batch,
        [DATA_PICTURES] = find_test_pictures,
        [DATA_POINTS] = NULL,
    };
    *f = (data_place){ 0 };
    status (*finder)(data_place *, const char *) = finders[train->kind];
    status s = finder ? finder(f, train->path) : STATUS_OK;
    if (s != STATUS_OK)
        data_place_free(f);
    return s;
}

void data_place_free(data_place *f)
{
    free(f->path);
    free(f->labels);
    *f = (data_place){ 0 };
}
