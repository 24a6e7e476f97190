/* tests/support/saved.h - small models and their checkpoints, for the tests of model.bin.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TESTS_SAVED_H
#define GAN_TESTS_SAVED_H

#include "training.h"

#include <zlib.h>

#include "base/file.h"
#include "game/saved.h"

enum { SIZE = 2, LATENT = 2, BATCH = 3, CRC_AT = 8 + 26, LIMIT = 1 << 20 };

/* ---- small models ---- */

static inline void no_batch(void *context, uint32_t number, real_batch *to)
{
    float *x = to->x;
    (void)context;
    for (int i = 0; i < BATCH * SIZE; i++)
        x[i] = (float)(i + (int)number) / 10;
}

/* A model after some steps. */
static inline void training_open_nets(training *b, const char *generator, const char *discriminator,
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

static inline void training_open_spec(training *b, const char *generator, int steps)
{
    training_open_nets(b, generator, "linear 1", 0, steps);
}

/* 9 parameters, 180 bytes of tensors. */
static inline void training_open(training *b, int steps)
{
    training_open_spec(b, "linear 2, leaky_relu 0.3, tanh", steps);
}

/* The same with an average of the generator. */
static inline void training_open_average(training *b, int steps)
{
    training_open_nets(b, "linear 2, leaky_relu 0.3, tanh", "linear 1", 0.5, steps);
}

/* A model whose nets, including the average, have buffers. */
static inline void training_open_buffers(training *b, int steps)
{
    training_open_nets(b, "linear 2, batch_norm, tanh",
                       "linear 3 spectral_norm, batch_norm, linear 1", 0.5, steps);
}

/* On failure, nothing is left to close. */
static inline status training_load(training *b, const char *path, model_use use)
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

static inline bytes read_file(const char *path)
{
    bytes b;
    assert_ok(file_read(path, LIMIT, &b.data, &b.n));
    return b;
}

/* The file of training_open(b, 7). */
static inline bytes good_file(void)
{
    training b;
    training_open(&b, 7);
    assert_ok(model_save(&b.model, "good.bin"));
    training_close(&b);
    return read_file("good.bin");
}

static inline size_t header_length(const bytes *b)
{
    return b->data[0] + ((size_t)b->data[1] << 8);
}

static inline void fix_checksum(bytes *b)
{
    char digits[9];
    memset(b->data + CRC_AT, '0', 8);
    snprintf(digits, sizeof digits, "%08lx", crc32(0, b->data, (uInt)b->n));
    memcpy(b->data + CRC_AT, digits, 8);
}

/* The good file with `from` replaced by `to` in its header; length, padding and checksum are
 * updated. */
static inline bytes edited(const bytes *good, const char *from, const char *to)
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

static inline void assert_refused(const bytes *b, const char *message)
{
    training loaded;
    char expected[256];
    snprintf(expected, sizeof expected, "bad.bin: %s", message);
    assert_ok(file_write("bad.bin", b->data, b->n));
    assert_fails(training_load(&loaded, "bad.bin", MODEL_SAMPLES), STATUS_FORMAT, expected);
}

#endif
