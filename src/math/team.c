/* math/team.c - threads that work on the items of a job together.
 *
 * `left` is the heart: the items of the present job that nobody has taken yet. It is positive only
 * while a job is open, and the job's other fields stand still as long as one of its items is not
 * done; so whoever succeeds in taking one down from `left` may read them.
 *
 * SPDX-License-Identifier: MIT */
#include "math/team.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/clock.h"

#include "base/banned.h"

static const double watch_seconds = 50e-6;

struct team {
    /* the present job */
    void (*task)(const void *context, int i);
    const void *context;
    int n;
    atomic_int left;
    atomic_int done;
    /* those who sleep */
    pthread_mutex_t mutex;
    pthread_cond_t opened, finished;
    atomic_int sleepers;     /* workers that wait for `opened` */
    atomic_bool owner_waits; /* for `finished` */
    atomic_bool ends;
    int workers; /* besides the owner */
    pthread_t threads[];
};

static void relax(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static bool is_open(team *t)
{
    return atomic_load(&t->left) > 0 || atomic_load(&t->ends);
}

static bool is_done(team *t)
{
    return atomic_load(&t->done) == t->n;
}

/* Waits a little for the condition without giving up the core. */
static bool watch(team *t, bool (*condition)(team *t))
{
    double start = clock_seconds();
    do {
        for (int i = 0; i < 64; i++) {
            if (condition(t))
                return true;
            relax();
        }
    } while (clock_seconds() - start < watch_seconds);
    return false;
}

/* Items until there are none. */
static void work(team *t)
{
    int left = atomic_load(&t->left);
    while (left > 0) {
        if (!atomic_compare_exchange_weak(&t->left, &left, left - 1))
            continue;
        int n = t->n;
        t->task(t->context, n - left);
        /* After the last increment the job may be over and t->n another one. */
        if (atomic_fetch_add(&t->done, 1) + 1 == n && atomic_load(&t->owner_waits)) {
            pthread_mutex_lock(&t->mutex);
            pthread_cond_signal(&t->finished);
            pthread_mutex_unlock(&t->mutex);
        }
        left = atomic_load(&t->left);
    }
}

static void *worker(void *context)
{
    team *t = context;
    while (!atomic_load(&t->ends)) {
        if (!watch(t, is_open)) {
            pthread_mutex_lock(&t->mutex);
            atomic_fetch_add(&t->sleepers, 1);
            while (!is_open(t))
                pthread_cond_wait(&t->opened, &t->mutex);
            atomic_fetch_sub(&t->sleepers, 1);
            pthread_mutex_unlock(&t->mutex);
        }
        work(t);
    }
    return NULL;
}

/* A worker counts itself among the sleepers before it looks at `left` for the last time, and the
 * owner looks for sleepers after it set `left`: one of the two sees the other. */
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
    if (watch(t, is_done))
        return;
    pthread_mutex_lock(&t->mutex);
    atomic_store(&t->owner_waits, true);
    while (!is_done(t))
        pthread_cond_wait(&t->finished, &t->mutex);
    atomic_store(&t->owner_waits, false);
    pthread_mutex_unlock(&t->mutex);
}

void team_run(team *t, int n, void (*task)(const void *context, int i), const void *context)
{
    if (t->workers == 0 || n <= 1) {
        for (int i = 0; i < n; i++)
            task(context, i);
        return;
    }
    t->task = task;
    t->context = context;
    t->n = n;
    atomic_store(&t->done, 0);
    atomic_store(&t->left, n);
    wake(t);
    work(t);
    wait_until_done(t);
}

status team_open(team **opened, int threads)
{
    team *t = calloc(1, sizeof *t + (size_t)threads * sizeof t->threads[0]);
    *opened = t;
    if (!t)
        return status_fail(STATUS_MEMORY, "cannot allocate %d threads", threads);
    pthread_mutex_init(&t->mutex, NULL);
    pthread_cond_init(&t->opened, NULL);
    pthread_cond_init(&t->finished, NULL);
    while (t->workers < threads - 1 &&
           pthread_create(&t->threads[t->workers], NULL, worker, t) == 0)
        t->workers++;
    return STATUS_OK;
}

void team_close(team *t)
{
    if (!t)
        return;
    atomic_store(&t->ends, true);
    wake(t);
    for (int i = 0; i < t->workers; i++)
        pthread_join(t->threads[i], NULL);
    pthread_cond_destroy(&t->finished);
    pthread_cond_destroy(&t->opened);
    pthread_mutex_destroy(&t->mutex);
    free(t);
}
