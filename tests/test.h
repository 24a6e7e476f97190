/* tests/test.h - what every test program includes: cmocka, and checks that it lacks.
 *
 * A test's name is a claim: what is true when it passes.
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

/* The call succeeds; its message is shown where it does not. */
#define assert_ok(call)                                                                            \
    do {                                                                                           \
        if ((call) != STATUS_OK)                                                                   \
            fail_msg("%s: %s", #call, status_message());                                           \
    } while (0)

/* The call fails with that status, and its message contains that text. */
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

/* The bits of a float, and the float of bits. */
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
