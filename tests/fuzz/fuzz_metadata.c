/* tests/fuzz/fuzz_metadata.c - metadata.csv and metadata.jsonl of a folder of pictures.
 *
 * The first byte chooses the form, the rest is the file. Captions are in the order of the pictures,
 * each is UTF-8 and not empty, and so is each label.
 *
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"
#include "fuzz_file.h"

#include "base/utf8.h"
#include "data/metadata.h"

static char first[] = "a.png", second[] = "b/c.png", third[] = "d.png";
static char *const names[] = { first, second, third };
enum { NAMES = sizeof names / sizeof *names };

/* The file, the members of a record, and captions: a row of the table for each of them, and a copy
 * of its text. */
fuzz_bound fuzz_memory(const uint8_t *bytes, size_t n)
{
    (void)bytes;
    (void)n;
    return (fuzz_bound){ 1 << 18, 128 };
}

static void check(const metadata *m)
{
    CHECK(m->count == NAMES && m->source);
    for (int i = 0; i < m->caption_count; i++) {
        const metadata_caption *c = &m->captions[i], *before = c - 1;
        CHECK(c->sample >= 0 && c->sample < NAMES);
        CHECK(c->text[0] != 0 && utf8_is_valid(c->text));
        CHECK(i == 0 || before->sample < c->sample ||
              (before->sample == c->sample && before->number < c->number));
    }
    for (int i = 0; m->labels && i < NAMES; i++)
        CHECK(!m->labels[i] || (m->labels[i][0] != 0 && utf8_is_valid(m->labels[i])));
}

void fuzz_input(const uint8_t *bytes, size_t n)
{
    if (n < 1)
        return;
    char *path = fuzz_file_ending(bytes[0] % 2 ? ".csv" : ".jsonl", bytes + 1, n - 1);
    const metadata_request q = {
        .folder = "pictures", .names = names, .count = NAMES, .file = path
    };
    metadata m;
    if (metadata_read(&m, &q) != STATUS_OK)
        return;
    check(&m);
    metadata_free(&m);
}
