/* base/memory.c - how much memory this process may use: the machine's, within its control group's
 * limit.
 *
 * SPDX-License-Identifier: MIT */
#include "base/memory.h"

#include <math.h>

#include "base/groups.h"
#include "base/system.h"

#include "base/banned.h"

/* Version 1 states "no limit" as a number beyond any machine. */
static double bytes_in(const char *folder, const char *file)
{
    double bytes = groups_number(folder, file, 0);
    return bytes > 0 && bytes < 0x1p62 ? bytes : INFINITY;
}

static double read_limit(const char *folder)
{
    return fmin(bytes_in(folder, "memory.max"), bytes_in(folder, "memory.limit_in_bytes"));
}

double memory_quota(const char *groups, const char *member)
{
    static const group_limit limit = { "memory", read_limit };
    return groups_least(&limit, groups, member);
}

double memory_usable(void)
{
    double machine = system_memory(), quota = memory_quota("/sys/fs/cgroup", "/proc/self/cgroup");
    return fmin(machine > 0 ? machine : INFINITY, quota);
}
