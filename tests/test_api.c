/* tests/test_api.c - libgan does what include/gan/gan.h promises. test_checkpoint.c shows that its
 * samples are those of the model.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <limits.h>
#include <math.h>
#include <unistd.h>

#include "base/file.h"
#include "game/model.h"
#include "gan/gan.h"
#include "math/kernels.h"
#include "train/run.h"

#include "base/banned.h"

/* Two values in, 1x1x2 out, samples from the average of G. */
static const char averaged[] = GAN_SOURCE_DIR "/tests/fuzz/checkpoint/average";
enum { LATENT = 2, SIZE = 2 };

static gan_generator *load(void)
{
    char message[256] = "";
    gan_generator *g = NULL;
    if (gan_load(averaged, &g, message, sizeof message) != GAN_OK)
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
        /* Cut to the size that there is, which may be none. */
        assert_int_equal(gan_load(files[i].path, &g, start, sizeof start), files[i].code);
        assert_int_equal(strlen(start), sizeof start - 1);
        assert_memory_equal(start, message, sizeof start - 1);
        assert_int_equal(gan_load(files[i].path, &g, NULL, 0), files[i].code);
    }
    gan_free(NULL);
}

/* ---- training ---- */

/* Option names and values in turn, NULL after the last. Both runs have several steps in an epoch,
 * an average, and what depends on steps and epochs: a schedule, dropout, running averages. */
static const char *const on_points[] = { "data",   "ring",        "limit",  "200", "batch",
                                         "40",     "epochs",      "3",      "ema", "0.9",
                                         "latent", "3",           "r1",     "0.1", "seed",
                                         "5",      "lr-schedule", "cosine", NULL };
static const char *const on_images[] = { "data",
                                         GAN_SOURCE_DIR "/data/mnist",
                                         "limit",
                                         "64",
                                         "batch",
                                         "16",
                                         "epochs",
                                         "3",
                                         "latent",
                                         "4",
                                         "preset",
                                         "fast",
                                         "threads",
                                         "2",
                                         "generator",
                                         "linear 8, batch_norm, relu, linear out, tanh",
                                         "discriminator",
                                         "linear 8, leaky_relu 0.2, dropout 0.3, linear 1",
                                         NULL };

static void set(gan_config *c, const char *name, const char *value)
{
    char message[256] = "";
    if (gan_config_set(c, name, value, message, sizeof message) != GAN_OK)
        fail_msg("%s", message);
}

static gan_config *configured(const char *const *options)
{
    gan_config *c = gan_config_new();
    assert_non_null(c);
    for (int i = 0; options[i]; i += 2)
        set(c, options[i], options[i + 1]);
    return c;
}

/* path: a checkpoint to resume from, or NULL. */
static gan_trainer *opened(const char *const *options, const char *path)
{
    char message[512] = "";
    gan_trainer *t = NULL;
    gan_config *c = configured(options);
    gan_status s = path ? gan_trainer_resume(c, path, &t, message, sizeof message)
                        : gan_trainer_open(c, &t, message, sizeof message);
    gan_config_free(c); /* the trainer does not need it any more */
    if (s != GAN_OK)
        fail_msg("%s", message);
    return t;
}

static void train_epochs(gan_trainer *t, int n)
{
    char message[512] = "";
    for (int i = 0; i < n; i++)
        if (gan_trainer_epoch(t, message, sizeof message) != GAN_OK)
            fail_msg("%s", message);
}

static void train_steps(gan_trainer *t, int n)
{
    char message[512] = "";
    for (int i = 0; i < n; i++)
        if (gan_trainer_step(t, message, sizeof message) != GAN_OK)
            fail_msg("%s", message);
}

static void save(const gan_trainer *t, const char *path)
{
    char message[512] = "";
    if (gan_trainer_save(t, path, message, sizeof message) != GAN_OK)
        fail_msg("%s", message);
}

static void assert_same_files(const char *one, const char *other)
{
    unsigned char *a = NULL, *b = NULL;
    size_t n = 0, m = 0;
    assert_ok(file_read(one, 1 << 24, &a, &n));
    assert_ok(file_read(other, 1 << 24, &b, &m));
    assert_int_equal(n, m);
    assert_memory_equal(a, b, n);
    free(a);
    free(b);
}

/* What `gan train` does with these options in that folder. */
static void run_in(const char *folder, const char *const *options, const char *mode)
{
    static const run_observer nobody = { 0 };
    train_config c;
    int signal;
    const option_row *row = NULL;
    config_defaults(&c);
    for (int i = 0; options[i]; i += 2) {
        assert_ok(config_find(options[i], &row));
        assert_ok(config_set(&c, row, options[i + 1]));
    }
    assert_ok(config_find(mode, &row));
    assert_ok(config_set(&c, row, "true"));
    config_finish(&c);
    c.options.out = folder;
    assert_ok(run_train(&c, &nobody, &signal));
}

static void training_gives_the_bytes_of_gan_train(void **state)
{
    (void)state;
    const char *const *const runs[] = { on_points, on_images };
    for (int i = 0; i < 2; i++) {
        gan_trainer *t = opened(runs[i], NULL);
        run_in("whole", runs[i], "overwrite");
        train_epochs(t, 3);
        save(t, "trained.bin");
        assert_same_files("trained.bin", "whole/model.bin");
        gan_trainer_close(t);
    }
}

static void training_resumed_within_an_epoch_gives_the_same_bytes(void **state)
{
    (void)state;
    const char *const *const runs[] = { on_points, on_images };
    for (int i = 0; i < 2; i++) {
        run_in("whole", runs[i], "overwrite");
        run_in("parts", runs[i], "overwrite");
        gan_trainer *t = opened(runs[i], NULL);
        train_epochs(t, 1);
        train_steps(t, 2);
        save(t, "part.bin");
        save(t, "parts/model.bin");
        gan_trainer_close(t);
        t = opened(runs[i], "part.bin");
        gan_position p = gan_trainer_position(t);
        assert_int_equal(p.epoch, 1);
        assert_int_equal(p.step, 2);
        assert_int_equal(p.epochs, 3);
        train_steps(t, (int)(2 * p.epoch_steps - 2));
        save(t, "resumed.bin");
        gan_trainer_close(t);
        assert_same_files("resumed.bin", "whole/model.bin");
        /* gan train goes on from what the library saved. */
        run_in("parts", runs[i], "resume");
        assert_same_files("parts/model.bin", "whole/model.bin");
    }
}

static void samples_while_training_are_those_of_the_checkpoint_and_change_nothing(void **state)
{
    (void)state;
    enum { N = 70 };
    const char *const *const runs[] = { on_points, on_images };
    for (int i = 0; i < 2; i++) {
        char message[256] = "";
        gan_generator *g = NULL;
        gan_trainer *t = opened(runs[i], NULL);
        gan_shape shape = gan_trainer_sample_shape(t);
        size_t size = (size_t)shape.channels * (size_t)shape.height * (size_t)shape.width;
        float *now = malloc(N * size * sizeof *now), *saved = malloc(N * size * sizeof *saved);
        assert_true(now && saved);
        train_steps(t, 3);
        save(t, "sampled.bin");
        assert_int_equal(gan_trainer_sample(t, 9, 30, N, now), GAN_OK);
        assert_int_equal(gan_load("sampled.bin", &g, message, sizeof message), GAN_OK);
        assert_int_equal(gan_sample(g, 9, 30, N, saved), GAN_OK);
        assert_memory_equal(now, saved, N * size * sizeof *now);
        assert_int_equal(gan_trainer_sample(t, 9, -1, 1, now), GAN_ERROR_USAGE);
        gan_free(g);
        free(now);
        free(saved);
        train_epochs(t, 3);
        save(t, "sampled.bin");
        run_in("whole", runs[i], "overwrite");
        assert_same_files("sampled.bin", "whole/model.bin");
        gan_trainer_close(t);
    }
}

static void metrics_are_those_of_metrics_csv(void **state)
{
    (void)state;
    static const char *const names[] = { "epoch",  "step",  "d_loss", "g_loss",  "d_real",
                                         "d_fake", "value", "spread", "penalty", "g_grad_norm" };
    epoch_metrics *rows = NULL;
    uint32_t count = 0;
    gan_trainer *t = opened(on_images, NULL);
    run_in("whole", on_images, "overwrite");
    assert_ok(metrics_read("whole/metrics.csv", 3, &rows, &count));
    assert_int_equal(count, 3);
    assert_true(isnan(gan_trainer_metric(t, "d_loss")));
    for (int epoch = 0; epoch < 3; epoch++) {
        train_epochs(t, 1);
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            char mine[32], theirs[32];
            snprintf(mine, sizeof mine, "%.7g", gan_trainer_metric(t, names[i]));
            snprintf(theirs, sizeof theirs, "%.7g", metrics_value(&rows[epoch], names[i]));
            assert_string_equal(mine, theirs);
        }
    }
    assert_true(isnan(gan_trainer_metric(t, "fid")));
    assert_true(isnan(gan_trainer_metric(t, "loss")));
    assert_true(gan_trainer_metric(t, "seconds") > 0);
    free(rows);
    gan_trainer_close(t);
}

static void options_that_cannot_be_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *name, *value, *message;
    } wrong[] = {
        { "epoch", "3", "--epoch: no such option, did you mean --epochs?" },
        { "batch", "many", "--batch: expected a whole number from 1 to 65536, got \"many\"" },
        { "preset", "none", "--preset: " },
        { "out", "folder", "--out: applies to the folder of gan train" },
        { "eval-every", "1", "--eval-every: applies to the folder of gan train" },
    };
    char message[256], start[4];
    gan_config *c = configured(on_points);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(gan_config_set(c, wrong[i].name, wrong[i].value, message, sizeof message),
                         GAN_ERROR_USAGE);
        assert_non_null(strstr(message, wrong[i].message));
        assert_int_equal(gan_config_set(c, wrong[i].name, wrong[i].value, start, sizeof start),
                         GAN_ERROR_USAGE);
        assert_memory_equal(start, message, sizeof start - 1);
        assert_int_equal(gan_config_set(c, wrong[i].name, wrong[i].value, NULL, 0),
                         GAN_ERROR_USAGE);
    }
    gan_config_free(c);
    gan_config_free(NULL);
}

static void what_cannot_be_trained_leaves_nothing_and_says_why(void **state)
{
    (void)state;
    static const struct {
        const char *name, *value, *from;
        gan_status code;
        const char *message;
    } wrong[] = {
        { "data", "none", NULL, GAN_ERROR_IO, "none: expected a folder" },
        { "batch", "201", NULL, GAN_ERROR_USAGE, "--batch: an epoch needs at least" },
        { "generator", "linear 5", NULL, GAN_ERROR_USAGE, "--generator: \"linear 5\" ends in 5" },
        { "isa", "none", NULL, GAN_ERROR_USAGE, "--isa: \"none\"" },
        { "lr", "0.5", "now.bin", GAN_ERROR_USAGE,
          "--lr: the run in now.bin has \"0.0001\", got \"0.5\"" },
        { "data", "grid", "now.bin", GAN_ERROR_USAGE, "--data: grid has 200 samples" },
        { "epochs", "0", "now.bin", GAN_ERROR_USAGE,
          "--epochs: the run in now.bin is already in epoch 1" },
        { "from", "now.bin", "now.bin", GAN_ERROR_USAGE, "--from: is for a new run" },
        { "seed", "5", "none.bin", GAN_ERROR_IO, "none.bin: cannot open" },
        { "seed", "5", GAN_SOURCE_DIR "/README.md", GAN_ERROR_FORMAT,
          "README.md: is not a gan checkpoint" },
    };
    gan_trainer *t = opened(on_points, NULL);
    train_steps(t, 1);
    save(t, "now.bin");
    gan_trainer_close(t);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char message[512] = "";
        gan_config *c = configured(on_points);
        set(c, wrong[i].name, wrong[i].value);
        t = (gan_trainer *)message;
        gan_status s = wrong[i].from
                           ? gan_trainer_resume(c, wrong[i].from, &t, message, sizeof message)
                           : gan_trainer_open(c, &t, message, sizeof message);
        assert_int_equal(s, wrong[i].code);
        assert_null(t);
        if (!strstr(message, wrong[i].message))
            fail_msg("%s", message);
        gan_config_free(c);
    }
    gan_trainer_close(NULL);
}

static void after_the_last_epoch_there_is_no_step(void **state)
{
    (void)state;
    char message[256] = "";
    gan_trainer *t = opened(on_points, NULL);
    train_epochs(t, 3);
    assert_int_equal(gan_trainer_step(t, message, sizeof message), GAN_ERROR_USAGE);
    assert_string_equal(message, "--epochs: all 3 are done");
    assert_int_equal(gan_trainer_epoch(t, NULL, 0), GAN_ERROR_USAGE);
    assert_int_equal(gan_trainer_save(t, "-", message, sizeof message), GAN_ERROR_USAGE);
    assert_int_equal(gan_trainer_save(t, "none/x.bin", message, sizeof message), GAN_ERROR_IO);
    save(t, "last.bin");
    gan_trainer_close(t);
}

static void numbers_that_are_not_finite_end_the_training_and_are_not_saved(void **state)
{
    (void)state;
    char message[512] = "";
    float x[2];
    gan_trainer *t;
    gan_config *c = configured(on_points);
    set(c, "lr", "1000");
    set(c, "lr-schedule", "constant");
    set(c, "epochs", "1000");
    assert_int_equal(gan_trainer_open(c, &t, message, sizeof message), GAN_OK);
    gan_status s = GAN_OK;
    for (int i = 0; i < 1000 && s == GAN_OK; i++)
        s = gan_trainer_epoch(t, message, sizeof message);
    assert_int_equal(s, GAN_ERROR_NONFINITE);
    assert_non_null(strstr(message, "not finite"));
    assert_int_equal(gan_trainer_step(t, message, sizeof message), GAN_ERROR_NONFINITE);
    assert_int_equal(gan_trainer_save(t, "broken.bin", message, sizeof message),
                     GAN_ERROR_NONFINITE);
    assert_int_equal(gan_trainer_sample(t, 1, 0, 1, x), GAN_ERROR_NONFINITE);
    assert_int_not_equal(access("broken.bin", F_OK), 0);
    gan_trainer_close(t);
    gan_config_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_generator_says_what_it_takes_and_makes),
        cmocka_unit_test(the_latents_of_a_seed_give_its_samples),
        cmocka_unit_test(arguments_that_cannot_be_are_refused_and_write_nothing),
        cmocka_unit_test(what_cannot_be_loaded_leaves_nothing_and_says_why),
        cmocka_unit_test(training_gives_the_bytes_of_gan_train),
        cmocka_unit_test(training_resumed_within_an_epoch_gives_the_same_bytes),
        cmocka_unit_test(samples_while_training_are_those_of_the_checkpoint_and_change_nothing),
        cmocka_unit_test(metrics_are_those_of_metrics_csv),
        cmocka_unit_test(options_that_cannot_be_are_refused),
        cmocka_unit_test(what_cannot_be_trained_leaves_nothing_and_says_why),
        cmocka_unit_test(after_the_last_epoch_there_is_no_step),
        cmocka_unit_test(numbers_that_are_not_finite_end_the_training_and_are_not_saved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
