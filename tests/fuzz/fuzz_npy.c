/* tests/fuzz/fuzz_npy.c - npy files of latents and of samples.
 *
 * All numbers that are read are finite.
 *
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"
#include "fuzz_file.h"

#include <math.h>

#include "format/npy.h"

enum { LATENT = 2, SAMPLE = 4 };

/* Memory for a block that doubles as bytes arrive, for the old block, and for a float of each
 * byte. */
fuzz_bound fuzz_memory(const uint8_t *bytes, size_t n)
{
    (void)bytes;
    (void)n;
    return (fuzz_bound){ 1 << 14, 7 };
}

static void check_rows(const float *values, int rows, int columns)
{
    size_t count = (size_t)rows * (size_t)columns;
    CHECK(rows >= 1);
    for (size_t i = 0; i < count; i++)
        CHECK(isfinite(values[i]));
}

void fuzz_input(const uint8_t *bytes, size_t n)
{
    const char *path = fuzz_file(bytes, n);
    static const npy_form form = { 2, 1, 2, true };
    npy_samples samples;
    float *values = NULL;
    int rows = 0;
    if (npy_read_latents(path, LATENT, &rows, &values) == STATUS_OK)
        check_rows(values, rows, LATENT);
    free(values);
    if (npy_read_samples(path, &form, &samples) == STATUS_OK)
        check_rows(samples.values, samples.n, SAMPLE);
    free(samples.values);
}
