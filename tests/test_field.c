/* tests/test_field.c - points over a grey field: the pixels of the picture.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <math.h>

#include <png.h>

#include "base/file.h"
#include "image/field.h"

#include "base/banned.h"

static unsigned char scratch[FIELD_BYTES], seen[FIELD_SIDE][FIELD_SIDE][3];
static float verdicts[FIELD_PLACES], places[FIELD_PLACES][2];

/* Draws the field and reads it back into `seen`. */
static void draw(const field *f)
{
    png_image p = { .version = PNG_IMAGE_VERSION };
    assert_ok(field_write_png("field.png", f, scratch));
    assert_true(png_image_begin_read_from_file(&p, "field.png"));
    assert_true(p.width == FIELD_SIDE && p.height == FIELD_SIDE && p.format == PNG_FORMAT_RGB);
    assert_true(png_image_finish_read(&p, NULL, seen, 0, NULL));
}

static int grey_at(int row, int col)
{
    assert_true(seen[row][col][0] == seen[row][col][1] && seen[row][col][1] == seen[row][col][2]);
    return seen[row][col][0];
}

static void assert_colour(int row, int col, bool is_blue)
{
    const unsigned char *p = seen[row][col];
    if (is_blue ? p[2] <= p[0] + 20 : p[0] <= p[2] + 20)
        fail_msg("(%d, %d): expected %s, got %d %d %d", row, col, is_blue ? "blue" : "orange", p[0],
                 p[1], p[2]);
}

static void the_places_are_the_middles_of_cells_from_the_top_left(void **state)
{
    (void)state;
    field_places(2, places[0]);
    assert_true(places[0][0] == -2 + 2.0f / 128 && places[0][1] == 2 - 2.0f / 128);
    assert_true(places[127][0] == 2 - 2.0f / 128 && places[127][1] == 2 - 2.0f / 128);
    assert_true(places[128][0] == -2 + 2.0f / 128 && places[128][1] == 2 - 3 * 2.0f / 128);
    assert_true(places[FIELD_PLACES - 1][0] == -places[0][0]);
    assert_true(places[FIELD_PLACES - 1][1] == -places[0][1]);
}

static void the_ground_is_the_grey_of_D(void **state)
{
    (void)state;
    const field f = { .reach = 1, .verdicts = verdicts };
    static const struct {
        float verdict;
        int grey;
    } cases[] = { { 0, 14 }, { 0.5f, 82 }, { 1, 150 } };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        for (int i = 0; i < FIELD_PLACES; i++)
            verdicts[i] = cases[k].verdict;
        draw(&f);
        for (int row = 0; row < FIELD_SIDE; row++)
            for (int col = 0; col < FIELD_SIDE; col++)
                assert_int_equal(grey_at(row, col), cases[k].grey);
    }
    draw(&(field){ .reach = 1 });
    assert_int_equal(grey_at(300, 300), 14);
}

static void a_field_that_is_a_plane_is_drawn_as_one(void **state)
{
    (void)state;
    const field f = { .reach = 1, .verdicts = verdicts };
    field_places(1, places[0]);
    for (int i = 0; i < FIELD_PLACES; i++)
        verdicts[i] = 0.5f + 0.1f * places[i][0] + 0.3f * places[i][1];
    draw(&f);
    for (int row = 2; row < FIELD_SIDE - 2; row++)
        for (int col = 2; col < FIELD_SIDE - 2; col++) {
            double x = (col + 0.5) / 256 - 1, y = 1 - (row + 0.5) / 256;
            assert_true(fabs(grey_at(row, col) - (14 + 136 * (0.5 + 0.1 * x + 0.3 * y))) < 0.51);
        }
}

/* Beyond the middles of the outer cells, D is what it is there. */
static void nothing_is_guessed_beyond_the_outer_places(void **state)
{
    (void)state;
    enum { LAST = FIELD_LATTICE - 1, EDGE = FIELD_SIDE - 1 };
    for (int i = 0; i < FIELD_PLACES; i++) {
        int row = i / FIELD_LATTICE, col = i % FIELD_LATTICE;
        verdicts[i] = row > 0 && row < LAST && col > 0 && col < LAST;
    }
    draw(&(field){ .reach = 1, .verdicts = verdicts });
    for (int i = 0; i < FIELD_SIDE; i++)
        for (int beyond = 0; beyond < 2; beyond++) { /* of four pixels in a cell */
            assert_int_equal(grey_at(i, beyond), 14);
            assert_int_equal(grey_at(i, EDGE - beyond), 14);
            assert_int_equal(grey_at(beyond, i), 14);
            assert_int_equal(grey_at(EDGE - beyond, i), 14);
        }
    assert_int_equal(grey_at(256, 6), 150);
}

static void data_is_blue_and_samples_are_orange_where_they_belong(void **state)
{
    (void)state;
    static float data[600], samples[600]; /* enough points at one place for opaque ink */
    for (int i = 0; i < 300; i++) {
        data[2 * i] = 1; /* right, below the middle */
        data[2 * i + 1] = -0.5f;
        samples[2 * i] = -1.5f; /* left, above it */
        samples[2 * i + 1] = 1;
    }
    const field f = { .reach = 2, .data = { data, 300 }, .samples = { samples, 300 } };
    draw(&f);
    assert_colour(320, 384, true);
    assert_colour(322, 384, true); /* a larger disc than */
    assert_colour(128, 64, false);
    assert_int_equal(grey_at(130, 64), 14); /* this one */
    assert_int_equal(grey_at(256, 256), 14);

    const field both = { .reach = 2, .data = { data, 300 }, .samples = { data, 300 } };
    draw(&both);
    assert_colour(320, 384, false);
    assert_colour(322, 384, true);
}

static void a_point_outside_or_not_finite_is_not_drawn(void **state)
{
    (void)state;
    static const float points[] = { 2,     0,        0, -1.5f,    NAN,       0,     0,
                                    NAN,   INFINITY, 0, 0,        -INFINITY, 1e30f, 1e30f,
                                    -1e9f, 0,        1, -1.0001f, -1,        -1.5f };
    const field_points p = { points, sizeof points / 8 };
    draw(&(field){ .reach = 1, .data = p, .samples = p });
    for (int row = 0; row < FIELD_SIDE; row++)
        for (int col = 0; col < FIELD_SIDE; col++)
            assert_int_equal(grey_at(row, col), 14);
}

static void points_at_the_edge_are_cut_off_there(void **state)
{
    (void)state;
    static const float points[] = { -1, 1, 0.999f, 1, -1, -0.999f, 0.999f, -0.999f };
    draw(&(field){ .reach = 1, .data = { points, 4 } });
    assert_colour(0, 0, true);
    assert_colour(0, 511, true);
    assert_colour(511, 0, true);
    assert_colour(511, 511, true);
    assert_int_equal(grey_at(0, 256), 14);
}

static void the_reach_leaves_a_quarter_around_the_points(void **state)
{
    (void)state;
    static const float points[] = { 1, -4, 2, 3 }, nothing[] = { 0, 0 }, nan[] = { NAN, 2 },
                       infinite[] = { INFINITY, 2 };
    assert_true(field_reach((field_points){ points, 2 }) == 5);
    assert_true(field_reach((field_points){ nothing, 1 }) == 1);
    assert_true(field_reach((field_points){ NULL, 0 }) == 1);
    assert_true(field_reach((field_points){ nan, 1 }) == 2.5f);
    assert_true(field_reach((field_points){ infinite, 1 }) == 1);
}

static void points_alone_are_shown_as_far_as_the_data_reach(void **state)
{
    (void)state;
    static unsigned char alone[FIELD_BYTES];
    static const float xy[] = { 3, 1, 0.5f, -0.25f };
    const field_points far = { xy, 1 }, near = { xy + 2, 1 }, none = { NULL, 0 };
    const struct {
        field_points data, samples, reach;
    } cases[] = { { far, near, far }, { near, far, near }, { none, far, far } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        field_draw_points(cases[i].data, cases[i].samples, alone);
        field_draw(&(field){ .reach = field_reach(cases[i].reach),
                             .data = cases[i].data,
                             .samples = cases[i].samples },
                   scratch);
        assert_memory_equal(alone, scratch, sizeof alone);
    }
}

static void the_same_field_is_the_same_bytes_and_a_full_disk_fails(void **state)
{
    (void)state;
    unsigned char *bytes[2] = { NULL };
    size_t n[2] = { 0 };
    const field f = { .reach = 1, .verdicts = verdicts };
    for (int i = 0; i < 2; i++) {
        memset(scratch, 77 * i, sizeof scratch);
        draw(&f);
        assert_ok(file_read("field.png", 1 << 20, &bytes[i], &n[i]));
    }
    assert_int_equal(n[0], n[1]);
    assert_memory_equal(bytes[0], bytes[1], n[0]);
    free(bytes[0]);
    free(bytes[1]);
    assert_fails(field_write_png("missing/f.png", &f, scratch), STATUS_IO, "missing/f.png");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_places_are_the_middles_of_cells_from_the_top_left),
        cmocka_unit_test(the_ground_is_the_grey_of_D),
        cmocka_unit_test(a_field_that_is_a_plane_is_drawn_as_one),
        cmocka_unit_test(nothing_is_guessed_beyond_the_outer_places),
        cmocka_unit_test(data_is_blue_and_samples_are_orange_where_they_belong),
        cmocka_unit_test(a_point_outside_or_not_finite_is_not_drawn),
        cmocka_unit_test(points_at_the_edge_are_cut_off_there),
        cmocka_unit_test(the_reach_leaves_a_quarter_around_the_points),
        cmocka_unit_test(points_alone_are_shown_as_far_as_the_data_reach),
        cmocka_unit_test(the_same_field_is_the_same_bytes_and_a_full_disk_fails),
    };
    return cmocka_run_group_tests_name("field", tests, NULL, NULL);
}
