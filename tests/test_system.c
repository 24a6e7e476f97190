/* tests/test_system.c - what differs from system to system: cores, memory and their quotas, clocks,
 * paths.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <fcntl.h>
#include <math.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/cores.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/system.h"

/* ---- cores ---- */

static void cores_are_those_of_the_affinity_mask(void **state)
{
    (void)state;
#ifdef CPU_COUNT
    cpu_set_t mine;
    assert_int_equal(sched_getaffinity(0, sizeof mine, &mine), 0);
    assert_int_equal(system_cpus(), CPU_COUNT(&mine));
    assert_in_range(cores_usable(), 1, CPU_COUNT(&mine));
    /* In a child, as the mask stays. */
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        size_t first = 0;
        while (!CPU_ISSET(first, &mine))
            first++;
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(first, &one);
        _exit(sched_setaffinity(0, sizeof one, &one) == 0 ? cores_usable() : 99);
    }
    int result = 0;
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_true(WIFEXITED(result));
    assert_int_equal(WEXITSTATUS(result), 1);
#else
    skip();
#endif
}

/* Writes a file of the groups in the folder "groups"; NULL removes it. */
static void put(const char *name, const char *contents)
{
    char path[128];
    snprintf(path, sizeof path, "groups/%s", name);
    assert_ok(contents ? file_write(path, contents, strlen(contents)) : file_remove(path));
}

static int quota_of(const char *member)
{
    assert_ok(file_write("member", member, strlen(member)));
    return cores_quota("groups", "member");
}

static void the_quota_of_a_control_group_is_in_whole_cores(void **state)
{
    (void)state;
    static const struct {
        const char *max; /* of version 2 */
        int cores;
    } groups[] = { { "max 100000\n", 0 },   { "200000 100000\n", 2 }, { "150000 100000\n", 2 },
                   { "50000 100000\n", 1 }, { "200000\n", 0 },        { "", 0 },
                   { "-1 100000\n", 0 },    { "1e300 1\n", 0 },       { "inf 100000\n", 0 },
                   { "nan nan\n", 0 },      { "100000 100000\n", 1 } };
    assert_ok(folder_make("groups/cpu"));
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        put("cpu.max", groups[i].max);
        assert_int_equal(quota_of("0::/\n"), groups[i].cores);
        assert_int_equal(cores_quota("groups", "no such file"), groups[i].cores);
    }
    put("cpu.max", NULL);
    assert_int_equal(quota_of("0::/\n"), 0);
    /* Version 1, where -1 is no quota. */
    put("cpu/cpu.cfs_period_us", "100000\n");
    put("cpu/cpu.cfs_quota_us", "-1\n");
    assert_int_equal(quota_of("4:cpu,cpuacct:/\n"), 0);
    put("cpu/cpu.cfs_quota_us", "250000\n");
    assert_int_equal(quota_of("4:cpu,cpuacct:/\n"), 3);
    put("cpu/cpu.cfs_quota_us", NULL);
    put("cpu/cpu.cfs_period_us", NULL);
}

/* A service's limit is on its own group or on one above it, never on the root of a real machine. */
static void the_least_quota_of_a_group_and_those_above_it_counts(void **state)
{
    (void)state;
    static const char of_two[] = "0::/user.slice/job 7/step\n";
    assert_ok(folder_make("groups/user.slice/job 7/step"));
    put("user.slice/job 7/step/cpu.max", "max 100000\n");
    put("user.slice/job 7/cpu.max", "300000 100000\n");
    put("user.slice/cpu.max", "800000 100000\n");
    assert_int_equal(quota_of(of_two), 3);
    put("user.slice/job 7/step/cpu.max", "90000 50000\n");
    assert_int_equal(quota_of(of_two), 2);
    put("cpu.max", "100000 100000\n");
    assert_int_equal(quota_of(of_two), 1);
    put("cpu.max", NULL);
    /* A group beside it, and one whose folder is not there, as in a container. */
    assert_int_equal(quota_of("0::/user.slice/other\n"), 8);
    assert_int_equal(quota_of("0::/elsewhere/job 7\n"), 0);
    assert_int_equal(quota_of("0::/../user.slice/job 7\n"), 0);
    /* Version 1: only the hierarchy with the controller cpu. */
    assert_ok(folder_make("groups/cpu/jobs/one"));
    put("cpu/jobs/cpu.cfs_quota_us", "500000\n");
    put("cpu/jobs/cpu.cfs_period_us", "100000\n");
    put("cpu/jobs/one/cpu.cfs_quota_us", "-1\n");
    put("cpu/jobs/one/cpu.cfs_period_us", "100000\n");
    assert_int_equal(quota_of("7:memory:/x\n4:cpu,cpuacct:/jobs/one\n"), 5);
    assert_int_equal(quota_of("4:cpuacct,cpu:/jobs/one"), 5);
    assert_int_equal(quota_of("4:cpuset,cpuacct:/jobs/one\n"), 0);
    /* Both versions at once, and lines that are none. */
    assert_int_equal(quota_of("4:cpu:/jobs/one\n0::/user.slice/job 7\n"), 3);
    assert_int_equal(quota_of("\n:\n::\n4\n4:cpu\n"), 0);
}

/* ---- memory ---- */

static double memory_of(const char *member)
{
    assert_ok(file_write("member", member, strlen(member)));
    return memory_quota("groups", "member");
}

static void the_memory_of_a_control_group_is_the_least_of_its_limits(void **state)
{
    (void)state;
    assert_ok(folder_make("groups/memory/jobs/one"));
    assert_ok(folder_make("groups/system.slice/unit"));
    assert_true(isinf(memory_of("0::/system.slice/unit\n")));
    put("system.slice/unit/memory.max", "max\n");
    put("system.slice/memory.max", "2147483648\n");
    assert_true(memory_of("0::/system.slice/unit\n") == 0x1p31);
    put("system.slice/unit/memory.max", "1048576\n");
    assert_true(memory_of("0::/system.slice/unit\n") == 0x1p20);
    assert_true(isinf(memory_of("0::/elsewhere\n")));
    /* Version 1, where the largest multiple of a page is no limit. */
    put("memory/jobs/one/memory.limit_in_bytes", "9223372036854771712\n");
    assert_true(isinf(memory_of("9:memory:/jobs/one\n")));
    put("memory/jobs/memory.limit_in_bytes", "65536\n");
    assert_true(memory_of("9:memory:/jobs/one\n") == 65536);
    assert_true(isinf(memory_of("9:cpu,cpuacct:/jobs/one\n")));
    put("memory/jobs/memory.limit_in_bytes", NULL);
    put("memory/jobs/one/memory.limit_in_bytes", NULL);
    put("system.slice/memory.max", NULL);
    put("system.slice/unit/memory.max", NULL);
}

static void memory_usable_is_at_most_the_memory_of_the_machine(void **state)
{
    (void)state;
    assert_true(system_memory() > 0x1p26);
    assert_true(memory_usable() <= system_memory());
    assert_true(memory_usable() >= system_peak_memory());
}

/* ---- clocks ---- */

static void clocks_go_forward(void **state)
{
    (void)state;
    double start = system_seconds(), cpu = system_cpu_seconds();
    while (system_cpu_seconds() - cpu < 0.01)
        ;
    assert_true(system_seconds() - start >= 0.005);
    assert_true(system_peak_memory() > 1e5);
}

/* Without SIGSTOP: a process that does nothing looks the same to the clock. */
static void time_without_work_before_a_continuation_is_taken_out(void **state)
{
    (void)state;
    clock_mark();
    double before = clock_seconds();
    usleep(300000);
    clock_continued();
    assert_true(clock_seconds() - before < 0.2);
    clock_continued();
    assert_true(clock_seconds() - before < 0.2);
    /* Work is time that counts. */
    clock_mark();
    before = clock_seconds();
    double cpu = system_cpu_seconds();
    while (system_cpu_seconds() - cpu < 0.1)
        ;
    clock_continued();
    assert_true(clock_seconds() - before >= 0.09);
}

/* ---- files ---- */

static void times_of_files_are_in_nanoseconds(void **state)
{
    (void)state;
    struct stat st;
    const struct timespec times[2] = { { 1000000000, 5 }, { 1234567890, 123456789 } };
    assert_ok(file_write("timed", "x", 1));
    assert_int_equal(utimensat(AT_FDCWD, "timed", times, 0), 0);
    assert_int_equal(stat("timed", &st), 0);
    assert_int_equal(system_modified(&st) / 1000, 1234567890123456); /* some systems have only us */
    assert_true(system_changed(&st) > system_modified(&st));
}

static void a_program_knows_its_path(void **state)
{
    (void)state;
    char *path = system_program();
    if (!path)
        skip();
    const char *name = strrchr(path, '/');
    assert_string_equal(name, "/test_system");
    assert_true(file_exists(path));
    free(path);
}

static void a_path_is_made_absolute_once(void **state)
{
    (void)state;
    char *path, *again, *here = realpath(".", NULL);
    char expected[4096];
    assert_ok(folder_make("below"));
    assert_ok(file_write("below/file", "x", 1));
    snprintf(expected, sizeof expected, "%s/below/file", here);
    assert_ok(path_absolute(&path, "./below/../below//file"));
    assert_string_equal(path, expected);
    assert_ok(path_absolute(&again, path));
    assert_string_equal(again, expected);
    free(again);
    free(path);
    /* The user's own absolute name may lead through links that will point elsewhere. */
    assert_ok(path_absolute(&path, "/no/such/../file"));
    assert_string_equal(path, "/no/such/../file");
    free(path);
    assert_fails(path_absolute(&path, "none"), STATUS_IO, "none: has no absolute path: No such");
    free(here);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cores_are_those_of_the_affinity_mask),
        cmocka_unit_test(the_quota_of_a_control_group_is_in_whole_cores),
        cmocka_unit_test(the_least_quota_of_a_group_and_those_above_it_counts),
        cmocka_unit_test(the_memory_of_a_control_group_is_the_least_of_its_limits),
        cmocka_unit_test(memory_usable_is_at_most_the_memory_of_the_machine),
        cmocka_unit_test(clocks_go_forward),
        cmocka_unit_test(time_without_work_before_a_continuation_is_taken_out),
        cmocka_unit_test(times_of_files_are_in_nanoseconds),
        cmocka_unit_test(a_program_knows_its_path),
        cmocka_unit_test(a_path_is_made_absolute_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
