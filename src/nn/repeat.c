/* nn/repeat.c - repeated layers in a spec, written out.
 *
 *     list    item, item, ...
 *     item    N*(list), or a layer, which has no parenthesis
 *
 * SPDX-License-Identifier: MIT */
#include "nn/repeat.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { DEEPEST = 8 };

/* Where it reads, and how deep in parentheses. */
typedef struct reader {
    const char *at, *option;
    int depth;
} reader;

/* The message shows the spec from `from` on. */
static status bad(const reader *r, const char *from, const char *expected)
{
    enum { SHOWN = 40 };
    size_t length = strlen(from);
    return status_fail(STATUS_USAGE,
                       "%s: \"%.*s%s\": expected %s, as in \"4*(conv 32 k3 p1, relu)\"", r->option,
                       SHOWN, from, length > SHOWN ? "..." : "", expected);
}

static status read_list(reader *r, text *out);

/* The repeated layers; *out gets them `count` times. */
static status read_body(reader *r, long count, const char *begin, text *out)
{
    text body = { 0 };
    status s = read_list(r, &body);
    if (s == STATUS_OK && *r->at != ')')
        s = bad(r, begin, "a \")\" after the layers that are repeated");
    for (long i = 0; s == STATUS_OK && i < count; i++) {
        text_add(out, "%s%s", i > 0 ? ", " : "", body.data ? body.data : "");
        if (out->length > SPEC_LONGEST)
            s = status_fail(STATUS_USAGE,
                            "%s: a spec has at most %d characters, and with the layers "
                            "of \"%.20s...\" repeated, this one has more",
                            r->option, SPEC_LONGEST, begin);
    }
    text_free(&body);
    return s;
}

/* "N*(list)", where N ends at `star`. */
static status read_repetition(reader *r, const char *begin, const char *star, text *out)
{
    char *end;
    long count = strtol(begin, &end, 10);
    if (count < 1 || count > SPEC_MOST_LAYERS || star - begin > 8)
        return bad(r, begin, "a number of repetitions from 1 to 256");
    r->at = star + 1 + strspn(star + 1, " ");
    if (*r->at != '(')
        return bad(r, begin, "a \"(\" after the \"*\"");
    if (r->depth == DEEPEST)
        return bad(r, begin, "at most 8 repetitions within each other");
    r->at++;
    r->depth++;
    TRY(read_body(r, count, begin, out));
    r->depth--;
    r->at++;
    r->at += strspn(r->at, " ");
    if (*r->at != 0 && *r->at != ',' && *r->at != ')')
        return bad(r, begin, "a comma after the \")\"");
    return STATUS_OK;
}

static status read_item(reader *r, text *out)
{
    const char *begin = r->at + strspn(r->at, " "), *star = begin + strspn(begin, "0123456789");
    star += strspn(star, " ");
    if (star > begin && *star == '*')
        return read_repetition(r, begin, star, out);
    size_t length = strcspn(r->at, ",()");
    text_add_bytes(out, r->at, length);
    r->at += length;
    return *r->at == '(' ? bad(r, begin, "a number and a \"*\" before the \"(\"") : STATUS_OK;
}

static status read_list(reader *r, text *out)
{
    for (;; r->at++) {
        TRY(read_item(r, out));
        if (*r->at != ',')
            return STATUS_OK;
        text_add(out, ",");
    }
}

status spec_repeat(const char *spec, const char *option, text *out)
{
    reader r = { .at = spec, .option = option };
    TRY(read_list(&r, out));
    return *r.at == 0 ? text_check(out) : bad(&r, spec, "a \"(\" before the \")\"");
}
