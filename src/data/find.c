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
#include "data/find_idx.h"
#include "data/find_none.h"
#include "data/find_parts.h"
#include "data/images.h"
#include "data/stacked.h"
#include "data/synthetic.h"

#include "base/banned.h"

/* ---- CIFAR ---- */

status find_batch(char **path, const cifar_form *form, const char *folder, bool test, int i)
{
    const char *name = test ? form->test[i] : form->train[i];
    *path = NULL;
    if (!name)
        return STATUS_OK;
    TRY(path_join(path, folder, name));
    return find_keep(path);
}

static status has_batches(bool *has, const cifar_form *form, const char *folder, bool test)
{
    char *path;
    TRY(find_batch(&path, form, folder, test, 0));
    *has = path != NULL;
    free(path);
    return STATUS_OK;
}

status find_cifar(const cifar_form **form, const char *folder)
{
    const cifar_form *const all[] = { &cifar_10, &cifar_100 };
    *form = NULL;
    for (size_t i = 0; i < sizeof all / sizeof *all && !*form; i++) {
        bool has;
        TRY(has_batches(&has, all[i], folder, false));
        *form = has ? all[i] : NULL;
    }
    return STATUS_OK;
}

/* ---- folders of pictures ---- */

/* Finds pictures in the folder's training part, or in the folder itself. */
static status find_pictures(data_place *f, const char *folder)
{
    picture_parts p;
    bool found = false;
    TRY(picture_parts_find(&p, folder));
    status s = images_are_in(p.train, &found);
    if (s == STATUS_OK && found) {
        *f = (data_place){ .kind = DATA_PICTURES, .path = p.train, .note = p.note };
        p = (picture_parts){ 0 };
    }
    picture_parts_free(&p);
    return s;
}

static status find_test_pictures(data_place *f, const char *train)
{
    TRY(picture_parts_beside(&f->path, train));
    if (f->path)
        f->kind = DATA_PICTURES;
    return STATUS_OK;
}

/* ---- training data ---- */

/* A name such as train.bin may be anything, so CIFAR-100 is looked for after everything else. */
static status look_in_folder(data_place *f, const char *place)
{
    const cifar_form *form;
    TRY(find_idx_in(f, place));
    if (f->kind != DATA_NONE)
        return STATUS_OK;
    TRY(find_cifar(&form, place));
    if (form != &cifar_10)
        TRY(find_pictures(f, place));
    if (!form || f->kind != DATA_NONE)
        return STATUS_OK;
    *f = (data_place){ .kind = DATA_CIFAR, .path = strdup(place) };
    return f->path ? STATUS_OK : status_fail(STATUS_MEMORY, "%s: out of memory", place);
}

/* Looks for the files in a folder, or for one file and its labels. */
static status look_in(data_place *f, const char *place)
{
    if (file_is_folder(place))
        return look_in_folder(f, place);
    if (!file_exists(place))
        return STATUS_OK;
    *f = (data_place){ .kind = DATA_IDX, .path = strdup(place) };
    if (!f->path)
        return status_fail(STATUS_MEMORY, "%s: out of memory", place);
    return find_labels(&f->labels, place);
}

/* The kind of the data that this program makes under that name. */
static data_kind kind_named(const char *where)
{
    return mixture_find(where) ? DATA_POINTS : stacked_is_named(where) ? DATA_STACKED : DATA_NONE;
}

bool find_is_name(const char *where)
{
    return kind_named(where) != DATA_NONE;
}

static const char *nearest_name(const char *where)
{
    const char *names[] = { mixture_nearest(where), stacked_name };
    size_t first = names[0] ? 0 : 1;
    return text_nearest(where, names + first, 2 - first, sizeof *names);
}

static status find_named(data_place *f, const char *where)
{
    data_kind kind = kind_named(where);
    if (kind != DATA_NONE) {
        *f = (data_place){ .kind = kind, .path = strdup(where) };
        return f->path ? STATUS_OK : status_fail(STATUS_MEMORY, "%s: out of memory", where);
    }
    TRY(look_in(f, where));
    if (f->kind != DATA_NONE)
        return STATUS_OK;
    if (file_is_folder(where))
        return find_why_none(where);
    const char *near = nearest_name(where);
    if (near)
        return status_fail(STATUS_IO, "%s: no such file or folder, did you mean %s?", where, near);
    return status_fail_errno(STATUS_IO, ENOENT,
                             "%s: expected a folder, an IDX file of images, ring, grid or stacked",
                             where);
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
                       find_image_names[0], find_image_names[2], is_set ? variable : "not set",
                       places[1], installed ? installed : places[3]);
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

static status find_test_batch(data_place *f, const char *folder)
{
    const cifar_form *form;
    bool has = false;
    TRY(find_cifar(&form, folder));
    if (form)
        TRY(has_batches(&has, form, folder, true));
    if (!has)
        return STATUS_OK;
    *f = (data_place){ .kind = DATA_CIFAR, .path = strdup(folder) };
    return f->path ? STATUS_OK : status_fail(STATUS_MEMORY, "%s: out of memory", folder);
}

/* The test part of stacked digits is made of the digits' own test part. */
static status find_test_stacked(data_place *f, const char *name)
{
    data_place digits, test = { 0 };
    TRY(find_data(&digits, NULL));
    status s = find_test(&test, &digits);
    if (s == STATUS_OK && test.kind != DATA_NONE) {
        *f = (data_place){ .kind = DATA_STACKED, .path = strdup(name) };
        s = f->path ? STATUS_OK : status_fail(STATUS_MEMORY, "%s: out of memory", name);
    }
    data_place_free(&digits);
    data_place_free(&test);
    return s;
}

status find_test(data_place *f, const data_place *train)
{
    static status (*const finders[])(data_place *, const char *) = {
        [DATA_IDX] = find_idx_test,           [DATA_CIFAR] = find_test_batch,
        [DATA_PICTURES] = find_test_pictures, [DATA_POINTS] = NULL,
        [DATA_STACKED] = find_test_stacked,
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
    free(f->note);
    *f = (data_place){ 0 };
}
