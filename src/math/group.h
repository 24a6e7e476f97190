/* math/group.h - the ranks (processes) that share the rows of a batch, on one machine or on many.
 *
 * A sum over the rows of a batch is a chain in the order of the rows (math/matmul.h), so a rank
 * goes on with the chain that the one before it began. An all-reduce would add parts in another
 * order and change bits. Chains go from rank to rank, so the ranks form a ring: each sends bytes to
 * the next one only, and receives from the one before it; what is sent first is received first.
 *
 * Every rank makes the same calls in the same order. A failure (a rank that has ended or does not
 * answer) makes all further calls do nothing, so that nobody waits for ever; group_status tells.
 *
 * A process alone is the only rank of a group without a link, and needs none of these calls.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_MATH_GROUP_H
#define GAN_MATH_GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

typedef struct group {
    int ranks, rank;         /* this process is number `rank` of 0 .. ranks-1 */
    struct group_link *link; /* to the others; NULL: alone */
} group;

enum { GROUP_MOST_RANKS = 256 };

/* Starts ranks - 1 further processes, which are copies of this one and return from the call too,
 * as ranks 1, 2, ... Call it before threads are started. STATUS_MEMORY, STATUS_IO. */
status group_fork(group *g, int ranks);

/* True where a launcher (mpirun, srun) has started this process as one of several. */
bool group_is_launched(void);

/* Joins the ranks that the launcher started, *here of them on this machine. STATUS_USAGE where that
 * is impossible, STATUS_MEMORY; group_close is due in any case. */
status group_join(group *g, int *here);

/* Leaves the group; good: all went well here. Rank 0 waits for its copies, and ends those that do
 * not end by themselves. Ranks of a launcher that fail take the others with them when their process
 * ends. */
void group_close(group *g, bool good);

/* This rank holds group_rows of the `rows` rows of a batch, from number group_first_row on. */
static inline int group_first_row(group g, int rows)
{
    return (int)((int64_t)rows * g.rank / g.ranks);
}

static inline int group_rows(group g, int rows)
{
    return (int)((int64_t)rows * (g.rank + 1) / g.ranks) - group_first_row(g, rows);
}

/* To the next rank, after the last one rank 0; from the one before. */
void group_send(group g, const void *data, size_t size);
void group_receive(group g, void *data, size_t size);

/* Has more come from the rank before than was received? group_receive may then have to wait for the
 * rest only. */
bool group_has_more(group g);

/* Begins a chain (rank 0 has nothing to receive) or passes it on (nor has the last to send). */
void group_chain_receive(group g, void *data, size_t size);
void group_chain_send(group g, const void *data, size_t size);

/* What the last rank has, at the end of a chain, goes to all. */
void group_spread(group g, void *data, size_t size);

/* all (segments, rows) of elements of so many bytes = what the ranks have of them, each its
 * group_rows: mine (segments, group_rows). */
void group_gather(group g, int rows, int segments, size_t size, const void *mine, void *all);

/* The greatest of the values that the ranks give. */
int group_most(group g, int value);

/* The elements begin .. end-1 of `count` that belong to a rank: whole units, but for the last one.
 * No rank has more than rank 0. */
typedef struct group_part {
    size_t begin, end;
} group_part;

group_part group_part_of(group g, size_t count, size_t unit);

/* Every rank has its part of all (count), of elements of so many bytes, and gets the others. */
void group_share(group g, size_t count, size_t unit, size_t size, void *all);

/* Rank 0 receives, with group_receive, the parts of the other ranks, in the order of the elements:
 * these call this with what is theirs. */
void group_bring(group g, size_t count, size_t unit, size_t size, const void *mine);

/* STATUS_OK; or STATUS_IO with the rank that failed and how. */
status group_status(group g);

#endif
