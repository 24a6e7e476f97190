/* tests/fuzz/fuzz_metrics.c - metrics.csv of a run.
 *
 * The rows read are 1, 2, 3, ... from the first line on, and not more than there are lines.
 *
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"
#include "fuzz_file.h"

#include "train/metrics.h"

enum { MOST = 100, SHORTEST_ROW = 3 }; /* "1,\n" */

/* Memory for the file, in a block that doubles as bytes arrive, and for the figures of its rows. */
fuzz_bound fuzz_memory(const uint8_t *bytes, size_t n)
{
    (void)bytes;
    (void)n;
    return (fuzz_bound){ 1 << 14, 3 + sizeof(epoch_metrics) / SHORTEST_ROW };
}

void fuzz_input(const uint8_t *bytes, size_t n)
{
    epoch_metrics *rows = NULL;
    uint32_t count = 0;
    if (metrics_read(fuzz_file(bytes, n), MOST, &rows, &count) == STATUS_OK) {
        CHECK(count <= MOST && SHORTEST_ROW * (size_t)count <= n);
        for (uint32_t i = 0; i < count; i++)
            CHECK(rows[i].epoch == i + 1);
        CHECK(metrics_best(rows, count).epoch <= count);
    }
    free(rows);
}
