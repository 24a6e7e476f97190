/* tests/fuzz/fuzz_template.c - templates of captions.
 *
 * A filled line has no gap but those that the words themselves contain, and each level gets a line
 * at least.
 *
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"
#include "fuzz_file.h"

#include "base/utf8.h"
#include "data/template.h"

/* The file, and for each line its text, its place in the file, and a row of the table. */
fuzz_bound fuzz_memory(const uint8_t *bytes, size_t n)
{
    (void)bytes;
    (void)n;
    return (fuzz_bound){ 1 << 18, 128 };
}

/* The word in a gap: a level of an attribute, or the class. */
static size_t longest_word(const caption_template *t)
{
    size_t longest = strlen("a class");
    for (int a = 0; a < ATTRIBUTES; a++)
        for (int k = 0; k < 2; k++) {
            const attribute_row *row = &attribute_rows[a];
            const char *word = t->words[a][k] ? t->words[a][k] : k ? row->high : row->low;
            longest = strlen(word) > longest ? strlen(word) : longest;
        }
    return longest;
}

static void check_line(const caption_template *t, const template_line *l, const int *levels)
{
    text out = { 0 };
    size_t gaps = 0;
    for (const char *at = l->text; (at = strchr(at, '{')); at++)
        gaps++;
    template_fill(&out, t, l, "a class", levels);
    CHECK(!out.failed && out.data && utf8_is_valid(out.data));
    CHECK(out.length <= strlen(l->text) + gaps * longest_word(t));
    CHECK(gaps > 0 || strcmp(out.data, l->text) == 0);
    CHECK(!l->has_class || strstr(out.data, "a class"));
    text_free(&out);
}

static void check(const caption_template *t)
{
    for (int weight = -1; weight <= 1; weight++)
        for (int slant = -1; slant <= 1; slant++) {
            const int levels[ATTRIBUTES] = {
                [ATTRIBUTE_WEIGHT] = weight, [ATTRIBUTE_SLANT] = slant
            };
            int applied = 0;
            for (int i = 0; i < t->count; i++)
                if (template_applies(&t->lines[i], levels)) {
                    check_line(t, &t->lines[i], levels);
                    applied++;
                }
            CHECK(applied > 0);
        }
}

void fuzz_input(const uint8_t *bytes, size_t n)
{
    caption_template t;
    bool is;
    char *path = fuzz_file(bytes, n);
    if (template_is(path, &is) != STATUS_OK)
        CHECK(!is);
    if (template_read(&t, path) != STATUS_OK)
        return;
    CHECK(!t.needs_class || is);
    fuzz_count_memory(0);
    check(&t);
    fuzz_count_memory(1);
    template_free(&t);
}
