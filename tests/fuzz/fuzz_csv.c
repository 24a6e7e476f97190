/* tests/fuzz/fuzz_csv.c - CSV files.
 *
 * Every record has as many fields as the first, each of them is UTF-8, and lines are counted
 * upwards.
 *
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"
#include "fuzz_file.h"

#include "base/utf8.h"
#include "format/csv.h"

/* The file, and pointers to fields of one byte each, in a block that doubles. */
fuzz_bound fuzz_memory(const uint8_t *bytes, size_t n)
{
    (void)bytes;
    (void)n;
    return (fuzz_bound){ 1 << 18, 32 };
}

void fuzz_input(const uint8_t *bytes, size_t n)
{
    csv_file f;
    int line = 0;
    if (csv_open(&f, fuzz_file(bytes, n)) != STATUS_OK)
        return;
    while (csv_next(&f) == STATUS_OK && f.count > 0) {
        CHECK(f.count == f.width && f.line > line);
        line = f.line;
        for (int i = 0; i < f.count; i++)
            CHECK(utf8_is_valid(f.fields[i]));
    }
    csv_close(&f);
}
