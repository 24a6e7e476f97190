/* tests/fuzz/fuzz_cifar.c - CIFAR-10's batches, raw or gzip.
 *
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"
#include "fuzz_file.h"

#include "format/cifar.h"

/* Memory for a block that at most doubles as pictures arrive, and for the old block. */
fuzz_bound fuzz_memory(const uint8_t *bytes, size_t n)
{
    return (fuzz_bound){ 1 << 20, fuzz_is_gzip(bytes, n) ? 3 * FUZZ_DEFLATE_RATIO : 3 };
}

void fuzz_input(const uint8_t *bytes, size_t n)
{
    cifar c = { 0 };
    if (cifar_add(&c, fuzz_file(bytes, n)) == STATUS_OK) {
        CHECK(c.count >= 1);
        for (int i = 0; i < c.count; i++)
            CHECK(c.labels[i] < CIFAR_CLASSES);
    }
    cifar_free(&c);
}
