/* nn/schedule.h - how the learning rate changes over a run.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_NN_SCHEDULE_H
#define GAN_NN_SCHEDULE_H

#include "base/option.h"
#include "math/kernels.h"

enum { SCHEDULE_CONSTANT = 0 };

/* The name and help of the i-th schedule; NULL after the last. */
const option_choice *schedule_choice(int i);

/* The factor of the learning rate in the step after `done` of `all` steps. It is 1 at first; except
 * for the constant schedule it is 0 from `all` on. */
double schedule_factor(int schedule, const kernels *k, uint64_t done, uint64_t all);

#endif
