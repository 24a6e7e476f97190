/* tests/test_captions.c - captions: their one form, their words, and those of a data set.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <string.h>
#include <utf8proc.h>

#include "base/caption.h"
#include "base/file.h"
#include "data/caption_words.h"
#include "data/dataset.h"
#include "idx_blob.h"

static void assert_normal(const char *from, const char *to)
{
    char *out;
    assert_ok(caption_normalise(&out, from, "here"));
    assert_string_equal(out, to);
    free(out);
    assert_ok(caption_normalise(&out, to, "here"));
    assert_string_equal(out, to);
    free(out);
}

/* Python: unicodedata.normalize("NFC", s.casefold()), then " ".join(s.split()). */
static void captions_are_composed_and_case_folded(void **state)
{
    (void)state;
    assert_normal("A Smiling CAT", "a smiling cat");
    assert_normal("Cafe\xcc\x81", "caf\xc3\xa9");
    assert_normal("STRASSE stra\xc3\x9f"
                  "e",
                  "strasse strasse");
    assert_normal("\xce\xa3\xce\x8a\xce\xa3\xce\xa5\xce\xa6\xce\x9f\xce\xa3",
                  "\xcf\x83\xce\xaf\xcf\x83\xcf\x85\xcf\x86\xce\xbf\xcf\x83");
    assert_normal("\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", "\xed\x95\x9c");
    assert_normal("\xf0\x9f\x98\x80 \xe7\x8c\xab", "\xf0\x9f\x98\x80 \xe7\x8c\xab");
}

static void spaces_and_controls_are_one_space_and_none_at_the_ends(void **state)
{
    (void)state;
    assert_normal("  a \t\tb\r\n", "a b");
    assert_normal("a\xc2\xa0\xe3\x80\x80"
                  "b\x01"
                  "c",
                  "a b c");
    /* U+0085, U+1680, U+2003, U+2028, U+2029 and U+205F */
    assert_normal("a\xc2\x85"
                  "b\xe1\x9a\x80"
                  "c\xe2\x80\x83"
                  "d\xe2\x80\xa8"
                  "e\xe2\x80\xa9"
                  "f\xe2\x81\x9f"
                  "g",
                  "a b c d e f g");
    assert_normal(" \t ", "");
    assert_normal("", "");
}

static void what_is_not_utf8_is_refused_with_its_place(void **state)
{
    (void)state;
    char *out;
    assert_int_equal(caption_normalise(&out, "caf\xe9 noir", "words.txt:3"), STATUS_FORMAT);
    assert_null(out);
    assert_string_equal(
        status_message(),
        "words.txt:3: expected UTF-8, got the byte 0xe9 at byte 4 of \"caf\\xe9 noir\"");
}

static void assert_words(const char *caption, const char *expected)
{
    const char *word;
    size_t n;
    text t = { 0 };
    while (caption_word(&caption, &word, &n)) {
        text_add_bytes(&t, word, n);
        text_add(&t, "|");
    }
    assert_string_equal(t.data ? t.data : "", expected);
    text_free(&t);
}

static void words_are_letters_and_digits_and_what_is_between_them(void **state)
{
    (void)state;
    assert_words("a cat, on a dog.", "a|cat|on|a|dog|");
    assert_words("the cat's t-shirt - 'new'", "the|cat's|t-shirt|new|");
    assert_words("medium-light skin: 3 of 4", "medium-light|skin|3|of|4|");
    assert_words("", "");
    assert_words("... !", "");
    assert_words("\xe7\x8c\xab\xe3\x81\xa8", "\xe7\x8c\xab|\xe3\x81\xa8|");
    assert_words("\xf0\x9f\x98\x80\xf0\x9f\x98\x80!", "\xf0\x9f\x98\x80|\xf0\x9f\x98\x80|");
}

/* The function `part` of docs/export.md. */
static caption_part documented_part(int32_t c)
{
    static const int32_t unspaced[][2] = {
        { 0x0e00, 0x0eff }, { 0x1000, 0x109f }, { 0x1780, 0x17ff },  { 0x2e80, 0x2fdf },
        { 0x3005, 0x3007 }, { 0x3041, 0x30ff }, { 0x31f0, 0x31ff },  { 0x3400, 0x4dbf },
        { 0x4e00, 0x9fff }, { 0xf900, 0xfaff }, { 0x20000, 0x3ffff }
    };
    static const int32_t links[] = { '\'', '-', '_', 0x2019, 0x2010, 0x2011, 0xb7 };
    const char *kind = utf8proc_category_string(c);
    for (size_t i = 0; i < sizeof links / sizeof *links; i++)
        if (c == links[i])
            return CAPTION_LINK;
    if (kind[0] == 'M' || strcmp(kind, "Cf") == 0)
        return CAPTION_MARK;
    if (kind[0] == 'S' || (c >= 0x1f3fb && c <= 0x1f3ff))
        return CAPTION_WHOLE;
    if (kind[0] != 'L' && kind[0] != 'N')
        return CAPTION_NONE;
    for (size_t i = 0; i < sizeof unspaced / sizeof *unspaced; i++)
        if (c >= unspaced[i][0] && c <= unspaced[i][1])
            return CAPTION_WHOLE;
    return CAPTION_LETTER;
}

static void a_character_is_the_part_that_the_documents_say(void **state)
{
    (void)state;
    for (int32_t c = 1; c <= 0x10ffff; c++)
        if (caption_part_of(c) != documented_part(c))
            fail_msg("U+%04X: expected %u, got %u", (unsigned)c, (unsigned)documented_part(c),
                     (unsigned)caption_part_of(c));
}

/* ---- of a data set ---- */

static void make_three_images(void)
{
    blob images = make_images(3, 2, 2), labels = make_labels(3);
    put("train-images-idx3-ubyte", &images);
    put("train-labels-idx1-ubyte", &labels);
}

static status open_captioned(dataset *d, const char *file, int limit)
{
    dataset_request r = dataset_request_of("train-images-idx3-ubyte", limit);
    r.images.captions = file;
    return dataset_open_with(d, &r);
}

static void write_text(const char *path, const char *s)
{
    assert_ok(file_write(path, s, strlen(s)));
}

static void a_file_has_a_line_for_each_sample(void **state)
{
    (void)state;
    dataset d;
    make_three_images();
    write_text("lines", "A Cat\na  dog\r\na cat\n");
    assert_ok(open_captioned(&d, "lines", 0));
    assert_int_equal(d.captions->count, 3);
    for (uint32_t i = 0; i <= 3; i++)
        assert_int_equal(d.captions->first[i], i);
    assert_string_equal(d.captions->texts[0], "a cat");
    assert_string_equal(d.captions->shown[0], "A Cat");
    assert_string_equal(d.captions->texts[1], "a dog");
    assert_string_equal(d.captions->shown[1], "a  dog");
    assert_ptr_equal(d.captions->texts[2], d.captions->texts[0]);
    dataset_close(&d);
}

/* Sample i has i captions, all different. */
static void captions_state_the_memory_of_their_lists(void **state)
{
    (void)state;
    enum { SAMPLES = 40, LITTLE = 256 };
    caption_list l = { 0 };
    captions *c;
    size_t count = 0, bytes = 0;
    for (int i = 1; i <= SAMPLES; i++) {
        assert_ok(caption_list_sample(&l));
        for (int k = 0; k < i; k++, count++) {
            char caption[32];
            bytes += (size_t)snprintf(caption, sizeof caption, "%d of %d", k, i) + 1;
            assert_ok(caption_list_add(&l, caption, "here"));
        }
    }
    assert_ok(captions_make(&c, &l));
    size_t lists = SAMPLES * sizeof *c->first + 2 * count * sizeof *c->texts + bytes;
    assert_true(captions_memory(c) >= lists && captions_memory(c) <= lists + LITTLE);
    assert_int_equal(captions_memory(NULL), 0);
    captions_free(c);
    caption_list_free(&l);
}

static void equal_captions_are_counted_once_and_their_words_each_time(void **state)
{
    (void)state;
    dataset d;
    caption_words w;
    make_three_images();
    write_text("lines", "A cat\na cat\na dog\n");
    assert_ok(open_captioned(&d, "lines", 0));
    assert_ok(caption_words_count(&w, d.captions));
    assert_int_equal(w.different, 2);
    assert_int_equal(w.list.count, 3);
    assert_int_equal(w.list.words[0].times, 3); /* a */
    assert_int_equal(w.list.words[1].times, 2); /* cat */
    assert_int_equal(w.list.words[2].times, 1); /* dog */
    caption_words_free(&w);
    dataset_close(&d);
}

/* Sample i has i captions more than one; the k-th of all says k. */
static void chosen_samples_keep_their_captions_and_what_these_say(void **state)
{
    (void)state;
    static const uint32_t order[] = { 3, 1, 3, 0 };
    static const int expected[] = { 6, 7, 8, 9, 1, 2, 6, 7, 8, 9, 0 };
    enum { SAMPLES = 4, ALL = 10, CHOSEN = sizeof expected / sizeof *expected };
    caption_list l = { 0 };
    captions *all, *some;
    for (int i = 0; i < SAMPLES; i++) {
        assert_ok(caption_list_sample(&l));
        for (int k = 0; k <= i; k++) {
            char line[16];
            snprintf(line, sizeof line, "Caption %d", l.count);
            assert_ok(caption_list_add(&l, line, "here"));
        }
    }
    assert_ok(captions_make(&all, &l));
    caption_list_free(&l);
    assert_ok(captions_say(all));
    for (int k = 0; k < ALL * ATTRIBUTES; k++)
        all->said[k] = (signed char)k;
    all->limits.low[ATTRIBUTE_SLANT] = 0.5;
    assert_ok(captions_select(&some, all, order, SAMPLES));
    assert_int_equal(some->count, CHOSEN);
    assert_true(some->limits.low[ATTRIBUTE_SLANT] == 0.5);
    for (int k = 0; k < CHOSEN; k++) {
        assert_string_equal(some->texts[k], all->texts[expected[k]]);
        assert_string_equal(some->shown[k], all->shown[expected[k]]);
        for (int a = 0; a < ATTRIBUTES; a++)
            assert_int_equal(some->said[k * ATTRIBUTES + a], expected[k] * ATTRIBUTES + a);
    }
    for (int i = 0; i < SAMPLES; i++)
        assert_int_equal(some->first[i + 1] - some->first[i], order[i] + 1);
    captions_free(all);
    captions_free(some);
}

static void a_limit_keeps_the_first_captions(void **state)
{
    (void)state;
    dataset d, all;
    make_three_images();
    write_text("lines", "one\ntwo\nthree");
    assert_ok(open_captioned(&d, "lines", 2));
    assert_ok(open_captioned(&all, "lines", 0));
    assert_int_equal(d.count, 2);
    assert_int_equal(d.captions->count, 2);
    assert_string_equal(d.captions->texts[1], "two");
    assert_int_equal(d.fingerprint, dataset_fingerprint(&all, 2));
    assert_int_not_equal(d.fingerprint, all.fingerprint);
    dataset_close(&d);
    dataset_close(&all);
}

/* Python: zlib.crc32 of the four sizes, the pixels and, for each sample, the number 1 as 4 bytes
 * and the normalised text with a NUL. */
static void the_fingerprint_covers_captions(void **state)
{
    (void)state;
    dataset d;
    make_three_images();
    assert_ok(open_captioned(&d, NULL, 0));
    assert_int_equal(d.fingerprint, 0xc4917346);
    dataset_close(&d);
    write_text("lines", "ONE\ntwo\nthree\n");
    assert_ok(open_captioned(&d, "lines", 0));
    assert_int_equal(d.fingerprint, 0x82998b02);
    dataset_close(&d);
}

static void a_bad_line_is_refused_with_its_number(void **state)
{
    (void)state;
    static const struct {
        const char *lines, *message;
    } cases[] = {
        { "one\n\nthree\n", "lines:2: expected a caption, got an empty one" },
        { "one\ntwo\n", "lines: has 2 lines, expected one for each of the 3 images of "
                        "train-images-idx3-ubyte" },
        { "one\n\xff\nthree\n",
          "lines:2: expected UTF-8, got the byte 0xff at byte 1 of \"\\xff\"" },
    };
    dataset d;
    make_three_images();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_text("lines", cases[i].lines);
        assert_int_equal(open_captioned(&d, "lines", 0), STATUS_FORMAT);
        assert_string_equal(status_message(), cases[i].message);
    }
    assert_int_equal(open_captioned(&d, "missing", 0), STATUS_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(captions_are_composed_and_case_folded),
        cmocka_unit_test(spaces_and_controls_are_one_space_and_none_at_the_ends),
        cmocka_unit_test(what_is_not_utf8_is_refused_with_its_place),
        cmocka_unit_test(words_are_letters_and_digits_and_what_is_between_them),
        cmocka_unit_test(a_character_is_the_part_that_the_documents_say),
        cmocka_unit_test(a_file_has_a_line_for_each_sample),
        cmocka_unit_test(captions_state_the_memory_of_their_lists),
        cmocka_unit_test(equal_captions_are_counted_once_and_their_words_each_time),
        cmocka_unit_test(chosen_samples_keep_their_captions_and_what_these_say),
        cmocka_unit_test(a_limit_keeps_the_first_captions),
        cmocka_unit_test(the_fingerprint_covers_captions),
        cmocka_unit_test(a_bad_line_is_refused_with_its_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
