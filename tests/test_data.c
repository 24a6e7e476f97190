/* tests/test_data.c - makes data sets from files.
 *
 * SPDX-License-Identifier: MIT */
#include "idx_blob.h"

#include <unistd.h>

#include <zlib.h>

#include "data/dataset.h"
#include "format/cifar.h"

#define MNIST GAN_SOURCE_DIR "/data/mnist"

/* Zeros: black pictures of class 0. */
static void batches_of_cifar_10_may_be_large_but_not_without_end(void **state)
{
    (void)state;
    enum { RECORDS = 12801, MOST = 1 << 20 }; /* the last record needs the largest growth step */
    static const unsigned char record[1 + CIFAR_PIXELS];
    cifar c = { 0 }, full = { .count = MOST };
    gzFile f = gzopen("batch.gz", "wb1");
    for (int i = 0; i < RECORDS; i++)
        assert_int_equal(gzwrite(f, record, sizeof record), sizeof record);
    assert_int_equal(gzclose(f), Z_OK);
    assert_ok(cifar_add(&c, &cifar_10, "batch.gz"));
    assert_int_equal(c.count, RECORDS);
    cifar_free(&c);
    assert_fails(cifar_add(&full, &cifar_10, "batch.gz"), STATUS_FORMAT,
                 "batch.gz: expected at most 1048576 images in all");
}

/* A folder with only these files (NULL: none). */
static void make_folder(const char *folder, const char *images, const blob *i, const char *labels,
                        const blob *l)
{
    static const char *const all[] = {
        "train-images-idx3-ubyte",    "train-images-idx3-ubyte.gz", "train-images.idx3-ubyte",
        "train-images.idx3-ubyte.gz", "train-labels-idx1-ubyte",    "train-labels-idx1-ubyte.gz",
        "train-labels.idx1-ubyte",    "train-labels.idx1-ubyte.gz",
    };
    char path[256];
    assert_ok(folder_make(folder));
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        snprintf(path, sizeof path, "%s/%s", folder, all[k]);
        unlink(path);
    }
    if (images) {
        snprintf(path, sizeof path, "%s/%s", folder, images);
        put(path, i);
    }
    if (labels) {
        snprintf(path, sizeof path, "%s/%s", folder, labels);
        put(path, l);
    }
}

static void a_folder_is_searched_for_the_usual_names(void **state)
{
    (void)state;
    static const char *const images[] = { "train-images-idx3-ubyte", "train-images-idx3-ubyte.gz",
                                          "train-images.idx3-ubyte", "train-images.idx3-ubyte.gz" };
    static const char *const labels[] = { "train-labels.idx1-ubyte.gz", "train-labels.idx1-ubyte",
                                          "train-labels-idx1-ubyte.gz", NULL };
    const blob i = make_images(5, 3, 4), l = make_labels(5);
    for (size_t k = 0; k < 4; k++) {
        dataset d;
        make_folder("set", images[k], &i, labels[k], &l);
        assert_ok(dataset_open(&d, "set", 0));
        assert_true(d.count == 5 && d.channels == 1 && d.height == 3 && d.width == 4);
        assert_int_equal(dataset_sample_size(&d), 12);
        assert_memory_equal(d.pixels, i.bytes + 16, 60);
        if (labels[k])
            assert_memory_equal(d.labels, l.bytes + 8, 5);
        else
            assert_null(d.labels);
        assert_non_null(strstr(d.path, images[k]));
        dataset_close(&d);
    }
}

static void labels_have_to_match_their_images(void **state)
{
    (void)state;
    const blob i = make_images(5, 3, 4), l = make_labels(4), cut = { .n = 0 };
    dataset d;
    make_folder("set", "train-images-idx3-ubyte", &i, "train-labels-idx1-ubyte", &l);
    for (int limit = 0; limit <= 5; limit++)
        assert_fails(dataset_open(&d, "set", limit), STATUS_FORMAT,
                     "set/train-labels-idx1-ubyte: has 4 labels, but set/train-images-idx3-ubyte "
                     "has 5 images");
    assert_true(!d.pixels && !d.labels && !d.path);
    make_folder("set", "train-images-idx3-ubyte", &i, "train-labels-idx1-ubyte", &cut);
    assert_fails(dataset_open(&d, "set", 0), STATUS_FORMAT,
                 "set/train-labels-idx1-ubyte: is empty");
    make_folder("set", "train-images-idx3-ubyte", &l, "train-labels-idx1-ubyte", &i);
    assert_fails(dataset_open(&d, "set", 0), STATUS_FORMAT, "are files swapped?");
}

static void one_image_file_has_its_labels_beside_it(void **state)
{
    (void)state;
    const blob i = make_images(5, 3, 4), l = make_labels(5);
    static const struct {
        const char *images, *labels;
    } pairs[] = {
        { "images/t10k-images-idx3-ubyte", "images/t10k-labels-idx1-ubyte" },
        { "images/my-images.idx", "images/my-labels.idx" },
        { "images/some-idx3", "images/some-idx1" },
        { "images/raw-images", "images/raw-labels.gz" },
        { "images/packed-images.gz", "images/packed-labels" },
        { "images/any", NULL },
        { "images/images-without", NULL },
    };
    assert_ok(folder_make("images"));
    for (size_t k = 0; k < sizeof pairs / sizeof *pairs; k++) {
        dataset d;
        put(pairs[k].images, &i);
        if (pairs[k].labels)
            put(pairs[k].labels, &l);
        assert_ok(dataset_open(&d, pairs[k].images, 2));
        assert_string_equal(d.path, pairs[k].images);
        assert_int_equal(d.count, 2);
        assert_int_equal(d.labels != NULL, pairs[k].labels != NULL);
        if (d.labels)
            assert_memory_equal(d.labels, l.bytes + 8, 2);
        dataset_close(&d);
    }
}

static char noticed[256];

static void keep_notice(void *context, const char *message)
{
    (void)context;
    snprintf(noticed, sizeof noticed, "%s", message);
}

static void a_limit_beyond_the_data_uses_all_of_it_and_says_so(void **state)
{
    (void)state;
    const blob i = make_images(5, 3, 4), l = make_labels(5);
    static const image_watch watch = { .notice = keep_notice };
    static const char *const notices[] = {
        [5] = "", [6] = "set/train-images-idx3-ubyte: has 5 images: --limit 6 uses all of them"
    };
    make_folder("set", "train-images-idx3-ubyte", &i, "train-labels-idx1-ubyte", &l);
    for (int limit = 5; limit <= 6; limit++) {
        dataset d;
        dataset_request r = dataset_request_of("set", limit);
        r.watch = &watch;
        noticed[0] = 0;
        assert_ok(dataset_open_with(&d, &r));
        assert_int_equal(d.count, 5);
        assert_string_equal(noticed, notices[limit]);
        dataset_close(&d);
    }
}

static void without_a_place_the_usual_ones_are_tried_in_order(void **state)
{
    (void)state;
    const blob five = make_images(5, 3, 4), six = make_images(6, 3, 4);
    dataset d;
    assert_ok(folder_make("nothing"));
    make_folder("data/mnist", "train-images-idx3-ubyte", &five, NULL, NULL);
    make_folder("set", "train-images.idx3-ubyte.gz", &six, NULL, NULL);
    setenv("GAN_DATA", "set", 1);
    assert_ok(dataset_open(&d, NULL, 0));
    assert_int_equal(d.count, 6);
    dataset_close(&d);
    setenv("GAN_DATA", "data/mnist/train-images-idx3-ubyte", 1); /* a file is fine, too */
    assert_ok(dataset_open(&d, NULL, 0));
    assert_int_equal(d.count, 5);
    dataset_close(&d);
    static const char *const not_there[] = { "nowhere", "nothing", "" };
    for (size_t k = 0; k < 3; k++) {
        setenv("GAN_DATA", not_there[k], 1);
        assert_ok(dataset_open(&d, NULL, 0));
        assert_string_equal(d.path, "data/mnist/train-images-idx3-ubyte");
        dataset_close(&d);
    }
    unsetenv("GAN_DATA");
}

static void a_place_that_is_broken_is_not_passed_over(void **state)
{
    (void)state;
    const blob five = make_images(5, 3, 4), empty = { .n = 0 };
    dataset d;
    make_folder("data/mnist", "train-images-idx3-ubyte", &five, NULL, NULL);
    make_folder("set", "train-images-idx3-ubyte", &empty, NULL, NULL);
    setenv("GAN_DATA", "set", 1);
    assert_fails(dataset_open(&d, NULL, 0), STATUS_FORMAT, "set/train-images-idx3-ubyte: is empty");
    unsetenv("GAN_DATA");
}

static void data_that_is_nowhere_is_asked_for_by_name(void **state)
{
    (void)state;
    dataset d;
    assert_ok(folder_make("nothing"));
    make_folder("data/mnist", NULL, NULL, NULL, NULL);
    assert_fails(
        dataset_open(&d, "nothing", 0), STATUS_IO,
        "nothing: expected pictures in this folder or below, train-images-idx3-ubyte or "
        "train-images.idx3-ubyte (with or without .gz), or data_batch_1.bin, found none of them");
    assert_fails(
        dataset_open(&d, "nowhere", 0), STATUS_IO,
        "nowhere: expected a folder, an IDX file of images, ring, grid or stacked: No such file");
    unsetenv("GAN_DATA");
    if (dataset_open(&d, NULL, 0) == STATUS_OK) { /* installed on this machine */
        dataset_close(&d);
        skip();
    }
    assert_fails(dataset_open(&d, NULL, 0), STATUS_IO, "in $GAN_DATA (not set), data/mnist and /");
    assert_fails(dataset_open(&d, NULL, 0), STATUS_IO,
                 "share/gan/mnist; say where it is with --data DIR or $GAN_DATA");
    setenv("GAN_DATA", "nowhere", 1);
    assert_fails(dataset_open(&d, NULL, 0), STATUS_IO, "in $GAN_DATA (nowhere), data/mnist and");
    setenv("GAN_DATA", "", 1);
    assert_fails(dataset_open(&d, NULL, 0), STATUS_IO, "in $GAN_DATA (not set), data/mnist and");
    unsetenv("GAN_DATA");
}

static void a_batch_is_the_pixels_in_the_given_order(void **state)
{
    (void)state;
    blob i = { .n = 0 };
    add_u32(&i, 0x00000803);
    add_u32(&i, 8);
    add_u32(&i, 4);
    add_u32(&i, 8);
    for (int x = 0; x < 256; x++)
        add(&i, &(unsigned char){ (unsigned char)x }, 1);
    put("levels", &i);
    dataset d;
    assert_ok(dataset_open(&d, "levels", 0));
    static const uint32_t order[] = { 7, 0, 1, 2, 3, 4, 5, 6, 7 };
    float out[9 * 32 + 1];
    out[9 * 32] = 5;
    compute c;
    assert_ok(compute_open(&c, NULL, 2));
    dataset_batch(&d, &c, order, 9, out);
    compute_close(&c);
    assert_memory_equal(out, out + 8 * 32, 32 * sizeof *out);
    assert_true(out[9 * 32] == 5);
    for (int x = 0; x < 256; x++) {
        /* The quotient in double is so accurate that it rounds to the same float as the exact one.
         */
        float expected = (float)((2.0 * x - 255.0) / 255.0);
        assert_memory_equal(&out[32 + x], &expected, sizeof expected);
    }
    assert_true(out[32] == -1 && out[32 + 255] == 1);
    dataset_close(&d);
}

static void mnist_is_read_whole(void **state)
{
    (void)state;
    static const int digits[10] = { 5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949 };
    int seen[10] = { 0 };
    uint64_t sum = 0;
    dataset d;
    assert_ok(dataset_open(&d, MNIST, 0));
    assert_true(d.count == 60000 && d.channels == 1 && d.height == 28 && d.width == 28);
    for (size_t i = 0; i < 60000 * 784; i++)
        sum += d.pixels[i];
    for (size_t i = 0; i < 60000; i++)
        seen[d.labels[i] % 10]++;
    assert_memory_equal(seen, digits, sizeof seen);
    assert_int_equal(sum, 1567298545);
    assert_int_equal(crc32_z(0, d.pixels, 60000 * 784), 0xf3639b56);
    assert_int_equal(d.fingerprint, 0x85f9261e);
    dataset_close(&d);
    assert_ok(dataset_open(&d, MNIST "/t10k-images-idx3-ubyte.gz", 0));
    assert_int_equal(d.count, 10000);
    assert_int_equal(d.fingerprint, 0xc5a6c72b);
    assert_int_equal(d.labels[0], 7);
    dataset_close(&d);
}

static void a_limit_has_its_own_fingerprint(void **state)
{
    (void)state;
    static const unsigned char first[10] = { 5, 0, 4, 1, 9, 2, 1, 3, 1, 4 };
    dataset d;
    assert_ok(dataset_open(&d, MNIST, 1000));
    assert_int_equal(d.count, 1000);
    assert_int_equal(d.fingerprint, 0x2e25f8c0);
    assert_memory_equal(d.labels, first, 10);
    dataset_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(batches_of_cifar_10_may_be_large_but_not_without_end),
        cmocka_unit_test(a_folder_is_searched_for_the_usual_names),
        cmocka_unit_test(labels_have_to_match_their_images),
        cmocka_unit_test(one_image_file_has_its_labels_beside_it),
        cmocka_unit_test(a_limit_beyond_the_data_uses_all_of_it_and_says_so),
        cmocka_unit_test(without_a_place_the_usual_ones_are_tried_in_order),
        cmocka_unit_test(a_place_that_is_broken_is_not_passed_over),
        cmocka_unit_test(data_that_is_nowhere_is_asked_for_by_name),
        cmocka_unit_test(a_batch_is_the_pixels_in_the_given_order),
        cmocka_unit_test(mnist_is_read_whole),
        cmocka_unit_test(a_limit_has_its_own_fingerprint),
    };
    /* The tests make and remove files with the names of the real ones, so they use another folder.
     */
    if (folder_make("scratch_data") != STATUS_OK || chdir("scratch_data") != 0)
        return 1;
    return cmocka_run_group_tests_name("data", tests, NULL, NULL);
}
