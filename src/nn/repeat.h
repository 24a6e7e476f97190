/* nn/repeat.h - repeated layers in a spec: "4*(residual, conv 32 k3 p1, relu, conv 32 k3 p1, add)".
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_NN_REPEAT_H
#define GAN_NN_REPEAT_H

#include "base/status.h"
#include "base/text.h"

/* The most characters of a spec, before and after repetition; and the most layers of a net, to each
 * of which streams of random numbers give 8 bits. */
enum { SPEC_LONGEST = 16384, SPEC_MOST_LAYERS = 256 };

/* Appends the spec with "N*(layers)" written out N times; repetitions may be nested. STATUS_USAGE,
 * whose message begins with `option`, or STATUS_MEMORY. */
status spec_repeat(const char *spec, const char *option, text *out);

#endif
