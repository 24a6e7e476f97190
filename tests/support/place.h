/* tests/support/place.h - gives a test its own empty folder, with its cache inside.
 *
 *     cmocka_unit_test_setup_teardown(test, place_enter, place_leave)
 *
 * The test runs in that folder; place_leave deletes it.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TESTS_PLACE_H
#define GAN_TESTS_PLACE_H

#include "test.h"

#include <ftw.h>
#include <unistd.h>

static inline int place_remove_one(const char *path, const struct stat *st, int kind,
                                   struct FTW *at)
{
    (void)st, (void)kind, (void)at;
    return remove(path);
}

/* Removes a file, or a folder with its contents. */
static inline int place_remove(const char *path)
{
    return nftw(path, place_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static inline int place_enter(void **state)
{
    char folder[] = "place-XXXXXX", cache[4096];
    char *here = mkdtemp(folder) && chdir(folder) == 0 ? getcwd(NULL, 0) : NULL;
    if (!here)
        return -1;
    *state = here;
    int n = snprintf(cache, sizeof cache, "%s/cache", here);
    return n < (int)sizeof cache ? setenv("XDG_CACHE_HOME", cache, 1) : -1;
}

static inline int place_leave(void **state)
{
    char *here = *state;
    int failed = chdir("..") != 0 ? -1 : place_remove(here);
    free(here);
    return failed;
}

#endif
