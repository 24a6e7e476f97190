/* tests/fuzz/fuzz_captions.c - a file of captions, a line for each sample.
 *
 * Each caption is UTF-8, not empty, and in the usual form; equal ones are the same pointer. Their
 * words are found in them, and none is counted more often than there are captions with room for it.
 *
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"
#include "fuzz_file.h"

#include "base/caption.h"
#include "base/utf8.h"
#include "data/caption_words.h"
#include "format/text_lines.h"

/* The file; for a line of two bytes its places and pointers in tables that double, and its words.
 */
fuzz_bound fuzz_memory(const uint8_t *bytes, size_t n)
{
    (void)bytes;
    (void)n;
    return (fuzz_bound){ 1 << 14, 64 };
}

static void check_text(const char *usual, const char *shown)
{
    char *again = NULL;
    CHECK(usual[0] != 0 && utf8_is_valid(usual) && utf8_is_valid(shown));
    CHECK(caption_normalise(&again, usual, "again") == STATUS_OK && strcmp(again, usual) == 0);
    free(again);
    CHECK(caption_normalise(&again, shown, "shown") == STATUS_OK && strcmp(again, usual) == 0);
    free(again);
}

static void check_words(const captions *c)
{
    caption_words w;
    size_t letters = 0, counted = 0;
    CHECK(caption_words_count(&w, c) == STATUS_OK && w.different <= c->count);
    for (int i = 0; i < c->count; i++)
        letters += strlen(c->texts[i]);
    for (size_t i = 0; i < w.list.count; i++) {
        const counted_word *word = &w.list.words[i];
        CHECK(word->length > 0 && !memchr(word->at, ' ', word->length));
        counted += word->times * word->length;
    }
    CHECK(counted <= letters);
    caption_words_free(&w);
}

static void check(const captions *c)
{
    for (int i = 0; i < c->count; i++) {
        CHECK(c->first[i] == (uint32_t)i && c->first[i + 1] == (uint32_t)i + 1);
        check_text(c->texts[i], c->shown[i]);
        if (i > 0)
            CHECK((strcmp(c->texts[i], c->texts[i - 1]) == 0) == (c->texts[i] == c->texts[i - 1]));
    }
    check_words(c);
}

static status read_lines(caption_list *l, text_lines *t)
{
    status s = text_lines_next(t);
    while (s == STATUS_OK && t->line) {
        s = caption_list_sample(l);
        if (s == STATUS_OK)
            s = caption_list_add(l, t->line, t->where);
        if (s == STATUS_OK)
            s = text_lines_next(t);
    }
    return s;
}

void fuzz_input(const uint8_t *bytes, size_t n)
{
    text_lines t;
    caption_list l = { 0 };
    captions *c = NULL;
    if (text_lines_open(&t, fuzz_file(bytes, n)) != STATUS_OK)
        return;
    if (read_lines(&l, &t) == STATUS_OK && captions_make(&c, &l) == STATUS_OK) {
        fuzz_count_memory(0);
        check(c);
        fuzz_count_memory(1);
    }
    captions_free(c);
    caption_list_free(&l);
    text_lines_close(&t);
}
