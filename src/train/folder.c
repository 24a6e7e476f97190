/* train/folder.c - the folder of a run.
 *
 * SPDX-License-Identifier: MIT */
#include "train/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/system.h"
#include "base/text.h"
#include "data/find.h"
#include "train/log.h"

#include "base/banned.h"

enum { LONGEST_OPTIONS = 1 << 16, LEAST_DIGITS = 4 };

static status taken(const run_folder *f)
{
    return status_fail(STATUS_EXISTS,
                       "%s: another process is training in this folder; wait for "
                       "it or choose another --out",
                       f->path);
}

/* *same: the path still leads to the folder that was locked. */
static status still_there(const run_folder *f, bool *same)
{
    struct stat named = { 0 }, locked;
    if ((stat(f->path, &named) != 0 && errno != ENOENT) || fstat(f->lock, &locked) != 0)
        return status_fail_errno(STATUS_IO, errno, "%s: cannot look at the folder", f->path);
    *same = named.st_dev == locked.st_dev && named.st_ino == locked.st_ino;
    return STATUS_OK;
}

/* Whoever made the folder may have removed it before it was locked; the lock is then useless. */
static status check_there(const run_folder *f)
{
    bool same;
    TRY(still_there(f, &same));
    return same ? STATUS_OK : taken(f);
}

/* Some file systems have no locks (NFS has none for folders); a run without a lock is better than
 * none. */
static status lock(run_folder *f)
{
    f->lock = file_open(f->path, O_RDONLY | O_DIRECTORY);
    if (f->lock < 0 && errno == ENOENT)
        return taken(f);
    if (f->lock < 0)
        return status_fail_errno(STATUS_IO, errno, "%s: cannot open the folder", f->path);
    status s = system_lock(f->lock) != 0 && errno == EWOULDBLOCK ? taken(f) : check_there(f);
    if (s != STATUS_OK) {
        close(f->lock);
        f->lock = -1;
    }
    return s;
}

/* A new run writes none of its files over those that are there. */
static status find_rest(const run_folder *f, const train_options *o, bool *found)
{
    *found = file_exists(f->metrics) || file_exists(f->options);
    for (int i = 0; log_nth(i); i++) {
        char *path;
        TRY(path_join(&path, f->path, log_nth(i)->file));
        *found |= o->log >> i & 1 && file_exists(path);
        free(path);
    }
    return STATUS_OK;
}

static status check_run(const run_folder *f, const train_options *o)
{
    bool saved = file_exists(f->model), rest;
    TRY(find_rest(f, o, &rest));
    if (o->resume && !saved)
        return status_fail(STATUS_USAGE,
                           "%s: holds no run to resume: there is no model.bin; start %s", f->path,
                           rest ? "a new one with --overwrite" : "one without --resume");
    if (o->resume || o->overwrite)
        return STATUS_OK;
    if (saved || rest)
        return status_fail(STATUS_EXISTS,
                           "%s: already holds a run; --resume continues it, --overwrite deletes "
                           "it, --out DIR puts the new one elsewhere",
                           f->path);
    return STATUS_OK;
}

status folder_name(run_folder *f, const char *path)
{
    *f = (run_folder){ .path = path, .lock = -1, .digits = LEAST_DIGITS };
    const struct {
        char **to;
        const char *name;
    } files[] = { { &f->model, "model.bin" },
                  { &f->best, "best.bin" },
                  { &f->metrics, "metrics.csv" },
                  { &f->options, "run.json" },
                  { &f->from, "from.json" },
                  { &f->samples, "samples" },
                  { &f->legend, "samples/legend.txt" },
                  { &f->report, "report.html" } };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        TRY(path_join(files[i].to, f->path, files[i].name));
    return STATUS_OK;
}

status folder_open(run_folder *f, const train_options *o)
{
    *f = (run_folder){ .path = o->out, .lock = -1 };
    if (o->resume && o->overwrite)
        return status_fail(STATUS_USAGE, "--resume and --overwrite exclude each other");
    bool is_there;
    TRY(file_find(o->out, &is_there));
    if (o->resume && !is_there)
        return status_fail(STATUS_USAGE, "%s: no such folder, so no run to resume", o->out);
    status s = folder_name(f, o->out);
    if (s == STATUS_OK)
        s = folder_make(f->path);
    if (s == STATUS_OK)
        s = lock(f);
    f->made = !is_there && f->lock >= 0;
    if (s == STATUS_OK)
        s = check_run(f, o);
    if (s != STATUS_OK)
        folder_close(f);
    return s;
}

void folder_close(run_folder *f)
{
    /* Removes it while it is locked: afterwards it may be another process's, as it is now if
     * somebody has put another folder in its place. */
    bool same = false;
    if (f->made && still_there(f, &same) == STATUS_OK && same)
        rmdir(f->path);
    if (f->lock >= 0)
        close(f->lock);
    free(f->model);
    free(f->best);
    free(f->metrics);
    free(f->options);
    free(f->from);
    free(f->samples);
    free(f->legend);
    free(f->report);
    *f = (run_folder){ .lock = -1 };
}

/* A file of a run whose name has a number: "model-0012.bin", also with the suffix of a temporary
 * file. */
static const struct numbered {
    const char *stem, *suffix;
} numbered_files[] = { { "model-", ".bin" }, { "epoch-", ".png" }, { "random-", ".png" } };

/* The digits of the number, which begins at *at; 0: the name is not one of these. */
static int digits_of(const char *name, size_t *at)
{
    for (size_t i = 0; i < sizeof numbered_files / sizeof *numbered_files; i++) {
        const struct numbered *file = &numbered_files[i];
        *at = strlen(file->stem);
        if (strncmp(name, file->stem, *at) != 0)
            continue;
        size_t digits = strspn(name + *at, "0123456789"), end = strlen(file->suffix);
        const char *rest = name + *at + digits;
        if (digits >= LEAST_DIGITS && strncmp(rest, file->suffix, end) == 0 &&
            (rest[end] == 0 || strcmp(rest + end, FILE_TEMPORARY) == 0))
            return (int)digits;
    }
    return 0;
}

/* Is it that file, or its temporary file? */
static bool is_file(const char *name, const char *file)
{
    size_t length = strlen(file);
    return strncmp(name, file, length) == 0 &&
           (name[length] == 0 || strcmp(name + length, FILE_TEMPORARY) == 0);
}

static bool belongs_to_run(const char *name)
{
    static const char *const names[] = { "model.bin", "best.bin",    "run.json",
                                         "from.json", "metrics.csv", "report.html" };
    size_t at;
    bool does = digits_of(name, &at) > 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        does |= is_file(name, names[i]);
    for (int i = 0; log_nth(i); i++)
        does |= is_file(name, log_nth(i)->file);
    return does;
}

/* Does something to each name in a folder, which may be missing. */
static status each_name(const char *path, status (*act)(DIR *d, const char *name, int digits),
                        int digits)
{
    DIR *d = opendir(path);
    status s = STATUS_OK;
    if (!d)
        return errno == ENOENT
                   ? STATUS_OK
                   : status_fail_errno(STATUS_IO, errno, "%s: cannot list the folder", path);
    /* Only errno tells a failure of readdir from the end. */
    struct dirent *e = NULL;
    while (s == STATUS_OK && (errno = 0, e = readdir(d))) {
        s = act(d, e->d_name, digits);
        if (s != STATUS_OK)
            s = status_within(s, "%s", path);
    }
    if (s == STATUS_OK && errno != 0)
        s = status_fail_errno(STATUS_IO, errno, "%s: cannot list the folder", path);
    closedir(d);
    return s;
}

static status clear(DIR *d, const char *name, int unused)
{
    (void)unused;
    if (belongs_to_run(name) && unlinkat(dirfd(d), name, 0) != 0)
        return status_fail_errno(STATUS_IO, errno, "cannot delete %s", name);
    return STATUS_OK;
}

/* The name of the legend is too common to take it for the run's elsewhere. */
static status clear_samples(DIR *d, const char *name, int unused)
{
    static const char legend[] = "legend.txt";
    size_t length = sizeof legend - 1;
    bool ours = strncmp(name, legend, length) == 0 &&
                (name[length] == 0 || strcmp(name + length, FILE_TEMPORARY) == 0);
    if (ours && unlinkat(dirfd(d), name, 0) != 0)
        return status_fail_errno(STATUS_IO, errno, "cannot delete %s", name);
    return ours ? STATUS_OK : clear(d, name, unused);
}

/* The checkpoint goes first, so that a run with missing parts cannot be resumed. */
status folder_clear(const run_folder *f)
{
    TRY(file_remove(f->model));
    TRY(each_name(f->samples, clear_samples, 0));
    return each_name(f->path, clear, 0);
}

static status widen(DIR *d, const char *name, int digits)
{
    size_t at = 0;
    char wide[300];
    int missing = digits - digits_of(name, &at);
    if (missing <= 0 || missing == digits)
        return STATUS_OK;
    snprintf(wide, sizeof wide, "%.*s%0*d%s", (int)at, name, missing, 0, name + at);
    if (renameat(dirfd(d), name, dirfd(d), wide) != 0)
        return status_fail_errno(STATUS_IO, errno, "cannot rename %s to %s", name, wide);
    return STATUS_OK;
}

/* If it is cut short, the next call does the rest. */
status folder_widen(run_folder *f, uint32_t epoch)
{
    char number[16];
    int digits = snprintf(number, sizeof number, "%" PRIu32, epoch);
    if (digits <= f->digits)
        return STATUS_OK;
    f->digits = digits;
    TRY(each_name(f->samples, widen, digits));
    return each_name(f->path, widen, digits);
}

status folder_numbered(const run_folder *f, const char *stem, uint32_t number, const char *suffix,
                       char **path)
{
    char name[64];
    snprintf(name, sizeof name, "%s%0*" PRIu32 "%s", stem, f->digits, number, suffix);
    return path_join(path, f->path, name);
}

status folder_save_options(const run_folder *f, const train_options *o)
{
    text t = { 0 };
    json_begin(&t, NULL, '{');
    option_add_json(&t, &model_option_table, SCOPE_RUN, o);
    option_add_json(&t, &train_option_table, SCOPE_RUN, o);
    json_end(&t, '}');
    text_add(&t, "\n");
    status s = text_check(&t);
    if (s == STATUS_OK)
        s = file_write(f->options, t.data, t.length);
    text_free(&t);
    return s;
}

static status read_saved(const char *path, json_object *saved)
{
    unsigned char *bytes = NULL;
    size_t n = 0, used = 0;
    TRY(file_read(path, LONGEST_OPTIONS, &bytes, &n));
    status s = json_read(saved, bytes, n, &used);
    free(bytes);
    if (s == STATUS_FORMAT)
        s = status_within(
            s,
            "%s: is not the file of options that a run writes; without it, --resume takes "
            "--data and --epochs, and gan eval takes --data, from the command line",
            path);
    return s;
}

static status set_saved(const char *path, const option_row *row, void *options,
                        const json_object *saved)
{
    const char *value = json_get(saved, row->name);
    if (value && option_set(row, options, value) != STATUS_OK)
        return status_within(STATUS_FORMAT, "%s", path);
    return STATUS_OK;
}

status folder_load_options(const run_folder *f, train_options *o, json_object *saved)
{
    *saved = (json_object){ 0 };
    if (!file_exists(f->options))
        return STATUS_OK;
    TRY(read_saved(f->options, saved));
    for (size_t i = 0; i < train_option_table.count; i++)
        if (train_option_table.rows[i].scope == SCOPE_RUN)
            TRY(set_saved(f->options, &train_option_table.rows[i], o, saved));
    return STATUS_OK;
}

status folder_check_data(const char *path, const char *data, const json_object *saved)
{
    if (!data || data != json_get(saved, "data") || find_is_name(data) || file_exists(data))
        return STATUS_OK;
    return status_fail(STATUS_IO,
                       "%s: the data that the run was trained on, %s, are not there; if they are "
                       "elsewhere now, give --data",
                       path, data);
}

static status set_data(const char *path, const char **where, image_options *o, json_object *saved)
{
    static const char *const names[] = { "fit", "background", "skip-bad", "captions", "hold-out" };
    if (!file_exists(path))
        return STATUS_OK;
    TRY(read_saved(path, saved));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        TRY(set_saved(path, option_find(&image_option_table, names[i]), o, saved));
    *where = *where ? *where : json_get(saved, "data");
    return folder_check_data(path, *where, saved);
}

/* The run.json in the folder of a checkpoint. */
static text options_beside(const char *checkpoint)
{
    const char *slash = strrchr(checkpoint, '/');
    text t = { 0 };
    text_add_bytes(&t, checkpoint, slash ? (size_t)(slash - checkpoint) + 1 : 0);
    text_add(&t, "run.json");
    return t;
}

status folder_check_captions(const char *checkpoint, const char *file, const json_object *saved)
{
    if (!file || file != json_get(saved, "captions") || file_exists(file))
        return STATUS_OK;
    text t = options_beside(checkpoint);
    status s = text_check(&t);
    if (s == STATUS_OK)
        s = status_fail(STATUS_IO,
                        "%s: the captions that the run was trained on, %s, are not there; if they "
                        "are elsewhere now, give --captions",
                        t.data, file);
    text_free(&t);
    return s;
}

status folder_load_data(const char *checkpoint, const char **where, image_options *o,
                        json_object *saved)
{
    *saved = (json_object){ 0 };
    text t = options_beside(checkpoint);
    status s = text_check(&t);
    if (s == STATUS_OK)
        s = set_data(t.data, where, o, saved);
    text_free(&t);
    return s;
}
