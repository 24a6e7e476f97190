/* base/system.h - what differs from system to system, each behind one function.
 *
 * No other file uses anything beyond C11 and POSIX, or asks for which system it is compiled.
 * tests/portable compiles all of them for macOS, the BSDs and Linux with another C library.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_BASE_SYSTEM_H
#define GAN_BASE_SYSTEM_H

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

/* The number of CPUs that this process may run on: those of its affinity mask, where there is one,
 * else all that are online; 0: unknown. */
int system_cpus(void);

/* Seconds since some fixed moment, by a clock that is never set and that stands still while the
 * machine sleeps. Async-signal-safe. */
double system_seconds(void);

/* The CPU time of all threads of this process, in seconds. Async-signal-safe. */
double system_cpu_seconds(void);

/* The most memory that this process has had at a time, in bytes. */
double system_peak_memory(void);

/* The memory of the machine, in bytes; 0: unknown. */
double system_memory(void);

/* The bytes of the data cache of that level, 1 to 3, that a core uses; 0: unknown. */
size_t system_cache_size(int level);

/* Returns freed memory, which the C library may keep for the thread that freed it, to the system.
 */
void system_give_back_memory(void);

/* Asks for large pages for a block of memory; the wish may be ignored. */
void system_prefer_large_pages(void *block, size_t bytes);

/* These bytes of the file will be read soon; the wish may be ignored. */
void system_will_read(int fd, off_t at, size_t bytes);

/* Locks an open file, until it is closed, against other processes that do so. 0, or -1 and errno:
 * EWOULDBLOCK if another has locked it, else the system cannot lock it. */
int system_lock(int fd);

/* Waits until the file's bytes are on the disk itself, not only in its cache. 0, or -1 and errno,
 * as fsync(2); EINTR is possible. */
int system_sync(int fd);

/* When the content of a file was last written, and when the file was last changed in any way (also
 * by a new name or new permissions), in nanoseconds since 1970. */
int64_t system_modified(const struct stat *st);
int64_t system_changed(const struct stat *st);

/* strtod and snprintf("%.*g") with a decimal point, whatever the locale of the calling program. */
double system_read_double(const char *s, char **end);
void system_print_double(char *to, size_t room, int digits, double value);

/* The path of the running program, malloc'ed and the caller's, with symbolic links resolved; NULL:
 * unknown. */
char *system_program(void);

#endif
