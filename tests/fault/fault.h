/* tests/fault/fault.h - what a program that is linked with preload.c tells it, in place of the
 * environment.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TESTS_FAULT_H
#define GAN_TESTS_FAULT_H

#include <stdbool.h>

/* FAULT_COUNT=memory or calls, FAULT_WHAT (NULL: nothing), FAULT_AT and FAULT_ON; with FAULT_FAST.
 * Counts from 0 again. */
void fault_order(bool memory, const char *what, long at, bool from_there_on);

/* What was counted since then. */
long fault_counted(void);

/* Blocks of memory that are not freed. */
long fault_live(void);

#endif
