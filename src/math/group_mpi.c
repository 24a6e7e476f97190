/* math/group_mpi.c - ranks that a launcher of MPI has started, on one machine or on many.
 *
 * Bytes go to the next rank in messages of at most MESSAGE_BYTES, of which some are under way at a
 * time. A thread of each rank sends a pulse to the next one, on a communicator of its own, and
 * receives that of the one before: a rank may be busy for minutes with something that the others
 * wait for, but it cannot be silent.
 *
 * SPDX-License-Identifier: MIT */
#include <mpi.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/size.h"
#include "base/thread.h"
#include "math/group_link.h"

#include "base/banned.h"

enum { MESSAGE_BYTES = 1 << 16, SLOTS = 16, ABORTED = 1 };
enum { PULSE_NANOSECONDS = 250000000, LAST_NANOSECONDS = 1000000 };
static const double silence_seconds = 20;

typedef struct slot {
    MPI_Request request;
    unsigned char bytes[MESSAGE_BYTES];
} slot;

typedef struct launched {
    group_link link;
    int next, before; /* ranks */
    MPI_Comm data, pulses;
    slot slots[SLOTS]; /* messages to the next rank, used in turn */
    int slot;
    unsigned char came[MESSAGE_BYTES]; /* the newest message from the rank before: */
    int begin, end;                    /* its bytes that are left */
    pthread_t heart;
    bool has_heart;
    atomic_bool is_ending;
    atomic_uint pulse; /* pulses received */
    unsigned seen;     /* of them, when */
    double since;
} launched;

/* ---- bytes ---- */

static size_t put(group_link *l, const void *data, size_t size)
{
    launched *m = (launched *)l;
    slot *s = &m->slots[m->slot];
    int done;
    MPI_Test(&s->request, &done, MPI_STATUS_IGNORE);
    if (!done)
        return 0;
    size_t n = size_min(size, MESSAGE_BYTES);
    memcpy(s->bytes, data, n);
    MPI_Isend(s->bytes, (int)n, MPI_BYTE, m->next, 0, m->data, &s->request);
    m->slot = (m->slot + 1) % SLOTS;
    return n;
}

static void take_message(launched *m)
{
    int there;
    MPI_Status message;
    MPI_Iprobe(m->before, 0, m->data, &there, &message);
    if (!there)
        return;
    MPI_Recv(m->came, MESSAGE_BYTES, MPI_BYTE, m->before, 0, m->data, &message);
    m->begin = 0;
    MPI_Get_count(&message, MPI_BYTE, &m->end);
}

static size_t take(group_link *l, void *data, size_t size)
{
    launched *m = (launched *)l;
    if (m->begin == m->end)
        take_message(m);
    size_t n = size_min(size, (size_t)(m->end - m->begin));
    memcpy(data, m->came + m->begin, n);
    m->begin += (int)n;
    return n;
}

static bool has_more(group_link *l)
{
    launched *m = (launched *)l;
    if (m->begin == m->end)
        take_message(m);
    return m->begin < m->end;
}

/* ---- life ---- */

/* Receives the pulses that have come. The last one of a rank is its farewell. */
static bool receive_pulses(launched *m)
{
    char pulse = 0;
    int there;
    for (;;) {
        MPI_Iprobe(m->before, 0, m->pulses, &there, MPI_STATUS_IGNORE);
        if (!there)
            return pulse != 0;
        MPI_Recv(&pulse, 1, MPI_CHAR, m->before, 0, m->pulses, MPI_STATUS_IGNORE);
        atomic_fetch_add(&m->pulse, 1);
    }
}

/* Goes on until both neighbours have left too, so that no message is left over. */
static void *beat(void *context)
{
    launched *m = context;
    MPI_Request request = MPI_REQUEST_NULL;
    char pulse = 0;
    int done = 1;
    bool next_knows = false, before_left = false;
    while (!next_knows || !before_left || !done) {
        MPI_Test(&request, &done, MPI_STATUS_IGNORE);
        if (done && !next_knows) {
            next_knows = atomic_load(&m->is_ending);
            pulse = next_knows;
            MPI_Isend(&pulse, 1, MPI_CHAR, m->next, 0, m->pulses, &request);
            done = 0;
        }
        before_left |= receive_pulses(m);
        nanosleep(
            &(struct timespec){ .tv_nsec = next_knows ? LAST_NANOSECONDS : PULSE_NANOSECONDS },
            NULL);
    }
    return NULL;
}

static bool check(group_link *l)
{
    launched *m = (launched *)l;
    double now = clock_seconds();
    unsigned pulse = atomic_load(&m->pulse);
    if (pulse != m->seen || !m->has_heart) {
        m->seen = pulse;
        m->since = now;
    }
    if (now - m->since < silence_seconds)
        return true;
    snprintf(l->why, sizeof l->why, "rank %d does not answer; seconds waited: %d", m->before,
             (int)silence_seconds);
    return false;
}

/* ---- beginning and end ---- */

static bool is_joined;

/* A process that fails ends the others too, once its message is written. */
static void abort_others(void)
{
    if (is_joined)
        MPI_Abort(MPI_COMM_WORLD, ABORTED);
}

static void close_launched(group_link *l, bool good)
{
    launched *m = (launched *)l;
    if (!good || l->failed)
        return; /* abort_others, at the end of the process */
    atomic_store(&m->is_ending, true);
    if (m->has_heart)
        pthread_join(m->heart, NULL);
    for (int i = 0; i < SLOTS; i++)
        MPI_Wait(&m->slots[i].request, MPI_STATUS_IGNORE);
    MPI_Comm_free(&m->data);
    MPI_Barrier(m->pulses);
    MPI_Finalize();
    is_joined = false;
    free(m);
}

static const struct link_ops ops = { put, take, has_more, check, close_launched };

/* The ranks on this machine. */
static int count_here(void)
{
    MPI_Comm here;
    int count;
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &here);
    MPI_Comm_size(here, &count);
    MPI_Comm_free(&here);
    return count;
}

status group_join(group *g, int *here)
{
    int given, ranks, rank;
    *g = (group){ .ranks = 1 };
    launched *m = calloc(1, sizeof *m);
    if (!m || atexit(abort_others) != 0) {
        free(m);
        return status_fail(STATUS_MEMORY, "out of memory for MPI");
    }
    MPI_Init_thread(NULL, NULL, MPI_THREAD_MULTIPLE, &given);
    is_joined = true;
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_dup(MPI_COMM_WORLD, &m->data);
    MPI_Comm_dup(MPI_COMM_WORLD, &m->pulses);
    m->link.ops = &ops;
    m->next = (rank + 1) % ranks;
    m->before = (rank + ranks - 1) % ranks;
    m->since = clock_seconds();
    for (int i = 0; i < SLOTS; i++)
        m->slots[i].request = MPI_REQUEST_NULL;
    *here = count_here();
    *g = (group){ ranks, rank, &m->link };
    if (ranks > GROUP_MOST_RANKS)
        return status_fail(STATUS_USAGE, "%d ranks are too many; expected at most %d", ranks,
                           GROUP_MOST_RANKS);
    if (given == MPI_THREAD_MULTIPLE && ranks > 1)
        m->has_heart = thread_start(&m->heart, beat, m) == 0;
    return STATUS_OK;
}
