/* tests/test_templates.c - captions from sentences with gaps.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include "base/file.h"
#include "data/dataset.h"
#include "data/template.h"
#include "idx_blob.h"

static void write_text(const char *path, const char *s)
{
    assert_ok(file_write(path, s, strlen(s)));
}

/* Four images of labels 0, 7, 14, 21, without ink but for one pixel each. */
static void write_images(void)
{
    blob images = make_images(4, 2, 2), labels = make_labels(4);
    put("train-images-idx3-ubyte", &images);
    put("train-labels-idx1-ubyte", &labels);
}

static status open_template(dataset *d, const char *lines)
{
    dataset_request r = dataset_request_of("train-images-idx3-ubyte", 0);
    write_images();
    write_text("template", lines);
    r.images.captions = "template";
    return dataset_open_with(d, &r);
}

static void the_class_fills_its_gap(void **state)
{
    (void)state;
    dataset d;
    assert_ok(open_template(&d, "# numbers\n\nthe digit {class}\n{class} or {class}\n"));
    assert_int_equal(d.captions->count, 8);
    assert_string_equal(d.captions->texts[0], "the digit 0");
    assert_string_equal(d.captions->texts[1], "0 or 0");
    assert_string_equal(d.captions->texts[7], "21 or 21");
    dataset_close(&d);
}

static void a_line_of_classes_names_them(void **state)
{
    (void)state;
    dataset d;
    assert_ok(open_template(&d,
                            "classes: Z\xc3\xa9ro, b,c,d,e,f,g, number seven ,i,j,k,l,m,n,o,p,q,"
                            "r,s,t,u,v\n{class}\n"));
    assert_string_equal(d.captions->texts[0], "z\xc3\xa9ro");
    assert_string_equal(d.captions->shown[0], "Z\xc3\xa9ro");
    assert_string_equal(d.captions->texts[1], "number seven");
    dataset_close(&d);
}

static void a_line_applies_only_with_all_its_words(void **state)
{
    (void)state;
    caption_template t;
    const int bold[ATTRIBUTES] = { 1, 0 }, both[ATTRIBUTES] = { -1, 1 },
              usual[ATTRIBUTES] = { 0, 0 }, slanted[ATTRIBUTES] = { 0, -1 };
    write_text("template", "weight: light, heavy\na {class}\na {weight} {class}\n"
                           "a {weight}, {slant} {class}\n");
    assert_ok(template_read(&t, "template"));
    assert_int_equal(t.count, 3);
    assert_true(template_applies(&t.lines[0], bold));
    assert_true(template_applies(&t.lines[1], bold));
    assert_false(template_applies(&t.lines[2], bold));
    assert_true(template_applies(&t.lines[2], both));
    assert_true(template_applies(&t.lines[0], usual));
    assert_false(template_applies(&t.lines[1], usual));
    assert_false(template_applies(&t.lines[1], slanted));
    assert_false(template_applies(&t.lines[2], slanted));
    text s = { 0 };
    template_fill(&s, &t, &t.lines[1], "seven", bold);
    template_fill(&s, &t, &t.lines[2], "seven", both);
    assert_string_equal(s.data, "a heavy sevena light, slanted seven");
    text_free(&s);
    template_free(&t);
}

static void a_bad_template_is_refused_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *lines, *message;
    } cases[] = {
        { "{class}\na {clas}\n",
          "template:2: expected {class}, {weight} or {slant}, got \"{clas}\"" },
        { "{class}\na {weight\n",
          "template:2: expected {class}, {weight} or {slant}, got \"{weight\"" },
        { "classes: a\nclasses: b\n{class}\n",
          "template:2: there is another line \"classes:\" above" },
        { "classes: a,,b\n{class}\n",
          "template:1: expected words with commas between them, got an empty one" },
        { "slant: a\n{class}\n", "template:1: expected two words, for low and high, got one" },
        { "slant: a,b,c\n{class}\n", "template:1: has more than 2 words" },
        { "a {weight} {class}\n",
          "template: expected a line that applies to every image, without {weight} and {slant}" },
        { "classes: a, b\n\nthe {class}\n",
          "template:3: has {class} for 2 classes, but the labels of train-images-idx3-ubyte go up "
          "to 21" },
        { "a {class}\n\xc2\xa0\nthe {class}\n",
          "template:2: expected a caption, got an empty one" },
        { "{class}\n\xff\n",
          "template:2: expected UTF-8, got the byte 0xff at byte 1 of \"\\xff\"" },
    };
    dataset d;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_not_equal(open_template(&d, cases[i].lines), STATUS_OK);
        assert_string_equal(status_message(), cases[i].message);
    }
}

static void without_labels_a_class_is_refused(void **state)
{
    (void)state;
    dataset d;
    dataset_request r = dataset_request_of("alone", 0);
    blob images = make_images(4, 2, 2);
    put("alone", &images);
    write_text("template", "{class}\n");
    r.images.captions = "template";
    assert_int_equal(dataset_open_with(&d, &r), STATUS_USAGE);
    assert_string_equal(status_message(), "template:1: has {class}, but alone has no classes");
}

static void only_grey_images_of_one_size_are_measured(void **state)
{
    (void)state;
    dataset d;
    dataset_request r = dataset_request_of("colour", 0);
    blob colour = { .n = 0 };
    for (int i = 0; i < 5; i++) /* the magic number, 4 images of 3 x 2 x 2 */
        add_u32(&colour, (const uint32_t[]){ 0x804, 4, 3, 2, 2 }[i]);
    add_data(&colour, 4 * 3 * 2 * 2);
    put("colour", &colour);
    write_text("template", "an image\na {slant} image\n");
    r.images.captions = "template";
    assert_int_equal(dataset_open_with(&d, &r), STATUS_USAGE);
    assert_string_equal(status_message(), "template:2: {weight} and {slant} are measured on grey "
                                          "images, but those of colour have 3 channels");
    assert_ok(folder_make("set"));
    write_text("set/1.pgm", "P2 1 2 255 7 90");
    write_text("set/2.pgm", "P2 2 1 255 90 7");
    r = dataset_request_of("set", 0);
    r.images.captions = "template";
    r.crop = 1;
    assert_int_equal(dataset_open_with(&d, &r), STATUS_USAGE);
    assert_string_equal(status_message(),
                        "template:2: {weight} and {slant} are measured on images of one size, but "
                        "those of set keep their own, for crops");
}

/* All 60,000 training and 10,000 test digits by the file that is installed with them. Python, with
 * the measures of NumPy and float64: the numbers of captions, and those of the first digits. */
static void the_template_of_mnist_fits_its_digits(void **state)
{
    (void)state;
    dataset d, test;
    dataset_request r = dataset_request_of(GAN_SOURCE_DIR "/data/mnist", 0);
    r.captions = CAPTIONS_NEED; /* finds captions.txt there */
    assert_ok(dataset_open_with(&d, &r));
    assert_ok(dataset_open_test(&test, &d, &r));
    assert_int_equal(d.captions->count, 499425);
    assert_int_equal(test.captions->count, 82506);
    assert_string_equal(d.captions->texts[d.captions->first[2] + 9], "a thin, upright four");
    dataset_close(&d);
    dataset_close(&test);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_class_fills_its_gap),
        cmocka_unit_test(a_line_of_classes_names_them),
        cmocka_unit_test(a_line_applies_only_with_all_its_words),
        cmocka_unit_test(a_bad_template_is_refused_with_its_line),
        cmocka_unit_test(without_labels_a_class_is_refused),
        cmocka_unit_test(only_grey_images_of_one_size_are_measured),
        cmocka_unit_test(the_template_of_mnist_fits_its_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
