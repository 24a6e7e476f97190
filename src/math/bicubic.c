/* math/bicubic.c - the bicubic filter: its weights, and the sums in each direction.
 *
 * Sums are a product and an addition each, not fmaf, which is slow where the baseline of the CPU
 * family lacks it; -ffp-contract=off keeps them apart.
 *
 * SPDX-License-Identifier: MIT */
#include "math/bicubic.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/banned.h"

enum { FIXED_BITS = 22, SUPPORT = 2 };

/* ---- the weights ---- */

static double filter(double x)
{
    const double a = -0.5;
    x = x < 0 ? -x : x;
    if (x < 1)
        return ((a + 2) * x - (a + 3)) * x * x + 1;
    if (x < SUPPORT)
        return (((x - 5) * x + 8) * x - 4) * a;
    return 0;
}

/* The pixels between the edges of the filter, which lie 2 SUPPORT from/to apart, rounded up. */
static int taps_of(int from, int to)
{
    int64_t width = from > to ? ((int64_t)2 * SUPPORT * from + to - 1) / to : 2 * SUPPORT;
    return width < from ? (int)width : from;
}

static int32_t fixed_of(double w)
{
    double x = w * (1 << FIXED_BITS);
    return (int32_t)(x < 0 ? x - 0.5 : x + 0.5);
}

/* The weights of pixel i. Its center lies in pixel `at` of the source, at `part` of it: equal parts
 * have equal weights, wherever they are. */
static void fill(bicubic_axis *axis, int i)
{
    int64_t place = (2 * (int64_t)i + 1) * axis->from, unit = 2 * (int64_t)axis->to;
    int at = (int)(place / unit), taps = axis->taps;
    double part = (double)(place % unit) / (double)unit, sum = 0;
    double stretch = axis->from > axis->to ? (double)axis->from / axis->to : 1;
    int start = at + (int)floor(part - SUPPORT * stretch + 0.5);
    int end = at + (int)floor(part + SUPPORT * stretch + 0.5);
    start = start > 0 ? start : 0;
    end = end < axis->from ? end : axis->from;
    int first = start < axis->from - taps ? start : axis->from - taps;
    assert(end - start <= taps);
    axis->first[i] = first;
    for (int k = start; k < end; k++)
        sum += filter((k - at - part + 0.5) * (1 / stretch));
    for (int k = 0; k < taps; k++) {
        bool inside = first + k >= start && first + k < end;
        double w = inside ? filter((first + k - at - part + 0.5) * (1 / stretch)) / sum : 0;
        axis->weights[(size_t)i * (size_t)taps + (size_t)k] = (float)w;
        axis->fixed[(size_t)i * (size_t)taps + (size_t)k] = fixed_of(w);
    }
}

void bicubic_plan(bicubic_axis *axis, arena *a, int from, int to)
{
    assert(from >= 1 && to >= 1);
    *axis = (bicubic_axis){ .from = from, .to = to, .taps = taps_of(from, to) };
    size_t weights = (size_t)to * (size_t)axis->taps;
    axis->first = arena_take(a, (size_t)to, sizeof *axis->first);
    axis->weights = arena_take(a, weights, sizeof *axis->weights);
    axis->fixed = arena_take(a, weights, sizeof *axis->fixed);
    for (int i = 0; i < to && axis->first; i++)
        fill(axis, i);
}

/* ---- bytes ---- */

static unsigned char byte_of(int32_t sum)
{
    sum = sum > 0 ? sum >> FIXED_BITS : 0;
    return (unsigned char)(sum < 255 ? sum : 255);
}

static void bytes_across(const bicubic_axis *x, const unsigned char *row, unsigned char *out)
{
    for (int i = 0; i < x->to; i++) {
        const int32_t *w = x->fixed + (size_t)i * (size_t)x->taps;
        const unsigned char *from = row + x->first[i];
        int32_t sum = 1 << (FIXED_BITS - 1);
        for (int k = 0; k < x->taps; k++)
            sum += w[k] * from[k];
        out[i] = byte_of(sum);
    }
}

/* In parts, so that the sums of a part stay in the cache. */
static void bytes_down(const bicubic_axis *y, int i, const unsigned char *rows, int n,
                       unsigned char *out)
{
    enum { PART = 256 };
    const int32_t *w = y->fixed + (size_t)i * (size_t)y->taps;
    for (int start = 0; start < n; start += PART) {
        int32_t sums[PART];
        int count = n - start < PART ? n - start : PART;
        for (int c = 0; c < count; c++)
            sums[c] = 1 << (FIXED_BITS - 1);
        for (int k = 0; k < y->taps; k++) {
            const unsigned char *row = rows + (size_t)k * (size_t)n + start;
            for (int c = 0; c < count; c++)
                sums[c] += w[k] * row[c];
        }
        for (int c = 0; c < count; c++)
            out[start + c] = byte_of(sums[c]);
    }
}

void bicubic_bytes(const bicubic_axis *y, const bicubic_axis *x, const unsigned char *from,
                   unsigned char *scratch, unsigned char *to)
{
    size_t n = (size_t)x->to;
    for (int i = 0; i < y->from; i++)
        bytes_across(x, from + (size_t)i * (size_t)x->from, scratch + (size_t)i * n);
    for (int i = 0; i < y->to; i++)
        bytes_down(y, i, scratch + (size_t)y->first[i] * n, x->to, to + (size_t)i * n);
}

/* ---- floats ---- */

void bicubic_across(const bicubic_axis *x, const float *row, float *out)
{
    for (int i = 0; i < x->to; i++) {
        const float *w = x->weights + (size_t)i * (size_t)x->taps;
        const float *from = row + x->first[i];
        float sum = w[0] * from[0];
        for (int k = 1; k < x->taps; k++)
            sum += w[k] * from[k];
        out[i] = sum;
    }
}

static void set_product(int n, float w, const float *x, float *out)
{
    for (int c = 0; c < n; c++)
        out[c] = w * x[c];
}

static void add_product(int n, float w, const float *x, float *out)
{
    for (int c = 0; c < n; c++)
        out[c] += w * x[c];
}

void bicubic_down(const bicubic_axis *y, int i, const float *const *rows, int n, float *out)
{
    const float *w = y->weights + (size_t)i * (size_t)y->taps;
    set_product(n, w[0], rows[0], out);
    for (int k = 1; k < y->taps; k++)
        add_product(n, w[k], rows[k], out);
}

void bicubic_floats(const bicubic_axis *y, const bicubic_axis *x, const float *from, float *scratch,
                    float *to)
{
    size_t n = (size_t)x->to;
    for (int i = 0; i < y->from; i++)
        bicubic_across(x, from + (size_t)i * (size_t)x->from, scratch + (size_t)i * n);
    for (int i = 0; i < y->to; i++) {
        const float *w = y->weights + (size_t)i * (size_t)y->taps;
        const float *rows = scratch + (size_t)y->first[i] * n;
        set_product(x->to, w[0], rows, to + (size_t)i * n);
        for (int k = 1; k < y->taps; k++)
            add_product(x->to, w[k], rows + (size_t)k * n, to + (size_t)i * n);
    }
}

void bicubic_adjoint(const bicubic_axis *y, const bicubic_axis *x, const float *dto, float *scratch,
                     float *dfrom)
{
    size_t n = (size_t)x->to;
    memset(scratch, 0, (size_t)y->from * n * sizeof *scratch);
    for (int i = 0; i < y->to; i++)
        for (int k = 0; k < y->taps; k++)
            add_product(x->to, y->weights[(size_t)i * (size_t)y->taps + (size_t)k],
                        dto + (size_t)i * n, scratch + (size_t)(y->first[i] + k) * n);
    memset(dfrom, 0, (size_t)y->from * (size_t)x->from * sizeof *dfrom);
    for (int row = 0; row < y->from; row++)
        for (int i = 0; i < x->to; i++) {
            float *to = dfrom + (size_t)row * (size_t)x->from + x->first[i];
            add_product(x->taps, scratch[(size_t)row * n + (size_t)i],
                        x->weights + (size_t)i * (size_t)x->taps, to);
        }
}
