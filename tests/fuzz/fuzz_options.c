/* tests/fuzz/fuzz_options.c - the values of options: numbers, names, sets of names.
 *
 * The first byte chooses the option, the rest is its value. An accepted value, written as text, is
 * read as the same value. A number is in its range and equal to the one that the C library reads.
 *
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include <math.h>

#include "game/options.h"
#include "train/options.h"

/* Names and numbers are short, and the value is copied only into messages. */
fuzz_bound fuzz_memory(const uint8_t *bytes, size_t n)
{
    (void)bytes;
    (void)n;
    return (fuzz_bound){ 1 << 13, 4 };
}

static const option_row *choose(unsigned number)
{
    const option_table *tables[] = { &model_option_table, &train_option_table };
    number %= (unsigned)(tables[0]->count + tables[1]->count);
    return number < tables[0]->count ? &tables[0]->rows[number]
                                     : &tables[1]->rows[number - tables[0]->count];
}

static void check_number(const option_row *row, const void *options, const char *value)
{
    const char *at = (const char *)options + row->offset;
    double read = strtod(value, NULL);
    if (row->type == OPTION_INT)
        CHECK(*(const int *)(const void *)at == (int)read);
    if (row->type == OPTION_FLOAT)
        CHECK(*(const double *)(const void *)at == read);
    if (row->type == OPTION_U64)
        CHECK(*(const uint64_t *)(const void *)at == strtoull(value, NULL, 10));
    if ((row->type == OPTION_INT || row->type == OPTION_FLOAT) && row->least < row->most)
        CHECK(isfinite(read) && read >= row->least && read <= row->most);
}

static void check_value(const option_row *row, const char *value)
{
    train_options first, second;
    memset(&first, 0, sizeof first);
    memset(&second, 0, sizeof second);
    text one = { 0 }, two = { 0 };
    if (option_set(row, &first, value) != STATUS_OK)
        return;
    check_number(row, &first, value);
    option_get(row, &first, &one);
    CHECK(one.data && option_set(row, &second, one.data) == STATUS_OK);
    option_get(row, &second, &two);
    CHECK(strcmp(one.data, two.data) == 0);
    if (row->type != OPTION_TEXT) /* a text is not copied */
        CHECK(memcmp(&first, &second, sizeof first) == 0);
    text_free(&one);
    text_free(&two);
}

void fuzz_input(const uint8_t *bytes, size_t n)
{
    if (n < 1)
        return;
    fuzz_count_memory(0);
    char *value = malloc(n);
    CHECK(value);
    memcpy(value, bytes + 1, n - 1);
    value[n - 1] = 0;
    fuzz_count_memory(1);
    check_value(choose(bytes[0]), value);
    fuzz_count_memory(0);
    free(value);
}
