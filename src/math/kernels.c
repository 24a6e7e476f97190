/* math/kernels.c - the instruction sets, and the choice among those that this CPU has.
 *
 * SPDX-License-Identifier: MIT */
#include "math/kernels.h"

#include <string.h>

#include "base/text.h"

#include "base/banned.h"

/* Best first. */
static const kernels *const all[] = {
#if defined(__x86_64__)
    &kernels_avx512,
    &kernels_avx2,
#elif defined(__aarch64__)
    &kernels_neon,
#endif
    &kernels_generic,
};
enum { ALL_COUNT = sizeof all / sizeof *all };

const kernels *kernels_usable(int i)
{
    for (int k = 0; k < ALL_COUNT; k++)
        if (all[k]->usable() && i-- == 0)
            return all[k];
    return NULL;
}

static status no_such_set(const char *name)
{
    text list = { 0 };
    const kernels *k = kernels_usable(0);
    for (int i = 1; k; k = kernels_usable(i++))
        text_add(&list, "%s%s", list.length > 0 ? ", " : "", k->name);
    status s = status_fail(STATUS_USAGE, "--isa: \"%s\" is none of those that this CPU can run: %s",
                           name, list.data ? list.data : "");
    text_free(&list);
    return s;
}

status kernels_choose(const char *name, const kernels **chosen)
{
    const kernels *k = kernels_usable(0);
    for (int i = 1; k && name && strcmp(k->name, name) != 0; i++)
        k = kernels_usable(i);
    if (!k)
        return no_such_set(name);
    *chosen = k;
    return STATUS_OK;
}
