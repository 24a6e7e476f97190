/* data/captions.c - keeps the captions of samples: equal texts once.
 *
 * SPDX-License-Identifier: MIT */
#include "data/captions.h"

#include <assert.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "base/bytes.h"
#include "base/caption.h"

#include "base/banned.h"

static status out_of_memory(int count)
{
    return status_fail(STATUS_MEMORY, "out of memory for %d captions", count);
}

/* ---- equal texts once ---- */

/* FNV-1a. */
static size_t hash_of(const char *s)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (; *s; s++)
        h = (h ^ (unsigned char)*s) * UINT64_C(0x100000001b3);
    return (size_t)(h ^ h >> 32);
}

/* The slot that has the text, or the empty one where it belongs. */
static size_t *find_slot(size_t *table, size_t slots, const char *bytes, const char *s)
{
    size_t i = hash_of(s) & (slots - 1);
    while (table[i] != 0 && strcmp(bytes + table[i] - 1, s) != 0)
        i = (i + 1) & (slots - 1);
    return &table[i];
}

/* Keeps at least half of the slots empty. */
static bool grow_table(caption_list *l)
{
    if (2 * (l->used + 1) <= l->slots)
        return true;
    size_t slots = l->slots == 0 ? 64 : 2 * l->slots;
    size_t *table = calloc(slots, sizeof *table);
    if (!table)
        return false;
    for (size_t i = 0; i < l->slots; i++)
        if (l->table[i] != 0)
            *find_slot(table, slots, l->bytes.data, l->bytes.data + l->table[i] - 1) = l->table[i];
    free(l->table);
    l->table = table;
    l->slots = slots;
    return true;
}

/* *at: the offset of the text in l->bytes, where it is added unless it is there. */
static bool keep(caption_list *l, const char *s, size_t *at)
{
    if (!grow_table(l))
        return false;
    size_t *slot = find_slot(l->table, l->slots, l->bytes.data, s);
    if (*slot == 0) {
        size_t end = l->bytes.length;
        text_add_bytes(&l->bytes, s, strlen(s) + 1);
        if (l->bytes.failed)
            return false;
        *slot = end + 1;
        l->used++;
    }
    *at = *slot - 1;
    return true;
}

/* ---- making ---- */

static bool grow(void *pointer, int room, size_t size)
{
    void **p = pointer;
    void *more = realloc(*p, (size_t)room * size);
    if (more)
        *p = more;
    return more != NULL;
}

status caption_list_sample(caption_list *l)
{
    if (l->samples == l->sample_room) {
        int room = l->sample_room == 0 ? 64 : l->sample_room < INT_MAX / 2 ? 2 * l->sample_room : 0;
        if (room == 0 || !grow(&l->first, room, sizeof *l->first))
            return out_of_memory(l->count);
        l->sample_room = room;
    }
    l->first[l->samples++] = (uint32_t)l->count;
    return STATUS_OK;
}

static status grow_lists(caption_list *l)
{
    if (l->count < l->room)
        return STATUS_OK;
    int room = l->room == 0 ? 64 : l->room < INT_MAX / 2 ? 2 * l->room : 0;
    if (room == 0 || !grow(&l->texts, room, sizeof *l->texts) ||
        !grow(&l->shown, room, sizeof *l->shown))
        return out_of_memory(l->count);
    l->room = room;
    return STATUS_OK;
}

static status add(caption_list *l, const char *normal, const char *shown)
{
    TRY(grow_lists(l));
    if (!keep(l, normal, &l->texts[l->count]) || !keep(l, shown, &l->shown[l->count]))
        return out_of_memory(l->count);
    l->count++;
    return STATUS_OK;
}

/* The caption as it was written, without ASCII white space around it. */
static char *trim(const char *s)
{
    static const char space[] = " \t\r\n\v\f";
    s += strspn(s, space);
    size_t n = strlen(s);
    while (n > 0 && strchr(space, s[n - 1]))
        n--;
    return strndup(s, n);
}

status caption_list_add(caption_list *l, const char *caption, const char *where)
{
    char *normal = NULL, *shown = NULL;
    assert(l->samples > 0);
    status s = caption_normalise(&normal, caption, where);
    if (s == STATUS_OK && normal[0] == 0)
        s = status_fail(STATUS_FORMAT, "%s: expected a caption, got an empty one", where);
    if (s == STATUS_OK) {
        shown = trim(caption);
        s = shown ? add(l, normal, shown) : out_of_memory(l->count);
    }
    free(normal);
    free(shown);
    return s;
}

status caption_list_repeat(caption_list *l, int sample)
{
    assert(sample < l->samples - 1);
    for (uint32_t k = l->first[sample]; k < l->first[sample + 1]; k++) {
        TRY(grow_lists(l));
        l->texts[l->count] = l->texts[k];
        l->shown[l->count] = l->shown[k];
        l->count++;
    }
    return STATUS_OK;
}

void caption_list_free(caption_list *l)
{
    text_free(&l->bytes);
    free(l->texts);
    free(l->shown);
    free(l->first);
    free(l->table);
    *l = (caption_list){ 0 };
}

status captions_make(captions **out, const caption_list *l)
{
    captions *c = calloc(1, sizeof *c);
    *out = NULL;
    if (!c)
        return out_of_memory(l->count);
    size_t samples = (size_t)l->samples, count = (size_t)l->count;
    c->count = l->count;
    c->length = l->bytes.length;
    c->memory =
        (samples + 1) * sizeof *c->first + 2 * (count + 1) * sizeof *c->texts + l->bytes.length;
    c->first = malloc((samples + 1) * sizeof *c->first);
    c->texts = malloc((count + 1) * sizeof *c->texts);
    c->shown = malloc((count + 1) * sizeof *c->shown);
    c->bytes = malloc(l->bytes.length + 1);
    if (!c->first || !c->texts || !c->shown || !c->bytes) {
        captions_free(c);
        return out_of_memory(l->count);
    }
    if (l->bytes.length > 0)
        memcpy(c->bytes, l->bytes.data, l->bytes.length);
    for (size_t i = 0; i < samples; i++)
        c->first[i] = l->first[i];
    c->first[samples] = (uint32_t)count;
    for (size_t i = 0; i < count; i++) {
        c->texts[i] = c->bytes + l->texts[i];
        c->shown[i] = c->bytes + l->shown[i];
    }
    *out = c;
    return STATUS_OK;
}

status captions_say(captions *c)
{
    size_t bytes = ((size_t)c->count + 1) * ATTRIBUTES;
    c->said = calloc(bytes, sizeof *c->said);
    if (!c->said)
        return out_of_memory(c->count);
    c->memory += bytes;
    return STATUS_OK;
}

/* ---- some of them ---- */

static void copy_said(captions *to, const captions *from, const uint32_t *order, int n)
{
    for (int i = 0; i < n; i++)
        memcpy(to->said + (size_t)to->first[i] * ATTRIBUTES,
               from->said + (size_t)from->first[order[i]] * ATTRIBUTES,
               (size_t)(to->first[i + 1] - to->first[i]) * ATTRIBUTES);
}

status captions_select(captions **out, const captions *from, const uint32_t *order, int n)
{
    caption_list l = { 0 };
    status s = STATUS_OK;
    *out = NULL;
    for (int i = 0; i < n && s == STATUS_OK; i++) {
        s = caption_list_sample(&l);
        for (uint32_t k = from->first[order[i]]; k < from->first[order[i] + 1] && s == STATUS_OK;
             k++)
            s = add(&l, from->texts[k], from->shown[k]);
    }
    if (s == STATUS_OK)
        s = captions_make(out, &l);
    if (s == STATUS_OK)
        (*out)->limits = from->limits;
    if (s == STATUS_OK && from->said && !(s = captions_say(*out)))
        copy_said(*out, from, order, n);
    if (s != STATUS_OK) {
        captions_free(*out);
        *out = NULL;
    }
    caption_list_free(&l);
    return s;
}

void captions_cut(captions *c, int samples)
{
    c->count = (int)c->first[samples];
}

uint32_t captions_crc(uint32_t crc, const captions *c, int samples)
{
    uLong sum = crc;
    for (int i = 0; i < samples; i++) {
        unsigned char number[4];
        bytes_put(number, c->first[i + 1] - c->first[i], 4);
        sum = crc32_z(sum, number, sizeof number);
        for (uint32_t k = c->first[i]; k < c->first[i + 1]; k++)
            sum = crc32_z(sum, (const unsigned char *)c->texts[k], strlen(c->texts[k]) + 1);
    }
    return (uint32_t)sum;
}

size_t captions_memory(const captions *c)
{
    return c ? sizeof *c + c->memory : 0;
}

void captions_free(captions *c)
{
    if (!c)
        return;
    free(c->first);
    free(c->texts);
    free(c->shown);
    free(c->bytes);
    free(c->said);
    free(c);
}
