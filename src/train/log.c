/* train/log.c - the kinds of logs, and what they have in common. Called by run.c.
 *
 * SPDX-License-Identifier: MIT */
#include "train/log.h"

#include <stdlib.h>

#include "base/file.h"

#include "base/banned.h"

static const log_kind *const kinds_of_log[] = { &log_tensorboard, &log_jsonl };
enum { KIND_COUNT = sizeof kinds_of_log / sizeof *kinds_of_log };

const log_kind *log_nth(int i)
{
    return i < KIND_COUNT ? kinds_of_log[i] : NULL;
}

const option_choice *log_choice(int i)
{
    return i < KIND_COUNT ? &kinds_of_log[i]->choice : NULL;
}

/* The path of a picture, NULL if the epoch has none. */
static status find_picture(const run_folder *f, const char *stem, uint32_t epoch, char **path)
{
    bool found;
    TRY(folder_numbered(f, stem, epoch, ".png", path));
    status s = file_find(*path, &found);
    if (s != STATUS_OK || !found) {
        free(*path);
        *path = NULL;
    }
    return s;
}

static status append_epoch(const log_kind *k, const run_folder *f, const char *path,
                           uint32_t number, const epoch_metrics *metrics)
{
    static const char *const stems[LOG_PICTURES] = { "samples/epoch-", "samples/random-" };
    char *pictures[LOG_PICTURES] = { 0 };
    log_epoch e = { .number = number, .metrics = metrics };
    status s = STATUS_OK;
    for (int i = 0; i < LOG_PICTURES && s == STATUS_OK; i++) {
        s = find_picture(f, stems[i], number, &pictures[i]);
        e.pictures[i] = pictures[i];
    }
    if (s == STATUS_OK)
        s = k->append(path, &e);
    for (int i = 0; i < LOG_PICTURES; i++)
        free(pictures[i]);
    return s;
}

static status resume(const log_kind *k, const run_folder *f, const char *path, uint32_t epoch,
                     const epoch_metrics *rows, uint32_t count)
{
    uint32_t next = 0;
    TRY(k->rewind(path, epoch, &next));
    if (next == 0 && k->has_start)
        TRY(append_epoch(k, f, path, 0, NULL));
    for (uint32_t i = next > 0 ? next : 1; i <= epoch && i <= count; i++)
        TRY(append_epoch(k, f, path, i, &rows[i - 1]));
    return STATUS_OK;
}

status log_resume(int kinds, const run_folder *f, uint32_t epoch, const epoch_metrics *rows,
                  uint32_t count)
{
    status s = STATUS_OK;
    for (int i = 0; i < KIND_COUNT && s == STATUS_OK; i++) {
        char *path;
        if (!(kinds >> i & 1))
            continue;
        TRY(path_join(&path, f->path, kinds_of_log[i]->file));
        s = resume(kinds_of_log[i], f, path, epoch, rows, count);
        free(path);
    }
    return s;
}

status log_append(int kinds, const run_folder *f, const epoch_metrics *e)
{
    status s = STATUS_OK;
    for (int i = 0; i < KIND_COUNT && s == STATUS_OK; i++) {
        char *path;
        if (!(kinds >> i & 1))
            continue;
        TRY(path_join(&path, f->path, kinds_of_log[i]->file));
        s = append_epoch(kinds_of_log[i], f, path, e->epoch, e);
        free(path);
    }
    return s;
}
