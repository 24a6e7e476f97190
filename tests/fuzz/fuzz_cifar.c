/* tests/fuzz/fuzz_cifar.c - the batches of CIFAR-10 and CIFAR-100, raw or gzip.
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

static void read_as(const cifar_form *form, const char *path)
{
    cifar c = { 0 };
    if (cifar_add(&c, form, path) == STATUS_OK) {
        CHECK(c.count >= 1);
        for (int i = 0; i < c.count; i++)
            CHECK(c.labels[i] < form->classes[form->labels - 1]);
    }
    cifar_free(&c);
}

void fuzz_input(const uint8_t *bytes, size_t n)
{
    const char *path = fuzz_file(bytes, n);
    read_as(&cifar_10, path);
    read_as(&cifar_100, path);
}
