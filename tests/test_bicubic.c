/* tests/test_bicubic.c - the bicubic filter beside Pillow's.
 *
 * The expected values are from Pillow 13.0: Image.fromarray(a, "L" or "F").resize((W, H), BICUBIC)
 * of the pictures that `draw` makes.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <math.h>

#include "math/bicubic.h"

enum { MOST = 4096 };

/* Random bytes of a linear congruential generator. */
static void draw(unsigned char *bytes, int n)
{
    uint32_t x = 12345;
    for (int i = 0; i < n; i++) {
        x = (x * 1103515245u + 12345u) & 0x7fffffffu;
        bytes[i] = (x >> 16) & 255;
    }
}

typedef struct axes {
    arena arena;
    bicubic_axis y, x;
} axes;

static void plan(axes *a, int h, int w, int to_h, int to_w)
{
    bicubic_plan(&a->y, &a->arena, h, to_h);
    bicubic_plan(&a->x, &a->arena, w, to_w);
}

static void open_axes(axes *a, int h, int w, int to_h, int to_w)
{
    *a = (axes){ 0 };
    plan(a, h, w, to_h, to_w);
    assert_ok(arena_open(&a->arena));
    plan(a, h, w, to_h, to_w);
}

static void bytes_are_those_of_pillow(void **state)
{
    (void)state;
    static const struct {
        int h, w, to_h, to_w;
        int expected[64];
    } cases[] = {
        { 8, 12, 4, 6, { 71,  94,  110, 105, 169, 118, 98,  146, 54,  134, 90,  135,
                         151, 155, 97,  138, 91,  127, 103, 173, 155, 123, 153, 98 } },
        { 9, 9, 3, 3, { 123, 78, 101, 121, 112, 122, 119, 130, 132 } },
        { 8, 8, 2, 2, { 127, 91, 131, 122 } },
        { 7, 5, 3, 2, { 93, 128, 117, 100, 107, 80 } },
        { 5, 11, 4, 3, { 94, 102, 175, 56, 104, 98, 131, 120, 108, 105, 158, 119 } },
        { 3, 3, 6, 6, { 244, 180, 44, 7,   72,  103, 232, 172, 46, 17,  89,  123,
                        205, 156, 49, 39,  125, 166, 143, 116, 56, 71,  159, 201,
                        53,  57,  65, 111, 187, 223, 10,  29,  69, 129, 200, 233 } },
        { 2, 3, 6, 9, { 249, 225, 160, 66,  1,   15,  60,  93,  103, 243, 220, 157, 66,  4,
                        20,  67,  101, 111, 226, 205, 148, 66,  12,  34,  86,  123, 134, 202,
                        185, 136, 66,  23,  53,  110, 151, 165, 185, 170, 127, 66,  31,  67,
                        129, 173, 188, 179, 165, 124, 66,  34,  72,  136, 181, 196 } },
        { 2, 2, 8, 8, { 255, 246, 212, 147, 71,  7,   0,   0,   252, 238, 206, 146, 76,
                        16,  0,   0,   231, 219, 193, 143, 85,  35,  15,  15,  191, 184,
                        168, 138, 102, 72,  61,  62,  146, 144, 140, 132, 123, 115, 113,
                        116, 106, 109, 115, 127, 140, 152, 159, 163, 85,  90,  102, 124,
                        149, 171, 183, 187, 76,  82,  96,  123, 154, 180, 193, 198 } },
        { 1,
          1,
          4,
          4,
          { 220, 220, 220, 220, 220, 220, 220, 220, 220, 220, 220, 220, 220, 220, 220, 220 } },
        { 1, 1, 1, 1, { 220 } },
        { 1, 5, 2, 10, { 239, 177, 45, 7, 71, 125, 168, 144, 59, 19,
                         239, 177, 45, 7, 71, 125, 168, 144, 59, 19 } },
        { 5, 1, 10, 3, { 239, 239, 239, 177, 177, 177, 45,  45,  45,  7,  7,  7,  71, 71, 71,
                         125, 125, 125, 168, 168, 168, 144, 144, 144, 59, 59, 59, 19, 19, 19 } },
        { 6, 4, 1, 1, { 115 } },
        { 3, 4, 5, 7, { 253, 156, 0,  30, 113, 160, 181, 152, 119, 64,  55,  73,
                        122, 151, 20, 79, 171, 106, 27,  66,  95,  138, 169, 216,
                        177, 112, 64, 39, 232, 234, 234, 218, 174, 69,  9 } },
        { 4, 4, 4, 4, { 220, 4, 101, 170, 31, 173, 29, 90, 218, 229, 172, 27, 30, 95, 19, 112 } },
        { 40, 3, 3, 2, { 110, 106, 121, 130, 148, 124 } },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned char from[MOST], scratch[MOST], to[MOST];
        axes a;
        draw(from, cases[i].h * cases[i].w);
        open_axes(&a, cases[i].h, cases[i].w, cases[i].to_h, cases[i].to_w);
        bicubic_bytes(&a.y, &a.x, from, scratch, to);
        for (int k = 0; k < cases[i].to_h * cases[i].to_w; k++)
            if (to[k] != cases[i].expected[k])
                fail_msg("case %zu, pixel %d: expected %d, got %d", i, k, cases[i].expected[k],
                         to[k]);
        arena_close(&a.arena);
    }
}

static void draw_floats(float *x, int n)
{
    unsigned char bytes[MOST];
    draw(bytes, n);
    for (int i = 0; i < n; i++)
        x[i] = (float)bytes[i] / 128.0f - 1;
}

static void floats_are_those_of_pillow(void **state)
{
    (void)state;
    static const struct {
        int h, w, to_h, to_w;
        float expected[48];
    } cases[] = {
        { 3, 4, 6, 8, { 1.019707f,  0.461712f,  -0.720525f, -1.046340f, -0.432606f, 0.022727f,
                        0.300154f,  0.431323f,  0.506620f,  0.182823f,  -0.503149f, -0.742371f,
                        -0.486611f, -0.191151f, 0.121993f,  0.269917f,  -0.580768f, -0.408401f,
                        -0.043002f, -0.098787f, -0.601449f, -0.644492f, -0.255284f, -0.071675f,
                        -0.630692f, -0.307662f, 0.376993f,  0.387760f,  -0.323500f, -0.614928f,
                        -0.494958f, -0.438537f, 0.363409f,  0.471806f,  0.701654f,  0.653344f,
                        0.310715f,  -0.106341f, -0.565538f, -0.782466f, 0.832416f,  0.839641f,
                        0.855106f,  0.778965f,  0.610131f,  0.133640f,  -0.598993f, -0.944975f } },
        { 5,
          6,
          2,
          4,
          { -0.340284f, -0.126943f, 0.229124f, -0.198205f, -0.363198f, -0.066218f, -0.084692f,
            -0.370591f } },
        { 3, 3, 1, 1, { -0.145292f } },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        float from[MOST], scratch[MOST], to[MOST];
        axes a;
        draw_floats(from, cases[i].h * cases[i].w);
        open_axes(&a, cases[i].h, cases[i].w, cases[i].to_h, cases[i].to_w);
        bicubic_floats(&a.y, &a.x, from, scratch, to);
        for (int k = 0; k < cases[i].to_h * cases[i].to_w; k++)
            assert_true(fabsf(to[k] - cases[i].expected[k]) < 2e-6f);
        arena_close(&a.arena);
    }
}

static void lines_are_those_of_the_whole_picture(void **state)
{
    (void)state;
    enum { H = 5, W = 7, TO_H = 13, TO_W = 4 };
    float from[H * W], scratch[H * TO_W], to[TO_H * TO_W], across[H][TO_W], line[TO_W];
    axes a;
    draw_floats(from, H * W);
    open_axes(&a, H, W, TO_H, TO_W);
    bicubic_floats(&a.y, &a.x, from, scratch, to);
    for (int i = 0; i < H; i++)
        bicubic_across(&a.x, from + (ptrdiff_t)i * W, across[i]);
    for (int i = 0; i < TO_H; i++) {
        const float *rows[4];
        assert_int_equal(a.y.taps, 4);
        for (int k = 0; k < 4; k++)
            rows[k] = across[a.y.first[i] + k];
        bicubic_down(&a.y, i, rows, TO_W, line);
        assert_memory_equal(line, to + (ptrdiff_t)i * TO_W, sizeof line);
    }
    arena_close(&a.arena);
}

/* <A x, y> = <x, A' y> for every x and y. */
static void the_adjoint_is_the_adjoint(void **state)
{
    (void)state;
    static const int sizes[][4] = {
        { 6, 5, 12, 20 }, { 9, 12, 3, 4 }, { 7, 5, 3, 9 }, { 1, 1, 4, 3 }, { 5, 2, 1, 6 }
    };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        int n = sizes[i][0] * sizes[i][1], m = sizes[i][2] * sizes[i][3];
        float both[MOST], scratch[MOST], out[MOST], dfrom[MOST];
        double left = 0, right = 0;
        axes a;
        draw_floats(both, n + m);
        open_axes(&a, sizes[i][0], sizes[i][1], sizes[i][2], sizes[i][3]);
        bicubic_floats(&a.y, &a.x, both, scratch, out);
        bicubic_adjoint(&a.y, &a.x, both + n, scratch, dfrom);
        for (int k = 0; k < m; k++)
            left += (double)out[k] * (double)both[n + k];
        for (int k = 0; k < n; k++)
            right += (double)both[k] * (double)dfrom[k];
        assert_true(fabs(left - right) < 1e-5);
        arena_close(&a.arena);
    }
}

static void an_enlarged_tile_is_a_part_of_the_enlarged_picture(void **state)
{
    (void)state;
    enum { H = 11, W = 13, LEFT = 3, TOP = 2, SIDE = 4 };
    enum { R = BICUBIC_REACH, WIDE = SIDE + 2 * R };
    for (int scale = 2; scale <= 4; scale++) {
        float from[H * W], tile[WIDE * WIDE], scratch[MOST], whole[MOST], part[MOST];
        axes a, t;
        draw_floats(from, H * W);
        open_axes(&a, H, W, H * scale, W * scale);
        open_axes(&t, WIDE, WIDE, WIDE * scale, WIDE * scale);
        bicubic_floats(&a.y, &a.x, from, scratch, whole);
        for (int y = 0; y < WIDE; y++)
            for (int x = 0; x < WIDE; x++)
                tile[y * WIDE + x] = from[(TOP - R + y) * W + LEFT - R + x];
        bicubic_floats(&t.y, &t.x, tile, scratch, part);
        for (int y = 0; y < SIDE * scale; y++)
            assert_memory_equal(part + (R * scale + y) * WIDE * scale + R * scale,
                                whole + (TOP * scale + y) * W * scale + LEFT * scale,
                                (size_t)(SIDE * scale) * sizeof *part);
        arena_close(&a.arena);
        arena_close(&t.arena);
    }
}

static void every_pixel_is_inside_and_the_weights_add_up_to_one(void **state)
{
    (void)state;
    for (int from = 1; from <= 40; from++)
        for (int to = 1; to <= 90; to++) {
            axes a;
            open_axes(&a, 1, from, 1, to);
            for (int i = 0; i < to; i++) {
                double sum = 0;
                assert_true(a.x.first[i] >= 0 && a.x.first[i] + a.x.taps <= from);
                for (int k = 0; k < a.x.taps; k++)
                    sum += (double)a.x.weights[i * a.x.taps + k];
                assert_true(fabs(sum - 1) < 1e-6);
            }
            arena_close(&a.arena);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_those_of_pillow),
        cmocka_unit_test(floats_are_those_of_pillow),
        cmocka_unit_test(lines_are_those_of_the_whole_picture),
        cmocka_unit_test(the_adjoint_is_the_adjoint),
        cmocka_unit_test(an_enlarged_tile_is_a_part_of_the_enlarged_picture),
        cmocka_unit_test(every_pixel_is_inside_and_the_weights_add_up_to_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
