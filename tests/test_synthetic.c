/* tests/test_synthetic.c - the points of known mixtures: known answers, statistics, use as a data
 * set.
 *
 * The statistics use fixed points, so they pass always or never; the bounds are 4 standard
 * deviations.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <math.h>
#include <sys/stat.h>

#include <zlib.h>

#include "base/bytes.h"
#include "data/dataset.h"
#include "data/synthetic.h"
#include "known_answers.h"

#include "base/banned.h"

/* tests/oracle/streams computed them from the document, without this code. */
static void the_points_are_those_of_the_document(void **state)
{
    (void)state;
    int lines = 0;
    known_answer k;
    FILE *f = known_open("docs/random-streams.md");
    while (known_next(f, &k)) {
        const mixture *m = mixture_find(k.name);
        float got[2];
        uint32_t bits[2];
        if (!m)
            continue;
        lines++;
        mixture_points(m, (int)k.argument[0], 1, got);
        memcpy(bits, got, sizeof bits);
        assert_int_equal(k.results, 2);
        if (bits[0] != k.result[0] || bits[1] != k.result[1])
            fail_msg("%s: point %d: expected %#x %#x, got %#x %#x", m->name, (int)k.argument[0],
                     (unsigned)k.result[0], (unsigned)k.result[1], bits[0], bits[1]);
    }
    fclose(f);
    assert_true(lines >= 14);
}

static void points_do_not_depend_on_how_many_are_drawn(void **state)
{
    (void)state;
    for (int i = 0; mixture_nth(i); i++) {
        float whole[200], part[200];
        mixture_points(mixture_nth(i), 1000, 100, whole);
        for (int k = 0; k < 100; k += 20)
            mixture_points(mixture_nth(i), 1000 + k, 20, part + (ptrdiff_t)2 * k);
        assert_memory_equal(whole, part, sizeof whole);
    }
}

/* The ring's means are (cos a, sin a) for a in steps of pi/4; the grid's are 2 apart. */
static void the_means_are_those_of_the_paper(void **state)
{
    (void)state;
    const mixture *ring = mixture_find("ring"), *grid = mixture_find("grid");
    assert_true(ring->modes == 8 && grid->modes == 25);
    for (int i = 0; i < 8; i++) {
        double angle = 2 * M_PI * i / 8;
        assert_true(fabs((double)ring->means[i][0] - cos(angle)) < 0x1p-24);
        assert_true(fabs((double)ring->means[i][1] - sin(angle)) < 0x1p-24);
    }
    for (int i = 0; i < 25; i++) {
        assert_true(grid->means[i][0] == (float)(-4 + 2 * (i / 5)));
        assert_true(grid->means[i][1] == (float)(-4 + 2 * (i % 5)));
    }
    assert_true(ring->deviation == 0.01f && grid->deviation == 0.05f);
}

static void assert_near(double got, double expected, double deviation)
{
    if (!(fabs(got - expected) <= 4 * deviation))
        fail_msg("expected %g, got %g, %.1f standard deviations away", expected, got,
                 fabs(got - expected) / deviation);
}

static void each_mode_has_its_share_its_mean_and_its_deviation(void **state)
{
    (void)state;
    static float points[MIXTURE_POINTS][2];
    for (int k = 0; mixture_nth(k); k++) {
        const mixture *m = mixture_nth(k);
        double n[MIXTURE_MOST_MODES] = { 0 }, sum[MIXTURE_MOST_MODES] = { 0 };
        double squares = 0, within = 0, s = (double)m->deviation, share = 1.0 / m->modes;
        mixture_points(m, 0, MIXTURE_POINTS, points[0]);
        for (int i = 0; i < MIXTURE_POINTS; i++)
            for (int j = 0; j < m->modes; j++) {
                double dx = (double)points[i][0] - (double)m->means[j][0];
                double dy = (double)points[i][1] - (double)m->means[j][1];
                if (dx * dx + dy * dy > 64 * s * s)
                    continue; /* belongs to another mode */
                n[j]++;
                sum[j] += dx + dy;
                squares += (dx * dx + dy * dy) / (s * s);
                within += dx * dx + dy * dy < 9 * s * s;
            }
        for (int j = 0; j < m->modes; j++) {
            assert_near(n[j], MIXTURE_POINTS * share, sqrt(MIXTURE_POINTS * share * (1 - share)));
            assert_near(sum[j] / n[j], 0, s * sqrt(2 / n[j]));
        }
        /* A sum of two squares of N(0, 1) has mean 2, variance 4; 1 - exp(-9/2) lie within 3. */
        assert_near(squares / MIXTURE_POINTS, 2, 2 / sqrt(MIXTURE_POINTS));
        double p = 1 - exp(-4.5);
        assert_near(within / MIXTURE_POINTS, p, sqrt(p * (1 - p) / MIXTURE_POINTS));
    }
}

static void a_mixture_is_a_data_set_of_100000_points(void **state)
{
    (void)state;
    static float points[MIXTURE_POINTS * 2];
    static unsigned char bytes[16 + 8 * MIXTURE_POINTS];
    dataset d;
    assert_ok(dataset_open(&d, "ring", 0));
    assert_true(d.count == 100000 && d.channels == 2 && d.height == 1 && d.width == 1);
    assert_int_equal(d.kind, DATA_POINTS);
    assert_true(!d.pixels && !d.labels);
    assert_string_equal(d.path, "ring");
    assert_int_equal(dataset_sample_size(&d), 2);
    assert_int_equal(dataset_memory(&d), 800000);
    mixture_points(mixture_find("ring"), 0, d.count, points);
    assert_memory_equal(d.points, points, sizeof points);
    memcpy(bytes, "\xa0\x86\x01\0\2\0\0\0\1\0\0\0\1\0\0\0", 16);
    bytes_put_floats(bytes + 16, points, 2 * MIXTURE_POINTS);
    assert_int_equal(d.fingerprint, crc32_z(0, bytes, sizeof bytes));

    static const uint32_t order[] = { 99999, 0, 7, 7 };
    float out[9];
    out[8] = 5;
    compute c;
    assert_ok(compute_open(&c, NULL, 2));
    dataset_batch(&d, &c, order, 4, out);
    compute_close(&c);
    for (int i = 0; i < 4; i++)
        assert_memory_equal(out + (ptrdiff_t)2 * i, points + (ptrdiff_t)2 * order[i], 8);
    assert_true(out[8] == 5);
    dataset_close(&d);
}

static void a_limit_keeps_the_first_points(void **state)
{
    (void)state;
    dataset all, some;
    assert_ok(dataset_open(&all, "grid", 100000));
    assert_ok(dataset_open(&some, "grid", 1000));
    assert_int_equal(some.count, 1000);
    assert_memory_equal(all.points, some.points, 8000);
    assert_true(all.fingerprint != some.fingerprint);
    dataset_close(&some);
    assert_ok(dataset_open(&some, "grid", 100001)); /* more than there are */
    assert_int_equal(some.fingerprint, all.fingerprint);
    dataset_close(&all);
    dataset_close(&some);
}

static void a_name_is_the_mixture_and_a_path_is_a_path(void **state)
{
    (void)state;
    dataset d;
    mkdir("ring", 0777);
    assert_ok(dataset_open(&d, "ring", 1));
    dataset_close(&d);
    assert_fails(dataset_open(&d, "./ring", 0), STATUS_IO, "./ring: expected pictures in this");
    assert_fails(dataset_open(&d, "rign", 0), STATUS_IO,
                 "rign: no such file or folder, did you mean ring?");
    assert_fails(
        dataset_open(&d, "somewhere", 0), STATUS_IO,
        "somewhere: expected a folder, an IDX file of images, ring, grid or stacked: No such file");
    assert_null(mixture_find("Ring"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_points_are_those_of_the_document),
        cmocka_unit_test(points_do_not_depend_on_how_many_are_drawn),
        cmocka_unit_test(the_means_are_those_of_the_paper),
        cmocka_unit_test(each_mode_has_its_share_its_mean_and_its_deviation),
        cmocka_unit_test(a_mixture_is_a_data_set_of_100000_points),
        cmocka_unit_test(a_limit_keeps_the_first_points),
        cmocka_unit_test(a_name_is_the_mixture_and_a_path_is_a_path),
    };
    return cmocka_run_group_tests_name("synthetic", tests, NULL, NULL);
}
