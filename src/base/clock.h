/* base/clock.h - elapsed time, shown to people; no result depends on it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_BASE_CLOCK_H
#define GAN_BASE_CLOCK_H

/* Seconds since some fixed moment, by a clock that is never set back. */
double clock_seconds(void);

#endif
