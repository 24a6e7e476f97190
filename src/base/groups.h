/* base/groups.h - the limits that Linux's control groups set to this process. base/cores.c and
 * base/memory.c ask for theirs.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_BASE_GROUPS_H
#define GAN_BASE_GROUPS_H

/* What is limited, and how a group says so. */
typedef struct group_limit {
    const char *controller; /* its name in version 1, and that of its hierarchy's folder */
    /* The limit that the files in the folder of a group set; INFINITY: none. */
    double (*read)(const char *folder);
} group_limit;

/* The least limit of the groups of this process and of those above them, which all count; INFINITY:
 * there is none. `groups` is where the groups are mounted (/sys/fs/cgroup), `member` the file that
 * names those of this process (/proc/self/cgroup), in version 1, 2 or both. */
double groups_least(const group_limit *limit, const char *groups, const char *member);

/* The number at the n-th word, from 0, of a file in the folder; 0: there is none. */
double groups_number(const char *folder, const char *file, int word);

#endif
