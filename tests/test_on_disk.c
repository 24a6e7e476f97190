/* tests/test_on_disk.c - data sets that stay on the disk against the same sets in memory, whose own
 * tests are independent of this; and disks that fail.
 *
 * SPDX-License-Identifier: MIT */
#include "crop_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/system.h"
#include "data/ahead.h"
#include "data/duplicates.h"
#include "format/cifar.h"
#include "format/idx.h"
#include "idx_blob.h"

enum { PICTURES = 23, SIDE = 8 };

static int make_pictures(void **state)
{
    if (make_place(state) != 0)
        return -1;
    for (int i = 0; i < PICTURES; i++) {
        char name[32];
        snprintf(name, sizeof name, "set/%02d.pgm", i);
        put_grey(name, 9 + i % 5, 11 + i % 3, 7 * i);
    }
    return 0;
}

#define DISK_TEST(name) cmocka_unit_test_setup_teardown(name, make_pictures, place_leave)

static dataset_request in_size(bool on_disk)
{
    dataset_request r = dataset_request_of("set", 0);
    r.images.size = SIDE;
    r.on_disk = on_disk;
    return r;
}

static dataset_request in_crops(bool on_disk)
{
    dataset_request r = request_of("set", SIDE);
    r.on_disk = on_disk;
    return r;
}

/* All that the sets teach is equal. */
static void assert_equal_sets(const dataset *disk, const dataset *memory)
{
    int first[2][PICTURES], count[2];
    size_t size = (size_t)dataset_sample_size(memory);
    float a[CIFAR_PIXELS], b[CIFAR_PIXELS];
    assert_true(disk->store && !disk->pixels && memory->pixels);
    assert_int_equal(disk->count, memory->count);
    assert_int_equal(disk->fingerprint, memory->fingerprint);
    assert_int_equal(dataset_fingerprint(disk, 2), dataset_fingerprint(memory, 2));
    assert_int_equal(dataset_bytes(disk), dataset_bytes(memory));
    assert_true(size <= sizeof a / sizeof *a);
    for (uint32_t i = 0; i < (uint32_t)memory->count; i++) {
        compute c = { .kernels = kernels_usable(0) };
        assert_ok(compute_open(&c, NULL, 1));
        dataset_batch(disk, &c, &i, 1, a);
        dataset_batch(memory, &c, &i, 1, b);
        compute_close(&c);
        assert_memory_equal(a, b, size * sizeof *a);
    }
    for (int i = 0; memory->areas && i < memory->count; i++) /* one after another, to the end */
        assert_int_equal(memory->areas[i + 1].at - memory->areas[i].at,
                         dataset_image_bytes(memory, i));
    if (memory->count <= PICTURES) {
        assert_ok(duplicates_find(disk, first[0], &count[0]));
        assert_ok(duplicates_find(memory, first[1], &count[1]));
        assert_int_equal(count[0], count[1]);
    }
    assert_ok(dataset_check(disk));
}

/* Opens both, compares them and their test parts, and what is left of them. */
static void compare(const dataset_request *on_disk, const dataset_request *in_memory)
{
    dataset disk, memory, disk_test, memory_test;
    assert_ok(dataset_open_with(&disk, on_disk));
    assert_ok(dataset_open_with(&memory, in_memory));
    assert_equal_sets(&disk, &memory);
    if (in_memory->limit == 0) {
        assert_ok(dataset_open_test(&disk_test, &disk, on_disk));
        assert_ok(dataset_open_test(&memory_test, &memory, in_memory));
        assert_equal_sets(&disk_test, &memory_test);
        assert_equal_sets(&disk, &memory);
        dataset_close(&disk_test);
        dataset_close(&memory_test);
    }
    assert_ok(dataset_load(&disk));
    assert_true(disk.pixels && !disk.store);
    assert_int_equal(dataset_fingerprint(&disk, disk.count), memory.fingerprint);
    dataset_close(&disk);
    dataset_close(&memory);
}

static void pictures_on_the_disk_are_those_in_memory(void **state)
{
    (void)state;
    for (int fresh = 0; fresh < 2; fresh++)
        for (int time = 0; time < 2; time++) { /* the second time from the cache */
            dataset_request disk = in_size(true), memory = in_size(false);
            disk.fresh = memory.fresh = fresh != 0;
            compare(&disk, &memory);
            disk.limit = memory.limit = 5;
            compare(&disk, &memory);
        }
}

static void crops_on_the_disk_are_those_in_memory(void **state)
{
    (void)state;
    const dataset_request disk = in_crops(true), memory = in_crops(false);
    compare(&disk, &memory);
}

/* A picture that cannot be read leaves a gap, which the others close. */
static void bad_pictures_leave_no_gap(void **state)
{
    (void)state;
    assert_ok(file_write("set/08.pgm", "P5 9 9 255\nshort", 16));
    for (int crops = 0; crops < 2; crops++) {
        dataset_request disk = crops ? in_crops(true) : in_size(true),
                        memory = crops ? in_crops(false) : in_size(false);
        disk.images.skip_bad = memory.images.skip_bad = true;
        compare(&disk, &memory);
    }
}

static void put_idx(const char *name, int count)
{
    const int shape[4] = { count, 1, SIDE, SIDE };
    out_file *f;
    float x[SIDE * SIDE];
    assert_ok(out_open(&f, name));
    assert_ok(idx_begin(f, shape));
    for (int i = 0; i < count; i++) {
        for (int k = 0; k < SIDE * SIDE; k++)
            x[k] = (float)((i * 37 + k * 11) % 256) / 127.5f - 1;
        assert_ok(idx_add(f, x, SIDE * SIDE));
    }
    assert_ok(out_commit(f, STATUS_OK));
}

static void idx_files_and_their_crops_on_the_disk_are_those_in_memory(void **state)
{
    (void)state;
    put_idx("train-images-idx3-ubyte", 20);
    put_idx("t10k-images-idx3-ubyte", 6);
    for (int crop = 0; crop <= 5; crop += 5) {
        dataset_request disk = request_of(".", crop), memory = disk;
        disk.on_disk = true;
        compare(&disk, &memory);
        disk.limit = memory.limit = 7;
        compare(&disk, &memory);
    }
}

/* Records of a label and 3 x 32 x 32 bytes. */
static void put_cifar(const char *name, int count, int seed)
{
    size_t n = (size_t)count * (1 + CIFAR_PIXELS);
    unsigned char *bytes = malloc(n);
    assert_non_null(bytes);
    for (size_t i = 0; i < n; i++)
        bytes[i] = (unsigned char)(((size_t)seed + 7 * i) % (i % (1 + CIFAR_PIXELS) ? 256 : 10));
    assert_ok(file_write(name, bytes, n));
    free(bytes);
}

static void cifar_files_on_the_disk_are_those_in_memory(void **state)
{
    (void)state;
    put_cifar("data_batch_1.bin", 5, 1);
    put_cifar("data_batch_2.bin", 8, 2);
    put_cifar("test_batch.bin", 6, 3);
    dataset_request disk = request_of(".", 0), memory = disk;
    disk.on_disk = true;
    compare(&disk, &memory);
    disk.limit = memory.limit = 7;
    compare(&disk, &memory);
}

/* ---- reading ahead ---- */

/* Reads whole epochs in steps of n and compares each sample with the one in memory. */
static void compare_ahead(const dataset *disk, const dataset *memory, int n, int rows)
{
    const uint32_t count = dataset_crops(memory) / (uint32_t)n * (uint32_t)n;
    const size_t size = (size_t)dataset_sample_size(memory);
    unsigned char room[8 * 3 * SIDE * SIDE], expected[SIDE * SIDE], got[SIDE * SIDE];
    uint32_t order[400];
    ahead *a;
    assert_true(dataset_crops(memory) <= 400 && (size_t)rows * size <= sizeof room);
    assert_ok(ahead_open(&a, disk, room, rows));
    for (uint32_t epoch = 0; epoch < 3; epoch++) {
        const random_stream shuffle = { 3, epoch, random_name(RANDOM_SHUFFLE, 0, 0) };
        const crop_draw draw = { { 3, epoch, random_name(RANDOM_CROP, 0, 0) }, true, true };
        random_shuffle(shuffle, (int)dataset_crops(memory), order);
        ahead_begin(a, order, count, &draw);
        /* The second epoch is resumed in its middle, the third one goes back once. */
        uint32_t first = epoch == 1 ? count / 2 / (uint32_t)n * (uint32_t)n : 0;
        bool went_back = epoch != 2;
        for (; first < count; first += (uint32_t)n) {
            assert_ok(ahead_wait(a, first, n));
            for (uint32_t i = first; i < first + (uint32_t)n; i++) {
                if (memory->areas) {
                    dataset_crop(memory, &draw, order[i], i, expected);
                    dataset_crop_from(ahead_sample(a, i), disk, &draw, order[i], i, got);
                } else {
                    memcpy(expected, memory->pixels + order[i] * size, size);
                    memcpy(got, ahead_sample(a, i), size);
                }
                assert_memory_equal(got, expected, size);
            }
            if (!went_back && first >= count / 2) {
                went_back = true;
                first = 0;
            }
        }
        ahead_stop(a);
    }
    ahead_close(a);
}

static void what_is_read_ahead_is_what_memory_would_give(void **state)
{
    (void)state;
    for (int crops = 0; crops < 2; crops++) {
        const dataset_request on_disk = crops ? in_crops(true) : in_size(true),
                              in_memory = crops ? in_crops(false) : in_size(false);
        dataset disk, memory;
        assert_ok(dataset_open_with(&disk, &on_disk));
        assert_ok(dataset_open_with(&memory, &in_memory));
        for (int n = 1; n <= 4; n++) {
            compare_ahead(&disk, &memory, n, n);
            compare_ahead(&disk, &memory, n, 2 * n);
            compare_ahead(&disk, &memory, n, 8);
        }
        dataset_close(&disk);
        dataset_close(&memory);
    }
}

/* ---- failures ---- */

/* The one file in the cache. */
static void find_cached(char path[1024])
{
    char *folder = getenv("XDG_CACHE_HOME"), command[1024];
    snprintf(command, sizeof command, "ls %s/gan/images-*", folder);
    FILE *f = popen(command, "r");
    assert_non_null(f);
    assert_non_null(fgets(path, 1024, f));
    path[strcspn(path, "\n")] = 0;
    pclose(f);
}

/* A run on the set notices that its file has changed, and by name, in whatever reads next. */
static void assert_notices(void (*change)(const char *path), const char *words)
{
    const dataset_request on_disk = in_size(true);
    unsigned char room[4 * SIDE * SIDE], piece[1];
    const crop_draw draw = { 0 };
    uint32_t order[8] = { 0, 1, 2, 3, 4, 5, 6, 7 };
    char path[1024];
    dataset d;
    ahead *a;
    assert_ok(dataset_open_with(&d, &on_disk));
    assert_ok(ahead_open(&a, &d, room, 4));
    ahead_begin(a, order, 8, &draw);
    assert_ok(ahead_wait(a, 0, 2));
    ahead_stop(a);
    find_cached(path);
    change(path);
    ahead_begin(a, order, 8, &draw);
    assert_fails(ahead_wait(a, 4, 2), STATUS_IO, words);
    assert_fails(ahead_wait(a, 6, 2), STATUS_IO, words);
    assert_non_null(strstr(status_message(), path));
    assert_int_equal(dataset_piece(&d, 0, 0, 1, piece)[0], 0);
    assert_fails(dataset_check(&d), STATUS_IO, words);
    assert_fails(dataset_load(&d), STATUS_IO, words);
    ahead_close(a);
    dataset_close(&d);
    unlink(path);
}

static void cut_off(const char *path)
{
    assert_int_equal(truncate(path, 4096), 0);
}

static void change_a_byte(const char *path)
{
    const struct timespec now[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };
    int fd = open(path, O_WRONLY);
    assert_int_equal(pwrite(fd, "x", 1, 4090), 1);
    assert_int_equal(futimens(fd, now), 0);
    close(fd);
}

static void take_the_name_away(const char *path)
{
    assert_int_equal(unlink(path), 0);
    assert_ok(file_write(path, "another", 7));
}

static void a_file_that_changes_is_named(void **state)
{
    (void)state;
    assert_notices(cut_off, "during the run");
    assert_notices(change_a_byte,
                   "has changed during the run, which reads its data from this file");
}

static void a_file_that_another_replaces_is_still_read(void **state)
{
    (void)state;
    const dataset_request on_disk = in_size(true), in_memory = in_size(false);
    dataset disk, memory;
    char path[1024];
    assert_ok(dataset_open_with(&disk, &on_disk));
    find_cached(path);
    take_the_name_away(path);
    assert_ok(dataset_open_with(&memory, &in_memory));
    assert_equal_sets(&disk, &memory);
    dataset_close(&disk);
    dataset_close(&memory);
}

static void without_a_folder_for_them_data_cannot_stay_on_the_disk(void **state)
{
    (void)state;
    dataset d;
    put_idx("train-images-idx3-ubyte", 20);
    assert_ok(file_write("file", "x", 1));
    setenv("XDG_CACHE_HOME", "/proc/self", 1);
    dataset_request r = request_of(".", 0);
    r.on_disk = true;
    assert_true(dataset_open_with(&d, &r) == STATUS_IO);
    assert_non_null(strstr(status_message(), "/proc/self/gan: cannot"));
    unsetenv("XDG_CACHE_HOME");
    unsetenv("HOME");
    assert_fails(dataset_open_with(&d, &r), STATUS_IO, "no cache folder");
}

static void reading_pictures_keeps_to_the_bound_or_says_what_it_needs(void **state)
{
    (void)state;
    dataset_request r = in_size(true);
    dataset d;
    r.memory = 1000;
    assert_fails(
        dataset_open_with(&d, &r), STATUS_USAGE,
        "--memory: expected at least 9M, which reading the pictures of set takes, got 0.001M");
    r.memory = 9e6;
    assert_ok(dataset_open_with(&d, &r));
    assert_true(d.reading_memory > 0 && d.reading_memory < 1000000);
    dataset_close(&d);
}

/* Each name is held at least once. */
static void longer_names_take_more_memory(void **state)
{
    (void)state;
    enum { LONGER = 100 };
    const dataset_request r = in_size(true);
    size_t memory[2];
    for (int i = 0; i < 2; i++) {
        dataset d;
        assert_ok(dataset_open_with(&d, &r));
        memory[i] = d.reading_memory;
        dataset_close(&d);
        for (int k = 0; k < PICTURES && i == 0; k++) {
            char name[32], longer[64 + LONGER];
            snprintf(name, sizeof name, "set/%02d.pgm", k);
            snprintf(longer, sizeof longer, "set/%0*d.pgm", 2 + LONGER, k);
            assert_int_equal(rename(name, longer), 0);
        }
    }
    assert_true(memory[1] - memory[0] >= LONGER * PICTURES);
    assert_true(memory[1] - memory[0] <= 3 * LONGER * PICTURES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DISK_TEST(pictures_on_the_disk_are_those_in_memory),
        DISK_TEST(crops_on_the_disk_are_those_in_memory),
        DISK_TEST(bad_pictures_leave_no_gap),
        DISK_TEST(idx_files_and_their_crops_on_the_disk_are_those_in_memory),
        DISK_TEST(cifar_files_on_the_disk_are_those_in_memory),
        DISK_TEST(what_is_read_ahead_is_what_memory_would_give),
        DISK_TEST(a_file_that_changes_is_named),
        DISK_TEST(a_file_that_another_replaces_is_still_read),
        DISK_TEST(without_a_folder_for_them_data_cannot_stay_on_the_disk),
        DISK_TEST(reading_pictures_keeps_to_the_bound_or_says_what_it_needs),
        DISK_TEST(longer_names_take_more_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
