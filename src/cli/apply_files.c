/* cli/apply_files.c - the inputs and outputs of `gan upscale` and `gan restore`, checked before the
 * first is read.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/apply_files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/text.h"
#include "cli/png_name.h"
#include "data/images.h"
#include "data/tree.h"

#include "base/banned.h"

static status out_of_memory(void)
{
    return status_fail(STATUS_MEMORY, "out of memory for the names of the pictures");
}

/* ---- names ---- */

static bool ends_in_slash(const char *path)
{
    return path[0] != 0 && path[strlen(path) - 1] == '/';
}

static bool ends_in_png(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot && strcasecmp(dot, ".png") == 0;
}

/* The path of the result in a folder: that of the picture, with .png for the ending of its format.
 */
static char *result_in(const char *folder, const char *name)
{
    text t = { 0 };
    const char *dot = bitmap_format_by_name(name) ? strrchr(name, '.') : NULL;
    text_add(&t, "%s%s", folder, ends_in_slash(folder) ? "" : "/");
    text_add_bytes(&t, name, dot ? (size_t)(dot - name) : strlen(name));
    text_add(&t, ".png");
    if (text_check(&t) == STATUS_OK)
        return t.data;
    text_free(&t);
    return NULL;
}

/* Takes over `in`. */
static status add(apply_files *f, char *in, char *out, const char *problem)
{
    if (f->count == f->room) {
        int room = f->room > 0 ? 2 * f->room : 16;
        apply_file *items = realloc(f->items, (size_t)room * sizeof *items);
        if (items) {
            f->items = items;
            f->room = room;
        }
    }
    char *copy = problem ? strdup(problem) : NULL;
    if (f->count == f->room || !in || !out || (problem && !copy)) {
        free(in);
        free(out);
        free(copy);
        return out_of_memory();
    }
    f->items[f->count++] = (apply_file){ in, out, copy };
    return STATUS_OK;
}

/* ---- folders ---- */

/* The part of the path of `inner` that is below `outer`, malloc'ed; NULL: it is not below it. */
static char *path_below(const char *inner, const char *outer)
{
    char *a = realpath(inner, NULL), *b = realpath(outer, NULL), *below = NULL;
    size_t n = b ? strlen(b) : 0;
    if (a && b && strncmp(a, b, n) == 0 && a[n] == '/')
        below = strdup(a + n + 1);
    free(a);
    free(b);
    return below;
}

static bool is_below(const char *name, const char *folder)
{
    size_t n = folder ? strlen(folder) : 0;
    return folder && strncmp(name, folder, n) == 0 && name[n] == '/';
}

static status add_entry(apply_files *f, const char *folder, const tree_file *e, const char *out)
{
    char *in = NULL;
    bool picture = e->problem != NULL;
    TRY(path_join(&in, folder, e->name));
    status looked = picture ? STATUS_OK : images_look(in, &picture);
    if (!picture) {
        free(in);
        f->others++;
        return STATUS_OK;
    }
    const char *problem = e->problem ? e->problem : looked ? status_message() : NULL;
    return add(f, in, result_in(out, e->name), problem);
}

/* Results of an earlier call may be below: they are not taken for pictures. */
static status add_folder(apply_files *f, const char *folder, const char *out)
{
    tree t;
    int before = f->count;
    TRY(tree_list(&t, folder));
    char *results = path_below(out, folder);
    status s = STATUS_OK;
    for (size_t i = 0; i < t.count && s == STATUS_OK; i++)
        if (!is_below(t.files[i].name, results))
            s = add_entry(f, folder, &t.files[i], out);
    free(results);
    tree_free(&t);
    if (s == STATUS_OK && f->count == before)
        s = status_fail(STATUS_FORMAT, "%s: has no pictures", folder);
    return s;
}

/* ---- checks ---- */

typedef struct identity {
    dev_t device;
    ino_t number;
    const char *path;
} identity;

static int by_identity(const void *a, const void *b)
{
    const identity *x = a, *y = b;
    if (x->device != y->device)
        return x->device < y->device ? -1 : 1;
    return x->number < y->number ? -1 : x->number > y->number;
}

static int by_result(const void *a, const void *b)
{
    const apply_file *const *x = a, *const *y = b;
    return strcmp((*x)->out, (*y)->out);
}

static status check_names(const apply_files *f)
{
    const apply_file **sorted = calloc((size_t)f->count, sizeof *sorted);
    status s = sorted ? STATUS_OK : out_of_memory();
    for (int i = 0; sorted && i < f->count; i++)
        sorted[i] = &f->items[i];
    if (sorted)
        qsort(sorted, (size_t)f->count, sizeof *sorted, by_result);
    for (int i = 1; i < f->count && s == STATUS_OK; i++)
        if (strcmp(sorted[i - 1]->out, sorted[i]->out) == 0)
            s = status_fail(STATUS_USAGE,
                            "--out: %s and %s would both become %s: rename one of them, or name "
                            "another folder for each",
                            sorted[i - 1]->in, sorted[i]->in, sorted[i]->out);
    free(sorted);
    return s;
}

/* `inputs` is in the order of by_identity. */
static status check_result(const char *out, const identity *inputs, int n, bool may_exist)
{
    struct stat st;
    if (file_is_output(out) || stat(out, &st) != 0)
        return STATUS_OK;
    const identity wanted = { st.st_dev, st.st_ino, NULL };
    const identity *found = bsearch(&wanted, inputs, (size_t)n, sizeof *inputs, by_identity);
    if (found)
        return status_fail(STATUS_USAGE,
                           "--out: %s would be replaced by its own result or another's: choose "
                           "another name",
                           found->path);
    if (!may_exist)
        return status_fail(STATUS_EXISTS,
                           "%s: is there already; --overwrite replaces such files, another --out "
                           "keeps them",
                           out);
    return STATUS_OK;
}

static status check_results(const apply_files *f, bool overwrite)
{
    identity *inputs = calloc((size_t)f->count, sizeof *inputs);
    struct stat st;
    int n = 0;
    if (!inputs)
        return out_of_memory();
    for (int i = 0; i < f->count; i++)
        if (stat(f->items[i].in, &st) == 0)
            inputs[n++] = (identity){ st.st_dev, st.st_ino, f->items[i].in };
    qsort(inputs, (size_t)n, sizeof *inputs, by_identity);
    status s = STATUS_OK;
    for (int i = 0; i < f->count && s == STATUS_OK; i++)
        s = check_result(f->items[i].out, inputs, n, overwrite || !f->in_folder);
    free(inputs);
    return s;
}

/* A single picture becomes `out` itself. */
static status check_file(const char *out)
{
    if (file_is_output(out) || ends_in_png(out) || (file_exists(out) && !file_is_regular(out)))
        return STATUS_OK;
    TRY(png_name_check("out", out));
    return status_fail(STATUS_USAGE,
                       "--out: expected a name that ends in .png, or a folder, with / at its end, "
                       "got \"%s\"",
                       out);
}

static status check_folder(const char *out)
{
    if (file_is_output(out))
        return status_fail(STATUS_USAGE,
                           "--out: several pictures need a folder, not standard output");
    if (file_exists(out) ? !file_is_folder(out) : ends_in_png(out))
        return status_fail(STATUS_USAGE, "--out: several pictures need a folder, but %s %s", out,
                           file_exists(out) ? "is a file" : "is the name of one");
    return STATUS_OK;
}

/* ---- all ---- */

static status add_word(apply_files *f, const char *word, const char *out)
{
    struct stat st;
    if (strcmp(word, "-") == 0)
        word = "/dev/stdin";
    if (stat(word, &st) != 0)
        return status_fail_errno(STATUS_IO, errno, "%s: cannot open", word);
    if (S_ISDIR(st.st_mode))
        return add_folder(f, word, out);
    const char *slash = strrchr(word, '/');
    char *result = f->in_folder ? result_in(out, slash ? slash + 1 : word) : strdup(out);
    return add(f, strdup(word), result, NULL);
}

status apply_files_find(apply_files *f, char *const *words, int n, const char *out, bool overwrite)
{
    *f = (apply_files){ 0 };
    if (!out)
        return status_fail(STATUS_USAGE, "--out: expected a file such as large.png, or for several "
                                         "pictures a folder");
    bool several = n > 1 || file_is_folder(words[0]);
    f->in_folder = several || ends_in_slash(out) || file_is_folder(out);
    TRY(f->in_folder ? check_folder(out) : check_file(out));
    for (int i = 0; i < n; i++)
        TRY(add_word(f, words[i], out));
    TRY(check_names(f));
    return check_results(f, overwrite);
}

void apply_files_free(apply_files *f)
{
    for (int i = 0; i < f->count; i++) {
        free(f->items[i].in);
        free(f->items[i].out);
        free(f->items[i].problem);
    }
    free(f->items);
    *f = (apply_files){ 0 };
}
