/* cli/sample_asked.h - the classes or texts that the samples of `gan sample` show. For
 * sample_source.c and cmd_sample.c.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_SAMPLE_ASKED_H
#define GAN_CLI_SAMPLE_ASKED_H

#include <stdbool.h>

#include "game/model.h"

/* --label, --text and --texts may be repeated, and count in the order of the command line: these
 * are the last ones. */
typedef struct asked_options {
    const char *label, *text, *texts;
    bool label_grid;
} asked_options;

extern const option_table asked_option_table;

/* The conditions that are asked for. */
typedef struct wishes {
    condition_list list; /* in their order */
    condition_list path; /* with walks: those of the samples of all walks */
    uint32_t *ids;       /* 0, 1, 2, ... */
    int walks;           /* from one of them to the next; 0: none */
} wishes;

/* Reads them from the options, and asks m for them, whose checkpoint is `ckpt`: each for a row of
 * `cols` samples, or, where walk > 0 and they are more than one, with walks of that many samples
 * from each to the next. If none is given, the model's own are shown in rows. A note names the
 * words that the model has not learned.
 *
 * STATUS_USAGE where the model has no such conditions; STATUS_IO or STATUS_FORMAT for the file of
 * --texts; STATUS_MEMORY. wishes_close is due in any case, and not before the last sample. */
status wishes_open(wishes *w, const option_settings *given, model *m, const char *ckpt, int cols,
                   int walk);
void wishes_close(wishes *w);

/* The rows of a grid that shows each of them, or each walk, once; 0: none are given. */
int wishes_rows(const wishes *w);

#endif
