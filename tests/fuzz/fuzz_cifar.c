/* tests/fuzz/fuzz_cifar.c - CIFAR-10's batches, raw or gzip.
 *
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"
#include "fuzz_file.h"

#include "data/cifar.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    fuzz_file f;
    cifar c = { 0 };
    fuzz_file_open(&f, bytes, n);
    if (cifar_add(&c, f.path) == STATUS_OK) {
        CHECK(c.count >= 1);
        for (int i = 0; i < c.count; i++)
            CHECK(c.labels[i] < CIFAR_CLASSES);
    }
    cifar_free(&c);
    fuzz_file_close(&f);
    return 0;
}
