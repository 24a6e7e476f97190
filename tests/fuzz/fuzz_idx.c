/* tests/fuzz/fuzz_idx.c - IDX files of images and of labels, raw or gzip.
 *
 * The data read has as many bytes as its sizes say; reading fewer images gives the same beginning.
 *
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"
#include "fuzz_file.h"

#include "format/idx.h"

/* Memory for a block that doubles as bytes arrive, and for the old block. */
fuzz_bound fuzz_memory(const uint8_t *bytes, size_t n)
{
    return (fuzz_bound){ 1 << 18, fuzz_is_gzip(bytes, n) ? 3 * FUZZ_DEFLATE_RATIO : 3 };
}

static void read_as(const char *path, idx_kind kind)
{
    idx_file all, one;
    if (idx_read(&all, path, kind, 0) != STATUS_OK)
        return;
    size_t size = (size_t)all.channels * (size_t)all.height * (size_t)all.width;
    CHECK(all.count == all.total && all.count >= 1 && size >= 1);
    fuzz_count_memory(0);
    CHECK(idx_read(&one, path, kind, 1) == STATUS_OK);
    CHECK(one.count == 1 && memcmp(one.items, all.items, size) == 0);
    idx_free(&one);
    fuzz_count_memory(1);
    idx_free(&all);
}

void fuzz_input(const uint8_t *bytes, size_t n)
{
    const char *path = fuzz_file(bytes, n);
    read_as(path, IDX_IMAGES);
    read_as(path, IDX_LABELS);
}
