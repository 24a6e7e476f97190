/* game/phases.c - reads a list of phases.
 *
 * SPDX-License-Identifier: MIT */
#include "game/phases.h"

#include <string.h>

#include "base/text.h"

#include "base/banned.h"

enum { MOST_EPOCHS = 10000000, LONGEST = 32 };

static const char *const names[] = { [PHASE_MSE] = "mse", [PHASE_ADVERSARIAL] = "adversarial" };
enum { KINDS = sizeof names / sizeof *names };

const char *phase_name(phase_kind kind)
{
    return names[kind];
}

static status invalid(const char *list, const char *what)
{
    return status_fail(STATUS_USAGE,
                       "--phases: %s: expected phases such as mse:3,adversarial:6, each with its "
                       "epochs, got \"%s\"",
                       what, list);
}

/* Reads one phase of that many characters. */
static status parse_phase(struct phase *p, const char *item, size_t length, const char *list)
{
    char name[LONGEST];
    double epochs = 0;
    if (length >= sizeof name)
        return invalid(list, "a phase is mse or adversarial");
    memcpy(name, item, length);
    name[length] = 0;
    char *colon = strchr(name, ':');
    if (colon) {
        *colon = 0;
        if (!text_to_double(colon + 1, &epochs) || epochs < 1 || epochs > MOST_EPOCHS ||
            epochs != (double)(uint32_t)epochs)
            return invalid(list, "the epochs of a phase are a whole number, at least 1");
    }
    p->epochs = (uint32_t)epochs;
    for (int k = 0; k < KINDS; k++)
        if (strcmp(name, names[k]) == 0) {
            p->kind = (phase_kind)k;
            return STATUS_OK;
        }
    return invalid(list, "a phase is mse or adversarial");
}

status phases_parse(phases *p, const char *list)
{
    const char *at = list ? list : names[PHASE_MSE];
    *p = (phases){ 0 };
    for (;;) {
        size_t length = strcspn(at, ",");
        if (p->count == PHASES_MOST)
            return invalid(list, "too many phases");
        if (p->count > 0 && p->of[p->count - 1].epochs == 0)
            return invalid(list, "only the last phase may leave its epochs out");
        TRY(parse_phase(&p->of[p->count++], at, length, list));
        if (at[length] == 0)
            return STATUS_OK;
        at += length + 1;
    }
}

phase_kind phases_at(const phases *p, uint32_t epoch)
{
    int i = 0;
    while (i < p->count - 1 && epoch >= p->of[i].epochs)
        epoch -= p->of[i++].epochs;
    return p->of[i].kind;
}

uint32_t phases_before(const phases *p, uint32_t epoch, phase_kind kind)
{
    uint32_t sum = 0;
    for (int i = 0; i < p->count; i++) {
        bool goes_on = i == p->count - 1 || epoch < p->of[i].epochs;
        uint32_t part = goes_on ? epoch : p->of[i].epochs;
        sum += p->of[i].kind == kind ? part : 0;
        epoch -= part;
    }
    return sum;
}

bool phases_have(const phases *p, phase_kind kind)
{
    for (int i = 0; i < p->count; i++)
        if (p->of[i].kind == kind)
            return true;
    return false;
}

uint32_t phases_epochs(const phases *p)
{
    uint32_t sum = 0;
    for (int i = 0; i < p->count; i++)
        sum += p->of[i].epochs;
    return p->of[p->count - 1].epochs > 0 ? sum : 0;
}
