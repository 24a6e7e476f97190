/* base/clock.c - elapsed time, without that in which the process was stopped.
 *
 * SPDX-License-Identifier: MIT */
#include "base/clock.h"

#include <stdatomic.h>
#include <stdint.h>

#include "base/system.h"

#include "base/banned.h"

/* In nanoseconds: whole numbers are atomic without a lock, so that a signal handler may add. */
static atomic_int_least64_t stopped, marked, marked_cpu;

static int_least64_t nanoseconds(double seconds)
{
    return (int_least64_t)(seconds * 1e9);
}

double clock_seconds(void)
{
    return system_seconds() - 1e-9 * (double)atomic_load(&stopped);
}

void clock_mark(void)
{
    atomic_store(&marked, nanoseconds(system_seconds()));
    atomic_store(&marked_cpu, nanoseconds(system_cpu_seconds()));
}

void clock_continued(void)
{
    int_least64_t now = nanoseconds(system_seconds()), cpu = nanoseconds(system_cpu_seconds());
    int_least64_t idle = now - atomic_load(&marked) - (cpu - atomic_load(&marked_cpu));
    if (atomic_load(&marked) != 0 && idle > 0)
        atomic_fetch_add(&stopped, idle);
    atomic_store(&marked, now);
    atomic_store(&marked_cpu, cpu);
}
