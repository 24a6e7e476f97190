/* tests/test_attributes.c - the thickness and the slant of strokes.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <math.h>

#include "data/attributes.h"
#include "data/dataset.h"

enum { SIDE = 40, STROKE = 12 };

/* Draws a bar of this thickness from top to bottom whose top leans to the right by `shear` pixels
 * per row; each pixel has the share of it that the bar covers along its row. */
static void draw_bar(unsigned char *pixels, double thickness, double shear)
{
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            double middle = SIDE / 2.0 - shear * (y + 0.5 - SIDE / 2.0);
            double covered = fmin(x + 1, middle + thickness / 2) - fmax(x, middle - thickness / 2);
            bool inside = y >= 4 && y < SIDE - 4;
            pixels[y * SIDE + x] =
                (unsigned char)(inside ? lround(255 * fmax(0, fmin(1, covered))) : 0);
        }
}

static double measured(attribute a, const unsigned char *pixels)
{
    double values[ATTRIBUTES];
    attributes_measure(pixels, SIDE, SIDE, values);
    return values[a];
}

static void thicker_bars_measure_thicker(void **state)
{
    (void)state;
    unsigned char pixels[SIDE * SIDE];
    double before = 0;
    for (double thickness = 2; thickness <= 9; thickness += 0.5) {
        draw_bar(pixels, thickness, 0);
        double value = measured(ATTRIBUTE_WEIGHT, pixels);
        assert_true(value > before);
        /* By hand for L x T full pixels: 2(L+T) steps along rows and columns, and 2(L+T) - 2 along
         * each diagonal. */
        double half = 32 + thickness;
        double perimeter = acos(-1) / 8 * (2 * half + sqrt(2) * (2 * half - 2));
        if (fmod(thickness, 2) == 0)
            assert_true(fabs(value - 2 * 32 * thickness / perimeter) < 1e-12);
        before = value;
    }
}

/* Turning a bar by 45 degrees changes the perimeter of four directions by less than 6 %. */
static void thickness_hardly_depends_on_the_direction(void **state)
{
    (void)state;
    unsigned char straight[SIDE * SIDE], diagonal[SIDE * SIDE];
    draw_bar(straight, 3, 0);
    draw_bar(diagonal, 3 * sqrt(2), 1);
    assert_true(fabs(measured(ATTRIBUTE_WEIGHT, straight) / measured(ATTRIBUTE_WEIGHT, diagonal) -
                     1) < 0.12);
}

static void the_slant_is_the_shear(void **state)
{
    (void)state;
    unsigned char pixels[SIDE * SIDE];
    for (double shear = -0.4; shear <= 0.4; shear += 0.1) {
        draw_bar(pixels, 3, shear);
        assert_true(fabs(measured(ATTRIBUTE_SLANT, pixels) - shear) < 0.005);
    }
}

/* A stroke of noise, leaning to the right, whose box begins at (x, y). */
static void draw_stroke(unsigned char *pixels, int x, int y, bool mirrored)
{
    memset(pixels, 0, SIDE * SIDE);
    for (int i = 0; i < STROKE; i++)
        for (int k = 0; k < STROKE; k++) {
            int across = mirrored ? STROKE - 1 - k : k;
            bool inside = k + i / 2 >= STROKE / 2 - 1 && k + i / 2 < STROKE;
            pixels[(y + i) * SIDE + x + across] =
                (unsigned char)(inside ? 60 + (i * 37 + k * 53) % 190 : 0);
        }
}

static void a_stroke_measures_the_same_everywhere_to_the_very_edge(void **state)
{
    (void)state;
    unsigned char pixels[SIDE * SIDE];
    const int places[] = { 0, 1, 13, SIDE - STROKE - 1, SIDE - STROKE };
    draw_stroke(pixels, 8, 9, false);
    double slant = measured(ATTRIBUTE_SLANT, pixels), weight = measured(ATTRIBUTE_WEIGHT, pixels);
    assert_true(slant > 0.2 && weight > 1);
    for (int i = 0; i < 50; i++) {
        bool mirrored = i % 2 != 0;
        draw_stroke(pixels, places[i / 2 % 5], places[i / 10], mirrored);
        double expected = mirrored ? -slant : slant;
        assert_true(fabs(measured(ATTRIBUTE_SLANT, pixels) - expected) < 1e-9);
        assert_true(fabs(measured(ATTRIBUTE_WEIGHT, pixels) - weight) < 1e-9);
    }
}

static void a_picture_without_ink_measures_nothing(void **state)
{
    (void)state;
    const unsigned char empty[SIDE * SIDE] = { 0 };
    assert_true(measured(ATTRIBUTE_WEIGHT, empty) == 0);
    assert_true(measured(ATTRIBUTE_SLANT, empty) == 0);
}

/* NumPy, float64: twice the sum by pi/8 (|dx| + |dy| + (|d1| + |d2|)/sqrt 2), and -mu11/mu02. */
static void real_digits_measure_as_numpy_says(void **state)
{
    (void)state;
    static const double expected[3][ATTRIBUTES] = {
        { 2.4721524114751467, 0.2325093642585845 },
        { 2.5753884058494547, 0.34728746793114523 },
        { 1.8897462992509473, -0.21448939556052404 },
    };
    dataset d;
    assert_ok(dataset_open(&d, GAN_SOURCE_DIR "/data/mnist", 3));
    for (int i = 0; i < 3; i++) {
        double values[ATTRIBUTES];
        attributes_measure(d.pixels + i * 784, 28, 28, values);
        for (int a = 0; a < ATTRIBUTES; a++)
            assert_true(fabs(values[a] - expected[i][a]) < 1e-12);
    }
    dataset_close(&d);
}

static void find_limits(unsigned char pixels[][SIDE * SIDE], int count, attribute_limits *l)
{
    double all[ATTRIBUTES * 10], values[ATTRIBUTES];
    for (int i = 0; i < count; i++) {
        attributes_measure(pixels[i], SIDE, SIDE, values);
        for (int a = 0; a < ATTRIBUTES; a++)
            all[a * count + i] = values[a];
    }
    attributes_limits(all, count, l);
}

static void the_limits_cut_the_pictures_into_thirds(void **state)
{
    (void)state;
    enum { COUNT = 10 };
    static unsigned char pixels[COUNT][SIDE * SIDE];
    attribute_limits l;
    int counts[ATTRIBUTES][3] = { 0 };
    for (int i = 0; i < COUNT; i++)
        draw_bar(pixels[i], 1 + i, 0.04 * (i * 3 % COUNT));
    find_limits(pixels, COUNT, &l);
    for (int i = 0; i < COUNT; i++)
        for (int a = 0; a < ATTRIBUTES; a++)
            counts[a][1 + attribute_level(&l, (attribute)a, measured((attribute)a, pixels[i]))]++;
    for (int a = 0; a < ATTRIBUTES; a++) {
        assert_int_equal(counts[a][0], 3);
        assert_int_equal(counts[a][1], 4);
        assert_int_equal(counts[a][2], 3);
    }
    assert_int_equal(attribute_level(&l, ATTRIBUTE_WEIGHT, measured(ATTRIBUTE_WEIGHT, pixels[0])),
                     -1);
    assert_int_equal(attribute_level(&l, ATTRIBUTE_WEIGHT, measured(ATTRIBUTE_WEIGHT, pixels[9])),
                     1);
}

static void few_or_equal_pictures_have_no_words(void **state)
{
    (void)state;
    static unsigned char pixels[3][SIDE * SIDE];
    attribute_limits l;
    for (int count = 1; count <= 3; count++) {
        for (int i = 0; i < 3; i++)
            draw_bar(pixels[i], count == 2 ? 1 + i : 3, 0);
        find_limits(pixels, count, &l);
        for (int i = 0; i < count; i++)
            assert_int_equal(
                attribute_level(&l, ATTRIBUTE_WEIGHT, measured(ATTRIBUTE_WEIGHT, pixels[i])), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(thicker_bars_measure_thicker),
        cmocka_unit_test(thickness_hardly_depends_on_the_direction),
        cmocka_unit_test(the_slant_is_the_shear),
        cmocka_unit_test(a_stroke_measures_the_same_everywhere_to_the_very_edge),
        cmocka_unit_test(a_picture_without_ink_measures_nothing),
        cmocka_unit_test(real_digits_measure_as_numpy_says),
        cmocka_unit_test(the_limits_cut_the_pictures_into_thirds),
        cmocka_unit_test(few_or_equal_pictures_have_no_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
