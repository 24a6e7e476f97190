/* base/cores.c - how many cores this process may use: those of its affinity mask and of its control
 * group's CPU time.
 *
 * SPDX-License-Identifier: MIT */
#include "base/cores.h"

#include <math.h>

#include "base/groups.h"
#include "base/system.h"

#include "base/banned.h"

enum { MOST_CORES = 4096 };

/* The cores of that many microseconds in each period. */
static double cores_of(double quota, double period)
{
    return quota > 0 && period > 0 ? quota / period : INFINITY;
}

/* Version 2 has "200000 100000" or "max 100000" in one file. */
static double read_quota(const char *folder)
{
    return fmin(cores_of(groups_number(folder, "cpu.max", 0), groups_number(folder, "cpu.max", 1)),
                cores_of(groups_number(folder, "cpu.cfs_quota_us", 0),
                         groups_number(folder, "cpu.cfs_period_us", 0)));
}

int cores_quota(const char *groups, const char *member)
{
    static const group_limit limit = { "cpu", read_quota };
    double least = groups_least(&limit, groups, member);
    return least < MOST_CORES ? (int)ceil(least) : 0;
}

int cores_usable(void)
{
    int cores = system_cpus(), quota = cores_quota("/sys/fs/cgroup", "/proc/self/cgroup");
    if (quota > 0 && quota < cores)
        cores = quota;
    return cores > 0 ? cores : 1;
}
