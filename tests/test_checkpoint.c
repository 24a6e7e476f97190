/* tests/test_checkpoint.c - model.bin: a saved model is read back unchanged, and a save that fails
 * leaves the old file.
 *
 * SPDX-License-Identifier: MIT */
#include "saved.h"
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "gan/gan.h"

#include "base/banned.h"

/* ---- saving and loading ---- */

static void assert_same_data(const data_identity *a, const data_identity *b)
{
    assert_int_equal(a->channels, b->channels);
    assert_int_equal(a->height, b->height);
    assert_int_equal(a->width, b->width);
    assert_int_equal(a->count, b->count);
    assert_int_equal(a->fingerprint, b->fingerprint);
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->conditions, b->conditions);
}

static void assert_same_model(const model *a, const model *b)
{
    const net *nets[2][2] = { { &a->players[0].net, &b->players[0].net },
                              { &a->players[1].net, &b->players[1].net } };
    for (int i = 0; i < 2; i++) {
        size_t size = nets[i][0]->param_count * sizeof(float);
        assert_int_equal(nets[i][0]->param_count, nets[i][1]->param_count);
        assert_memory_equal(nets[i][0]->params, nets[i][1]->params, size);
        assert_memory_equal(nets[i][0]->buffers, nets[i][1]->buffers,
                            nets[i][0]->buffer_count * sizeof(float));
        assert_memory_equal(nets[i][0]->exp_avg, nets[i][1]->exp_avg, size);
        assert_memory_equal(nets[i][0]->exp_avg_sq, nets[i][1]->exp_avg_sq, size);
        assert_string_equal(nets[i][0]->spec, nets[i][1]->spec);
    }
    assert_memory_equal(a->sums, b->sums, sizeof a->sums);
    assert_same_data(&a->data, &b->data);
    assert_int_equal(a->epoch, b->epoch);
    assert_int_equal(a->step, b->step);
    for (size_t i = 0; i < model_option_table.count; i++) {
        text one = { 0 }, other = { 0 };
        option_get(&model_option_table.rows[i], &a->options, &one);
        option_get(&model_option_table.rows[i], &b->options, &other);
        assert_int_equal(one.data == NULL, other.data == NULL);
        if (one.data)
            assert_string_equal(one.data, other.data);
        text_free(&one);
        text_free(&other);
    }
}

static void a_model_that_is_read_is_the_one_that_was_saved(void **state)
{
    (void)state;
    training saved, loaded;
    training_open(&saved, 7);
    assert_int_equal(saved.model.epoch, 1);
    assert_int_equal(saved.model.step, 2);
    assert_ok(model_save(&saved.model, "good.bin"));
    assert_ok(training_load(&loaded, "good.bin", MODEL_TRAINS));
    assert_same_model(&saved.model, &loaded.model);
    /* Training continues in the same way. */
    assert_ok(model_step(&saved.model, &saved.compute, (batch_source){ no_batch, NULL }));
    assert_ok(model_step(&loaded.model, &loaded.compute, (batch_source){ no_batch, NULL }));
    assert_same_model(&saved.model, &loaded.model);
    training_close(&saved);
    training_close(&loaded);
}

static void the_average_of_the_generator_is_kept_beside_it(void **state)
{
    (void)state;
    enum { N = 10 };
    training saved, loaded;
    gan_generator *g = NULL;
    char message[256];
    float average[N * SIZE], got[N * SIZE];
    training_open_average(&saved, 7);
    size_t n = saved.model.players[GENERATOR].net.param_count * sizeof(float);
    assert_ok(model_save(&saved.model, "average.bin"));
    model_sample(&saved.model, &saved.compute, model_sample_stream(9), 0, N, average);
    assert_ok(training_load(&loaded, "average.bin", MODEL_TRAINS));
    assert_same_model(&saved.model, &loaded.model);
    assert_memory_equal(saved.model.players[GENERATOR].average.params,
                        loaded.model.players[GENERATOR].average.params, n);
    assert_ok(model_step(&saved.model, &saved.compute, (batch_source){ no_batch, NULL }));
    assert_ok(model_step(&loaded.model, &loaded.compute, (batch_source){ no_batch, NULL }));
    assert_memory_equal(saved.model.players[GENERATOR].average.params,
                        loaded.model.players[GENERATOR].average.params, n);
    training_close(&loaded);
    assert_ok(training_load(&loaded, "average.bin", MODEL_SAMPLES));
    model_sample(&loaded.model, &loaded.compute, model_sample_stream(9), 0, N, got);
    assert_memory_equal(average, got, sizeof got);
    training_close(&loaded);
    assert_ok(training_load(&loaded, "average.bin", MODEL_SAMPLES_LAST));
    model_sample(&loaded.model, &loaded.compute, model_sample_stream(9), 0, N, got);
    assert_memory_not_equal(average, got, sizeof got);
    training_close(&loaded);
    assert_int_equal(gan_load("average.bin", &g, message, sizeof message), GAN_OK);
    assert_int_equal(gan_sample(g, 9, 0, N, got), GAN_OK);
    assert_memory_equal(average, got, sizeof got);
    gan_free(g);
    training_close(&saved);
}

static void buffers_are_kept_beside_the_parameters(void **state)
{
    (void)state;
    enum { N = 10 };
    training saved, loaded;
    float samples[N * SIZE], got[N * SIZE];
    training_open_buffers(&saved, 7);
    const net *average = &saved.model.players[GENERATOR].average;
    size_t n = average->buffer_count * sizeof(float);
    assert_int_equal(average->buffer_count, 4);
    assert_memory_not_equal(average->buffers, saved.model.players[GENERATOR].net.buffers, n);
    assert_ok(model_save(&saved.model, "buffers.bin"));
    model_sample(&saved.model, &saved.compute, model_sample_stream(9), 0, N, samples);
    assert_ok(training_load(&loaded, "buffers.bin", MODEL_TRAINS));
    assert_same_model(&saved.model, &loaded.model);
    assert_memory_equal(average->buffers, loaded.model.players[GENERATOR].average.buffers, n);
    assert_ok(model_step(&saved.model, &saved.compute, (batch_source){ no_batch, NULL }));
    assert_ok(model_step(&loaded.model, &loaded.compute, (batch_source){ no_batch, NULL }));
    assert_same_model(&saved.model, &loaded.model);
    assert_memory_equal(average->buffers, loaded.model.players[GENERATOR].average.buffers, n);
    training_close(&loaded);
    assert_ok(training_load(&loaded, "buffers.bin", MODEL_SAMPLES));
    model_sample(&loaded.model, &loaded.compute, model_sample_stream(9), 0, N, got);
    assert_memory_equal(samples, got, sizeof got);
    training_close(&loaded);
    training_close(&saved);
}

static void a_model_read_for_sampling_gives_the_same_samples(void **state)
{
    (void)state;
    enum { N = 100 };
    training saved, loaded;
    gan_generator *g = NULL;
    char message[256];
    float a[N * SIZE], b[N * SIZE];
    training_open(&saved, 7);
    assert_ok(model_save(&saved.model, "good.bin"));
    assert_ok(training_load(&loaded, "good.bin", MODEL_SAMPLES));
    const net *generator = &loaded.model.players[GENERATOR].net,
              *discriminator = &loaded.model.players[DISCRIMINATOR].net;
    assert_null(discriminator->params);
    assert_true(!generator->grads && !generator->exp_avg && !generator->exp_avg_sq);
    model_sample(&saved.model, &saved.compute, model_sample_stream(9), 0, N, a);
    model_sample(&loaded.model, &loaded.compute, model_sample_stream(9), 0, N, b);
    assert_memory_equal(a, b, sizeof a);
    assert_int_equal(gan_load("good.bin", &g, message, sizeof message), GAN_OK);
    assert_int_equal(gan_latent_size(g), LATENT);
    assert_int_equal(gan_sample_shape(g).width, SIZE);
    assert_int_equal(gan_set_threads(g, 3), GAN_OK);
    assert_int_equal(gan_sample(g, 9, 0, N, b), GAN_OK);
    assert_memory_equal(a, b, sizeof a);
    assert_int_equal(gan_sample(g, 9, 40, 2, b), GAN_OK);
    assert_memory_equal(a + 40 * SIZE, b, 2 * SIZE * sizeof *a);
    assert_int_equal(gan_sample(g, 9, 1, INT32_MAX, b), GAN_ERROR_USAGE);
    assert_int_equal(gan_sample(g, 9, -1, 1, b), GAN_ERROR_USAGE);
    assert_int_equal(gan_set_threads(g, -1), GAN_ERROR_USAGE);
    gan_free(g);
    training_close(&saved);
    training_close(&loaded);
}

static void a_model_that_is_saved_again_is_the_same_bytes(void **state)
{
    (void)state;
    bytes first = good_file();
    training loaded;
    assert_ok(training_load(&loaded, "good.bin", MODEL_TRAINS));
    assert_ok(model_save(&loaded.model, "again.bin"));
    bytes again = read_file("again.bin");
    assert_int_equal(first.n, again.n);
    assert_memory_equal(first.data, again.data, first.n);
    training_close(&loaded);
    free(first.data);
    free(again.data);
}

/* The file does not state the kind. */
static void the_kind_of_the_samples_follows_from_their_shape(void **state)
{
    (void)state;
    static const struct {
        int channels, height, width;
        sample_kind kind;
    } cases[] = { { .channels = 2, .height = 1, .width = 1, .kind = SAMPLE_POINT },
                  { .channels = 1, .height = 2, .width = 1, .kind = SAMPLE_IMAGE },
                  { .channels = 2, .height = 2, .width = 1, .kind = SAMPLE_IMAGE },
                  { .channels = 2, .height = 1, .width = 2, .kind = SAMPLE_IMAGE },
                  { .channels = 3, .height = 1, .width = 1, .kind = SAMPLE_IMAGE } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        model_options o;
        training t = { 0 }, loaded;
        const data_identity data = { .channels = cases[i].channels,
                                     .height = cases[i].height,
                                     .width = cases[i].width,
                                     .count = 17,
                                     .fingerprint = 5,
                                     .kind = cases[i].kind };
        option_defaults(&model_option_table, &o);
        o.batch = BATCH;
        assert_ok(model_open(&t.model, &o, &data));
        assert_ok(model_open_memory(&t.model, &t.arena, MODEL_TRAINS));
        assert_ok(model_save(&t.model, "kind.bin"));
        training_close(&t);
        assert_ok(training_load(&loaded, "kind.bin", MODEL_SAMPLES));
        assert_same_data(&loaded.model.data, &data);
        training_close(&loaded);
    }
}

/* The header in docs/checkpoint.md: its only block of JSON, without the line breaks. */
static char *documented_header(void)
{
    bytes document = read_file(GAN_SOURCE_DIR "/docs/checkpoint.md");
    const char *from = strstr((char *)document.data, "```json\n");
    if (!from)
        fail_msg("docs/checkpoint.md has no example");
    char *header = calloc(1, document.n), *to = header;
    for (from += strlen("```json\n"); strncmp(from, "```", 3) != 0; from++)
        if (*from != '\n')
            *to++ = *from;
    free(document.data);
    return header;
}

static void the_file_is_the_one_of_its_documentation(void **state)
{
    (void)state;
    bytes good = good_file();
    size_t n = header_length(&good);
    char *expected = documented_header();
    size_t length = strlen(expected), padded = (length + 8 + 63) / 64 * 64 - 8;
    assert_int_equal(n, padded);
    assert_int_equal(good.n, 8 + padded + 180);
    for (int i = 2; i < 8; i++)
        assert_int_equal(good.data[i], 0);
    for (size_t i = 0; i < n; i++)
        if (good.data[8 + i] != (unsigned char)(i < length ? expected[i] : ' '))
            fail_msg("the header differs from docs/checkpoint.md at byte %zu: \"%.20s\"", i,
                     (char *)good.data + 8 + i);
    /* The checksum is zlib's CRC-32 over the file with zeros for its digits. */
    bytes copy = { malloc(good.n), good.n };
    memcpy(copy.data, good.data, good.n);
    fix_checksum(&copy);
    assert_memory_equal(copy.data, good.data, good.n);
    /* Little-endian binary32 at the offsets in the header. */
    training b;
    assert_ok(training_load(&b, "good.bin", MODEL_SAMPLES));
    const unsigned char *bias = good.data + 8 + padded + 88;
    uint32_t bits =
        bias[0] | (uint32_t)bias[1] << 8 | (uint32_t)bias[2] << 16 | (uint32_t)bias[3] << 24;
    assert_memory_equal(&bits, b.model.players[GENERATOR].net.params + 4, sizeof bits);
    training_close(&b);
    free(copy.data);
    free(expected);
    free(good.data);
}

static void a_variance_of_zero_is_taken(void **state)
{
    (void)state;
    training b;
    training_open_buffers(&b, 7);
    b.model.players[GENERATOR].net.buffers[2] = 0;
    b.model.players[GENERATOR].net.buffers[3] = -0.0f;
    assert_ok(model_save(&b.model, "buffers.bin"));
    training_close(&b);
    assert_ok(training_load(&b, "buffers.bin", MODEL_SAMPLES));
    training_close(&b);
}

/* The reader takes 16384 numbers at a time: tests tensors of exactly this size, and larger ones. */
static void tensors_of_more_than_a_part_are_read_whole(void **state)
{
    (void)state;
    training saved, loaded;
    training_open_nets(&saved, "linear 200, relu, linear 200, relu, linear 2",
                       "linear 128, relu, linear 128, relu, linear 130, linear 1", 0, 1);
    assert_ok(model_save(&saved.model, "large.bin"));
    assert_ok(training_load(&loaded, "large.bin", MODEL_TRAINS));
    assert_same_model(&saved.model, &loaded.model);
    training_close(&loaded);
    assert_ok(training_load(&loaded, "large.bin", MODEL_SAMPLES));
    training_close(&loaded);
    training_close(&saved);
}

static void a_checkpoint_may_be_file_number_zero(void **state)
{
    (void)state;
    bytes good = good_file();
    training loaded;
    int kept = dup(0);
    close(0);
    status s = training_load(&loaded, "good.bin", MODEL_SAMPLES);
    int left = fcntl(0, F_GETFD);
    if (kept >= 0) {
        dup2(kept, 0);
        close(kept);
    }
    assert_int_equal(s, STATUS_OK);
    assert_int_equal(left, -1); /* and it was closed */
    training_close(&loaded);
    free(good.data);
}

/* ---- writing that fails ---- */

/* A file that may grow only to `limit` bytes stands for a full disk. */
static status save_with_limit(const model *m, const char *path, rlim_t limit)
{
    struct rlimit old, small;
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    small = old;
    small.rlim_cur = limit;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    status s = model_save(m, path);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    signal(SIGXFSZ, handler);
    return s;
}

static void a_save_that_fails_midway_leaves_the_old_file(void **state)
{
    (void)state;
    bytes good = good_file();
    training small, large;
    training_open(&small, 8);
    training_open_spec(&large, "linear 100, relu, linear 100, relu, linear 2", 0);
    const struct {
        const training *b;
        rlim_t limit;
    } cases[] = { { &small, 0 }, { &small, 1000 }, { &large, 0 }, { &large, 100000 } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const model *m = &cases[i].b->model;
        assert_fails(save_with_limit(m, "good.bin", cases[i].limit), STATUS_IO, strerror(EFBIG));
        assert_non_null(strstr(status_message(), "good.bin: cannot write"));
        assert_fails(save_with_limit(m, "fresh.bin", cases[i].limit), STATUS_IO, strerror(EFBIG));
        bytes now = read_file("good.bin");
        assert_int_equal(now.n, good.n);
        assert_memory_equal(now.data, good.data, good.n);
        assert_false(file_exists("good.bin.gan.tmp"));
        assert_false(file_exists("fresh.bin.gan.tmp"));
        assert_false(file_exists("fresh.bin"));
        free(now.data);
    }
    assert_ok(save_with_limit(&large.model, "good.bin", 1 << 20));
    training_close(&small);
    training_close(&large);
    free(good.data);
}

static void a_place_that_cannot_be_written_is_named(void **state)
{
    (void)state;
    training b;
    training_open(&b, 1);
    assert_fails(model_save(&b.model, "/dev/full"), STATUS_IO, "/dev/full: cannot write");
    assert_fails(model_save(&b.model, "no folder/m.bin"), STATUS_IO, "no folder/m.bin");
    assert_fails(model_save(&b.model, "."), STATUS_IO, ".: is a folder");
    training_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_model_that_is_read_is_the_one_that_was_saved),
        cmocka_unit_test(the_average_of_the_generator_is_kept_beside_it),
        cmocka_unit_test(buffers_are_kept_beside_the_parameters),
        cmocka_unit_test(a_model_read_for_sampling_gives_the_same_samples),
        cmocka_unit_test(a_model_that_is_saved_again_is_the_same_bytes),
        cmocka_unit_test(the_kind_of_the_samples_follows_from_their_shape),
        cmocka_unit_test(the_file_is_the_one_of_its_documentation),
        cmocka_unit_test(a_variance_of_zero_is_taken),
        cmocka_unit_test(tensors_of_more_than_a_part_are_read_whole),
        cmocka_unit_test(a_checkpoint_may_be_file_number_zero),
        cmocka_unit_test(a_save_that_fails_midway_leaves_the_old_file),
        cmocka_unit_test(a_place_that_cannot_be_written_is_named),
    };
    return cmocka_run_group_tests_name("checkpoint", tests, NULL, NULL);
}
