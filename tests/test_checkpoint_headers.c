/* tests/test_checkpoint_headers.c - checkpoints with a wrong header and a correct checksum are
 * refused.
 *
 * SPDX-License-Identifier: MIT */
#include "saved.h"
#include "test.h"

#include <fcntl.h>

#include "base/banned.h"

/* ---- wrong headers with a correct checksum ---- */

typedef struct edit {
    const char *from, *to, *message;
} edit;

static void assert_edits_refused(const edit *edits, size_t count)
{
    bytes good = good_file();
    bytes same = edited(&good, "gan", "gan"); /* editing itself breaks nothing */
    assert_int_equal(same.n, good.n);
    assert_memory_equal(same.data, good.data, good.n);
    for (size_t i = 0; i < count; i++) {
        bytes b = edited(&good, edits[i].from, edits[i].to);
        assert_refused(&b, edits[i].message);
        free(b.data);
    }
    free(same.data);
    free(good.data);
}

#define assert_all_refused(edits) assert_edits_refused(edits, sizeof(edits) / sizeof *(edits))
#define NOT_IMPLIED               "its header is not the one that its metadata implies: at byte "

static void metadata_that_is_not_canonical_is_refused(void **state)
{
    (void)state;
    static const edit edits[] = {
        { "gan checkpoint 2", "gan checkpoint 1",
          "expected the format \"gan checkpoint 2\", found \"gan checkpoint 1\"" },
        { "\"format\":\"gan checkpoint 2\",", "",
          "expected the format \"gan checkpoint 2\", found \"\"" },
        { "\"non-saturating\"", "\"saturating\"", "its metadata: --loss: expected one of " },
        { "\"non-saturating\"", "\"non-saturatin\"", "its metadata: --loss: expected one of " },
        { "\"constant\"", "\"linear\"", "its metadata: --lr-schedule: linear needs --lr-epochs" },
        { "\"lr-g\":\"0.0001\",", "", "its metadata lacks \"lr-g\"" },
        { "\"batch\":\"3\",", "", "its metadata lacks \"batch\"" },
        { "\"step\":\"2\"}", "\"steps\":\"2\"}", "its metadata lacks \"step\"" },
        { "\"step\":\"2\"}", "\"step\":\"2\",\"host\":\"a\"}", NOT_IMPLIED },
        { "\"batch\":\"3\",\"d-steps\":\"1\"", "\"d-steps\":\"1\",\"batch\":\"3\"", NOT_IMPLIED },
        { "\"latent\":\"2\"", "\"latent\":\"2\",\"latent\":\"2\"",
          "the metadata of its header: the "
          "key \"latent\" comes twice" },
        { "\"latent\":\"2\"", "\"latent\": \"2\"",
          "the metadata of its header: expected a string" },
        { "\"latent\":\"2\"", "\"latent\":2", "the metadata of its header: expected a string" },
        { "\"latent\":\"2\"", "\"latent\":\"02\"", NOT_IMPLIED },
        { "\"latent\":\"2\"", "\"latent\":\"\\u0032\"", "the metadata of its header: expected" },
        { "\"lr\":\"0.0001\"", "\"lr\":\"1e-4\"", NOT_IMPLIED },
        { "\"eps\":\"1e-08\"", "\"eps\":\"nan\"", "its metadata: --eps: expected a number" },
        { "\"batch\":\"3\"", "\"batch\":\"0\"", "its metadata: --batch: expected a whole number" },
        { "\"batch\":\"3\"", "\"batch\":\"99999999999999999999\"", "its metadata: --batch: " },
        { "\"linear 2, leaky_relu 0.3, tanh\"", "\"linear 2,leaky_relu 0.3,tanh\"", NOT_IMPLIED },
        { "\"linear 2, leaky_relu 0.3, tanh\"", "\"\"", "its metadata: --generator: " },
        { "\"linear 2, leaky_relu 0.3, tanh\"", "\"linear 3, tanh\"",
          "its metadata: --generator: \"linear 3, tanh\" "
          "ends in 3 values, expected 2" },
        { "\"linear 2, leaky_relu 0.3, tanh\"", "\"linear 65536, linear 65536\"",
          "its metadata: --generator: more "
          "than 268435456 parameters" },
        { "\"discriminator\":\"linear 1\"", "\"discriminator\":\"linear 1, sigmoid\"",
          "its metadata: --discriminator: " },
        { "\"channels\":\"1\"", "\"channels\":\"4096\"",
          "its metadata: --generator: \"linear 2, leaky_relu 0.3, tanh\" ends in 2 values, "
          "expected 8192" },
        { "\"height\":\"1\",\"width\":\"2\"", "\"height\":\"65536\",\"width\":\"65536\"",
          "expected samples of at most 16777216 values, found 1x65536x65536" },
        { "\"height\":\"1\",\"width\":\"2\"", "\"height\":\"4096\",\"width\":\"4096\"",
          "its metadata: --generator: \"linear 2, leaky_relu 0.3, tanh\" ends in 2 values, "
          "expected 16777216" },
        { "\"height\":\"1\"", "\"height\":\"65537\"", "its metadata: --height: " },
        { "\"samples\":\"17\"", "\"samples\":\"2\"", "its metadata: --batch: an epoch needs" },
        { "\"data_crc32\":\"4275878552\"", "\"data_crc32\":\"4294967296\"",
          "its metadata: --data_crc32: " },
        { "\"crc32\":\"", "\"crc32\": \"",
          "is not a gan checkpoint: its header has another beginning" },
        { "{\"__metadata__\":", "{\"__metadato__\":",
          "is not a gan checkpoint: its header has another "
          "beginning" },
    };
    assert_all_refused(edits);
}

static void a_position_that_cannot_be_is_refused(void **state)
{
    (void)state;
    static const edit edits[] = {
        { "\"step\":\"2\"", "\"step\":\"5\"", "its position, epoch 1 and step 5 of 5, is invalid" },
        { "\"step\":\"2\"", "\"step\":\"4294967296\"", "its metadata: --step: " },
        { "\"step\":\"2\"", "\"step\":\"-1\"", "its metadata: --step: " },
        { "\"limit\":\"0\"", "\"limit\":\"7\"", "expected at most 7 samples, its --limit, found" },
        { "\"epoch\":\"1\"", "\"epoch\":\"858993459\"",
          "its position, epoch 858993459 and step 2 of 5, is invalid" },
    };
    assert_all_refused(edits);
}

static void a_position_is_taken_up_to_its_limits(void **state)
{
    (void)state;
    static const edit edits[] = {
        { "\"step\":\"2\"", "\"step\":\"4\"", "" },
        { "\"epoch\":\"1\"", "\"epoch\":\"858993458\"", "" },
        { "\"limit\":\"0\"", "\"limit\":\"17\"", "" },
        { "\"limit\":\"0\"", "\"limit\":\"500\"", "" }, /* of a data set with fewer */
    };
    bytes good = good_file();
    for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
        training loaded;
        bytes b = edited(&good, edits[i].from, edits[i].to);
        assert_ok(file_write("edited.bin", b.data, b.n));
        assert_ok(training_load(&loaded, "edited.bin", MODEL_TRAINS));
        assert_int_equal(loaded.model.step, i == 0 ? 4 : 2);
        assert_int_equal(loaded.model.epoch, i == 1 ? 858993458 : 1);
        training_close(&loaded);
        free(b.data);
    }
    free(good.data);
}

/* The header with more spaces, or fewer. */
static bytes respaced(const bytes *good, int more)
{
    size_t old = 8 + header_length(good), now = (size_t)((int64_t)old + more);
    bytes b = { calloc(1, good->n + 129), (size_t)((int64_t)good->n + more) };
    memset(b.data, ' ', now);
    memcpy(b.data, good->data, more < 0 ? now : old);
    b.data[0] = (unsigned char)(now - 8);
    b.data[1] = (unsigned char)((now - 8) >> 8);
    memcpy(b.data + now, good->data + old, good->n - old);
    fix_checksum(&b);
    return b;
}

static void a_header_of_other_spaces_is_refused(void **state)
{
    (void)state;
    bytes good = good_file();
    for (int more = -1; more <= 128; more++) {
        bytes b = respaced(&good, more);
        if (more != 0)
            assert_refused(&b, NOT_IMPLIED);
        free(b.data);
    }
    free(good.data);
}

static void a_checksum_in_other_digits_is_refused(void **state)
{
    (void)state;
    bytes good = good_file();
    int letters = 0;
    for (int i = 0; i < 8; i++) {
        unsigned char *digit = good.data + CRC_AT + i;
        if (*digit >= 'a' && letters++ == 0)
            *digit = (unsigned char)(*digit - 'a' + 'A');
    }
    assert_true(letters > 0);
    assert_refused(&good, "is not a gan checkpoint: its header has no checksum");
    free(good.data);
}

#define BIAS "\"generator.0.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[88,96]}"

static void tensors_that_the_spec_does_not_imply_are_refused(void **state)
{
    (void)state;
    static const edit edits[] = {
        { "," BIAS, "", NOT_IMPLIED },
        { BIAS, BIAS "," BIAS, NOT_IMPLIED },
        { BIAS, BIAS ",\"more\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[96,96]}",
          NOT_IMPLIED },
        { "[88,96]", "[84,92]", NOT_IMPLIED },
        { "[88,96]", "[88,100]", NOT_IMPLIED },
        { "[88,96]", "[96,88]", NOT_IMPLIED },
        { "[88,96]", "[18446744073709551615,7]", NOT_IMPLIED },
        { "[176,180]", "[176,184]", NOT_IMPLIED },
        { "\"shape\":[2,2]", "\"shape\":[4]", NOT_IMPLIED },
        { "\"shape\":[2,2]", "\"shape\":[1,4]", NOT_IMPLIED },
        { "\"shape\":[9]", "\"shape\":[8]", NOT_IMPLIED },
        { "\"dtype\":\"F32\"", "\"dtype\":\"I32\"", NOT_IMPLIED },
        { "generator.0.bias", "generator.1.bias", NOT_IMPLIED },
        { "{\"dtype\":\"F32\",\"shape\":[2]", "{\"shape\":[2],\"dtype\":\"F32\"", NOT_IMPLIED },
        { "\"discriminator\":\"linear 1\"", "\"discriminator\":\"tanh, linear 1\"", NOT_IMPLIED },
        { "[176,180]}}", "[176,180]} }", NOT_IMPLIED },
        { "[176,180]}}", "[176,180]}}\t", NOT_IMPLIED },
        { "[176,180]}}", "[176,180]}", NOT_IMPLIED },
    };
    assert_all_refused(edits);
}

static void a_model_whose_header_is_refused_is_not_open(void **state)
{
    (void)state;
    bytes good = good_file();
    bytes b = edited(&good, "\"step\":\"2\"", "\"step\":\"5\"");
    checkpoint f;
    model m;
    assert_ok(file_write("bad.bin", b.data, b.n));
    assert_int_equal(model_open_file(&m, &f, "bad.bin"), STATUS_FORMAT);
    assert_null(m.players[GENERATOR].net.layers);
    assert_null(m.players[DISCRIMINATOR].net.layers);
    checkpoint_close(&f);
    free(b.data);
    free(good.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(metadata_that_is_not_canonical_is_refused),
        cmocka_unit_test(a_position_that_cannot_be_is_refused),
        cmocka_unit_test(a_position_is_taken_up_to_its_limits),
        cmocka_unit_test(a_header_of_other_spaces_is_refused),
        cmocka_unit_test(a_checksum_in_other_digits_is_refused),
        cmocka_unit_test(tensors_that_the_spec_does_not_imply_are_refused),
        cmocka_unit_test(a_model_whose_header_is_refused_is_not_open),
    };
    return cmocka_run_group_tests_name("checkpoint_headers", tests, NULL, NULL);
}
