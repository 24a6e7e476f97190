/* nn/schedule.c - how the learning rate changes over a run.
 *
 * All are functions of the remaining share of the run, from 1 to 0, so that rounding costs nothing
 * in the last steps, where the factor is small.
 *
 * SPDX-License-Identifier: MIT */
#include "nn/schedule.h"

#include "base/banned.h"

static double constant(const kernels *k, double remaining)
{
    (void)k, (void)remaining;
    return 1;
}

static double linear(const kernels *k, double remaining)
{
    (void)k;
    return remaining;
}

/* (1 + cos(pi (1 - r))) / 2 = sin(pi r / 2)^2, and a quarter of a turn is pi / 2. */
static double cosine(const kernels *k, double remaining)
{
    float turns = (float)(remaining / 4), sine;
    k->sin_turns(1, &turns, &sine);
    return (double)sine * (double)sine;
}

static const struct {
    option_choice choice;
    double (*factor)(const kernels *k, double remaining);
} schedules[] = {
    [SCHEDULE_CONSTANT] = { { "constant", "the same in every step" }, constant },
    { { "linear", "falls to 0 along a straight line" }, linear },
    { { "cosine", "falls to 0 along half a wave (Loshchilov and Hutter 2017)" }, cosine },
};
enum { SCHEDULE_COUNT = sizeof schedules / sizeof *schedules };

const option_choice *schedule_choice(int i)
{
    return i < SCHEDULE_COUNT ? &schedules[i].choice : NULL;
}

double schedule_factor(int schedule, const kernels *k, uint64_t done, uint64_t all)
{
    return schedules[schedule].factor(k, done < all ? (double)(all - done) / (double)all : 0);
}
