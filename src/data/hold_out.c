/* data/hold_out.c - keeps captions, with all their images, out of training. docs/captions.md says
 * which.
 *
 * SPDX-License-Identifier: MIT */
#include "data/dataset_parts.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

/* What is known of a text. */
typedef struct use {
    int samples; /* that have it */
    int own;     /* of which it is the own caption */
    int last;    /* the last one that was counted, + 1 */
    bool held;
} use;

typedef struct holding {
    const captions *captions;
    int samples;
    size_t *number; /* by the offset of a text in captions->bytes: the number of its use + 1 */
    use *uses;
    size_t count; /* of different texts */
} holding;

static use *use_of(const holding *h, uint32_t caption)
{
    return &h->uses[h->number[h->captions->texts[caption] - h->captions->bytes] - 1];
}

static void count_uses(holding *h)
{
    const captions *c = h->captions;
    for (int i = 0; i < h->samples; i++)
        for (uint32_t k = c->first[i]; k < c->first[i + 1]; k++) {
            size_t *number = &h->number[c->texts[k] - c->bytes];
            *number = *number ? *number : ++h->count;
            use *u = use_of(h, k);
            u->samples += u->last != i + 1; /* it may have the same caption twice */
            u->last = i + 1;
        }
    for (int i = 0; i < h->samples; i++) {
        use *own = use_of(h, c->first[i]);
        for (uint32_t k = c->first[i] + 1; k < c->first[i + 1]; k++)
            if (use_of(h, k)->samples < own->samples)
                own = use_of(h, k);
        own->own++;
    }
}

/* A number in [0, 1) for a text: FNV-1a with 64 bits, mixed by the finaliser of MurmurHash3. */
static double place_of(const char *s)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (; *s; s++)
        h = (h ^ (unsigned char)*s) * UINT64_C(0x100000001b3);
    h = (h ^ h >> 33) * UINT64_C(0xff51afd7ed558ccd);
    h = (h ^ h >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
    h ^= h >> 33;
    return (double)(h >> 11) * 0x1p-53;
}

/* Chooses the texts; returns how many could be chosen. */
static int choose(holding *h, double share)
{
    const captions *c = h->captions;
    int possible = 0;
    for (int k = 0; k < c->count; k++) {
        use *u = use_of(h, (uint32_t)k);
        if (u->own != u->samples || u->samples == 0)
            continue;
        possible++;
        u->held = place_of(c->texts[k]) < share;
        u->own = -1; /* not again */
    }
    return possible;
}

static bool is_held(const holding *h, int sample)
{
    const captions *c = h->captions;
    for (uint32_t k = c->first[sample]; k < c->first[sample + 1]; k++)
        if (use_of(h, k)->held)
            return true;
    return false;
}

/* Fills order (samples) with the kept samples and then the held ones; returns how many are kept. */
static int part(const holding *h, uint32_t *order)
{
    int kept = 0, n = 0;
    for (int i = 0; i < h->samples; i++)
        if (!is_held(h, i))
            order[kept++] = (uint32_t)i;
    for (int i = 0; i < h->samples; i++)
        if (is_held(h, i))
            order[kept + n++] = (uint32_t)i;
    return kept;
}

static status move_out(dataset *d, const uint32_t *order, int kept)
{
    dataset *held = calloc(1, sizeof *held);
    if (!held)
        return status_fail(STATUS_MEMORY, "%s: out of memory", d->path);
    status s = dataset_copy(held, d, order + kept, d->count - kept);
    if (s == STATUS_OK)
        s = dataset_keep(d, order, kept);
    s = dataset_opened(held, s);
    if (s == STATUS_OK)
        d->held = held;
    else
        free(held);
    return s;
}

static status hold(dataset *d, holding *h, uint32_t *order, double share)
{
    count_uses(h);
    int possible = choose(h, share), kept = part(h, order);
    if (kept == d->count)
        return status_fail(
            STATUS_USAGE,
            "--hold-out: %g of the %d captions of %s that can be held out is none of "
            "them; give a larger share",
            share, possible, d->path);
    if (kept == 0)
        return status_fail(STATUS_USAGE,
                           "--hold-out: %g of the captions of %s is all of its %d images; give a "
                           "smaller share",
                           share, d->path, d->count);
    return move_out(d, order, kept);
}

status dataset_hold_out(dataset *d, double share)
{
    if (share == 0)
        return STATUS_OK;
    const captions *c = d->captions;
    holding h = { .captions = c,
                  .samples = d->count,
                  .number = calloc(c->length + 1, sizeof *h.number),
                  .uses = calloc((size_t)c->count + 1, sizeof *h.uses) };
    uint32_t *order = malloc((size_t)d->count * sizeof *order);
    status s = h.number && h.uses && order
                   ? hold(d, &h, order, share)
                   : status_fail(STATUS_MEMORY, "%s: out of memory", d->path);
    free(h.number);
    free(h.uses);
    free(order);
    return s;
}
