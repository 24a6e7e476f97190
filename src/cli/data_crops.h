/* cli/data_crops.h - what `gan data --crop` says about images that keep their own sizes, and which
 * crops it draws. For data_report.c and cmd_data.c.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_DATA_CROPS_H
#define GAN_CLI_DATA_CROPS_H

#include "cli/data_report.h"

/* Add the lines of the table, or the members of the JSON object, of a set with crops. */
void data_crops_add_table(text *t, const data_report *r);
void data_crops_add_json(text *t, const data_report *r);

/* out (n, sample size) = the crops at the places 0 to n-1 of epoch 0 of a run with the seed 1 that
 * neither mirrors nor turns; n <= dataset_crops. STATUS_MEMORY. */
status data_crops_draw(const dataset *d, const compute *c, int n, float *out);

#endif
