/* tests/test_images.c - folders of pictures as data sets: which files, their order, their form, the
 * cache, and refusals.
 *
 * SPDX-License-Identifier: MIT */
#include "place.h"
#include "test.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "data/dataset.h"
#include "data/duplicates.h"
#include "data/fit.h"
#include "image/grid.h"

#define PICTURES GAN_SOURCE_DIR "/tests/golden/pictures/"

/* ---- folders ---- */

static const char folder[] = "set"; /* the folder of the current test */

static int make_place(void **state)
{
    return place_enter(state) != 0 || folder_make(folder) != STATUS_OK ? -1 : 0;
}

static const char *in_folder(const char *name)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void make_parent(const char *name)
{
    char *parent = strdup(in_folder(name));
    assert_non_null(parent);
    *strrchr(parent, '/') = 0;
    assert_ok(folder_make(parent));
    free(parent);
}

/* A file of the set, with its folders. */
static void put(const char *name, const void *bytes, size_t n)
{
    make_parent(name);
    assert_ok(file_write(in_folder(name), bytes, n));
}

static void put_golden(const char *name, const char *golden)
{
    char path[512];
    unsigned char *bytes;
    size_t n;
    snprintf(path, sizeof path, "%s%s", PICTURES, golden);
    assert_ok(file_read(path, 1 << 20, &bytes, &n));
    put(name, bytes, n);
    free(bytes);
}

/* A grey PNG of 2 x 2 pixels of that value. */
static void put_grey(const char *name, int value)
{
    const float x = (float)(2 * value - 255) / 255.0f;
    const float samples[4] = { x, x, x, x };
    const grid g = { .rows = 1, .cols = 1, .channels = 1, .height = 2, .width = 2 };
    make_parent(name);
    assert_ok(grid_write_png(in_folder(name), &g, samples));
}

static dataset_request request(int limit)
{
    return dataset_request_of(folder, limit);
}

static void open_ok(dataset *d, int limit)
{
    dataset_request r = request(limit);
    assert_ok(dataset_open_with(d, &r));
}

static void open_fails(const dataset_request *r, status code, const char *words)
{
    dataset d;
    assert_fails(dataset_open_with(&d, r), code, words);
    assert_true(!d.pixels && !d.labels && !d.path && !d.names && !d.note);
}

/* ---- which files ---- */

static void pictures_are_known_by_their_bytes_and_hidden_files_are_not_seen(void **state)
{
    (void)state;
    dataset d;
    put_grey("a.png", 10);
    put_grey("named.txt", 20);
    put_grey(".hidden.png", 30);
    put_grey(".thumbs/x.png", 40);
    put_grey("two words \xc3\xa4\n.PNG", 50);
    put("README", "hello", 5);
    put("empty", "", 0);
    assert_int_equal(mkfifo(in_folder("pipe.png"), 0600), 0);
    open_ok(&d, 0);
    assert_int_equal(d.count, 3);
    assert_int_equal(d.other, 2);
    assert_int_equal(d.bad, 0);
    assert_true(d.channels == 1 && d.height == 2 && d.width == 2);
    assert_string_equal(d.names[0], "a.png");
    for (int i = 0; i < 3; i++)
        assert_int_equal(d.pixels[4 * i], d.names[i][0] == 'a'   ? 10
                                          : d.names[i][0] == 'n' ? 20
                                                                 : 50);
    dataset_close(&d);
}

static void a_link_to_another_file_system_is_followed(void **state)
{
    (void)state;
    char elsewhere[] = "/dev/shm/gan-test-XXXXXX", file[64];
    dataset d;
    if (!mkdtemp(elsewhere))
        skip();
    snprintf(file, sizeof file, "%s/below", elsewhere);
    put_grey("x.png", 10);
    assert_int_equal(mkdir(file, 0700), 0);
    assert_int_equal(symlink(elsewhere, in_folder("link")), 0);
    open_ok(&d, 0);
    assert_int_equal(d.count, 1);
    dataset_close(&d);
    assert_int_equal(rmdir(file) | rmdir(elsewhere), 0);
}

static void links_are_followed_but_not_in_circles(void **state)
{
    (void)state;
    dataset d;
    put_grey("a/x.png", 10);
    put_grey("b/y.png", 20);
    assert_int_equal(symlink("../a/x.png", in_folder("b/z.png")), 0);
    assert_int_equal(symlink("..", in_folder("b/back")), 0);
    assert_int_equal(symlink("a", in_folder("c")), 0);
    open_ok(&d, 0);
    assert_int_equal(d.count, 4);
    dataset_close(&d);
    assert_int_equal(symlink("nowhere", in_folder("b/gone.png")), 0);
    dataset_request r = request(0);
    open_fails(&r, STATUS_FORMAT, "/b/gone.png: cannot open: No such file");
    unlink(in_folder("b/gone.png"));
    assert_int_equal(symlink("ring.png", in_folder("b/ring.png")), 0);
    open_fails(&r, STATUS_FORMAT, "/b/ring.png: cannot open: Too many levels");
}

static void samples_are_in_an_order_that_is_spread_over_the_names(void **state)
{
    (void)state;
    char name[32];
    dataset d, first;
    for (int i = 0; i < 100; i++) {
        snprintf(name, sizeof name, "%03d.png", i);
        put_grey(name, i);
    }
    open_ok(&d, 0);
    open_ok(&first, 10);
    assert_int_equal(d.count, 100);
    int fifths[5] = { 0 };
    for (int i = 0; i < 100; i++) {
        assert_int_equal(d.pixels[4 * i], i * 61 % 100);
        snprintf(name, sizeof name, "%03d.png", i * 61 % 100);
        assert_string_equal(d.names[i], name);
    }
    assert_int_equal(first.count, 10);
    assert_memory_equal(first.pixels, d.pixels, 40);
    for (int i = 0; i < 10; i++)
        fifths[first.pixels[4 * i] / 20]++;
    for (int i = 0; i < 5; i++)
        assert_int_equal(fifths[i], 2);
    dataset_close(&first);
    dataset_close(&d);
    open_ok(&d, 101); /* uses what is there */
    assert_int_equal(d.count, 100);
    dataset_close(&d);
}

static void a_folder_without_pictures_is_said(void **state)
{
    (void)state;
    dataset_request r = request(0);
    open_fails(&r, STATUS_IO, "expected pictures in this folder or below");
    put("x.txt", "x", 1);
    open_fails(&r, STATUS_IO, "expected pictures in this folder or below");
    put("a.txt", "a", 1);
    put("x.png", "x", 1);
    open_fails(&r, STATUS_FORMAT, "x.png: is not a picture of a known format");
    r.images.skip_bad = true;
    open_fails(&r, STATUS_IO, ": its only picture cannot be read: ");
}

/* ---- bad files ---- */

static void count_call(void *context, const char *message)
{
    assert_non_null(message);
    ++*(int *)context;
}

static void bad_files_are_errors_or_are_left_out(void **state)
{
    (void)state;
    int calls = 0;
    const image_watch watch = { .context = &calls, .bad = count_call };
    dataset d;
    dataset_request r = request(0);
    put_grey("good/1.png", 1);
    put_grey("good/2.png", 2);
    put_grey("good/3.png", 3);
    put_golden("bad/taller.png", "taller.png"); /* its header is valid */
    open_fails(&r, STATUS_FORMAT, "bad/taller.png: broken PNG: ");
    assert_non_null(strstr(status_message(), "; --skip-bad leaves it out"));
    put_golden("bad/damaged", "damaged-exif.png");
    put_golden("bad/x.tga", "x.tga");
    open_fails(&r, STATUS_FORMAT, "; and 1 more bad files: gan data lists them, --skip-bad leaves");
    r.images.skip_bad = true;
    r.watch = &watch;
    for (int time = 0; time < 2; time++) { /* the second time from the cache */
        assert_ok(dataset_open_with(&d, &r));
        assert_int_equal(d.count, 3);
        assert_int_equal(d.bad, 3);
        assert_null(d.labels);
        assert_non_null(strstr(d.note, ", 3 bad files left out"));
        for (int i = 0; i < 3; i++)
            assert_int_equal(d.pixels[i * 1024 + 500], d.names[i][5] - '0');
        dataset_close(&d);
        assert_int_equal(calls, 3);
    }
}

/* ---- form ---- */

static void the_form_is_that_of_the_files_or_of_the_options(void **state)
{
    (void)state;
    static const struct {
        const char *files[2];
        int size, channels;
        int c, h, w;
    } cases[] = {
        { { "grey-8.png", "grey-16.png" }, 0, CHANNELS_AUTO, 1, 5, 7 },
        { { "grey-8.png", "rgb-8.png" }, 0, CHANNELS_AUTO, 3, 5, 7 },
        { { "grey-8.png", "palette-of-greys.png" }, 0, CHANNELS_AUTO, 1, 5, 7 },
        { { "grey-8.png", "one-pixel.png" }, 0, CHANNELS_AUTO, 1, 32, 32 },
        { { "grey-8.png", "one-pixel.png" }, 3, CHANNELS_RGB, 3, 3, 3 },
        { { "rgb-8.png", "rgba-8.png" }, 0, CHANNELS_GREY, 1, 5, 7 },
        { { "turned.png", "turned.png" }, 0, CHANNELS_AUTO, 1, 7, 5 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dataset d;
        dataset_request r = request(0);
        put_golden("a.png", cases[i].files[0]);
        put_golden("b.png", cases[i].files[1]);
        r.images.size = cases[i].size;
        r.images.channels = cases[i].channels;
        assert_ok(dataset_open_with(&d, &r));
        assert_true(d.channels == cases[i].c && d.height == cases[i].h && d.width == cases[i].w);
        dataset_close(&d);
    }
}

/* A grey PNG of that size. */
static void put_sized(const char *name, int width, int height)
{
    float *samples = calloc((size_t)width * (size_t)height, sizeof *samples);
    const grid g = { .rows = 1, .cols = 1, .channels = 1, .height = height, .width = width };
    assert_non_null(samples);
    assert_ok(grid_write_png(in_folder(name), &g, samples));
    free(samples);
}

static void the_note_says_what_was_brought_to_another_size(void **state)
{
    (void)state;
    static const struct {
        int width, height, other_width, other_height;
        const char *note;
    } cases[] = {
        { 65, 65, 65, 65, "files of 65x65, brought to 32x32 (--size 32 --fit crop)" },
        { 32, 32, 32, 32, "files of 32x32" },
        { 32, 32, 40, 32, "files of 32x32 to 40x32, brought to 32x32 (--size 32 --fit crop)" },
        { 20, 32, 32, 32, "files of 20x32 to 32x32, brought to 32x32 (--size 32 --fit crop)" },
        { 32, 20, 32, 32, "files of 32x20 to 32x32, brought to 32x32 (--size 32 --fit crop)" },
        { 32, 32, 32, 40, "files of 32x32 to 32x40, brought to 32x32 (--size 32 --fit crop)" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dataset d;
        put_sized("a.png", cases[i].width, cases[i].height);
        put_sized("b.png", cases[i].other_width, cases[i].other_height);
        open_ok(&d, 0);
        assert_string_equal(d.note, cases[i].note);
        dataset_close(&d);
    }
}

static void the_background_is_a_name_or_six_digits(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        unsigned char r, g, b;
    } good[] = { { "white", 255, 255, 255 },
                 { "black", 0, 0, 0 },
                 { "#12aBFf", 0x12, 0xab, 0xff },
                 { "102030", 16, 32, 48 } };
    static const char *const bad[] = {
        "red", "#12345", "1234567", "12345g", "#", "##12345", "1234\0256"
    }; /* the last contains a byte with the low bits of a 5 */
    dataset_request r = request(0);
    put_golden("a.png", "rgba-8.png");
    r.images.fit = FIT_PAD;
    r.images.size = 7;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        dataset d;
        r.images.background = good[i].word;
        assert_ok(dataset_open_with(&d, &r));
        assert_true(d.pixels[0] == good[i].r && d.pixels[49] == good[i].g &&
                    d.pixels[98] == good[i].b);
        dataset_close(&d);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        r.images.background = bad[i];
        open_fails(&r, STATUS_USAGE, "--background: expected white, black or six hex digits");
    }
}

static void options_of_pictures_that_change_nothing_are_refused_elsewhere(void **state)
{
    (void)state;
    dataset d;
    dataset_request r = dataset_request_of(GAN_SOURCE_DIR "/data/mnist", 10);
    r.images.size = 32;
    assert_fails(dataset_open_with(&d, &r), STATUS_USAGE, "--size: is for folders of pictures");
    r.images.size = 28;
    r.images.channels = CHANNELS_RGB;
    assert_fails(dataset_open_with(&d, &r), STATUS_USAGE, "--channels: is for folders of pictures");
    r.images.channels = CHANNELS_GREY;
    assert_ok(dataset_open_with(&d, &r));
    dataset_close(&d);
}

/* ---- classes ---- */

static void subfolders_are_classes(void **state)
{
    (void)state;
    dataset d;
    put_grey("cat/1.png", 0);
    put_grey("cat/deep/er/2.png", 0);
    put_grey("cat-like/3.png", 1);
    put_grey("dog/4.png", 2);
    open_ok(&d, 0);
    assert_non_null(d.labels);
    unsigned char class_of_grey[3] = { 9, 9, 9 };
    for (int i = 0; i < 4; i++) {
        unsigned char grey = d.pixels[4 * i];
        if (class_of_grey[grey] == 9)
            class_of_grey[grey] = d.labels[i];
        assert_int_equal(d.labels[i], class_of_grey[grey]);
        assert_true(d.labels[i] < 3);
    }
    assert_true(class_of_grey[0] != class_of_grey[1] && class_of_grey[1] != class_of_grey[2]);
    dataset_close(&d);
    put_grey("top.png", 3);
    open_ok(&d, 0);
    assert_null(d.labels);
    dataset_close(&d);
}

static void one_folder_or_more_than_256_are_no_classes(void **state)
{
    (void)state;
    char name[32];
    dataset d;
    put_grey("000/x.png", 1);
    open_ok(&d, 0);
    assert_null(d.labels);
    dataset_close(&d);
    for (int i = 1; i <= 256; i++) {
        snprintf(name, sizeof name, "%03d/x.png", i);
        put_grey(name, i % 256);
        if (i < 255)
            continue;
        open_ok(&d, 0);
        assert_true((d.labels != NULL) == (i == 255));
        dataset_close(&d);
    }
}

/* ---- the test part ---- */

static void a_folder_train_has_its_test_part_in_test(void **state)
{
    (void)state;
    dataset d, test;
    dataset_request r = request(0);
    put_golden("train/a.png", "grey-8.png");
    put_golden("train/b.png", "grey-16.png");
    put_golden("test/c.png", "rgb-8.png");
    assert_ok(dataset_open_with(&d, &r));
    assert_true(d.count == 2 && d.channels == 1 && d.height == 5 && d.width == 7);
    assert_ok(dataset_open_test(&test, &d, &r));
    assert_true(test.count == 1 && test.channels == 1 && test.height == 5 && test.width == 7);
    assert_false(test.is_held_out);
    dataset_close(&test);
    dataset_close(&d);
}

static void without_a_test_part_the_last_fifth_is_held_out(void **state)
{
    (void)state;
    char name[32];
    dataset all, d, test;
    dataset_request r = request(0);
    for (int i = 0; i < 22; i++) {
        snprintf(name, sizeof name, "%d/%02d.png", i % 2, i);
        put_grey(name, i);
    }
    open_ok(&all, 0);
    open_ok(&d, 0);
    assert_ok(dataset_open_test(&test, &d, &r));
    assert_true(d.count == 18 && test.count == 4 && test.is_held_out && test.kind == DATA_PICTURES);
    assert_memory_equal(d.pixels, all.pixels, 18 * 4);
    assert_memory_equal(test.pixels, all.pixels + 18 * 4, 4 * 4);
    assert_memory_equal(d.labels, all.labels, 18);
    assert_memory_equal(test.labels, all.labels + 18, 4);
    assert_true(d.fingerprint != all.fingerprint && test.fingerprint != all.fingerprint);
    dataset_close(&test);
    dataset_close(&d);
    dataset_close(&all);
}

/* ---- the cache ---- */

static void count_start(void *context, int pictures, size_t bytes)
{
    assert_true(pictures > 0 && bytes >= 4 * (size_t)pictures);
    ++*(int *)context;
}

/* Opens the set once more; returns how often the files were read. */
static int reads(const dataset_request *asked, dataset *d)
{
    int calls = 0;
    const image_watch watch = { .context = &calls, .start = count_start };
    dataset_request r = *asked;
    r.watch = &watch;
    assert_ok(dataset_open_with(d, &r));
    return calls;
}

static void what_was_read_once_comes_from_the_cache_until_something_changes(void **state)
{
    (void)state;
    dataset first, again;
    dataset_request r = request(0);
    put_grey("a/1.png", 1);
    put_grey("b/2.png", 2);
    assert_int_equal(reads(&r, &first), 1);
    assert_int_equal(reads(&r, &again), 0);
    assert_int_equal(first.fingerprint, again.fingerprint);
    assert_memory_equal(first.labels, again.labels, 2);
    assert_string_equal(first.names[1], again.names[1]);
    assert_string_equal(first.note, again.note);
    dataset_close(&again);
    r.images.background = "black"; /* other options */
    assert_int_equal(reads(&r, &again), 1);
    dataset_close(&again);
    r.images.background = "white";
    r.fresh = true;
    assert_int_equal(reads(&r, &again), 1);
    dataset_close(&again);
    r.fresh = false;
    put_grey("b/2.png", 3); /* at least its time changes */
    const struct timespec times[2] = { { 1000, 5 }, { 1000, 5 } };
    assert_int_equal(utimensat(AT_FDCWD, in_folder("b/2.png"), times, 0), 0);
    assert_int_equal(reads(&r, &again), 1);
    assert_true(first.fingerprint != again.fingerprint);
    dataset_close(&again);
    assert_int_equal(reads(&r, &again), 0);
    dataset_close(&again);
    assert_int_equal(rename(in_folder("a/1.png"), "moved"),
                     0); /* one file less, then another name */
    assert_int_equal(reads(&r, &again), 1);
    dataset_close(&again);
    assert_int_equal(rename("moved", in_folder("a/2.png")), 0);
    assert_int_equal(reads(&r, &again), 1);
    dataset_close(&again);
    dataset_close(&first);
}

/* Changes each byte of the one file in the cache, and cuts it everywhere. */
static void a_damaged_cache_is_noticed_and_made_again(void **state)
{
    (void)state;
    char command[700], path[600];
    unsigned char *whole;
    size_t n;
    int notices = 0;
    dataset first, again;
    dataset_request r = request(0);
    const image_watch watch = { .context = &notices, .notice = count_call };
    put_grey("1.png", 101); /* bright enough to need no notice */
    put_grey("2.png", 102);
    assert_int_equal(reads(&r, &first), 1);
    snprintf(command, sizeof command, "ls %s/gan/images-*", getenv("XDG_CACHE_HOME"));
    FILE *list = popen(command, "r");
    assert_non_null(list);
    assert_non_null(fgets(path, sizeof path, list));
    path[strcspn(path, "\n")] = 0;
    pclose(list);
    assert_ok(file_read(path, 1 << 20, &whole, &n));
    r.watch = &watch;
    for (size_t i = 0; i < n; i += 3) {
        whole[i] ^= 4;
        assert_ok(file_write(path, whole, i % 2 == 0 ? n : i));
        whole[i] ^= 4;
        notices = 0;
        assert_ok(dataset_open_with(&again, &r));
        assert_int_equal(again.fingerprint, first.fingerprint);
        /* A different list of files is not damage: the files may have changed. */
        assert_true(notices <= 1);
        dataset_close(&again);
    }
    assert_ok(file_write(path, whole, n));
    assert_int_equal(reads(&r, &again), 0);
    dataset_close(&again);
    free(whole);
    dataset_close(&first);
}

static void count_progress(void *context, int done, int pictures)
{
    assert_in_range(done, 1, pictures);
    ++*(int *)context;
}

static void count_end(void *context)
{
    ++*(int *)context;
}

static void any_number_of_threads_reads_the_same(void **state)
{
    (void)state;
    char name[32];
    uint32_t fingerprint = 0;
    for (int i = 0; i < 40; i++) {
        snprintf(name, sizeof name, "%02d.png", i);
        put_golden(name, i % 3 == 0 ? "rgba-8.png" : i % 3 == 1 ? "interlaced.png" : "grey-2.png");
    }
    put_golden("99.png", "taller.png");
    for (int threads = 1; threads <= 5; threads++) {
        compute c;
        dataset d;
        dataset_request r = request(0);
        assert_ok(compute_open(&c, NULL, threads));
        int calls = 0;
        const image_watch watch = { &calls, NULL, count_progress, count_end, NULL, NULL };
        r.compute = &c;
        r.fresh = true;
        r.images.size = 4;
        r.watch = &watch;
        open_fails(&r, STATUS_FORMAT, "99.png: broken PNG: ");
        r.images.skip_bad = true;
        assert_ok(dataset_open_with(&d, &r));
        if (threads == 1)
            fingerprint = d.fingerprint;
        assert_int_equal(d.fingerprint, fingerprint);
        assert_true(calls > 1);
        dataset_close(&d);
        compute_close(&c);
    }
}

/* ---- other kinds ---- */

static void put_batch(const char *name, int first, int records, int cut)
{
    size_t n = (size_t)records * 3073;
    unsigned char *bytes = malloc(n);
    assert_non_null(bytes);
    for (size_t i = 0; i < n; i++)
        bytes[i] = (unsigned char)(i % 3073 == 0 ? (i / 3073 + (size_t)first) % 10 : i % 251);
    put(name, bytes, n - (size_t)cut);
    free(bytes);
}

static void batches_of_cifar_10_are_read(void **state)
{
    (void)state;
    dataset d, test;
    dataset_request r = request(0);
    put_batch("data_batch_1.bin", 0, 12, 0);
    put_batch("data_batch_2.bin", 7, 3, 0);
    put_batch("test_batch.bin", 5, 2, 0);
    assert_ok(dataset_open_with(&d, &r));
    assert_true(d.count == 15 && d.channels == 3 && d.height == 32 && d.width == 32);
    assert_true(d.labels[11] == 1 && d.labels[12] == 7);
    assert_int_equal(d.pixels[3072], 3074 % 251);
    assert_ok(dataset_open_test(&test, &d, &r));
    assert_true(test.count == 2 && test.labels[0] == 5);
    dataset_close(&test);
    assert_int_equal(unlink(in_folder("test_batch.bin")), 0);
    assert_fails(dataset_open_test(&test, &d, &r), STATUS_IO,
                 ": expected test_batch.bin or test.bin in this");
    dataset_close(&d);
    put_batch("data_batch_2.bin", 7, 3, 1);
    open_fails(&r, STATUS_FORMAT,
               "/data_batch_2.bin: expected records of 3073 bytes as CIFAR-10 has them, got 3072 "
               "bytes after 2 of them");
    put_batch("data_batch_2.bin", 0, 0, 0);
    open_fails(&r, STATUS_FORMAT, "got 0 bytes after 0 of them");
    put("data_batch_2.bin", "\12", 1);
    open_fails(&r, STATUS_FORMAT, "got 1 bytes after 0 of them");
    unsigned char record[3073] = { 10 };
    put("data_batch_2.bin", record, sizeof record);
    open_fails(&r, STATUS_FORMAT, "expected labels from 0 to 9 as CIFAR-10 has them, got 10 in");
}

static void idx_files_of_three_channels_are_read(void **state)
{
    (void)state;
    dataset d;
    unsigned char bytes[20 + 2 * 3 * 4] = { 0, 0, 8, 4, 0, 0, 0, 2, 0, 0,
                                            0, 3, 0, 0, 0, 2, 0, 0, 0, 2 };
    for (int i = 20; i < 44; i++)
        bytes[i] = (unsigned char)i;
    put("train-images-idx3-ubyte", bytes, sizeof bytes);
    open_ok(&d, 0);
    assert_true(d.count == 2 && d.channels == 3 && d.height == 2 && d.width == 2);
    assert_memory_equal(d.pixels, bytes + 20, 24);
    dataset_close(&d);
    bytes[11] = 2;
    put("train-images-idx3-ubyte", bytes, sizeof bytes);
    dataset_request r = request(0);
    open_fails(&r, STATUS_FORMAT, "expected images of 1 or 3 channels, its header says 2");
}

#define PLACED(test) cmocka_unit_test_setup_teardown(test, make_place, place_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACED(pictures_are_known_by_their_bytes_and_hidden_files_are_not_seen),
        PLACED(links_are_followed_but_not_in_circles),
        PLACED(a_link_to_another_file_system_is_followed),
        PLACED(samples_are_in_an_order_that_is_spread_over_the_names),
        PLACED(a_folder_without_pictures_is_said),
        PLACED(bad_files_are_errors_or_are_left_out),
        PLACED(the_form_is_that_of_the_files_or_of_the_options),
        PLACED(the_note_says_what_was_brought_to_another_size),
        PLACED(the_background_is_a_name_or_six_digits),
        PLACED(options_of_pictures_that_change_nothing_are_refused_elsewhere),
        PLACED(subfolders_are_classes),
        PLACED(one_folder_or_more_than_256_are_no_classes),
        PLACED(a_folder_train_has_its_test_part_in_test),
        PLACED(without_a_test_part_the_last_fifth_is_held_out),
        PLACED(what_was_read_once_comes_from_the_cache_until_something_changes),
        PLACED(a_damaged_cache_is_noticed_and_made_again),
        PLACED(any_number_of_threads_reads_the_same),
        PLACED(batches_of_cifar_10_are_read),
        PLACED(idx_files_of_three_channels_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
