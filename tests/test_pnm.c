/* tests/test_pnm.c - PBM, PGM and PPM as Netpbm's manual defines them.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include "whole_picture.h"

static status read_bytes(whole_picture *p, const void *bytes, size_t n)
{
    unsigned char *exact = malloc(n);
    assert_non_null(exact);
    memcpy(exact, bytes, n);
    bitmap_file f = { "x.pnm", exact, n };
    status s = read_whole(p, &f);
    free(exact);
    return s;
}

/* The C library's isspace() in the C locale. */
static bool is_white(int byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\v' || byte == '\f' ||
           byte == '\r';
}

static void numbers_are_separated_by_any_white_space_and_nothing_else(void **state)
{
    (void)state;
    for (int byte = 0; byte < 256; byte++)
        for (int place = 0; place < 3; place++) {
            char file[] = "P5\n2\n1\n255\nxy";
            whole_picture p;
            if ((byte >= '0' && byte <= '9') || byte == '#')
                continue;
            file[(const int[]){ 4, 6, 10 }[place]] = (char)byte;
            status s = read_bytes(&p, file, sizeof file - 1);
            assert_int_equal(s, is_white(byte) ? STATUS_OK : STATUS_FORMAT);
            if (s == STATUS_OK)
                assert_memory_equal(p.bytes, "xy", 2);
            free(p.bytes);
        }
}

static void a_comment_ends_with_its_line(void **state)
{
    (void)state;
    static const char *const files[] = { "P5# 9 9\n2 1 255\nxy", "P5 2# 9\r1 255 xy",
                                         "P5 2 #\n#\n 1 #9\n#\n255 xy", "P5 2 1 #255\n255\txy" };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        whole_picture p;
        assert_ok(read_bytes(&p, files[i], strlen(files[i])));
        assert_true(p.width == 2 && p.height == 1);
        assert_memory_equal(p.bytes, "xy", 2);
        free(p.bytes);
    }
}

/* The nearest byte to 255 value / most; half a step goes up. */
static void check_value(unsigned value, unsigned most)
{
    unsigned char raw[32];
    char plain[32];
    whole_picture p;
    int n = snprintf((char *)raw, sizeof raw, "P5 1 1 %u ", most);
    if (most > 255)
        raw[n++] = (unsigned char)(value >> 8);
    raw[n++] = (unsigned char)value;
    snprintf(plain, sizeof plain, "P2 1 1 %u %u", most, value);
    for (int i = 0; i < 2; i++) {
        status s = i ? read_bytes(&p, raw, (size_t)n) : read_bytes(&p, plain, strlen(plain));
        assert_int_equal(s, value <= most ? STATUS_OK : STATUS_FORMAT);
        if (s == STATUS_OK)
            assert_int_equal(p.bytes[0], (510 * value + most) / (2 * most));
        free(p.bytes);
    }
}

static void a_value_is_a_share_of_the_largest(void **state)
{
    (void)state;
    static const unsigned mosts[] = { 1, 2, 3, 100, 254, 255, 256, 1000, 65534, 65535 };
    for (size_t i = 0; i < sizeof mosts / sizeof *mosts; i++) {
        unsigned step = mosts[i] > 255 ? 17 : 1, room = mosts[i] > 255 ? 65535 : 255;
        for (unsigned value = 0; value <= mosts[i] + step && value <= room; value += step)
            check_value(value, mosts[i]);
        check_value(mosts[i], mosts[i]);
    }
    whole_picture p;
    assert_fails(read_bytes(&p, "P5 1 1 0 \0", 10), STATUS_FORMAT, "its largest value is 0");
    assert_fails(read_bytes(&p, "P5 1 1 65536 \0\0", 15), STATUS_FORMAT, "is too large");
}

/* A row of bits is whole bytes, the first pixel in the highest bit; 1 is black. */
static void rows_of_bits_are_whole_bytes(void **state)
{
    (void)state;
    enum { HEIGHT = 3 };
    for (int width = 1; width <= 25; width++) {
        unsigned char file[64] = { 0 };
        whole_picture p;
        int n = snprintf((char *)file, sizeof file, "P4 %d %d\n", width, HEIGHT);
        int row = width / 8 + (width % 8 != 0);
        for (int y = 0; y < HEIGHT; y++)
            for (int x = 0; x < width; x++)
                if ((x * x + y) % 3 == 0)
                    file[n + y * row + x / 8] |= (unsigned char)(1 << (7 - x % 8));
        assert_ok(read_bytes(&p, file, (size_t)(n + HEIGHT * row)));
        for (int y = 0; y < HEIGHT; y++)
            for (int x = 0; x < width; x++)
                assert_int_equal(p.bytes[y * width + x], (x * x + y) % 3 == 0 ? 0 : 255);
        free(p.bytes);
        assert_fails(read_bytes(&p, file, (size_t)(n + HEIGHT * row) - 1), STATUS_FORMAT,
                     "it breaks off");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_separated_by_any_white_space_and_nothing_else),
        cmocka_unit_test(a_comment_ends_with_its_line),
        cmocka_unit_test(a_value_is_a_share_of_the_largest),
        cmocka_unit_test(rows_of_bits_are_whole_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
