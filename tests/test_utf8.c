/* tests/test_utf8.c - every code point, and bytes that are none, by RFC 3629.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <string.h>

#include "base/utf8.h"

enum { LAST = 0x10FFFF, SURROGATES = 0xD800, AFTER_SURROGATES = 0xE000 };

static bool is_surrogate(uint32_t c)
{
    return c >= SURROGATES && c < AFTER_SURROGATES;
}

/* RFC 3629, section 3: a lead byte with as many ones as there are bytes, then six bits in each. */
static size_t encoded(uint32_t c, char *to)
{
    static const unsigned char lead[] = { 0, 0, 0xC0, 0xE0, 0xF0 };
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n; i-- > 1; c >>= 6)
        to[i] = (char)(0x80 | (c & 0x3F));
    to[0] = (char)(lead[n] | c);
    to[n] = 0;
    return n;
}

static void every_code_point_is_read(void **state)
{
    (void)state;
    for (uint32_t c = 1; c <= LAST; c++) {
        char s[5], shorter[5];
        size_t n = encoded(c, s);
        const char *at = s;
        if (is_surrogate(c)) {
            assert_int_equal(utf8_length(s, n), 0);
            continue;
        }
        if (utf8_length(s, n) != n || utf8_length(s, n + 1) != n || !utf8_is_valid(s))
            fail_msg("U+%04X is not taken", c);
        if (utf8_next(&at) != c || at != s + n)
            fail_msg("U+%04X is read wrongly", c);
        for (size_t k = 1; k < n; k++) {
            memcpy(shorter, s, k);
            shorter[k] = 0;
            if (utf8_length(s, k) != 0 || utf8_is_valid(shorter))
                fail_msg("%zu bytes of U+%04X are taken", k, c);
        }
    }
}

/* Of n bytes: is there a code point that they are the encoding of? */
static size_t length_by_definition(const unsigned char *b, size_t n)
{
    for (size_t length = 1; length <= n; length++) {
        char s[5];
        uint32_t c = length == 1 ? b[0] : b[0] & 0x7FU >> length;
        for (size_t i = 1; i < length; i++)
            c = c << 6 | (b[i] & 0x3F);
        if (c <= LAST && !is_surrogate(c) && encoded(c, s) == length && memcmp(s, b, length) == 0)
            return length;
    }
    return 0;
}

/* Any first two bytes, and later ones next to the limits of those that continue a character. */
static void other_bytes_are_no_character(void **state)
{
    (void)state;
    static const unsigned char later[] = { 0, 0x7F, 0x80, 0xBF, 0xC0, 0xFF };
    enum { LATER = sizeof later };
    for (int i = 0; i < 256 * 256 * LATER * LATER; i++) {
        int two = i / (LATER * LATER);
        unsigned char b[4] = { (unsigned char)(two / 256), (unsigned char)(two % 256),
                               later[i / LATER % LATER], later[i % LATER] };
        size_t got = utf8_length((const char *)b, 4);
        if (got != length_by_definition(b, 4))
            fail_msg("%02x %02x %02x %02x: %zu bytes are taken", b[0], b[1], b[2], b[3], got);
    }
}

/* Unicode's control characters (Cc), and those that mislead, as base/utf8.c lists them. */
static bool is_hidden(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x61C || c == 0x200E || c == 0x200F ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

static void what_a_terminal_would_obey_is_shown_in_digits(void **state)
{
    (void)state;
    for (uint32_t c = 1; c <= LAST; c += is_surrogate(c + 1) ? AFTER_SURROGATES - c : 1) {
        char s[5], shown[32], digits[32];
        size_t n = encoded(c, s), length = 0;
        for (size_t i = 0; i < n; i++)
            length += (size_t)snprintf(digits + length, sizeof digits - length, "\\x%02x",
                                       (unsigned char)s[i]);
        const char *expected = is_hidden(c) ? digits : s;
        assert_int_equal(utf8_show(shown, sizeof shown, s), strlen(expected));
        if (strcmp(shown, expected) != 0)
            fail_msg("U+%04X is shown as \"%s\"", c, shown);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_point_is_read),
        cmocka_unit_test(other_bytes_are_no_character),
        cmocka_unit_test(what_a_terminal_would_obey_is_shown_in_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
