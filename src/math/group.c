/* math/group.c - what ranks say to each other, by the bytes that a link moves.
 *
 * A rank whose neighbour has no room for its bytes takes in what comes from its other neighbour
 * meanwhile, and keeps it, so that a ring in which everybody sends at once never stands still.
 *
 * SPDX-License-Identifier: MIT */
#include "math/group_link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/size.h"
#include "math/relax.h"
#include "math/whole.h"

#include "base/banned.h"

/* The variables by which launchers tell how many they have started. */
bool group_is_launched(void)
{
    static const char *const counts[] = { "OMPI_COMM_WORLD_SIZE", "PMI_SIZE" };
    const char *tasks = getenv("SLURM_NTASKS");
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        const char *count = getenv(counts[i]);
        if (count && strcmp(count, "1") != 0)
            return true;
    }
    return getenv("PMIX_RANK") && tasks && strcmp(tasks, "1") != 0;
}

/* ---- waiting ---- */

/* How often a rank looks again, some 500 us in all, before it sleeps between two looks. (To yield
 * the core instead would hand a whole slice of time to any other program.) Each look takes the line
 * of memory away from the rank that is to change it: so there are pauses. */
enum { LOOKS = 1000, PAUSES = 8, NAP_NANOSECONDS = 20000 };
static const double check_seconds = 0.1;

typedef struct patience {
    unsigned turn;
    double checked; /* when the link was last checked */
} patience;

static void fail(group_link *l, const char *why)
{
    if (!l->failed)
        snprintf(l->why, sizeof l->why, "%s", why);
    l->failed = true;
}

static void wait_for_a_change(group_link *l, patience *p)
{
    p->turn++;
    if (p->turn < LOOKS) {
        for (int i = 0; i < PAUSES; i++)
            relax();
        return;
    }
    nanosleep(&(struct timespec){ .tv_nsec = NAP_NANOSECONDS }, NULL);
    double now = clock_seconds();
    if (now - p->checked < check_seconds)
        return;
    p->checked = now;
    if (!l->ops->check(l))
        l->failed = true;
}

/* ---- bytes ---- */

/* Keeps what has come; false if there is nothing. */
static bool keep_more(group_link *l)
{
    enum { STEP = 1 << 16 };
    if (l->begin == l->end)
        l->begin = l->end = 0;
    if (l->room - l->end < STEP) {
        size_t room = l->room > 0 ? 2 * l->room : 4 * STEP;
        unsigned char *more = realloc(l->kept, room);
        if (!more) {
            fail(l, "out of memory for what other ranks send");
            return false;
        }
        l->kept = more;
        l->room = room;
    }
    size_t n = l->ops->take(l, l->kept + l->end, STEP);
    l->end += n;
    return n > 0;
}

static size_t take_kept(group_link *l, unsigned char *to, size_t size)
{
    size_t n = size_min(l->end - l->begin, size);
    if (n > 0)
        memcpy(to, l->kept + l->begin, n);
    l->begin += n;
    return n;
}

/* keeps: takes in, while there is no room, what comes from the other side. */
static void send(group g, const void *data, size_t size, bool keeps)
{
    const unsigned char *from = data;
    patience p = { 0 };
    while (size > 0 && !g.link->failed) {
        size_t n = g.link->ops->put(g.link, from, size);
        from += n;
        size -= n;
        if (n == 0 && !(keeps && keep_more(g.link)))
            wait_for_a_change(g.link, &p);
    }
}

void group_send(group g, const void *data, size_t size)
{
    send(g, data, size, true);
}

void group_receive(group g, void *data, size_t size)
{
    unsigned char *to = data;
    patience p = { 0 };
    size_t n = take_kept(g.link, to, size);
    to += n;
    size -= n;
    while (size > 0 && !g.link->failed) {
        n = g.link->ops->take(g.link, to, size);
        to += n;
        size -= n;
        if (n == 0)
            wait_for_a_change(g.link, &p);
    }
    /* What did not come must not look like a result. */
    memset(to, 0, size);
}

bool group_has_more(group g)
{
    return g.link->failed || g.link->begin < g.link->end || g.link->ops->has_more(g.link);
}

/* ---- what all ranks do ---- */

void group_chain_receive(group g, void *data, size_t size)
{
    if (g.rank > 0)
        group_receive(g, data, size);
}

void group_chain_send(group g, const void *data, size_t size)
{
    if (g.rank < g.ranks - 1)
        group_send(g, data, size);
}

void group_spread(group g, void *data, size_t size)
{
    if (g.rank != g.ranks - 1)
        group_receive(g, data, size);
    if (g.rank != g.ranks - 2)
        group_send(g, data, size);
}

/* Where the rows of a rank begin in a segment, and their bytes. */
typedef struct share {
    size_t begin, size;
} share;

static share share_of(group g, int rank, int rows, size_t size)
{
    group of = { .ranks = g.ranks, .rank = rank };
    return (share){ (size_t)group_first_row(of, rows) * size, (size_t)group_rows(of, rows) * size };
}

/* A slice is sent, then one received, that set out AHEAD_BYTES earlier: so many travel at the same
 * time, and a link never has to keep more. */
enum { SLICE_BYTES = 1 << 16, AHEAD_BYTES = 8 * SLICE_BYTES };

/* Sends the bytes of a part and receives those of another one. */
static void exchange(group g, unsigned char *all, share given, share taken)
{
    size_t most = given.size > taken.size ? given.size : taken.size;
    for (size_t at = 0; at < most + AHEAD_BYTES; at += SLICE_BYTES) {
        size_t before = at - AHEAD_BYTES;
        if (at < given.size)
            group_send(g, all + given.begin + at, size_min(given.size - at, SLICE_BYTES));
        if (at >= AHEAD_BYTES && before < taken.size)
            group_receive(g, all + taken.begin + before,
                          size_min(taken.size - before, SLICE_BYTES));
    }
}

void group_gather(group g, int rows, int segments, size_t size, const void *mine, void *all)
{
    unsigned char *to = all;
    const unsigned char *from = mine;
    size_t whole = (size_t)rows * size;
    share own = share_of(g, g.rank, rows, size);
    for (int s = 0; s < segments; s++)
        memcpy(to + (size_t)s * whole + own.begin, from + (size_t)s * own.size, own.size);
    for (int turn = 1; turn < g.ranks; turn++) {
        share given = share_of(g, (g.rank + g.ranks - turn + 1) % g.ranks, rows, size);
        share taken = share_of(g, (g.rank + g.ranks - turn) % g.ranks, rows, size);
        for (int s = 0; s < segments; s++)
            exchange(g, to + (size_t)s * whole, given, taken);
    }
}

int group_most(group g, int value)
{
    int all[GROUP_MOST_RANKS], greatest = value;
    if (g.ranks == 1)
        return value;
    group_gather(g, g.ranks, 1, sizeof value, &value, all);
    for (int i = 0; i < g.ranks; i++)
        greatest = most(greatest, all[i]);
    return greatest;
}

group_part group_part_of(group g, size_t count, size_t unit)
{
    size_t units = (count + unit - 1) / unit, ranks = (size_t)g.ranks, r = (size_t)g.rank;
    size_t begin = (units * r + ranks - 1) / ranks, end = (units * (r + 1) + ranks - 1) / ranks;
    return (group_part){ size_min(begin * unit, count), size_min(end * unit, count) };
}

void group_share(group g, size_t count, size_t unit, size_t size, void *all)
{
    share given = { 0 };
    for (int turn = 0; turn < g.ranks; turn++) {
        group of = { .ranks = g.ranks, .rank = (g.rank + g.ranks - turn) % g.ranks };
        group_part part = group_part_of(of, count, unit);
        share taken = { part.begin * size, (part.end - part.begin) * size };
        if (turn > 0)
            exchange(g, all, given, taken);
        given = taken;
    }
}

/* Passes on bytes from the rank before, of which few are here at a time: rank 0, to which all of
 * them go, sends nothing that would have to be taken in. */
static void relay(group g, size_t size)
{
    unsigned char slice[SLICE_BYTES];
    for (size_t n; size > 0; size -= n) {
        n = size_min(size, sizeof slice);
        group_receive(g, slice, n);
        send(g, slice, n, false);
    }
}

void group_bring(group g, size_t count, size_t unit, size_t size, const void *mine)
{
    group first = { .ranks = g.ranks };
    group_part own = group_part_of(g, count, unit);
    relay(g, (own.begin - group_part_of(first, count, unit).end) * size);
    send(g, mine, (own.end - own.begin) * size, false);
}

status group_status(group g)
{
    if (!g.link || !g.link->failed)
        return STATUS_OK;
    return status_fail(STATUS_IO, "%s", g.link->why);
}

void group_close(group *g, bool good)
{
    if (g->link) {
        free(g->link->kept);
        g->link->kept = NULL;
        g->link->ops->close(g->link, good);
    }
    *g = (group){ .ranks = 1 };
}
