/* train/folder.h - the folder of a run: its files, its lock and its saved options.
 *
 *     model.bin                 the newest whole checkpoint; model-NNNN.bin: kept ones
 *     best.bin                  the best one so far, with --eval-every
 *     run.json                  all options of the run
 *     from.json                 with --from, which layers were taken from where
 *     metrics.csv               one row per epoch
 *     metrics.jsonl             the same as JSON, with --log jsonl
 *     events.out.tfevents       for TensorBoard, with --log tensorboard
 *     report.html               the page of the run, with --report
 *     samples/epoch-NNNN.png    samples from the same z at every epoch; epoch 0 is before training
 *     samples/random-NNNN.png   samples from new z at every epoch
 *     samples/legend.txt        with --condition, what each row of both shows
 *
 * NNNN has four digits; from epoch 10,000 on every file has as many as the newest, so that the
 * names sort.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TRAIN_FOLDER_H
#define GAN_TRAIN_FOLDER_H

#include "base/json.h"
#include "train/options.h"

typedef struct run_folder {
    const char *path; /* as the user named it */
    char *model, *best, *metrics, *options, *from, *samples, *legend, *report;
    int lock;   /* held until the folder is closed, or its process ends */
    int digits; /* in the names of numbered files */
    bool made;  /* this call made the folder; closing removes it if it is empty */
} run_folder;

/* Names the files of the folder at that path, and touches none. STATUS_MEMORY. */
status folder_name(run_folder *f, const char *path);

/* Makes the folder if it is missing and locks it; changes nothing in it yet. STATUS_EXISTS if
 * another process has it, or if it holds a run and the options say neither --resume nor
 * --overwrite; STATUS_USAGE if there is no run to resume; STATUS_IO. */
status folder_open(run_folder *f, const train_options *o);
void folder_close(run_folder *f);

/* Deletes the files of a run, and nothing else that may be there. */
status folder_clear(const run_folder *f);

/* The path of a numbered file: stem and number make "samples/epoch-0012.png". Malloc'ed. */
status folder_numbered(const run_folder *f, const char *stem, uint32_t number, const char *suffix,
                       char **path);

/* Gives the numbers of all files as many digits as that epoch has, if they have fewer. STATUS_IO.
 */
status folder_widen(run_folder *f, uint32_t epoch);

/* Writes run.json; reads it into the options of scope SCOPE_RUN, which then point into *saved. A
 * missing file changes nothing. *saved is the caller's to free, also after a failure. */
status folder_save_options(const run_folder *f, const train_options *o);
status folder_load_options(const run_folder *f, train_options *o, json_object *saved);

/* STATUS_IO if `data` is the path that run.json, the file at `path`, has, and is gone: no other
 * data may take its place. */
status folder_check_data(const char *path, const char *data, const json_object *saved);

/* The same for the file of captions, according to the run.json in the folder of a checkpoint. */
status folder_check_captions(const char *checkpoint, const char *file, const json_object *saved);

/* Sets *where and the options for pictures to those that a checkpoint was trained with, from the
 * run.json in its folder: *where if it is NULL, and --fit, --background, --skip-bad, --captions and
 * --hold-out, which the checkpoint does not have. Both then point into *saved, which is the
 * caller's to free. A missing file changes nothing. STATUS_IO if the data are gone. */
status folder_load_data(const char *checkpoint, const char **where, image_options *o,
                        json_object *saved);

#endif
