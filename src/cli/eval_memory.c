/* cli/eval_memory.c - keeps `gan eval` within --memory.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/eval_memory.h"

#include <math.h>

#include "base/memory.h"

#include "base/banned.h"

status eval_keep_within(const eval_options *o, int given, const generator *g, const arena *counted,
                        dataset *train, dataset *test)
{
    size_t most = (size_t)o->memory, values = (size_t)given * (size_t)dataset_sample_size(train);
    size_t used = counted->used + g->arena.size + values * sizeof(float) + MEMORY_OF_PROGRAM +
                  compute_memory(g->compute) + dataset_memory(train) + dataset_memory(test);
    if (most == 0)
        return STATUS_OK;
    if (used > most)
        return status_fail(STATUS_USAGE,
                           "--memory: expected at least %.0fM, which judging %d samples needs, got "
                           "%.4gM; --count chooses fewer",
                           ceil((double)used / 1e6), given > 0 ? given : o->count,
                           (double)most / 1e6);
    return dataset_load_both(train, test, most - used);
}
