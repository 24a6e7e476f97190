/* cli/live_page.c - the page of a run in training. Called by cmd_train.c; report/ makes the page.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/live_page.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "report/report.h"

#include "base/banned.h"

enum { BUDGET = 4000000, LEAST_PAUSE = 30 }; /* times as long as the page takes */

status live_page_open(live_page *p, const char *run)
{
    *p = (live_page){ .run = run };
    return compute_open(&p->compute, NULL, 1);
}

static status write_page(const live_page *p, bool live)
{
    return report_write(
        &(report_request){
            .runs = &p->run, .count = 1, .out = p->path, .budget = BUDGET, .live = live },
        &p->compute);
}

static status renew(void *context, const run_folder *folder)
{
    live_page *p = context;
    double started = clock_seconds();
    if (p->path && started - p->ended < LEAST_PAUSE * p->took)
        return STATUS_OK;
    if (!p->path) {
        p->path = strdup(folder->report);
        if (!p->path)
            return status_fail(STATUS_MEMORY, "out of memory");
    }
    TRY(write_page(p, true));
    p->ended = clock_seconds();
    p->took = p->ended - started;
    return STATUS_OK;
}

static size_t memory_of(const trainer *t)
{
    return t->options.report ? report_memory(&t->model, &t->options, BUDGET) : 0;
}

run_page live_page_writer(live_page *p)
{
    return (run_page){ p, renew, memory_of };
}

/* A run that has failed keeps its own message: that of a page that cannot be written either would
 * only be a consequence. */
static status finish_failed(const live_page *p, status so_far)
{
    char *message = strdup(status_message());
    (void)write_page(p, false);
    status s = status_fail(so_far, "%s", message ? message : "out of memory");
    free(message);
    return s;
}

status live_page_finish(live_page *p, status so_far)
{
    status s = so_far;
    if (p->path)
        s = so_far == STATUS_OK ? write_page(p, false) : finish_failed(p, so_far);
    compute_close(&p->compute);
    free(p->path);
    *p = (live_page){ 0 };
    return s;
}
