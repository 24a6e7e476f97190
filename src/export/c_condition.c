/* export/c_condition.c - classes and texts in a C header.
 *
 * SPDX-License-Identifier: MIT */
#include "export/c_condition.h"

#include <stdlib.h>
#include <string.h>

#include "base/caption.h"
#include "base/utf8.h"
#include "export/c_encoder.h"
#include "export/operators.h"

#include "base/banned.h"

enum { ASCII = 128 };

/* ---- tables ---- */

static int by_columns(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    for (int i = 0; i < C_LETTER_COLUMNS; i++)
        if (x[i] != y[i])
            return x[i] < y[i] ? -1 : 1;
    return 0;
}

static int by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Adds a row for the character `from`, which stands for c. */
static void add_row(c_known *k, int32_t from, int32_t c)
{
    caption_part part = caption_part_of(c);
    uint32_t *row = k->letters + C_LETTER_COLUMNS * k->letter_count;
    if (part == CAPTION_NONE)
        return;
    row[0] = (uint32_t)from;
    row[1] = (uint32_t)c;
    row[2] = (uint32_t)part;
    k->letter_count++;
}

static void add_letter(c_known *k, int32_t c)
{
    add_row(k, c, c);
    if (caption_capital(c) != c)
        add_row(k, caption_capital(c), c);
}

/* Sorts the rows and keeps the first for each character. */
static void sort_letters(c_known *k)
{
    const size_t size = C_LETTER_COLUMNS * sizeof *k->letters;
    size_t kept = 0;
    qsort(k->letters, k->letter_count, size, by_columns);
    for (size_t i = 0; i < k->letter_count; i++) {
        uint32_t *to = k->letters + C_LETTER_COLUMNS * kept;
        const uint32_t *from = k->letters + C_LETTER_COLUMNS * i;
        if (kept > 0 && (to - C_LETTER_COLUMNS)[0] == from[0])
            continue;
        memmove(to, from, size);
        kept++;
    }
    k->letter_count = kept;
}

static void fill_letters(c_known *k, const told *of)
{
    for (int32_t c = 0; c < ASCII; c++)
        if (c < 'A' || c > 'Z')
            add_letter(k, c);
    for (int i = 0; i < of->count; i++)
        for (const char *at = of->names[i]; *at != 0;) {
            int32_t c = (int32_t)utf8_next(&at);
            if (c >= ASCII)
                add_letter(k, c);
        }
    sort_letters(k);
}

static void fill_words(c_known *k, const told *of)
{
    size_t kept = 0;
    for (int i = 0; i < of->count; i++)
        k->words[i] = c_word_hash(of->names[i]);
    qsort(k->words, (size_t)of->count, sizeof *k->words, by_value);
    for (int i = 0; i < of->count; i++)
        if (kept == 0 || k->words[kept - 1] != k->words[i])
            k->words[kept++] = k->words[i];
    k->word_count = kept;
}

status c_known_open(c_known *k, const told *of)
{
    size_t most = ASCII;
    *k = (c_known){ 0 };
    if (of->kind != TOLD_TEXT)
        return STATUS_OK;
    for (int i = 0; i < of->count; i++)
        most += strlen(of->names[i]);
    k->letters = calloc(2 * most, C_LETTER_COLUMNS * sizeof *k->letters);
    k->words = calloc((size_t)of->count + 1, sizeof *k->words);
    if (!k->letters || !k->words)
        return status_fail(STATUS_MEMORY, "out of memory");
    fill_letters(k, of);
    fill_words(k, of);
    return STATUS_OK;
}

void c_known_close(c_known *k)
{
    free(k->letters);
    free(k->words);
    *k = (c_known){ 0 };
}

/* An array has at least one element. */
static size_t words_in_table(const c_known *k)
{
    return k->word_count > 0 ? k->word_count : 1;
}

size_t c_known_bytes(const c_known *k)
{
    return k->letters ? 4 * (C_LETTER_COLUMNS * k->letter_count + words_in_table(k)) : 0;
}

status c_add_known(c_file *c, const c_known *k)
{
    if (!k->letters)
        return STATUS_OK;
    text_add(&c->t, "/* Characters, those for which they stand, and what they are in a word: 1 a "
                    "letter, 2 a mark,\n * 3 a link between letters, 4 a word. */\n");
    TRY(c_add_numbers(c, "letters", k->letters, k->letter_count, C_LETTER_COLUMNS));
    text_add(&c->t, "/* Hashes of the known words. */\n");
    return c_add_numbers(c, "words", k->words, words_in_table(k), 1);
}

/* ---- vectors ---- */

static bool joins(const net_operator *o)
{
    return strcmp(o->name, "Condition") == 0;
}

int c_condition_offset(const subject *s, int i)
{
    int sum = 0;
    for (int k = 0; k < i; k++)
        sum += joins(&s->net.operators[k]) ? s->net.operators[k].tensors[1].sizes[0] : 0;
    return sum;
}

int c_condition_values(const subject *s)
{
    return c_condition_offset(s, s->net.count);
}

/* A feature of the condition adds its row of every embedding. */
static void add_feature(text *t, const subject *s)
{
    text_add(t, "/* What each layer has learned of the condition, one after the other. */\n"
                "static float generate_e[GENERATE_CONDITION];\n"
                "\n"
                "static void generate_feature(int index, float weight)\n"
                "{\n");
    for (int i = 0; i < s->net.count; i++) {
        const net_operator *o = &s->net.operators[i];
        if (!joins(o))
            continue;
        text_add(t, "    generate_embed(generate_e + %d, %d, index, weight, ",
                 c_condition_offset(s, i), o->tensors[1].sizes[0]);
        c_add_array_name(t, o, &o->tensors[2], "");
        if (s->int8) {
            text_add(t, ", ");
            c_add_array_name(t, o, &o->tensors[2], "_scale");
        }
        text_add(t, ");\n");
    }
    text_add(t, "}\n\n");
}

void c_add_condition_functions(text *t, const subject *s)
{
    if (s->told.kind == TOLD_NOTHING)
        return;
    c_add_embed(t, s->int8);
    add_feature(t, s);
    if (s->told.kind == TOLD_TEXT)
        c_add_encoder(t);
}

/* ---- texts of the file ---- */

static const char *argument(const subject *s)
{
    static const char *const arguments[] = { "", "label, ", "text, " };
    return arguments[s->told.kind];
}

void c_add_call(text *t, const subject *s, const char *image)
{
    text_add(t, " *     generate(z, %s%s);\n", argument(s), image);
}

/* The names of the classes, broken into lines; characters that could end a comment, or that only
 * some compilers take, are "_". */
static void add_classes(text *t, const told *of)
{
    size_t column = C_WIDTH;
    for (int i = 0; i < of->count; i++) {
        size_t length = strlen(of->names[i]);
        bool breaks = column + length + 2 > C_WIDTH;
        text_add(t, breaks ? "\n *     " : " ");
        for (const char *c = of->names[i]; *c != 0; c++)
            text_add(t, "%c", *c >= ' ' && *c <= '~' && !strchr("*\\?", *c) ? *c : '_');
        text_add(t, i + 1 < of->count ? "," : ".");
        column = (breaks ? 7 : column + 1) + length + 1;
    }
}

void c_add_condition_manual(text *t, const subject *s)
{
    if (s->told.kind == TOLD_CLASS) {
        text_add(t,
                 " *\n * label: the number of a class, 0 to %d, in this order:", s->told.count - 1);
        add_classes(t, &s->told);
        text_add(t,
                 "\n * It returns 1; or 0 if there is no such class, and the %s stays as it "
                 "was.\n",
                 s->points ? "point" : "image");
    }
    if (s->told.kind == TOLD_TEXT)
        text_add(
            t,
            " *\n"
            " * text: UTF-8 in Unicode's Normalization Form C, in any case. It knows %d words; "
            "of any\n"
            " * other one only the letters count. A character beyond ASCII that is in none of "
            "the known\n"
            " * words separates words. It returns 1; or 0 if the text has no word, and the %s "
            "stays as\n"
            " * it was.\n",
            s->told.count, s->points ? "point" : "image");
}

void c_add_condition_macros(text *t, const subject *s, const c_known *k)
{
    if (s->told.kind != TOLD_NOTHING)
        text_add(t, "#define GENERATE_CONDITION %d\n", c_condition_values(s));
    if (s->told.kind == TOLD_CLASS)
        text_add(t, "#define GENERATE_CLASSES %d\n", s->told.count);
    if (s->told.kind == TOLD_TEXT)
        text_add(t,
                 "#define GENERATE_FEATURES %d\n"
                 "#define GENERATE_LETTERS %zu\n"
                 "#define GENERATE_WORDS %zu\n",
                 s->told.size, k->letter_count, k->word_count);
}

void c_add_generate(text *t, const subject *s, const char *calls)
{
    static const struct {
        const char *returns, *parameter, *begin, *end;
    } rows[] = {
        [TOLD_NOTHING] = { "void", "", "", "" },
        [TOLD_CLASS] = { "int", "int label, ",
                         "    if (label < 0 || label >= GENERATE_CLASSES)\n"
                         "        return 0;\n"
                         "    for (int i = 0; i < GENERATE_CONDITION; i++)\n"
                         "        generate_e[i] = 0;\n"
                         "    generate_feature(label, 1.0f);\n",
                         "    return 1;\n" },
        [TOLD_TEXT] = { "int", "const char *text, ",
                        "    if (!generate_encode(text))\n"
                        "        return 0;\n",
                        "    return 1;\n" },
    };
    text_add(t,
             "\n"
             "/* z (GENERATE_LATENT) -> %s (GENERATE_VALUES) */\n"
             "static inline %s generate(const float *z, %sfloat *image)\n"
             "{\n%s%s%s}\n",
             s->points ? "the point, image" : "image", rows[s->told.kind].returns,
             rows[s->told.kind].parameter, rows[s->told.kind].begin, calls, rows[s->told.kind].end);
}
