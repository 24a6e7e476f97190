/* report/history.h - the past of a run as JSON: its options, the command that repeats it, its
 * curves and what the diagnosis found.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_REPORT_HISTORY_H
#define GAN_REPORT_HISTORY_H

#include "base/text.h"
#include "game/options.h"

/* Adds "options", "defaults", "command", "rows", "every", "columns", "findings" and "best" from the
 * folder's run.json and metrics.csv. `saved` are the options in its checkpoint, which serve if
 * run.json is missing; NULL: it has none. Missing and damaged parts are left out and noted in
 * `notes`, an open JSON array; curves that are still to come (`live`) are not noted. *found is set
 * if there is any of the files. STATUS_MEMORY. */
status history_add(text *t, text *notes, const char *folder, const model_options *saved, bool live,
                   bool *found);

#endif
