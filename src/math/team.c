/* math/team.c - threads that share the tasks of a job.
 *
 * Each thread has a share of the job's tasks. It begins with its own share and then helps with the
 * others. So in job after job the same tasks run on the same core, whose caches hold their data,
 * and a thread that loses its core loses its tasks to the other threads.
 *
 * A share is one atomic word: the next task in the low half, the share's end in the high half. A
 * thread that takes a task by adding 1 has read both from the same job; and until every task of the
 * job is done, the job's other fields do not change.
 *
 * SPDX-License-Identifier: MIT */
#include "math/team.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/thread.h"
#include "math/relax.h"

#include "base/banned.h"

static const double watch_seconds = 50e-6;

static _Thread_local int own_number;

int team_member(void)
{
    return own_number;
}

typedef struct share {
    _Alignas(64) atomic_uint_least64_t tasks;
} share;

typedef struct member {
    team *team;
    int number;
    pthread_t thread;
} member;

struct team {
    /* the present job */
    void (*task)(const void *context, int i);
    const void *context;
    int n;
    atomic_uint job; /* its number: a thread that sees a new one looks for tasks */
    atomic_int done; /* how many of its tasks are done */
    share *shares;   /* one for each thread */
    /* sleeping threads */
    pthread_mutex_t mutex;
    pthread_cond_t opened, finished;
    atomic_int sleepers;     /* how many workers wait for `opened` */
    atomic_bool owner_waits; /* the owner waits for `finished` */
    atomic_bool ends;
    int threads; /* the owner, which calls team_run, is number 0 */
    member members[];
};

static bool is_open(team *t, unsigned seen)
{
    return atomic_load(&t->job) != seen || atomic_load(&t->ends);
}

static bool is_done(team *t, unsigned unused)
{
    (void)unused;
    return atomic_load(&t->done) == t->n;
}

/* Spins for up to watch_seconds; true as soon as the condition holds. */
static bool watch(team *t, bool (*condition)(team *t, unsigned seen), unsigned seen)
{
    double start = clock_seconds();
    do {
        for (int i = 0; i < 64; i++) {
            if (condition(t, seen))
                return true;
            relax();
        }
    } while (clock_seconds() - start < watch_seconds);
    return false;
}

/* Does the remaining tasks of a share; returns how many it did. */
static int work_on(team *t, share *s)
{
    for (int count = 0;; count++) {
        uint64_t tasks = atomic_fetch_add(&s->tasks, 1);
        int next = (int)(tasks & UINT32_MAX), end = (int)(tasks >> 32);
        if (next >= end)
            return count;
        t->task(t->context, next);
    }
}

/* Does tasks until there are none: those of its own share first. */
static void work(team *t, int number)
{
    int count = 0;
    for (int i = 0; i < t->threads; i++)
        count += work_on(t, &t->shares[(number + i) % t->threads]);
    if (count == 0)
        return;
    /* The job cannot end before these tasks are counted as done; after that t->n may change. */
    int n = t->n;
    if (atomic_fetch_add(&t->done, count) + count == n && atomic_load(&t->owner_waits)) {
        pthread_mutex_lock(&t->mutex);
        pthread_cond_signal(&t->finished);
        pthread_mutex_unlock(&t->mutex);
    }
}

static void *worker(void *context)
{
    member *m = context;
    team *t = m->team;
    unsigned seen = 0;
    own_number = m->number;
    while (!atomic_load(&t->ends)) {
        if (!watch(t, is_open, seen)) {
            pthread_mutex_lock(&t->mutex);
            atomic_fetch_add(&t->sleepers, 1);
            while (!is_open(t, seen))
                pthread_cond_wait(&t->opened, &t->mutex);
            atomic_fetch_sub(&t->sleepers, 1);
            pthread_mutex_unlock(&t->mutex);
        }
        seen = atomic_load(&t->job);
        work(t, m->number);
    }
    return NULL;
}

/* A worker counts itself as a sleeper before it looks at `job` for the last time, and the owner
 * looks for sleepers after it has set `job`: one of the two always sees the other. */
static void wake(team *t)
{
    if (atomic_load(&t->sleepers) == 0)
        return;
    pthread_mutex_lock(&t->mutex);
    pthread_cond_broadcast(&t->opened);
    pthread_mutex_unlock(&t->mutex);
}

static void wait_until_done(team *t)
{
    if (watch(t, is_done, 0))
        return;
    pthread_mutex_lock(&t->mutex);
    atomic_store(&t->owner_waits, true);
    while (!is_done(t, 0))
        pthread_cond_wait(&t->finished, &t->mutex);
    atomic_store(&t->owner_waits, false);
    pthread_mutex_unlock(&t->mutex);
}

void team_run(team *t, int n, void (*task)(const void *context, int i), const void *context)
{
    if (t->threads == 1 || n <= 1) {
        for (int i = 0; i < n; i++)
            task(context, i);
        return;
    }
    t->task = task;
    t->context = context;
    t->n = n;
    atomic_store(&t->done, 0);
    for (int i = 0; i < t->threads; i++) {
        uint64_t from = (uint64_t)n * (uint64_t)i / (uint64_t)t->threads;
        uint64_t end = (uint64_t)n * (uint64_t)(i + 1) / (uint64_t)t->threads;
        atomic_store(&t->shares[i].tasks, end << 32 | from);
    }
    atomic_fetch_add(&t->job, 1);
    wake(t);
    work(t, 0);
    wait_until_done(t);
}

static void start_workers(team *t, int threads)
{
    /* Workers read `threads` only when there is a job, and there is none yet. */
    for (t->threads = 1; t->threads < threads; t->threads++) {
        member *m = &t->members[t->threads];
        *m = (member){ .team = t, .number = t->threads };
        if (thread_start(&m->thread, worker, m) != 0)
            break;
    }
}

status team_open(team **opened, int threads)
{
    team *t = calloc(1, sizeof *t + (size_t)threads * sizeof t->members[0]);
    share *shares = aligned_alloc(_Alignof(share), (size_t)threads * sizeof *shares);
    *opened = t;
    if (!t || !shares) {
        free(shares);
        free(t);
        *opened = NULL;
        return status_fail(STATUS_MEMORY, "cannot allocate %d threads", threads);
    }
    t->shares = shares;
    for (int i = 0; i < threads; i++)
        atomic_init(&shares[i].tasks, 0);
    pthread_mutex_init(&t->mutex, NULL);
    pthread_cond_init(&t->opened, NULL);
    pthread_cond_init(&t->finished, NULL);
    start_workers(t, threads);
    return STATUS_OK;
}

void team_close(team *t)
{
    if (!t)
        return;
    atomic_store(&t->ends, true);
    wake(t);
    for (int i = 1; i < t->threads; i++)
        pthread_join(t->members[i].thread, NULL);
    pthread_cond_destroy(&t->finished);
    pthread_cond_destroy(&t->opened);
    pthread_mutex_destroy(&t->mutex);
    free(t->shares);
    free(t);
}
