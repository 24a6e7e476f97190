/* tests/test_crops_limits.c - data sets with crops: too little memory, files that change, crops of
 * files whose images have one size, and points, which have none.
 *
 * SPDX-License-Identifier: MIT */
#include "crop_folder.h"
#include "idx_blob.h"
#include "test.h"

#include <zlib.h>

/* ---- memory, and files that change ---- */

/* A chunk of a PNG. */
static size_t put_chunk(unsigned char *to, const char *type, const void *bytes, size_t n)
{
    for (int k = 0; k < 4; k++)
        to[k] = (unsigned char)(n >> (24 - 8 * k));
    memcpy(to + 4, type, 4);
    memcpy(to + 8, bytes, n);
    const uLong crc = crc32_z(0, to + 4, n + 4);
    for (int k = 0; k < 4; k++)
        to[8 + n + (size_t)k] = (unsigned char)(crc >> (24 - 8 * k));
    return n + 12;
}

/* A file of some bytes whose header claims 8192 x 8192 pixels of a colour type. */
static void put_claim(const char *name, unsigned char type)
{
    const unsigned char header[13] = { 0, 0, 32, 0, 0, 0, 32, 0, 8, type, 0, 0, 0 };
    unsigned char bytes[64] = "\x89PNG\r\n\x1a\n";
    size_t n = 8;
    n += put_chunk(bytes + n, "IHDR", header, sizeof header);
    n += put_chunk(bytes + n, "IDAT", "", 0);
    n += put_chunk(bytes + n, "IEND", "", 0);
    assert_ok(file_write(name, bytes, n));
}

static void more_pixels_than_fit_into_memory_are_refused_before_they_are_read(void **state)
{
    (void)state;
    dataset_request r = request_of("set", 48);
    put_grey("set/a.pgm", 1000, 1500, 1);
    put_grey("set/b.pgm", 500, 1000, 2);
    put_claim("set/c.png", 0);
    put_claim("set/d.png", 2);
    r.memory = 400e6;
    r.images.skip_bad = true;
    open_fails(&r, STATUS_USAGE,
               "set: its 4 pictures at full size take 408.7 MB and reading them ");
    assert_non_null(strstr(status_message(), "this process may use 400.0 MB; use fewer with"));
    /* As samples of one size they take little. */
    r.crop = 0;
    dataset d;
    open_ok(&d, &r);
    dataset_close(&d);
    r.fresh = true;
    r.memory = 1000;
    open_fails(&r, STATUS_USAGE, "pictures as samples take 0.0 MB and reading them ");
}

/* The headers have been read when the watch is told of the start. */
static void change_file(void *context, int pictures, size_t bytes)
{
    (void)pictures, (void)bytes;
    if (context)
        put_grey("set/b.pgm", 9, 9, 7);
    else
        assert_ok(file_remove("set/b.pgm"));
}

static void a_file_that_changes_while_it_is_read_is_a_bad_file(void **state)
{
    (void)state;
    image_watch watch = { .context = &watch, .start = change_file };
    dataset_request r = request_of("set", 4);
    dataset d;
    put_grey("set/a.pgm", 5, 6, 1);
    put_grey("set/b.pgm", 7, 8, 2);
    put_grey("set/c.pgm", 8, 5, 3);
    r.watch = &watch;
    open_fails(&r, STATUS_FORMAT,
               "set/b.pgm: has changed while the pictures were read: from 8x7 to 9x9 pixels; "
               "--skip-bad leaves it out");
    put_grey("set/b.pgm", 7, 8, 2);
    watch.context = NULL;
    open_fails(&r, STATUS_FORMAT, "set/b.pgm: cannot open: No such file");
    put_grey("set/b.pgm", 7, 8, 2);
    r.images.skip_bad = true;
    open_ok(&d, &r);
    assert_true(d.count == 2 && d.total == 2 && d.bad == 1);
    check_grey(&d, "a.pgm", 5, 6, 1);
    check_grey(&d, "c.pgm", 8, 5, 3);
    assert_int_equal(d.areas[2].at, 5 * 6 + 8 * 5);
    assert_int_equal(dataset_crops(&d), 1 + 2);
    dataset_close(&d);
}

static void the_cache_does_not_keep_pictures_at_full_size(void **state)
{
    (void)state;
    const dataset_request r = request_of("set", 4);
    dataset d;
    put_grey("set/a.pgm", 5, 6, 1);
    open_ok(&d, &r);
    dataset_close(&d);
    assert_false(file_exists("cache"));
}

/* ---- images of one size ---- */

static void put_blob(const char *name, blob b)
{
    assert_ok(file_write(name, b.bytes, b.n));
}

static void options_that_scale_pictures_do_not_go_with_crops(void **state)
{
    (void)state;
    dataset_request r = request_of("set", 4);
    put_grey("set/a.pgm", 5, 6, 1);
    r.images.size = 32;
    open_fails(
        &r, STATUS_USAGE,
        "--size: crops are parts of pictures that keep their own sizes; leave it out, got 32");
    r.images.size = 0;
    r.images.fit = FIT_PAD;
    open_fails(
        &r, STATUS_USAGE,
        "--fit: crops are parts of pictures that keep their own sizes; leave it out, got pad");
}

static void images_of_one_size_have_crops_too(void **state)
{
    (void)state;
    dataset_request r = request_of("set", 3);
    dataset whole, d, test;
    put_blob("set/train-images-idx3-ubyte", make_images(6, 6, 7));
    put_blob("set/train-labels-idx1-ubyte", make_labels(6));
    put_blob("set/t10k-images-idx3-ubyte", make_images(2, 6, 7));
    assert_ok(dataset_open(&whole, "set", 0));
    open_ok(&d, &r);
    assert_true(d.count == 6 && d.crop == 3 && d.height == 3 && d.width == 3 && d.labels);
    assert_int_equal(dataset_crops(&d), 6 * 4);
    assert_memory_equal(d.pixels, whole.pixels, 6 * 42);
    const dataset_picture p = dataset_picture_of(&d, 5), q = dataset_picture_of(&whole, 5);
    assert_true(p.height == 6 && p.width == 7 && q.height == 6 && q.width == 7);
    assert_ptr_equal(p.pixels, d.pixels + 5 * 42);
    assert_ptr_equal(q.pixels, whole.pixels + 5 * 42);
    assert_ok(dataset_open_test(&test, &d, &r));
    assert_true(test.count == 2 && test.crop == 3 && dataset_crops(&test) == 2 * 4);
    dataset_close(&test);
    dataset_close(&d);
    r.limit = 2;
    open_ok(&d, &r);
    assert_true(d.count == 2 && d.total == 6 && dataset_crops(&d) == 2 * 4);
    dataset_close(&d);
    dataset_close(&whole);
    put_blob("set/t10k-images-idx3-ubyte", make_images(2, 7, 7));
    open_ok(&d, &r);
    assert_fails(dataset_open_test(&test, &d, &r), STATUS_FORMAT,
                 "expected images of 6 x 7 pixels, as in set/train-images-idx3-ubyte, got 7 x 7");
    dataset_close(&d);
}

static void the_natural_crop_of_images_of_one_size_is_their_shorter_side(void **state)
{
    (void)state;
    dataset_request r = request_of("set", CROP_NATURAL);
    dataset d;
    put_blob("set/train-images-idx3-ubyte", make_images(2, 7, 9));
    for (int step = 0; step <= 4; step++) {
        static const int crops[] = { 7, 7, 6, 6, 4 };
        r.crop_step = step;
        open_ok(&d, &r);
        assert_int_equal(d.crop, crops[step]);
        dataset_close(&d);
    }
    r.crop = 8;
    open_fails(&r, STATUS_USAGE,
               "--crop: expected at most 7, as the images of set/train-images-idx3-ubyte are 9x7, "
               "got 8");
}

static void points_have_no_crops(void **state)
{
    (void)state;
    dataset_request r = request_of("ring", 1);
    open_fails(&r, STATUS_USAGE, "--crop: is for images, and ring has points");
    r.crop = CROP_NATURAL;
    open_fails(&r, STATUS_USAGE, "--crop: is for images, and ring has points");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CROP_TEST(more_pixels_than_fit_into_memory_are_refused_before_they_are_read),
        CROP_TEST(a_file_that_changes_while_it_is_read_is_a_bad_file),
        CROP_TEST(the_cache_does_not_keep_pictures_at_full_size),
        CROP_TEST(options_that_scale_pictures_do_not_go_with_crops),
        CROP_TEST(images_of_one_size_have_crops_too),
        CROP_TEST(the_natural_crop_of_images_of_one_size_is_their_shorter_side),
        CROP_TEST(points_have_no_crops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
