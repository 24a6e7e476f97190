/* data/ahead.c - reads samples from the disk ahead of the steps.
 *
 * The reader takes a few places of the epoch at a time, tells the disk of all of them, which
 * fetches them at the same time, and reads them one after another. The mutex guards everything but
 * the room: a sample in the room belongs to the reader until `ready` has passed it, and then to the
 * steps.
 *
 * SPDX-License-Identifier: MIT */
#include "data/ahead.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/thread.h"
#include "data/dataset_parts.h"

#include "base/banned.h"

struct ahead {
    const dataset *data;
    unsigned char *room;
    size_t size; /* of a sample */
    uint32_t rows;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t wanted, read;
    const uint32_t *order; /* NULL: there is nothing to read */
    crop_draw draw;
    uint32_t count, first, ready; /* in the room are the places first .. ready-1 */
    bool reads, ends;
};

enum { AT_ONCE = 16 };

/* Some places in a row, and their samples. */
typedef struct errand {
    uint32_t place, order[AT_ONCE];
    int n;
    crop_draw draw;
} errand;

static unsigned char *slot_of(const ahead *a, uint32_t place)
{
    return a->room + (size_t)(place % a->rows) * a->size;
}

static void expect(const dataset *d, const errand *e)
{
    for (int i = 0; i < e->n && !d->areas; i++)
        store_expect(d->store, (size_t)dataset_sample_size(d), dataset_at(d, (int)e->order[i]));
}

static void read_samples(const ahead *a, const errand *e)
{
    const dataset *d = a->data;
    expect(d, e);
    for (int i = 0; i < e->n; i++) {
        uint32_t place = e->place + (uint32_t)i;
        if (d->areas)
            dataset_read_crop(d, &e->draw, e->order[i], place, slot_of(a, place));
        else
            dataset_piece(d, (int)e->order[i], 0, a->size, slot_of(a, place));
    }
}

/* How many places can be read now. */
static uint32_t free_places(const ahead *a)
{
    uint32_t end = a->count - a->first < a->rows ? a->count : a->first + a->rows;
    return a->order ? end - a->ready : 0;
}

static errand next_errand(const ahead *a)
{
    uint32_t n = free_places(a);
    errand e = { .place = a->ready, .n = n < AT_ONCE ? (int)n : AT_ONCE, .draw = a->draw };
    for (int i = 0; i < e.n; i++)
        e.order[i] = a->order[e.place + (uint32_t)i];
    return e;
}

static void *reader(void *context)
{
    ahead *a = context;
    pthread_mutex_lock(&a->mutex);
    while (!a->ends) {
        if (free_places(a) == 0) {
            pthread_cond_wait(&a->wanted, &a->mutex);
            continue;
        }
        const errand e = next_errand(a);
        a->reads = true;
        pthread_mutex_unlock(&a->mutex);
        read_samples(a, &e);
        pthread_mutex_lock(&a->mutex);
        a->reads = false;
        /* Elsewhere: the epoch has ended meanwhile, or its place has moved on. */
        if (a->order && a->ready == e.place)
            a->ready += (uint32_t)e.n;
        pthread_cond_signal(&a->read);
    }
    pthread_mutex_unlock(&a->mutex);
    return NULL;
}

status ahead_open(ahead **a, const dataset *d, unsigned char *room, int rows)
{
    ahead *new = calloc(1, sizeof *new);
    *a = new;
    if (!new)
        return status_fail(STATUS_MEMORY, "%s: out of memory", d->path);
    new->data = d;
    new->room = room;
    new->size = (size_t)dataset_sample_size(d);
    new->rows = (uint32_t)rows;
    pthread_mutex_init(&new->mutex, NULL);
    pthread_cond_init(&new->wanted, NULL);
    pthread_cond_init(&new->read, NULL);
    if (thread_start(&new->thread, reader, new) == 0)
        return STATUS_OK;
    free(new);
    *a = NULL;
    return status_fail(STATUS_MEMORY, "%s: the system refuses a thread to read ahead", d->path);
}

void ahead_close(ahead *a)
{
    if (!a)
        return;
    pthread_mutex_lock(&a->mutex);
    a->ends = true;
    pthread_cond_signal(&a->wanted);
    pthread_mutex_unlock(&a->mutex);
    pthread_join(a->thread, NULL);
    pthread_cond_destroy(&a->read);
    pthread_cond_destroy(&a->wanted);
    pthread_mutex_destroy(&a->mutex);
    free(a);
}

/* Waits until the reader writes nowhere, and goes on from that place. */
static void restart(ahead *a, const uint32_t *order, uint32_t place)
{
    a->order = NULL;
    while (a->reads)
        pthread_cond_wait(&a->read, &a->mutex);
    a->order = order;
    a->first = a->ready = place;
    pthread_cond_signal(&a->wanted);
}

/* Reading begins with the first ahead_wait, which knows where a resumed epoch goes on. */
void ahead_begin(ahead *a, const uint32_t *order, uint32_t count, const crop_draw *draw)
{
    pthread_mutex_lock(&a->mutex);
    a->draw = *draw;
    a->count = count;
    restart(a, order, count);
    pthread_mutex_unlock(&a->mutex);
}

void ahead_stop(ahead *a)
{
    pthread_mutex_lock(&a->mutex);
    restart(a, NULL, 0);
    pthread_mutex_unlock(&a->mutex);
}

status ahead_wait(ahead *a, uint32_t first, int n)
{
    uint32_t end = first + (uint32_t)n;
    assert(end <= a->count && (uint32_t)n <= a->rows);
    pthread_mutex_lock(&a->mutex);
    if (first < a->first || first > a->ready)
        restart(a, a->order, first);
    a->first = first;
    pthread_cond_signal(&a->wanted);
    while (a->ready < end)
        pthread_cond_wait(&a->read, &a->mutex);
    pthread_mutex_unlock(&a->mutex);
    return dataset_check(a->data);
}

const unsigned char *ahead_sample(const ahead *a, uint32_t place)
{
    return slot_of(a, place);
}

/* ---- batches ---- */

typedef struct converting {
    const ahead *from;
    const kernels *kernels;
    uint32_t first;
    float *out;
} converting;

static void convert_row(const void *context, int i)
{
    const converting *c = context;
    const ahead *a = c->from;
    c->kernels->pixels((int)a->size, ahead_sample(a, c->first + (uint32_t)i),
                       c->out + (size_t)i * a->size);
}

void ahead_batch(const ahead *a, const compute *c, uint32_t first, int n, float *out)
{
    const converting t = { a, c->kernels, first, out };
    team_run(c->team, n, convert_row, &t);
}
