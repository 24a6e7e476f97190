/* tests/test_crops.c - random crops: their numbers, where they lie, how they are turned.
 * tests/test_crops_read.c has the pictures that they come from.
 *
 * SPDX-License-Identifier: MIT */
#include "known_answers.h"
#include "test.h"

#include <limits.h>

#include "data/crops.h"
#include "data/dataset_parts.h"

enum { MOST_PICTURES = 8 };

/* A set in memory. */
typedef struct made {
    dataset data;
    image_area areas[MOST_PICTURES + 1];
} made;

/* Pictures of those sizes, {height, width}, whose pixels are not set. */
static void make(made *m, int channels, int crop, int count, const int sizes[][2])
{
    static char path[] = "made";
    size_t at = 0;
    *m = (made){ .data = { .count = count,
                           .channels = channels,
                           .height = crop,
                           .width = crop,
                           .crop = crop,
                           .path = path,
                           .areas = m->areas } };
    for (int i = 0; i < count; i++) {
        m->areas[i] = (image_area){ .at = at, .height = sizes[i][0], .width = sizes[i][1] };
        at += (size_t)channels * (size_t)sizes[i][0] * (size_t)sizes[i][1];
    }
    m->areas[count].at = at;
    m->data.pixels = malloc(at);
    assert_non_null(m->data.pixels);
    assert_ok(dataset_number_crops(&m->data));
}

static crop_draw draw_of(uint64_t seed, uint32_t epoch, bool flip, bool turn)
{
    return (crop_draw){ { seed, epoch, random_name(RANDOM_CROP, 0, 0) }, flip, turn };
}

/* ---- numbers ---- */

static void a_picture_has_as_many_crops_as_fit_into_its_area(void **state)
{
    (void)state;
    made m;
    /* 48 x 48 = 2304 pixels: 1, 1 (of 1.99), 2, 133, 1 (of 1.04), 3 */
    static const int sizes[][2] = { { 48, 48 },   { 48, 95 }, { 96, 48 },
                                    { 480, 640 }, { 50, 48 }, { 48, 150 } };
    static const uint32_t first[] = { 0, 1, 2, 4, 137, 138, 141 };
    make(&m, 1, 48, 6, sizes);
    assert_int_equal(dataset_crops(&m.data), 141);
    for (int i = 0; i < 6; i++)
        for (uint32_t number = first[i]; number < first[i + 1]; number++)
            assert_int_equal(dataset_crop_picture(&m.data, number), i);
    free(m.data.pixels);
}

static void a_set_without_crops_has_one_for_each_sample(void **state)
{
    (void)state;
    const dataset d = { .count = 7 };
    assert_int_equal(dataset_crops(&d), 7);
    for (uint32_t i = 0; i < 7; i++)
        assert_int_equal(dataset_crop_picture(&d, i), i);
}

static void more_crops_than_an_epoch_can_have_are_refused(void **state)
{
    (void)state;
    char path[] = "vast";
    image_area areas[] = { { .height = 65500, .width = 32786 },
                           { .height = 1, .width = 147 },
                           { 0 } };
    dataset d = { .count = 2, .crop = 1, .path = path, .areas = areas };
    /* 65500 32786 + 647 = 2^31 - 1 */
    assert_ok(dataset_number_crops(&d));
    assert_int_equal(dataset_crops(&d), 2147483147);
    areas[1].width = 647;
    assert_ok(dataset_number_crops(&d));
    assert_int_equal(dataset_crops(&d), INT_MAX);
    areas[1].width = 648;
    assert_fails(dataset_number_crops(&d), STATUS_USAGE,
                 "--crop: vast has more than 2147483647 crops of 1x1 pixels");
}

/* ---- places ---- */

/* The four channels of a pixel tell its place: its column and its row, to the base 251. */
enum { PLACE_CHANNELS = 4, BASE = 251 };

static void write_places(const made *m, int height, int width)
{
    unsigned char *p = m->data.pixels;
    size_t plane = (size_t)height * (size_t)width;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++, p++) {
            p[0] = (unsigned char)(x % BASE);
            p[plane] = (unsigned char)(x / BASE % BASE);
            p[2 * plane] = (unsigned char)(y % BASE);
            p[3 * plane] = (unsigned char)(y / BASE % BASE);
        }
}

/* Checks that pixel (i, j) of the crop is the one that NumPy has there: fliplr(a)[i][j] is
 * a[i][side-1-j], rot90(a)[i][j] is a[j][side-1-i]. */
static void check_pixel(const unsigned char *crop, int side, int i, int j, const int place[4])
{
    const unsigned char *p = crop + (ptrdiff_t)i * side + j;
    const ptrdiff_t plane = (ptrdiff_t)side * side;
    const int x = p[0] + BASE * p[plane], y = p[2 * plane] + BASE * p[3 * plane];
    for (int quarter = 0; quarter < place[3]; quarter++) {
        const int row = j;
        j = side - 1 - i;
        i = row;
    }
    j = place[2] ? side - 1 - j : j;
    assert_int_equal(y, place[0] + i);
    assert_int_equal(x, place[1] + j);
}

/* Draws the crop of a line of the document and checks all of its pixels. */
static void check_known(const known_answer *a)
{
    const int height = (int)a->argument[3], width = (int)a->argument[4], side = (int)a->argument[5];
    const int sizes[][2] = { { height, width } };
    const int place[4] = { (int)a->result[0], (int)a->result[1], (int)a->result[2],
                           (int)a->result[3] };
    unsigned char *out = malloc((size_t)PLACE_CHANNELS * (size_t)side * (size_t)side);
    const crop_draw draw = draw_of(a->argument[0], (uint32_t)a->argument[1], true, true);
    made m;
    assert_non_null(out);
    make(&m, PLACE_CHANNELS, side, 1, sizes);
    write_places(&m, height, width);
    dataset_crop(&m.data, &draw, 0, (uint32_t)a->argument[2], out);
    for (int i = 0; i < side; i++)
        for (int j = 0; j < side; j++)
            check_pixel(out, side, i, j, place);
    free(m.data.pixels);
    free(out);
}

/* tests/oracle/streams computed them from the document, without this code. */
static void crops_are_those_of_the_document(void **state)
{
    (void)state;
    FILE *f = known_open("docs/random-streams.md");
    known_answer a;
    int count = 0;
    while (known_next(f, &a))
        if (strcmp(a.name, "crop") == 0) {
            assert_true(a.arguments == 6 && a.results == 4);
            check_known(&a);
            count++;
        }
    fclose(f);
    assert_true(count >= 13);
}

/* The lines are b.ravel() of NumPy's b = rot90(fliplr(a) if mirrored else a, quarters), where a is
 * arange(9).reshape(3, 3). */
static void a_crop_is_mirrored_and_then_turned_counterclockwise(void **state)
{
    (void)state;
    static const unsigned char numpy[2][4][9] = { { { 0, 1, 2, 3, 4, 5, 6, 7, 8 },
                                                    { 2, 5, 8, 1, 4, 7, 0, 3, 6 },
                                                    { 8, 7, 6, 5, 4, 3, 2, 1, 0 },
                                                    { 6, 3, 0, 7, 4, 1, 8, 5, 2 } },
                                                  { { 2, 1, 0, 5, 4, 3, 8, 7, 6 },
                                                    { 0, 3, 6, 1, 4, 7, 2, 5, 8 },
                                                    { 6, 7, 8, 3, 4, 5, 0, 1, 2 },
                                                    { 8, 5, 2, 7, 4, 1, 6, 3, 0 } } };
    static const int sizes[][2] = { { 3, 3 } };
    made m;
    int seen[2][4] = { { 0 } };
    make(&m, 1, 3, 1, sizes);
    memcpy(m.data.pixels, numpy[0][0], 9);
    for (uint32_t place = 0; place < 64; place++)
        for (int may = 0; may < 4; may++) {
            const crop_draw draw = draw_of(1, 0, may & 1, may & 2);
            const uint32_t counter[4] = { place, 0, 0, 21 }, key[2] = { 1, 0 };
            uint32_t w[4];
            unsigned char out[9];
            philox(counter, key, w);
            const int flip = (may & 1) && w[2] >= 1u << 31, turn = may & 2 ? (int)(w[3] >> 30) : 0;
            dataset_crop(&m.data, &draw, 0, place, out);
            assert_memory_equal(out, numpy[flip][turn], 9);
            seen[flip][turn]++;
        }
    for (int k = 0; k < 8; k++)
        assert_true(seen[k / 4][k % 4] > 0);
    free(m.data.pixels);
}

/* Each row and column of a picture of 5 x 9 pixels begins a crop of 4 x 4 equally often: a share of
 * 1/2 and of 1/6, within 5 standard deviations. */
static void the_position_is_uniform(void **state)
{
    (void)state;
    enum { DRAWS = 60000 };
    static const int sizes[][2] = { { 5, 9 } };
    const crop_draw draw = draw_of(7, 3, false, false);
    int rows[2] = { 0 }, columns[6] = { 0 };
    made m;
    make(&m, PLACE_CHANNELS, 4, 1, sizes);
    write_places(&m, 5, 9);
    for (uint32_t place = 0; place < DRAWS; place++) {
        unsigned char out[PLACE_CHANNELS * 16];
        dataset_crop(&m.data, &draw, 0, place, out);
        columns[out[0]]++;
        rows[out[32]]++;
    }
    /* sqrt(60000 / 4) = 122, sqrt(60000 5 / 36) = 91 */
    for (int i = 0; i < 2; i++)
        assert_in_range(rows[i], DRAWS / 2 - 612, DRAWS / 2 + 612);
    for (int i = 0; i < 6; i++)
        assert_in_range(columns[i], DRAWS / 6 - 456, DRAWS / 6 + 456);
    free(m.data.pixels);
}

static void crops_at_other_places_epochs_and_seeds_are_others(void **state)
{
    (void)state;
    static const int sizes[][2] = { { 250, 250 } };
    unsigned char first[PLACE_CHANNELS], other[PLACE_CHANNELS];
    const crop_draw draw = draw_of(1, 0, false, false), epoch = draw_of(1, 1, false, false),
                    seed = draw_of(2, 0, false, false);
    made m;
    make(&m, PLACE_CHANNELS, 1, 1, sizes);
    write_places(&m, 250, 250);
    dataset_crop(&m.data, &draw, 0, 5, first);
    dataset_crop(&m.data, &draw, 1, 5, other); /* its number only chooses the picture */
    assert_memory_equal(first, other, sizeof first);
    dataset_crop(&m.data, &draw, 0, 6, other);
    assert_memory_not_equal(first, other, sizeof first);
    dataset_crop(&m.data, &epoch, 0, 5, other);
    assert_memory_not_equal(first, other, sizeof first);
    dataset_crop(&m.data, &seed, 0, 5, other);
    assert_memory_not_equal(first, other, sizeof first);
    free(m.data.pixels);
}

/* ---- batches ---- */

enum { ROWS = 37, SIDE = 7, SIZE = 3 * SIDE * SIDE };

static void make_pictures(made *m)
{
    static const int sizes[][2] = { { 7, 7 }, { 20, 10 }, { 8, 31 } };
    make(m, 3, SIDE, 3, sizes);
    for (size_t i = 0; i < m->areas[3].at; i++)
        m->data.pixels[i] = (unsigned char)(i * 167 + i / 251);
}

/* A byte x becomes (2x - 255) / 255. */
static void check_row(const float *got, const unsigned char *bytes)
{
    for (int k = 0; k < SIZE; k++)
        assert_int_equal(to_bits(got[k]), to_bits((float)(2 * bytes[k] - 255) / 255.0f));
}

static void a_batch_has_the_crops_of_its_order_whatever_the_threads(void **state)
{
    (void)state;
    static float out[ROWS * SIZE];
    uint32_t order[ROWS];
    made m;
    make_pictures(&m);
    for (uint32_t i = 0; i < ROWS; i++)
        order[i] = i * 5 % dataset_crops(&m.data);
    for (int threads = 1; threads <= 3; threads++) {
        const crop_draw draw = draw_of(1, 2, true, true);
        compute c;
        assert_ok(compute_open(&c, NULL, threads));
        memset(out, 0, sizeof out);
        dataset_crop_batch(&m.data, &c, &draw, order, 100, ROWS, out);
        compute_close(&c);
        for (uint32_t i = 0; i < ROWS; i++) {
            unsigned char bytes[SIZE];
            dataset_crop(&m.data, &draw, order[i], 100 + i, bytes);
            check_row(out + (size_t)i * SIZE, bytes);
        }
    }
    free(m.data.pixels);
}

static void the_sample_of_a_picture_is_its_middle(void **state)
{
    (void)state;
    static const int tops[] = { 0, 6, 0 }, lefts[] = { 0, 1, 12 }; /* floor((h - 7) / 2) */
    static const uint32_t order[] = { 2, 0, 1 };
    float out[3 * SIZE];
    made m;
    compute c;
    make_pictures(&m);
    assert_ok(compute_open(&c, NULL, 1));
    dataset_batch(&m.data, &c, order, 3, out);
    compute_close(&c);
    for (int row = 0; row < 3; row++) {
        const dataset_picture p = dataset_picture_of(&m.data, (int)order[row]);
        unsigned char bytes[SIZE];
        for (int k = 0, i = 0; k < 3; k++)
            for (int y = 0; y < SIDE; y++)
                for (int x = 0; x < SIDE; x++)
                    bytes[i++] = p.pixels[(k * p.height + tops[order[row]] + y) * p.width +
                                          lefts[order[row]] + x];
        check_row(out + (ptrdiff_t)row * SIZE, bytes);
    }
    free(m.data.pixels);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_picture_has_as_many_crops_as_fit_into_its_area),
        cmocka_unit_test(a_set_without_crops_has_one_for_each_sample),
        cmocka_unit_test(more_crops_than_an_epoch_can_have_are_refused),
        cmocka_unit_test(crops_are_those_of_the_document),
        cmocka_unit_test(a_crop_is_mirrored_and_then_turned_counterclockwise),
        cmocka_unit_test(the_position_is_uniform),
        cmocka_unit_test(crops_at_other_places_epochs_and_seeds_are_others),
        cmocka_unit_test(a_batch_has_the_crops_of_its_order_whatever_the_threads),
        cmocka_unit_test(the_sample_of_a_picture_is_its_middle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
