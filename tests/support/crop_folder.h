/* tests/support/crop_folder.h - a folder "set" of grey pictures of any size, and data sets with
 * crops of them.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TESTS_CROP_FOLDER_H
#define GAN_TESTS_CROP_FOLDER_H

#include "place.h"
#include "test.h"

#include "base/file.h"
#include "data/crops.h"

static inline int make_place(void **state)
{
    return place_enter(state) != 0 || folder_make("set") != STATUS_OK ? -1 : 0;
}

/* A grey picture; pixel k is seed + 31 k. */
static inline void put_grey(const char *name, int height, int width, int seed)
{
    char header[32];
    int n = snprintf(header, sizeof header, "P5 %d %d 255\n", width, height);
    size_t size = (size_t)n + (size_t)height * (size_t)width;
    unsigned char *bytes = malloc(size);
    assert_non_null(bytes);
    memcpy(bytes, header, (size_t)n);
    for (size_t k = 0; k < size - (size_t)n; k++)
        bytes[(size_t)n + k] = (unsigned char)((size_t)seed + 31 * k);
    assert_ok(file_write(name, bytes, size));
    free(bytes);
}

static inline dataset_request request_of(const char *where, int crop)
{
    dataset_request r = dataset_request_of(where, 0);
    r.crop = crop;
    return r;
}

static inline int index_of(const dataset *d, const char *name)
{
    for (int i = 0; i < d->count; i++)
        if (strcmp(d->names[i], name) == 0)
            return i;
    fail_msg("%s is not in the set", name);
    return -1;
}

/* Checks the size and the pixels of a picture that put_grey made. */
static inline void check_grey(const dataset *d, const char *name, int height, int width, int seed)
{
    const dataset_picture p = dataset_picture_of(d, index_of(d, name));
    assert_true(p.height == height && p.width == width);
    for (int k = 0; k < height * width; k++)
        assert_int_equal(p.pixels[k], (unsigned char)(seed + 31 * k));
}

static inline void open_ok(dataset *d, const dataset_request *r)
{
    assert_ok(dataset_open_with(d, r));
}

static inline void open_fails(const dataset_request *r, status code, const char *words)
{
    dataset d;
    assert_fails(dataset_open_with(&d, r), code, words);
    assert_true(!d.pixels && !d.areas && !d.path && !d.names && !d.note);
}

/* A test in an empty place with an empty folder "set". */
#define CROP_TEST(name) cmocka_unit_test_setup_teardown(name, make_place, place_leave)

#endif
