/* tests/test_describe.c - compares the operators of nn/describe.h, computed one by one in double,
 * with net_forward.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <math.h>
#include <stdlib.h>

#include "nn/describe.h"

#include "base/banned.h"

enum { ROWS = 5, WIDEST = 4096, VALUES = 7, MOST_OPERATORS = 32 };

/* The condition of all rows, of VALUES values. */
static condition_feature features[] = { { 5, 0.5F }, { 2, -1.25F }, { 5, 2 } };
static uint32_t first[] = { 0, sizeof features / sizeof *features };
static const condition_table table = { VALUES, 1, first, features };
static const uint32_t ids[ROWS] = { 0 };
static const condition told = { &table, ids };

static const operator_attribute *attribute_of(const net_operator *o, const char *name)
{
    for (int i = 0; i < OPERATOR_MOST_ATTRIBUTES && o->attributes[i].name; i++)
        if (strcmp(o->attributes[i].name, name) == 0)
            return &o->attributes[i];
    fail_msg("%s has no %s", o->name, name);
    return NULL;
}

static int number_of(const net_operator *o, const char *name)
{
    return (int)attribute_of(o, name)->values[0];
}

static const operator_tensor *tensor_of(const net_operator *o, int i, const char *name)
{
    assert_string_equal(o->tensors[i].name, name);
    return &o->tensors[i];
}

static void gemm(const net_operator *o, const double *x, double *y)
{
    const operator_tensor *w = tensor_of(o, 0, "weight"), *b = tensor_of(o, 1, "bias");
    assert_int_equal(number_of(o, "transB"), 1);
    assert_int_equal(w->sizes[0], shape_size(o->to));
    assert_int_equal(w->sizes[1], shape_size(o->from));
    for (int i = 0; i < w->sizes[0]; i++) {
        y[i] = (double)b->data[i];
        for (int j = 0; j < w->sizes[1]; j++)
            y[i] += (double)w->data[i * w->sizes[1] + j] * x[j];
    }
}

/* The pixel (row, col) of a plane of x; NULL beyond its edges. */
static double *pixel(double *x, image_shape s, int channel, int row, int col)
{
    bool inside = row >= 0 && row < s.height && col >= 0 && col < s.width;
    return inside ? x + ((ptrdiff_t)channel * s.height + row) * s.width + col : NULL;
}

/* Applies every weight (maps, channels, k, k) at every place (i, j) of the maps: it connects a
 * pixel of the map with a pixel of the images. The maps are the output of a Conv and the input of a
 * ConvTranspose. */
static void conv(const net_operator *o, bool transposed, double *x, double *y)
{
    const operator_tensor *w = tensor_of(o, 0, "weight"), *b = tensor_of(o, 1, "bias");
    int k = number_of(o, "kernel_shape"), s = number_of(o, "strides"), p = number_of(o, "pads");
    image_shape maps = transposed ? o->from : o->to, images = transposed ? o->to : o->from;
    const float *next = w->data;
    assert_int_equal(w->sizes[0], maps.channels);
    assert_int_equal(w->sizes[1], images.channels);
    for (int i = 0; i < shape_size(o->to); i++)
        y[i] = (double)b->data[i / (o->to.height * o->to.width)];
    for (int m = 0; m < maps.channels; m++)
        for (int c = 0; c < images.channels; c++)
            for (int u = 0; u < k; u++)
                for (int v = 0; v < k; v++, next++)
                    for (int i = 0; i < maps.height; i++)
                        for (int j = 0; j < maps.width; j++) {
                            double *map = pixel(transposed ? x : y, maps, m, i, j);
                            double *image =
                                pixel(transposed ? y : x, images, c, s * i + u - p, s * j + v - p);
                            if (image && transposed)
                                *image += (double)*next * *map;
                            else if (image)
                                *map += (double)*next * *image;
                        }
}

static void batch_normalization(const net_operator *o, const double *x, double *y)
{
    const operator_tensor *scale = tensor_of(o, 0, "scale"), *shift = tensor_of(o, 1, "shift");
    int plane = o->from.height * o->from.width;
    for (int i = 0; i < shape_size(o->from); i++)
        y[i] = (double)scale->data[i / plane] * x[i] + (double)shift->data[i / plane];
}

static void resize(const net_operator *o, double *x, double *y)
{
    const double *scales = attribute_of(o, "scales")->values;
    for (int c = 0; c < o->to.channels; c++)
        for (int i = 0; i < o->to.height; i++)
            for (int j = 0; j < o->to.width; j++)
                *pixel(y, o->to, c, i, j) =
                    *pixel(x, o->from, c, (int)(i / scales[0]), (int)(j / scales[1]));
}

/* e (N) = sum over the features of weight * row of the embedding, the last tensor. */
static void embed(const operator_tensor *embedding, double *e)
{
    assert_string_equal(embedding->name, "embedding");
    for (int i = 0; i < embedding->sizes[1]; i++) {
        e[i] = 0;
        for (size_t f = 0; f < sizeof features / sizeof *features; f++)
            e[i] += (double)features[f].weight *
                    (double)embedding->data[(int)features[f].index * embedding->sizes[1] + i];
    }
}

static void condition_of(const net_operator *o, const double *x, double *y)
{
    const operator_tensor *w = tensor_of(o, 0, "weight"), *b = tensor_of(o, 1, "bias");
    double e[WIDEST];
    int n = b->sizes[0], plane = o->from.height * o->from.width;
    embed(tensor_of(o, 2, "embedding"), e);
    memcpy(y, x, (size_t)shape_size(o->from) * sizeof *y);
    y += shape_size(o->from);
    for (int i = 0; i < n; i++) {
        double h = (double)b->data[i];
        for (int k = 0; k < n; k++)
            h += (double)w->data[i * n + k] * e[k];
        h = h > 0 ? h : attribute_of(o, "alpha")->values[0] * h;
        for (int k = 0; k < plane; k++)
            *y++ = h;
    }
}

static void projection(const net_operator *o, const double *x, double *y)
{
    const operator_tensor *w = tensor_of(o, 0, "weight"), *map = tensor_of(o, 2, "map");
    double e[WIDEST];
    embed(tensor_of(o, 3, "embedding"), e);
    y[0] = (double)tensor_of(o, 1, "bias")->data[0];
    for (int i = 0; i < w->sizes[1]; i++) {
        double sight = (double)w->data[i];
        for (int k = 0; k < map->sizes[1]; k++)
            sight += (double)map->data[i * map->sizes[1] + k] * e[k];
        y[0] += sight * x[i];
    }
}

static void depth_to_space(const net_operator *o, double *x, double *y)
{
    int r = number_of(o, "blocksize");
    for (int c = 0; c < o->from.channels; c++)
        for (int i = 0; i < o->from.height; i++)
            for (int j = 0; j < o->from.width; j++)
                *pixel(y, o->to, c / (r * r), i * r + c / r % r, j * r + c % r) =
                    *pixel(x, o->from, c, i, j);
}

/* By its definition: Keys's filter with a = -1/2 at the center of each pixel of y, in units of the
 * pixels of the earlier value, over those within its edges. */
static double cubic(double x)
{
    x = fabs(x);
    return x < 1   ? 1.5 * x * x * x - 2.5 * x * x + 1
           : x < 2 ? -0.5 * x * x * x + 2.5 * x * x - 4 * x + 2
                   : 0;
}

static void add_resized(const net_operator *o, const double *x, const double *other, double *y)
{
    double r = attribute_of(o, "scales")->values[0];
    image_shape s = o->beside;
    int plane = o->to.height * o->to.width;
    for (int i = 0; i < shape_size(o->to); i++) {
        double at = (i % plane / o->to.width + 0.5) / r, to = (i % o->to.width + 0.5) / r;
        double sum = 0, weights = 0;
        for (int row = 0; row < s.height; row++)
            for (int col = 0; col < s.width; col++) {
                double w = cubic(row + 0.5 - at) * cubic(col + 0.5 - to);
                sum += w * other[(i / plane * s.height + row) * s.width + col];
                weights += w;
            }
        y[i] = x[i] + sum / weights;
    }
}

static double value_of(const net_operator *o, double x)
{
    if (strcmp(o->name, "Relu") == 0)
        return x > 0 ? x : 0;
    if (strcmp(o->name, "LeakyRelu") == 0)
        return x > 0 ? x : attribute_of(o, "alpha")->values[0] * x;
    if (strcmp(o->name, "Tanh") == 0)
        return tanh(x);
    if (strcmp(o->name, "Sigmoid") == 0)
        return 1 / (1 + exp(-x));
    assert_string_equal(o->name, "Reshape");
    assert_int_equal(attribute_of(o, "shape")->values[2], o->to.width);
    return x;
}

static void run(const net_operator *o, double *x, const double *other, double *y)
{
    if (strcmp(o->name, "Gemm") == 0)
        gemm(o, x, y);
    else if (strcmp(o->name, "Conv") == 0)
        conv(o, false, x, y);
    else if (strcmp(o->name, "ConvTranspose") == 0)
        conv(o, true, x, y);
    else if (strcmp(o->name, "BatchNormalization") == 0)
        batch_normalization(o, x, y);
    else if (strcmp(o->name, "Resize") == 0)
        resize(o, x, y);
    else if (strcmp(o->name, "Condition") == 0)
        condition_of(o, x, y);
    else if (strcmp(o->name, "Projection") == 0)
        projection(o, x, y);
    else if (strcmp(o->name, "DepthToSpace") == 0)
        depth_to_space(o, x, y);
    else if (strcmp(o->name, "AddResized") == 0)
        add_resized(o, x, other, y);
    else if (strcmp(o->name, "Add") == 0)
        for (int i = 0; i < shape_size(o->to); i++)
            y[i] = x[i] + other[i];
    else
        for (int i = 0; i < shape_size(o->from); i++)
            y[i] = value_of(o, x[i]);
}

/* A net with random parameters, whose running averages have moved. */
typedef struct bench {
    compute compute;
    net net;
    arena arena;
    float *x;
} bench;

static void bench_plan(bench *b)
{
    b->x = arena_take(&b->arena, (size_t)ROWS * (size_t)b->net.in, sizeof *b->x);
    net_plan(&b->net, &b->arena, ROWS, NET_TRAINS, false);
}

static void bench_open(bench *b, const char *spec, image_shape from)
{
    *b = (bench){ 0 };
    assert_ok(compute_open(&b->compute, NULL, 2));
    assert_ok(net_open_joined(&b->net, spec, (net_input){ from, VALUES }, "spec"));
    bench_plan(b);
    assert_ok(arena_open(&b->arena));
    bench_plan(b);
    const kernels *k = b->compute.kernels;
    net_init(&b->net, k, 1, 5, RANDOM_INIT_GENERATOR);
    for (int i = 0; i < b->net.tensor_count; i++) {
        const tensor *t = &b->net.tensors[i];
        float *v = b->net.params + t->offset;
        if (t->shape.sizes[1] == 0) /* biases, and the weights of batch_norm */
            k->normal((random_stream){ 3, 0, (uint32_t)i }, 0, 0, (int)t->count, v);
    }
    k->normal((random_stream){ 4, 0, 0 }, 0, 0, ROWS * b->net.in, b->x);
    pass p = { .compute = &b->compute, .training = true, .condition = told };
    for (int i = 0; i < 9; i++)
        net_forward(&b->net, &p, const_view_of(b->x, ROWS, b->net.in));
}

static void bench_close(bench *b)
{
    net_close(&b->net);
    arena_close(&b->arena);
    compute_close(&b->compute);
}

static void check_rows(bench *b, const net_description *d, const char *spec)
{
    static double at[MOST_OPERATORS + 1][WIDEST]; /* results of the first 0, 1, ... operators */
    pass p = { .compute = &b->compute, .condition = told };
    const_view y = net_forward(&b->net, &p, const_view_of(b->x, ROWS, b->net.in));
    for (int row = 0; row < ROWS; row++) {
        for (int i = 0; i < b->net.in; i++)
            at[0][i] = (double)b->x[row * b->net.in + i];
        for (int i = 0; i < d->count; i++) {
            const net_operator *o = &d->operators[i];
            run(o, at[i], o->added >= 0 ? at[o->added] : NULL, at[i + 1]);
        }
        for (int i = 0; i < y.cols; i++) {
            double expected = at[d->count][i], got = (double)const_view_row(y, row)[i];
            if (!(fabs(got - expected) <= 2e-5 * (1 + fabs(expected))))
                fail_msg("%s: row %d, value %d: the operators give %g, the net %g", spec, row, i,
                         expected, got);
        }
    }
}

static void the_operators_compute_what_the_net_computes(void **state)
{
    (void)state;
    static const struct {
        const char *spec;
        image_shape from;
    } nets[] = {
        { "linear 9, relu, linear 7, leaky_relu 0.2, linear 5, tanh, linear 3, sigmoid",
          { 4, 1, 1 } },
        { "conv 5 k3 s2 p1, relu, conv_transpose 3 k4 s2 p1, tanh", { 2, 7, 6 } },
        { "linear 6x3x4, batch_norm, relu, conv_transpose 5 k4 s2 p1, batch_norm, tanh, "
          "conv 4 k3, batch_norm, sigmoid, linear 2",
          { 11, 1, 1 } },
        { "batch_norm, upsample 2, conv 3 k3 p1, relu, batch_norm, reshape 72, linear 3",
          { 2, 2, 3 } },
        { "reshape 3x4x5, conv 4 k3 s3 p2 spectral_norm, leaky_relu 0.1, linear 3 spectral_norm",
          { 60, 1, 1 } },
        { "dropout 0.3, linear 8, dropout 0.5", { 5, 1, 1 } },
        { "condition 4, linear 3x2x2, batch_norm, relu, condition 2, batch_norm, conv 2 k2, tanh",
          { 5, 1, 1 } },
        { "conv 5 k3, leaky_relu 0.2, condition 3, projection 6", { 2, 4, 4 } },
        { "residual, conv 8 k3 p1, batch_norm, relu, residual, conv 8 k3 p1, batch_norm, add, "
          "dropout 0.5, pixel_shuffle 2, conv 2 k2 s2, add, tanh, residual, add",
          { 2, 4, 6 } },
        { "residual, conv 12 k3 p1, pixel_shuffle 2, residual, upsample 3, add_enlarged 3, tanh, "
          "conv_transpose 3 k2, conv 3 k4 s2 p1, add_enlarged 3",
          { 3, 3, 4 } },
        { "linear 18x2x2, residual, batch_norm, residual, sigmoid, add, relu, add, pixel_shuffle 3",
          { 3, 1, 1 } },
    };
    for (size_t i = 0; i < sizeof nets / sizeof *nets; i++) {
        bench b;
        net_description d;
        bench_open(&b, nets[i].spec, nets[i].from);
        assert_ok(net_describe(&b.net, &b.compute, &d));
        check_rows(&b, &d, nets[i].spec);
        assert_true(shape_same(d.operators[d.count - 1].to, b.net.to));
        description_close(&d);
        bench_close(&b);
    }
}

static void dropout_and_folded_norms_are_left_out(void **state)
{
    (void)state;
    static const char *const names[] = { "Gemm", "Relu", "BatchNormalization", "ConvTranspose",
                                         "Tanh" };
    bench b;
    net_description d;
    bench_open(&b,
               "linear 2x3x3, batch_norm, dropout 0.5, relu, batch_norm, conv_transpose 3 k2, "
               "batch_norm, tanh",
               shape_flat(4));
    assert_ok(net_describe(&b.net, &b.compute, &d));
    assert_int_equal(d.count, 5);
    for (int i = 0; i < d.count; i++)
        assert_string_equal(d.operators[i].name, names[i]);
    assert_int_equal(d.operators[3].layer, 5);
    check_rows(&b, &d, b.net.spec);
    description_close(&d);
    bench_close(&b);
}

/* A product whose result is added later keeps its own values. */
static void a_norm_after_the_beginning_of_a_block_is_not_folded(void **state)
{
    (void)state;
    static const char *const names[] = { "Gemm", "BatchNormalization", "Gemm", "Add" };
    bench b;
    net_description d;
    bench_open(&b, "linear 6, residual, batch_norm, linear 6, batch_norm, add", shape_flat(4));
    assert_ok(net_describe(&b.net, &b.compute, &d));
    assert_int_equal(d.count, 4);
    for (int i = 0; i < d.count; i++) {
        assert_string_equal(d.operators[i].name, names[i]);
        assert_int_equal(d.operators[i].added, i == 3 ? 1 : -1);
    }
    check_rows(&b, &d, b.net.spec);
    description_close(&d);
    bench_close(&b);
}

static void every_kind_of_layer_describes_itself_or_changes_nothing(void **state)
{
    (void)state;
    for (int i = 0; layer_kind(i); i++)
        assert_true(layer_kind(i)->describe || layer_kind(i)->keeps_value ||
                    layer_kind(i)->only_judges || strcmp(layer_kind(i)->name, "dropout") == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_operators_compute_what_the_net_computes),
        cmocka_unit_test(dropout_and_folded_norms_are_left_out),
        cmocka_unit_test(a_norm_after_the_beginning_of_a_block_is_not_folded),
        cmocka_unit_test(every_kind_of_layer_describes_itself_or_changes_nothing),
    };
    return cmocka_run_group_tests_name("describe", tests, NULL, NULL);
}
