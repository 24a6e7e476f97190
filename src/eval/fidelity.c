/* eval/fidelity.c - PSNR and SSIM of two pictures.
 *
 * Sums run in double, in the order of the pixels, so that figures are the same on every machine.
 *
 * SPDX-License-Identifier: MIT */
#include "eval/fidelity.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "eval/logarithm.h"

#include "base/banned.h"

enum { RADIUS = FIDELITY_WINDOW / 2 };

/* exp(-x^2 / (2 1.5^2)) for x = 0 to 5, divided by the sum over -5 to 5. */
static const double gauss[RADIUS + 1] = { 0.26601172486179436,  0.21300553771125369,
                                          0.10936068950970002,  0.036000772128430829,
                                          0.007598758135239185, 0.0010283800844791101 };

/* What is averaged: a, b, and their products. */
enum { MEAN_A, MEAN_B, SQUARE_A, SQUARE_B, PRODUCT, MOMENTS };

void fidelity_plan(fidelity_meter *m, arena *a, int height, int width)
{
    size_t h = (size_t)height, w = (size_t)width;
    m->a = arena_take(a, h * w, sizeof *m->a);
    m->b = arena_take(a, h * w, sizeof *m->b);
    m->sums = arena_take(a, FIDELITY_WINDOW * MOMENTS * w, sizeof *m->sums);
    m->moment = arena_take(a, MOMENTS * w, sizeof *m->moment);
}

/* ---- planes ---- */

/* A picture's part between the margins. */
typedef struct part {
    const unsigned char *bytes; /* (channels, height, width) */
    ptrdiff_t plane;
    int stride, margin, height, width; /* of the part, all but the stride */
} part;

static const unsigned char *row_of(const part *p, int channel, int y)
{
    return p->bytes + channel * p->plane + (ptrdiff_t)(p->margin + y) * p->stride + p->margin;
}

static void take_channel(const part *p, int channel, double *out)
{
    for (int y = 0; y < p->height; y++) {
        const unsigned char *row = row_of(p, channel, y);
        for (int x = 0; x < p->width; x++)
            *out++ = row[x];
    }
}

/* The luma of ITU-R BT.601 in its range, 16 to 235, of bytes of full range, as MATLAB's rgb2ycbcr
 * and the field's tables have it. */
static double luma_of(double red, double green, double blue)
{
    return 16 + (65.481 * red + 128.553 * green + 24.966 * blue) / 255;
}

static void take_luma(const part *p, double *out)
{
    for (int y = 0; y < p->height; y++) {
        const unsigned char *r = row_of(p, 0, y), *g = row_of(p, 1, y), *b = row_of(p, 2, y);
        for (int x = 0; x < p->width; x++)
            *out++ = luma_of(r[x], g[x], b[x]);
    }
}

/* ---- PSNR ---- */

static double squared_error(const double *a, const double *b, ptrdiff_t n)
{
    double sum = 0;
    for (ptrdiff_t i = 0; i < n; i++)
        sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sum / (double)n;
}

/* Of a mean squared error of bytes. */
static double psnr_of(double error)
{
    const double ln_10 = 2.302585092994045684;
    return error > 0 ? 10 / ln_10 * natural_log(255.0 * 255.0 / error) : (double)INFINITY;
}

/* ---- SSIM ---- */

/* Averages row y across its windows, into its place among the last FIDELITY_WINDOW rows. */
static void average_across(const fidelity_meter *m, int y, int width)
{
    const double *a = m->a + (ptrdiff_t)y * width, *b = m->b + (ptrdiff_t)y * width;
    double *to = m->sums + (ptrdiff_t)(y % FIDELITY_WINDOW) * MOMENTS * width;
    for (int x = RADIUS; x < width - RADIUS; x++) {
        double sums[MOMENTS] = { 0 };
        for (int k = -RADIUS; k <= RADIUS; k++) {
            double w = gauss[k < 0 ? -k : k], p = a[x + k], q = b[x + k];
            sums[MEAN_A] += w * p;
            sums[MEAN_B] += w * q;
            sums[SQUARE_A] += w * (p * p);
            sums[SQUARE_B] += w * (q * q);
            sums[PRODUCT] += w * (p * q);
        }
        for (int i = 0; i < MOMENTS; i++)
            to[(ptrdiff_t)i * width + x] = sums[i];
    }
}

/* Averages the windows whose last row is `last` down. */
static void average_down(const fidelity_meter *m, int last, int width)
{
    ptrdiff_t n = (ptrdiff_t)MOMENTS * width;
    memset(m->moment, 0, (size_t)n * sizeof *m->moment);
    for (int k = -RADIUS; k <= RADIUS; k++) {
        double w = gauss[k < 0 ? -k : k];
        const double *from = m->sums + (ptrdiff_t)((last - RADIUS + k) % FIDELITY_WINDOW) * n;
        for (ptrdiff_t i = 0; i < n; i++)
            m->moment[i] += w * from[i];
    }
}

static double similarity(const double *moment, ptrdiff_t width)
{
    const double c1 = (0.01 * 255) * (0.01 * 255), c2 = (0.03 * 255) * (0.03 * 255);
    double a = moment[MEAN_A * width], b = moment[MEAN_B * width];
    double aa = moment[SQUARE_A * width] - a * a, bb = moment[SQUARE_B * width] - b * b;
    double ab = moment[PRODUCT * width] - a * b;
    return (2 * a * b + c1) * (2 * ab + c2) / ((a * a + b * b + c1) * (aa + bb + c2));
}

static double mean_similarity(const fidelity_meter *m, int height, int width)
{
    double sum = 0;
    if (height < FIDELITY_WINDOW || width < FIDELITY_WINDOW)
        return NAN;
    for (int y = 0; y < height; y++) {
        average_across(m, y, width);
        if (y < FIDELITY_WINDOW - 1)
            continue;
        average_down(m, y, width);
        for (int x = RADIUS; x < width - RADIUS; x++)
            sum += similarity(m->moment + x, width);
    }
    return sum / ((double)(height - 2 * RADIUS) * (width - 2 * RADIUS));
}

/* ---- both ---- */

fidelity fidelity_measure(const fidelity_meter *m, const unsigned char *a, const unsigned char *b,
                          int channels, int height, int width, int margin)
{
    ptrdiff_t plane = (ptrdiff_t)height * width;
    const part p = { a, plane, width, margin, height - 2 * margin, width - 2 * margin };
    part q = p;
    q.bytes = b;
    assert((channels == 1 || channels == 3) && p.height > 0 && p.width > 0);
    ptrdiff_t n = (ptrdiff_t)p.height * p.width;
    double error = 0, ssim = 0;
    for (int c = 0; c < channels; c++) {
        take_channel(&p, c, m->a);
        take_channel(&q, c, m->b);
        error += squared_error(m->a, m->b, n) / channels;
        ssim += mean_similarity(m, p.height, p.width) / channels;
    }
    fidelity f = { .psnr = psnr_of(error), .ssim = ssim };
    f.psnr_y = f.psnr;
    f.ssim_y = f.ssim;
    if (channels == 3) {
        take_luma(&p, m->a);
        take_luma(&q, m->b);
        f.psnr_y = psnr_of(squared_error(m->a, m->b, n));
        f.ssim_y = mean_similarity(m, p.height, p.width);
    }
    return f;
}
