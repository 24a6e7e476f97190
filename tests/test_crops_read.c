/* tests/test_crops_read.c - data sets whose pictures keep their own sizes: which pictures, their
 * pixels, the test part. tests/test_crops.c has the crops, tests/test_crops_limits.c what is
 * refused and files of images of one size.
 *
 * SPDX-License-Identifier: MIT */
#include "crop_folder.h"
#include "test.h"

#include <zlib.h>

#include "base/bytes.h"
#include "data/duplicates.h"

#define PICTURES GAN_SOURCE_DIR "/tests/golden/pictures/"

static void put_golden(const char *name, const char *golden)
{
    char path[512];
    unsigned char *bytes;
    size_t n;
    snprintf(path, sizeof path, "%s%s", PICTURES, golden);
    assert_ok(file_read(path, 1 << 20, &bytes, &n));
    assert_ok(file_write(name, bytes, n));
    free(bytes);
}

/* ---- pictures ---- */

/* height, width and CRC-32 of (3, height, width): by Pillow's convert("RGBA") and exif_transpose
 * (grey-16.png: v = round(255 v / 65535)), with docs/images.md's blending on white in NumPy:
 * (x a + 255 (255 - a) + 127) // 255. */
static void pictures_of_each_kind_keep_their_size_and_pixels(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int height, width;
        uint32_t crc;
    } kinds[] = {
        { "grey-8.png", 5, 7, 0x6c903a8e },
        { "grey-16.png", 5, 7, 0x32b971e5 },
        { "grey-alpha-8.png", 5, 7, 0x5399d4da },
        { "palette-4.png", 5, 7, 0x107093bb },
        { "palette-4-alpha.png", 5, 7, 0x5df9960c },
        { "rgb-8.png", 5, 7, 0xa310461d },
        { "rgba-8.png", 5, 7, 0xdcff2637 },
        { "interlaced.png", 5, 7, 0x21e2ebbb },
        { "one-pixel.png", 1, 1, 0x73fba7f8 },
        { "turned.png", 7, 5, 0x01e827d4 },
        { "rgb.bmp", 5, 7, 0x22889f9d },
        { "raw.ppm", 5, 7, 0x58513b96 },
    };
    enum { KINDS = sizeof kinds / sizeof *kinds };
    const dataset_request r = request_of("set", 1);
    dataset d;
    for (int i = 0; i < KINDS; i++) {
        char name[64];
        snprintf(name, sizeof name, "set/%s", kinds[i].name);
        put_golden(name, kinds[i].name);
    }
    open_ok(&d, &r);
    assert_true(d.count == KINDS && d.total == KINDS && d.channels == 3);
    assert_true(d.crop == 1 && d.height == 1 && d.width == 1);
    for (int i = 0; i < KINDS; i++) {
        const dataset_picture p = dataset_picture_of(&d, index_of(&d, kinds[i].name));
        assert_true(p.height == kinds[i].height && p.width == kinds[i].width);
        assert_int_equal(crc32_z(0, p.pixels, (size_t)(3 * p.height * p.width)), kinds[i].crc);
    }
    assert_int_equal(dataset_crops(&d), 10 * 35 + 1 + 35);
    assert_string_equal(d.note, "files of 1x1 to 7x7");
    dataset_close(&d);
}

static void pictures_of_one_pixel_width_and_of_the_longest_side_are_kept(void **state)
{
    (void)state;
    const dataset_request r = request_of("set", 1);
    dataset d;
    put_grey("set/narrow.pgm", 65500, 1, 1);
    put_grey("set/low.pgm", 1, 65500, 2);
    put_grey("set/one.pgm", 1, 1, 3);
    open_ok(&d, &r);
    check_grey(&d, "narrow.pgm", 65500, 1, 1);
    check_grey(&d, "low.pgm", 1, 65500, 2);
    check_grey(&d, "one.pgm", 1, 1, 3);
    assert_int_equal(dataset_crops(&d), 131001);
    /* 131001 bytes of pixels, and 4 areas. */
    assert_int_equal(dataset_memory(&d), 131001 + 4 * sizeof(image_area));
    dataset_close(&d);
    put_grey("set/longer.pgm", 1, 65501, 3);
    open_fails(&r, STATUS_FORMAT, "65500 a side, its header says 65501 x 1");
}

static void pictures_smaller_than_a_crop_are_left_out_and_named(void **state)
{
    (void)state;
    dataset_request r = request_of("set", 8);
    dataset d;
    put_grey("set/a.pgm", 8, 8, 1);
    put_grey("set/b.pgm", 7, 100, 2);
    put_grey("set/c.pgm", 100, 7, 3);
    put_grey("set/d.pgm", 9, 20, 4);
    open_ok(&d, &r);
    assert_true(d.count == 2 && d.total == 2 && d.bad == 0);
    check_grey(&d, "a.pgm", 8, 8, 1);
    check_grey(&d, "d.pgm", 9, 20, 4);
    assert_string_equal(
        d.note, "files of 8x8 to 20x9, 2 smaller than the crops of 8x8 left out (b.pgm, ...)");
    dataset_close(&d);
    assert_ok(file_write("set/0.pgm", "P5 7", 4)); /* a bad picture has no size */
    r.images.skip_bad = true;
    open_ok(&d, &r);
    assert_int_equal(d.bad, 1);
    assert_non_null(strstr(d.note, "2 smaller than the crops of 8x8 left out (b.pgm, ...)"));
    dataset_close(&d);
    assert_int_equal(unlink("set/0.pgm"), 0);
    r.images.skip_bad = false;
    r.crop = 10;
    put_grey("set/e.pgm", 5, 300, 5);
    open_fails(&r, STATUS_USAGE,
               "--crop: expected at most 9, the shorter side of the largest of the 5 pictures in "
               "set, got 10");
}

/* The shorter sides are 5, 30, 40 and 200: the middle one, number 2 from 0, is 40. */
static void the_natural_crop_is_at_most_the_side_of_the_middle_picture(void **state)
{
    (void)state;
    static const struct {
        int step, crop;
    } steps[] = { { 0, 40 }, { 1, 40 }, { 2, 40 }, { 3, 39 }, { 16, 32 } };
    dataset_request r = request_of("set", CROP_NATURAL);
    dataset d;
    put_grey("set/a.pgm", 5, 50, 1);
    put_grey("set/b.pgm", 30, 31, 2);
    put_grey("set/c.pgm", 90, 40, 3);
    put_grey("set/d.pgm", 200, 200, 4);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        r.crop_step = steps[i].step;
        open_ok(&d, &r);
        assert_int_equal(d.crop, steps[i].crop);
        assert_int_equal(d.count, steps[i].crop > 30 ? 2 : 3);
        dataset_close(&d);
    }
    put_grey("set/c.pgm", 90, 48, 3);
    put_grey("set/e.pgm", 60, 60, 5);
    r.crop_step = 4;
    open_ok(&d, &r);
    assert_int_equal(d.crop, 48);
    dataset_close(&d);
    assert_int_equal(crop_natural(3, 48, 4), 4); /* never 0 */
}

/* ---- which of them ---- */

static void a_limit_reads_only_the_first_pictures(void **state)
{
    (void)state;
    dataset_request r = request_of("set", 4);
    dataset all, some;
    for (int i = 0; i < 7; i++) {
        char name[32];
        snprintf(name, sizeof name, "set/%d.pgm", i);
        put_grey(name, 4 + i, 10 - i, i);
    }
    open_ok(&all, &r);
    r.limit = 3;
    open_ok(&some, &r);
    assert_true(all.count == 7 && some.count == 3 && some.total == 7);
    for (int i = 0; i < 3; i++)
        assert_string_equal(all.names[i], some.names[i]);
    const size_t bytes = some.areas[3].at;
    assert_int_equal(bytes, all.areas[3].at);
    assert_memory_equal(all.pixels, some.pixels, bytes);
    assert_int_equal(some.fingerprint, dataset_fingerprint(&all, 3));
    assert_int_equal(dataset_crops(&some), all.areas[3].first_crop);
    assert_true(some.fingerprint != all.fingerprint);
    for (int i = 3; i < 7; i++) { /* the pixels of the others are not read */
        char name[32];
        snprintf(name, sizeof name, "set/%s", all.names[i]);
        assert_ok(file_write(name, "P5 9 9 255\nshort", 16));
    }
    dataset_close(&some);
    open_ok(&some, &r);
    assert_true(some.count == 3 && some.bad == 0);
    dataset_close(&all);
    dataset_close(&some);
}

/* CRC-32 of count, channels, crop, crop, and of each picture its height, width and pixels. */
static void the_fingerprint_is_of_the_sizes_and_the_pixels(void **state)
{
    (void)state;
    static const int sizes[] = { 2, 1, 2, 2, 2, 3, 3, 2 };
    const dataset_request r = request_of("set", 2);
    unsigned char bytes[64];
    size_t n = 0;
    dataset d;
    put_grey("set/a.pgm", 2, 3, 5);
    put_grey("set/b.pgm", 3, 2, 9);
    for (int i = 0; i < 8; i++, n += 4) {
        if (i == 6)
            for (int k = 0; k < 6; k++)
                bytes[n++] = (unsigned char)(5 + 31 * k);
        bytes_put(bytes + n, (uint32_t)sizes[i], 4);
    }
    for (int k = 0; k < 6; k++)
        bytes[n++] = (unsigned char)(9 + 31 * k);
    open_ok(&d, &r);
    assert_int_equal(d.fingerprint, crc32_z(0, bytes, n));
    dataset_close(&d);
}

static void the_last_fifth_is_a_test_part_with_its_own_areas(void **state)
{
    (void)state;
    const dataset_request r = request_of("set", 4);
    dataset all, train, test;
    for (int i = 0; i < 11; i++) {
        char name[32];
        snprintf(name, sizeof name, "set/%02d.pgm", i);
        put_grey(name, 4 + i, 20 - i, i);
    }
    open_ok(&all, &r);
    open_ok(&train, &r);
    assert_ok(dataset_open_test(&test, &train, &r));
    assert_true(train.count == 9 && test.count == 2 && test.crop == 4 && test.is_held_out);
    assert_int_equal(dataset_crops(&train) + dataset_crops(&test), dataset_crops(&all));
    assert_int_equal(train.fingerprint, dataset_fingerprint(&all, 9));
    for (int i = 0; i < 11; i++) {
        const dataset_picture a = dataset_picture_of(&all, i);
        const dataset_picture b =
            i < 9 ? dataset_picture_of(&train, i) : dataset_picture_of(&test, i - 9);
        assert_true(a.height == b.height && a.width == b.width);
        assert_memory_equal(a.pixels, b.pixels, (size_t)(a.height * a.width));
    }
    dataset_close(&all);
    dataset_close(&train);
    dataset_close(&test);
}

/* A picture of a class that the training part lacks is left out of the middle. */
static void a_test_folder_has_the_crop_and_the_classes_of_the_training_part(void **state)
{
    (void)state;
    const dataset_request r = request_of("set", 4);
    dataset train, test;
    static const char *const folders[] = { "set/train/a", "set/train/b", "set/test/a", "set/test/b",
                                           "set/test/x" };
    for (int i = 0; i < 5; i++)
        assert_ok(folder_make(folders[i]));
    put_grey("set/train/a/1.pgm", 5, 6, 1);
    put_grey("set/train/b/1.pgm", 7, 8, 2);
    put_grey("set/test/a/1.pgm", 9, 4, 3);
    put_grey("set/test/x/1.pgm", 6, 6, 4);
    put_grey("set/test/x/2.pgm", 5, 5, 5);
    put_grey("set/test/b/1.pgm", 4, 12, 6);
    put_grey("set/test/b/2.pgm", 3, 12, 7); /* too small */
    open_ok(&train, &r);
    assert_ok(dataset_open_test(&test, &train, &r));
    assert_true(test.count == 2 && test.crop == 4 && train.class_count == 2);
    check_grey(&test, "a/1.pgm", 9, 4, 3);
    check_grey(&test, "b/1.pgm", 4, 12, 6);
    assert_int_equal(test.labels[index_of(&test, "b/1.pgm")], 1);
    assert_int_equal(dataset_crops(&test), 2 + 3);
    dataset_close(&train);
    dataset_close(&test);
}

static void pictures_are_held_out_by_their_captions(void **state)
{
    (void)state;
    static const char csv[] = "file_name,text\n0.pgm,red\n1.pgm,green\n2.pgm,blue\n"
                              "3.pgm,white\n4.pgm,black\n5.pgm,grey\n6.pgm,red\n";
    dataset_request r = request_of("set", 2);
    dataset train, test;
    int held = 0;
    for (int i = 0; i < 7; i++) {
        char name[32];
        snprintf(name, sizeof name, "set/%d.pgm", i);
        put_grey(name, 2 + i, 9 - i, i);
    }
    assert_ok(file_write("set/metadata.csv", csv, strlen(csv)));
    r.captions = CAPTIONS_NEED;
    r.images.hold_out = 0.5;
    open_ok(&train, &r);
    assert_ok(dataset_open_test(&test, &train, &r));
    assert_true(train.count + test.count == 7 && test.crop == 2);
    for (int i = 0; i < 7; i++) {
        char name[32];
        snprintf(name, sizeof name, "%d.pgm", i);
        bool in_train = false;
        for (int k = 0; k < train.count; k++)
            in_train |= strcmp(train.names[k], name) == 0;
        if (in_train)
            check_grey(&train, name, 2 + i, 9 - i, i);
        else
            held++;
    }
    /* The held ones have no names: each is as it was made. */
    assert_int_equal(held, test.count);
    for (int k = 0; k < test.count; k++) {
        const dataset_picture p = dataset_picture_of(&test, k);
        const int i = p.height - 2;
        assert_int_equal(p.width, 9 - i);
        for (int at = 0; at < p.height * p.width; at++)
            assert_int_equal(p.pixels[at], (unsigned char)(i + 31 * at));
    }
    dataset_close(&train);
    dataset_close(&test);
}

static void equal_pictures_are_found_and_pictures_of_another_shape_are_not_equal(void **state)
{
    (void)state;
    const dataset_request r = request_of("set", 2);
    int first[3], count;
    dataset d;
    put_grey("set/a.pgm", 2, 6, 1);
    put_grey("set/b.pgm", 3, 4, 1);
    put_grey("set/c.pgm", 2, 6, 1);
    open_ok(&d, &r);
    assert_ok(duplicates_find(&d, first, &count));
    assert_int_equal(count, 1);
    assert_int_equal(first[index_of(&d, "b.pgm")], index_of(&d, "b.pgm"));
    dataset_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CROP_TEST(pictures_of_each_kind_keep_their_size_and_pixels),
        CROP_TEST(pictures_of_one_pixel_width_and_of_the_longest_side_are_kept),
        CROP_TEST(pictures_smaller_than_a_crop_are_left_out_and_named),
        CROP_TEST(the_natural_crop_is_at_most_the_side_of_the_middle_picture),
        CROP_TEST(a_limit_reads_only_the_first_pictures),
        CROP_TEST(the_fingerprint_is_of_the_sizes_and_the_pixels),
        CROP_TEST(the_last_fifth_is_a_test_part_with_its_own_areas),
        CROP_TEST(a_test_folder_has_the_crop_and_the_classes_of_the_training_part),
        CROP_TEST(pictures_are_held_out_by_their_captions),
        CROP_TEST(equal_pictures_are_found_and_pictures_of_another_shape_are_not_equal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
