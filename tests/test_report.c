/* tests/test_report.c - what the page of `gan report` is put together from. The oracles `page` and
 * `page_in_browser` read whole pages.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <math.h>

#include "report/encode.h"
#include "report/page.h"

/* From Python: base64.b64encode. */
static void base64_is_that_of_other_programs(void **state)
{
    static const struct {
        const char *bytes, *text;
    } cases[] = {
        { "", "\"\"" },        { "f", "\"Zg==\"" },        { "fo", "\"Zm8=\"" },
        { "foo", "\"Zm9v\"" }, { "foob", "\"Zm9vYg==\"" }, { "\xff\xfe\xfb", "\"//77\"" }
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        text t = { 0 };
        size_t n = strlen(cases[i].bytes);
        encode_base64(&t, NULL, (const unsigned char *)cases[i].bytes, n);
        assert_string_equal(t.data, cases[i].text);
        assert_int_equal(t.length, encode_base64_size(n) + 2);
        text_free(&t);
    }
}

/* The text is made in parts: none of their ends may show.. */
static void base64_of_many_bytes_has_no_seams(void **state)
{
    enum { N = 3 * 3000 };
    unsigned char bytes[N];
    text t = { 0 };
    (void)state;
    for (int i = 0; i < N; i++)
        bytes[i] = (unsigned char)"foo"[i % 3];
    encode_base64(&t, NULL, bytes, N);
    assert_int_equal(t.length, N / 3 * 4 + 2);
    for (size_t i = 1; i + 1 < t.length; i += 4)
        assert_memory_equal(t.data + i, "Zm9v", 4);
    text_free(&t);
}

/* From NumPy: np.float32(x).astype(np.float16).view(np.uint16). */
static void halves_are_the_nearest(void **state)
{
    static const struct {
        float x;
        uint16_t half;
    } cases[] = {
        { 0, 0 },
        { -0.0F, 0x8000 },
        { 1, 0x3c00 },
        { -2, 0xc000 },
        { 0.1F, 0x2e66 },
        { 65504, 0x7bff },
        { 65519, 0x7bff },
        { 65520, 0x7c00 },
        { INFINITY, 0x7c00 },
        { 1.00048828125F, 0x3c00 }, /* 1 + 2^-11: a tie, to even */
        { 1.00146484375F, 0x3c02 }, /* 1 + 3 x 2^-11: a tie, to even */
        { 0x1p-14F, 0x0400 },       /* the least normal number */
        { 0x1.ff8p-15F, 0x03ff },   /* the largest below it */
        { 0x1.ffcp-15F, 0x0400 },   /* a tie between the two */
        { 0x1p-24F, 0x0001 },
        { 0x1p-25F, 0x0000 }, /* a tie, to even */
        { 0x1.8p-24F, 0x0002 },
        { 1e-10F, 0x0000 },
        { 0x1.ffep0F, 0x4000 }, /* the carry reaches the exponent */
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(encode_half(cases[i].x), cases[i].half);
    assert_true((encode_half(NAN) & 0x7fff) > 0x7c00);
}

static void what_json_lacks_is_null(void **state)
{
    text t = { 0 };
    (void)state;
    encode_number(&t, "a", 0.25);
    encode_number(&t, "b", NAN);
    encode_number(&t, "c", -INFINITY);
    assert_string_equal(t.data, "\"a\":0.25,\"b\":null,\"c\":null");
    text_free(&t);
}

static void no_text_ends_a_script(void **state)
{
    text json = { 0 }, t = { 0 };
    (void)state;
    text_add(&json, "[\"</script><!--<script>\",\"<\"]");
    encode_for_script(&t, &json);
    assert_string_equal(t.data, "[\"\\u003c/script>\\u003c!--\\u003cscript>\",\"\\u003c\"]");
    text_free(&json);
    text_free(&t);
}

/* "{{name}}" of page.html is the file of that name; no other file may contain the opening. */
static void only_the_frame_has_places_for_files(void **state)
{
    (void)state;
    for (const page_file *f = page_files; f->name; f++)
        for (size_t i = 0; i + 1 < f->size; i++)
            if (memcmp(f->bytes + i, "{{", 2) == 0)
                assert_string_equal(f->name, "page.html");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base64_is_that_of_other_programs),
        cmocka_unit_test(base64_of_many_bytes_has_no_seams),
        cmocka_unit_test(halves_are_the_nearest),
        cmocka_unit_test(what_json_lacks_is_null),
        cmocka_unit_test(no_text_ends_a_script),
        cmocka_unit_test(only_the_frame_has_places_for_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
