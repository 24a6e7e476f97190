/* math/group_processes.c - ranks as processes of one machine, which share memory.
 *
 * Rank 0 makes the memory and forks the others. In it, every rank has a ring of bytes to the next
 * one, and a pulse, which a thread of its own raises as long as the process is not stopped: a rank
 * may be busy for minutes with something that the others wait for, but it cannot be silent.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/size.h"
#include "base/thread.h"
#include "math/group_link.h"

#include "base/banned.h"

enum { RING_BYTES = 1 << 20, PULSE_MILLISECONDS = 250 };
static const double silence_seconds = 10, end_seconds = 5;

/* Bytes from a rank to the next: `put` and `taken` count all that ever went through. */
typedef struct byte_ring {
    _Alignas(64) atomic_size_t put;
    _Alignas(64) atomic_size_t taken;
    _Alignas(64) unsigned char bytes[RING_BYTES];
} byte_ring;

typedef struct shared_rank {
    byte_ring ring; /* to the next rank */
    atomic_uint pulse;
    atomic_bool has_left; /* it has done its part */
    pid_t process;
} shared_rank;

typedef struct shared {
    atomic_bool is_over; /* rank 0 has left the group */
    shared_rank ranks[];
} shared;

/* What a rank has seen of another one's pulse. */
typedef struct watched {
    unsigned pulse;
    double since;
} watched;

typedef struct processes {
    group_link link;
    shared *shared;
    int ranks, rank;
    pthread_t heart;
    pthread_mutex_t mutex;
    pthread_cond_t ends;
    bool has_heart, is_ending;
    double looked; /* when it last looked at the others */
    watched watched[];
} processes;

static size_t shared_size(int ranks)
{
    return sizeof(shared) + (size_t)ranks * sizeof(shared_rank);
}

/* ---- bytes ---- */

static size_t put(group_link *l, const void *data, size_t size)
{
    processes *p = (processes *)l;
    byte_ring *r = &p->shared->ranks[p->rank].ring;
    size_t at = atomic_load_explicit(&r->put, memory_order_relaxed);
    size_t taken = atomic_load_explicit(&r->taken, memory_order_acquire);
    size_t n = size_min(size, RING_BYTES - (at - taken)), place = at % RING_BYTES;
    size_t first = size_min(n, RING_BYTES - place);
    memcpy(r->bytes + place, data, first);
    memcpy(r->bytes, (const unsigned char *)data + first, n - first);
    atomic_store_explicit(&r->put, at + n, memory_order_release);
    return n;
}

/* The ring of the rank before. */
static byte_ring *incoming(const processes *p)
{
    return &p->shared->ranks[(p->rank + p->ranks - 1) % p->ranks].ring;
}

static bool has_more(group_link *l)
{
    byte_ring *r = incoming((processes *)l);
    return atomic_load_explicit(&r->put, memory_order_relaxed) !=
           atomic_load_explicit(&r->taken, memory_order_relaxed);
}

static size_t take(group_link *l, void *data, size_t size)
{
    processes *p = (processes *)l;
    byte_ring *r = incoming(p);
    size_t at = atomic_load_explicit(&r->taken, memory_order_relaxed);
    size_t end = atomic_load_explicit(&r->put, memory_order_acquire);
    size_t n = size_min(size, end - at), place = at % RING_BYTES;
    size_t first = size_min(n, RING_BYTES - place);
    memcpy(data, r->bytes + place, first);
    memcpy((unsigned char *)data + first, r->bytes, n - first);
    atomic_store_explicit(&r->taken, at + n, memory_order_release);
    return n;
}

/* ---- life ---- */

static void *beat(void *context)
{
    processes *p = context;
    pthread_mutex_lock(&p->mutex);
    while (!p->is_ending) {
        struct timespec until;
        atomic_fetch_add(&p->shared->ranks[p->rank].pulse, 1);
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += PULSE_MILLISECONDS * 1000000L;
        until.tv_sec += until.tv_nsec / 1000000000L;
        until.tv_nsec %= 1000000000L;
        pthread_cond_timedwait(&p->ends, &p->mutex, &until);
    }
    pthread_mutex_unlock(&p->mutex);
    return NULL;
}

static status start_heart(processes *p)
{
    pthread_mutex_init(&p->mutex, NULL);
    pthread_cond_init(&p->ends, NULL);
    int error = thread_start(&p->heart, beat, p);
    p->has_heart = error == 0;
    return error == 0 ? STATUS_OK
                      : status_fail_errno(STATUS_MEMORY, error, "--ranks: cannot start a thread");
}

static void stop_heart(processes *p)
{
    if (!p->has_heart)
        return;
    pthread_mutex_lock(&p->mutex);
    p->is_ending = true;
    pthread_cond_signal(&p->ends);
    pthread_mutex_unlock(&p->mutex);
    pthread_join(p->heart, NULL);
}

static bool say(processes *p, int rank, const char *how, int number)
{
    snprintf(p->link.why, sizeof p->link.why, "rank %d (process %ld) %s", rank,
             (long)p->shared->ranks[rank].process, how);
    size_t length = strlen(p->link.why);
    if (number >= 0)
        snprintf(p->link.why + length, sizeof p->link.why - length, " %d", number);
    return false;
}

/* Rank 0 is the parent of all: it learns how they ended. One may have done its part, and the bytes
 * that it sent wait to be taken. */
static bool check_children(processes *p)
{
    for (int r = 1; r < p->ranks; r++) {
        int how;
        if (p->shared->ranks[r].process == 0 ||
            waitpid(p->shared->ranks[r].process, &how, WNOHANG) <= 0)
            continue;
        bool killed = WIFSIGNALED(how), done = atomic_load(&p->shared->ranks[r].has_left);
        bool good = done || say(p, r, killed ? "was ended by signal" : "has ended with exit code",
                                killed ? WTERMSIG(how) : WEXITSTATUS(how));
        p->shared->ranks[r].process = 0;
        if (!good)
            return false;
    }
    return true;
}

/* Rank 0 may have done its part too, while this one waits for a third. */
static bool check_parent(processes *p)
{
    const shared_rank *first = &p->shared->ranks[0];
    bool is_there = !atomic_load(&p->shared->is_over) && getppid() == first->process;
    if (is_there || atomic_load(&first->has_left))
        return true;
    return say(p, 0, "has ended", -1);
}

/* Time in which this process itself stood still does not count. */
static bool check_pulses(processes *p)
{
    double now = clock_seconds(), since = now - p->looked;
    p->looked = now;
    for (int r = 0; r < p->ranks; r++) {
        unsigned pulse = atomic_load(&p->shared->ranks[r].pulse);
        watched *w = &p->watched[r];
        if (r == p->rank || atomic_load(&p->shared->ranks[r].has_left) || pulse != w->pulse ||
            since > 1)
            *w = (watched){ pulse, now };
        else if (now - w->since > silence_seconds)
            return say(p, r, "does not answer; seconds waited:", (int)silence_seconds);
    }
    return true;
}

static bool check(group_link *l)
{
    processes *p = (processes *)l;
    return (p->rank == 0 ? check_children(p) : check_parent(p)) && check_pulses(p);
}

/* ---- beginning and end ---- */

/* A child that waits for anybody sees that the group is over; one that does not is ended. */
static void end_children(processes *p)
{
    double start = clock_seconds();
    int left = 0;
    do {
        left = 0;
        for (int r = 1; r < p->ranks; r++) {
            pid_t child = p->shared->ranks[r].process;
            if (child == 0)
                continue;
            if (clock_seconds() - start > end_seconds)
                kill(child, SIGKILL);
            if (waitpid(child, NULL, WNOHANG) != 0)
                p->shared->ranks[r].process = 0;
            else
                left++;
        }
        nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
    } while (left > 0);
}

static void close_processes(group_link *l, bool good)
{
    processes *p = (processes *)l;
    stop_heart(p);
    atomic_store(&p->shared->ranks[p->rank].has_left, good);
    if (p->rank == 0) {
        atomic_store(&p->shared->is_over, true);
        end_children(p);
    }
    munmap(p->shared, shared_size(p->ranks));
    free(p);
}

static const struct link_ops ops = { put, take, has_more, check, close_processes };

static status fork_all(processes *p)
{
    fflush(NULL); /* or the copies write it again */
    for (int r = 1; r < p->ranks; r++) {
        pid_t child = fork();
        if (child < 0)
            return status_fail_errno(STATUS_MEMORY, errno, "--ranks: cannot start rank %d", r);
        if (child == 0) {
            p->rank = r;
            break;
        }
        p->shared->ranks[r].process = child;
    }
    return STATUS_OK;
}

status group_fork(group *g, int ranks)
{
    *g = (group){ .ranks = 1 };
    processes *p = calloc(1, sizeof *p + (size_t)ranks * sizeof *p->watched);
    if (!p)
        return status_fail(STATUS_MEMORY, "--ranks: out of memory");
    shared *s =
        mmap(NULL, shared_size(ranks), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (s == MAP_FAILED) {
        free(p);
        return status_fail_errno(STATUS_MEMORY, errno, "--ranks: cannot share memory");
    }
    p->link.ops = &ops;
    p->shared = s;
    p->ranks = ranks;
    p->looked = clock_seconds();
    for (int r = 0; r < ranks; r++)
        p->watched[r].since = p->looked;
    s->ranks[0].process = getpid();
    status result = fork_all(p);
    *g = (group){ ranks, p->rank, &p->link };
    if (result == STATUS_OK)
        result = start_heart(p);
    if (result != STATUS_OK)
        group_close(g, false);
    return result;
}
