/* tests/test_convolve.c - convolutions: every bit equals the sum as convolve.h defines it.
 *
 * SPDX-License-Identifier: MIT */
#include "computes.h"
#include "test.h"

#include <math.h>

#include "math/convolve.h"

#include "base/banned.h"

enum { CASES = 200 };

/* One convolution with its inputs, and its expected outputs by loops over the definition. */
typedef struct example {
    convolution g;
    int batch;
    float *images, *maps; /* both as input; images are also the first factor of dw */
    float *w, *bias_maps, *bias_images;
    float *forward, *back, *dw, *sums; /* expected */
} example;

static size_t images_size(const example *e)
{
    return (size_t)e->batch * (size_t)e->g.channels * (size_t)e->g.height * (size_t)e->g.width;
}

static size_t maps_size(const example *e)
{
    return (size_t)e->batch * (size_t)e->g.maps * (size_t)e->g.map_height * (size_t)e->g.map_width;
}

static size_t weights_size(const example *e)
{
    return (size_t)e->g.maps * (size_t)e->g.channels * (size_t)e->g.kernel * (size_t)e->g.kernel;
}

static float *normal(uint32_t number, uint32_t stream, size_t n)
{
    float *x = malloc(n * sizeof *x);
    assert_non_null(x);
    kernels_generic.normal((random_stream){ 5, number, stream }, 0, 0, (int)n, x);
    return x;
}

static float *zeros(size_t n)
{
    float *x = calloc(n, sizeof *x);
    assert_non_null(x);
    return x;
}

/* ---- the definitions ---- */

/* A pixel, 0 beyond the edges. */
static float at(const float *x, int channels, int height, int width, int b, int c, int i, int j)
{
    bool inside = i >= 0 && i < height && j >= 0 && j < width;
    return inside ? x[((b * channels + c) * height + i) * width + j] : 0;
}

static float image_at(const example *e, int b, int c, int i, int j)
{
    return at(e->images, e->g.channels, e->g.height, e->g.width, b, c, i, j);
}

static float map_at(const example *e, int b, int o, int i, int j)
{
    return at(e->maps, e->g.maps, e->g.map_height, e->g.map_width, b, o, i, j);
}

static float weight_at(const example *e, int o, int c, int u, int v)
{
    return at(e->w, e->g.channels, e->g.kernel, e->g.kernel, o, c, u, v);
}

static float forward_at(const example *e, int b, int o, int i, int j)
{
    const convolution *g = &e->g;
    float sum = 0;
    for (int c = 0; c < g->channels; c++)
        for (int u = 0; u < g->kernel; u++)
            for (int v = 0; v < g->kernel; v++)
                sum = fmaf(image_at(e, b, c, g->stride * i + u - g->padding,
                                    g->stride * j + v - g->padding),
                           weight_at(e, o, c, u, v), sum);
    return sum + e->bias_maps[o];
}

/* Sums over the places (i, j) of the maps, in order, whose window has the pixel under tap (u, v).
 */
static float back_at(const example *e, int b, int c, int y, int x)
{
    const convolution *g = &e->g;
    float sum = 0;
    for (int o = 0; o < g->maps; o++)
        for (int i = -CONVOLVE_MOST_KERNEL; i < g->map_height + CONVOLVE_MOST_KERNEL; i++)
            for (int j = -CONVOLVE_MOST_KERNEL; j < g->map_width + CONVOLVE_MOST_KERNEL; j++) {
                int u = y + g->padding - g->stride * i, v = x + g->padding - g->stride * j;
                if (u >= 0 && u < g->kernel && v >= 0 && v < g->kernel)
                    sum = fmaf(map_at(e, b, o, i, j), weight_at(e, o, c, u, v), sum);
            }
    return sum + e->bias_images[c];
}

static float gradient_at(const example *e, int o, int c, int u, int v)
{
    const convolution *g = &e->g;
    float sum = 0;
    for (int b = 0; b < e->batch; b++)
        for (int i = 0; i < g->map_height; i++)
            for (int j = 0; j < g->map_width; j++)
                sum = fmaf(image_at(e, b, c, g->stride * i + u - g->padding,
                                    g->stride * j + v - g->padding),
                           map_at(e, b, o, i, j), sum);
    return sum;
}

static float sum_at(const example *e, int o)
{
    const convolution *g = &e->g;
    float lanes[16] = { 0 }, sum = 0;
    for (int b = 0; b < e->batch; b++)
        for (int q = 0; q < g->map_height * g->map_width; q++)
            lanes[q % 16] += map_at(e, b, o, q / g->map_width, q % g->map_width);
    for (int l = 0; l < 16; l++)
        sum += lanes[l];
    return sum;
}

/* Fills out (a, b, c, d) with a function of the indices. */
static void fill(const example *e, float *out, int a, int b, int c, int d,
                 float (*value)(const example *e, int i, int j, int k, int l))
{
    for (int n = 0; n < a * b * c * d; n++)
        out[n] = value(e, n / (b * c * d), n / (c * d) % b, n / d % c, n % d);
}

static example example_open(convolution g, int batch, uint32_t number)
{
    example e = { .g = g, .batch = batch };
    e.images = normal(number, 1, images_size(&e));
    e.maps = normal(number, 2, maps_size(&e));
    e.w = normal(number, 3, weights_size(&e));
    e.bias_maps = normal(number, 4, (size_t)g.maps);
    e.bias_images = normal(number, 5, (size_t)g.channels);
    e.forward = zeros(maps_size(&e));
    e.back = zeros(images_size(&e));
    e.dw = zeros(weights_size(&e));
    e.sums = zeros((size_t)g.maps);
    e.g.panels = aligned_alloc(64, (convolve_panels(&g) * sizeof(float) + 63) / 64 * 64);
    fill(&e, e.forward, batch, g.maps, g.map_height, g.map_width, forward_at);
    fill(&e, e.back, batch, g.channels, g.height, g.width, back_at);
    fill(&e, e.dw, g.maps, g.channels, g.kernel, g.kernel, gradient_at);
    for (int o = 0; o < g.maps; o++)
        e.sums[o] = sum_at(&e, o);
    return e;
}

static void example_close(example *e)
{
    float *blocks[] = { e->images,  e->maps, e->w,  e->bias_maps, e->bias_images,
                        e->forward, e->back, e->dw, e->sums,      e->g.panels };
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        free(blocks[i]);
}

/* ---- comparisons with the definitions ---- */

static void check(const example *e, const compute *c, const char *what, const float *got,
                  const float *expected, size_t n)
{
    const convolution *g = &e->g;
    for (size_t i = 0; i < n; i++)
        if (to_bits(got[i]) != to_bits(expected[i]))
            fail_msg("%s of %d images %dx%dx%d by %d maps k%d s%d p%d, %s on %d threads: element "
                     "%zu: expected %a, got %a",
                     what, e->batch, g->channels, g->height, g->width, g->maps, g->kernel,
                     g->stride, g->padding, c->kernels->name, c->threads, i, (double)expected[i],
                     (double)got[i]);
}

/* Counts how often each value is handed over: once. */
typedef struct handed {
    int cols;
    unsigned char *times;
} handed;

static void count_block(const void *context, int row, int col, view block)
{
    const handed *h = context;
    assert_int_equal(col % RANDOM_GROUP, 0);
    for (int i = 0; i < block.rows; i++)
        for (int j = 0; j < block.cols; j++)
            h->times[(row + i) * h->cols + col + j]++;
}

static void check_handed(const handed *h, size_t n)
{
    for (size_t i = 0; i < n; i++)
        assert_int_equal(h->times[i], 1);
    memset(h->times, 0, n);
}

static void check_example(const example *e, const compute *c)
{
    const convolution *g = &e->g;
    size_t images = images_size(e), maps = maps_size(e), weights = weights_size(e);
    size_t longest = images > maps ? images : maps;
    longest = longest > weights ? longest : weights;
    float *got = malloc(longest * sizeof *got);
    const_view x = const_view_of(e->images, e->batch, (int)images / e->batch);
    const_view y = const_view_of(e->maps, e->batch, (int)maps / e->batch);
    view to = view_of(got, e->batch, y.cols);
    handed h = { y.cols, calloc(longest, 1) };
    memset(got, 0x7f, longest * sizeof *got);
    convolve(c, g, e->w, e->bias_maps, x, to, (block_task){ count_block, &h });
    check(e, c, "convolve", got, e->forward, maps);
    check_handed(&h, maps);
    to = view_of(got, e->batch, h.cols = x.cols);
    convolve_back(c, g, e->w, e->bias_images, y, to, (block_task){ count_block, &h });
    check(e, c, "convolve_back", got, e->back, images);
    check_handed(&h, images);
    convolve_weights(c, g, false, x, y, got);
    check(e, c, "convolve_weights", got, e->dw, weights);
    float *lanes = calloc((size_t)g->maps * SUM_LANES, sizeof *lanes);
    convolve_add_channels(c, g->maps, false, y, lanes);
    convolve_end_channels(g->maps, lanes, got);
    check(e, c, "the sums of channels", got, e->sums, (size_t)g->maps);
    free(lanes);
    free(got);
    free(h.times);
}

static void check_case(convolution g, int batch, uint32_t number)
{
    g.map_height = (g.height + 2 * g.padding - g.kernel) / g.stride + 1;
    g.map_width = (g.width + 2 * g.padding - g.kernel) / g.stride + 1;
    example e = example_open(g, batch, number);
    for (int s = 0; s < computes_sets; s++) {
        check_example(&e, &computes[s][0]);
        check_example(&e, &computes[s][1 + number % (COMPUTES_TEAMS - 1)]);
    }
    example_close(&e);
}

static int pick(uint32_t number, uint32_t what, int least, int most)
{
    return least +
           (int)random_below((random_stream){ 6, number, what }, 0, (uint32_t)(most - least + 1));
}

/* Small convolutions of all sorts: kernels larger than the image, padding wider than the kernel,
 * strides that skip pixels. */
static void every_bit_is_that_of_the_definition(void **state)
{
    (void)state;
    for (uint32_t n = 0; n < CASES; n++) {
        convolution g = { .channels = pick(n, 0, 1, 5),
                          .height = pick(n, 1, 1, 9),
                          .width = pick(n, 2, 1, 9),
                          .maps = pick(n, 3, 1, 20),
                          .kernel = pick(n, 4, 1, 6),
                          .stride = pick(n, 5, 1, 4),
                          .padding = pick(n, 6, 0, 6) };
        if (g.height + 2 * g.padding < g.kernel || g.width + 2 * g.padding < g.kernel)
            g.padding = g.kernel;
        check_case(g, pick(n, 7, 1, 40), n);
    }
}

/* Convolutions that are split: more outputs than a block, longer sums than a part, more places and
 * larger images than are processed at once. */
static void large_ones_are_cut_without_a_trace(void **state)
{
    (void)state;
    static const convolution cases[] = {
        { .channels = 2,
          .height = 4,
          .width = 5,
          .maps = 193,
          .kernel = 3,
          .stride = 1,
          .padding = 1 },
        { .channels = 210,
          .height = 3,
          .width = 3,
          .maps = 2,
          .kernel = 3,
          .stride = 2,
          .padding = 1 },
        { .channels = 70,
          .height = 5,
          .width = 4,
          .maps = 65,
          .kernel = 4,
          .stride = 2,
          .padding = 1 },
        { .channels = 1,
          .height = 19,
          .width = 23,
          .maps = 3,
          .kernel = 2,
          .stride = 1,
          .padding = 0 },
        { .channels = 1,
          .height = 2,
          .width = 531,
          .maps = 2,
          .kernel = 3,
          .stride = 2,
          .padding = 1 },
        { .channels = 2,
          .height = 600,
          .width = 1,
          .maps = 2,
          .kernel = 3,
          .stride = 1,
          .padding = 1 },
        { .channels = 3,
          .height = 20,
          .width = 17,
          .maps = 2,
          .kernel = 16,
          .stride = 8,
          .padding = 15 },
        { .channels = 3,
          .height = 1,
          .width = 4500,
          .maps = 1,
          .kernel = 16,
          .stride = 8,
          .padding = 8 },
        { .channels = 600,
          .height = 2,
          .width = 2,
          .maps = 3,
          .kernel = 1,
          .stride = 1,
          .padding = 0 },
        { .channels = 2,
          .height = 40,
          .width = 39,
          .maps = 4,
          .kernel = 4,
          .stride = 2,
          .padding = 1 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_case(cases[i], 1 + (int)i % 3, 1000 + (uint32_t)i);
}

/* With about as many outputs as a vector has lanes, a product's rows come in pairs: the places of
 * two images, or of two halves of one, 7 or 8 pairs at a time. In the last case sums are cut, too.
 */
static void windows_in_pairs_give_the_same_bits(void **state)
{
    (void)state;
    static const convolution cases[] = {
        { .channels = 16, .height = 14, .width = 14, .maps = 3 },
        { .channels = 8, .height = 28, .width = 28, .maps = 2 },
        { .channels = 16, .height = 6, .width = 10, .maps = 8 },
        { .channels = 130, .height = 6, .width = 6, .maps = 16 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        convolution g = cases[i];
        g.kernel = 4;
        g.stride = 2;
        g.padding = 1;
        check_case(g, 33, 2000 + (uint32_t)i);
    }
}

/* Few terms: rows of places narrower than a vector, wider, and whole ones; source rows of odd
 * length; places in bands; tiles of all heights; for gradients, fewer taps than maps. */
static void short_sums_give_the_same_bits(void **state)
{
    (void)state;
    static const convolution cases[] = {
        { .channels = 1, .height = 28, .width = 28, .maps = 16, .kernel = 4, .stride = 2 },
        { .channels = 1, .height = 9, .width = 45, .maps = 13, .kernel = 3, .stride = 2 },
        { .channels = 3, .height = 9, .width = 48, .maps = 11, .kernel = 3, .stride = 1 },
        { .channels = 2, .height = 34, .width = 35, .maps = 6, .kernel = 5, .stride = 2 },
        { .channels = 2, .height = 17, .width = 17, .maps = 33, .kernel = 4, .stride = 1 },
        { .channels = 5, .height = 3, .width = 16, .maps = 7, .kernel = 1, .stride = 1 },
        { .channels = 1, .height = 3, .width = 600, .maps = 3, .kernel = 2, .stride = 2 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        convolution g = cases[i];
        g.padding = g.kernel / 2;
        check_case(g, 2, 3000 + (uint32_t)i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_bit_is_that_of_the_definition),
        cmocka_unit_test(large_ones_are_cut_without_a_trace),
        cmocka_unit_test(windows_in_pairs_give_the_same_bits),
        cmocka_unit_test(short_sums_give_the_same_bits),
    };
    return cmocka_run_group_tests_name("convolve", tests, computes_open, computes_close);
}
