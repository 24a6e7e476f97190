/* base/memory.h - how much memory this process may use.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_BASE_MEMORY_H
#define GAN_BASE_MEMORY_H

/* Code, libraries, stacks, and the buffers of zlib and libpng while they write, in bytes. */
enum { MEMORY_OF_PROGRAM = 8000000 };

/* The memory of the machine, but no more than the limit of the control group of this process, in
 * bytes; INFINITY: unknown. Other programs may use some of it. */
double memory_usable(void);

/* The least limit of the control groups, in bytes; INFINITY: none. For `groups` and `member` see
 * base/groups.h. */
double memory_quota(const char *groups, const char *member);

#endif
