/* base/utf8.c - which bytes are UTF-8, and which of them a terminal may be shown.
 *
 * SPDX-License-Identifier: MIT */
#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

#include "base/banned.h"

size_t utf8_length(const char *s, size_t n)
{
    const unsigned char *b = (const unsigned char *)s;
    if (n == 0 || b[0] > 0xf4)
        return 0;
    size_t length = b[0] < 0x80 ? 1 : b[0] < 0xc2 ? 0 : b[0] < 0xe0 ? 2 : b[0] < 0xf0 ? 3 : 4;
    if (length > n)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((b[i] & 0xc0) != 0x80)
            return 0;
    if ((b[0] == 0xe0 && b[1] < 0xa0) || (b[0] == 0xed && b[1] > 0x9f) ||
        (b[0] == 0xf0 && b[1] < 0x90) || (b[0] == 0xf4 && b[1] > 0x8f))
        return 0;
    return length;
}

bool utf8_is_valid(const char *s)
{
    for (size_t left = strlen(s), n; left > 0; s += n, left -= n)
        if ((n = utf8_length(s, left)) == 0)
            return false;
    return true;
}

uint32_t utf8_next(const char **at)
{
    const unsigned char *s = (const unsigned char *)*at;
    int more = *s >= 0xf0 ? 3 : *s >= 0xe0 ? 2 : *s >= 0xc0 ? 1 : 0;
    uint32_t c = more > 0 ? *s & 0x3fU >> more : *s;
    for (s++; more > 0 && (*s & 0xc0) == 0x80; more--)
        c = c << 6 | (*s++ & 0x3f);
    *at = (const char *)s;
    return c;
}

/* Characters that begin a line or change the direction of the text, so that what is printed looks
 * like something else: U+200E, U+200F, U+2028 to U+202E, U+2066 to U+2069, and U+061C. */
static bool misleads(const unsigned char *b, size_t n)
{
    if (n >= 2 && b[0] == 0xd8 && b[1] == 0x9c)
        return true;
    if (n < 3 || b[0] != 0xe2)
        return false;
    return (b[1] == 0x80 && (b[2] == 0x8e || b[2] == 0x8f || (b[2] >= 0xa8 && b[2] <= 0xae))) ||
           (b[1] == 0x81 && b[2] >= 0xa6 && b[2] <= 0xa9);
}

/* The same, and 0 for control characters: C0, DEL, C1 (U+0080 to U+009F), and those that mislead.
 */
static size_t shown_length(const char *s, size_t n)
{
    const unsigned char *b = (const unsigned char *)s;
    bool control = b[0] < 0x20 || b[0] == 0x7f || (n > 1 && b[0] == 0xc2 && b[1] < 0xa0);
    return control || misleads(b, n) ? 0 : utf8_length(s, n);
}

size_t utf8_show(char *to, size_t room, const char *s)
{
    static const char cut[] = "...";
    size_t used = 0, whole = 0; /* bytes; after `whole` of them "..." still fits */
    for (size_t left = strlen(s), n; left > 0; s += n, left -= n) {
        char hex[8];
        size_t length = n = shown_length(s, left);
        if (length == 0) {
            n = 1;
            length = (size_t)snprintf(hex, sizeof hex, "\\x%02x", (unsigned char)*s);
        }
        if (used + length >= room) {
            memcpy(to + whole, cut, sizeof cut);
            return whole + sizeof cut - 1;
        }
        memcpy(to + used, n == length ? s : hex, length);
        used += length;
        if (used + sizeof cut <= room)
            whole = used;
    }
    to[used] = 0;
    return used;
}
