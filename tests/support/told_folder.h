/* tests/support/told_folder.h - folders of small grey pictures, opened as data sets, and what is
 * said of them.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TESTS_TOLD_FOLDER_H
#define GAN_TESTS_TOLD_FOLDER_H

#include "test.h"

#include "base/file.h"
#include "data/dataset.h"

static char said[2048]; /* notices of the last call, a line each */

static inline void keep_notice(void *context, const char *message)
{
    (void)context;
    size_t n = strlen(said);
    snprintf(said + n, sizeof said - n, "%s\n", message);
}

static const image_watch watch = { .notice = keep_notice, .bad = keep_notice };

static inline void put(const char *path, const void *bytes, size_t n)
{
    char parent[256];
    snprintf(parent, sizeof parent, "%s", path);
    char *slash = strrchr(parent, '/');
    if (slash) {
        *slash = 0;
        assert_ok(folder_make(parent));
    }
    assert_ok(file_write(path, bytes, n));
}

/* A grey picture of 2 x 2 pixels, as PGM (Netpbm's manual: "P5 width height maximum", bytes). */
static inline void put_grey(const char *path, int value)
{
    char bytes[16];
    int n = snprintf(bytes, sizeof bytes, "P5 2 2 255\n");
    memset(bytes + n, value, 4);
    put(path, bytes, (size_t)n + 4);
}

static inline dataset_request request(const char *where)
{
    dataset_request r = dataset_request_of(where, 0);
    r.watch = &watch;
    return r;
}

static inline status open_set(dataset *d, const char *where)
{
    dataset_request r = request(where);
    said[0] = 0;
    return dataset_open_with(d, &r);
}

static inline int count_of(const char *where)
{
    dataset d;
    assert_ok(open_set(&d, where));
    int count = d.count;
    dataset_close(&d);
    return count;
}

#endif
