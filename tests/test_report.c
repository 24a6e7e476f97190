/* tests/test_report.c - what the page of `gan report` is put together from. The oracles `page` and
 * `page_in_browser` read whole pages.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <math.h>
#include <string.h>

#include "base/base64.h"
#include "base/file.h"
#include "base/json.h"
#include "report/encode.h"
#include "report/history.h"
#include "report/page.h"
#include "report/weights.h"

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
        encode_bytes(&t, NULL, (const unsigned char *)cases[i].bytes, n);
        assert_string_equal(t.data, cases[i].text);
        assert_int_equal(t.length, base64_size(n) + 2);
        text_free(&t);
    }
}

static void a_document_stands_in_a_script(void **state)
{
    static const struct {
        const char *json, *expected;
    } cases[] = {
        { "{\"a\":\"</script><!--\"}", "{\"a\":\"\\u003c/script>\\u003c!--\"}" },
        { "\"<\"", "\"\\u003c\"" },
        { "[1]", "[1]" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        text json = { 0 }, t = { 0 };
        text_add(&json, "%s", cases[i].json);
        encode_for_script(&t, &json);
        assert_string_equal(t.data, cases[i].expected);
        text_free(&json);
        text_free(&t);
    }
    text t = { 0 };
    encode_for_script(&t, &(text){ 0 }); /* nothing was added */
    assert_string_equal(t.data, "{}");
    text_free(&t);
}

/* The text is made in parts: none of their ends may show. */
static void base64_of_many_bytes_has_no_seams(void **state)
{
    enum { N = 3 * 3000 };
    unsigned char bytes[N];
    text t = { 0 };
    (void)state;
    for (int i = 0; i < N; i++)
        bytes[i] = (unsigned char)"foo"[i % 3];
    encode_bytes(&t, NULL, bytes, N);
    assert_int_equal(t.length, N / 3 * 4 + 2);
    for (size_t i = 1; i + 1 < t.length; i += 4)
        assert_memory_equal(t.data + i, "Zm9v", 4);
    text_free(&t);
}

/* From Python: scales of 1/4140 and 2/4140, the integers 4140, -3105, 1035, 0, 4140, -4140 with the
 * digits of string.printable, and base64.b64encode of struct.pack("<4f") of the scales, 1 and -2.
 */
static void factors_are_integers_of_two_digits(void **state)
{
    float values[] = { 1, -0.75F, 0.25F, 0, 2, -2 }, bias[] = { 1, -2 };
    net_operator o = { .tensors = { operator_factor("weight", 2, 3, values),
                                    operator_vector("bias", 2, bias) } };
    const net_description d = { .operators = &o, .count = 1 };
    text t = { 0 };
    (void)state;
    assert_true(weights_packed(&o.tensors[0]));
    assert_false(weights_packed(&o.tensors[1]));
    json_begin(&t, NULL, '{');
    weights_add(&t, &d);
    assert_ok(text_check(&t));
    assert_string_equal(t.data,
                        "{\"integers\":\"~~-E[sPP~~!!\",\"floats\":\"e0d9OXtH/TkAAIA/AAAAwA==\"");
    text_free(&t);
    o.tensors[0] = operator_factor("weight", 6, 1, values); /* a scale for each would be longer */
    assert_false(weights_packed(&o.tensors[0]));
}

/* What `gan train` counts for the page, before the net has its weights. */
static void no_net_takes_more_room_than_is_counted(void **state)
{
    static const char *const specs[] = {
        "linear 9, relu, linear 1, linear 40, condition 1",
        "condition 3, linear 4x3x3, batch_norm, conv 5 k3, conv_transpose 2 k2, batch_norm",
        "conv 3 k1, conv_transpose 70 k1, relu, batch_norm, projection 2",
    };
    (void)state;
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        compute c;
        net g;
        arena a = { 0 };
        net_description d;
        text t = { 0 };
        size_t sum = 0;
        assert_ok(compute_open(&c, "generic", 1));
        assert_ok(net_open_joined(&g, specs[i], (net_input){ shape_flat(7), 11 }, "spec"));
        net_plan(&g, &a, 2, NET_SAMPLES, false);
        assert_ok(arena_open(&a));
        net_plan(&g, &a, 2, NET_SAMPLES, false);
        net_init(&g, c.kernels, 1, 5, RANDOM_INIT_GENERATOR);
        assert_ok(net_describe(&g, &c, &d));
        weights_add(&t, &d);
        assert_ok(text_check(&t));
        for (int k = 0; k < g.tensor_count; k++)
            sum += base64_size(4 * g.tensors[k].count);
        size_t names = strlen("\"integers\":\"\",\"floats\":\"\"");
        assert_true(t.length <= weights_most(&g) + names && weights_most(&g) <= sum);
        text_free(&t);
        description_close(&d);
        net_close(&g);
        arena_close(&a);
        compute_close(&c);
    }
}

static const char header[] =
    "epoch,step,d_loss,g_loss,d_real,d_fake,accuracy_real,accuracy_fake,value,penalty,d_grad_norm,"
    "g_grad_norm,spread,g_dead,d_dead,fid,class_kl,classes_covered,classes,confidence,diversity,"
    "seconds,images_per_second\n";

/* The past of the run in the folder "past" as one object. */
static char *past(const char *options, const char *rows, char **notes)
{
    text file = { 0 }, t = { 0 }, said = { 0 };
    bool found = false;
    assert_ok(folder_make("past"));
    text_add(&file, "%s%s", header, rows);
    assert_ok(file_write("past/run.json", options, strlen(options)));
    assert_ok(file_write("past/metrics.csv", file.data, file.length));
    text_free(&file);
    json_begin(&t, NULL, '{');
    json_begin(&said, NULL, '[');
    assert_ok(history_add(&t, &said, "past", NULL, false, &found));
    assert_true(found);
    json_end(&t, '}');
    json_end(&said, ']');
    assert_ok(text_check(&t));
    *notes = said.data;
    return t.data;
}

/* As report/history.h says; the diagnosis finds that fakes score higher than real samples. */
static void the_past_of_a_run_is_one_document(void **state)
{
    static const char options[] =
        "{\"data\":\"it's here\",\"epochs\":\"3\",\"flip\":\"true\",\"skip-bad\":\"false\","
        "\"batch\":\"64\",\"seed\":\"1\",\"lr\":\"0.003\",\"new\":\"<\"}";
    static const char rows[] = "1,4,1,2,3,4,5,6,7,8,9,10,11,0,0,9.5,15,16,10,17,18,19,20\n"
                               "2,8,1,2,3,4,5,6,7,8,9,10,11,0,0,7.5,15,16,10,17,18,19,20\n"
                               "3,12,1,2,3,4,5,6,7,8,9,10,11,0,0,,,,,,,19,20\n";
    static const char expected[] =
        "{\"options\":{\"data\":\"it's here\",\"epochs\":\"3\",\"flip\":\"true\",\"skip-bad\":\"false\","
        "\"batch\":\"64\",\"seed\":\"1\",\"lr\":\"0.003\",\"new\":\"<\"},"
        "\"defaults\":{\"epochs\":\"500\",\"flip\":\"false\",\"skip-bad\":\"false\",\"batch\":\"256\","
        "\"seed\":\"1\",\"lr\":\"0.0001\"},"
        "\"command\":\"gan train --data 'it'\\\\''s here' --epochs 3 --flip --batch 64 --lr 0.003\","
        "\"rows\":3,\"every\":1,\"columns\":{\"epoch\":[1,2,3],\"d_loss\":[1,1,1],"
        "\"g_loss\":[2,2,2],\"d_real\":[3,3,3],\"d_fake\":[4,4,4],\"value\":[7,7,7],"
        "\"penalty\":[8,8,8],\"accuracy_real\":[5,5,5],\"accuracy_fake\":[6,6,6],"
        "\"d_grad_norm\":[9,9,9],\"g_grad_norm\":[10,10,10],\"spread\":[11,11,11],"
        "\"g_dead\":[0,0,0],\"d_dead\":[0,0,0],\"fid\":[9.5,7.5,null],\"class_kl\":[15,15,null],"
        "\"classes_covered\":[16,16,null],\"confidence\":[17,17,null],\"diversity\":[18,18,null],"
        "\"seconds\":[19,19,19],\"psnr\":[null,null,null],\"test_psnr\":[null,null,null]},"
        "\"findings\":[{\"name\":\"generator-overpowers\",\"from\":2,\"to\":3,\"text\":\"";
    static const char end[] = "\",\"good\":false}],\"best\":{\"epoch\":2,\"fid\":7.5}}";
    char *notes, *json = past(options, rows, &notes);
    (void)state;
    assert_string_equal(notes, "[]");
    assert_memory_equal(json, expected, strlen(expected));
    assert_string_equal(json + strlen(json) - strlen(end), end);
    assert_null(strstr(json + strlen(expected), "\"name\"")); /* one finding */
    free(notes);
    free(json);
}

/* 3101 epochs: at most 1500 rows are shown, so every third of them, and the last. */
static void many_epochs_are_thinned_out_to_the_last(void **state)
{
    enum { EPOCHS = 3101, EVERY = 3 };
    text rows = { 0 }, expected = { 0 };
    (void)state;
    text_add(&expected, "\"rows\":%d,\"every\":%d,\"columns\":{\"epoch\":[", EPOCHS, EVERY);
    for (int i = 1; i <= EPOCHS; i++) {
        text_add(&rows, "%d,%d,1,2,3,4,5,6,7,8,9,10,11,12,13,,,,,,,19,20\n", i, 4 * i);
        if (i % EVERY == 1 || i == EPOCHS)
            text_add(&expected, "%d%s", i, i < EPOCHS ? "," : "],\"d_loss\":[1,1,");
    }
    char *notes, *json = past("{}", rows.data, &notes);
    assert_non_null(strstr(json, expected.data));
    free(notes);
    free(json);
    text_free(&rows);
    text_free(&expected);
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
        cmocka_unit_test(a_document_stands_in_a_script),
        cmocka_unit_test(factors_are_integers_of_two_digits),
        cmocka_unit_test(no_net_takes_more_room_than_is_counted),
        cmocka_unit_test(the_past_of_a_run_is_one_document),
        cmocka_unit_test(many_epochs_are_thinned_out_to_the_last),
        cmocka_unit_test(what_json_lacks_is_null),
        cmocka_unit_test(no_text_ends_a_script),
        cmocka_unit_test(only_the_frame_has_places_for_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
