/* tests/fuzz/fuzz_history.c - a run's run.json and metrics.csv on a page of gan report.
 *
 * Whatever they hold, the page gets one JSON document of valid UTF-8 that cannot end its <script>.
 * An input is run.json, or run.json, a zero byte and metrics.csv.
 *
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "base/utf8.h"
#include "report/encode.h"
#include "report/history.h"

/* Memory for both files, the options and their texts, and the JSON, in blocks that double. */
fuzz_bound fuzz_memory(const uint8_t *bytes, size_t n)
{
    (void)bytes;
    (void)n;
    return (fuzz_bound){ 1 << 18, 512 };
}

/* ---- RFC 8259: a value and what it consists of; NULL: it is not one ---- */

static const char *after_value(const char *at, int depth);

static const char *after_string(const char *at)
{
    if (*at++ != '"')
        return NULL;
    for (; *at != '"'; at++) {
        if ((unsigned char)*at < ' ')
            return NULL;
        if (*at != '\\')
            continue;
        at++;
        if (*at == 0 || !strchr("\"\\/bfnrtu", *at))
            return NULL;
        if (*at == 'u' && strspn(at + 1, "0123456789abcdefABCDEF") < 4)
            return NULL;
    }
    return at + 1;
}

/* The members of an object or the items of an array, from behind the opening bracket. */
static const char *after_items(const char *at, bool object, int depth)
{
    char end = object ? '}' : ']';
    if (*at == end)
        return at + 1;
    for (;;) {
        if (object) {
            at = after_string(at);
            if (!at || *at != ':')
                return NULL;
            at++;
        }
        at = after_value(at, depth + 1);
        if (!at || (*at != ',' && *at != end))
            return NULL;
        if (*at++ == end)
            return at;
    }
}

static const char *after_number(const char *at)
{
    char *end;
    size_t length = strspn(at, "+-0123456789.eE");
    if (length == 0 || *at == '+' || *at == '.')
        return NULL;
    strtod(at, &end);
    return end == at + length ? end : NULL;
}

static const char *after_value(const char *at, int depth)
{
    static const char *const words[] = { "null", "true", "false" };
    for (int i = 0; i < 3; i++)
        if (strncmp(at, words[i], strlen(words[i])) == 0)
            return at + strlen(words[i]);
    if (depth > 8)
        return NULL;
    if (*at == '{' || *at == '[')
        return after_items(at + 1, *at == '{', depth);
    return *at == '"' ? after_string(at) : after_number(at);
}

/* ---- the target ---- */

static void check(const text *json)
{
    text page = { 0 };
    CHECK(text_check(json) == STATUS_OK && strlen(json->data) == json->length);
    const char *end = after_value(json->data, 0);
    CHECK(end && *end == 0);
    encode_for_script(&page, json);
    CHECK(text_check(&page) == STATUS_OK && !strchr(page.data, '<') && utf8_is_valid(page.data));
    text_free(&page);
}

/* Writes a file of the folder, or removes it if there are no bytes. */
static void put(const char *in, const char *name, const uint8_t *bytes, size_t n)
{
    char *path;
    CHECK(path_join(&path, in, name) == STATUS_OK);
    if (bytes) {
        FILE *f = fopen(path, "wb");
        CHECK(f && fwrite(bytes, 1, n, f) == n && fclose(f) == 0);
    } else {
        unlink(path);
    }
    free(path);
}

static char folder[] = "/tmp/gan-fuzz-XXXXXX";

static void remove_folder(void)
{
    rmdir(folder);
}

void fuzz_input(const uint8_t *bytes, size_t n)
{
    static bool made;
    if (!made)
        CHECK(mkdtemp(folder) && atexit(remove_folder) == 0);
    made = true;
    const uint8_t *zero = n > 0 ? memchr(bytes, 0, n) : NULL;
    size_t first = zero ? (size_t)(zero - bytes) : n;
    put(folder, "run.json", bytes, first);
    put(folder, "metrics.csv", zero ? zero + 1 : NULL, zero ? n - first - 1 : 0);
    text t = { 0 }, notes = { 0 };
    bool found = false;
    json_begin(&t, NULL, '{');
    json_begin(&notes, NULL, '[');
    CHECK(history_add(&t, &notes, folder, NULL, n % 2 == 1, &found) == STATUS_OK && found);
    json_end(&t, '}');
    json_end(&notes, ']');
    fuzz_count_memory(0);
    check(&t);
    check(&notes);
    fuzz_count_memory(1);
    text_free(&t);
    text_free(&notes);
    put(folder, "run.json", NULL, 0);
    put(folder, "metrics.csv", NULL, 0);
}
