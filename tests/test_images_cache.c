/* tests/test_images_cache.c - damaged sets of images in the cache.
 *
 * SPDX-License-Identifier: MIT */
#include "place.h"
#include "test.h"

#include <dirent.h>
#include <unistd.h>

#include <zlib.h>

#include "base/file.h"
#include "data/images.h"
#include "format/cache.h"
#include "format/safetensors.h"
#include "image/grid.h"

static image_options options = { .background = "white" };
static char last_notice[1024];

static void keep_notice(void *context, const char *message)
{
    (void)context;
    snprintf(last_notice, sizeof last_notice, "%s", message);
}

/* Reads the set, perhaps from the cache; the notice says what is wrong with the cache. */
static status read_set(const char *folder)
{
    static const image_watch watch = { .notice = keep_notice };
    image_set s;
    last_notice[0] = 0;
    const images_request r = { .folder = folder, .options = &options, .watch = &watch };
    TRY(images_open(&s, &r));
    images_close(&s);
    return STATUS_OK;
}

static char cached[1024]; /* the one file in the cache */

static void find_cached(void)
{
    char folder[600];
    snprintf(folder, sizeof folder, "%s/gan", getenv("XDG_CACHE_HOME"));
    DIR *d = opendir(folder);
    assert_non_null(d);
    for (struct dirent *e; (e = readdir(d));)
        if (e->d_name[0] != '.')
            snprintf(cached, sizeof cached, "%s/%s", folder, e->d_name);
    closedir(d);
}

static const char *name_in_cache(void)
{
    return strrchr(cached, '/') + 1;
}

static int make_set(void **state)
{
    const float white[4] = { 1, 1, 1, 1 };
    const grid g = { .rows = 1, .cols = 1, .channels = 1, .height = 2, .width = 2 };
    if (place_enter(state) != 0)
        return -1;
    assert_ok(folder_make("set"));
    assert_ok(grid_write_png("set/1.png", &g, white));
    assert_ok(grid_write_png("set/2.png", &g, white));
    assert_ok(read_set("set"));
    assert_string_equal(last_notice, "");
    find_cached();
    return 0;
}

/* Changes a byte of the file, `back` from its end, and corrects the checksum. */
static void change_from_end(size_t back, unsigned char value)
{
    unsigned char *bytes;
    size_t n;
    assert_ok(file_read(cached, 1 << 20, &bytes, &n));
    char *header = (char *)bytes + SAFETENSORS_LENGTH;
    bytes[n - back] = value;
    safetensors_put_crc(header, 0);
    safetensors_put_crc(header, (uint32_t)crc32_z(0, bytes, n));
    assert_ok(file_write(cached, bytes, n));
    free(bytes);
}

/* The file ends with the names, "1.png" and "2.png" with a NUL each, and 2 x 4 pixels. */
enum { PIXELS = 8, NAME = 6 };

static void each_image_has_a_name_that_ends(void **state)
{
    (void)state;
    change_from_end(PIXELS + 1, 'x');
    assert_ok(read_set("set"));
    assert_non_null(
        strstr(last_notice, ": does not have a name for each image; the files are read"));
    change_from_end(PIXELS + NAME + 1, 'x'); /* joins the two names */
    assert_ok(read_set("set"));
    assert_non_null(
        strstr(last_notice, ": does not have a name for each image; the files are read"));
    assert_ok(read_set("set"));
    assert_string_equal(last_notice, "");
}

static void facts_have_to_be_in_their_range_and_fit_together(void **state)
{
    (void)state;
#define FACTS(channels, height)                                                                    \
    "\"count\":\"1\",\"image_channels\":\"" channels "\",\"height\":\"" height                     \
    "\",\"width\":\"65500\",\"names\":\"1\",\"files\":\"1\",\"bad\":\"0\",\"other\":\"0\",\"note\":\"a note\""
    static const struct {
        const char *metadata, *message;
    } cases[] = {
        { "\"count\":\"1\"", ": its metadata lacks \"image_channels\"" },
        { FACTS("4", "1"), ": its metadata lacks \"image_channels\"" },
        { FACTS("3", "65500"), ": its images are too large" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const cache_entry e = { name_in_cache(), cases[i].metadata, NULL, 0 };
        assert_ok(cache_write(&e));
        assert_ok(read_set("set"));
        assert_non_null(strstr(last_notice, cases[i].message));
    }
}

static void a_folder_without_files_has_no_entry_and_is_refused(void **state)
{
    (void)state;
    assert_ok(folder_make("empty"));
    assert_fails(read_set("empty"), STATUS_IO, "empty: has no files");
    assert_string_equal(last_notice, "");
}

static void a_folder_of_which_no_file_is_a_picture_is_refused(void **state)
{
    (void)state;
    assert_ok(folder_make("texts"));
    assert_ok(file_write("texts/a", "a", 1));
    assert_ok(file_write("texts/b", "b", 1));
    assert_fails(read_set("texts"), STATUS_IO,
                 "texts: none of its 0 pictures can be read; the first: gone");
}

#define PLACED(test) cmocka_unit_test_setup_teardown(test, make_set, place_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACED(each_image_has_a_name_that_ends),
        PLACED(facts_have_to_be_in_their_range_and_fit_together),
        PLACED(a_folder_without_files_has_no_entry_and_is_refused),
        PLACED(a_folder_of_which_no_file_is_a_picture_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
