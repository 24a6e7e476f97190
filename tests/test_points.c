/* tests/test_points.c - points in memory and as images, in pieces and in any order.
 *
 * SPDX-License-Identifier: MIT */
#include "eval_bench.h"
#include "idx_blob.h"
#include "test.h"

#include "eval/points.h"

#include "base/banned.h"

/* Images that are longer than a piece in which they become floats, and no whole number of them. */
enum { COUNT = 3, HEIGHT = 31, WIDTH = 35, S = HEIGHT * WIDTH };

static unsigned char pixels[COUNT][S];
static float values[COUNT * S];
static dataset images;

static int open_images(void **state)
{
    (void)state;
    blob b = make_images(COUNT, HEIGHT, WIDTH);
    uint32_t x = 1;
    for (int i = 0; i < COUNT * S; i++) {
        x = x * 1103515245u + 12345u;
        pixels[i / S][i % S] = (unsigned char)(x >> 16);
        values[i] = (float)(2 * pixels[i / S][i % S] - 255) / 255.0f;
    }
    memcpy(b.bytes + 16, pixels, sizeof pixels);
    put("points.idx", &b);
    assert_ok(dataset_open(&images, "points.idx", 0));
    return 0;
}

static int close_images(void **state)
{
    (void)state;
    dataset_close(&images);
    return 0;
}

static double distance_by_definition(int i, int j)
{
    double sum = 0;
    for (int k = 0; k < S; k++) {
        double difference = (double)values[i * S + k] - (double)values[j * S + k];
        sum += difference * difference;
    }
    return sum;
}

static void distances_are_the_same_in_memory_and_of_images(void **state)
{
    (void)state;
    const points kinds[] = { points_of(values, COUNT, S), points_of_images(&images, 0, COUNT) };
    for (int a = 0; a < 2; a++)
        for (int b = 0; b < 2; b++)
            for (int i = 0; i < COUNT; i++)
                for (int j = 0; j < COUNT; j++) {
                    double expected = distance_by_definition(i, j);
                    assert_near(points_distance(&kinds[a], i, &kinds[b], j), expected,
                                1e-12 * expected);
                }
}

static void a_set_begins_anywhere_and_has_any_order(void **state)
{
    (void)state;
    static const uint32_t order[] = { 1, 2, 0 };
    static float room[2 * S];
    compute c;
    assert_ok(compute_open(&c, NULL, 1));
    const points later = points_of_images(&images, 1, 2),
                 chosen = points_of_order(&images, order, 1, 2), all = points_of(values, COUNT, S);
    assert_true(later.count == 2 && later.size == S && chosen.count == 2 && chosen.size == S);
    for (int i = 0; i < 2; i++) {
        assert_true(points_distance(&later, i, &all, 1 + i) == 0);
        assert_true(points_distance(&chosen, i, &all, (int)order[1 + i]) == 0);
    }
    const_view block = points_block(&chosen, c.kernels, 0, 2, room);
    assert_memory_equal(const_view_row(block, 0), values + 2 * S, S * sizeof *values);
    assert_memory_equal(const_view_row(block, 1), values, S * sizeof *values);
    block = points_block(&later, c.kernels, 1, 1, room);
    assert_memory_equal(block.data, values + 2 * S, S * sizeof *values);
    block = points_block(&all, c.kernels, 2, 1, room);
    assert_true(block.data == values + 2 * S); /* in place */
    compute_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distances_are_the_same_in_memory_and_of_images),
        cmocka_unit_test(a_set_begins_anywhere_and_has_any_order),
    };
    return cmocka_run_group_tests(tests, open_images, close_images);
}
