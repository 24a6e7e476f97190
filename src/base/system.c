/* base/system.c - what differs from system to system. Where a system lacks something, the function
 * here does the next best thing.
 *
 * SPDX-License-Identifier: MIT */
#include "base/system.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <locale.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#if defined __APPLE__
#include <mach-o/dyld.h>
#include <xlocale.h>
#elif defined __FreeBSD__ || defined __NetBSD__
#include <sys/types.h>

#include <sys/sysctl.h>
#endif

#include "base/banned.h"

int system_cpus(void)
{
#ifdef CPU_COUNT
    cpu_set_t set;
    /* cpu_set_t holds 1024 CPUs. On a larger machine the call fails, and all of them count. */
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        return CPU_COUNT(&set);
#endif
    return (int)sysconf(_SC_NPROCESSORS_ONLN);
}

static double seconds_of(clockid_t clock)
{
    struct timespec t = { 0 };
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double system_seconds(void)
{
    /* CLOCK_MONOTONIC stands still during sleep on Linux and FreeBSD, and runs on elsewhere. */
#if defined __APPLE__
    return seconds_of(CLOCK_UPTIME_RAW);
#elif defined __OpenBSD__
    return seconds_of(CLOCK_UPTIME);
#else
    return seconds_of(CLOCK_MONOTONIC);
#endif
}

double system_cpu_seconds(void)
{
    return seconds_of(CLOCK_PROCESS_CPUTIME_ID);
}

double system_peak_memory(void)
{
    struct rusage usage = { 0 };
    getrusage(RUSAGE_SELF, &usage);
#ifdef __APPLE__
    return (double)usage.ru_maxrss;
#else
    return (double)usage.ru_maxrss * 1024;
#endif
}

double system_memory(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    return pages > 0 && size > 0 ? (double)pages * (double)size : 0;
}

size_t system_cache_size(int level)
{
#ifdef _SC_LEVEL1_DCACHE_SIZE
    static const int names[] = { _SC_LEVEL1_DCACHE_SIZE, _SC_LEVEL2_CACHE_SIZE,
                                 _SC_LEVEL3_CACHE_SIZE };
    long bytes = sysconf(names[level - 1]);
    return bytes > 0 ? (size_t)bytes : 0;
#else
    (void)level;
    return 0;
#endif
}

void system_give_back_memory(void)
{
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

void system_prefer_large_pages(void *block, size_t bytes)
{
#ifdef MADV_HUGEPAGE
    madvise(block, bytes, MADV_HUGEPAGE);
#else
    (void)block;
    (void)bytes;
#endif
}

void system_will_read(int fd, off_t at, size_t bytes)
{
#ifdef POSIX_FADV_WILLNEED
    posix_fadvise(fd, at, (off_t)bytes, POSIX_FADV_WILLNEED);
#else
    (void)fd;
    (void)at;
    (void)bytes;
#endif
}

int system_lock(int fd)
{
#ifdef LOCK_NB
    return flock(fd, LOCK_EX | LOCK_NB);
#else
    (void)fd; /* POSIX's own locks are for files open for writing, which a folder cannot be */
    errno = ENOTSUP;
    return -1;
#endif
}

int system_sync(int fd)
{
    /* On macOS fsync leaves the bytes in the cache of the disk. Some file systems know only it. */
#ifdef F_FULLFSYNC
    if (fcntl(fd, F_FULLFSYNC) == 0)
        return 0;
#endif
    return fsync(fd);
}

static int64_t nanoseconds(struct timespec t)
{
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

#ifdef __APPLE__
#define st_mtim st_mtimespec
#define st_ctim st_ctimespec
#endif

int64_t system_modified(const struct stat *st)
{
    return nanoseconds(st->st_mtim);
}

int64_t system_changed(const struct stat *st)
{
    return nanoseconds(st->st_ctim);
}

#ifdef __NetBSD__
double system_read_double(const char *s, char **end)
{
    return strtod_l(s, end, LC_C_LOCALE);
}

void system_print_double(char *to, size_t room, int digits, double value)
{
    snprintf_l(to, room, LC_C_LOCALE, "%.*g", digits, value);
}
#else
/* The functions follow the locale of the thread, which is "C" between these two calls. */
static locale_t plain_locale(locale_t *before)
{
    locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    *before = uselocale(plain);
    return plain;
}

static void restore_locale(locale_t plain, locale_t before)
{
    uselocale(before);
    if (plain != (locale_t)0)
        freelocale(plain);
}

double system_read_double(const char *s, char **end)
{
    locale_t before;
    locale_t plain = plain_locale(&before);
    double value = strtod(s, end);
    restore_locale(plain, before);
    return value;
}

void system_print_double(char *to, size_t room, int digits, double value)
{
    locale_t before;
    locale_t plain = plain_locale(&before);
    snprintf(to, room, "%.*g", digits, value);
    restore_locale(plain, before);
}
#endif

char *system_program(void)
{
#if defined __APPLE__
    char path[PATH_MAX];
    uint32_t size = sizeof path;
    return _NSGetExecutablePath(path, &size) == 0 ? realpath(path, NULL) : NULL;
#elif defined __FreeBSD__ || defined __NetBSD__
#ifdef __FreeBSD__
    const int name[] = { CTL_KERN, KERN_PROC, KERN_PROC_PATHNAME, -1 };
#else
    const int name[] = { CTL_KERN, KERN_PROC_ARGS, -1, KERN_PROC_PATHNAME };
#endif
    char path[PATH_MAX];
    size_t size = sizeof path;
    return sysctl(name, 4, path, &size, NULL, 0) == 0 ? realpath(path, NULL) : NULL;
#else
    /* OpenBSD has no such path. */
    return realpath("/proc/self/exe", NULL);
#endif
}
