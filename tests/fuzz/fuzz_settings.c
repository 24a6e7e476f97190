/* tests/fuzz/fuzz_settings.c - run.json, from which --resume takes a run's options.
 *
 * Options that are read, written as text, are read as the same options.
 *
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"
#include "fuzz_file.h"

#include "train/folder.h"

/* Memory for the file, in a block that doubles as bytes arrive, its members and their strings. */
fuzz_bound fuzz_memory(const uint8_t *bytes, size_t n)
{
    (void)bytes;
    (void)n;
    return (fuzz_bound){ 1 << 14, 8 };
}

/* The options as folder_save_options writes them. */
static void write_options(text *t, const train_options *o)
{
    text_add(t, "{");
    option_add_json(t, &model_option_table, SCOPE_RUN, o);
    option_add_json(t, &train_option_table, SCOPE_RUN, o);
    text_add(t, "}");
    CHECK(text_check(t) == STATUS_OK);
}

static status read_options(const uint8_t *bytes, size_t n, train_options *o, json_object *saved)
{
    const run_folder f = { .options = fuzz_file(bytes, n) };
    option_defaults(&model_option_table, o);
    option_defaults(&train_option_table, o);
    return folder_load_options(&f, o, saved);
}

static void check_again(const train_options *o)
{
    train_options again;
    json_object saved;
    text one = { 0 }, two = { 0 };
    write_options(&one, o);
    CHECK(read_options((const uint8_t *)one.data, one.length, &again, &saved) == STATUS_OK);
    write_options(&two, &again);
    CHECK(strcmp(one.data, two.data) == 0);
    json_free(&saved);
    text_free(&one);
    text_free(&two);
}

void fuzz_input(const uint8_t *bytes, size_t n)
{
    train_options o;
    json_object saved;
    if (read_options(bytes, n, &o, &saved) == STATUS_OK) {
        fuzz_count_memory(0);
        check_again(&o);
        fuzz_count_memory(1);
    }
    json_free(&saved);
}
