/* math/group_mpi.c - ranks that a launcher of MPI has started, on one machine or on many.
 *
 * Bytes go to the next rank in small messages, which MPI sends at once: of larger ones (for TCP
 * from some 20 KB on) it asks the receiver first, which costs two more delays of the network and
 * leaves both waiting for each other's next call. What is sent at once needs room at the receiver:
 * it posts SLOTS receives, and tells the sender, a GRANT of messages at a time, that as many slots
 * are free again.
 *
 * A thread of each rank sends a pulse to the next one, on a communicator of its own, and receives
 * that of the one before: a rank may be busy for minutes with something that the others wait for,
 * but it cannot be silent.
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

enum { MESSAGE_BYTES = 1 << 14, SLOTS = 32, GRANT = 8, ABORTED = 1 };
enum { TAG_BYTES, TAG_GRANT };
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
    slot out[SLOTS], in[SLOTS]; /* used in turn */
    size_t sent, taken;         /* messages */
    size_t granted;             /* messages for which the next rank has had room so far */
    int begin, end;             /* the bytes left of the message that is being taken */
    pthread_t heart;
    bool has_heart;
    atomic_bool is_ending;
    atomic_uint pulse; /* pulses received */
    unsigned seen;     /* of them, when */
    double since;
} launched;

/* ---- bytes ---- */

static void take_grant(launched *m)
{
    MPI_Recv(NULL, 0, MPI_BYTE, m->next, TAG_GRANT, m->data, MPI_STATUS_IGNORE);
    m->granted += GRANT;
}

static bool may_send(launched *m)
{
    int there = 0;
    if (m->sent == m->granted)
        MPI_Iprobe(m->next, TAG_GRANT, m->data, &there, MPI_STATUS_IGNORE);
    if (there)
        take_grant(m);
    return m->sent < m->granted;
}

static size_t put(group_link *l, const void *data, size_t size)
{
    launched *m = (launched *)l;
    slot *s = &m->out[m->sent % SLOTS];
    int done;
    MPI_Test(&s->request, &done, MPI_STATUS_IGNORE);
    if (!done || !may_send(m))
        return 0;
    size_t n = size_min(size, MESSAGE_BYTES);
    memcpy(s->bytes, data, n);
    MPI_Isend(s->bytes, (int)n, MPI_BYTE, m->next, TAG_BYTES, m->data, &s->request);
    m->sent++;
    return n;
}

static void post(launched *m, slot *s)
{
    MPI_Irecv(s->bytes, MESSAGE_BYTES, MPI_BYTE, m->before, TAG_BYTES, m->data, &s->request);
}

/* Its slot is free for another message. */
static void end_message(launched *m)
{
    post(m, &m->in[m->taken % SLOTS]);
    m->taken++;
    if (m->taken % GRANT == 0)
        MPI_Send(NULL, 0, MPI_BYTE, m->before, TAG_GRANT, m->data);
}

/* Messages fill the slots in the order in which these were posted. */
static bool has_more(group_link *l)
{
    launched *m = (launched *)l;
    int there;
    MPI_Status message;
    if (m->begin < m->end)
        return true;
    MPI_Test(&m->in[m->taken % SLOTS].request, &there, &message);
    if (!there)
        return false;
    m->begin = 0;
    MPI_Get_count(&message, MPI_BYTE, &m->end);
    return true;
}

static size_t take(group_link *l, void *data, size_t size)
{
    launched *m = (launched *)l;
    if (!has_more(l))
        return 0;
    size_t n = size_min(size, (size_t)(m->end - m->begin));
    memcpy(data, m->in[m->taken % SLOTS].bytes + m->begin, n);
    m->begin += (int)n;
    if (m->begin == m->end)
        end_message(m);
    return n;
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
    while (m->granted < SLOTS + m->sent / GRANT * GRANT)
        take_grant(m);
    for (int i = 0; i < SLOTS; i++) {
        MPI_Wait(&m->out[i].request, MPI_STATUS_IGNORE);
        MPI_Cancel(&m->in[i].request);
        MPI_Wait(&m->in[i].request, MPI_STATUS_IGNORE);
    }
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
    m->granted = SLOTS;
    for (int i = 0; i < SLOTS; i++) {
        m->out[i].request = MPI_REQUEST_NULL;
        post(m, &m->in[i]);
    }
    *here = count_here();
    *g = (group){ ranks, rank, &m->link };
    if (ranks > GROUP_MOST_RANKS)
        return status_fail(STATUS_USAGE, "%d ranks are too many; expected at most %d", ranks,
                           GROUP_MOST_RANKS);
    if (given == MPI_THREAD_MULTIPLE && ranks > 1)
        m->has_heart = thread_start(&m->heart, beat, m) == 0;
    return STATUS_OK;
}
