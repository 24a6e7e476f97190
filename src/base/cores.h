/* base/cores.h - how many cores this process may use.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_BASE_CORES_H
#define GAN_BASE_CORES_H

/* The CPUs that this process may run on, but no more than the quota of its control group (rounded
 * up); at least 1. */
int cores_usable(void);

/* The cores that the quotas of control groups grant, rounded up; 0: there is no quota. A group may
 * use no more than each group that it is in, so the least quota on the way up counts. `groups` is
 * where the groups are mounted (/sys/fs/cgroup), `member` the file that names those of this process
 * (/proc/self/cgroup), in version 1, 2 or both. */
int cores_quota(const char *groups, const char *member);

#endif
