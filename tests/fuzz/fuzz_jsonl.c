/* tests/fuzz/fuzz_jsonl.c - JSON Lines, and with them the lines of any text.
 *
 * All keys and strings of an object are UTF-8, and its keys are different.
 *
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"
#include "fuzz_file.h"

#include "base/utf8.h"
#include "format/jsonl.h"
#include "format/text_lines.h"

/* The file, and members and values of an object of few bytes each. */
fuzz_bound fuzz_memory(const uint8_t *bytes, size_t n)
{
    (void)bytes;
    (void)n;
    return (fuzz_bound){ 1 << 18, 64 };
}

static void check(const jsonl_object *o)
{
    for (int i = 0; i < o->count; i++) {
        const jsonl_member *m = &o->members[i];
        CHECK(utf8_is_valid(m->key) && jsonl_find(o, m->key) == m);
        CHECK(m->first >= 0 && m->count >= 0 && m->first + m->count <= o->value_count);
        for (int k = 0; k < m->count; k++)
            CHECK(utf8_is_valid(o->values[m->first + k]));
    }
}

void fuzz_input(const uint8_t *bytes, size_t n)
{
    text_lines t;
    jsonl_object o;
    if (text_lines_open(&t, fuzz_file(bytes, n)) != STATUS_OK)
        return;
    while (text_lines_next(&t) == STATUS_OK && t.line) {
        CHECK(utf8_is_valid(t.line));
        if (jsonl_read(&o, t.line, t.where) == STATUS_OK) {
            check(&o);
            jsonl_free(&o);
        }
    }
    text_lines_close(&t);
}
