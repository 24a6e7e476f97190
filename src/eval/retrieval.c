/* eval/retrieval.c - R-precision.
 *
 * SPDX-License-Identifier: MIT */
#include "eval/retrieval.h"

#include <math.h>
#include <stdlib.h>

#include "eval/order.h"

#include "base/banned.h"

/* Which captions go with which: images by text, and a mark for the text at hand. */
typedef struct company {
    const retrieval *of;
    uint32_t *first, *images; /* images[first[t]] .. images[first[t+1]-1] have text t */
    uint32_t *marks;          /* (D): t + 1 if it goes with t */
    uint32_t now;             /* t */
    const uint32_t *asking;   /* the pictures that are asked for t */
    signed char *hits;
} company;

static void list_images(company *c)
{
    const text_index *t = c->of->texts;
    for (int k = 0; k < t->captions->count; k++)
        c->first[t->ids[k] + 1]++;
    for (int i = 0; i < t->count; i++)
        c->first[i + 1] += c->first[i];
    for (int i = t->images - 1; i >= 0; i--)
        for (uint32_t k = t->captions->first[i]; k < t->captions->first[i + 1]; k++)
            c->images[--c->first[t->ids[k] + 1]] = (uint32_t)i;
    for (int i = 0; i < t->count; i++)
        c->first[i] = c->first[i + 1];
    c->first[t->count] = (uint32_t)t->captions->count;
}

static void mark(company *c, uint32_t id)
{
    const text_index *t = c->of->texts;
    c->now = id;
    c->marks[id] = id + 1;
    for (uint32_t i = c->first[id]; i < c->first[id + 1]; i++) {
        const uint32_t *own = &t->captions->first[c->images[i]];
        for (uint32_t k = own[0]; k < own[1]; k++)
            c->marks[t->ids[k]] = id + 1;
    }
}

static double product(const retrieval *r, int picture, uint32_t id)
{
    const float *a = r->vectors + (ptrdiff_t)picture * r->size;
    const float *b = r->text_vectors + (ptrdiff_t)id * r->size;
    double sum = 0;
    for (int i = 0; i < r->size; i++)
        sum += (double)a[i] * (double)b[i];
    return sum;
}

static void judge(const void *context, int task)
{
    const company *c = context;
    const retrieval *r = c->of;
    int picture = (int)c->asking[task], others = 0;
    double own = product(r, picture, c->now);
    signed char hit = 1;
    for (int draw = 0; draw < RETRIEVAL_DRAWS && others < RETRIEVAL_OTHERS; draw++) {
        uint32_t k =
            order_below(ORDER_MISMATCH, draw, picture, (uint32_t)r->texts->captions->count);
        uint32_t other = r->texts->ids[k];
        if (c->marks[other] == c->now + 1)
            continue;
        others++;
        hit = hit && product(r, picture, other) < own;
    }
    c->hits[picture] = others < RETRIEVAL_OTHERS ? -1 : hit;
}

/* by_text (count) = the pictures in the order of the texts that they are asked for; begin (D + 1):
 * where those of each text begin. */
static void sort_pictures(const retrieval *r, uint32_t *begin, uint32_t *by_text)
{
    for (int i = 0; i < r->count; i++)
        begin[r->asked[i] + 1]++;
    for (int i = 0; i < r->texts->count; i++)
        begin[i + 1] += begin[i];
    for (int i = r->count - 1; i >= 0; i--)
        by_text[--begin[r->asked[i] + 1]] = (uint32_t)i;
    for (int i = 0; i < r->texts->count; i++)
        begin[i] = begin[i + 1];
    begin[r->texts->count] = (uint32_t)r->count;
}

static void run(company *c, const uint32_t *begin, const uint32_t *by_text)
{
    list_images(c);
    for (int t = 0; t < c->of->texts->count; t++) {
        int asking = (int)(begin[t + 1] - begin[t]);
        if (asking == 0)
            continue;
        mark(c, (uint32_t)t);
        c->asking = by_text + begin[t];
        team_run(c->of->compute->team, asking, judge, c);
    }
}

status retrieval_run(const retrieval *r, signed char *hits)
{
    size_t texts = (size_t)r->texts->count + 1, count = (size_t)r->texts->captions->count + 1;
    company c = { .of = r,
                  .first = calloc(texts, sizeof *c.first),
                  .images = malloc(count * sizeof *c.images),
                  .marks = calloc(texts, sizeof *c.marks),
                  .hits = hits };
    uint32_t *begin = calloc(texts, sizeof *begin);
    uint32_t *by_text = malloc((size_t)r->count * sizeof *by_text);
    bool done = c.first && c.images && c.marks && begin && by_text;
    if (done) {
        sort_pictures(r, begin, by_text);
        run(&c, begin, by_text);
    }
    free(c.first);
    free(c.images);
    free(c.marks);
    free(begin);
    free(by_text);
    return done ? STATUS_OK
                : status_fail(STATUS_MEMORY, "out of memory to find captions of %d pictures",
                              r->count);
}

double retrieval_share(const signed char *hits, int count, double *spread)
{
    int right = 0, judged = 0;
    for (int i = 0; i < count; i++) {
        right += hits[i] == 1;
        judged += hits[i] >= 0;
    }
    double share = judged > 0 ? (double)right / judged : NAN;
    *spread = judged > 0 ? sqrt(share * (1 - share) / judged) : NAN;
    return share;
}
