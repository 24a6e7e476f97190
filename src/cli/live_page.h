/* cli/live_page.h - the page of a run in training (gan train --report): report.html in its folder,
 * written again after epochs and, once the run has ended, as `gan report` writes it.
 *
 *     live_page p;
 *     TRY(live_page_open(&p, folder));
 *     watch.page = live_page_writer(&p);
 *     s = live_page_finish(&p, run_train(...));
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_LIVE_PAGE_H
#define GAN_CLI_LIVE_PAGE_H

#include <stdbool.h>

#include "math/compute.h"
#include "train/run.h"

typedef struct live_page {
    const char *run; /* its folder */
    char *path;      /* of the page; NULL: the run keeps none */
    compute compute;
    double ended, took; /* when the page was last finished, and how long that took, in seconds */
} live_page;

/* Prepares for the run in a folder, which may not exist yet. STATUS_MEMORY. */
status live_page_open(live_page *p, const char *run);

/* Writes the page while the run is in training, at most so often that it takes a thirtieth of the
 * time: where epochs are shorter than thirty pages take, not after each of them. */
run_page live_page_writer(live_page *p);

/* Closes, after the run has ended with `so_far`, whatever that is; if there is a page, writes it
 * for the last time. Returns so_far with its message if that is a failure, else its own status. */
status live_page_finish(live_page *p, status so_far);

#endif
