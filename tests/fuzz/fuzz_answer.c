/* tests/fuzz/fuzz_answer.c - what a terminal, or somebody at its keys, answers to a question.
 *
 * Only the whole text of an answer counts as one, and no byte after the last one is looked at.
 *
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include "image/announced.h"

fuzz_bound fuzz_memory(const uint8_t *bytes, size_t n)
{
    (void)bytes;
    (void)n;
    return (fuzz_bound){ 0, 0 };
}

static bool holds(const uint8_t *bytes, size_t n, const char *what)
{
    size_t length = strlen(what);
    for (size_t i = 0; i + length <= n; i++)
        if (memcmp(bytes + i, what, length) == 0)
            return true;
    return false;
}

void fuzz_input(const uint8_t *bytes, size_t n)
{
    announced_answer a = { 0 };
    size_t read = 0;
    while (read < n && !a.complete)
        announced_read(&a, bytes[read++]);
    CHECK(!a.complete || (bytes[read - 1] == 'c' && holds(bytes, read, "\033[?")));
    CHECK(!a.kitty || holds(bytes, read, "\033_Gi=31;OK\033\\"));
    CHECK(!a.sixel || (a.complete && holds(bytes, read, ";4")));
    announced_answer before = a;
    for (size_t i = read; i < n; i++)
        announced_read(&a, bytes[i]);
    CHECK(!before.complete || memcmp(&a, &before, sizeof a) == 0);
}
