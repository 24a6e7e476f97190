/* math/kernels_values.h - the elementwise work of layers and of the optimiser; part of
 * kernels_template.h.
 *
 * SPDX-License-Identifier: MIT */

/* `channels` is at most ADDED, and a constant: then the sums of several channels run side by side,
 * as the next value of one has to wait for the last. */
enum { ADDED = 4 };

static inline __attribute__((always_inline)) void
add_channels(int channels, int n, const float *restrict x, float *restrict sums)
{
    int i = 0;
    for (; i + SUM_LANES <= n; i += SUM_LANES)
        for (int c = 0; c < channels; c++)
            for (int l = 0; l < SUM_LANES; l++)
                sums[c * SUM_LANES + l] += x[c * n + i + l];
    for (int c = 0; c < channels; c++)
        for (int l = 0; i + l < n; l++)
            sums[c * SUM_LANES + l] += x[c * n + i + l];
}

static void add_lanes(int channels, int n, const float *x, float *sums)
{
    for (; channels >= ADDED; channels -= ADDED, x += ADDED * n, sums += ADDED * SUM_LANES)
        add_channels(ADDED, n, x, sums);
    for (; channels > 0; channels--, x += n, sums += SUM_LANES)
        add_channels(1, n, x, sums);
}

static void add_all(int n, const float *restrict x, float *restrict y)
{
    for (int i = 0; i < n; i++)
        y[i] += x[i];
}

static void add_value(int n, float y, float *x)
{
    for (int i = 0; i < n; i++)
        x[i] += y;
}

static void add_to_rows(int rows, int cols, const float *restrict x, float *restrict y,
                        ptrdiff_t stride)
{
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < cols; j++)
            y[i * stride + j] += x[j];
}

/* slope x + 0, even if the slope is 0: a NaN stays a NaN, which the step finds at its end, and -0
 * becomes 0. */
static void leaky_relu_all(int n, float slope, const float *x, float *y)
{
    INDEPENDENT_ITERATIONS
    for (int i = 0; i < n; i++) {
        float below = slope * x[i] + 0;
        y[i] = x[i] > 0 ? x[i] : below;
    }
}

static void leaky_relu_gradient(int n, float slope, const float *restrict y, float *restrict dy)
{
    for (int i = 0; i < n; i++) {
        float below = slope * dy[i];
        dy[i] = y[i] > 0 ? dy[i] : below;
    }
}

static void tanh_gradient(int n, const float *restrict y, float *restrict dy)
{
    for (int i = 0; i < n; i++)
        dy[i] *= 1 - y[i] * y[i];
}

static void sigmoid_gradient(int n, const float *restrict y, float *restrict dy)
{
    for (int i = 0; i < n; i++)
        dy[i] *= y[i] * (1 - y[i]);
}

static void pixels_all(int n, const unsigned char *restrict bytes, float *restrict y)
{
    for (int i = 0; i < n; i++)
        y[i] = (float)(2 * (int)bytes[i] - 255) / 255.0f;
}

/* pixel_byte in loops that a compiler can vectorise: each of them changes the type of values once.
 */
static void bytes_all(int n, const float *restrict x, unsigned char *restrict bytes)
{
    enum { PART = 64 };
    double t[PART];
    int whole[PART], done = 0;
    for (; done + PART <= n; done += PART) {
        for (int i = 0; i < PART; i++) {
            double exact = 127.5 * (double)x[done + i];
            exact = exact > -128 ? exact : -128;
            t[i] = exact < 127 ? exact : 127;
        }
        for (int i = 0; i < PART; i++)
            whole[i] = (int)t[i];
        for (int i = 0; i < PART; i++)
            whole[i] -= (double)whole[i] > t[i];
        for (int i = 0; i < PART; i++)
            bytes[done + i] = (unsigned char)(whole[i] + 128);
    }
    for (; done < n; done++)
        bytes[done] = pixel_byte(x[done]);
}

/* SUM_LANES columns at a time, whose sums stay in registers. */
static void sum_rows(int rows, int cols, const float *restrict m, ptrdiff_t stride,
                     float *restrict sums)
{
    int j = 0;
    for (; j + SUM_LANES <= cols; j += SUM_LANES) {
        float lanes[SUM_LANES] = { 0 };
        for (int i = 0; i < rows; i++)
            for (int l = 0; l < SUM_LANES; l++)
                lanes[l] += m[i * stride + j + l];
        memcpy(sums + j, lanes, sizeof lanes);
    }
    for (; j < cols; j++) {
        sums[j] = 0;
        for (int i = 0; i < rows; i++)
            sums[j] += m[i * stride + j];
    }
}

static void mask_all(int n, const unsigned char *restrict keep, float scale, float *restrict y)
{
    for (int i = 0; i < n; i++)
        y[i] = bits_float(float_bits(scale * y[i]) & -(uint32_t)keep[i]);
}

/* Updates n elements, at most ADAM_LANES; squares and odd have an element for each. Pass NULL for m
 * where g is m as well, and for average where there is no average: as constants, so that the
 * compiler leaves out the tests. */
static inline __attribute__((always_inline)) void
adam_lanes(const adam_factors *u, int n, float *restrict w, const float *restrict g,
           float *restrict m, float *restrict v, float *restrict average, double *restrict squares,
           float *restrict odd)
{
    for (int i = 0; i < n; i++) {
        float mi = m ? u->beta1 * m[i] + u->rest1 * g[i] : g[i];
        float vi = u->beta2 * v[i] + u->rest2 * (g[i] * g[i]);
        float wi = w[i] - u->rate * mi / (sqrtf(vi) * u->correction + u->eps);
        if (m)
            m[i] = mi;
        v[i] = vi;
        w[i] = wi;
        if (average)
            average[i] = u->keep * average[i] + u->rest * wi;
        squares[i] += (double)g[i] * (double)g[i];
        odd[i] += ((wi - wi) + (g[i] - g[i])) + (vi - vi);
    }
}

/* `odd` stays 0 while all values are finite: x - x is 0, or NaN for an infinity or a NaN. */
static inline __attribute__((always_inline)) double adam_some(const adam_factors *u, int n,
                                                              adam_values at)
{
    double squares[ADAM_LANES] = { 0 }, sum = 0;
    float odd[ADAM_LANES] = { 0 };
    for (int i = 0; i < n; i += ADAM_LANES) {
        float *m = at.m ? at.m + i : NULL, *average = at.average ? at.average + i : NULL;
        if (n - i >= ADAM_LANES)
            adam_lanes(u, ADAM_LANES, at.w + i, at.g + i, m, at.v + i, average, squares, odd);
        else
            adam_lanes(u, n - i, at.w + i, at.g + i, m, at.v + i, average, squares, odd);
    }
    for (int l = 0; l < ADAM_LANES; l++)
        sum += squares[l] + (double)odd[l];
    return sum;
}

static double adam_all(const adam_factors *u, int n, adam_values at)
{
    float *m = at.m == at.g ? NULL : at.m, *average = at.average;
    if (m && average)
        return adam_some(u, n, (adam_values){ at.w, at.g, m, at.v, average });
    if (m)
        return adam_some(u, n, (adam_values){ at.w, at.g, m, at.v, NULL });
    if (average)
        return adam_some(u, n, (adam_values){ at.w, at.g, NULL, at.v, average });
    return adam_some(u, n, (adam_values){ at.w, at.g, NULL, at.v, NULL });
}
