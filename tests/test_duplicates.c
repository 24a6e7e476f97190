/* tests/test_duplicates.c - equal samples, and some that are nearly so.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include "data/duplicates.h"

static void duplicates_are_those_with_the_same_pixels(void **state)
{
    (void)state;
    unsigned char pixels[] = { 1, 2, 3, 4, 1, 2, 5, 6, 1, 2, 3, 4, 2, 1 };
    const int expected[] = { 0, 1, 0, 3, 0, 1, 6 };
    const dataset d = { .count = 7, .channels = 1, .height = 1, .width = 2, .pixels = pixels };
    int first[7], count;
    assert_ok(duplicates_find(&d, first, &count));
    assert_memory_equal(first, expected, sizeof first);
    assert_int_equal(count, 3);
}

/* FNV-1a of 64 bits is 0 for both texts (Landon Noll, "FNV Hash": zero hashes). */
static void samples_of_one_hash_are_compared(void **state)
{
    (void)state;
    char pixels[] = "!0IC=VloaY"
                    "QvXtM>@Fp%"
                    "!0IC=VloaY"
                    "QvXtM>@Fp%"
                    "0123456789";
    const int expected[] = { 0, 1, 0, 1, 4 };
    const dataset d = {
        .count = 5, .channels = 1, .height = 2, .width = 5, .pixels = (unsigned char *)pixels
    };
    int first[5], count;
    assert_ok(duplicates_find(&d, first, &count));
    assert_memory_equal(first, expected, sizeof first);
    assert_int_equal(count, 2);
}

/* Images are compared in pieces. */
static void any_byte_of_a_large_image_makes_it_another(void **state)
{
    (void)state;
    enum { SIZE = 3 * DATASET_PIECE + 7, STEP = 997 };
    unsigned char *pixels = calloc(2, SIZE);
    assert_non_null(pixels);
    const dataset d = { .count = 2, .channels = 1, .height = 1, .width = SIZE, .pixels = pixels };
    for (int i = -1; i < SIZE + STEP; i += STEP) {
        int at = i < SIZE ? i : SIZE - 1, first[2], count;
        if (at >= 0)
            pixels[SIZE + at] = 1;
        assert_ok(duplicates_find(&d, first, &count));
        assert_int_equal(count, at < 0);
        assert_int_equal(first[1], at < 0 ? 0 : 1);
        if (at >= 0)
            pixels[SIZE + at] = 0;
    }
    free(pixels);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(duplicates_are_those_with_the_same_pixels),
        cmocka_unit_test(samples_of_one_hash_are_compared),
        cmocka_unit_test(any_byte_of_a_large_image_makes_it_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
