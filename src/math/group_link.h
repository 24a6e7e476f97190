/* math/group_link.h - how a rank reaches its neighbours: what differs between processes of one
 * machine (group_processes.c) and those that MPI connects (group_mpi.c).
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_MATH_GROUP_LINK_H
#define GAN_MATH_GROUP_LINK_H

#include <stdbool.h>

#include "math/group.h"

typedef struct group_link {
    const struct link_ops *ops;
    bool failed;
    char why[200];       /* it failed */
    unsigned char *kept; /* bytes begin .. end-1 were received while nobody asked for them */
    size_t begin, end, room;
} group_link;

typedef struct link_ops {
    /* Moves some of the bytes, at once and without waiting, and returns how many; 0: it cannot. */
    size_t (*put)(group_link *l, const void *data, size_t size);
    size_t (*take)(group_link *l, void *data, size_t size);
    /* Is there anything to take? */
    bool (*has_more)(group_link *l);
    /* Called now and then while this rank waits. False, with the reason in l->why, if it would wait
     * in vain. */
    bool (*check)(group_link *l);
    void (*close)(group_link *l, bool good);
} link_ops;

#endif
