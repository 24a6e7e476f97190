/* tests/fuzz/fuzz.c - runs a target on one input: no crash, a printable message, bounded memory.
 *
 * Hooks of the address sanitizer count memory; builds without it do not. A line at the end states
 * the peak.
 *
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include <stdbool.h>

#include "base/status.h"

int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void *, size_t),
                                              void (*on_free)(const volatile void *))
    __attribute__((weak));
size_t __sanitizer_get_allocated_size(const volatile void *block) __attribute__((weak));

/* Counts only this thread: libFuzzer has others. */
static _Thread_local bool counts;
static _Thread_local int64_t held, most;

/* Over all inputs. */
static int64_t most_of_all;
static double most_times;

static void on_malloc(const volatile void *block, size_t n)
{
    (void)block;
    held += counts ? (int64_t)n : 0;
    most = held > most ? held : most;
}

static void on_free(const volatile void *block)
{
    if (counts && block)
        held -= (int64_t)__sanitizer_get_allocated_size(block);
}

static void report(void)
{
    fprintf(stderr,
            "most memory: %lld bytes, beyond the base at most %.1f bytes for each of the input\n",
            (long long)most_of_all, most_times);
}

/* The quarantine and the stacks of allocations would take most of the time. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "quarantine_size_mb=1:malloc_context_size=2:max_malloc_fill_size=64:check_printf=0";
}

void fuzz_count_memory(int yes)
{
    counts = yes;
}

#ifdef FUZZ_CHANGES

/* The sanitizer reports each text comparison to libFuzzer, which takes up to a fifth of the time.
 * The linker (--wrap) redirects these reports here, because the dictionaries already have the
 * words. */
void __wrap___sanitizer_weak_hook_strcmp(void);
void __wrap___sanitizer_weak_hook_strncmp(void);
void __wrap___sanitizer_weak_hook_memcmp(void);
void __wrap___sanitizer_weak_hook_strcmp(void)
{
}
void __wrap___sanitizer_weak_hook_strncmp(void)
{
}
void __wrap___sanitizer_weak_hook_memcmp(void)
{
}

#endif

static void install(void)
{
    static bool done;
    if (done)
        return;
    done = true;
    if (__sanitizer_install_malloc_and_free_hooks &&
        __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free) > 0)
        atexit(report);
}

static void check_memory(const uint8_t *bytes, size_t n)
{
    fuzz_bound bound = fuzz_memory(bytes, n);
    double beyond = (double)(most - (int64_t)bound.base) / (double)(n > 0 ? n : 1);
    most_of_all = most > most_of_all ? most : most_of_all;
    most_times = beyond > most_times ? beyond : most_times;
    if (most > (int64_t)(bound.base + bound.times * n)) {
        fprintf(stderr, "%lld bytes were taken for %zu, expected at most %zu + %zu x %zu\n",
                (long long)most, n, bound.base, bound.times, n);
        abort();
    }
}

/* Messages go to terminals and may contain parts of the input. */
static void check_message(void)
{
    for (const char *c = status_message(); *c != 0; c++)
        CHECK((unsigned char)*c >= 0x20 && *c != 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    install();
    held = most = 0;
    counts = true;
    fuzz_input(bytes, n);
    counts = false;
    check_memory(bytes, n);
    check_message();
    return 0;
}
