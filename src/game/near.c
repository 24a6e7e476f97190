/* game/near.c - which conditions are alike, by lists of who has which feature.
 *
 * SPDX-License-Identifier: MIT */
#include "game/near.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

/* A condition that has a feature. */
typedef struct owner {
    uint32_t id;
    float weight;
} owner;

typedef struct search {
    const condition_table *table;
    uint32_t *first;  /* feature f has the owners first[f] .. first[f+1]-1 */
    owner *owners;    /* in the order of their numbers */
    double *likeness; /* (count): of the one condition in turn; 0 before and after */
    uint32_t *seen;   /* (count): those whose likeness is not 0 */
} search;

static status take_all(search *s, size_t *memory)
{
    const condition_table *t = s->table;
    size_t features = t->first[t->count], count = (size_t)t->count, size = (size_t)t->size;
    s->first = calloc(size + 2, sizeof *s->first);
    s->owners = malloc((features + 1) * sizeof *s->owners);
    s->likeness = calloc(count, sizeof *s->likeness);
    s->seen = malloc(count * sizeof *s->seen);
    *memory = (size + 2) * sizeof *s->first + (features + 1) * sizeof *s->owners +
              count * (sizeof *s->likeness + sizeof *s->seen);
    return s->first && s->owners && s->likeness && s->seen
               ? STATUS_OK
               : status_fail(STATUS_MEMORY, "out of memory to compare %d conditions", t->count);
}

/* Counting sort. Every place is counted two further on, so that after the second loop first[f+1]
 * is where the owners of f begin, and after the third where they end. */
static void list_owners(search *s)
{
    const condition_table *t = s->table;
    for (uint32_t i = 0; i < t->first[t->count]; i++)
        s->first[t->features[i].index + 2]++;
    for (int f = 2; f <= t->size; f++)
        s->first[f] += s->first[f - 1];
    for (uint32_t id = 0; id < (uint32_t)t->count; id++)
        for (uint32_t i = t->first[id]; i < t->first[id + 1]; i++) {
            const condition_feature *f = &t->features[i];
            s->owners[s->first[f->index + 1]++] = (owner){ id, f->weight };
        }
}

/* Sums the likeness of all others to a condition; returns how many have any. */
static int compare(search *s, uint32_t id)
{
    const condition_table *t = s->table;
    int count = 0;
    for (uint32_t i = t->first[id]; i < t->first[id + 1]; i++) {
        const condition_feature *f = &t->features[i];
        uint32_t begin = s->first[f->index], end = s->first[f->index + 1];
        if (end - begin > NEAR_COMMON)
            continue;
        for (uint32_t j = begin; j < end; j++) {
            const owner *o = &s->owners[j];
            if (o->id == id)
                continue;
            if (!(s->likeness[o->id] > 0))
                s->seen[count++] = o->id;
            s->likeness[o->id] += (double)f->weight * (double)o->weight;
        }
    }
    return count;
}

static bool is_nearer(const search *s, uint32_t a, uint32_t b)
{
    double x = s->likeness[a], y = s->likeness[b];
    return x > y || (!(x < y) && a < b);
}

/* Inserts a condition into a row of so many, and returns how many there are then. */
static int insert(const search *s, uint32_t *row, int length, uint32_t id)
{
    int place = length;
    while (place > 0 && is_nearer(s, id, row[place - 1]))
        place--;
    if (place == NEAR_MOST)
        return length;
    int kept = length < NEAR_MOST ? length : NEAR_MOST - 1;
    memmove(row + place + 1, row + place, (size_t)(kept - place) * sizeof *row);
    row[place] = id;
    return kept + 1;
}

static void fill_row(search *s, uint32_t id, uint32_t *row)
{
    int count = compare(s, id), length = 0;
    for (int i = 0; i < count; i++)
        length = insert(s, row, length, s->seen[i]);
    for (; length < NEAR_MOST; length++)
        row[length] = id;
    for (int i = 0; i < count; i++)
        s->likeness[s->seen[i]] = 0;
}

status near_find(near_conditions *n, const condition_table *t)
{
    search s = { .table = t };
    *n = (near_conditions){ 0 };
    status failed = take_all(&s, &n->memory);
    if (failed == STATUS_OK) {
        n->ids = malloc((size_t)t->count * NEAR_MOST * sizeof *n->ids);
        n->memory += (size_t)t->count * NEAR_MOST * sizeof *n->ids;
        if (!n->ids)
            failed = status_fail(STATUS_MEMORY, "out of memory for %d conditions", t->count);
    }
    if (failed == STATUS_OK) {
        list_owners(&s);
        for (uint32_t id = 0; id < (uint32_t)t->count; id++)
            fill_row(&s, id, n->ids + (size_t)id * NEAR_MOST);
    }
    free(s.first);
    free(s.owners);
    free(s.likeness);
    free(s.seen);
    return failed;
}

void near_close(near_conditions *n)
{
    free(n->ids);
    *n = (near_conditions){ 0 };
}

const uint32_t *near_to(const near_conditions *n, uint32_t id)
{
    return n->ids + (size_t)id * NEAR_MOST;
}
