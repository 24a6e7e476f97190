/* eval/matcher_kept.c - the matcher, read from the user's cache folder or trained and kept there.
 *
 * SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>

#include "base/json.h"
#include "base/text.h"
#include "eval/evaluator_parts.h"
#include "eval/matcher.h"
#include "format/cache.h"

#include "base/banned.h"

enum { MOST_TENSORS = 48, NAME_SIZE = TENSOR_NAME_SIZE + 16 };

typedef struct kept_matcher {
    matcher *matcher;
    const evaluator_watch *watch;
    int count;
    char names[MOST_TENSORS][NAME_SIZE];
    cache_tensor tensors[MOST_TENSORS];
} kept_matcher;

/* As matrices: all but the first size of a tensor in one. */
static void add_tensors(kept_matcher *k, const net *n, const char *which)
{
    for (int i = 0; i < n->tensor_count; i++, k->count++) {
        const tensor *t = &n->tensors[i];
        char name[TENSOR_NAME_SIZE];
        int rows = t->shape.sizes[0], cols = 1;
        for (int j = 1; j < TENSOR_MOST_SIZES && t->shape.sizes[j] > 0; j++)
            cols *= t->shape.sizes[j];
        tensor_name(t, name);
        snprintf(k->names[k->count], NAME_SIZE, "%s.%s", which, name);
        k->tensors[k->count] =
            (cache_tensor){ k->names[k->count], rows, cols, n->params + t->offset, CACHE_F32 };
    }
}

static status train(void *context)
{
    const kept_matcher *k = context;
    TRY(matcher_train(k->matcher, k->watch));
    return dataset_check(k->matcher->data);
}

status matcher_prepare(matcher *m, const evaluator_watch *watch)
{
    char file[64];
    text metadata = { 0 };
    kept_matcher k = { .matcher = m, .watch = watch };
    add_tensors(&k, &m->seeing, "picture");
    add_tensors(&k, &m->reading, "text");
    snprintf(file, sizeof file, "matcher-%08" PRIx32 ".safetensors", m->data->fingerprint);
    json_add(&metadata, "format", "\"gan matcher %d\"", MATCHER_PROCEDURE);
    json_add_string(&metadata, "picture_spec", m->seeing.spec);
    json_add_string(&metadata, "text_spec", m->reading.spec);
    json_add(&metadata, "data_crc32", "\"%08" PRIx32 "\"", m->data->fingerprint);
    cache_entry entry = { file, metadata.data, k.tensors, (size_t)k.count };
    status s = text_check(&metadata);
    if (s == STATUS_OK)
        s = evaluator_keep(&entry, watch, train, &k);
    text_free(&metadata);
    return s;
}
