/* tests/test_kernels.c - compares every kernel of every instruction set with the generic one, bit
 * for bit, in some thousands of cases with random sizes, places and numbers.
 *
 * A case depends only on its number, which is printed if it fails. A new kernel needs a function
 * that calls it and a row of the table.
 *
 * SPDX-License-Identifier: MIT */
#include "computes.h"
#include "test.h"

#include <math.h>

#include "math/compute.h"
#include "math/matmul.h"

#include "base/banned.h"

/* Any two NaNs are the same: their bits depend on the CPU and on the compiler's order of operands.
 */
static bool same(float x, float y)
{
    return to_bits(x) == to_bits(y) || (isnan(x) && isnan(y));
}

/* ---- cases ---- */

/* Draws the numbers of a case, in order. */
typedef struct draws {
    random_stream s;
    uint32_t index;
} draws;

static int draw(draws *d, int n) /* from 0 to n - 1 */
{
    return (int)random_below(d->s, d->index++, (uint32_t)n);
}

/* A size from 1 to most: any, or near a multiple of 4, 8, 12, ... 64. */
static int draw_size(draws *d, int most)
{
    int step = 4 * (1 + draw(d, 16));
    int size =
        draw(d, 2) == 0 ? draw(d, most) + 1 : step * draw(d, most / step + 1) + draw(d, 3) - 1;
    return size < 1 ? 1 : size > most ? most : size;
}

/* ---- kernels over arrays ---- */

/* The operands of the kernels: arrays of n elements, each at some place in its room. */
enum { ARRAYS = 5, MOST = 300, ROOM = MOST + 32 };
typedef struct memory {
    float floats[ARRAYS][ROOM];
    uint32_t words[ROOM];
    unsigned char bytes[ROOM];
} memory;

typedef struct work {
    int n;
    float *x, *y; /* may be the same */
    float *m, *v, *average;
    uint32_t *words;
    unsigned char *bytes; /* 0 or 1 */
    random_stream s;
    int row, col;
    uint32_t threshold;
    float scale;
} work;

static void call_words(const kernels *k, const work *w)
{
    k->words(w->s, w->row, w->col, w->n, w->words);
}

static void call_normal(const kernels *k, const work *w)
{
    k->normal(w->s, w->row, w->col, w->n, w->y);
}

static void call_keep(const kernels *k, const work *w)
{
    k->keep(w->s, w->row, w->col, w->n, w->threshold, w->bytes);
}

static void call_mask(const kernels *k, const work *w)
{
    k->mask(w->n, w->bytes, w->scale, w->y);
}

static void call_exp(const kernels *k, const work *w)
{
    k->exp(w->n, w->x, w->y);
}

static void call_log(const kernels *k, const work *w)
{
    k->log(w->n, w->x, w->y);
}

static void call_sin_turns(const kernels *k, const work *w)
{
    k->sin_turns(w->n, w->x, w->y);
}

static void call_cos_turns(const kernels *k, const work *w)
{
    k->cos_turns(w->n, w->x, w->y);
}

static void call_tanh(const kernels *k, const work *w)
{
    k->tanh(w->n, w->x, w->y);
}

static void call_sigmoid(const kernels *k, const work *w)
{
    k->sigmoid(w->n, w->x, w->y);
}

static void call_softplus(const kernels *k, const work *w)
{
    k->softplus(w->n, w->x, w->y);
}

static void call_add(const kernels *k, const work *w)
{
    k->add(w->n, w->x, w->y);
}

static void call_leaky_relu(const kernels *k, const work *w)
{
    k->leaky_relu(w->n, w->scale - 1, w->x, w->y);
}

static void call_leaky_relu_gradient(const kernels *k, const work *w)
{
    k->leaky_relu_gradient(w->n, w->scale - 1, w->x, w->y);
}

static void call_tanh_gradient(const kernels *k, const work *w)
{
    k->tanh_gradient(w->n, w->x, w->y);
}

static void call_sigmoid_gradient(const kernels *k, const work *w)
{
    k->sigmoid_gradient(w->n, w->x, w->y);
}

static void call_pixels(const kernels *k, const work *w)
{
    k->pixels(w->n, (const unsigned char *)w->words, w->y);
}

static void call_bytes(const kernels *k, const work *w)
{
    k->bytes(w->n, w->x, (unsigned char *)w->y);
}

/* A matrix of four rows. */
static void call_sum_rows(const kernels *k, const work *w)
{
    k->sum_rows(4, w->n / 4, w->x, w->n / 4, w->y);
}

/* With and without an average, and a moment of its own. Stores the result in words. */
static void call_adam(const kernels *k, const work *w)
{
    adam_factors f = { .beta1 = 0.9f,
                       .beta2 = 0.999f,
                       .rest1 = 0.1f,
                       .rest2 = 0.001f,
                       .rate = 0.01f * w->scale,
                       .correction = 0.5f,
                       .eps = 1e-8f,
                       .keep = 0.99f,
                       .rest = 0.01f };
    adam_values at = { w->y, w->x, w->row % 2 > 0 ? w->m : w->x, w->v,
                       w->row % 4 > 1 ? w->average : NULL };
    double squares = k->adam(&f, w->n, at);
    squares = isnan(squares) ? -1 : squares;
    if ((size_t)w->n * sizeof *w->words >= sizeof squares)
        memcpy(w->words, &squares, sizeof squares);
}

/* Convert random bits to a kernel's operands. */
static float any_number(uint32_t w)
{
    return from_bits(w); /* including infinities and NaNs */
}

static float around_one(uint32_t w)
{
    return from_bits((w & 0x83ffffff) | (w & 0x04000000 ? 0x40000000 : 0x3c000000));
}

static float around_one_positive(uint32_t w)
{
    return fabsf(around_one(w));
}

static float positive(uint32_t w)
{
    return from_bits((w & 0x7fffffff) % 0x7f7fffff + 1);
}

static float turns(uint32_t w)
{
    return w < 0x1000000 ? 1 : (float)(w >> 8) * 0x1p-24f;
}

typedef float (*from_word)(uint32_t w);
static const struct row {
    const char *name;
    void (*call)(const kernels *k, const work *w);
    from_word numbers[2]; /* fill the arrays, alternately */
    bool in_place;        /* whether x and y may be the same */
} rows[] = {
    { "words", call_words, { around_one, around_one }, false },
    { "normal", call_normal, { around_one, around_one }, false },
    { "keep", call_keep, { around_one, around_one }, false },
    { "mask", call_mask, { around_one, any_number }, false },
    { "exp", call_exp, { around_one, any_number }, true },
    { "log", call_log, { around_one_positive, positive }, true },
    { "sin_turns", call_sin_turns, { turns, turns }, true },
    { "cos_turns", call_cos_turns, { turns, turns }, true },
    { "tanh", call_tanh, { around_one, any_number }, true },
    { "sigmoid", call_sigmoid, { around_one, any_number }, true },
    { "softplus", call_softplus, { around_one, any_number }, true },
    { "add", call_add, { around_one, any_number }, false },
    { "leaky_relu", call_leaky_relu, { around_one, any_number }, true },
    { "leaky_relu_gradient", call_leaky_relu_gradient, { around_one, any_number }, false },
    { "tanh_gradient", call_tanh_gradient, { around_one, any_number }, false },
    { "sigmoid_gradient", call_sigmoid_gradient, { around_one, any_number }, false },
    { "pixels", call_pixels, { around_one, around_one }, false },
    { "bytes", call_bytes, { around_one, any_number }, false },
    { "sum_rows", call_sum_rows, { around_one, any_number }, false },
    { "adam", call_adam, { around_one_positive, any_number }, false },
};
enum { ROWS = sizeof rows / sizeof *rows, CASES = 1000 };

/* Fills the whole memory. */
static void fill(memory *m, random_stream s, from_word of)
{
    kernels_generic.words(s, 0, 0, ROOM, m->words);
    for (int a = 0; a < ARRAYS; a++) {
        uint32_t words[ROOM];
        kernels_generic.words(s, 1 + a, 0, ROOM, words);
        for (int i = 0; i < ROOM; i++)
            m->floats[a][i] = of(words[i]);
    }
    for (int i = 0; i < ROOM; i++)
        m->bytes[i] = (unsigned char)(m->words[i] >> 31);
}

/* Places a case in the memory, in the same way for all sets. `first` is the arrays' first index. */
static work place(const struct row *r, draws d, memory *m, int *first)
{
    int y;
    work w = { .n = draw_size(&d, MOST) };
    *first = draw(&d, ROOM - MOST + 1);
    y = r->in_place ? draw(&d, 2) : 1;
    w.x = m->floats[0] + *first;
    w.y = m->floats[y] + *first;
    w.m = m->floats[2] + *first;
    w.v = m->floats[3] + *first;
    w.average = m->floats[4] + *first;
    w.words = m->words + *first;
    w.bytes = m->bytes + *first;
    w.s = (random_stream){ (uint64_t)draw(&d, 1 << 30) << 20, (uint32_t)draw(&d, 1 << 30), 9 };
    w.row = draw(&d, 100000);
    w.col = RANDOM_GROUP * draw(&d, 1000);
    w.threshold = (uint32_t)draw(&d, 1 << 30) * 4;
    w.scale = 1 / (1 - (float)draw(&d, 100) / 100);
    return w;
}

typedef struct where {
    const char *kernel, *set;
    int number, n, first;
} where;

static void check_element(const where *w, const char *array, int i, bool right, uint32_t expected,
                          uint32_t got)
{
    if (!right)
        fail_msg("%s, %s, case %d (n %d, at %d), element %d of %s: expected %#x, got %#x",
                 w->kernel, w->set, w->number, w->n, w->first, i - w->first, array, expected, got);
}

static const char *const names[ARRAYS] = { "x", "y", "m", "v", "average" };

/* Compares the whole memory, so that a write beside an array shows. */
static void check_memory(const where *w, const memory *expected, const memory *got)
{
    for (int i = 0; i < ROOM; i++) {
        for (int a = 0; a < ARRAYS; a++) {
            float x = expected->floats[a][i], y = got->floats[a][i];
            check_element(w, names[a], i, same(x, y), to_bits(x), to_bits(y));
        }
        check_element(w, "words", i, expected->words[i] == got->words[i], expected->words[i],
                      got->words[i]);
        check_element(w, "bytes", i, expected->bytes[i] == got->bytes[i], expected->bytes[i],
                      got->bytes[i]);
    }
}

/* Compares the generic set's memory with that before the call: nothing beside the arrays changes.
 */
static void check_beside(where w, memory *left, const memory *before)
{
    w.set = "beside";
    memory inside = *left;
    for (int i = w.first; i < w.first + w.n; i++) {
        for (int a = 0; a < ARRAYS; a++)
            inside.floats[a][i] = before->floats[a][i];
        inside.words[i] = before->words[i];
        inside.bytes[i] = before->bytes[i];
    }
    check_memory(&w, before, &inside);
}

static void every_kernel_gives_the_bits_of_the_generic_one(void **state)
{
    (void)state;
    static memory before, expected, got;
    for (int r = 0; r < ROWS; r++)
        for (int number = 0; number < CASES; number++) {
            where w = { .kernel = rows[r].name, .number = number };
            draws d = { { 5, (uint32_t)number, (uint32_t)r }, 0 };
            fill(&before, (random_stream){ 6, (uint32_t)number, (uint32_t)r },
                 rows[r].numbers[number % 2]);
            expected = before;
            work of_generic = place(&rows[r], d, &expected, &w.first);
            w.n = of_generic.n;
            rows[r].call(&kernels_generic, &of_generic);
            check_beside(w, &expected, &before);
            for (int s = 0; kernels_usable(s); s++) {
                got = before;
                work of_set = place(&rows[r], d, &got, &w.first);
                w.set = kernels_usable(s)->name;
                rows[r].call(kernels_usable(s), &of_set);
                check_memory(&w, &expected, &got);
            }
        }
}

/* ---- products ---- */

/* A matrix at some place in its own block. */
enum { BLOCK = 1 << 16 };
typedef struct laid_out {
    float block[BLOCK];
    int used;
    view v;
} laid_out;

static void place_matrix(laid_out *p, draws *d, int height, int width)
{
    p->v = view_of(p->block + draw(d, 16), height, width);
    p->v.stride += draw(d, 2) * draw(d, 20);
    p->used = 32 + height * p->v.stride;
    assert_in_range(p->used, 1, BLOCK);
    kernels_generic.normal(d->s, draw(d, 1000), 0, p->used, p->block);
}

typedef struct product {
    int number, kind, M, N, K;
    laid_out a, b, before, expected, out;
} product;

static void place_product(product *p, int number)
{
    draws d = { { 7, (uint32_t)number, 1 }, 0 };
    p->number = number;
    p->kind = draw(&d, 3);
    p->M = draw_size(&d, 70);
    p->N = draw_size(&d, 140);
    p->K = draw_size(&d, 70);
    if (number % 50 == 0) { /* a sum that is computed in parts */
        p->M = p->N = 20 + draw(&d, 4);
        p->K = 500 + draw_size(&d, 700);
    }
    place_matrix(&p->a, &d, p->kind == 2 ? p->K : p->M, p->kind == 2 ? p->M : p->K);
    place_matrix(&p->b, &d, p->kind == 1 ? p->N : p->K, p->kind == 1 ? p->K : p->N);
    place_matrix(&p->before, &d, p->M, p->N);
}

static void multiply(const compute *c, const product *p, laid_out *out)
{
    static void (*const kinds[])(const compute *, view, const_view, const_view,
                                 block_task) = { matmul_nn, matmul_nt, matmul_tn };
    memcpy(out->block, p->before.block, (size_t)p->before.used * sizeof *out->block);
    out->v = p->before.v;
    out->v.data = out->block + (p->before.v.data - p->before.block);
    kinds[p->kind](c, out->v, as_const(p->a.v), as_const(p->b.v), (block_task){ 0 });
}

static void check_product(const compute *c, const product *p)
{
    ptrdiff_t first = p->before.v.data - p->before.block;
    for (int i = 0; i < p->before.used; i++) {
        bool inside = i >= first && i < first + (ptrdiff_t)p->M * p->before.v.stride &&
                      (i - first) % p->before.v.stride < p->N;
        float right = inside ? p->expected.block[i] : p->before.block[i];
        if (to_bits(p->out.block[i]) != to_bits(right))
            fail_msg("%s, product %d, kind %d, M %d, N %d, K %d: %s at %d: expected %a, got %a",
                     c->kernels->name, p->number, p->kind, p->M, p->N, p->K,
                     inside ? "another value" : "written beside", (int)(i - first), (double)right,
                     (double)p->out.block[i]);
    }
}

enum { PRODUCTS = 1000 };

static void every_product_gives_the_bits_of_the_generic_one(void **state)
{
    (void)state;
    static product p;
    for (int number = 0; number < PRODUCTS; number++) {
        place_product(&p, number);
        multiply(&computes[computes_sets - 1][0], &p, &p.expected);
        for (int s = 0; s < computes_sets; s++) {
            const compute *c = &computes[s][number % COMPUTES_TEAMS];
            multiply(c, &p, &p.out);
            check_product(c, &p);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kernel_gives_the_bits_of_the_generic_one),
        cmocka_unit_test(every_product_gives_the_bits_of_the_generic_one),
    };
    return cmocka_run_group_tests_name("kernels", tests, computes_open, computes_close);
}
