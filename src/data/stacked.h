/* data/stacked.h - Stacked MNIST: three random digits as the red, green and blue channels of a
 * picture, which has 1,000 modes, one for each number from 000 to 999.
 *
 * This is the benchmark for mode collapse of Metz and others ("Unrolled generative adversarial
 * networks", ICLR 2017) and Srivastava and others ("VEEGAN", NIPS 2017). The digits are those of
 * the MNIST that is used where no data are named (data/find.h), at their own size; any other set of
 * grey IDX images there is stacked as well. The samples do not depend on the seed of a run;
 * docs/random-streams.md defines the random words that choose the digits.
 *
 * The samples have no labels: a label is a byte. eval/stacks.h finds the mode of a sample.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_DATA_STACKED_H
#define GAN_DATA_STACKED_H

#include "data/dataset.h"

enum { STACKED_CHANNELS = 3, STACKED_TRAIN = 60000, STACKED_TEST = 10000 };

/* What --data calls them. */
extern const char stacked_name[];
bool stacked_is_named(const char *where);

/* out (n, 3) = the numbers, below `digits`, of the images that samples first .. first+n-1 consist
 * of. The first STACKED_TRAIN of the training part are the data set; later ones have the same
 * distribution and are held out from every training. */
void stacked_choose(bool test, int first, int n, int digits, uint32_t *out);

/* Opens the set of the digits and, unless `test` is NULL, its test part. STATUS_IO if there are
 * none, STATUS_USAGE if they cannot be stacked. After a failure nothing is left to close. */
status stacked_digits(dataset *train, dataset *test);

/* Makes the samples of the training or the test part of *d: all, or the first `limit` (0: all). For
 * dataset.c, whose caller closes *d after a failure, too. */
status stacked_read(dataset *d, bool test, int limit);

#endif
