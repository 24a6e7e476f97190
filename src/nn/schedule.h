/* nn/schedule.h - how the learning rate changes over a run.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_NN_SCHEDULE_H
#define GAN_NN_SCHEDULE_H

#include "base/option.h"
#include "math/kernels.h"

enum { SCHEDULE_CONSTANT = 0 };

/* The i-th schedule's name; NULL after the last. */
const option_choice *schedule_choice(int i);

/* What the learning rate is multiplied by in the step that follows `done` of `all` steps: 1 at
 * first, and, but for the constant one, 0 from `all` on. */
double schedule_factor(int schedule, const kernels *k, uint64_t done, uint64_t all);

#endif
