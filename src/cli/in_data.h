/* cli/in_data.h - says that a picture just written lies among the pictures of a data set.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_IN_DATA_H
#define GAN_CLI_IN_DATA_H

/* Prints a note if the picture, or the folder of pictures, at `out` is in the folder of pictures
 * `data`, where a run would read it; not if it is in the folder of a run, which is left out. */
void in_data_note(const char *out, const char *data);

/* The same for the data that the run was trained on whose folder has this checkpoint, according to
 * its run.json. Prints nothing without that file. */
void in_data_note_of_run(const char *out, const char *checkpoint);

#endif
