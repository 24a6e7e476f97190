/* tests/test_cache.c - files in the user's cache folder, and damaged ones.
 *
 * SPDX-License-Identifier: MIT */
#include "place.h"
#include "test.h"

#include <math.h>
#include <unistd.h>

#include "base/file.h"
#include "format/cache.h"

static char *cache_path(const char *name)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/gan/%s", getenv("XDG_CACHE_HOME"), name);
    return path;
}

static void change_byte(const char *path, long at)
{
    FILE *f = fopen(path, "r+b");
    assert_non_null(f);
    assert_int_equal(fseek(f, at, at < 0 ? SEEK_END : SEEK_SET), 0);
    int c = fgetc(f);
    assert_int_equal(fseek(f, -1, SEEK_CUR), 0);
    assert_int_equal(fputc(c ^ 1, f), c ^ 1);
    assert_int_equal(fclose(f), 0);
}

static void the_cache_gives_back_what_was_kept_and_nothing_else(void **state)
{
    (void)state;
    float a[6] = { 1, 2, 3, 4, 5, 6 }, c[2] = { 7, 8 }, back[6] = { 0 }, rest[2] = { 0 };
    unsigned char u[3] = { 0, 128, 255 }, bytes[3] = { 0 };
    const cache_tensor kept[] = {
        { .name = "a", .rows = 2, .cols = 3, .data = a, .type = CACHE_F32 },
        { .name = "u", .cols = 3, .data = u, .type = CACHE_U8 },
        { .name = "c", .cols = 2, .data = c, .type = CACHE_F32 }
    };
    const cache_tensor wanted[] = {
        { .name = "a", .rows = 2, .cols = 3, .data = back, .type = CACHE_F32 },
        { .name = "u", .cols = 3, .data = bytes, .type = CACHE_U8 },
        { .name = "c", .cols = 2, .data = rest, .type = CACHE_F32 }
    };
    cache_entry e = {
        .file = "one", .metadata = "\"format\":\"test 1\"", .tensors = kept, .count = 3
    };
    assert_fails(cache_read(&e), STATUS_IO, "one");
    assert_ok(cache_write(&e));
    e.tensors = wanted;
    assert_ok(cache_read(&e));
    assert_memory_equal(a, back, sizeof a);
    assert_memory_equal(c, rest, sizeof c);
    assert_memory_equal(u, bytes, sizeof u);
    cache_entry other = e;
    other.metadata = "\"format\":\"test 2\"";
    assert_fails(cache_read(&other), STATUS_FORMAT, "header");
    other = e;
    other.count = 1;
    assert_fails(cache_read(&other), STATUS_FORMAT, "header");
    const long places[] = { 0, 20, 40, 60, -1, -20 };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        change_byte(cache_path("one"), places[i]);
        assert_fails(cache_read(&e), STATUS_FORMAT, "one");
        change_byte(cache_path("one"), places[i]);
        assert_ok(cache_read(&e));
    }
    a[1] = NAN;
    e.tensors = kept;
    assert_ok(cache_write(&e));
    assert_fails(cache_read(&e), STATUS_FORMAT, "one: a number in a is not finite");
    a[1] = 2;
    assert_ok(cache_write(&e));
    assert_ok(file_append(cache_path("one"), "x", 1));
    assert_fails(cache_read(&e), STATUS_FORMAT, "one: continues after its last tensor");
    assert_int_equal(truncate(cache_path("one"), 100), 0);
    assert_fails(cache_read(&e), STATUS_FORMAT, "one: ");
}

static void the_cache_tells_the_metadata_of_an_entry(void **state)
{
    (void)state;
    json_object o;
    const cache_entry e = { .file = "one", .metadata = "\"format\":\"test 1\",\"count\":\"3\"" };
    assert_fails(cache_metadata("one", &o), STATUS_IO, "one");
    assert_ok(cache_write(&e));
    assert_ok(cache_metadata("one", &o));
    assert_string_equal(json_get(&o, "count"), "3");
    json_free(&o);
    for (long n = 0; n < 8 + 40; n++) {
        assert_ok(cache_write(&e));
        assert_int_equal(truncate(cache_path("one"), n), 0);
        assert_fails(cache_metadata("one", &o), STATUS_FORMAT,
                     n < 8 ? "is not a gan cache entry: it is shorter than 8 bytes" : "cut off");
    }
    assert_ok(file_write(cache_path("one"), "\xff\0\0\0\0\0\0\x80", 8));
    assert_fails(cache_metadata("one", &o), STATUS_FORMAT,
                 "does not begin with the length of a header");
    assert_ok(file_write(cache_path("one"), "\1\0\0\0\0\0\0\0{", 9));
    assert_fails(cache_metadata("one", &o), STATUS_FORMAT,
                 "does not begin with the length of a header");
}

/* Whether the bytes are in the file. */
static bool is_in(const char *path, const char *bytes)
{
    unsigned char *file;
    size_t n;
    assert_ok(file_read(path, 1 << 16, &file, &n));
    bool has = memmem(file, n, bytes, strlen(bytes)) != NULL;
    free(file);
    return has;
}

/* Other programs read an entry as a safetensors file. */
static void a_tensor_with_rows_has_two_sizes_also_if_it_is_one(void **state)
{
    (void)state;
    static const char *const shapes[] = { "\"shape\":[3]", "\"shape\":[1,3]", "\"shape\":[2,3]" };
    unsigned char bytes[6] = { 0 };
    for (int rows = 0; rows < 3; rows++) {
        const cache_tensor t = {
            .name = "u", .rows = rows, .cols = 3, .data = bytes, .type = CACHE_U8
        };
        const cache_entry e = {
            .file = "one", .metadata = "\"format\":\"test 1\"", .tensors = &t, .count = 1
        };
        assert_ok(cache_write(&e));
        for (int i = 0; i < 3; i++)
            assert_int_equal(is_in(cache_path("one"), shapes[i]), i == rows);
    }
}

static void without_a_folder_there_is_no_cache(void **state)
{
    (void)state;
    float a = 1;
    const cache_tensor kept = { .name = "a", .cols = 1, .data = &a, .type = CACHE_F32 };
    const cache_entry e = {
        .file = "one", .metadata = "\"format\":\"test 1\"", .tensors = &kept, .count = 1
    };
    assert_int_equal(setenv("XDG_CACHE_HOME", "/dev/null", 1), 0);
    assert_fails(cache_write(&e), STATUS_IO, "/dev/null");
    assert_int_equal(unsetenv("XDG_CACHE_HOME") | unsetenv("HOME"), 0);
    assert_fails(cache_write(&e), STATUS_IO, "$HOME");
    assert_fails(cache_read(&e), STATUS_IO, "$HOME");
    assert_int_equal(setenv("XDG_CACHE_HOME", "relative", 1) | setenv("HOME", "here", 1), 0);
    assert_fails(cache_write(&e), STATUS_IO, "$HOME");
}

static void the_cache_may_be_below_the_home_folder(void **state)
{
    (void)state;
    char *here = getcwd(NULL, 0);
    const cache_entry e = { .file = "below", .metadata = "\"format\":\"test 1\"" };
    assert_int_equal(unsetenv("XDG_CACHE_HOME") | setenv("HOME", here, 1), 0);
    free(here);
    assert_ok(cache_write(&e));
    assert_true(file_exists(".cache/gan/below"));
}

#define PLACED(test) cmocka_unit_test_setup_teardown(test, place_enter, place_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACED(the_cache_gives_back_what_was_kept_and_nothing_else),
        PLACED(the_cache_tells_the_metadata_of_an_entry),
        PLACED(a_tensor_with_rows_has_two_sizes_also_if_it_is_one),
        PLACED(without_a_folder_there_is_no_cache),
        PLACED(the_cache_may_be_below_the_home_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
