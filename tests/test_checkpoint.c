/* tests/test_checkpoint.c - model.bin: a saved model is read back unchanged; damaged files are
 * refused.
 *
 * The damaged files are derived from a good one of some 2 KB: every cut, every change of a byte,
 * and wrong headers with a correct checksum.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"
#include "training.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include "base/file.h"
#include "format/safetensors.h"
#include "game/adversarial.h"
#include "game/saved.h"
#include "gan/gan.h"

#include "base/banned.h"

enum { SIZE = 2, LATENT = 2, BATCH = 3, CRC_AT = 8 + 26, LIMIT = 1 << 20 };

/* ---- small models ---- */

static void no_batch(void *context, uint32_t number, real_batch *to)
{
    float *x = to->x;
    (void)context;
    for (int i = 0; i < BATCH * SIZE; i++)
        x[i] = (float)(i + (int)number) / 10;
}

/* A model after some steps. */
static void training_open_nets(training *b, const char *generator, const char *discriminator,
                               double ema, int steps)
{
    model_options o;
    option_defaults(&model_option_table, &o);
    o.generator = generator;
    o.discriminator = discriminator;
    o.latent = LATENT;
    o.batch = BATCH;
    o.seed = UINT64_MAX;
    o.ema = ema;
    const data_identity data = { .channels = 1,
                                 .height = 1,
                                 .width = SIZE,
                                 .count = 17,
                                 .fingerprint = 0xfedcba98,
                                 .kind = SAMPLE_IMAGE };
    training_start(b, &o, &data, NULL, 1, MODEL_TRAINS);
    for (int i = 0; i < steps; i++) {
        if (b->model.step == model_epoch_steps(&b->model))
            model_end_epoch(&b->model);
        assert_ok(model_step(&b->model, &b->compute, (batch_source){ no_batch, NULL }));
    }
}

static void training_open_spec(training *b, const char *generator, int steps)
{
    training_open_nets(b, generator, "linear 1", 0, steps);
}

/* 9 parameters, 180 bytes of tensors. */
static void training_open(training *b, int steps)
{
    training_open_spec(b, "linear 2, leaky_relu 0.3, tanh", steps);
}

/* The same with an average of the generator. */
static void training_open_average(training *b, int steps)
{
    training_open_nets(b, "linear 2, leaky_relu 0.3, tanh", "linear 1", 0.5, steps);
}

/* A model whose nets, including the average, have buffers. */
static void training_open_buffers(training *b, int steps)
{
    training_open_nets(b, "linear 2, batch_norm, tanh",
                       "linear 3 spectral_norm, batch_norm, linear 1", 0.5, steps);
}

/* On failure, nothing is left to close. */
static status training_load(training *b, const char *path, model_use use)
{
    checkpoint f;
    *b = (training){ 0 };
    status s = model_open_file(&b->model, &f, path);
    if (s == STATUS_OK)
        s = compute_open(&b->compute, "generic", 1);
    if (s == STATUS_OK)
        s = model_open_memory(&b->model, &b->arena, use);
    if (s == STATUS_OK)
        s = model_read(&b->model, &f);
    checkpoint_close(&f);
    if (s != STATUS_OK)
        training_close(b);
    return s;
}

/* ---- files as bytes ---- */

typedef struct bytes {
    unsigned char *data; /* followed by a NUL */
    size_t n;
} bytes;

static bytes read_file(const char *path)
{
    bytes b;
    assert_ok(file_read(path, LIMIT, &b.data, &b.n));
    return b;
}

/* The file of training_open(b, 7). */
static bytes good_file(void)
{
    training b;
    training_open(&b, 7);
    assert_ok(model_save(&b.model, "good.bin"));
    training_close(&b);
    return read_file("good.bin");
}

static size_t header_length(const bytes *b)
{
    return b->data[0] + ((size_t)b->data[1] << 8);
}

static void fix_checksum(bytes *b)
{
    char digits[9];
    memset(b->data + CRC_AT, '0', 8);
    snprintf(digits, sizeof digits, "%08lx", crc32(0, b->data, (uInt)b->n));
    memcpy(b->data + CRC_AT, digits, 8);
}

/* The good file with `from` replaced by `to` in its header; length, padding and checksum are
 * updated. */
static bytes edited(const bytes *good, const char *from, const char *to)
{
    size_t old = header_length(good), n = old;
    char *header = malloc(2 * old + 1024);
    memcpy(header, good->data + 8, old);
    header[old] = 0;
    char *at = strstr(header, from);
    if (!at)
        fail_msg("the header has no %s", from);
    memmove(at + strlen(to), at + strlen(from), n + 1 - (size_t)(at + strlen(from) - header));
    memcpy(at, to, strlen(to));
    n = n - strlen(from) + strlen(to);
    while (n > 0 && header[n - 1] == ' ')
        n--;
    while ((8 + n) % 64 != 0)
        header[n++] = ' ';
    bytes b = { calloc(1, 8 + n + good->n - old + 1), 8 + n + good->n - 8 - old };
    b.data[0] = (unsigned char)n;
    b.data[1] = (unsigned char)(n >> 8);
    memcpy(b.data + 8, header, n);
    memcpy(b.data + 8 + n, good->data + 8 + old, good->n - 8 - old);
    free(header);
    fix_checksum(&b);
    return b;
}

static void assert_refused(const bytes *b, const char *message)
{
    training loaded;
    char expected[256];
    snprintf(expected, sizeof expected, "bad.bin: %s", message);
    assert_ok(file_write("bad.bin", b->data, b->n));
    assert_fails(training_load(&loaded, "bad.bin", MODEL_SAMPLES), STATUS_FORMAT, expected);
}

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

/* ---- damage ---- */

static void every_cut_is_refused(void **state)
{
    (void)state;
    bytes good = good_file();
    training loaded;
    int fd = open("cut.bin", O_RDWR | O_CREAT | O_TRUNC, 0666);
    assert_int_equal(write(fd, good.data, good.n), good.n);
    for (size_t n = good.n; n-- > 0;) {
        assert_int_equal(ftruncate(fd, (off_t)n), 0);
        assert_fails(training_load(&loaded, "cut.bin", MODEL_SAMPLES), STATUS_FORMAT, "cut.bin: ");
    }
    print_message("%zu files\n", good.n);
    close(fd);
    free(good.data);
}

/* Tries every value of the bytes that the reader parses. Of the bytes that it only compares or sums
 * up, it flips each bit and all bits; with GAN_TEST_FULL it tries every value of these too. */
static void every_change_of_a_byte_is_refused(void **state)
{
    (void)state;
    bytes good = good_file();
    size_t parsed = (size_t)(strstr((char *)good.data + 8, "}") - (char *)good.data);
    bool full = getenv("GAN_TEST_FULL") != NULL;
    size_t tried = 0;
    training loaded;
    int fd = open("changed.bin", O_RDWR | O_CREAT | O_TRUNC, 0666);
    assert_int_equal(write(fd, good.data, good.n), good.n);
    for (size_t i = 0; i < good.n; i++) {
        for (unsigned flip = 1; flip < 256; flip++) {
            if (!full && i > parsed && (flip & (flip - 1)) != 0 && flip != 255)
                continue;
            unsigned char changed = (unsigned char)(good.data[i] ^ flip);
            assert_int_equal(pwrite(fd, &changed, 1, (off_t)i), 1);
            if (training_load(&loaded, "changed.bin", MODEL_SAMPLES) != STATUS_FORMAT)
                fail_msg("byte %zu: 0x%02x is taken for 0x%02x", i, changed, good.data[i]);
            tried++;
        }
        assert_int_equal(pwrite(fd, good.data + i, 1, (off_t)i), 1);
    }
    print_message("%zu files\n", tried);
    assert_ok(training_load(&loaded, "changed.bin", MODEL_SAMPLES));
    training_close(&loaded);
    close(fd);
    free(good.data);
}

static void a_byte_too_many_is_refused(void **state)
{
    (void)state;
    bytes good = good_file();
    good.n++; /* adds the NUL */
    fix_checksum(&good);
    assert_refused(&good, "expected");
    good.n--;
    /* The size of a pipe is unknown: the reader notices the extra byte at the expected end. */
    int ends[2];
    training loaded;
    char path[32];
    assert_int_equal(pipe(ends), 0);
    fix_checksum(&good);
    assert_int_equal(write(ends[1], good.data, good.n + 1), good.n + 1);
    close(ends[1]);
    snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    assert_fails(training_load(&loaded, path, MODEL_SAMPLES), STATUS_FORMAT,
                 "continues after its last tensor");
    close(ends[0]);
    free(good.data);
}

static void a_length_of_the_header_that_cannot_be_is_refused(void **state)
{
    (void)state;
    static const uint64_t lengths[] = { 0,
                                        1,
                                        sizeof SAFETENSORS_START - 1,
                                        (uint64_t)1 << 18 | 1,
                                        UINT32_MAX,
                                        (uint64_t)1 << 62,
                                        (uint64_t)1 << 63,
                                        UINT64_MAX };
    bytes good = good_file();
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        for (int k = 0; k < 8; k++)
            good.data[k] = (unsigned char)(lengths[i] >> (8 * k));
        assert_refused(&good, "is not a gan checkpoint: it does not begin with the length");
    }
    /* A header longer than the file, up to the limit; then the shortest. */
    memset(good.data, 0, 8);
    for (unsigned char k = 3; k <= 4; k++) {
        good.data[2] = k;
        assert_refused(&good, "is cut off: expected ");
    }
    good.data[0] = sizeof SAFETENSORS_START;
    good.data[2] = 0;
    assert_refused(&good, "the metadata of its header: expected ");
    free(good.data);
}

static void other_files_are_no_checkpoints(void **state)
{
    (void)state;
    static const struct {
        const char *content, *message;
    } cases[] = {
        { "", "is not a gan checkpoint: it is shorter than 8 bytes" },
        { "seven b", "is not a gan checkpoint: it is shorter than 8 bytes" },
        { "\x89PNG\r\n\x1a\n and so on",
          "is not a gan checkpoint: it does not begin with the length" },
        { "<!DOCTYPE html><html>...",
          "is not a gan checkpoint: it does not begin with the length" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bytes b = { (unsigned char *)(uintptr_t)cases[i].content, strlen(cases[i].content) };
        assert_refused(&b, cases[i].message);
    }
    training loaded;
    assert_fails(training_load(&loaded, "missing.bin", MODEL_SAMPLES), STATUS_IO,
                 "missing.bin: cannot open: No such file");
    assert_fails(training_load(&loaded, ".", MODEL_SAMPLES), STATUS_FORMAT,
                 ".: is a folder, expected a checkpoint (model.bin)");
    gan_generator *g = (gan_generator *)&loaded;
    char message[64];
    assert_int_equal(gan_load("missing.bin", &g, message, sizeof message), GAN_ERROR_IO);
    assert_string_equal(message, "missing.bin: cannot open: No such file or directory");
    assert_null(g);
    assert_int_equal(gan_load("bad.bin", &g, message, 8), GAN_ERROR_FORMAT);
    assert_string_equal(message, "bad.bin");
    assert_int_equal(gan_load("bad.bin", &g, NULL, 0), GAN_ERROR_FORMAT);
}

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

static void a_number_that_is_not_finite_is_refused_in_spite_of_its_checksum(void **state)
{
    (void)state;
    static const struct {
        size_t offset;
        const char *message;
    } places[] = { { 72, "a number in the generator is not finite" },
                   { 92, "a number in the generator is not finite" },
                   { 96, "a number in the generator.exp_avg is not finite" },
                   { 140, "a number in the generator.exp_avg_sq is not finite" },
                   { 152, "a number in the discriminator is not finite" },
                   { 176, "a number in the discriminator.exp_avg_sq is not finite" } };
    static const unsigned char nan[4] = { 1, 0, 0x80, 0x7f }, infinity[4] = { 0, 0, 0x80, 0xff };
    static const unsigned char wide_nan[8] = { 0, 0, 0, 0, 0, 0, 0xf8, 0x7f };
    bytes good = good_file();
    unsigned char *data = good.data + 8 + header_length(&good);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        for (int k = 0; k < 2; k++) {
            unsigned char kept[4];
            memcpy(kept, data + places[i].offset, sizeof kept);
            memcpy(data + places[i].offset, k == 0 ? nan : infinity, sizeof kept);
            fix_checksum(&good);
            assert_refused(&good, places[i].message);
            memcpy(data + places[i].offset, kept, sizeof kept);
        }
    memcpy(data + 56, wide_nan, sizeof wide_nan);
    fix_checksum(&good);
    assert_refused(&good, "a number in metrics.sums is not finite");
    free(good.data);
}

static void buffers_that_cannot_be_are_refused_in_spite_of_their_checksum(void **state)
{
    (void)state;
    static const struct {
        size_t offset;
        unsigned char value[8];
        size_t size;
        const char *message;
    } cases[] = {
        { 72,
          { 8 },
          8,
          "generator.1.num_batches_tracked: expected 7, which follows from its position, found 8" },
        { 80, { 7, 0, 0, 0, 0, 0, 0, 0x80 }, 8, "generator_ema.1.num_batches_tracked: expected 7" },
        { 88, { 7 }, 8, "discriminator.1.num_batches_tracked: expected 21, " },
        { 140, { 0, 0, 0xc0, 0x7f }, 4, "a number in the generator is not finite" },
        { 148, { 0, 0, 0x80, 0xbf }, 4, "a variance in generator.1.running_var is less than 0" },
        { 280, { 1, 0, 0, 0x80 }, 4, "a variance in generator_ema.1.running_var is less than 0" },
        { 396,
          { 0, 0, 0x80, 0xbf },
          4,
          "a variance in discriminator.1.running_var is less than 0" },
        { 364, { 0, 0, 0x80, 0x7f }, 4, "a number in the discriminator is not finite" },
    };
    training saved;
    training_open_buffers(&saved, 7);
    assert_ok(model_save(&saved.model, "buffers.bin"));
    training_close(&saved);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bytes b = read_file("buffers.bin");
        memcpy(b.data + 8 + header_length(&b) + cases[i].offset, cases[i].value, cases[i].size);
        fix_checksum(&b);
        assert_refused(&b, cases[i].message);
        free(b.data);
    }
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

/* Loads the first n bytes of a file through a pipe, whose size is unknown. */
static status load_from_pipe(const bytes *b, size_t n)
{
    int ends[2];
    char path[32];
    training loaded;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], b->data, n), n);
    close(ends[1]);
    snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    status s = training_load(&loaded, path, MODEL_SAMPLES);
    if (s == STATUS_OK)
        training_close(&loaded);
    close(ends[0]);
    return s;
}

static void a_cut_of_unknown_size_is_named_where_it_is(void **state)
{
    (void)state;
    static const struct {
        size_t offset;
        const char *message;
    } cases[] = {
        { 70, "is cut off: expected 2 bytes more" },  /* metrics.sums: 72 bytes */
        { 75, "is cut off: expected 5 bytes more" },  /* the first count: 8 */
        { 83, "is cut off: expected 5 bytes more" },  /* the second */
        { 113, "is cut off: expected 7 bytes more" }, /* generator.0.weight: from 104, 16 */
        { 121, "is cut off: expected 7 bytes more" }, /* its bias: 8 */
    };
    training saved;
    training_open_buffers(&saved, 7);
    assert_ok(model_save(&saved.model, "buffers.bin"));
    training_close(&saved);
    bytes b = read_file("buffers.bin");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_fails(load_from_pipe(&b, 8 + header_length(&b) + cases[i].offset), STATUS_FORMAT,
                     cases[i].message);
    assert_fails(load_from_pipe(&b, b.n - 1), STATUS_FORMAT, "is cut off: expected 1 bytes more");
    assert_ok(load_from_pipe(&b, b.n));
    free(b.data);
}

static void a_file_that_cannot_be_read_is_no_damaged_one(void **state)
{
    (void)state;
    training loaded;
    /* Reading at address 0 fails. */
    assert_fails(training_load(&loaded, "/proc/self/mem", MODEL_SAMPLES), STATUS_IO,
                 "/proc/self/mem: cannot read");
}

/* The tensors come through a connection whose other end closes with a byte unread, so that a reset
 * follows them. */
static void an_error_behind_the_last_tensor_is_not_its_end(void **state)
{
    (void)state;
    bytes good = good_file();
    size_t header = 8 + header_length(&good);
    training b = { 0 };
    checkpoint f;
    int ends[2];
    assert_ok(model_open_file(&b.model, &f, "good.bin"));
    assert_ok(model_open_memory(&b.model, &b.arena, MODEL_SAMPLES));
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    assert_int_equal(write(ends[0], good.data + header, good.n - header), good.n - header);
    assert_int_equal(write(ends[1], "", 1), 1);
    close(ends[0]);
    assert_int_equal(dup2(ends[1], f.file.fd), f.file.fd);
    close(ends[1]);
    assert_fails(model_read(&b.model, &f), STATUS_IO, strerror(ECONNRESET));
    checkpoint_close(&f);
    training_close(&b);
    free(good.data);
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
        cmocka_unit_test(a_byte_too_many_is_refused),
        cmocka_unit_test(a_length_of_the_header_that_cannot_be_is_refused),
        cmocka_unit_test(other_files_are_no_checkpoints),
        cmocka_unit_test(metadata_that_is_not_canonical_is_refused),
        cmocka_unit_test(a_position_that_cannot_be_is_refused),
        cmocka_unit_test(a_position_is_taken_up_to_its_limits),
        cmocka_unit_test(a_header_of_other_spaces_is_refused),
        cmocka_unit_test(a_checksum_in_other_digits_is_refused),
        cmocka_unit_test(tensors_that_the_spec_does_not_imply_are_refused),
        cmocka_unit_test(a_number_that_is_not_finite_is_refused_in_spite_of_its_checksum),
        cmocka_unit_test(buffers_that_cannot_be_are_refused_in_spite_of_their_checksum),
        cmocka_unit_test(a_variance_of_zero_is_taken),
        cmocka_unit_test(tensors_of_more_than_a_part_are_read_whole),
        cmocka_unit_test(a_cut_of_unknown_size_is_named_where_it_is),
        cmocka_unit_test(a_file_that_cannot_be_read_is_no_damaged_one),
        cmocka_unit_test(an_error_behind_the_last_tensor_is_not_its_end),
        cmocka_unit_test(a_model_whose_header_is_refused_is_not_open),
        cmocka_unit_test(a_checkpoint_may_be_file_number_zero),
        cmocka_unit_test(a_save_that_fails_midway_leaves_the_old_file),
        cmocka_unit_test(a_place_that_cannot_be_written_is_named),
        /* The longest comes last. */
        cmocka_unit_test(every_cut_is_refused),
        cmocka_unit_test(every_change_of_a_byte_is_refused),
    };
    return cmocka_run_group_tests_name("checkpoint", tests, NULL, NULL);
}
