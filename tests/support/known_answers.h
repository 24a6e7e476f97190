/* tests/support/known_answers.h - reads the known answers in the documents.
 *
 * They are lines of the form `name 0x12 34 = 0x56 7  # remark`, with hexadecimal or decimal
 * integers on both sides. All other lines of the document are skipped.
 *
 *     FILE *f = known_open("docs/random-streams.md");
 *     known_answer k;
 *     while (known_next(f, &k))
 *         ...
 *     fclose(f);
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TESTS_KNOWN_ANSWERS_H
#define GAN_TESTS_KNOWN_ANSWERS_H

#include "test.h"

enum { KNOWN_MOST = 16 };

typedef struct known_answer {
    char name[32];
    int arguments, results;
    uint64_t argument[KNOWN_MOST], result[KNOWN_MOST];
} known_answer;

static inline FILE *known_open(const char *document)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", GAN_SOURCE_DIR, document);
    FILE *f = fopen(path, "re");
    if (!f)
        fail_msg("cannot open %s", path);
    return f;
}

/* Reads the numbers at *at, up to the first character that is not part of one. */
static inline int known_numbers(const char **at, uint64_t *numbers)
{
    int n = 0;
    for (; n < KNOWN_MOST; n++) {
        char *end = NULL;
        numbers[n] = strtoull(*at, &end, 0);
        if (end == *at)
            break;
        *at = end;
    }
    *at += strspn(*at, " \n");
    return n;
}

static inline bool known_parse(const char *line, known_answer *k)
{
    size_t length = strspn(line, "abcdefghijklmnopqrstuvwxyz_");
    if (length == 0 || length >= sizeof k->name || line[length] != ' ')
        return false;
    memcpy(k->name, line, length);
    k->name[length] = 0;
    line += length;
    k->arguments = known_numbers(&line, k->argument);
    if (k->arguments == 0 || *line++ != '=')
        return false;
    k->results = known_numbers(&line, k->result);
    return k->results > 0 && (*line == 0 || *line == '#');
}

static inline bool known_next(FILE *f, known_answer *k)
{
    char line[1024];
    while (fgets(line, sizeof line, f))
        if (known_parse(line, k))
            return true;
    return false;
}

#endif
