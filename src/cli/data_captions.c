/* cli/data_captions.c - the captions in the report of `gan data`: how many, their words, and the
 * commonest and rarest of these; and what stands in its picture.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/data_captions.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "data/caption_words.h"

#include "base/banned.h"

enum { WORDS_SHOWN = 10, EXAMPLES = 4 };

/* The number of commonest, or rarest, words that are listed. */
static size_t shown(const word_list *l)
{
    return l->count < WORDS_SHOWN ? l->count : WORDS_SHOWN;
}

/* The i-th rarest word: equally rare ones are in the order of their bytes, as the commonest are. */
static const counted_word *rarest(const word_list *l, size_t i)
{
    for (size_t end = l->count, first;; end = first) {
        first = end - 1;
        while (first > 0 && l->words[first - 1].times == l->words[first].times)
            first--;
        if (i < end - first)
            return &l->words[first + i];
        i -= end - first;
    }
}

static void show_word(text *t, const counted_word *w)
{
    char *word = strndup(w->at, w->length);
    if (word)
        text_add_shown(t, word);
    t->failed |= !word;
    free(word);
    text_add(t, " (%zu)", w->times);
}

static void show_words(text *t, const char *name, const word_list *l, bool common)
{
    text_add(t, "  %-10s", name);
    for (size_t i = 0; i < shown(l); i++) {
        text_add(t, "%s", i > 0 ? ", " : "");
        show_word(t, common ? &l->words[i] : rarest(l, i));
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
    caption_words w;
    if (!d->captions) {
        text_add(t, "captions    none: ");
        text_add_shown(t, d->no_captions ? d->no_captions : "");
        text_add(t, "\n");
        return;
    }
    if (caption_words_count(&w, d->captions) != STATUS_OK) {
        t->failed = true;
        return;
    }
    text_add(t, "captions    %d of %d images, %d different; CRC-32 with them %08" PRIx32 "\n",
             d->captions->count, d->count, w.different, d->fingerprint);
    text_add(t, "  words     %zu different\n", w.list.count);
    if (w.list.count > 0) {
        show_words(t, "commonest", &w.list, true);
        show_words(t, "rarest", &w.list, false);
    }
    show_examples(t, d);
    caption_words_free(&w);
}

static void json_words(text *t, const char *key, const word_list *l, bool common)
{
    json_begin(t, key, '[');
    for (size_t i = 0; i < shown(l); i++) {
        const counted_word *w = common ? &l->words[i] : rarest(l, i);
        char *word = strndup(w->at, w->length);
        json_begin(t, NULL, '{');
        json_add_string(t, "word", word);
        json_add(t, "count", "%zu", w->times);
        json_end(t, '}');
        t->failed |= !word;
        free(word);
    }
    json_end(t, ']');
}

void data_captions_add_json(text *t, const data_report *r)
{
    const dataset *d = &r->data;
    caption_words w;
    if (!d->captions) {
        json_add(t, "captions", "null");
        json_add_string(t, "no_captions", d->no_captions);
        return;
    }
    if (caption_words_count(&w, d->captions) != STATUS_OK) {
        t->failed = true;
        return;
    }
    json_begin(t, "captions", '{');
    json_add(t, "count", "%d", d->captions->count);
    json_add(t, "different", "%d", w.different);
    json_add(t, "crc32", "\"%08" PRIx32 "\"", d->fingerprint);
    json_add(t, "words", "%zu", w.list.count);
    json_words(t, "commonest", &w.list, true);
    json_words(t, "rarest", &w.list, false);
    json_add(t, "held_out_images", "%d", d->held ? d->held->count : 0);
    json_end(t, '}');
    caption_words_free(&w);
}

static const char *first_caption(const void *from, int i)
{
    const captions *c = from;
    return c->shown[c->first[i]];
}

lettering data_captions_beneath(const dataset *d, int n)
{
    return (lettering){ first_caption, d->captions, n };
}
