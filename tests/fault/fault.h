/* tests/fault/fault.h - controls preload.c from a program that is linked with it, instead of
 * through the environment.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TESTS_FAULT_H
#define GAN_TESTS_FAULT_H

#include <stdbool.h>

/* Sets FAULT_COUNT to memory or calls, FAULT_WHAT (NULL: nothing), FAULT_AT and FAULT_ON;
 * FAULT_FAST is set. The count starts again from 0. */
void fault_order(bool memory, const char *what, long at, bool from_there_on);

/* The count since the last order. */
long fault_counted(void);

/* The name of the last call that failed by this order; NULL: none. */
const char *fault_failed(void);

/* The number of blocks that are not freed. */
long fault_live(void);

#endif
