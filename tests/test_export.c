/* tests/test_export.c - exporters, and what they are made of: Protocol Buffers, zip, 8-bit weights.
 * tests/oracle/export and tests/cli/cases/export.cases run the files that they write.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "export/c_functions.h"
#include "export/exporter.h"
#include "export/int8.h"
#include "export/operators.h"
#include "format/npy.h"
#include "format/protobuf.h"
#include "format/zip.h"

#include "base/banned.h"

/* ---- files ---- */

static void assert_bytes(const text *t, const char *expected, size_t n)
{
    assert_ok(text_check(t));
    assert_int_equal(t->length, n);
    assert_memory_equal(t->data, expected, n);
}

/* The first two messages are the examples of protobuf.dev/programming-guides/encoding; the others
 * are fields of ONNX's messages as protobuf 7.36 for Python writes them. */
static void protobuf_fields_have_the_documented_bytes(void **state)
{
    (void)state;
    text t = { 0 }, inner = { 0 };
    protobuf_add_int(&t, 1, 150);
    assert_bytes(&t, "\x08\x96\x01", 3);
    text_free(&t);
    protobuf_add_string(&t, 2, "testing");
    assert_bytes(&t, "\x12\x07testing", 9);
    text_free(&t);
    protobuf_add_int(&inner, 1, -1);
    protobuf_add_message(&t, 20, &inner);
    assert_bytes(&t, "\xa2\x01\x0b\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 14);
    text_free(&t);
    protobuf_add_float(&t, 2, 0.5F);
    protobuf_add_message(&t, 5, &inner);
    assert_bytes(&t, "\x15\x00\x00\x00\x3f\x2a\x00", 7);
    text_free(&t);
}

static void write_zip(const char *path)
{
    out_file *f;
    assert_ok(out_open(&f, path));
    zip_writer z = { .file = f };
    status s = zip_add(&z, "a", (const unsigned char *)"123456789", 9);
    assert_ok(s);
    assert_ok(out_commit(f, zip_end(&z, s)));
}

/* The bytes are those of zipfile (Python 3.11) for a ZipInfo("a") with create_system 0, except for
 * its permissions (0600 there, none here). 0xcbf43926 is the CRC-32 of the digits
 * (any catalogue of CRCs). */
static void a_zip_archive_has_the_documented_bytes(void **state)
{
    (void)state;
    static const char expected[] =
        "PK\x03\x04\x14\0\0\0\0\0\0\0\x21\0\x26\x39\xf4\xcb\x09\0\0\0\x09\0\0\0\x01\0\0\0"
        "a123456789"
        "PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\x21\0\x26\x39\xf4\xcb\x09\0\0\0\x09\0\0\0\x01\0\0\0\0\0"
        "\0\0\0\0\0\0\0\0\0\0\0\0a"
        "PK\x05\x06\0\0\0\0\x01\0\x01\0\x2f\0\0\0\x28\0\0\0\0\0";
    unsigned char *bytes;
    size_t n;
    write_zip("x.zip");
    assert_ok(file_read("x.zip", 1000, &bytes, &n));
    assert_int_equal(n, sizeof expected - 1);
    assert_memory_equal(bytes, expected, n);
    free(bytes);
    unlink("x.zip");
}

static void a_zip_archive_beyond_4_gb_is_refused_before_it_is_written(void **state)
{
    (void)state;
    out_file *f;
    assert_ok(out_open(&f, "x.zip"));
    zip_writer z = { .file = f, .used = UINT32_MAX - 100 };
    status s = zip_add(&z, "a", (const unsigned char *)"123456789", 9);
    assert_fails(s, STATUS_USAGE, "at most 4 GB");
    assert_int_equal(out_commit(f, zip_end(&z, s)), STATUS_USAGE);
    assert_false(file_exists("x.zip"));
}

/* As numpy.lib.format (NumPy 2.4) writes it, but for the spaces before the newline. */
static void npy_headers_have_the_sizes_of_any_rank(void **state)
{
    (void)state;
    static const struct {
        int rank, sizes[4];
        const char *shape;
    } cases[] = {
        { 0, { 0 }, "()" },
        { 1, { 5 }, "(5,)" },
        { 2, { 5, 6 }, "(5, 6)" },
        { 4, { 2147483647, 2147483647, 2147483647, 7 }, "(2147483647, 2147483647, 2147483647, 7)" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned char header[NPY_HEADER_SIZE + 1] = { 0 };
        assert_int_equal(npy_header_write(header, "<f4", cases[i].sizes, cases[i].rank),
                         NPY_HEADER_SIZE);
        assert_memory_equal(header, "\x93NUMPY\x01\0\x76\0{'descr': '<f4', ", 27);
        assert_non_null(strstr((char *)header + 10, cases[i].shape));
        assert_int_equal(header[NPY_HEADER_SIZE - 1], '\n');
        assert_int_equal(strlen((char *)header + 10), NPY_HEADER_SIZE - 10);
    }
}

/* ---- nets ---- */

typedef struct bench {
    compute compute;
    net net;
    arena arena;
    subject subject;
} bench;

static const char *const classes[] = { "zero", "*/ \?\?/ \\ \xf0\x9f\x99\x82", "two" };
static const char *const words[] = { "a", "two", "\xc3\xa9\x61" };

/* A net that is told one of three classes, or a text of 64 values. */
static void bench_open_told(bench *b, const char *spec, image_shape from, told_kind kind)
{
    int size = kind == TOLD_CLASS ? 3 : kind == TOLD_TEXT ? 64 : 0;
    *b = (bench){ 0 };
    assert_ok(compute_open(&b->compute, NULL, 1));
    assert_ok(net_open_joined(&b->net, spec, (net_input){ from, size }, "spec"));
    net_plan(&b->net, &b->arena, 2, NET_SAMPLES, false);
    assert_ok(arena_open(&b->arena));
    net_plan(&b->net, &b->arena, 2, NET_SAMPLES, false);
    net_init(&b->net, b->compute.kernels, 1, 5, RANDOM_INIT_GENERATOR);
    b->subject =
        (subject){ .name = "generator",
                   .spec = b->net.spec,
                   .latent = b->net.from,
                   .sample = b->net.to,
                   .told = { kind, size, size > 0 ? 3 : 0, kind == TOLD_CLASS ? classes : words } };
    assert_ok(net_describe(&b->net, &b->compute, &b->subject.net));
}

static void bench_open(bench *b, const char *spec, image_shape from)
{
    bench_open_told(b, spec, from, TOLD_NOTHING);
}

static void bench_close(bench *b)
{
    description_close(&b->subject.net);
    net_close(&b->net);
    arena_close(&b->arena);
    compute_close(&b->compute);
}

static const char every_layer[] =
    "linear 2x3x3, batch_norm, relu, batch_norm, conv 3 k2, leaky_relu 0.2, condition 4, "
    "conv_transpose 2 k2, tanh, upsample 2, sigmoid, dropout 0.1, reshape 8x3x3, residual, add, "
    "pixel_shuffle 2, residual, upsample 2, add_enlarged 2, conv 2 k2 s2, reshape 72";

/* What the file holds, and its size; the caller's. */
static char *written(const exporter *e, const subject *s, size_t *n)
{
    out_file *f;
    unsigned char *bytes;
    assert_ok(out_open(&f, "x"));
    assert_ok(out_commit(f, exporter_write(e, s, f)));
    assert_ok(file_read("x", 1 << 20, &bytes, n));
    unlink("x");
    return (char *)bytes;
}

/* A new kind of layer fails here until it is in the spec above, and then until every exporter can
 * write it. Only D ends with a projection, or has layers that only judge. */
static void every_exporter_can_write_every_kind_of_layer(void **state)
{
    (void)state;
    for (int i = 0; layer_kind(i); i++)
        assert_true(layer_kind(i) == &projection_ops || layer_kind(i)->only_judges ||
                    strstr(every_layer, layer_kind(i)->name));
    for (int kind = TOLD_CLASS; kind <= TOLD_TEXT; kind++) {
        bench b;
        size_t n;
        bench_open_told(&b, every_layer, shape_flat(4), (told_kind)kind);
        for (int i = 0; exporter_nth(i); i++) {
            free(written(exporter_nth(i), &b.subject, &n));
            assert_ptr_equal(exporter_named(exporter_nth(i)->name), exporter_nth(i));
        }
        bench_close(&b);
    }
}

static void a_projection_is_refused_by_name(void **state)
{
    (void)state;
    bench b;
    out_file *f;
    bench_open_told(&b, "condition 2, linear 3, projection 2", shape_flat(4), TOLD_CLASS);
    for (int i = 0; exporter_nth(i); i++) {
        assert_ok(out_open(&f, "x"));
        status s = exporter_write(exporter_nth(i), &b.subject, f);
        assert_fails(s, STATUS_USAGE, "layer 3, a Projection, is one for discriminators");
        assert_int_equal(out_commit(f, s), STATUS_USAGE);
    }
    bench_close(&b);
}

/* A name cannot end the comment, splice its lines or be a trigraph. */
static void names_of_classes_stay_in_the_comment(void **state)
{
    (void)state;
    bench b;
    size_t n;
    bench_open_told(&b, "condition 2, linear 3", shape_flat(4), TOLD_CLASS);
    char *header = written(&c_exporter, &b.subject, &n);
    assert_non_null(strstr(header, " *     zero, _/ __/ _ ____, two.\n"));
    assert_non_null(strstr(header, "#define GENERATE_CLASSES 3\n"));
    free(header);
    bench_close(&b);
}

/* The hashes are those of Python: FNV-1a of b"w:a" and so on; \xc3\xa9 is U+00E9, its capital
 * U+00C9. ASCII has 10 digits, 26 letters with capitals, 3 links and 9 symbols. */
static void a_header_knows_words_by_their_hashes_and_letters_with_their_capitals(void **state)
{
    (void)state;
    bench b;
    size_t n;
    bench_open_told(&b, "condition 2, linear 3", shape_flat(4), TOLD_TEXT);
    char *header = written(&c_exporter, &b.subject, &n);
    assert_non_null(strstr(header, "#define GENERATE_LETTERS 76\n"));
    assert_non_null(strstr(header, "{ 201u, 233u, 1u }, { 233u, 233u, 1u }\n};"));
    assert_non_null(strstr(header, "{ 65u, 97u, 1u }"));
    assert_non_null(
        strstr(header, "generate_words[3] = {\n    69795423u, 1474962462u, 2819701151u\n};"));
    free(header);
    bench_close(&b);
}

static void an_operator_without_a_row_is_refused_by_name(void **state)
{
    (void)state;
    static const char *const rows[] = { "Relu" };
    const net_operator o = { .name = "Softmax", .layer = 2 };
    const void *row;
    const c_function *f;
    assert_fails(operator_row(&o, rows, 1, sizeof *rows, "a drawing", &row), STATUS_USAGE,
                 "layer 3 is the operator Softmax, which a drawing cannot hold");
    assert_fails(c_function_of(&o, &f), STATUS_USAGE, "a C header cannot hold");
}

/* A weight that is finite in the checkpoint may not be after folding. */
static void a_tensor_that_is_not_finite_is_refused(void **state)
{
    (void)state;
    bench b;
    out_file *f;
    bench_open(&b, "linear 3, batch_norm", shape_flat(2));
    b.subject.net.operators[0].tensors[0].data[5] = INFINITY;
    assert_ok(out_open(&f, "x.h"));
    status s = exporter_write(&c_exporter, &b.subject, f);
    assert_fails(s, STATUS_FORMAT, "layer 1: its weight is not finite");
    assert_int_equal(out_commit(f, s), STATUS_FORMAT);
    assert_false(file_exists("x.h"));
    bench_close(&b);
}

/* ---- 8-bit weights ---- */

static void integers_are_within_half_a_scale_of_the_weights(void **state)
{
    (void)state;
    bench b;
    bench_open(&b, "linear 3x4x4, conv_transpose 5 k3, conv 2 k3", shape_flat(6));
    for (int i = 0; i < b.subject.net.count; i++) {
        const operator_tensor *o = &b.subject.net.operators[i].tensors[0];
        const float *w = o->data;
        float scales[48];
        int most[48] = { 0 };
        factor_scales(o, w, INT8_MOST, scales);
        for (size_t k = 0; k < operator_tensor_count(o); k++) {
            int output = factor_output(o, k),
                value = factor_integer(w[k], scales[output], INT8_MOST);
            double off = (double)w[k] - (double)value * (double)scales[output];
            assert_true(fabs(off) <= 0.500001 * (double)scales[output]);
            most[output] = abs(value) > most[output] ? abs(value) : most[output];
        }
        for (int k = 0; k < factor_outputs(o); k++)
            assert_int_equal(most[k], 127);
    }
    bench_close(&b);
}

/* The integers of two descriptions of a factor are the same. */
static void assert_same_integers(const operator_tensor *a, const operator_tensor *b)
{
    float scales[2][64];
    assert_true(factor_outputs(a) <= 64);
    factor_scales(a, a->data, INT8_MOST, scales[0]);
    factor_scales(b, b->data, INT8_MOST, scales[1]);
    for (size_t i = 0; i < operator_tensor_count(a); i++) {
        int output = factor_output(a, i);
        assert_int_equal(factor_integer(a->data[i], scales[0][output], INT8_MOST),
                         factor_integer(b->data[i], scales[1][output], INT8_MOST));
    }
}

/* The integers of a rounded net, described again, are the same; so are those of its own folding. */
static void rounding_a_net_twice_changes_nothing(void **state)
{
    (void)state;
    bench b;
    net_description again;
    int factors = 0;
    bench_open_told(&b,
                    "condition 3, linear 3x4x4, batch_norm, relu, conv_transpose 5 k3, batch_norm, "
                    "conv 2 k3",
                    shape_flat(6), TOLD_TEXT);
    float *first = malloc(b.net.param_count * sizeof *first);
    assert_non_null(first);
    assert_ok(int8_round(&b.net, &b.subject.net));
    assert_ok(net_describe(&b.net, &b.compute, &again));
    memcpy(first, b.net.params, b.net.param_count * sizeof *first);
    for (int i = 0; i < again.count; i++)
        for (int k = 0; k < operator_tensors(&again.operators[i]); k++)
            if (again.operators[i].tensors[k].is_factor) {
                factors++;
                assert_same_integers(&again.operators[i].tensors[k],
                                     &b.subject.net.operators[i].tensors[k]);
            }
    assert_int_equal(factors, 5); /* the condition's weight and embedding among them */
    assert_ok(int8_round(&b.net, &again));
    for (size_t i = 0; i < b.net.param_count; i++)
        assert_true(fabsf(first[i] - b.net.params[i]) <= 1e-6F * fabsf(first[i]));
    free(first);
    description_close(&again);
    bench_close(&b);
}

static void an_output_without_weights_has_zeros(void **state)
{
    (void)state;
    float weights[] = { 0, -0.0F, 0, 1, 2, -254 }, scales[2];
    const operator_tensor o = operator_factor("weight", 2, 3, weights);
    factor_scales(&o, weights, INT8_MOST, scales);
    assert_true(scales[0] == 0 && scales[1] == 2);
    for (int i = 0; i < 6; i++) {
        static const int expected[] = { 0, 0, 0, 1, 1, -127 }; /* 1/2 rounds away from 0 */
        assert_int_equal(factor_integer(weights[i], scales[i / 3], INT8_MOST), expected[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(protobuf_fields_have_the_documented_bytes),
        cmocka_unit_test(a_zip_archive_has_the_documented_bytes),
        cmocka_unit_test(a_zip_archive_beyond_4_gb_is_refused_before_it_is_written),
        cmocka_unit_test(npy_headers_have_the_sizes_of_any_rank),
        cmocka_unit_test(every_exporter_can_write_every_kind_of_layer),
        cmocka_unit_test(a_projection_is_refused_by_name),
        cmocka_unit_test(names_of_classes_stay_in_the_comment),
        cmocka_unit_test(a_header_knows_words_by_their_hashes_and_letters_with_their_capitals),
        cmocka_unit_test(an_operator_without_a_row_is_refused_by_name),
        cmocka_unit_test(a_tensor_that_is_not_finite_is_refused),
        cmocka_unit_test(integers_are_within_half_a_scale_of_the_weights),
        cmocka_unit_test(rounding_a_net_twice_changes_nothing),
        cmocka_unit_test(an_output_without_weights_has_zeros),
    };
    return cmocka_run_group_tests_name("export", tests, NULL, NULL);
}
