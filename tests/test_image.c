/* tests/test_image.c - bytes of pixels, grids, PNG, raw samples and latents.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <fcntl.h>
#include <math.h>
#include <unistd.h>

#include <png.h>

#include "base/file.h"
#include "format/idx.h"
#include "format/npy.h"
#include "format/png.h"
#include "image/grid.h"
#include "math/kernels.h"
#include "math/pixel.h"

static void a_byte_is_the_nearest_and_half_way_goes_up(void **state)
{
    (void)state;
    static const struct {
        float x;
        int byte;
    } cases[] = {
        { -1, 0 },
        { 1, 255 },
        { 0, 128 },       /* 127.5 */
        { -1e-30f, 127 }, /* just below: 127.5 + 127.5 x in double would round up */
        { -0.0f, 128 },
        { 1e-30f, 128 },
        { -1.0001f, 0 },
        { 1.0001f, 255 },
        { -1.01f, 0 },
        { 1.01f, 255 },
        { -1e30f, 0 },
        { 1e30f, 255 },
        { -INFINITY, 0 },
        { INFINITY, 255 },
        { NAN, 0 },
        { -0x1.fdfdfep-1f, 0 }, /* the floats before and after 0.5 */
        { -0x1.fdfdfcp-1f, 1 },
        { 0.5f, 191 }, /* 191.25 */
        { -0.5f, 64 }, /* 63.75 */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (pixel_byte(cases[i].x) != cases[i].byte)
            fail_msg("%a: expected %d, got %d", (double)cases[i].x, cases[i].byte,
                     pixel_byte(cases[i].x));
}

static void a_byte_survives_the_way_to_a_float_and_back(void **state)
{
    (void)state;
    for (int x = 0; x < 256; x++)
        assert_int_equal(pixel_byte((float)(2 * x - 255) / 255.0f), x);
}

static void every_float_has_the_byte_that_long_double_says(void **state)
{
    (void)state;
    /* Floats from the whole range, in steps that reach many bit patterns. */
    for (uint32_t bits = 0; bits < 0xffff0000; bits += 65521) {
        float x, many[65];
        unsigned char bytes[65];
        memcpy(&x, &bits, sizeof x);
        long double exact = 127.5L * ((long double)x + 1);
        int expected = isnan(x) || exact < 0 ? 0
                       : exact > 255         ? 255
                                             : (int)floorl(127.5L * (long double)x) + 128;
        if (!isnan(x) && exact > 0 && exact < 255)
            assert_true(fabsl((long double)pixel_byte(x) - exact) <= 0.5L);
        assert_int_equal(pixel_byte(x), expected > 255 ? 255 : expected);
        for (int i = 0; i < 65; i++)
            many[i] = x;
        for (int s = 0; kernels_usable(s); s++) {
            kernels_usable(s)->bytes(65, many, bytes);
            for (int i = 0; i < 65; i++)
                assert_int_equal(bytes[i], pixel_byte(x));
        }
    }
}

static void a_grid_that_cannot_be_is_refused(void **state)
{
    (void)state;
    static const struct {
        grid g;
        const char *message;
    } cases[] = {
        { { .rows = 0, .cols = 8, .pad = 5, .channels = 1, .height = 28, .width = 28 },
          "at least 1 row and 1 column, got 0 and 8" },
        { { .rows = 8, .cols = -1, .pad = 5, .channels = 1, .height = 28, .width = 28 },
          "at least 1 row and 1 column, got 8 and -1" },
        { { .rows = 8, .cols = 8, .pad = -1, .channels = 1, .height = 28, .width = 28 },
          "a padding of 0 or more pixels, got -1" },
        { { .rows = 8, .cols = 8, .pad = 5, .channels = 2, .height = 28, .width = 28 },
          "1 or 3 channels" },
        { { .rows = 8, .cols = 8, .pad = 5, .channels = 1, .height = 0, .width = 28 },
          "got 1 x 0 x 28" },
        { { .rows = 8, .cols = 8, .pad = 5, .channels = 1, .height = 28, .width = 0 },
          "got 1 x 28 x 0" },
        { { .rows = 4, .cols = 4, .pad = 0, .channels = 1, .height = 4096, .width = 4097 },
          "expected at most 268435456 pixels, got 4 x 4 samples" },
        { { .rows = 8, .cols = 8, .pad = 100000, .channels = 1, .height = 28, .width = 28 },
          "of 28 x 28 with 100000 between" },
        { { .rows = INT32_MAX,
            .cols = INT32_MAX,
            .pad = INT32_MAX,
            .channels = 1,
            .height = INT32_MAX,
            .width = INT32_MAX },
          "at most 268435456" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_fails(grid_check(&cases[i].g), STATUS_USAGE, cases[i].message);
        assert_fails(grid_write_png("no.png", &cases[i].g, NULL), STATUS_USAGE, "grid: expected");
    }
    assert_false(file_exists("no.png"));
    assert_ok(
        grid_check(&(grid){ .rows = 4, .cols = 4, .channels = 1, .height = 4096, .width = 4096 }));
    const grid alone = {
        .rows = 1, .cols = 1, .pad = INT32_MAX, .channels = 3, .height = 1, .width = 1
    };
    assert_ok(grid_check(&alone)); /* one sample has no gaps */
}

/* Samples (rows*cols, channels, height, width) that do not compress, over [-1.1, 1.1]. */
static float *make_samples(const grid *g)
{
    size_t n = (size_t)g->rows * (size_t)g->cols * (size_t)g->channels * (size_t)g->height *
               (size_t)g->width;
    float *samples = malloc(n * sizeof *samples);
    assert_non_null(samples);
    for (size_t i = 0; i < n; i++)
        samples[i] = (float)((uint32_t)(i * i * 2654435761u) >> 8) * 0x2.2p-24f - 1.1f;
    return samples;
}

typedef struct picture {
    png_structp png;
    png_infop info;
    png_uint_32 width, height;
    int depth, type;
    png_bytepp lines;
} picture;

static void open_png(picture *p, const char *path)
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    p->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    p->info = png_create_info_struct(p->png);
    if (setjmp(png_jmpbuf(p->png)) != 0)
        fail_msg("%s: libpng does not read it", path);
    png_init_io(p->png, f);
    png_read_png(p->png, p->info, PNG_TRANSFORM_IDENTITY, NULL);
    png_get_IHDR(p->png, p->info, &p->width, &p->height, &p->depth, &p->type, NULL, NULL, NULL);
    p->lines = png_get_rows(p->png, p->info);
    fclose(f);
}

/* The expected value of pixel (x, y) of the grid in channel c. */
static int expected_pixel(const grid *g, const float *samples, int y, int x, int c)
{
    int row = y / (g->height + g->pad), col = x / (g->width + g->pad);
    y -= row * (g->height + g->pad);
    x -= col * (g->width + g->pad);
    if (y >= g->height || x >= g->width)
        return 0;
    int sample = row * g->cols + col;
    return pixel_byte(samples[((sample * g->channels + c) * g->height + y) * g->width + x]);
}

static void assert_png_shows(const char *path, const grid *g, const float *samples)
{
    picture p;
    open_png(&p, path);
    assert_int_equal(p.width, g->cols * g->width + (g->cols - 1) * g->pad);
    assert_int_equal(p.height, g->rows * g->height + (g->rows - 1) * g->pad);
    assert_int_equal(p.depth, 8);
    assert_int_equal(p.type, g->channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY);
    for (int y = 0; y < (int)p.height; y++)
        for (int x = 0; x < (int)p.width; x++)
            for (int c = 0; c < g->channels; c++)
                assert_int_equal(p.lines[y][x * g->channels + c],
                                 expected_pixel(g, samples, y, x, c));
    png_destroy_read_struct(&p.png, &p.info, NULL);
}

static void a_png_shows_the_samples_pixel_by_pixel(void **state)
{
    (void)state;
    static const grid grids[] = {
        { .rows = 8, .cols = 8, .pad = 5, .channels = 1, .height = 28, .width = 28 },
        { .rows = 2, .cols = 3, .channels = 1, .height = 5, .width = 7 },
        { .rows = 3, .cols = 2, .pad = 4, .channels = 3, .height = 6, .width = 5 },
        { .rows = 1, .cols = 1, .pad = 9, .channels = 1, .height = 1, .width = 1 },
        { .rows = 1, .cols = 4, .pad = 2, .channels = 3, .height = 1, .width = 3 },
        { .rows = 5, .cols = 1, .pad = 1, .channels = 1, .height = 2, .width = 1 },
    };
    for (size_t i = 0; i < sizeof grids / sizeof *grids; i++) {
        float *samples = make_samples(&grids[i]);
        assert_ok(grid_write_png("grid.png", &grids[i], samples));
        assert_png_shows("grid.png", &grids[i], samples);
        free(samples);
    }
}

/* Compares the picture of pairs with grids of the samples and of their partners, tile by tile. */
static void a_png_of_pairs_shows_each_sample_beside_its_partner(void **state)
{
    (void)state;
    static const grid grids[] = {
        { .rows = 2, .cols = 3, .pad = 4, .channels = 3, .height = 6, .width = 5 },
        { .rows = 3, .cols = 1, .channels = 1, .height = 4, .width = 2 },
        { .rows = 1, .cols = 1, .pad = 7, .channels = 1, .height = 1, .width = 1 }
    };
    for (size_t i = 0; i < sizeof grids / sizeof *grids; i++) {
        const grid *g = &grids[i];
        const int pitch = 2 * g->width + 1 + g->pad, bottom = g->height + g->pad;
        float *samples = make_samples(&(grid){ .rows = 2 * g->rows,
                                               .cols = g->cols,
                                               .channels = g->channels,
                                               .height = g->height,
                                               .width = g->width });
        const float *beside = samples + g->rows * g->cols * g->channels * g->height * g->width;
        picture p;
        assert_ok(grid_write_pairs_png("pairs.png", g, samples, beside));
        open_png(&p, "pairs.png");
        assert_int_equal(p.width, g->cols * pitch - g->pad);
        assert_int_equal(p.height, g->rows * bottom - g->pad);
        for (int y = 0; y < (int)p.height; y++)
            for (int x = 0; x < (int)p.width; x++)
                for (int c = 0; c < g->channels; c++) {
                    int within = x % pitch, right = within - g->width - 1;
                    int col = x / pitch * (g->width + g->pad);
                    bool gap = y % bottom >= g->height || right == -1 || right >= g->width;
                    int expected = gap         ? 128
                                   : right < 0 ? expected_pixel(g, samples, y, col + within, c)
                                               : expected_pixel(g, beside, y, col + right, c);
                    assert_int_equal(p.lines[y][x * g->channels + c], expected);
                }
        png_destroy_read_struct(&p.png, &p.info, NULL);
        free(samples);
    }
    assert_fails(grid_check_pairs(&(grid){
                     .rows = 1, .cols = 1, .channels = 1, .height = 1 << 14, .width = 1 << 13 }),
                 STATUS_USAGE, "grid: expected at most");
}

static void the_same_image_is_the_same_bytes_and_has_no_time(void **state)
{
    (void)state;
    const grid g = { .rows = 8, .cols = 8, .pad = 5, .channels = 1, .height = 28, .width = 28 };
    float *samples = make_samples(&g);
    unsigned char *bytes[2] = { NULL };
    size_t n[2] = { 0 };
    for (int i = 0; i < 2; i++) {
        assert_ok(grid_write_png("twice.png", &g, samples));
        assert_ok(file_read("twice.png", 1 << 20, &bytes[i], &n[i]));
    }
    assert_int_equal(n[0], n[1]);
    assert_memory_equal(bytes[0], bytes[1], n[0]);
    /* After 8 bytes of signature: length (4), name (4), data, checksum (4). */
    for (size_t at = 8; at < n[0];) {
        char name[5] = { 0 };
        const unsigned char *b = bytes[0] + at;
        memcpy(name, b + 4, 4);
        assert_non_null(strstr("IHDR IDAT IEND", name));
        at += 12 + ((size_t)b[0] << 24 | (size_t)b[1] << 16 | (size_t)b[2] << 8 | b[3]);
    }
    free(bytes[0]);
    free(bytes[1]);
    free(samples);
}

static void a_png_wider_than_a_million_pixels_is_fine(void **state)
{
    (void)state;
    const grid g = { .rows = 1, .cols = 2, .channels = 1, .height = 1, .width = 600000 };
    float *samples = make_samples(&g);
    assert_ok(grid_write_png("wide.png", &g, samples));
    unsigned char *bytes = NULL;
    size_t n = 0;
    assert_ok(file_read("wide.png", 1 << 22, &bytes, &n));
    assert_memory_equal(bytes + 16, "\x00\x12\x4f\x80\x00\x00\x00\x01", 8); /* 1200000 x 1 */
    free(bytes);
    free(samples);
}

static void a_png_goes_to_standard_output_as_well(void **state)
{
    (void)state;
    const grid g = { .rows = 2, .cols = 2, .pad = 1, .channels = 3, .height = 4, .width = 4 };
    float *samples = make_samples(&g);
    fflush(stdout);
    int kept = dup(STDOUT_FILENO);
    int fd = open("stdout.png", O_WRONLY | O_CREAT | O_TRUNC, 0666);
    dup2(fd, STDOUT_FILENO);
    status s = grid_write_png("-", &g, samples);
    dup2(kept, STDOUT_FILENO);
    close(fd);
    close(kept);
    assert_ok(s);
    assert_png_shows("stdout.png", &g, samples);
    free(samples);
}

static void draw_slope(const void *from, int y, unsigned char *bytes)
{
    const png_picture *p = from;
    for (int x = 0; x < p->width * p->channels; x++)
        bytes[x] = (unsigned char)(x + 3 * y);
}

static void a_png_in_memory_has_the_bytes_of_the_file(void **state)
{
    (void)state;
    png_picture p = { .width = 300, .height = 200, .channels = 3, .line = draw_slope, .from = &p };
    text t = { 0 };
    unsigned char *b = NULL;
    size_t size = 0;
    text_add(&t, "before");
    assert_ok(png_append(&t, &p));
    assert_ok(png_write("slope.png", &p));
    assert_ok(file_read("slope.png", 1 << 20, &b, &size));
    assert_int_equal(t.length, strlen("before") + size);
    assert_memory_equal(t.data, "before", strlen("before"));
    assert_memory_equal(t.data + strlen("before"), b, size);
    free(b);
    text_free(&t);
}

static void a_png_that_cannot_be_written_says_why(void **state)
{
    (void)state;
    /* 1 MB: the first write fails long before the end */
    const grid g = { .rows = 20, .cols = 20, .pad = 1, .channels = 3, .height = 28, .width = 28 };
    float *samples = make_samples(&g);
    assert_fails(grid_write_png("/dev/full", &g, samples), STATUS_IO,
                 "/dev/full: cannot write: No");
    assert_fails(grid_write_png("missing/a.png", &g, samples), STATUS_IO,
                 "missing/a.png: cannot create: the folder missing does not exist; make it first");
    assert_fails(grid_write_png(".", &g, samples), STATUS_IO, ".: is a folder");
    free(samples);
}

static size_t values_of(const int shape[4])
{
    return (size_t)shape[0] * (size_t)shape[1] * (size_t)shape[2] * (size_t)shape[3];
}

static grid column_of(const int shape[4])
{
    return (grid){
        .rows = shape[0], .cols = 1, .channels = shape[1], .height = shape[2], .width = shape[3]
    };
}

/* Writes numbers: npy or idx. */
typedef status begin_function(out_file *f, const int shape[4]);
typedef status add_function(out_file *f, const float *values, size_t n);

static void write_numbers(const char *path, begin_function *begin, add_function *add,
                          const int shape[4], const float *samples, size_t part)
{
    size_t n = values_of(shape);
    out_file *f;
    assert_ok(out_open(&f, path));
    assert_ok(begin(f, shape));
    for (size_t at = 0; at < n; at += part)
        assert_ok(add(f, samples + at, part < n - at ? part : n - at));
    assert_ok(out_commit(f, STATUS_OK));
}

static void npy_has_the_documented_layout(void **state)
{
    (void)state;
    static const int shapes[][4] = { { 1, 1, 1, 1 }, { 7, 3, 28, 28 }, { 500, 1, 5, 3 } };
    for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++) {
        const int *s = shapes[k];
        const grid g = column_of(s);
        size_t n = values_of(s);
        float *samples = make_samples(&g);
        char dictionary[119];
        unsigned char *b = NULL;
        size_t size = 0;
        write_numbers("raw.npy", npy_begin, npy_add, s, samples, 1 + 997 * k);
        assert_ok(file_read("raw.npy", 1 << 20, &b, &size));
        assert_memory_equal(b, "\x93NUMPY\x01\x00\x76\x00", 10);
        assert_int_equal((10 + 0x76) % 64, 0);
        snprintf(dictionary, sizeof dictionary,
                 "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d, %d, %d), }", s[0],
                 s[1], s[2], s[3]);
        assert_memory_equal(b + 10, dictionary, strlen(dictionary));
        for (size_t i = 10 + strlen(dictionary); i < 127; i++)
            assert_int_equal(b[i], ' ');
        assert_int_equal(b[127], '\n');
        assert_int_equal(size, 128 + 4 * n);
        for (size_t i = 0; i < n; i++) {
            const unsigned char *v = b + 128 + 4 * i;
            uint32_t bits =
                v[0] | (uint32_t)v[1] << 8 | (uint32_t)v[2] << 16 | (uint32_t)v[3] << 24;
            assert_memory_equal(&bits, &samples[i], 4);
        }
        free(b);
        free(samples);
    }
}

static void npy_with_the_longest_shape_still_has_128_bytes(void **state)
{
    (void)state;
    const int s[4] = { INT32_MAX, INT32_MAX, INT32_MAX, INT32_MAX };
    out_file *f;
    unsigned char *b = NULL;
    size_t size = 0;
    assert_ok(out_open(&f, "long.npy"));
    assert_ok(npy_begin(f, s));
    assert_ok(out_commit(f, STATUS_OK));
    assert_ok(file_read("long.npy", 1000, &b, &size));
    assert_int_equal(size, 128);
    assert_non_null(strstr((char *)b + 10, "(2147483647, 2147483647, 2147483647, 2147483647), }"));
    assert_memory_equal(b + 126, " \n", 2);
    free(b);
}

static void idx_has_the_documented_layout(void **state)
{
    (void)state;
    static const struct {
        int shape[4];
        size_t header;
        const char *bytes;
    } cases[] = {
        { { 300, 1, 5, 3 }, 16, "\0\0\x08\x03\0\0\x01\x2c\0\0\0\x05\0\0\0\x03" },
        { { 7, 3, 4, 2 }, 20, "\0\0\x08\x04\0\0\0\x07\0\0\0\x03\0\0\0\x04\0\0\0\x02" },
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        const int *s = cases[k].shape;
        const grid g = column_of(s);
        size_t n = values_of(s);
        float *samples = make_samples(&g);
        unsigned char *b = NULL;
        size_t size = 0;
        write_numbers("raw.idx", idx_begin, idx_add, s, samples, 11);
        assert_ok(file_read("raw.idx", 1 << 20, &b, &size));
        assert_int_equal(size, cases[k].header + n);
        assert_memory_equal(b, cases[k].bytes, cases[k].header);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(b[cases[k].header + i], pixel_byte(samples[i]));
        free(b);
        free(samples);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_byte_is_the_nearest_and_half_way_goes_up),
        cmocka_unit_test(a_byte_survives_the_way_to_a_float_and_back),
        cmocka_unit_test(every_float_has_the_byte_that_long_double_says),
        cmocka_unit_test(a_grid_that_cannot_be_is_refused),
        cmocka_unit_test(a_png_shows_the_samples_pixel_by_pixel),
        cmocka_unit_test(a_png_of_pairs_shows_each_sample_beside_its_partner),
        cmocka_unit_test(the_same_image_is_the_same_bytes_and_has_no_time),
        cmocka_unit_test(a_png_wider_than_a_million_pixels_is_fine),
        cmocka_unit_test(a_png_goes_to_standard_output_as_well),
        cmocka_unit_test(a_png_in_memory_has_the_bytes_of_the_file),
        cmocka_unit_test(a_png_that_cannot_be_written_says_why),
        cmocka_unit_test(npy_has_the_documented_layout),
        cmocka_unit_test(npy_with_the_longest_shape_still_has_128_bytes),
        cmocka_unit_test(idx_has_the_documented_layout),
    };
    return cmocka_run_group_tests_name("image", tests, NULL, NULL);
}
