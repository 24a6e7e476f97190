/* tests/test_fma.c - compares the fma in doubles with the C library's, for random numbers and for
 * those where rounding the sum to a double first would give another float.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <float.h>
#include <math.h>

#include "math/fma.h"
#include "math/kernels.h"

#include "base/banned.h"

typedef struct triple {
    float a, b, c;
} triple;

/* The words of a draw; each kind of triple uses those that it needs. */
enum { WORDS = 4 };

/* 1 + `last` units in its last place, times 2^exponent. */
static float near_power(int last, int exponent)
{
    return ldexpf(1 + (float)last * 0x1p-23f, exponent);
}

/* Any bits: in most of the sums one term vanishes. */
static triple any_bits(const uint32_t w[WORDS])
{
    return (triple){ from_bits(w[0]), from_bits(w[1]), from_bits(w[2]) };
}

/* c is as large as the product, within a factor of 2^40. */
static triple of_one_size(const uint32_t w[WORDS])
{
    triple t = any_bits(w);
    int size = (int)(w[0] >> 23 & 255) + (int)(w[1] >> 23 & 255) - 127 + (int)(w[3] % 81) - 40;
    uint32_t exponent = size < 0 ? 0 : size > 254 ? 254 : (uint32_t)size;
    t.c = from_bits((w[2] & 0x807fffff) | exponent << 23);
    return t;
}

/* c is any number, in a quarter of the cases the largest or nearly 0. The product is close to half
 * the distance between c and its neighbour: as a double, the sum is often exactly in the middle
 * although the true sum is not. */
static triple nearly_in_the_middle(const uint32_t w[WORDS])
{
    triple t = { .c = from_bits(w[2]) };
    if (w[3] % 8 == 0)
        t.c = from_bits((w[2] & 0x80000000) | 0x7f7fffff);
    else if (w[3] % 8 == 1)
        t.c = from_bits(w[2] & 0x80000fff);
    uint32_t exponent = to_bits(t.c) >> 23 & 255;
    int half = (exponent == 0 ? 1 : (int)exponent) - 127 - 24;
    int last = (int)(w[0] % 2048) - 1024;
    t.a = near_power(last, half / 2);
    t.b = near_power(-last + (int)(w[1] % 4) / 3, half - half / 2);
    if (w[3] & 0x100)
        t.a = -t.a;
    return t;
}

/* c cancels the rounded product, or nearly so. */
static triple cancelled(const uint32_t w[WORDS])
{
    triple t = any_bits(w);
    uint32_t c = to_bits(t.a * t.b) ^ 0x80000000;
    t.c = from_bits(w[3] % 2 == 0 ? c : c + w[3] / 2 % 5 - 2);
    return t;
}

/* The product is about as small as a float can be, or smaller. */
static triple tiny(const uint32_t w[WORDS])
{
    int exponent = -150 + (int)(w[3] % 40) - 20;
    triple t = { near_power((int)(w[0] % 256) - 128, exponent / 2),
                 near_power((int)(w[1] % 256) - 128, exponent - exponent / 2), 0 };
    if (w[3] & 0x100)
        t.a = -t.a;
    t.c = from_bits(w[2] & (w[3] & 0x200 ? 0x80ffffff : 0x80000003));
    return t;
}

static const struct {
    const char *name;
    triple (*make)(const uint32_t w[WORDS]);
} kinds[] = {
    { "any bits", any_bits },
    { "of one size", of_one_size },
    { "nearly in the middle", nearly_in_the_middle },
    { "cancelled", cancelled },
    { "tiny", tiny },
};
enum { KINDS = sizeof kinds / sizeof *kinds, CHUNK = 4096, CHUNKS = 500 };

static void check(const char *what, int number, triple t, float got)
{
    float expected = fmaf(t.a, t.b, t.c);
    if (to_bits(got) != to_bits(expected) && !(isnan(got) && isnan(expected)))
        fail_msg("%s, case %d: %a * %a + %a: expected %a, got %a", what, number, (double)t.a,
                 (double)t.b, (double)t.c, (double)expected, (double)got);
}

/* Ten million, in arrays, so that the compiler vectorises the loop as in the kernels. */
static void it_is_that_of_the_library_for_random_and_for_hard_numbers(void **state)
{
    (void)state;
    static uint32_t words[CHUNK * WORDS];
    static triple t[CHUNK];
    static float got[CHUNK];
    for (int kind = 0; kind < KINDS; kind++)
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            kernels_usable(0)->words((random_stream){ 4, (uint32_t)kind, 1 }, chunk, 0,
                                     CHUNK * WORDS, words);
            for (int i = 0; i < CHUNK; i++)
                t[i] = kinds[kind].make(words + (ptrdiff_t)i * WORDS);
            for (int i = 0; i < CHUNK; i++)
                got[i] = fma_by_doubles(t[i].a, t[i].b, t[i].c);
            for (int i = 0; i < CHUNK; i++)
                check(kinds[kind].name, chunk * CHUNK + i, t[i], got[i]);
        }
}

static void it_is_that_of_the_library_for_all_special_numbers(void **state)
{
    (void)state;
    static const float special[] = { 0,
                                     1,
                                     0x1p-149f,
                                     0x1p-148f,
                                     FLT_MIN,
                                     FLT_MAX,
                                     FLT_EPSILON,
                                     0x1.fffffcp-127f,
                                     0x1p-75f,
                                     0x1p-74f,
                                     0x1p64f,
                                     0x1p63f,
                                     0x1.fffffep63f,
                                     0x1p103f,
                                     0x1p104f,
                                     0x1p-126f,
                                     0x1.000002p0f,
                                     0x1.fffffep-1f,
                                     3,
                                     INFINITY,
                                     NAN };
    enum { COUNT = 2 * sizeof special / sizeof *special };
    for (int i = 0; i < COUNT * COUNT * COUNT; i++) {
        int at[] = { i % COUNT, i / COUNT % COUNT, i / COUNT / COUNT };
        float x[3];
        for (int j = 0; j < 3; j++)
            x[j] = at[j] % 2 == 0 ? special[at[j] / 2] : -special[at[j] / 2];
        check("special numbers", i, (triple){ x[0], x[1], x[2] }, fma_by_doubles(x[0], x[1], x[2]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_that_of_the_library_for_random_and_for_hard_numbers),
        cmocka_unit_test(it_is_that_of_the_library_for_all_special_numbers),
    };
    return cmocka_run_group_tests_name("fma", tests, NULL, NULL);
}
