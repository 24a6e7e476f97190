/* tests/test.h - every test program includes this: cmocka, and checks that it lacks.
 *
 * A test's name is a claim, which is true if the test passes.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TESTS_TEST_H
#define GAN_TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/status.h"

/* The call must succeed; otherwise its message is shown. */
#define assert_ok(call)                                                                            \
    do {                                                                                           \
        if ((call) != STATUS_OK)                                                                   \
            fail_msg("%s: %s", #call, status_message());                                           \
    } while (0)

/* The call must fail with that status and a message that contains that text. */
#define assert_fails(call, code, text)                                                             \
    do {                                                                                           \
        status got_status = (call);                                                                \
        if (got_status != (code))                                                                  \
            fail_msg("%s: expected status \"%s\", got \"%s\"", #call, status_name(code),           \
                     status_name(got_status));                                                     \
        if (!strstr(status_message(), (text)))                                                     \
            fail_msg("%s: the message \"%s\" does not say \"%s\"", #call, status_message(),        \
                     (const char *)(text));                                                        \
    } while (0)

/* Convert between a float and its bits. */
static inline uint32_t to_bits(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline float from_bits(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

#endif
