/* cli/data_captions.c - the captions in the report of `gan data`: how many, their words, and the
 * commonest and rarest of these.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/data_captions.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "data/vocabulary.h"

#include "base/banned.h"

enum { WORDS_SHOWN = 10, EXAMPLES = 4 };

/* The number of commonest, or rarest, words that are listed. */
static size_t shown(const vocabulary *v)
{
    return v->count < WORDS_SHOWN ? v->count : WORDS_SHOWN;
}

/* The i-th rarest word: equally rare ones are in the order of their bytes, as the commonest are. */
static const word_count *rarest(const vocabulary *v, size_t i)
{
    size_t rare = v->words[v->count - 1].count, first = v->count;
    while (first > 0 && v->words[first - 1].count == rare)
        first--;
    return first + i < v->count ? &v->words[first + i] : &v->words[v->count - 1 - i];
}

static void show_word(text *t, const word_count *w)
{
    char *word = strndup(w->word, w->length);
    if (word)
        text_add_shown(t, word);
    t->failed |= !word;
    free(word);
    text_add(t, " (%zu)", w->count);
}

static void show_words(text *t, const char *name, const vocabulary *v, bool common)
{
    text_add(t, "  %-10s", name);
    for (size_t i = 0; i < shown(v); i++) {
        text_add(t, "%s", i > 0 ? ", " : "");
        show_word(t, common ? &v->words[i] : rarest(v, i));
    }
    text_add(t, "\n");
}

static void show_examples(text *t, const dataset *d)
{
    for (int i = 0; i < d->count && i < EXAMPLES; i++) {
        text_add(t, "  %-10s", i == 0 ? "first" : "");
        text_add_shown(t, d->captions->shown[d->captions->first[i]]);
        text_add(t, "\n");
    }
}

void data_captions_add_table(text *t, const data_report *r)
{
    const dataset *d = &r->data;
    vocabulary v;
    if (!d->captions) {
        text_add(t, "captions    none: ");
        text_add_shown(t, d->no_captions ? d->no_captions : "");
        text_add(t, "\n");
        return;
    }
    if (vocabulary_make(&v, d->captions) != STATUS_OK) {
        t->failed = true;
        return;
    }
    text_add(t, "captions    %d of %d images, %d different; CRC-32 with them %08" PRIx32 "\n",
             d->captions->count, d->count, v.different, d->fingerprint);
    text_add(t, "  words     %zu different\n", v.count);
    if (v.count > 0) {
        show_words(t, "commonest", &v, true);
        show_words(t, "rarest", &v, false);
    }
    show_examples(t, d);
    vocabulary_free(&v);
}

static void json_words(text *t, const char *key, const vocabulary *v, bool common)
{
    json_begin(t, key, '[');
    for (size_t i = 0; i < shown(v); i++) {
        const word_count *w = common ? &v->words[i] : rarest(v, i);
        char *word = strndup(w->word, w->length);
        json_begin(t, NULL, '{');
        json_add_string(t, "word", word);
        json_add(t, "count", "%zu", w->count);
        json_end(t, '}');
        t->failed |= !word;
        free(word);
    }
    json_end(t, ']');
}

void data_captions_add_json(text *t, const data_report *r)
{
    const dataset *d = &r->data;
    vocabulary v;
    if (!d->captions) {
        json_add(t, "captions", "null");
        json_add_string(t, "no_captions", d->no_captions);
        return;
    }
    if (vocabulary_make(&v, d->captions) != STATUS_OK) {
        t->failed = true;
        return;
    }
    json_begin(t, "captions", '{');
    json_add(t, "count", "%d", d->captions->count);
    json_add(t, "different", "%d", v.different);
    json_add(t, "crc32", "\"%08" PRIx32 "\"", d->fingerprint);
    json_add(t, "words", "%zu", v.count);
    json_words(t, "commonest", &v, true);
    json_words(t, "rarest", &v, false);
    json_add(t, "held_out_images", "%d", d->held ? d->held->count : 0);
    json_end(t, '}');
    vocabulary_free(&v);
}
