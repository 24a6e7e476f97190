/* math/group.h - the ranks (processes) that share the rows of a batch. So far there is one.
 *
 * A sum over the rows of a batch is a chain in the order of the rows (math/matmul.h), so a group
 * will pass it on from rank to rank. An all-reduce would add parts in another order and change
 * bits.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_MATH_GROUP_H
#define GAN_MATH_GROUP_H

#include <stdint.h>

typedef struct group {
    int ranks, rank; /* this process is number `rank` of 0 .. ranks-1 */
} group;

/* This rank holds group_rows of the `rows` rows of a batch, from number group_first_row on. */
static inline int group_first_row(group g, int rows)
{
    return (int)((int64_t)rows * g.rank / g.ranks);
}

static inline int group_rows(group g, int rows)
{
    return (int)((int64_t)rows * (g.rank + 1) / g.ranks) - group_first_row(g, rows);
}

#endif
