/* data/part_names.h - which names of folders mean the training part or a held-out part of a data
 * set. For find_parts.c and images_notes.c.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_DATA_PART_NAMES_H
#define GAN_DATA_PART_NAMES_H

#include <stdbool.h>

enum { PART_NAME_LONGEST = 64 };

/* What a name says. Letter case, separators, numbers and words such as "set" and "images" do not
 * count: "Test_Set", "val2017" and "seg_test" are held-out parts, with nothing else in the name. */
typedef struct part_name {
    int train, held_out;          /* how usual the word for the part is, 0 the most; -1: no such */
    char rest[PART_NAME_LONGEST]; /* the other words, joined: "hr" in "valid_HR" and "TrainHR" */
} part_name;

/* Both ranks are -1 if the name has no word for a part, has words for both kinds, or is too long.
 */
part_name part_name_of(const char *name);

/* How well the names of a training part and of a held-out part go together: 0 if they differ in
 * these words only, 1 if one of them has nothing beside its word, -1 if they do not. */
int part_names_match(const part_name *train, const part_name *held_out);

/* The name is one of a held-out part, or of one of several ("testA"). */
bool part_name_looks_held_out(const char *name);

#endif
