/* tests/test_api.c - libgan keeps the promises of include/gan/gan.h. test_checkpoint.c shows that
 * its samples are the model's.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <limits.h>

#include "game/model.h"
#include "gan/gan.h"
#include "math/kernels.h"

#include "base/banned.h"

/* Two values in, 1x1x2 out, samples from the average of G. */
static const char checkpoint[] = GAN_SOURCE_DIR "/tests/fuzz/checkpoint/average";
enum { LATENT = 2, SIZE = 2 };

static gan_generator *load(void)
{
    char message[256] = "";
    gan_generator *g = NULL;
    if (gan_load(checkpoint, &g, message, sizeof message) != GAN_OK)
        fail_msg("%s", message);
    return g;
}

static void a_generator_says_what_it_takes_and_makes(void **state)
{
    (void)state;
    gan_generator *g = load();
    gan_shape s = gan_sample_shape(g);
    assert_int_equal(gan_latent_size(g), LATENT);
    assert_int_equal(s.channels, 1);
    assert_int_equal(s.height, 1);
    assert_int_equal(s.width, SIZE);
    assert_string_equal(gan_version(), GAN_VERSION);
    gan_free(g);
}

static void the_latents_of_a_seed_give_its_samples(void **state)
{
    (void)state;
    enum { N = 50, SEED = 7, FIRST = 20 };
    float z[N * LATENT], drawn[N * SIZE], made[N * SIZE];
    gan_generator *g = load();
    for (int i = 0; i < N; i++)
        kernels_generic.normal(model_sample_stream(SEED), FIRST + i, 0, LATENT, z + i * LATENT);
    assert_int_equal(gan_sample(g, SEED, FIRST, N, drawn), GAN_OK);
    for (int threads = 0; threads < 4; threads++) {
        memset(made, 0x55, sizeof made);
        assert_int_equal(gan_set_threads(g, threads), GAN_OK);
        assert_int_equal(gan_sample_latents(g, z, N, made), GAN_OK);
        assert_memory_equal(made, drawn, sizeof made);
    }
    gan_free(g);
}

static void arguments_that_cannot_be_are_refused_and_write_nothing(void **state)
{
    (void)state;
    float samples[SIZE] = { 3, 3 }, z[LATENT] = { 0 };
    gan_generator *g = load();
    assert_int_equal(gan_sample(g, 1, 0, -1, samples), GAN_ERROR_USAGE);
    assert_int_equal(gan_sample(g, 1, -1, 1, samples), GAN_ERROR_USAGE);
    assert_int_equal(gan_sample(g, 1, INT_MAX, 1, samples), GAN_ERROR_USAGE);
    assert_int_equal(gan_sample_latents(g, z, -1, samples), GAN_ERROR_USAGE);
    assert_int_equal(gan_set_threads(g, -1), GAN_ERROR_USAGE);
    assert_int_equal(gan_sample(g, 1, INT_MAX, 0, samples), GAN_OK);
    assert_int_equal(gan_sample_latents(g, z, 0, samples), GAN_OK);
    assert_true(samples[0] == 3 && samples[1] == 3);
    gan_free(g);
}

static void what_cannot_be_loaded_leaves_nothing_and_says_why(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        gan_status code;
        const char *message;
    } files[] = { { "none.bin", GAN_ERROR_IO, "none.bin: cannot open: No such file or directory" },
                  { GAN_SOURCE_DIR "/README.md", GAN_ERROR_FORMAT, "is not a gan checkpoint" } };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char message[512] = "", start[5];
        gan_generator *g = (gan_generator *)message;
        assert_int_equal(gan_load(files[i].path, &g, message, sizeof message), files[i].code);
        assert_null(g);
        assert_non_null(strstr(message, files[i].message));
        /* The message is cut to the buffer's size, which may be 0. */
        assert_int_equal(gan_load(files[i].path, &g, start, sizeof start), files[i].code);
        assert_int_equal(strlen(start), sizeof start - 1);
        assert_memory_equal(start, message, sizeof start - 1);
        assert_int_equal(gan_load(files[i].path, &g, NULL, 0), files[i].code);
    }
    gan_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_generator_says_what_it_takes_and_makes),
        cmocka_unit_test(the_latents_of_a_seed_give_its_samples),
        cmocka_unit_test(arguments_that_cannot_be_are_refused_and_write_nothing),
        cmocka_unit_test(what_cannot_be_loaded_leaves_nothing_and_says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
