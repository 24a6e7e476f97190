/* tests/test_spec.c - nets from specs: the canonical form, sizes, and the messages of refusals.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include "base/text.h"
#include "nn/net.h"

#include "base/banned.h"

static void a_spec_has_one_canonical_form(void **state)
{
    (void)state;
    static const struct {
        const char *spec, *canonical;
    } cases[] = {
        { "linear 150, relu, linear 784, tanh", "linear 150, relu, linear 784, tanh" },
        { "linear 150,relu,linear 784,tanh", "linear 150, relu, linear 784, tanh" },
        { "   linear    150  ,relu   ", "linear 150, relu" },
        { "linear 1e2, dropout .5, leaky_relu 1e-1", "linear 100, dropout 0.5, leaky_relu 0.1" },
        { "linear 65536", "linear 65536" },
        { "dropout 0.30, dropout 0, dropout 0.99", "dropout 0.3, dropout 0, dropout 0.99" },
        { "leaky_relu 1, leaky_relu 0.0", "leaky_relu 1, leaky_relu 0" },
        { "sigmoid", "sigmoid" },
        { "linear 64x7x7", "linear 64x7x7" },
        { "conv 3 p2  s1 k5, conv 4 k1", "conv 3 k5 s1 p2, conv 4 k1 s1 p0" },
        { "linear 2x3x3, conv_transpose 3 s2 k4, upsample 2",
          "linear 2x3x3, conv_transpose 3 k4 s2 p0, upsample 2" },
        { "conv 3 spectral_norm p2 k5", "conv 3 k5 s1 p2 spectral_norm" },
        { "batch_norm,linear 3  spectral_norm", "batch_norm, linear 3 spectral_norm" },
        { "linear 64x1x1,reshape 4x4x4, reshape 64", "linear 64, reshape 4x4x4, reshape 64" },
        { "2*(linear 3, relu)", "linear 3, relu, linear 3, relu" },
        { "relu,  1 * ( tanh ) , 2*(residual, 2*(tanh), add ),relu",
          "relu, tanh, residual, tanh, tanh, add, residual, tanh, tanh, add, relu" },
        { "residual ,add,pixel_shuffle  1", "residual, add, pixel_shuffle 1" },
        { "residual,upsample 2,add_enlarged   2", "residual, upsample 2, add_enlarged 2" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        net n, again;
        assert_ok(net_open(&n, cases[i].spec, shape_flat(10), "--generator"));
        assert_string_equal(n.spec, cases[i].canonical);
        assert_ok(net_open(&again, n.spec, shape_flat(10), "--generator"));
        assert_string_equal(again.spec, n.spec);
        net_close(&n);
        net_close(&again);
    }
}

static void sizes_and_tensors_follow_from_the_spec(void **state)
{
    (void)state;
    net n;
    static const struct {
        const char *name;
        int sizes[2];
        size_t offset, count;
    } expected[] = { { "1.weight", { 150, 100 }, 0, 15000 },
                     { "1.bias", { 150 }, 15000, 150 },
                     { "4.weight", { 7, 150 }, 15150, 1050 },
                     { "4.bias", { 7 }, 16200, 7 } };
    assert_ok(
        net_open(&n, "relu, linear 150, tanh, dropout 0.3, linear 7", shape_flat(100), "spec"));
    assert_int_equal(n.in, 100);
    assert_int_equal(n.out, 7);
    assert_int_equal(n.count, 5);
    assert_int_equal(n.param_count, 16207);
    assert_int_equal(n.tensor_count, 4);
    for (int i = 0; i < 4; i++) {
        char name[TENSOR_NAME_SIZE];
        const tensor *t = &n.tensors[i];
        tensor_name(t, name);
        assert_string_equal(name, expected[i].name);
        assert_int_equal(t->shape.sizes[0], expected[i].sizes[0]);
        assert_int_equal(t->shape.sizes[1], expected[i].sizes[1]);
        assert_int_equal(t->shape.sizes[2], 0);
        assert_int_equal(t->offset, expected[i].offset);
        assert_int_equal(t->count, expected[i].count);
    }
    for (int i = 0; i < n.count; i++)
        assert_int_equal(n.layers[i].index, i);
    net_close(&n);
}

#define THERE_ARE                                                                                  \
    "there are: linear N [spectral_norm], conv C kK sS pP [spectral_norm], conv_transpose C kK "   \
    "sS pP, upsample F, reshape CxHxW, batch_norm, relu, leaky_relu A, tanh, sigmoid, dropout P"
#define LIKE_LINEAR "as in \"linear 150\" or \"linear 150 spectral_norm\", got "
#define LIKE_CONV   "as in \"conv 64 k4 s2 p1\" or \"conv 64 k4 s2 p1 spectral_norm\", got "

static void what_is_no_spec_is_refused_with_what_would_fit(void **state)
{
    (void)state;
    static const struct {
        const char *spec, *message;
    } cases[] = {
        { "linaer 150", "--generator: layer 1, \"linaer 150\": unknown layer \"linaer\", did you "
                        "mean linear?; " THERE_ARE },
        { "linear 5, Relu", "layer 2, \"Relu\": unknown layer \"Relu\", did you mean relu?; " },
        { "xyzzy 5", "layer 1, \"xyzzy 5\": unknown layer \"xyzzy\"; " THERE_ARE },
        { "a_layer_whose_name_is_longer_than_any",
          "unknown layer \"a_layer_whose_name_is_longer_th\"" },
        { "linear5", "unknown layer \"linear5\", did you mean linear?" },
        { "linear\t5", "unknown layer \"linear\\x095\"" },
        { "linear", "layer 1, \"linear\": linear takes one whole number from 1 to 65536, or "
                    "CxHxW, " LIKE_LINEAR "\"\"" },
        { "relu, linear 0",
          "layer 2, \"linear 0\": linear takes one whole number from 1 to 65536, or "
          "CxHxW, " LIKE_LINEAR "\"0\"" },
        { "linear 65537", "from 1 to 65536, or CxHxW, " LIKE_LINEAR "\"65537\"" },
        { "linear 5.5", "one whole number from 1 to 65536, or CxHxW, " LIKE_LINEAR "\"5.5\"" },
        { "linear 5 spectral", "or \"linear 150 spectral_norm\", got \"5 spectral\"" },
        { "linear 5 spectral_norm spectral_norm", "got \"5 spectral_norm spectral_norm\"" },
        { "linear spectral_norm", LIKE_LINEAR "\"spectral_norm\"" },
        { "batch_norm 5", "batch_norm takes no number, got \"5\"" },
        { "linear -5", "got \"-5\"" },
        { "linear 5 6", "got \"5 6\"" },
        { "linear five", "got \"five\"" },
        { "linear 0x10", "got \"0x10\"" },
        { "linear 4x5", "got \"4x5\"" },
        { "linear 4x5x6x7", "got \"4x5x6x7\"" },
        { "linear 00000000000000001x5x6", "got \"00000000000000001x5x6\"" },
        { "linear 99999999x1x1", "got \"99999999x1x1\"" },
        { "linear 4x0x6", "got \"4x0x6\"" },
        { "linear 4x5.5x6", "got \"4x5.5x6\"" },
        { "linear 64x32x33", "got \"64x32x33\"" },
        { "linear 4x5x", "got \"4x5x\"" },
        { "reshape 4096x4096x2", "reshape takes one whole number from 1 to 16777216, or CxHxW, as "
                                 "in \"reshape 64x7x7\", got \"4096x4096x2\"" },
        { "linear 6, reshape 2x2x2",
          "--generator: layer 2, \"reshape 2x2x2\": its 8 values are not "
          "the 6 of its input, 6; so far: 1 -> linear -> 6" },
        { "linear nan", "got \"nan\"" },
        { "dropout 1",
          "dropout takes one number from 0 to 0.99, as in \"dropout 0.2\", got \"1\"" },
        { "dropout -0.1", "from 0 to 0.99, as in \"dropout 0.2\", got \"-0.1\"" },
        { "leaky_relu 1.01", "leaky_relu takes one number from 0 to 1, as in \"leaky_relu 0.2\", "
                             "got \"1.01\"" },
        { "leaky_relu", "leaky_relu takes one number from 0 to 1" },
        { "conv", "layer 1, \"conv\": conv takes C from 1 to 65536, k from 1 to 16, s from 1 to 8 "
                  "(else 1), p from 0 to 15 (else 0), " LIKE_CONV "\"\"" },
        { "conv 5", LIKE_CONV "\"5\"" },
        { "conv k4", "got \"k4\"" },
        { "conv 5 k4 k3", "got \"5 k4 k3\"" },
        { "conv k4 5", "got \"k4 5\"" },
        { "conv 5 6 k4", "got \"5 6 k4\"" },
        { "conv 5 k4 q1", "got \"5 k4 q1\"" },
        { "conv 5 k17", "got \"5 k17\"" },
        { "conv 5 k4 s", "got \"5 k4 s\"" },
        { "conv 5 k 4", "got \"5 k 4\"" },
        { "conv 5 k3.5", "got \"5 k3.5\"" },
        { "conv 5x2x2 k3", "got \"5x2x2 k3\"" },
        { "linear 1x28x28, conv 32 k4 s2 p1, relu, conv 64 k16 p0",
          "--generator: layer 4, \"conv 64 k16 p0\": a kernel of 16x16 is larger than its input of "
          "14x14 with a border of 0; so far: 1 -> linear -> 1x28x28 -> conv -> 32x14x14 -> relu -> "
          "32x14x14" },
        { "conv_transpose 3 k2 p1", "a border of 1 leaves nothing of what a kernel of 2x2 makes of "
                                    "1x1; so far: 1" },
        { "linear 64x32x32, upsample 8, upsample 8",
          "its output would have more than 16777216 values; so far: 1 -> linear -> 64x32x32 -> "
          "upsample -> 64x256x256" },
        { "linear 12x2x3, relu, pixel_shuffle 3",
          "--generator: layer 3, \"pixel_shuffle 3\": its input, 12x2x3, has 12 channels, which are "
          "not a multiple of 3 x 3; so far: 1 -> linear -> 12x2x3 -> relu -> 12x2x3" },
        { "linear 4x2x2, residual, conv 5 k3 p1, add",
          "--generator: layer 4, \"add\": its input is 5x2x2, but layer 2, \"residual\", where its "
          "block begins, has 4x2x2: a block has to end in the shape in which it begins; so far: 1 "
          "-> linear -> 4x2x2 -> residual -> 4x2x2 -> conv -> 5x2x2" },
        { "linear 4x2x2, residual, reshape 16, add", "its input is 16, but layer 2, \"residual\"" },
        { "linear 4x2x2, residual, upsample 2, conv 3 k3 p1, add_enlarged 2",
          "--generator: layer 5, \"add_enlarged 2\": its input is 3x4x4, but layer 2, \"residual\", "
          "where its block begins, has 4x2x2: a block has to end with as many channels as it begins "
          "with, 2 times as high and as wide" },
        { "linear 4x2x2, residual, upsample 2, reshape 4x2x8, add_enlarged 2",
          "layer 5, \"add_enlarged 2\": its input is 4x2x8" },
        { "linear 4x2x2, residual, upsample 2, reshape 4x8x2, add_enlarged 2",
          "layer 5, \"add_enlarged 2\": its input is 4x8x2" },
        { "linear 4x2x2, residual, upsample 2, add_enlarged 4",
          "layer 4, \"add_enlarged 4\": its input is 4x4x4" },
        { "linear 4, add",
          "--generator: layer 2, \"add\": expected a \"residual\" before it, whose "
          "block it would close, and none is open" },
        { "residual, add, add", "layer 3, \"add\": expected a \"residual\" before it" },
        { "residual, residual, relu, add",
          "--generator: layer 1, \"residual\": expected an \"add\" after it, which closes its block, "
          "and there is none" },
        { "residual, residual", "layer 2, \"residual\": expected an \"add\" after it" },
        { "linear 4, 300*(relu)",
          "--generator: \"300*(relu)\": expected a number of repetitions from "
          "1 to 256, as in \"4*(conv 32 k3 p1, relu)\"" },
        { "257*(relu), and much more text than is shown of it",
          "\"257*(relu), and much more text than is s...\": expected a number of repetitions" },
        { "0*(relu)", "\"0*(relu)\": expected a number of repetitions from 1 to 256" },
        { "linear 4, 2 * relu", "\"2 * relu\": expected a \"(\" after the \"*\"" },
        { "2*(relu), 3*(tanh)x", "\"3*(tanh)x\": expected a comma after the \")\"" },
        { "2*(relu", "\"2*(relu\": expected a \")\" after the layers that are repeated" },
        { "(relu)", "\"(relu)\": expected a number and a \"*\" before the \"(\"" },
        { "relu)", "\"relu)\": expected a \"(\" before the \")\"" },
        { "2*(2*(2*(2*(2*(2*(2*(2*(3*(relu)))))))))",
          "\"3*(relu)))))))))\": expected at most 8 repetitions within each other" },
        { "relu 3", "layer 1, \"relu 3\": relu takes no number, got \"3\"" },
        { "tanh tanh", "tanh takes no number, got \"tanh\"" },
        { "", "layer 1, \"\": expected a layer, as \"linear 150, relu\"" },
        { "  ", "layer 1, \"\": expected a layer" },
        { "linear 5,", "layer 2, \"\": expected a layer" },
        { ",linear 5", "layer 1, \"\": expected a layer" },
        { "linear 5,,relu", "layer 2, \"\": expected a layer" },
        { "linear 65536, linear 65536", "--generator: more than 268435456 parameters with layer 2, "
                                        "\"linear 65536\" of 65536 inputs" },
        { "linear 4096, linear 32768, linear 4096",
          "more than 268435456 parameters with layer 3, \"linear 4096\" of 32768 inputs" },
        /* 64 characters without the spaces around it; cut off, it would be another valid number */
        { " linear                                                       150 ",
          "layer 1, \"linear                                                       15...\": "
          "expected at most 63 characters" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        net n;
        assert_fails(net_open(&n, cases[i].spec, shape_flat(1), "--generator"), STATUS_USAGE,
                     cases[i].message);
        assert_null(n.spec);
        assert_null(n.layers);
        assert_null(n.tensors);
    }
}

static void a_shape_has_sizes_of_at_least_1_and_not_too_many_values(void **state)
{
    (void)state;
    static const image_shape good[] = { { 1, 1, 1 },
                                        { SHAPE_MOST_VALUES, 1, 1 },
                                        { 1, SHAPE_MOST_VALUES, 1 },
                                        { 1, 1, SHAPE_MOST_VALUES } };
    static const image_shape bad[] = { { 0, 1, 1 },
                                       { 1, 0, 1 },
                                       { 1, 1, 0 },
                                       { SHAPE_MOST_VALUES + 1, 1, 1 },
                                       { 1, SHAPE_MOST_VALUES + 1, 1 },
                                       { 2, SHAPE_MOST_VALUES / 2, 2 } };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(shape_fits(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(shape_fits(bad[i]));
}

static void a_net_may_have_256_layers_and_no_more(void **state)
{
    (void)state;
    text spec = { 0 };
    net n;
    for (int i = 0; i < 256; i++)
        text_add(&spec, "%slinear 1", i > 0 ? "," : "");
    assert_ok(net_open(&n, spec.data, shape_flat(1), "spec"));
    assert_int_equal(n.count, 256);
    assert_int_equal(n.tensor_count, 512);
    net_close(&n);
    text_add(&spec, ",relu");
    assert_fails(net_open(&n, spec.data, shape_flat(1), "spec"), STATUS_USAGE,
                 "spec: layer 257, \"relu\": a net has at most 256 layers");
    text_free(&spec);
}

static void a_spec_longer_than_any_net_is_refused(void **state)
{
    (void)state;
    char spec[16384 + 2];
    net n;
    memset(spec, ' ', sizeof spec);
    memcpy(spec, "relu", 4);
    spec[16384] = 0;
    assert_ok(net_open(&n, spec, shape_flat(1), "spec"));
    assert_string_equal(n.spec, "relu");
    net_close(&n);
    spec[16384] = ' ';
    spec[16385] = 0;
    assert_fails(net_open(&n, spec, shape_flat(1), "spec"), STATUS_USAGE,
                 "spec: a spec has at most 16384 characters, this one 16385");
}

static void the_table_of_layers_ends(void **state)
{
    (void)state;
    int count = 0;
    while (layer_kind(count))
        count++;
    assert_int_equal(count, 18);
    for (int i = 0; i < count; i++) {
        const layer_ops *ops = layer_kind(i);
        assert_non_null(ops->help);
        assert_true(ops->forward ? !ops->forward_block : ops->forward_block && ops->backward_block);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_spec_has_one_canonical_form),
        cmocka_unit_test(sizes_and_tensors_follow_from_the_spec),
        cmocka_unit_test(what_is_no_spec_is_refused_with_what_would_fit),
        cmocka_unit_test(a_shape_has_sizes_of_at_least_1_and_not_too_many_values),
        cmocka_unit_test(a_net_may_have_256_layers_and_no_more),
        cmocka_unit_test(a_spec_longer_than_any_net_is_refused),
        cmocka_unit_test(the_table_of_layers_ends),
    };
    return cmocka_run_group_tests_name("spec", tests, NULL, NULL);
}
