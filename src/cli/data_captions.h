/* cli/data_captions.h - what `gan data` says about captions. For data_report.c.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_DATA_CAPTIONS_H
#define GAN_CLI_DATA_CAPTIONS_H

#include "cli/data_report.h"
#include "image/lettering.h"

/* Adds the lines of the table, or the members of the JSON object. */
void data_captions_add_table(text *t, const data_report *r);
void data_captions_add_json(text *t, const data_report *r);

/* What stands beneath the first n images in the picture: the first caption of each. Only for data
 * with captions, which must live as long. */
lettering data_captions_beneath(const dataset *d, int n);

#endif
