/* tests/fuzz/fuzz_idx.c - IDX files of images and of labels, raw or gzip.
 *
 * What is read has as many bytes as its sizes say, and less of it is the same beginning.
 *
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"
#include "fuzz_file.h"

#include "data/idx.h"

static void read_as(const char *path, idx_kind kind)
{
    idx_file all, one;
    if (idx_read(&all, path, kind, 0) != STATUS_OK)
        return;
    size_t size = (size_t)all.channels * (size_t)all.height * (size_t)all.width;
    CHECK(all.count == all.total && all.count >= 1 && size >= 1);
    CHECK(idx_read(&one, path, kind, 1) == STATUS_OK);
    CHECK(one.count == 1 && memcmp(one.items, all.items, size) == 0);
    idx_free(&one);
    idx_free(&all);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    fuzz_file f;
    fuzz_file_open(&f, bytes, n);
    read_as(f.path, IDX_IMAGES);
    read_as(f.path, IDX_LABELS);
    fuzz_file_close(&f);
    return 0;
}
