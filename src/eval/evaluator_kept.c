/* eval/evaluator_kept.c - what follows from the data alone, read from the user's cache folder or
 * made and kept there: the classifier, the distances of the test images, the figures of real
 * images.
 *
 * SPDX-License-Identifier: MIT */
#include "eval/evaluator_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <zlib.h>

#include "base/bytes.h"
#include "base/json.h"
#include "base/text.h"
#include "format/cache.h"

#include "base/banned.h"

static void give_notice(const evaluator_watch *w, const char *what)
{
    text t = { 0 };
    text_add(&t, "%s; %s", status_message(), what);
    if (w->notice && !t.failed)
        w->notice(w->context, t.data);
    text_free(&t);
}

typedef struct making {
    evaluator *e;
    const evaluator_watch *watch;
    status (*make)(const struct making *m);
    int count;            /* only of real images: of a set, */
    unsigned char *bytes; /* and their figures */
} making;

status evaluator_keep(const cache_entry *entry, const evaluator_watch *w,
                      status (*make)(void *context), void *context)
{
    status s = cache_read(entry);
    if (s == STATUS_OK)
        return STATUS_OK;
    if (s != STATUS_IO)
        give_notice(w, "it is made again");
    TRY(make(context));
    if (cache_write(entry) != STATUS_OK)
        give_notice(w, "what was computed from the data is not kept");
    return STATUS_OK;
}

static status make(void *context)
{
    const making *m = context;
    TRY(m->make(m));
    TRY(dataset_check(m->e->train)); /* nothing is kept that was made of data that were not read */
    return dataset_check(m->e->test);
}

static status read_or_make(making m, const cache_entry *entry)
{
    return evaluator_keep(entry, m.watch, make, &m);
}

/* ---- the classifier ---- */

enum { KNOWS_SIZE = 16 };

/* What the classifier knows: the CRC-32 of the labels, "turns", or nothing. */
static void name_knowledge(const evaluator *e, char out[KNOWS_SIZE])
{
    uint32_t crc = 0;
    if (e->judge == JUDGE_LABELS)
        crc = (uint32_t)crc32_z(0, e->train->labels, (size_t)e->train->count);
    if (e->judge == JUDGE_TURNS)
        snprintf(out, KNOWS_SIZE, "turns");
    else
        snprintf(out, KNOWS_SIZE, "%08" PRIx32, crc);
}

static int procedure_of(const evaluator *e)
{
    return e->judge == JUDGE_TURNS ? CLASSIFIER_TURNS_PROCEDURE : CLASSIFIER_PROCEDURE;
}

/* The metadata have a member for what it knows. */
static const char *knowledge_member(const evaluator *e)
{
    return e->judge == JUDGE_TURNS ? "learned" : "labels_crc32";
}

static status train(const making *m)
{
    return classifier_train(&m->e->classifier, m->e->train, m->watch->epoch, m->watch->context);
}

enum { MOST_TENSORS = 16 };

status evaluator_get_classifier(evaluator *e, const evaluator_watch *w)
{
    const net *n = &e->classifier.net;
    char file[64], knows[KNOWS_SIZE], names[MOST_TENSORS][TENSOR_NAME_SIZE];
    cache_tensor tensors[MOST_TENSORS];
    text metadata = { 0 };
    name_knowledge(e, knows);
    for (int i = 0; i < n->tensor_count; i++) {
        const tensor *t = &n->tensors[i];
        tensor_name(t, names[i]);
        tensors[i] = (cache_tensor){ names[i], t->shape.sizes[1] > 0 ? t->shape.sizes[0] : 0,
                                     t->shape.sizes[1] > 0 ? t->shape.sizes[1] : t->shape.sizes[0],
                                     n->params + t->offset, CACHE_F32 };
    }
    snprintf(file, sizeof file, "classifier-%08" PRIx32 "-%s.safetensors", e->train->fingerprint,
             knows);
    json_add(&metadata, "format", "\"gan classifier %d\"", procedure_of(e));
    json_add_string(&metadata, "spec", n->spec);
    json_add(&metadata, "data_crc32", "\"%08" PRIx32 "\"", e->train->fingerprint);
    json_add_string(&metadata, knowledge_member(e), knows);
    cache_entry entry = { file, metadata.data, tensors, (size_t)n->tensor_count };
    status s = text_check(&metadata);
    if (s == STATUS_OK)
        s = read_or_make((making){ e, w, train, 0, NULL }, &entry);
    text_free(&metadata);
    return s;
}

/* ---- the distances of the test images ---- */

static status measure(const making *m)
{
    evaluator_measure_tests(m->e);
    return STATUS_OK;
}

/* Half of the work for all figures of samples. */
status evaluator_get_distances(evaluator *e, const evaluator_watch *w)
{
    char file[64];
    text metadata = { 0 };
    cache_tensor squared = { "squared_distance", 0, e->test->count, e->test_squared, CACHE_F32 };
    const char *of = e->test->is_held_out ? "nearest-of-all" : "nearest";
    snprintf(file, sizeof file, "%s-%08" PRIx32 "-%08" PRIx32 ".safetensors", of,
             e->train->fingerprint, e->test->fingerprint);
    json_add(&metadata, "format", "\"gan %s 1\"", of);
    json_add(&metadata, "train_crc32", "\"%08" PRIx32 "\"", e->train->fingerprint);
    json_add(&metadata, "test_crc32", "\"%08" PRIx32 "\"", e->test->fingerprint);
    cache_entry entry = { file, metadata.data, &squared, 1 };
    status s = text_check(&metadata);
    if (s == STATUS_OK)
        s = read_or_make((making){ e, w, measure, 0, NULL }, &entry);
    text_free(&metadata);
    return s;
}

/* ---- the figures of real images ---- */

/* A figure's value and spread, in the last row sigma, as binary64: nothing is rounded, and a spread
 * may be NAN. */
enum { DOUBLE = 8, ROW = 2 * DOUBLE, ROWS = FIGURE_COUNT + 1, REAL_PROCEDURE = 1 };

static void put_double(unsigned char *to, double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    bytes_put(to, bits, DOUBLE);
}

static double get_double(const unsigned char *from)
{
    uint64_t bits = bytes_get(from, DOUBLE);
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static status measure_real(const making *m)
{
    sample_report r;
    unsigned char *to = m->bytes;
    evaluator_measure_real(m->e, m->watch, m->count, &r);
    for (int f = 0; f < FIGURE_COUNT; f++, to += ROW) {
        put_double(to, r.figures[f].value);
        put_double(to + DOUBLE, r.figures[f].spread);
    }
    put_double(to, r.sigma);
    put_double(to + DOUBLE, 0);
    return STATUS_OK;
}

static void get_report(const evaluator *e, const unsigned char *from, sample_report *r)
{
    for (int f = 0; f < FIGURE_COUNT; f++, from += ROW) {
        r->has[f] = evaluator_has(e, (figure)f);
        r->figures[f] = (estimate){ get_double(from), get_double(from + DOUBLE) };
    }
    r->sigma = get_double(from);
}

status evaluator_get_real(evaluator *e, const evaluator_watch *w, int count, sample_report *r)
{
    char file[80], knows[KNOWS_SIZE];
    unsigned char bytes[ROWS * ROW];
    text metadata = { 0 };
    cache_tensor figures = { "figures", ROWS, ROW, bytes, CACHE_U8 };
    name_knowledge(e, knows);
    snprintf(file, sizeof file, "real-%08" PRIx32 "-%08" PRIx32 "-%s-%d.safetensors",
             e->train->fingerprint, e->test->fingerprint, knows, count);
    json_add(&metadata, "format", "\"gan real %d\"", REAL_PROCEDURE);
    json_add(&metadata, "classifier", "\"%d\"", e->judge == JUDGE_NOBODY ? 0 : procedure_of(e));
    json_add(&metadata, "train_crc32", "\"%08" PRIx32 "\"", e->train->fingerprint);
    json_add(&metadata, "test_crc32", "\"%08" PRIx32 "\"", e->test->fingerprint);
    json_add_string(&metadata, knowledge_member(e), knows);
    json_add(&metadata, "held_out", "\"%s\"", e->test->is_held_out ? "yes" : "no");
    json_add(&metadata, "count", "\"%d\"", count);
    cache_entry entry = { file, metadata.data, &figures, 1 };
    status s = text_check(&metadata);
    if (s == STATUS_OK)
        s = read_or_make((making){ e, w, measure_real, count, bytes }, &entry);
    if (s == STATUS_OK)
        get_report(e, bytes, r);
    text_free(&metadata);
    return s;
}
