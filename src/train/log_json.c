/* train/log_json.c - metrics.jsonl: the rows of metrics.csv as JSON, one object a line.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "train/log.h"

#include "base/banned.h"

static status append(const char *path, const log_epoch *e)
{
    text line = { 0 };
    metrics_add_json(&line, e->metrics);
    text_add(&line, "\n");
    status s = text_check(&line);
    if (s == STATUS_OK)
        s = file_append(path, line.data, line.length);
    text_free(&line);
    return s;
}

static const char key[] = "{\"epoch\":";

/* A line, of which only the first bytes matter: {"epoch":12,... */
typedef struct line {
    char start[24];
    size_t at;
} line;

/* The epoch of a line; 0: it is none of ours. */
static uint32_t epoch_of(const line *l)
{
    char digits[sizeof l->start];
    uint64_t epoch = 0;
    size_t n = l->at < sizeof l->start ? l->at : sizeof l->start;
    if (n < sizeof key || memcmp(l->start, key, sizeof key - 1) != 0)
        return 0;
    size_t count = 0;
    for (const char *c = l->start + sizeof key - 1; c < l->start + n && *c >= '0' && *c <= '9'; c++)
        digits[count++] = *c;
    digits[count] = 0;
    return text_to_u64(digits, &epoch) && epoch <= UINT32_MAX ? (uint32_t)epoch : 0;
}

typedef struct search {
    uint32_t most, found; /* epochs */
    uint64_t size, whole; /* of the file so far; of the lines that stay */
    bool done;
    bool is_other; /* the file does not begin as ours */
    line line;
} search;

static void look(search *s, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n && !s->done; i++) {
        s->size++;
        if (s->line.at < sizeof s->line.start)
            s->line.start[s->line.at++] = bytes[i];
        uint32_t epoch = epoch_of(&s->line);
        bool known = s->line.at == sizeof s->line.start; /* long enough to tell */
        if (bytes[i] != '\n' && (!known || epoch > 0))
            continue;
        s->done = epoch <= s->found || epoch > s->most;
        s->is_other |= s->found == 0 && epoch == 0;
        if (!s->done) {
            s->found = epoch;
            s->whole = s->size;
        }
        s->line.at = 0;
    }
}

static status look_at(int fd, const char *path, search *s)
{
    char bytes[1 << 14];
    size_t got = 1;
    while (got > 0 && !s->done) {
        TRY(file_read_some(fd, path, bytes, sizeof bytes, &got));
        look(s, bytes, got);
    }
    size_t some = s->line.at < sizeof key - 1 ? s->line.at : sizeof key - 1;
    if (s->found == 0 && !s->done) /* perhaps the beginning of the first line */
        s->is_other |= memcmp(s->line.start, key, some) != 0;
    if (s->is_other)
        return status_fail(STATUS_FORMAT,
                           "%s: expected a line for each epoch, {\"epoch\":1,...; move the file "
                           "away to continue without it",
                           path);
    return STATUS_OK;
}

static status rewind_log(const char *path, uint32_t epoch, uint32_t *next)
{
    search s = { .most = epoch };
    *next = 1;
    if (!file_exists(path))
        return STATUS_OK;
    int fd = file_open(path, O_RDONLY);
    if (fd < 0)
        return status_fail_errno(STATUS_IO, errno, "%s: cannot open", path);
    status result = look_at(fd, path, &s);
    close(fd);
    *next = s.found + 1;
    return result == STATUS_OK ? file_cut(path, s.whole) : result;
}

const log_kind log_jsonl = {
    .choice = { "jsonl", "metrics.jsonl: the rows of metrics.csv, a JSON object a line" },
    .file = "metrics.jsonl",
    .append = append,
    .rewind = rewind_log,
};
