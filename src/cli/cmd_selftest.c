/* cli/cmd_selftest.c - `gan selftest`: checks that this build is bit-identical to the reference on
 * this CPU.
 *
 * It runs each part of training on data made from Philox, with every instruction set that the CPU
 * has and with one and several threads, and compares the CRC-32 of the results with the recorded
 * one.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/command.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/bytes.h"
#include "game/game.h"
#include "game/saved.h"
#include "math/matmul.h"

#include "base/banned.h"

enum { VALUES = 1 << 14, SIDE = 65 };

/* The data on which the parts work. */
typedef struct workspace {
    compute compute;
    float x[VALUES], y[VALUES]; /* N(0, 1), and the results */
} workspace;

/* The CRC-32 of the values as little-endian bytes, on every machine. */
static uint32_t sum_of(const void *values, int n)
{
    const unsigned char *from = values;
    uint32_t crc = 0;
    for (int i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, from + 4 * (size_t)i, sizeof bits);
        unsigned char bytes[sizeof bits];
        bytes_put(bytes, bits, sizeof bits);
        crc = (uint32_t)crc32_z(crc, bytes, sizeof bytes);
    }
    return crc;
}

static status words_part(workspace *w, uint32_t *crc)
{
    uint32_t words[256];
    w->compute.kernels->words((random_stream){ 0x123456789abcdef0, 7, 9 }, 3, 64, 256, words);
    *crc = sum_of(words, 256);
    return STATUS_OK;
}

static status normal_part(workspace *w, uint32_t *crc)
{
    *crc = sum_of(w->x, VALUES);
    return STATUS_OK;
}

static status functions_part(workspace *w, uint32_t *crc)
{
    const kernels *k = w->compute.kernels;
    void (*const functions[])(int n, const float *x, float *y) = { k->exp, k->tanh, k->sigmoid,
                                                                   k->softplus };
    *crc = 0;
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        functions[i](VALUES, w->x, w->y);
        *crc = *crc * 31 + sum_of(w->y, VALUES);
    }
    return STATUS_OK;
}

static status product_part(workspace *w, uint32_t *crc)
{
    const_view left = const_view_of(w->x, SIDE, SIDE);
    const_view right = const_view_of(w->x + SIDE * SIDE, SIDE, SIDE);
    view out = view_of(w->y, SIDE, SIDE);
    void (*const products[])(const compute *c, view o, const_view l, const_view r,
                             block_task then) = { matmul_nn, matmul_nt, matmul_tn };
    *crc = 0;
    for (size_t i = 0; i < sizeof products / sizeof *products; i++) {
        products[i](&w->compute, out, left, right, (block_task){ 0 });
        *crc = *crc * 31 + sum_of(w->y, SIDE * SIDE);
    }
    return STATUS_OK;
}

static void next_batch(void *context, uint32_t number, real_batch *to)
{
    float *x = to->x;
    const workspace *w = context;
    w->compute.kernels->tanh(32 * 64, w->x + (number % 4) * 2048, x);
}

/* Trains a small game for some steps; the sum is that of its checkpoint. */
static status play(workspace *w, const option_settings *rules, uint32_t *crc)
{
    model_options o;
    data_identity data = { .channels = 1, .height = 8, .width = 8, .count = 32 * 12 };
    arena a = { 0 };
    model m;
    TRY(option_read(rules, &model_option_table, SCOPE_MODEL, &o));
    o.batch = 32;
    o.d_steps = 2;
    o.lr = 0.001;
    o.generator = "linear 33, leaky_relu 0.2, dropout 0.1, linear 64, tanh";
    o.discriminator = "linear 70, relu, dropout 0.3, linear 20, sigmoid, linear 10, tanh, linear 1";
    TRY(model_open(&m, &o, &data));
    status s = model_open_memory(&m, &a, MODEL_TRAINS);
    if (s == STATUS_OK)
        model_init(&m, w->compute.kernels);
    for (int i = 0; i < 5 && s == STATUS_OK; i++)
        s = model_step(&m, &w->compute, (batch_source){ next_batch, w });
    if (s == STATUS_OK)
        s = model_crc(&m, crc);
    model_close(&m);
    arena_close(&a);
    return s;
}

static status training_part(workspace *w, uint32_t *crc)
{
    return play(w, &(option_settings){ 0 }, crc);
}

/* Trains with rules that the defaults leave out. */
static status rules_part(workspace *w, uint32_t *crc)
{
    static const char *const rules[][2] = {
        { "loss", "least-squares" },
        { "init", "xavier" },
        { "label-smoothing", "0.1" },
        { "flip", "true" },
        { "augment", "color,translation,cutout" },
        { "instance-noise", "0.1" },
        { "r1", "0.5" },
        { "gradient-penalty", "2" },
        { "ema", "0.75" },
        { "lr-schedule", "cosine" },
        { "lr-epochs", "2" },
    };
    enum { COUNT = sizeof rules / sizeof *rules };
    option_setting items[COUNT];
    for (int i = 0; i < COUNT; i++)
        items[i] = (option_setting){ option_find(&model_option_table, rules[i][0]), rules[i][1] };
    return play(w, &(option_settings){ items, COUNT }, crc);
}

static const struct {
    const char *name;
    status (*run)(workspace *w, uint32_t *crc);
    uint32_t reference;
} parts[] = {
    { "random words", words_part, 0x8057e043 },
    { "normal numbers", normal_part, 0x8a0e72ea },
    { "elementary functions", functions_part, 0x47b5179c },
    { "products", product_part, 0xc5d21e5a },
    { "training", training_part, 0x970e694e },
    { "other rules", rules_part, 0x6ecaca8b },
};
enum { PART_COUNT = sizeof parts / sizeof *parts };

/* Runs all parts with one instruction set and number of threads; counts those that differ. */
static status run_parts(workspace *w, const char *isa, int threads, int *wrong)
{
    TRY(compute_open(&w->compute, isa, threads));
    status s = STATUS_OK;
    w->compute.kernels->normal((random_stream){ 1, 2, 3 }, 0, 0, VALUES, w->x);
    for (int i = 0; i < PART_COUNT && s == STATUS_OK; i++) {
        uint32_t crc = 0;
        s = parts[i].run(w, &crc);
        if (s == STATUS_OK && crc != parts[i].reference) {
            printf("%s, %d thread%s: %s differ: expected %08" PRIx32 ", got %08" PRIx32 "\n", isa,
                   threads, text_plural((uint64_t)threads), parts[i].name, parts[i].reference, crc);
            ++*wrong;
        }
    }
    compute_close(&w->compute);
    return s;
}

/* Prints the instruction sets that were checked. */
static void print_success(void)
{
    printf("ok: bit-identical to the reference (");
    for (int i = 0; kernels_usable(i); i++)
        printf("%s%s", i > 0 ? ", " : "", kernels_usable(i)->name);
    printf(")\n");
}

static status run(arguments *a)
{
    static const int teams[] = { 1, 2, 5 };
    workspace *w = malloc(sizeof *w);
    status s = w ? STATUS_OK : status_fail(STATUS_MEMORY, "out of memory");
    int wrong = 0;
    (void)a;
    for (int i = 0; s == STATUS_OK && kernels_usable(i); i++)
        for (size_t t = 0; t < sizeof teams / sizeof *teams && s == STATUS_OK; t++)
            s = run_parts(w, kernels_usable(i)->name, teams[t], &wrong);
    free(w);
    if (s == STATUS_OK && wrong > 0)
        return status_fail(STATUS_FORMAT, "this build is not bit-identical to the reference");
    if (s == STATUS_OK)
        print_success();
    return s;
}

const command selftest_command = {
    .name = "selftest",
    .summary = "check that this build is bit-identical to the reference",
    .help = "Runs each part of training with every instruction set that this CPU has and with "
            "several threads, and compares the bits of the results with the recorded ones. All "
            "builds that pass train to the same bytes.",
    .run = run,
};
