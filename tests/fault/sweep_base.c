/* tests/fault/sweep_base.c - operations for sweep.h: files, the cache, and parsing.
 *
 * SPDX-License-Identifier: MIT */
#include "sweep.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/parse.h"
#include "data/options.h"
#include "format/cache.h"
#include "game/options.h"
#include "nn/net.h"

/* ---- files ---- */

static status write_over(void)
{
    return file_write("file", new_bytes, sizeof new_bytes);
}

static void old_or_new(bool done)
{
    assert_true(holds("file", new_bytes, sizeof new_bytes) ||
                (!done && holds("file", old_bytes, sizeof old_bytes)));
}

static void link_to_nothing(void)
{
    remove_tree("links");
    assert_ok(folder_make("links"));
    assert_int_equal(symlink("first", "links/link"), 0);
    assert_int_equal(symlink("file", "links/first"), 0);
}

static status write_behind_links(void)
{
    return file_write("links/link", new_bytes, 10);
}

static void behind_links(bool done)
{
    assert_true(holds("links/file", new_bytes, 10) || (!done && access("links/file", F_OK) != 0));
}

/* Makes a pipe and opens it for reading, so that a writer does not wait. It is made anew each time:
 * if stat fails, the operation replaces it. */
static void new_pipe(void)
{
    static int end = -1;
    if (end >= 0)
        close(end);
    remove("pipe");
    assert_int_equal(mkfifo("pipe", 0600), 0);
    end = open("pipe", O_RDWR);
    assert_true(end >= 0);
}

static status write_to_pipe(void)
{
    return file_write("pipe", new_bytes, 10);
}

static void new_file(void)
{
    write_ok("file", new_bytes, 10000);
}

static status append(void)
{
    return file_append("file", "more", 4);
}

static void no_folders(void)
{
    remove_tree("a");
}

static status make_folders(void)
{
    return folder_make("a/b/c");
}

static status read_whole(void)
{
    unsigned char *bytes;
    size_t n;
    TRY(file_read("file", 1 << 20, &bytes, &n));
    free(bytes);
    return STATUS_OK;
}

static status delete_file(void)
{
    return file_remove("file");
}

void files_are_whole_and_closed(void **state)
{
    (void)state;
    memset(new_bytes, 7, sizeof new_bytes);
    static const operation all[] = {
        { "write over", old_file, write_over, old_or_new, STATUS_OK, NULL },
        { "write behind links", link_to_nothing, write_behind_links, behind_links, STATUS_OK,
          NULL },
        { "write to pipe", new_pipe, write_to_pipe, NULL, STATUS_OK, NULL },
        { "append", new_file, append, NULL, STATUS_OK, NULL },
        { "read whole", new_file, read_whole, NULL, STATUS_OK, NULL },
        { "delete file", new_file, delete_file, NULL, STATUS_OK, NULL },
        { "make folders", no_folders, make_folders, NULL, STATUS_OK, NULL },
    };
    SWEEP(all);
}

/* ---- the cache ---- */

static float cached_floats[20000];
static unsigned char cached_bytes[3];
static const cache_tensor cached[] = {
    { "a", 2, 10000, cached_floats, CACHE_F32 },
    { "u", 0, 3, cached_bytes, CACHE_U8 },
};
static const cache_entry cached_entry = { "one", "\"format\":\"test 1\"", cached, 2 };

static status write_cache(void)
{
    return cache_write(&cached_entry);
}

static void written_cache(void)
{
    assert_ok(write_cache());
}

static status read_cache(void)
{
    return cache_read(&cached_entry);
}

static status read_cached_metadata(void)
{
    json_object o;
    status s = cache_metadata("one", &o);
    json_free(&o);
    return s;
}

void the_cache_is_read_and_written_or_not(void **state)
{
    (void)state;
    static const operation all[] = {
        { "write cache", no_cache, write_cache, NULL, STATUS_OK, "mkdir" },
        { "read cache", written_cache, read_cache, NULL, STATUS_OK, NULL },
        { "read cached metadata", written_cache, read_cached_metadata, NULL, STATUS_OK, NULL },
    };
    SWEEP(all);
}

/* ---- words ---- */

static model_options options;

static status set(const char *name, const char *value)
{
    return option_set(option_find(&model_option_table, name), &options, value);
}

static status a_number(void)
{
    return set("lr", "0.0015");
}

static status no_loss(void)
{
    return set("loss", "wassrstein");
}

static status no_fit(void)
{
    return option_set(option_find(&image_option_table, "fit"), &(image_options){ 0 }, "corp");
}

static status no_channels(void)
{
    return option_set(option_find(&image_option_table, "channels"), &(image_options){ 0 }, "2");
}

static status no_augmentation(void)
{
    return set("augment", "colour,colour,tranlation");
}

static status a_number_as_text(void)
{
    text t = { 0 };
    options.lr = 0.0015;
    option_get(option_find(&model_option_table, "lr"), &options, &t);
    status s = text_check(&t);
    text_free(&t);
    return s;
}

/* The program's list of commands is empty here. */
const command *command_nth(int i)
{
    (void)i;
    return NULL;
}

static status parse(const char *option)
{
    static const command c = { .name = "probe",
                               .operand = "FILE",
                               .tables = { &model_option_table } };
    char name[] = "probe", value[] = "3", file[] = "file", word[16];
    char *words[] = { name, word, value, file, NULL };
    arguments a;
    bool help;
    snprintf(word, sizeof word, "%s", option);
    status s = parse_arguments(&c, "gan", 4, words, &a, &help);
    parse_free(&a);
    return s;
}

static status a_command_line(void)
{
    return parse("--batch");
}

static status a_beginning_of_several(void)
{
    return parse("--lr-");
}

static status another_programs_option(void)
{
    return parse("--batch_size");
}

static status a_misspelt_option(void)
{
    return parse("--btach");
}

static status open_net(const char *spec)
{
    net n;
    TRY(net_open(&n, spec, (image_shape){ 1, 8, 8 }, "--discriminator"));
    net_close(&n);
    return STATUS_OK;
}

static status a_net(void)
{
    return open_net("conv 4 k4 s2 p1 spectral_norm, batch_norm, leaky_relu 0.2, linear 1");
}

static status no_layer(void)
{
    return open_net("linear 2, sigmoids");
}

static status a_wrong_argument(void)
{
    return open_net("conv 4 k4 s2 p1, conv 4 k99");
}

static status layers_that_do_not_fit(void)
{
    return open_net("linear 2, conv 4 k4");
}

void words_are_read_or_refused(void **state)
{
    (void)state;
    static const operation all[] = {
        { "a number", NULL, a_number, NULL, STATUS_OK, NULL },
        { "no loss", NULL, no_loss, NULL, STATUS_USAGE, NULL },
        { "no fit", NULL, no_fit, NULL, STATUS_USAGE, NULL },
        { "no channels", NULL, no_channels, NULL, STATUS_USAGE, NULL },
        { "no augmentation", NULL, no_augmentation, NULL, STATUS_USAGE, NULL },
        { "a number as text", NULL, a_number_as_text, NULL, STATUS_OK, NULL },
        { "a command line", NULL, a_command_line, NULL, STATUS_OK, NULL },
        { "a beginning of several", NULL, a_beginning_of_several, NULL, STATUS_USAGE, NULL },
        { "another program's option", NULL, another_programs_option, NULL, STATUS_USAGE, NULL },
        { "a misspelt option", NULL, a_misspelt_option, NULL, STATUS_USAGE, NULL },
        { "a net", NULL, a_net, NULL, STATUS_OK, NULL },
        { "no layer", NULL, no_layer, NULL, STATUS_USAGE, NULL },
        { "a wrong argument", NULL, a_wrong_argument, NULL, STATUS_USAGE, NULL },
        { "layers that do not fit", NULL, layers_that_do_not_fit, NULL, STATUS_USAGE, NULL },
    };
    SWEEP(all);
}
