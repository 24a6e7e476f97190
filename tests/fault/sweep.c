/* tests/fault/sweep.c - runs each operation of sweep.h with each fault at each place.
 *
 * SPDX-License-Identifier: MIT */
#include "sweep.h"

#include <glob.h>
#include <unistd.h>

#include "base/file.h"
#include "fault.h"
#include "place.h"

/* What a fault leads to: anything, an error, except in calls that an operation passes over, or
 * none. */
typedef enum outcome { ANYTHING, AN_ERROR, NO_ERROR } outcome;

/* The error numbers are those of Linux. */
static const struct {
    const char *name, *what;
    bool memory, from_there_on;
    outcome leads_to;
} faults[] = {
    { "no memory", "errno 12", true, false, AN_ERROR },
    { "no memory from there on", "errno 12", true, true, ANYTHING },
    { "EIO", "errno 5", false, false, AN_ERROR },
    { "EIO from there on", "errno 5", false, true, ANYTHING },
    { "ENOENT", "errno 2", false, false, ANYTHING },
    { "EACCES", "errno 13", false, false, ANYTHING },
    { "EEXIST", "errno 17", false, false, ANYTHING },
    { "EINVAL", "errno 22", false, false, ANYTHING },
    { "EINTR", "errno 4", false, false, NO_ERROR },
    { "EINTR again and again", "errno 4", false, true, NO_ERROR },
    { "a short count", "short", false, false, NO_ERROR },
    { "short counts", "short", false, true, NO_ERROR },
};

static const char *fault_now = "";

const char *sweep_fault(void)
{
    return fault_now;
}

static int lowest_free_number(void)
{
    int fd = dup(STDERR_FILENO);
    close(fd);
    return fd;
}

/* The first temporary file, or NULL; removes all of them. */
static const char *take_temporaries(void)
{
    static char first[256];
    static const char *const places[] = { "*" FILE_TEMPORARY, "*/*" FILE_TEMPORARY,
                                          "*/*/*" FILE_TEMPORARY };
    first[0] = 0;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        glob_t found;
        if (glob(places[i], 0, NULL, &found) != 0)
            continue;
        for (size_t k = 0; k < found.gl_pathc; k++) {
            snprintf(first, sizeof first, "%s", found.gl_pathv[k]);
            remove(first);
        }
        globfree(&found);
    }
    return first[0] != 0 ? first : NULL;
}

/* Whether an operation may succeed although this call failed: closing what was only read, and what
 * stat tells in advance, matter to none, and numbers are also written without a locale. */
static bool passes_over(const operation *o, const char *call)
{
    static const char always[] = " close stat newlocale ";
    char word[32], own[128];
    snprintf(word, sizeof word, " %s ", call);
    snprintf(own, sizeof own, " %s ", o->passed_over ? o->passed_over : "");
    return strstr(always, word) || strstr(own, word);
}

/* Runs the operation with that fault at its n-th place; false if it has no such place. */
static bool try_at(const operation *o, size_t fault, long n)
{
    bool memory = faults[fault].memory;
    if (o->prepare)
        o->prepare();
    long live = fault_live();
    int number = lowest_free_number();
    fault_now = faults[fault].name;
    fault_order(memory, faults[fault].what, n, faults[fault].from_there_on);
    status s = o->run();
    fault_now = "";
    bool reached = fault_counted() >= n;
    const char *failed = fault_failed();
    fault_order(memory, NULL, 0, false);
    if (fault_live() != live)
        fail_msg("%s, %s at %ld: %ld blocks are not freed", o->name, faults[fault].name, n,
                 fault_live() - live);
    if (lowest_free_number() != number)
        fail_msg("%s, %s at %ld: a file stays open", o->name, faults[fault].name, n);
    if (s != o->undisturbed && (faults[fault].leads_to == NO_ERROR || !reached))
        fail_msg("%s, %s at %ld: %s", o->name, faults[fault].name, n, status_message());
    if (s == STATUS_OK && failed && faults[fault].leads_to == AN_ERROR && !passes_over(o, failed))
        fail_msg("%s, %s at %ld: %s failed unnoticed", o->name, faults[fault].name, n, failed);
    if (s != STATUS_OK && status_message()[0] == 0)
        fail_msg("%s, %s at %ld: no message", o->name, faults[fault].name, n);
    /* If deleting fails from here on, the next save removes the temporary file. */
    const char *left = take_temporaries();
    if (left && !(faults[fault].from_there_on && !memory))
        fail_msg("%s, %s at %ld: left behind: %s", o->name, faults[fault].name, n, left);
    if (o->check)
        o->check(s == STATUS_OK);
    return reached;
}

void sweep(const operation *o)
{
    for (size_t fault = 0; fault < sizeof faults / sizeof *faults; fault++)
        for (long n = 1; try_at(o, fault, n); n++)
            ;
}

void sweep_all(const operation *all, size_t count)
{
    for (size_t i = 0; i < count; i++)
        sweep(&all[i]);
}

/* ---- files for the operations ---- */

void write_ok(const char *path, const void *bytes, size_t n)
{
    assert_ok(file_write(path, bytes, n));
}

void remove_tree(const char *path)
{
    place_remove(path);
}

unsigned char old_bytes[100], new_bytes[200000];

bool holds(const char *path, const unsigned char *expected, size_t size)
{
    unsigned char *bytes;
    size_t n;
    if (file_read(path, 1 << 24, &bytes, &n) != STATUS_OK)
        return false;
    bool same = n == size && memcmp(bytes, expected, n) == 0;
    free(bytes);
    return same;
}

void old_file(void)
{
    write_ok("file", old_bytes, sizeof old_bytes);
}

void no_cache(void)
{
    remove_tree("cache");
}

/* Whether preload.c intercepts this program's calls; it does not if a sanitizer does. */
static bool is_between(void)
{
    fault_order(true, NULL, 0, false);
    char *volatile copy = strdup("a text"); /* otherwise a compiler would remove both calls */
    free(copy);
    return fault_counted() > 0;
}

int main(void)
{
    if (!is_between())
        return 77;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_whole_and_closed),
        cmocka_unit_test(words_are_read_or_refused),
        cmocka_unit_test(checkpoints_are_whole),
        cmocka_unit_test(runs_are_opened_or_left_alone),
        cmocka_unit_test(the_cache_is_read_and_written_or_not),
        cmocka_unit_test(folders_of_pictures_are_read_or_refused),
        cmocka_unit_test(crops_are_made_or_refused),
        cmocka_unit_test(pictures_of_each_format_are_read_or_refused),
        cmocka_unit_test(data_are_found_or_not),
        cmocka_unit_test(files_of_data_are_read_or_refused),
        cmocka_unit_test(pictures_are_written_or_not),
        cmocka_unit_test(pictures_are_enlarged_or_not),
        cmocka_unit_test(captions_are_read_or_refused),
        cmocka_unit_test(conditions_are_learned_or_refused),
        cmocka_unit_test(a_matcher_is_made_or_refused),
        cmocka_unit_test(runs_are_shown_whole_or_with_notes),
    };
    return cmocka_run_group_tests(tests, place_enter, place_leave);
}
