/* tests/fuzz/fuzz_phases.c - lists of phases, from a command line or a checkpoint.
 *
 * A list that is read has a usual form, which is read as the same phases. At the borders of the
 * phases, their kinds and counts of epochs are those of a walk through the list.
 *
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include "base/text.h"
#include "game/phases.h"

enum { LONGEST = 256 };

/* Nothing is allocated but messages. */
fuzz_bound fuzz_memory(const uint8_t *bytes, size_t n)
{
    (void)bytes;
    (void)n;
    return (fuzz_bound){ 1 << 12, 4 };
}

static void check_again(const phases *p)
{
    phases again;
    text t = { 0 };
    for (int i = 0; i < p->count; i++) {
        text_add(&t, "%s%s", i > 0 ? "," : "", phase_name(p->of[i].kind));
        if (p->of[i].epochs > 0)
            text_add(&t, ":%u", (unsigned)p->of[i].epochs);
    }
    CHECK(t.data && phases_parse(&again, t.data) == STATUS_OK && again.count == p->count);
    for (int i = 0; i < p->count; i++)
        CHECK(again.of[i].kind == p->of[i].kind && again.of[i].epochs == p->of[i].epochs);
    text_free(&t);
}

/* The last epoch before the border at the end of a phase, and the first one behind it. */
static void check_borders(const phases *p)
{
    uint32_t epoch = 0, before[2] = { 0, 0 };
    for (int i = 0; i < p->count; i++) {
        const struct phase *now = &p->of[i];
        CHECK(now->epochs > 0 || i == p->count - 1);
        CHECK(phases_at(p, epoch) == now->kind && phases_have(p, now->kind));
        for (int k = 0; k < 2; k++)
            CHECK(phases_before(p, epoch, (phase_kind)k) == before[k]);
        epoch += now->epochs;
        before[now->kind] += now->epochs;
        CHECK(now->epochs == 0 || phases_at(p, epoch - 1) == now->kind);
    }
    CHECK(phases_epochs(p) == (p->of[p->count - 1].epochs > 0 ? epoch : 0));
    CHECK(phases_at(p, epoch + 1000) == p->of[p->count - 1].kind);
}

void fuzz_input(const uint8_t *bytes, size_t n)
{
    char list[LONGEST + 1];
    size_t kept = n < LONGEST ? n : LONGEST;
    phases p;
    memcpy(list, bytes, kept);
    list[kept] = 0;
    if (phases_parse(&p, list) != STATUS_OK)
        return;
    fuzz_count_memory(0);
    check_again(&p);
    fuzz_count_memory(1);
    check_borders(&p);
}
