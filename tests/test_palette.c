/* tests/test_palette.c - the colours of a picture on a terminal: the median cut, made anew from a
 * list of pixels, and sixel graphics, read back by their rules.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <math.h>

#include "image/palette.h"
#include "image/show.h"

#include "base/banned.h"

enum { WIDTH = 40, HEIGHT = 26, PIXELS = WIDTH * HEIGHT };

/* A picture that is kept. */
typedef struct drawing {
    unsigned char bytes[PIXELS * 3];
    int width, height, channels;
} drawing;

static void draw_line(const void *from, int y, unsigned char *line)
{
    const drawing *d = from;
    int bytes = d->width * d->channels;
    memcpy(line, d->bytes + y * bytes, (size_t)bytes);
}

static png_picture picture_of(const drawing *d)
{
    return (png_picture){ d->width, d->height, d->channels, draw_line, d, false };
}

/* Blurred spots of colour on a dark ground, so that some bins have many pixels and most have none.
 */
static drawing spots(int channels)
{
    drawing d = { .width = WIDTH, .height = HEIGHT, .channels = channels };
    unsigned state = 1;
    for (int i = 0; i < PIXELS; i++)
        for (int c = 0; c < channels; c++) {
            state = state * 1103515245 + 12345;
            unsigned noise = state >> 16 & 63, spot = i / 97 % 3 == c ? 160 : 10;
            d.bytes[i * channels + c] = (unsigned char)(spot + noise);
        }
    return d;
}

static void choose(palette *p, const drawing *d)
{
    unsigned char line[WIDTH * 3];
    png_picture picture = picture_of(d);
    assert_ok(palette_choose(p, &picture, line));
}

static void assert_nearest(int whole, double x)
{
    assert_true(fabs(whole - x) <= 0.5 + 1e-9);
}

/* ---- the median cut, of pixels ---- */

typedef struct pixel {
    int place[3]; /* of its bin: the first five bits of each colour */
    int color[3];
    int box;
} pixel;

typedef struct box_sides {
    int count, least[3], most[3];
} box_sides;

static box_sides sides_of(const pixel *pixels, int box)
{
    box_sides s = { 0, { 99, 99, 99 }, { -1, -1, -1 } };
    for (int i = 0; i < PIXELS; i++)
        for (int c = 0; pixels[i].box == box && c < 3; c++) {
            s.count += c == 0;
            s.least[c] = pixels[i].place[c] < s.least[c] ? pixels[i].place[c] : s.least[c];
            s.most[c] = pixels[i].place[c] > s.most[c] ? pixels[i].place[c] : s.most[c];
        }
    return s;
}

/* The first longest side. */
static int axis_of(const box_sides *s)
{
    int axis = 0;
    for (int c = 1; c < 3; c++)
        if (s->most[c] - s->least[c] > s->most[axis] - s->least[axis])
            axis = c;
    return axis;
}

/* The pixels of a box up to the place where half of them are reached keep its number. */
static void cut_box(pixel *pixels, int box, const box_sides *s, int number)
{
    int axis = axis_of(s), at = s->least[axis] - 1, before = 0;
    do {
        at++;
        for (int i = 0; i < PIXELS; i++)
            before += pixels[i].box == box && pixels[i].place[axis] == at;
    } while (before < s->count / 2 && at + 1 < s->most[axis]);
    for (int i = 0; i < PIXELS; i++)
        if (pixels[i].box == box && pixels[i].place[axis] > at)
            pixels[i].box = number;
}

/* Cuts until no box has two bins or there are as many as colours; returns their number. */
static int cut_all(pixel *pixels)
{
    int count = 1;
    for (; count < PALETTE_MOST; count++) {
        int best = -1, most = 0;
        box_sides chosen = { 0 };
        for (int k = 0; k < count; k++) {
            box_sides s = sides_of(pixels, k);
            int axis = axis_of(&s), weight = s.count * (s.most[axis] - s.least[axis]);
            if (weight > most) {
                most = weight;
                best = k;
                chosen = s;
            }
        }
        if (best < 0)
            break;
        cut_box(pixels, best, &chosen, count);
    }
    return count;
}

static void read_pixels(const drawing *d, pixel *pixels)
{
    for (int i = 0; i < PIXELS; i++) {
        pixels[i].box = 0;
        for (int c = 0; c < 3; c++) {
            pixels[i].color[c] = d->bytes[3 * i + c];
            pixels[i].place[c] = pixels[i].color[c] / 8;
        }
    }
}

static void assert_median_cut(const drawing *d)
{
    static palette p;
    static pixel pixels[PIXELS];
    choose(&p, d);
    read_pixels(d, pixels);
    assert_int_equal(p.count, cut_all(pixels));
    for (int i = 0; i < PIXELS; i++)
        assert_int_equal(palette_number(&p, d->bytes + 3 * i, 3), pixels[i].box);
    for (int k = 0; k < p.count; k++)
        for (int c = 0; c < 3; c++) {
            double sum = 0, count = 0;
            for (int i = 0; i < PIXELS; i++) {
                sum += pixels[i].box == k ? pixels[i].color[c] : 0;
                count += pixels[i].box == k;
            }
            assert_nearest(p.percent[k][c], sum / count / 2.55);
        }
}

static void colours_are_a_median_cut_through_the_pixels(void **state)
{
    (void)state;
    drawing d = spots(3);
    assert_median_cut(&d);
    for (int i = 0; i < 3 * PIXELS; i++) /* darker: fewer than 256 bins */
        d.bytes[i] /= 6;
    assert_median_cut(&d);
}

static void few_colours_are_kept_apart(void **state)
{
    (void)state;
    static palette p;
    drawing d = spots(3);
    for (int i = 0; i < PIXELS; i++) {
        int kind = i % 7;
        memcpy(d.bytes + 3 * i, (unsigned char[]){ (unsigned char)(kind * 40), 255, 8 }, 3);
    }
    choose(&p, &d);
    assert_int_equal(p.count, 7);
    for (int i = 0; i < 7; i++) {
        const unsigned char *percent = p.percent[palette_number(&p, d.bytes + 3 * i, 3)];
        assert_nearest(percent[0], i * 40 / 2.55);
        assert_int_equal(percent[1], 100);
        assert_int_equal(percent[2], 3);
    }
}

static void a_grey_has_the_nearest_percent(void **state)
{
    (void)state;
    static palette p;
    drawing d = spots(1);
    choose(&p, &d);
    assert_int_equal(p.count, 101);
    for (int grey = 0; grey < 256; grey++) {
        unsigned char byte = (unsigned char)grey;
        int number = palette_number(&p, &byte, 1);
        assert_nearest(p.percent[number][0], grey / 2.55);
        assert_true(p.percent[number][1] == number && p.percent[number][2] == number);
    }
}

/* ---- sixel graphics ---- */

static status keep(void *context, const char *bytes, size_t n)
{
    text_add_bytes(context, bytes, n);
    return STATUS_OK;
}

/* A number, after which *at stands. */
static int take_number(const char **at)
{
    char *end;
    long n = strtol(*at, &end, 10);
    assert_ptr_not_equal(end, *at);
    *at = end;
    return (int)n;
}

/* A screen of colours' numbers + 1; each pixel may be drawn once. */
typedef struct screen_of_sixels {
    int numbers[HEIGHT + 12][WIDTH];
    int percent[PALETTE_MOST][3];
    int height, x, y, color, colors;
} screen_of_sixels;

static void draw_sixels(screen_of_sixels *s, char sixel, int times)
{
    for (; times > 0; times--, s->x++) {
        assert_in_range(s->x, 0, WIDTH - 1);
        for (int i = 0; i < 6; i++)
            if ((sixel - '?') >> i & 1) {
                assert_int_equal(s->numbers[s->y + i][s->x], 0);
                s->numbers[s->y + i][s->x] = s->color + 1;
            }
    }
}

/* "#3;2;10;20;30" defines a colour, "#3" takes it. */
static void take_color(screen_of_sixels *s, const char **at)
{
    s->color = take_number(at);
    assert_in_range(s->color, 0, PALETTE_MOST - 1);
    if (**at != ';')
        return;
    assert_int_equal(s->color, s->colors++);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(*(*at)++, ';');
        int n = take_number(at);
        if (i == 0)
            assert_int_equal(n, 2); /* red, green and blue in percent */
        else
            s->percent[s->color][i - 1] = n;
    }
}

static void read_sixels(screen_of_sixels *s, const char *at)
{
    char head[64];
    int length = snprintf(head, sizeof head, "\033P0;1q\"1;1;%d;%d", WIDTH, s->height);
    assert_memory_equal(at, head, (size_t)length);
    for (at += length; *at != '\033';) {
        char c = *at++;
        if (c == '#')
            take_color(s, &at);
        else if (c == '!') {
            int times = take_number(&at);
            draw_sixels(s, *at++, times);
        } else if (c == '$' || c == '-') {
            assert_int_not_equal(at[-2], '?'); /* nothing is sent for the empty end of a row */
            s->x = 0;
            s->y += c == '-' ? 6 : 0;
        } else
            draw_sixels(s, c, 1);
    }
    assert_string_equal(at, "\033\\");
    assert_int_equal(s->y, (s->height - 1) / 6 * 6);
}

static void sixels_show_every_pixel_once_in_its_colour(void **state)
{
    (void)state;
    static palette p;
    const show_screen screen = { 80, 24, 10, 20, 1, 0 };
    for (int channels = 1; channels <= 3; channels += 2) {
        drawing d = spots(channels);
        /* Runs of every length, to the end of a line as well. */
        for (int i = 0; i < PIXELS; i++)
            if (i % WIDTH >= i / WIDTH)
                memset(d.bytes + i * channels, 77, (size_t)channels);
        static screen_of_sixels s;
        d.height = channels == 1 ? HEIGHT : HEIGHT - 2; /* part of a band, and whole ones */
        s = (screen_of_sixels){ .height = d.height };
        png_picture picture = picture_of(&d);
        text bytes = { 0 };
        assert_ok(show_sixel.draw((show_sink){ keep, &bytes }, &picture, &screen));
        read_sixels(&s, bytes.data);
        choose(&p, &d);
        assert_int_equal(s.colors, p.count);
        for (int k = 0; k < p.count; k++)
            for (int c = 0; c < 3; c++)
                assert_int_equal(s.percent[k][c], p.percent[k][c]);
        for (int i = 0; i < WIDTH * d.height; i++)
            assert_int_equal(s.numbers[i / WIDTH][i % WIDTH],
                             palette_number(&p, d.bytes + i * channels, channels) + 1);
        for (int i = 0; i < 6 * WIDTH; i++)
            assert_int_equal(s.numbers[d.height + i / WIDTH][i % WIDTH], 0);
        text_free(&bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(colours_are_a_median_cut_through_the_pixels),
        cmocka_unit_test(few_colours_are_kept_apart),
        cmocka_unit_test(a_grey_has_the_nearest_percent),
        cmocka_unit_test(sixels_show_every_pixel_once_in_its_colour),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
