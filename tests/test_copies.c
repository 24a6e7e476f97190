/* tests/test_copies.c - the order of distances and what is made of it, by the definition, for every
 * small number of them.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <math.h>

#include "eval/copies.h"

#include "support/eval_bench.h"

#include "base/banned.h"

enum { MOST = 70, CANARY = -12345 };

/* Numbers with many equal ones: their order has to stay. */
static void make(double *squared, int n)
{
    for (int i = 0; i < n; i++)
        squared[i] = (double)((i * 7919 + n * 31) % 13);
}

/* The place of item i in a stable order: those that are less, and the equal ones before it. */
static int place_of(const double *squared, int n, int i)
{
    int place = 0;
    for (int k = 0; k < n; k++)
        place += squared[k] < squared[i] || (squared[k] == squared[i] && k < i);
    return place;
}

static void the_order_is_stable_and_stays_within_its_room(void **state)
{
    (void)state;
    for (int n = 1; n <= MOST; n++) {
        double squared[MOST];
        int order[3 * MOST], room[3 * MOST];
        for (int i = 0; i < 3 * MOST; i++)
            order[i] = room[i] = CANARY;
        make(squared, n);
        copies_order(squared, n, order + MOST, room + MOST);
        for (int i = 0; i < n; i++)
            assert_int_equal(order[MOST + place_of(squared, n, i)], i);
        for (int i = 0; i < 3 * MOST; i++)
            if (i < MOST || i >= MOST + n)
                assert_true(order[i] == CANARY && room[i] == CANARY);
    }
}

static void nearness_is_the_hundredth_part_of_the_distances(void **state)
{
    (void)state;
    enum { N = 350 };
    double squared[N];
    int order[N], room[N];
    for (int i = 0; i < N; i++)
        squared[i] = N - i; /* 1 .. N, backwards */
    /* By hand: a hundredth of 99 is none, so the first; of 100 the first; of 199 the first; of 200
     * the second; of 350 the third. */
    static const struct {
        int n, rank;
    } cases[] = { { 99, 1 }, { 100, 1 }, { 199, 1 }, { 200, 2 }, { 350, 3 } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int n = cases[i].n;
        copies_order(squared, n, order, room);
        assert_near(copies_near(squared, n, order), N - n + cases[i].rank, 0);
    }
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The median of a resampled set: each value as often as it was drawn, sorted, the mean of the two
 * in the middle. */
static double median_of(const double *squared, int n, const uint16_t *counts)
{
    double all[MOST];
    int filled = 0;
    for (int i = 0; i < n; i++)
        for (int k = 0; k < counts[i]; k++)
            all[filled++] = sqrt(squared[i]) / 2;
    assert_int_equal(filled, n);
    qsort(all, (size_t)n, sizeof *all, compare);
    return (all[(n - 1) / 2] + all[n / 2]) / 2;
}

static void medians_and_shares_of_resampled_sets_are_by_the_definition(void **state)
{
    (void)state;
    for (int n = 1; n <= MOST; n++) {
        double squared[MOST];
        int order[MOST], room[MOST];
        uint16_t counts[MOST] = { 0 }, ones[MOST];
        make(squared, n);
        for (int i = 0; i < n; i++) {
            counts[(i * i * 5 + 3 * i) % n]++;
            ones[i] = 1;
        }
        copies_order(squared, n, order, room);
        const copies_context x = { squared, order, 4 };
        assert_near(copies_median(&x, n, counts), median_of(squared, n, counts), 1e-15);
        assert_near(copies_median(&x, n, NULL), median_of(squared, n, ones), 1e-15);
        int within = 0, plainly = 0;
        for (int i = 0; i < n; i++) {
            within += squared[i] <= 4 ? counts[i] : 0;
            plainly += squared[i] <= 4;
        }
        assert_near(copies_share(&x, n, counts), (double)within / n, 1e-15);
        assert_near(copies_share(&x, n, NULL), (double)plainly / n, 1e-15);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_order_is_stable_and_stays_within_its_room),
        cmocka_unit_test(nearness_is_the_hundredth_part_of_the_distances),
        cmocka_unit_test(medians_and_shares_of_resampled_sets_are_by_the_definition),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
