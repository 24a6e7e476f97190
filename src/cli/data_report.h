/* cli/data_report.h - what `gan data` says about a data set, as a table and as JSON.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_DATA_REPORT_H
#define GAN_CLI_DATA_REPORT_H

#include <stdbool.h>

#include "base/text.h"
#include "data/dataset.h"

typedef struct data_report {
    dataset data, test;
    char *test_path;    /* NULL: there is no test part */
    char *test_problem; /* why the test part cannot be used; NULL: it can */
    char **bad;         /* messages about bad files of both */
    int bad_count;
    int *first; /* as duplicates_find fills it; NULL for points */
    int duplicates;
    int least, greatest; /* byte values of the pixels */
    int classes[256];    /* samples of each */
    int class_count;
} data_report;

enum { DATA_REPORT_INDENT = 12 }; /* the column in which the table's values begin */

/* Adds the report, for people with names as utf8_show shows them, or for programs. */
void data_report_add_table(text *t, const data_report *r);
void data_report_add_json(text *t, const data_report *r);

#endif
