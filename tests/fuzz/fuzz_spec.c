/* tests/fuzz/fuzz_spec.c - layer specs from a command line or a checkpoint.
 *
 * An accepted spec has a canonical form that gives the same net; the net's memory can be computed
 * without allocating it.
 *
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include "nn/net.h"

enum { INPUTS = 3, LONGEST = 5000 };

/* Memory for the tables of a net of 256 layers, twice. */
fuzz_bound fuzz_memory(const uint8_t *bytes, size_t n)
{
    (void)bytes;
    (void)n;
    return (fuzz_bound){ 1 << 19, 2 };
}

static size_t planned(net *n)
{
    arena a = { 0 };
    net_plan(n, &a, 32, NET_TRAINS, false);
    CHECK(!a.overflow);
    return a.used;
}

static void check_again(net *n)
{
    net again;
    CHECK(net_open(&again, n->spec, n->from, "spec") == STATUS_OK);
    CHECK(strcmp(again.spec, n->spec) == 0 && again.count == n->count);
    CHECK(again.param_count == n->param_count && again.buffer_count == n->buffer_count);
    CHECK(shape_same(again.to, n->to) && planned(&again) == planned(n));
    net_close(&again);
}

static void open_from(const char *spec, image_shape from)
{
    net n;
    if (net_open(&n, spec, from, "spec") != STATUS_OK)
        return;
    CHECK(n.count >= 1 && n.out >= 1 && shape_fits(n.to));
    CHECK(n.param_count <= (size_t)1 << 28);
    check_again(&n);
    net_close(&n);
}

void fuzz_input(const uint8_t *bytes, size_t n)
{
    char spec[LONGEST + 1];
    size_t kept = n < LONGEST ? n : LONGEST;
    memcpy(spec, bytes, kept);
    spec[kept] = 0;
    open_from(spec, n % 2 ? shape_flat(INPUTS) : (image_shape){ INPUTS, 28, 28 });
}
