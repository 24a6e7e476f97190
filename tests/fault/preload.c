/* tests/fault/preload.c - intercepts calls of the program to the C library (LD_PRELOAD), counts
 * them and does something at the n-th call.
 *
 * The environment controls it:
 *
 *     FAULT_COUNT=calls|memory   counts file calls, or allocations
 *     FAULT_ONLY=NAME            counts only the file calls of that name
 *     FAULT_AT=N                 acts at the N-th call (from 1)
 *     FAULT_ON=1                 and at every later one
 *     FAULT_WHAT=kill            SIGKILL before the call
 *                torn            a write does its first half, then SIGKILL; others: as kill
 *                short           a read or write transfers a third of its bytes
 *                signal N        the signal N before the call
 *                twice N         twice in a row
 *                errno N         the call fails; EINTR only affects calls that may be interrupted,
 *                                and with FAULT_ON every second of them
 *                pause           up to 2 ms before the call: for races
 *                slow N          N ms before the call
 *     FAULT_LOG=FILE             a line for each counted call: its number, name and file; at the
 *                                end "live N": the number of blocks that were not freed
 *     FAULT_RECORD=FILE          records the calls that change files, for tests/fault/replay.c
 *     FAULT_FAST=1               fsync does nothing (a killed process loses no page cache), and the
 *                                clock stands still, so that metrics.csv is the same in every run
 *     FAULT_CLOCK=1              the time of day jumps by years; the monotonic clock stands still
 *                                and leaps, as on a machine that sleeps
 *
 * Calls inside the C library are not intercepted: opendir, realpath and fopen are one call each.
 * The program writes to its files only with write(2).
 *
 * SPDX-License-Identifier: MIT */
#undef _FORTIFY_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "fault.h"

/* The next definition of a function: the C library's or a sanitizer's. */
#define REAL(type, name, ...)                                                                      \
    static type (*real)(__VA_ARGS__);                                                              \
    if (!real)                                                                                     \
    *(void **)&real = dlsym(RTLD_NEXT, name)

typedef enum action { NOTHING, KILL, TORN, SHORT, SIGNAL, TWICE, ERRNO, PAUSE, SLOW } action;

static struct {
    action what;
    int number;       /* the signal, the error or the time */
    const char *only; /* NULL: all calls */
    long at;
    bool from_there_on, counts_memory, fast, clock_jumps;
    int log, record; /* -1: none */
} order = { .log = -1, .record = -1 };

static bool awake; /* from the start of the program until main returns */
static atomic_long calls, interruptions, live;
static const char *_Atomic last_failed; /* the name of the last call that was made to fail */

/* ---- what to do ---- */

static void say(int fd, const char *format, ...)
{
    char line[2 * PATH_MAX + 64];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    syscall(SYS_write, fd, line, (size_t)n < sizeof line ? (size_t)n : sizeof line - 1);
}

static long number_in(const char *name, long otherwise)
{
    const char *value = getenv(name);
    return value ? strtol(value, NULL, 10) : otherwise;
}

static int open_log(const char *name)
{
    const char *path = getenv(name);
    /* The descriptor must not be one that the program would get. */
    int low = path ? (int)syscall(SYS_openat, AT_FDCWD, path,
                                  O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666)
                   : -1;
    int high = low >= 0 ? fcntl(low, F_DUPFD_CLOEXEC, 700) : -1;
    if (low >= 0)
        syscall(SYS_close, low);
    return high;
}

static void set_action(const char *what)
{
    static const char *const all[] = {
        [NOTHING] = "nothing", [KILL] = "kill",     [TORN] = "torn",
        [SHORT] = "short",     [SIGNAL] = "signal", [TWICE] = "twice",
        [ERRNO] = "errno",     [PAUSE] = "pause",   [SLOW] = "slow"
    };
    order.what = NOTHING;
    for (size_t i = 0; what && i < sizeof all / sizeof *all; i++)
        if (strncmp(what, all[i], strlen(all[i])) == 0)
            order.what = (action)i;
    if (what && strchr(what, ' '))
        order.number = (int)strtol(strchr(what, ' '), NULL, 10);
}

__attribute__((constructor)) static void start(void)
{
    const char *count = getenv("FAULT_COUNT");
    set_action(getenv("FAULT_WHAT"));
    order.counts_memory = count && strcmp(count, "memory") == 0;
    order.only = getenv("FAULT_ONLY");
    order.at = number_in("FAULT_AT", 0);
    order.from_there_on = number_in("FAULT_ON", 0) != 0;
    order.fast = number_in("FAULT_FAST", 0) != 0;
    order.clock_jumps = number_in("FAULT_CLOCK", 0) != 0;
    order.log = open_log("FAULT_LOG");
    order.record = open_log("FAULT_RECORD");
    atomic_store(&live, 0);
    awake = true;
}

void fault_order(bool memory, const char *what, long at, bool from_there_on)
{
    set_action(what);
    order.counts_memory = memory;
    order.at = at;
    order.from_there_on = from_there_on;
    order.fast = true;
    atomic_store(&calls, 0);
    atomic_store(&interruptions, 0);
    atomic_store(&last_failed, NULL);
}

const char *fault_failed(void)
{
    return atomic_load(&last_failed);
}

long fault_counted(void)
{
    return atomic_load(&calls);
}

long fault_live(void)
{
    return atomic_load(&live);
}

/* Calls after main do not count: a build that measures coverage then writes its counts
 * (scripts/coverage). */
static int (*main_of_program)(int, char **, char **);

static int main_and_no_more(int argc, char **argv, char **environment)
{
    int code = main_of_program(argc, argv, environment);
    awake = false;
    return code;
}

typedef void function(void);
int __libc_start_main(int (*)(int, char **, char **), int, char **, function *, function *,
                      function *, void *);
int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv, function *init,
                      function *fini, function *after, void *stack)
{
    REAL(int, "__libc_start_main", int (*)(int, char **, char **), int, char **, function *,
         function *, function *, void *);
    main_of_program = main;
    return real(main_and_no_more, argc, argv, init, fini, after, stack);
}

__attribute__((destructor)) static void end(void)
{
    fclose(stdout); /* its buffer is not a leak */
    if (order.log >= 0)
        say(order.log, "live %ld\n", atomic_load(&live));
}

static void die(void)
{
    kill(getpid(), SIGKILL);
    for (;;)
        pause();
}

static void send_signal(void)
{
    kill(getpid(), order.number);
}

static void pause_a_little(void)
{
    struct timespec now;
    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
    struct timespec t = { .tv_nsec = now.tv_nsec / 7 % 2000000 };
    syscall(SYS_nanosleep, &t, NULL);
}

static void pause_for(int ms)
{
    struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };
    syscall(SYS_nanosleep, &t, NULL);
}

/* As POSIX and Linux define it. */
static bool may_be_interrupted(const char *name)
{
    static const char *const all[] = {
        "open", "close", "read", "write", "pread", "pwrite", "fsync"
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(name, all[i]) == 0)
            return true;
    return false;
}

/* Counts a call and returns its fault: NOTHING, TORN, SHORT, or ERRNO with errno set. */
static action count(bool memory, const char *name, const char *path)
{
    if (!awake || memory != order.counts_memory || (order.only && strcmp(name, order.only) != 0))
        return NOTHING;
    long n = atomic_fetch_add(&calls, 1) + 1;
    if (order.log >= 0)
        say(order.log, "%ld %s %s\n", n, name, path ? path : "-");
    if (order.at == 0 || (order.from_there_on ? n < order.at : n != order.at))
        return NOTHING;
    bool interrupted = order.what == ERRNO && order.number == EINTR;
    if (interrupted && (!may_be_interrupted(name) ||
                        (order.from_there_on && atomic_fetch_add(&interruptions, 1) % 2 != 0)))
        return NOTHING;
    if (order.what == KILL)
        die();
    if (order.what == PAUSE)
        pause_a_little();
    if (order.what == SLOW)
        pause_for(order.number);
    if (order.what == SIGNAL || order.what == TWICE)
        send_signal();
    if (order.what == TWICE)
        send_signal();
    if (order.what == ERRNO) {
        errno = order.number;
        atomic_store(&last_failed, name);
    }
    return order.what == TORN || order.what == SHORT || order.what == ERRNO ? order.what : NOTHING;
}

/* For calls without a byte count. */
static bool fails(const char *name, const char *path)
{
    action a = count(false, name, path);
    if (a == TORN)
        die();
    return a == ERRNO;
}

/* ---- memory ---- */

/* dlsym may allocate before the real malloc is known. */
static struct {
    char bytes[1 << 14];
    size_t used;
} early;

static void *take_early(size_t n)
{
    void *p = early.bytes + early.used;
    early.used += (n + 15) / 16 * 16;
    if (early.used > sizeof early.bytes)
        die();
    return p;
}

static bool is_early(const void *p)
{
    return (uintptr_t)p - (uintptr_t)early.bytes < sizeof early.bytes;
}

static bool no_memory(const char *name)
{
    if (count(true, name, NULL) == NOTHING)
        return false;
    errno = ENOMEM;
    return true;
}

static void *counted(void *p)
{
    if (p)
        atomic_fetch_add(&live, 1);
    return p;
}

/* Volatile: dlsym is declared as if it called nothing in this file, which is wrong. */
static _Thread_local volatile bool resolving __attribute__((tls_model("initial-exec")));

#define REAL_MEMORY(type, name, ...)                                                               \
    static type (*real)(__VA_ARGS__);                                                              \
    if (!real) {                                                                                   \
        resolving = true;                                                                          \
        *(void **)&real = dlsym(RTLD_NEXT, name);                                                  \
        resolving = false;                                                                         \
    }

void *malloc(size_t n)
{
    if (resolving)
        return take_early(n);
    REAL_MEMORY(void *, "malloc", size_t);
    return no_memory("malloc") ? NULL : counted(real(n));
}

void *calloc(size_t count_, size_t size)
{
    if (resolving)
        return take_early(count_ * size);
    REAL_MEMORY(void *, "calloc", size_t, size_t);
    return no_memory("calloc") ? NULL : counted(real(count_, size));
}

void *realloc(void *p, size_t n)
{
    REAL_MEMORY(void *, "realloc", void *, size_t);
    if (is_early(p)) {
        void *more = malloc(n);
        return more ? memcpy(more, p, n) : NULL;
    }
    if (no_memory("realloc"))
        return NULL;
    return p ? real(p, n) : counted(real(p, n));
}

void *aligned_alloc(size_t alignment, size_t n)
{
    REAL_MEMORY(void *, "aligned_alloc", size_t, size_t);
    return no_memory("aligned_alloc") ? NULL : counted(real(alignment, n));
}

int posix_memalign(void **p, size_t alignment, size_t n)
{
    REAL_MEMORY(int, "posix_memalign", void **, size_t, size_t);
    if (no_memory("posix_memalign"))
        return ENOMEM;
    int result = real(p, alignment, n);
    if (result == 0)
        counted(*p);
    return result;
}

void free(void *p)
{
    if (!p || is_early(p) || resolving)
        return;
    REAL_MEMORY(void, "free", void *);
    atomic_fetch_sub(&live, 1);
    real(p);
}

locale_t newlocale(int what, const char *name, locale_t base)
{
    REAL(locale_t, "newlocale", int, const char *, locale_t);
    return no_memory("newlocale") ? (locale_t)0 : real(what, name, base);
}

/* ---- files by descriptor ---- */

enum { FILES = 64 };
static char names[FILES][PATH_MAX];

static const char *name_of(int fd)
{
    return fd >= 0 && fd < FILES && names[fd][0] ? names[fd] : "-";
}

static int named(int fd, const char *path)
{
    if (fd >= 0 && fd < FILES)
        snprintf(names[fd], sizeof names[fd], "%s", path);
    return fd;
}

/* One spelling for each file in the record: absolute, no slash at the end. */
static const char *whole(const char *path, char *to)
{
    char folder[PATH_MAX] = "";
    if (path[0] != '/' && syscall(SYS_getcwd, folder, sizeof folder) < 0)
        die();
    snprintf(to, 2 * PATH_MAX, "%s%s%s", folder, path[0] == '/' ? "" : "/", path);
    size_t n = strlen(to);
    while (n > 1 && (to[n - 1] == '/' || strcmp(to + n - 2, "/.") == 0))
        to[--n] = 0;
    return to;
}

static void record(const char *what, const char *path, const char *second)
{
    char one[2 * PATH_MAX], two[2 * PATH_MAX];
    if (order.record < 0 || !awake)
        return;
    say(order.record, "%s %s%s%s\n", what, whole(path, one), second ? " " : "",
        second ? whole(second, two) : "");
}

/* ---- file calls ---- */

static int opened(const char *path, int flags, mode_t mode)
{
    REAL(int, "open", const char *, int, ...);
    bool is_new = (flags & O_CREAT) != 0 && access(path, F_OK) != 0;
    if (fails("open", path))
        return -1;
    int fd = named(real(path, flags, mode), path);
    if (fd >= 0 && is_new)
        record("create", path, NULL);
    return fd;
}

int open(const char *path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    mode_t mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;
    va_end(args);
    return opened(path, flags, mode);
}

int __open_2(const char *path, int flags);
int __open_2(const char *path, int flags)
{
    return opened(path, flags, 0);
}

int close(int fd)
{
    REAL(int, "close", int);
    bool failed = fails("close", name_of(fd));
    int error = errno;
    if (fd >= 0 && fd < FILES)
        names[fd][0] = 0;
    int result = real(fd); /* Linux closes it even if close fails */
    if (!failed)
        return result;
    errno = error;
    return -1;
}

static size_t third(size_t n)
{
    return n > 3 ? n / 3 : n > 0 ? 1 : 0;
}

ssize_t read(int fd, void *to, size_t n)
{
    REAL(ssize_t, "read", int, void *, size_t);
    action a = count(false, "read", name_of(fd));
    if (a == TORN)
        die();
    return a == ERRNO ? -1 : real(fd, to, a == SHORT ? third(n) : n);
}

ssize_t __read_chk(int fd, void *to, size_t n, size_t room);
ssize_t __read_chk(int fd, void *to, size_t n, size_t room)
{
    if (n > room)
        abort();
    return read(fd, to, n);
}

ssize_t write(int fd, const void *bytes, size_t n)
{
    REAL(ssize_t, "write", int, const void *, size_t);
    action a = count(false, "write", name_of(fd));
    if (a == ERRNO)
        return -1;
    ssize_t done = real(fd, bytes, a == SHORT ? third(n) : a == TORN ? n / 2 : n);
    if (a == TORN)
        die();
    if (order.record >= 0 && awake && done > 0 && name_of(fd)[0] != '-') {
        char path[2 * PATH_MAX];
        say(order.record, "write %s %zd\n", whole(name_of(fd), path), done);
        syscall(SYS_write, order.record, bytes, (size_t)done);
        say(order.record, "\n");
    }
    return done;
}

/* Files without a name are read and written at any place. */
ssize_t pread(int fd, void *to, size_t n, off_t at)
{
    REAL(ssize_t, "pread", int, void *, size_t, off_t);
    action a = count(false, "pread", name_of(fd));
    if (a == TORN)
        die();
    return a == ERRNO ? -1 : real(fd, to, a == SHORT ? third(n) : n, at);
}

ssize_t __pread_chk(int fd, void *to, size_t n, off_t at, size_t room);
ssize_t __pread_chk(int fd, void *to, size_t n, off_t at, size_t room)
{
    if (n > room)
        abort();
    return pread(fd, to, n, at);
}

ssize_t pwrite(int fd, const void *bytes, size_t n, off_t at)
{
    REAL(ssize_t, "pwrite", int, const void *, size_t, off_t);
    action a = count(false, "pwrite", name_of(fd));
    if (a == ERRNO)
        return -1;
    ssize_t done = real(fd, bytes, a == SHORT ? third(n) : a == TORN ? n / 2 : n, at);
    if (a == TORN)
        die();
    return done;
}

int fsync(int fd)
{
    REAL(int, "fsync", int);
    if (fails("fsync", name_of(fd)))
        return -1;
    int result = order.fast ? 0 : real(fd);
    if (result == 0)
        record("sync", name_of(fd), NULL);
    return result;
}

int rename(const char *from, const char *to)
{
    REAL(int, "rename", const char *, const char *);
    if (fails("rename", to))
        return -1;
    int result = real(from, to);
    if (result == 0)
        record("rename", from, to);
    return result;
}

int unlink(const char *path)
{
    REAL(int, "unlink", const char *);
    if (fails("unlink", path))
        return -1;
    int result = real(path);
    if (result == 0)
        record("unlink", path, NULL);
    return result;
}

int unlinkat(int folder, const char *path, int flags)
{
    REAL(int, "unlinkat", int, const char *, int);
    return fails("unlinkat", path) ? -1 : real(folder, path, flags);
}

int mkdir(const char *path, mode_t mode)
{
    REAL(int, "mkdir", const char *, mode_t);
    if (fails("mkdir", path))
        return -1;
    int result = real(path, mode);
    if (result == 0)
        record("mkdir", path, NULL);
    return result;
}

int rmdir(const char *path)
{
    REAL(int, "rmdir", const char *);
    return fails("rmdir", path) ? -1 : real(path);
}

int fchmod(int fd, mode_t mode)
{
    REAL(int, "fchmod", int, mode_t);
    return fails("fchmod", name_of(fd)) ? -1 : real(fd, mode);
}

int flock(int fd, int how)
{
    REAL(int, "flock", int, int);
    return fails("flock", name_of(fd)) ? -1 : real(fd, how);
}

int stat(const char *path, struct stat *st)
{
    REAL(int, "stat", const char *, struct stat *);
    return fails("stat", path) ? -1 : real(path, st);
}

int fstat(int fd, struct stat *st)
{
    REAL(int, "fstat", int, struct stat *);
    return fails("fstat", name_of(fd)) ? -1 : real(fd, st);
}

char *realpath(const char *path, char *to)
{
    REAL(char *, "realpath", const char *, char *);
    return fails("realpath", path) ? NULL : real(path, to);
}

DIR *opendir(const char *path)
{
    REAL(DIR *, "opendir", const char *);
    return fails("opendir", path) ? NULL : real(path);
}

struct dirent *readdir(DIR *d)
{
    REAL(struct dirent *, "readdir", DIR *);
    return fails("readdir", "-") ? NULL : real(d);
}

FILE *fopen(const char *path, const char *mode)
{
    REAL(FILE *, "fopen", const char *, const char *);
    return fails("fopen", path) ? NULL : real(path, mode);
}

static void jump(bool of_day, struct timespec *t)
{
    static atomic_long asked;
    static const time_t years[] = { 5000000000, 1800000000, 1 };
    long n = atomic_fetch_add(&asked, 1);
    *t = (struct timespec){ .tv_sec = of_day ? years[n % 3] : 1000 + n / 3 * 100000 };
}

int clock_gettime(clockid_t clock, struct timespec *t)
{
    if (order.clock_jumps) {
        jump(clock == CLOCK_REALTIME, t);
        return 0;
    }
    if (!order.fast)
        return (int)syscall(SYS_clock_gettime, clock, t);
    *t = (struct timespec){ .tv_sec = 1000 };
    return 0;
}

time_t time(time_t *to)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    if (to)
        *to = t.tv_sec;
    return t.tv_sec;
}
