/* report/report.h - runs as one page of HTML: curves, pictures, options, and G itself, which the
 * page runs. docs/report.md describes the page.
 *
 * The page is a file that loads nothing. Its readable sources are in report/page/; the build
 * embeds them (cmake/embed.cmake). The data follow as one JSON document in a <script> that no
 * browser executes, and in which every "<" is escaped, so that no text of a run can end it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_REPORT_REPORT_H
#define GAN_REPORT_REPORT_H

#include <stdbool.h>

#include "base/status.h"
#include "data/images.h"
#include "game/model.h"
#include "math/compute.h"
#include "train/options.h"

enum { REPORT_MOST_RUNS = 12 };

typedef struct report_request {
    const char *const *runs; /* their folders, */
    int count;               /* at least 1, at most REPORT_MOST_RUNS */
    const char *out;
    double budget;    /* bytes that the page should not exceed; pictures are left out for it */
    bool no_explorer; /* leave out the generators */
    bool no_training; /* leave out training samples, and do not read the data */
    bool live;        /* the run is in training: as no_training, and the page reloads itself */
    const image_watch *watch; /* is told of the progress of reading pictures; NULL: nobody */
} report_request;

/* Writes the page; it appears whole or not at all. A part of a run that is missing or damaged is
 * left out, and the page says so. STATUS_IO if a folder holds no part of a run, STATUS_USAGE for
 * too many runs, STATUS_MEMORY. */
status report_write(const report_request *r, const compute *c);

/* The most memory, in bytes, that report_write takes for one run of that model with these options
 * and a generator. */
size_t report_memory(const model *m, const train_options *o, double budget);

#endif
