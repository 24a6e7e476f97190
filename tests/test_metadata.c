/* tests/test_metadata.c - what is written about the pictures of a folder: captions and labels.
 *
 * SPDX-License-Identifier: MIT */
#include "place.h"
#include "test.h"

#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "data/dataset.h"

static void write_text(const char *path, const char *s)
{
    assert_ok(file_write(path, s, strlen(s)));
}

/* A grey picture of one pixel, as PGM. */
static void write_picture(const char *path)
{
    write_text(path, "P2 1 1 255 77");
}

static const char *const described[] = { "set/metadata.csv", "set/metadata.jsonl", "set/a.txt",
                                         "set/b.txt", "set/sub/metadata.csv" };

/* Makes the folder set with a.pgm, b.pgm and sub/c.pgm and nothing else. */
static void make_set(void)
{
    for (size_t i = 0; i < sizeof described / sizeof *described; i++)
        unlink(described[i]);
    assert_ok(folder_make("set/sub"));
    write_picture("set/a.pgm");
    write_picture("set/b.pgm");
    write_picture("set/sub/c.pgm");
}

static dataset_request request(void)
{
    dataset_request r = dataset_request_of("set", 0);
    r.captions = CAPTIONS_NEED;
    r.fresh = true;
    return r;
}

static int find(const dataset *d, const char *name)
{
    for (int i = 0; i < d->count; i++)
        if (strcmp(d->names[i], name) == 0)
            return i;
    fail_msg("no %s", name);
    return -1;
}

/* Caption `number` of the picture; fails unless it has so many. */
static const char *caption(const dataset *d, const char *name, uint32_t number, uint32_t count)
{
    int i = find(d, name);
    assert_int_equal(d->captions->first[i + 1] - d->captions->first[i], count);
    return d->captions->texts[d->captions->first[i] + number];
}

static char said[256];

static void keep_notice(void *context, const char *message)
{
    (void)context;
    snprintf(said, sizeof said, "%s", message);
}

static const image_watch watch = { .notice = keep_notice };

/* Nothing is said of the set. */
static void assert_open(dataset *d)
{
    dataset_request r = request();
    r.watch = &watch;
    said[0] = 0;
    assert_ok(dataset_open_with(d, &r));
    assert_string_equal(said, "");
}

static void metadata_csv_has_captions_and_labels(void **state)
{
    (void)state;
    dataset d;
    make_set();
    write_text("set/metadata.csv", "\xef\xbb\xbf"
                                   "file_name,other,text,label\r\n"
                                   "b.pgm,x,\"A \"\"big\"\",\r\nred Cat\",10\r\n"
                                   ".//./a.pgm,,a dog,9\r\n\r\n"
                                   "sub/c.pgm,,\xe7\x8c\xab,10\r\n");
    assert_open(&d);
    assert_string_equal(caption(&d, "a.pgm", 0, 1), "a dog");
    assert_string_equal(caption(&d, "b.pgm", 0, 1), "a \"big\", red cat");
    assert_string_equal(caption(&d, "sub/c.pgm", 0, 1), "\xe7\x8c\xab");
    assert_int_equal(d.class_count, 2);
    assert_string_equal(d.classes[0], "9"); /* as numbers, not as texts */
    assert_string_equal(d.classes[1], "10");
    assert_int_equal(d.labels[find(&d, "a.pgm")], 0);
    assert_int_equal(d.labels[find(&d, "sub/c.pgm")], 1);
    assert_int_equal(d.other, 0);
    dataset_close(&d);
}

static void metadata_jsonl_has_several_captions_a_picture(void **state)
{
    (void)state;
    dataset d;
    make_set();
    write_text(
        "set/metadata.jsonl",
        "{\"file_name\": \"a.pgm\", \"text\": [\"one\", \"T\\u0077o\"], \"label\": \"x\"}\n"
        "\n"
        "{\"caption\":\"\\ud83d\\ude00\",\"file_name\":\"b.pgm\",\"n\":[1,{}],\"label\":\"y\"}\n"
        "{\"file_name\":\"sub/c.pgm\",\"text\":\"t\",\"caption\":\"c\",\"label\":3}\n");
    assert_open(&d);
    assert_string_equal(caption(&d, "a.pgm", 0, 2), "one");
    assert_string_equal(caption(&d, "a.pgm", 1, 2), "two");
    assert_string_equal(caption(&d, "b.pgm", 0, 1), "\xf0\x9f\x98\x80");
    assert_string_equal(caption(&d, "sub/c.pgm", 1, 2), "c");
    assert_int_equal(d.class_count, 3);
    assert_string_equal(d.classes[0], "3");
    dataset_close(&d);
}

/* Writes the four columns, of which the first is column `shift` of the usual order. */
static void write_turned(int shift)
{
    static const char *const rows[][4] = { { "file_name", "text", "caption", "label" },
                                           { "a.pgm", "one", "two", "x" },
                                           { "b.pgm", "three", "four", "y" },
                                           { "sub/c.pgm", "five", "six", "x" } };
    text t = { 0 };
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < 4; k++)
            text_add(&t, "%s%s", rows[i][(k + shift) % 4], k < 3 ? "," : "\n");
    write_text("set/metadata.csv", t.data);
    text_free(&t);
}

static void columns_may_come_in_any_order(void **state)
{
    (void)state;
    for (int shift = 0; shift < 4; shift++) {
        dataset d;
        make_set();
        write_turned(shift);
        assert_open(&d);
        assert_string_equal(caption(&d, "a.pgm", 0, 2), "one");
        assert_string_equal(caption(&d, "a.pgm", 1, 2), "two");
        assert_string_equal(caption(&d, "sub/c.pgm", 1, 2), "six");
        assert_int_equal(d.class_count, 2);
        assert_int_equal(d.labels[find(&d, "a.pgm")], 0);
        assert_int_equal(d.labels[find(&d, "b.pgm")], 1);
        dataset_close(&d);
    }
}

static void a_subfolder_may_have_its_own_file(void **state)
{
    (void)state;
    dataset d;
    make_set();
    write_text("set/metadata.csv", "file_name,caption\na.pgm,one\nb.pgm,two\n");
    write_text("set/sub/metadata.csv", "file_name,caption\nc.pgm,three\n");
    assert_open(&d);
    assert_string_equal(caption(&d, "sub/c.pgm", 0, 1), "three");
    dataset_close(&d);
}

static void a_text_beside_a_picture_has_its_captions(void **state)
{
    (void)state;
    dataset d;
    make_set();
    unlink("set/sub/c.pgm");
    write_text("set/a.txt", "first\n\n  second \n");
    write_text("set/b.txt", "other");
    assert_open(&d);
    assert_string_equal(caption(&d, "a.pgm", 1, 2), "second");
    assert_string_equal(caption(&d, "b.pgm", 0, 1), "other");
    assert_int_equal(d.other, 0);
    dataset_close(&d);
}

static void assert_refused(const char *file, const char *content, const char *message)
{
    dataset d;
    const dataset_request r = request();
    make_set();
    if (file)
        write_text(file, content);
    if (dataset_open_with(&d, &r) == STATUS_OK)
        fail_msg("accepted: %s", content);
    assert_string_equal(status_message(), message);
}

static void a_mistake_is_refused_with_file_and_line(void **state)
{
    (void)state;
    static const struct {
        const char *file, *content, *message;
    } cases[] = {
        { NULL, "",
          "set: has no captions; expected a metadata.csv or metadata.jsonl in the folder, with "
          "file_name and text, or a NAME.txt beside each NAME.png" },
        { "set/metadata.csv", "name,text\n",
          "set/metadata.csv:1: expected a first line with the column file_name, and text, caption "
          "or label" },
        { "set/metadata.csv", "file_name,text,text\n",
          "set/metadata.csv:1: has the column text twice" },
        { "set/metadata.csv", "file_name,text\na.pgm,x\nd.pgm,y\n",
          "set/metadata.csv:3: names d.pgm, which is not there" },
        /* Only "./" is left out of a name. */
        { "set/metadata.csv", "file_name,text\n.ab.pgm,x\n",
          "set/metadata.csv:2: names .ab.pgm, which is not there" },
        { "set/metadata.csv", "file_name,text\n../b.pgm,x\n",
          "set/metadata.csv:2: names ../b.pgm, which is not there" },
        { "set/metadata.csv", "file_name,text\nx/b.pgm,x\n",
          "set/metadata.csv:2: names x/b.pgm, which is not there" },
        { "set/metadata.csv", "file_name,text\na.pgm,x\nb.pgm,y\na.pgm,z\n",
          "set/metadata.csv:4: names a.pgm again, after set/metadata.csv:2" },
        { "set/metadata.csv", "file_name,text\nmetadata.csv,x\n",
          "set/metadata.csv:2: names metadata.csv, which is not one of the pictures" },
        { "set/metadata.csv", "file_name,text\n,x\n",
          "set/metadata.csv:2: expected the name of a file, got an empty one" },
        { "set/metadata.csv", "file_name,text\na.pgm, \n",
          "set/metadata.csv:2: expected a caption, got an empty one" },
        { "set/metadata.csv", "file_name,text\na.pgm,x\nb.pgm,y\n",
          "set/metadata.csv: has no caption for 1 of the 3 pictures of set, the first sub/c.pgm; "
          "--skip-bad leaves pictures without one out" },
        { "set/metadata.csv", "file_name,text\n\"a.pgm,x\n",
          "set/metadata.csv:2: the field that begins with a quote in this line has no second one" },
        { "set/metadata.csv", "file_name,text\na.pgm,x\xff\n",
          "set/metadata.csv:2: expected UTF-8, got \"x\\xff\"" },
        { "set/metadata.jsonl", "{\"file_name\":\"a.pgm\",\"text\":7}\n",
          "set/metadata.jsonl:1: expected a string, or an array of strings, as \"text\"" },
        { "set/metadata.jsonl", "{\"file_name\":\"a.pgm\",\"text\":\"x\"}\n{\"text\":\"x\"}\n",
          "set/metadata.jsonl:2: expected a string as \"file_name\"" },
        { "set/metadata.jsonl", "{\"file_name\":\"a.pgm\",\"text\":\"x\"\n",
          "set/metadata.jsonl:1: expected a comma or } at byte 32" },
        { "set/metadata.jsonl", "{\"file_name\":\"a.pgm\",\"text\":[]}\n",
          "set/metadata.jsonl:1: expected a caption, got an empty array" },
        { "set/a.txt", "\n", "set/a.txt: expected a caption in each line, got none" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_refused(cases[i].file, cases[i].content, cases[i].message);
}

static void skip_bad_leaves_out_pictures_without_captions(void **state)
{
    (void)state;
    dataset d;
    dataset_request r = request();
    make_set();
    write_text("set/metadata.csv", "file_name,text\nsub/c.pgm,x\nb.pgm,y\n");
    r.images.skip_bad = true;
    assert_ok(dataset_open_with(&d, &r));
    assert_int_equal(d.count, 2);
    assert_string_equal(caption(&d, "b.pgm", 0, 1), "y");
    assert_string_equal(caption(&d, "sub/c.pgm", 0, 1), "x");
    dataset_close(&d);
}

static void who_wants_no_captions_is_not_stopped_by_them(void **state)
{
    (void)state;
    dataset d;
    dataset_request r = request();
    make_set();
    write_text("set/metadata.csv", "file_name,text\na.pgm\n");
    r.captions = CAPTIONS_IF_NAMED;
    r.watch = &watch;
    assert_ok(dataset_open_with(&d, &r));
    assert_null(d.captions);
    assert_string_equal(said, "set/metadata.csv:2: has 1 field, expected 2, as in the first line; "
                              "what is written about the pictures is not used");
    dataset_close(&d);
    r.captions = CAPTIONS_LOOK;
    assert_ok(dataset_open_with(&d, &r));
    assert_null(d.captions);
    assert_string_equal(d.no_captions,
                        "set/metadata.csv:2: has 1 field, expected 2, as in the first line");
    dataset_close(&d);
}

/* The images come from the cache, and their captions from the file. */
static void a_changed_file_is_noticed_by_a_cached_set(void **state)
{
    (void)state;
    dataset d;
    dataset_request r = request();
    make_set();
    r.fresh = false;
    write_text("set/metadata.csv", "file_name,text\nsub/c.pgm,x\nb.pgm,y\na.pgm,z\n");
    assert_ok(dataset_open_with(&d, &r));
    dataset_close(&d);
    assert_ok(dataset_open_with(&d, &r));
    assert_int_equal(d.reading_memory, 0); /* from the cache */
    assert_string_equal(caption(&d, "a.pgm", 0, 1), "z");
    uint32_t before = d.fingerprint;
    dataset_close(&d);
    write_text("set/metadata.csv", "file_name,text\nsub/c.pgm,x\nb.pgm,y\na.pgm,w\n");
    assert_ok(dataset_open_with(&d, &r));
    assert_string_equal(caption(&d, "a.pgm", 0, 1), "w");
    assert_int_not_equal(d.fingerprint, before);
    dataset_close(&d);
}

static void a_named_file_describes_the_folder(void **state)
{
    (void)state;
    dataset d;
    dataset_request r = request();
    make_set();
    write_text("words.csv", "file_name,text\nsub/c.pgm,x\nb.pgm,y\na.pgm,z\n");
    r.images.captions = "words.csv";
    assert_ok(dataset_open_with(&d, &r));
    assert_string_equal(caption(&d, "a.pgm", 0, 1), "z");
    dataset_close(&d);
    write_text("words.txt", "one\ntwo\nthree\n");
    r.images.captions = "words.txt";
    assert_int_equal(dataset_open_with(&d, &r), STATUS_USAGE);
}

static void the_labels_of_a_test_part_are_matched_by_name(void **state)
{
    (void)state;
    dataset d, test;
    dataset_request r = dataset_request_of("parts", 0);
    assert_ok(folder_make("parts/train"));
    assert_ok(folder_make("parts/test"));
    write_picture("parts/train/a.pgm");
    write_picture("parts/train/b.pgm");
    write_picture("parts/test/a.pgm");
    write_picture("parts/test/b.pgm");
    write_picture("parts/test/c.pgm");
    write_text("parts/train/metadata.csv", "file_name,label,text\na.pgm,cat,1\nb.pgm,dog,2\n");
    write_text("parts/test/metadata.csv",
               "file_name,label,text\na.pgm,ant,3\nb.pgm,dog,4\nc.pgm,cat,5\n");
    r.captions = CAPTIONS_NEED;
    r.fresh = true;
    assert_ok(dataset_open_with(&d, &r));
    assert_ok(dataset_open_test(&test, &d, &r));
    assert_int_equal(test.count, 2);
    assert_int_equal(test.labels[find(&test, "b.pgm")], 1);
    assert_int_equal(test.labels[find(&test, "c.pgm")], 0);
    assert_string_equal(caption(&test, "b.pgm", 0, 1), "4");
    dataset_close(&test);
    dataset_close(&d);
}

/* Picture i of `count` has label i. */
static void open_labelled(dataset *d, int count)
{
    text t = { 0 };
    text_add(&t, "file_name,label\n");
    place_remove("many");
    assert_ok(folder_make("many"));
    for (int i = 0; i < count; i++) {
        char name[32];
        snprintf(name, sizeof name, "many/%03d.pgm", i);
        if (i == 0)
            write_picture(name);
        else
            assert_int_equal(link("many/000.pgm", name), 0);
        text_add(&t, "%03d.pgm,%d\n", i, i);
    }
    write_text("many/metadata.csv", t.data);
    text_free(&t);
    dataset_request r = dataset_request_of("many", 0);
    r.fresh = true;
    assert_ok(dataset_open_with(d, &r));
}

static void labels_are_classes_if_these_fit_in_a_byte(void **state)
{
    (void)state;
    dataset d;
    for (int count = 1; count <= 257; count += count == 2 ? 254 : 1) {
        open_labelled(&d, count);
        bool usable = count >= 2 && count <= 256;
        assert_int_equal(d.class_count, usable ? count : 0);
        for (int i = 0; usable && i < count; i++)
            assert_int_equal(d.labels[i], atoi(d.classes[d.labels[i]]));
        if (!usable) {
            char reason[128];
            snprintf(reason, sizeof reason,
                     "many/metadata.csv has %d different label%s, expected 2 to 256", count,
                     count == 1 ? "" : "s");
            assert_string_equal(d.no_classes, reason);
        }
        dataset_close(&d);
    }
}

static void a_picture_without_a_label_leaves_the_set_without_classes(void **state)
{
    (void)state;
    dataset d;
    make_set();
    write_text("set/metadata.csv", "file_name,label,text\na.pgm,x,1\nsub/c.pgm,y,2\nb.pgm,z,3\n");
    assert_open(&d);
    assert_int_equal(d.class_count, 3);
    dataset_close(&d);
    write_text("set/metadata.jsonl",
               "{\"file_name\":\"a.pgm\",\"text\":\"1\",\"label\":\"x\"}\n"
               "{\"file_name\":\"b.pgm\",\"text\":\"2\"}\n"
               "{\"file_name\":\"sub/c.pgm\",\"text\":\"3\",\"label\":\"y\"}\n");
    unlink("set/metadata.csv");
    assert_open(&d);
    assert_int_equal(d.class_count, 0);
    assert_string_equal(d.no_classes, "set/metadata.jsonl has no label for 1 of the pictures");
    dataset_close(&d);
}

static int use_own_cache(void **state)
{
    (void)state;
    return setenv("XDG_CACHE_HOME", "cache", 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(metadata_csv_has_captions_and_labels),
        cmocka_unit_test(metadata_jsonl_has_several_captions_a_picture),
        cmocka_unit_test(columns_may_come_in_any_order),
        cmocka_unit_test(a_subfolder_may_have_its_own_file),
        cmocka_unit_test(a_text_beside_a_picture_has_its_captions),
        cmocka_unit_test(a_mistake_is_refused_with_file_and_line),
        cmocka_unit_test(skip_bad_leaves_out_pictures_without_captions),
        cmocka_unit_test(who_wants_no_captions_is_not_stopped_by_them),
        cmocka_unit_test(a_changed_file_is_noticed_by_a_cached_set),
        cmocka_unit_test(a_named_file_describes_the_folder),
        cmocka_unit_test(a_picture_without_a_label_leaves_the_set_without_classes),
        cmocka_unit_test(labels_are_classes_if_these_fit_in_a_byte),
        cmocka_unit_test(the_labels_of_a_test_part_are_matched_by_name),
    };
    return cmocka_run_group_tests(tests, use_own_cache, NULL);
}
