/* tests/test_npy.c - .npy files of latents and samples: read as NumPy reads them, or refused.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include "base/file.h"
#include "format/npy.h"

#include "base/banned.h"

/* A latents file, field by field; NULL or 0: the correct value for 3 rows of 2 values. */
typedef struct npy_case {
    const char *magic;      /* 8 bytes: the name and the version */
    const char *dictionary; /* with the newline */
    int length;             /* added to the header's length field */
    int data;               /* extra bytes of data */
    const char *message;    /* NULL: it is read */
} npy_case;

#define GOOD(shape) "{'descr': '<f4', 'fortran_order': False, 'shape': " shape ", }   \n"

static const npy_case npy_cases[] = {
    { .message = NULL },
    { .magic = "\x93NUMPY\x02" },
    { .magic = "\x93NUMPY\x03" },
    { .dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2)}\n" },
    { .dictionary = GOOD("(3, 2, 1, 1)") },
    { .dictionary = GOOD("(3, 1, 2)") },
    { .dictionary = "{\"shape\":(3,2,),\"fortran_order\":False,\"descr\":\"<f4\"}\n" },
    { .dictionary = "  { 'fortran_order' : False , 'descr' : '<f4' , 'shape' : ( 3 , 2 ) }  \n" },

    { .magic = "PK\3\4\x14\0\0", .message = "found a zip archive (.npz); save one array" },
    { .magic = "\x93NUMPX\x01", .message = "expected a .npy file, found no \"\\x93NUMPY\"" },
    { .magic = "\x93NUMPY\x04", .message = "expected npy version 1.0, 2.0 or 3.0, got 4.0" },
    { .magic = "\x93NUMPY\x00", .message = "expected npy version 1.0, 2.0 or 3.0, got 0.0" },
    { .magic = "\x93NUMPY\x01\x01", .message = "expected npy version 1.0, 2.0 or 3.0, got 1.1" },
    { .length = 1000, .message = "expected an npy header of 1 to 87 bytes, its length says 1063" },
    { .magic = "\x93NUMPY\x02", .length = 1000, .message = "its length says 1063" },
    { .length = 0xf000, .message = "its length says 61503" },
    { .length = -63, .message = "header of 1 to 87 bytes, its length says 0" },
    { .length = -1, .message = "expected one line of text, got 0x20 at byte 71" },
    { .length = 1, .message = "expected one line of text, got 0x0a at byte 72" },
    { .dictionary = "{'descr': '<f4', 'fortran_order': False,\n'shape': (3, 2)}\n",
      .message = "expected one line of text, got 0x0a at byte 50" },
    { .dictionary = "{'descr': '<f4\x1b[2J', 'fortran_order': False, 'shape': (3, 2)}\n",
      .message = "expected one line of text, got 0x1b" },

    { .dictionary = "{'descr': '<i8', 'fortran_order': False, 'shape': (3, 2), }\n",
      .message = "expected the type float32 ('<f4'), float64, float16 or uint8, found \"'<i8'\"" },
    { .dictionary = "{'descr': '|O', 'fortran_order': False, 'shape': (3, 2), }\n",
      .message = "found \"'|O'\"" },
    { .dictionary = "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 2), }\n",
      .message = "expected 118 bytes for 3 x 2 values, got 94" },
    { .dictionary = "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (3, 2), }\n",
      .message = "expected a text, a word or a tuple, found \"[('a'" },
    { .dictionary = "{'descr': '<f4', 'fortran_order': None, 'shape': (3, 2), }\n",
      .message = "expected 'fortran_order': False or True, found \"None\"" },
    { .dictionary = GOOD("(3, 3)"),
      .message = "expected the shape (N, 2) with N at least 1, found \"(3, 3)\"" },
    { .dictionary = GOOD("(6,)"), .message = "with N at least 1, found \"(6,)\"" },
    { .dictionary = GOOD("()"), .message = "with N at least 1, found \"()\"" },
    { .dictionary = GOOD("(3, 2, 2)"), .message = "found \"(3, 2, 2)\"" },
    { .dictionary = GOOD("(1, 3, 2)"), .message = "found \"(1, 3, 2)\"" },
    { .dictionary = GOOD("(3, 2, 1, 1, 1, 1, 1, 1, 1)"), .message = "found \"(3, 2, 1" },
    { .dictionary = GOOD("(0, 2)"), .message = "found \"(0, 2)\"" },
    { .dictionary = GOOD("(-3, 2)"), .message = "found \"(-3, 2)\"" },
    { .dictionary = GOOD("(03, 2)"), .message = "found \"(03, 2)\"" },
    { .dictionary = GOOD("(3.0, 2)"), .message = "found \"(3.0, 2)\"" },
    { .dictionary = GOOD("(2147483648, 2)"), .message = "found \"(2147483648, 2)\"" },
    { .dictionary = GOOD("(99999999999999999999999999999999999999999, 2)"),
      .message = "found \"(999999999999999999999999999999999999999\"" },
    { .dictionary = GOOD("(2147483647, 2)"),
      .message = "expected 17179869258 bytes for 2147483647 x 2 values, got 106" },

    { .dictionary = "{'descr': '<f4', 'fortran_order': False, }\n",
      .message = "expected the shape (N, 2) with N at least 1, found \"\"" },
    { .dictionary = "{+}\n", .message = "a text, a word or a tuple, found \"+}\"" },
    { .dictionary = "{a[: 1}\n", .message = "each once, found \"a\"" },
    { .dictionary = "{Z{: 1}\n", .message = "each once, found \"Z\"" },
    { .dictionary = "{z_9|: 1}\n", .message = "each once, found \"z_9\"" },
    { .dictionary = "{'descr': '<f4\x7f'}\n", .message = "one line of text, got 0x7f at byte" },
    { .dictionary = GOOD("(3/2)"), .message = "found \"(3/2)\"" },
    { .dictionary = GOOD("(3, 2:)"), .message = "found \"(3, 2:)\"" },
    { .dictionary = GOOD("(3, 65536, 65536)"), .message = "found \"(3, 65536, 65536)\"" },
    { .dictionary = GOOD("(3, 65536, 65536, 2)"), .message = "found \"(3, 65536, 65536, 2)\"" },
    { .dictionary = "{}\n", .message = "expected the type float32 ('<f4')" },
    { .dictionary = "{'descr': '<f4', 'descr': '<f4', 'shape': (3, 2), }\n",
      .message = "'shape', each once, found \"'descr'\"" },
    { .dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), 'x': 1}\n",
      .message = "'shape', each once, found \"'x'\"" },
    { .dictionary = "'descr': '<f4'\n", .message = "expected '{', found \"'descr': '<f4'\"" },
    { .dictionary = "\n", .message = "expected '{', found \"\"" },
    { .dictionary = "{'descr' '<f4'}\n", .message = "expected ':', found \"'<f4'}\"" },
    { .dictionary = "{'descr': '<f4' 'shape': (3, 2)}\n", .message = "expected ',' or '}', found" },
    { .dictionary = "{'descr': '<f4', 'shape': (3, 2}\n", .message = "found \"(3, 2}\"" },
    { .dictionary = "{'descr': '<f4\n", .message = "a text, a word or a tuple, found \"'<f4\"" },
    { .dictionary = "{'descr':\n", .message = "a text, a word or a tuple, found \"\"" },
    { .dictionary = "{'descr': '<f4'\n", .message = "expected ',' or '}', found \"\"" },
    { .dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2)} x\n",
      .message = "expected its end, found \"x\"" },

    { .data = -1, .message = "expected 97 bytes for 3 x 2 values, got 96" },
    { .data = 1, .message = "expected 97 bytes for 3 x 2 values, got 98" },
    { .data = -24, .message = "expected 97 bytes for 3 x 2 values, got 73" },
};

/* Little-endian 0, 1, -2, 0.5, the smallest denormal, the largest number. */
static const unsigned char latent_bytes[24] = { 0, 0, 0, 0,    0,    0,    0x80, 0x3f,
                                                0, 0, 0, 0xc0, 0,    0,    0,    0x3f,
                                                1, 0, 0, 0,    0xff, 0xff, 0x7f, 0x7f };
static const float latents[6] = { 0, 1, -2, 0.5f, 0x1p-149f, 0x1.fffffep127f };

static size_t make_npy(unsigned char *b, const npy_case *c)
{
    const char *dictionary = c->dictionary ? c->dictionary : GOOD("(3, 2)");
    size_t length = strlen(dictionary), n = 8;
    size_t said = (size_t)((long)length + c->length);
    memcpy(b, c->magic ? c->magic : "\x93NUMPY\x01\0", 8);
    for (int i = 0; i < (b[6] == 2 || b[6] == 3 ? 4 : 2); i++)
        b[n++] = (unsigned char)(said >> 8 * i);
    memcpy(b + n, dictionary, length);
    n += length;
    memcpy(b + n, latent_bytes, 24);
    b[n + 24] = 0;
    return (size_t)((long)n + 24 + c->data);
}

/* Writes z.npy with that header and those bytes as its values. */
static void make_array(const char *type, const char *fortran, const char *shape, const char *values,
                       size_t size)
{
    unsigned char b[512];
    int n = snprintf((char *)b + 10, sizeof b - 10,
                     "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }\n", type, fortran, shape);
    memcpy(b, "\x93NUMPY\x01\0", 8);
    b[8] = (unsigned char)n;
    b[9] = 0;
    memcpy(b + 10 + n, values, size);
    assert_ok(file_write("z.npy", b, (size_t)n + 10 + size));
}

static void latents_are_read_or_refused_with_what_was_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof npy_cases / sizeof *npy_cases; i++) {
        const npy_case *c = &npy_cases[i];
        unsigned char b[512];
        int n = 7;
        float *z = NULL;
        assert_ok(file_write("z.npy", b, make_npy(b, c)));
        if (c->message) {
            assert_fails(npy_read_latents("z.npy", 2, &n, &z), STATUS_FORMAT, c->message);
            assert_non_null(strstr(status_message(), "z.npy: "));
            assert_true(n == 0 && z == NULL);
            continue;
        }
        assert_ok(npy_read_latents("z.npy", 2, &n, &z));
        assert_int_equal(n, 3);
        assert_memory_equal(z, latents, sizeof latents);
        free(z);
    }
}

static void latents_that_break_off_anywhere_are_refused(void **state)
{
    (void)state;
    unsigned char b[512];
    int n = 0;
    float *z = NULL;
    size_t size = make_npy(b, &(npy_case){ 0 });
    for (size_t cut = 0; cut < size; cut++) {
        assert_ok(file_write("z.npy", b, cut));
        assert_int_equal(npy_read_latents("z.npy", 2, &n, &z), STATUS_FORMAT);
    }
    assert_fails(npy_read_latents(".", 2, &n, &z), STATUS_FORMAT, "is a folder");
    assert_fails(npy_read_latents("none.npy", 2, &n, &z), STATUS_IO, "none.npy: cannot open");
}

static void latents_that_are_not_finite_are_refused(void **state)
{
    (void)state;
    unsigned char b[512];
    int n = 0;
    float *z = NULL;
    size_t size = make_npy(b, &(npy_case){ 0 });
    static const unsigned char top[] = { 0x7f, 0xff };
    for (int i = 0; i < 2; i++) {
        b[size - 9] = top[i]; /* the last row's first value becomes 0x7f800001 or 0xff800000 */
        b[size - 10] = 0x80;
        assert_ok(file_write("z.npy", b, size));
        assert_fails(npy_read_latents("z.npy", 2, &n, &z), STATUS_FORMAT,
                     "z.npy: expected finite numbers, got");
    }
}

/* The bytes and the last two values as NumPy has them: numpy.array([0, 1, -2, 0.5, -0.1,
 * 6.1e-5]).astype(type), which is tobytes() and astype(float32). The last is a subnormal half. */
static void all_types_are_read_as_numpy_reads_them(void **state)
{
    (void)state;
    static const struct {
        const char *type, *bytes;
        size_t size;
        float last[2];
    } cases[] = {
        { "<f4",
          "\x00\x00\x00\x00\x00\x00\x80\x3f\x00\x00\x00\xc0\x00\x00\x00\x3f\xcd\xcc\xcc\xbd\x40\xda\x7f\x38",
          4,
          { -0x1.99999a0000000p-4f, 0x1.ffb4800000000p-15f } },
        { ">f4",
          "\x00\x00\x00\x00\x3f\x80\x00\x00\xc0\x00\x00\x00\x3f\x00\x00\x00\xbd\xcc\xcc\xcd\x38\x7f\xda\x40",
          4,
          { -0x1.99999a0000000p-4f, 0x1.ffb4800000000p-15f } },
        { "<f8",
          "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xf0\x3f\x00\x00\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\xe0\x3f\x9a\x99\x99\x99\x99\x99\xb9\xbf\xd5\xcc\x5a\x0a\x48\xfb\x0f\x3f",
          8,
          { -0x1.99999a0000000p-4f, 0x1.ffb4800000000p-15f } },
        { ">f8",
          "\x00\x00\x00\x00\x00\x00\x00\x00\x3f\xf0\x00\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x00\x3f\xe0\x00\x00\x00\x00\x00\x00\xbf\xb9\x99\x99\x99\x99\x99\x9a\x3f\x0f\xfb\x48\x0a\x5a\xcc\xd5",
          8,
          { -0x1.99999a0000000p-4f, 0x1.ffb4800000000p-15f } },
        { "<f2",
          "\x00\x00\x00\x3c\x00\xc0\x00\x38\x66\xae\xff\x03",
          2,
          { -0x1.9980000000000p-4f, 0x1.ff80000000000p-15f } },
        { ">f2",
          "\x00\x00\x3c\x00\xc0\x00\x38\x00\xae\x66\x03\xff",
          2,
          { -0x1.9980000000000p-4f, 0x1.ff80000000000p-15f } },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const float expected[6] = { 0, 1, -2, 0.5f, cases[i].last[0], cases[i].last[1] };
        int n = 0;
        float *z = NULL;
        make_array(cases[i].type, "False", "(3, 2)", cases[i].bytes, 6 * cases[i].size);
        assert_ok(npy_read_latents("z.npy", 2, &n, &z));
        assert_int_equal(n, 3);
        assert_memory_equal(z, expected, sizeof expected);
        free(z);
    }
}

static void numbers_beyond_float32_are_refused(void **state)
{
    (void)state;
    int n = 0;
    float *z = NULL;
    make_array("<f8", "False", "(1, 1)", "\x1d\x4a\x9c\xf4\x87\x82\x07\x48", 8); /* 1e39 */
    assert_fails(npy_read_latents("z.npy", 1, &n, &z), STATUS_FORMAT,
                 "expected finite numbers that fit into float32, got 1e+39 in row 0, column 0");
    make_array("<f2", "False", "(1, 1)", "\x00\x7c", 2);
    assert_fails(npy_read_latents("z.npy", 1, &n, &z), STATUS_FORMAT, "finite numbers, got inf");
    make_array("<f2", "False", "(1, 1)", "\x01\x7c", 2);
    assert_fails(npy_read_latents("z.npy", 1, &n, &z), STATUS_FORMAT, "finite numbers, got nan");
}

static void bytes_are_numbers_in_latents_and_pixels_in_images(void **state)
{
    (void)state;
    /* (2 x - 255) / 255 by NumPy in float32, for the bytes 0, 1, 2, 100, 254, 255 */
    static const float pixels[6] = { -0x1.0000000000000p+0f, -0x1.fbfbfc0000000p-1f,
                                     -0x1.f7f7f80000000p-1f, -0x1.b9b9ba0000000p-3f,
                                     0x1.fbfbfc0000000p-1f,  0x1.0000000000000p+0f };
    static const float numbers[6] = { 0, 1, 2, 100, 254, 255 };
    static const npy_form image = { 1, 1, 3, true };
    npy_samples x;
    int n = 0;
    float *z = NULL;
    make_array("|u1", "False", "(2, 3)", "\0\1\2\x64\xfe\xff", 6);
    assert_ok(npy_read_latents("z.npy", 3, &n, &z));
    assert_memory_equal(z, numbers, sizeof numbers);
    free(z);
    assert_ok(npy_read_samples("z.npy", &image, &x));
    assert_memory_equal(x.values, pixels, sizeof pixels);
    assert_string_equal(x.note, "uint8 is taken as pixels from 0 to 255");
    free(x.values);
    /* 1 and -0.5, in float64 */
    static const npy_form colours = { 2, 1, 1, true };
    make_array("<f8", "False", "(1, 1, 1, 2)", "\0\0\0\0\0\0\xf0\x3f\0\0\0\0\0\0\xe0\xbf", 16);
    assert_ok(npy_read_samples("z.npy", &colours, &x));
    assert_true(x.n == 1 && x.values[0] == 1 && x.values[1] == -0.5f);
    assert_string_equal(x.note, "float64 is rounded to float32");
    free(x.values);
    assert_ok(file_write("z.npy", "none", 4));
    assert_fails(npy_read_samples("z.npy", &image, &x), STATUS_FORMAT, "expected a .npy file");
    assert_true(x.n == 0 && x.values == NULL);
}

/* Two samples of 2 x 3 x 2 (C, H, W) are the bytes 0 .. 23 in each way to store them, by NumPy:
 * x = arange(24).reshape(2, 2, 3, 2), and the transposed x where the channels are last. */
static void samples_are_the_same_in_every_order(void **state)
{
    (void)state;
    static const npy_form form = { 2, 3, 2, false };
    static const struct {
        const char *fortran, *shape;
        const unsigned char bytes[24];
        const char *note;
    } cases[] = {
        { "False",
          "(2, 2, 3, 2)",
          { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23 },
          "" },
        { "True",
          "(2, 2, 3, 2)",
          { 0, 12, 6, 18, 2, 14, 8, 20, 4, 16, 10, 22, 1, 13, 7, 19, 3, 15, 9, 21, 5, 17, 11, 23 },
          "" },
        { "False",
          "(2, 3, 2, 2)",
          { 0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11, 12, 18, 13, 19, 14, 20, 15, 21, 16, 22, 17, 23 },
          "the axes are taken as N, height, width, channels" },
        { "True",
          "(2, 3, 2, 2)",
          { 0, 12, 2, 14, 4, 16, 1, 13, 3, 15, 5, 17, 6, 18, 8, 20, 10, 22, 7, 19, 9, 21, 11, 23 },
          "the axes are taken as N, height, width, channels" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        npy_samples x;
        make_array("|u1", cases[i].fortran, cases[i].shape, (const char *)cases[i].bytes, 24);
        assert_ok(npy_read_samples("z.npy", &form, &x));
        assert_int_equal(x.n, 2);
        for (int k = 0; k < 24; k++)
            assert_true(x.values[k] == (float)k);
        assert_string_equal(x.note, cases[i].note);
        free(x.values);
    }
}

static void equal_axes_say_how_they_are_taken(void **state)
{
    (void)state;
    static const npy_form cube = { 2, 2, 2, false };
    npy_samples x;
    char bytes[24];
    for (int i = 0; i < 24; i++)
        bytes[i] = (char)i;
    make_array("|u1", "False", "(3, 2, 2, 2)", bytes, 24);
    assert_ok(npy_read_samples("z.npy", &cube, &x));
    assert_string_equal(x.note, "the axes are taken as N, channels, height, width");
    for (int k = 0; k < 24; k++)
        assert_true(x.values[k] == (float)k);
    free(x.values);
}

static void a_shape_with_one_meaning_is_read_and_another_refused(void **state)
{
    (void)state;
    static const struct {
        npy_form form;
        const char *shape, *message; /* NULL: it is read */
    } cases[] = {
        { { 1, 2, 3, true }, "(4, 1, 2, 3)", NULL },
        { { 1, 2, 3, true }, "(4, 2, 3, 1)", NULL },
        { { 1, 2, 3, true }, "(4, 2, 3)", NULL },
        { { 1, 2, 3, true }, "(4, 6)", NULL },
        { { 1, 2, 3, true }, "(4, 1, 6)", NULL },
        { { 1, 2, 3, true },
          "(4, 3, 2)",
          "expected the shape (N, 1, 2, 3), (N, 2, 3) or (N, 6) with N at least 1, found \"(4, 3, 2)" },
        { { 1, 2, 3, true }, "(2, 3, 4)", "found \"(2, 3, 4)" },
        { { 1, 2, 3, true }, "(24,)", "found \"(24,)" },
        { { 1, 2, 3, true }, "(1, 4, 2, 3)", "found \"(1, 4, 2, 3)" },
        { { 1, 2, 3, true }, "(4, 2)", "found \"(4, 2)" },
        { { 1, 2, 3, true }, "(4, 1, 2, 1)", "found \"(4, 1, 2, 1)" },
        { { 1, 2, 3, true }, "(4, 2, 3, 1, 1)", NULL },
        { { 1, 2, 3, true }, "(0, 2, 3)", "found \"(0, 2, 3)" },
        { { 3, 1, 2, true }, "(4, 3, 1, 2)", NULL },
        { { 3, 1, 2, true }, "(4, 1, 2, 3)", NULL },
        { { 3, 1, 2, true },
          "(4, 6)",
          "expected the shape (N, 3, 1, 2) or (N, 1, 2, 3) with N at least 1, found \"(4, 6)\"" },
        { { 3, 1, 2, true }, "(4, 3, 2, 1)", "found \"(4, 3, 2, 1)" },
        { { 3, 1, 2, true }, "(4, 2, 1, 3)", "found \"(4, 2, 1, 3)" },
        { { 6, 1, 1, false }, "(4, 6)", NULL },
        { { 6, 1, 1, false }, "(4, 6, 1, 1)", NULL },
        { { 6, 1, 1, false }, "(4, 3, 2)", "expected the shape (N, 6) with N at least 1" },
    };
    static const char zeros[24 * 4];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        npy_samples x;
        make_array("<f4", "False", cases[i].shape, zeros, sizeof zeros);
        if (cases[i].message) {
            assert_fails(npy_read_samples("z.npy", &cases[i].form, &x), STATUS_FORMAT,
                         cases[i].message);
            continue;
        }
        assert_ok(npy_read_samples("z.npy", &cases[i].form, &x));
        assert_int_equal(x.n, 4);
        free(x.values);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(latents_are_read_or_refused_with_what_was_found),
        cmocka_unit_test(latents_that_break_off_anywhere_are_refused),
        cmocka_unit_test(latents_that_are_not_finite_are_refused),
        cmocka_unit_test(all_types_are_read_as_numpy_reads_them),
        cmocka_unit_test(numbers_beyond_float32_are_refused),
        cmocka_unit_test(bytes_are_numbers_in_latents_and_pixels_in_images),
        cmocka_unit_test(samples_are_the_same_in_every_order),
        cmocka_unit_test(equal_axes_say_how_they_are_taken),
        cmocka_unit_test(a_shape_with_one_meaning_is_read_and_another_refused),
    };
    return cmocka_run_group_tests_name("npy", tests, NULL, NULL);
}
