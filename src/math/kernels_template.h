/* math/kernels_template.h - the bodies of the kernels; included once by each kernels_<set>.c.
 *
 * The includer defines
 *   SET_NAME                the name of the set: the table is kernels_SET_NAME
 *   SET_USABLE              an expression: does this CPU have it
 *   vec, LANES              a vector of floats and how many it holds
 *   vec_load, _store, _splat, _fma
 *   wide, WIDE_LANES        a vector of 64-bit integers and how many it holds
 *   wide_mul                the products of the low halves of its lanes with a 32-bit number
 *   TILE_ROWS, TILE_VECTORS the part of a product that fits the registers
 * and is compiled with the flags that let the compiler use the set for the plain loops as well.
 *
 * The same bits from every set: each value is computed by the same sequence of exactly rounded
 * operations (+ - * / sqrt fma), and only values of different places share a vector.
 * Multiplications and additions outside vec_fma stay two roundings (-ffp-contract=off).
 *
 * SPDX-License-Identifier: MIT */
#include "math/kernels.h"

#include <math.h>
#include <string.h>

#include "math/philox.h"
#include "math/transpose.h"

#include "base/banned.h"

#define PASTE_NAMES(a, b) a##b
#define PASTE(a, b)       PASTE_NAMES(a, b)
#define QUOTE_NAME(a)     #a
#define QUOTE(a)          QUOTE_NAME(a)

/* Says of the loop behind it that no turn reads what another writes, which a compiler cannot know
 * of an x and a y that may be the same. */
#ifdef __clang__
#define EACH_BY_ITSELF _Pragma("clang loop vectorize(assume_safety)")
#else
#define EACH_BY_ITSELF _Pragma("GCC ivdep")
#endif

enum { TILE_COLS = TILE_VECTORS * LANES };

/* ---- the product ---- */

/* Where the left factor lies: row i of it at data + i row, or at data + rows[i]; from there to
 * column k are k col, or cols[k]. */
typedef struct left {
    const float *data;
    ptrdiff_t row, col;
    const int *rows, *cols;
} left;

/* And where a panel of the right factor does: row k at data + k row, or at data + rows[k]. */
typedef struct right {
    const float *data;
    ptrdiff_t row;
    const int *rows;
} right;

/* A tile: rows x vectors sums that stay in registers for all n values of k. Inlined below with rows
 * and vectors constant, and with what is known of the factors, which leaves the compiler cheap
 * addresses. */
static inline __attribute__((always_inline)) void tile_sums(int rows, int vectors, int n, left a,
                                                            right b, float *restrict c,
                                                            ptrdiff_t c_stride, bool add)
{
    vec sum[TILE_ROWS][TILE_VECTORS];
    const float *ai[TILE_ROWS];
    const float *restrict ak = a.data, *restrict bk = b.data;
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < vectors; j++)
            sum[i][j] = add ? vec_load(c + i * c_stride + j * LANES) : vec_splat(0);
    for (int i = 0; a.rows && i < rows; i++)
        ai[i] = a.data + a.rows[i];
    for (int k = 0; k < n; k++, ak += a.col, bk += b.row) {
        vec bkj[TILE_VECTORS];
        for (int j = 0; j < vectors; j++)
            bkj[j] = vec_load((b.rows ? b.data + b.rows[k] : bk) + j * LANES);
        for (int i = 0; i < rows; i++) {
            vec aik = vec_splat(a.rows ? ai[i][a.cols[k]] : ak[i * a.row]);
            for (int j = 0; j < vectors; j++)
                sum[i][j] = vec_fma(aik, bkj[j], sum[i][j]);
        }
    }
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < vectors; j++)
            vec_store(c + i * c_stride + j * LANES, sum[i][j]);
}

static inline __attribute__((always_inline)) void tile_of_vectors(int rows, int vectors, int n,
                                                                  left a, right b, float *c,
                                                                  ptrdiff_t c_stride, bool add)
{
    right plain = { b.data, b.row, NULL };
    if (a.rows)
        tile_sums(rows, vectors, n, a, plain, c, c_stride, add);
    else if (b.rows)
        tile_sums(rows, vectors, n, (left){ a.data, a.row, 1, NULL, NULL }, b, c, c_stride, add);
    else if (a.col == 1)
        tile_sums(rows, vectors, n, (left){ a.data, a.row, 1, NULL, NULL }, plain, c, c_stride,
                  add);
    else
        tile_sums(rows, vectors, n, (left){ a.data, 1, a.col, NULL, NULL }, plain, c, c_stride,
                  add);
}

static inline __attribute__((always_inline)) void
tile_of_rows(int rows, int vectors, int n, left a, right b, float *c, ptrdiff_t c_stride, bool add)
{
    if (vectors == 1)
        tile_of_vectors(rows, 1, n, a, b, c, c_stride, add);
    else if (vectors == 2)
        tile_of_vectors(rows, 2, n, a, b, c, c_stride, add);
    else
        tile_of_vectors(rows, TILE_VECTORS, n, a, b, c, c_stride, add);
}

/* rows: what tile_height gives; vectors: from 1 to TILE_VECTORS. */
static void tile(int rows, int vectors, int n, left a, right b, float *c, ptrdiff_t c_stride,
                 bool add)
{
    if (rows == TILE_ROWS)
        tile_of_rows(TILE_ROWS, vectors, n, a, b, c, c_stride, add);
    else if (rows == 4)
        tile_of_rows(4, vectors, n, a, b, c, c_stride, add);
    else if (rows == 2)
        tile_of_rows(2, vectors, n, a, b, c, c_stride, add);
    else
        tile_of_rows(1, vectors, n, a, b, c, c_stride, add);
}

/* The rows of the next tile where so many are left: a power of two, so that the last rows of a
 * block take few tiles and no work for nothing. */
static int tile_height(int rows)
{
    return rows >= TILE_ROWS ? TILE_ROWS : rows >= 4 ? 4 : rows >= 2 ? 2 : 1;
}

/* Likewise for its columns: what is left of them, in whole vectors. */
static int panel_vectors(int cols)
{
    return cols >= TILE_COLS ? TILE_VECTORS : (cols + LANES - 1) / LANES;
}

/* The last tile of a row, where the last vector is wider than what is left of c. */
static void edge_tile(int rows, int cols, int n, left a, right b, float *c, ptrdiff_t c_stride,
                      bool add)
{
    float sums[TILE_ROWS * TILE_COLS] = { 0 };
    for (int i = 0; add && i < rows; i++)
        memcpy(sums + i * TILE_COLS, c + i * c_stride, (size_t)cols * sizeof *c);
    tile(rows, panel_vectors(cols), n, a, b, sums, TILE_COLS, add);
    for (int i = 0; i < rows; i++)
        memcpy(c + i * c_stride, sums + i * TILE_COLS, (size_t)cols * sizeof *c);
}

/* Row by row of tiles: what they read of a stays in the L1 cache while b streams by. */
static void multiply(int rows, int cols, int n, left a, panels b, float *c, ptrdiff_t c_stride,
                     bool add)
{
    for (int i = 0, height; i < rows; i += height, c += height * c_stride) {
        height = tile_height(rows - i);
        for (int j = 0; j < cols; j += TILE_COLS) {
            int width = cols - j;
            ptrdiff_t b_row = b.row > 0 ? b.row : panel_vectors(width) * LANES;
            right panel = { b.data + j / TILE_COLS * b.step + b.first * b_row, b_row, b.rows };
            if (width >= TILE_COLS || width % LANES == 0)
                tile(height, panel_vectors(width), n, a, panel, c + j, c_stride, add);
            else
                edge_tile(height, width, n, a, panel, c + j, c_stride, add);
        }
        if (a.rows)
            a.rows += height;
        else
            a.data += height * a.row;
    }
}

static void product(int rows, int cols, int n, strided a, panels b, float *c, ptrdiff_t c_stride,
                    bool add)
{
    multiply(rows, cols, n, (left){ a.data, a.row, a.col, NULL, NULL }, b, c, c_stride, add);
}

static void product_placed(int rows, int cols, int n, placed a, panels b, float *c,
                           ptrdiff_t c_stride, bool add)
{
    multiply(rows, cols, n, (left){ a.data, 0, 0, a.rows, a.cols }, b, c, c_stride, add);
}

/* Where the next four of n begin: the last four overlap those before. */
static int next_four(int i, int n)
{
    return i + 8 <= n || i + 4 == n ? i + 4 : n - 4;
}

/* Row by row of the result, four at a time. */
static void transpose_rows(int rows, int cols, const float *from, ptrdiff_t from_stride, float *to,
                           ptrdiff_t to_stride)
{
    if (rows < 4 || cols < 4) {
        for (int j = 0; j < cols; j++)
            for (int i = 0; i < rows; i++)
                to[j * to_stride + i] = from[i * from_stride + j];
        return;
    }
    for (int j = 0; j < cols; j = next_four(j, cols))
        for (int i = 0; i < rows; i = next_four(i, rows))
            transpose_four(from + i * from_stride + j, from_stride, to + j * to_stride + i,
                           to_stride);
}

/* So many rows that the cache lines of four columns are still there for the next four. */
static void transpose(int rows, int cols, const float *from, ptrdiff_t from_stride, float *to,
                      ptrdiff_t to_stride)
{
    enum { ROWS = 16 };
    for (int i = 0, n; i < rows; i += n) {
        n = rows - i < ROWS + 4 ? rows - i : ROWS;
        transpose_rows(n, cols, from + i * from_stride, from_stride, to + i, to_stride);
    }
}

/* to = a[0], b[0], a[1], b[1], ... of n values each. */
static void interleave(int n, const float *a, const float *b, float *to)
{
    if (n < 4) {
        for (int i = 0; i < n; i++) {
            to[2 * i] = a[i];
            to[2 * i + 1] = b[i];
        }
        return;
    }
    for (int i = 0; i < n; i = next_four(i, n)) {
        four x = four_load(a + i), y = four_load(b + i);
        four low = FOUR_OF(x, y, 0, 4, 1, 5), high = FOUR_OF(x, y, 2, 6, 3, 7);
        memcpy(to + 2 * i, &low, sizeof low);
        memcpy(to + 2 * i + 4, &high, sizeof high);
    }
}

static void pack(int n, int cols, strided b, float *panel)
{
    int width = panel_vectors(cols) * LANES;
    if (cols < width)
        memset(panel, 0, (size_t)n * (size_t)width * sizeof *panel);
    if (b.col != 1)
        transpose(cols, n, b.data, b.col, panel, width);
    else
        for (int k = 0; k < n; k++)
            memcpy(panel + k * width, b.data + k * b.row, (size_t)cols * sizeof *panel);
}

/* Rows of n values, `unit` at a time, the last ones of a row once more where that is no whole
 * number: a call of memcpy takes longer than the few values that a row has. */
static inline __attribute__((always_inline)) void copy_rows(int unit, int height, int n,
                                                            const float *from,
                                                            ptrdiff_t from_stride, float *to,
                                                            ptrdiff_t to_stride)
{
    for (int i = 0; i < height; i++, from += from_stride, to += to_stride) {
        for (int j = 0; j + unit < n; j += unit)
            memcpy(to + j, from + j, (size_t)unit * sizeof *to);
        memcpy(to + n - unit, from + n - unit, (size_t)unit * sizeof *to);
    }
}

static void copy_image(int height, int width, const float *restrict from, ptrdiff_t from_stride,
                       float *restrict to, ptrdiff_t to_stride)
{
    if (width >= 16)
        copy_rows(16, height, width, from, from_stride, to, to_stride);
    else if (width >= 8)
        copy_rows(8, height, width, from, from_stride, to, to_stride);
    else if (width >= 4)
        copy_rows(4, height, width, from, from_stride, to, to_stride);
    else
        for (int i = 0; i < height; i++)
            for (int j = 0; j < width; j++)
                to[i * to_stride + j] = from[i * from_stride + j];
}

/* As many independent chains as a tile has, and nothing to load: what the multipliers can do. */
static double fma_peak(int n)
{
    vec sum[TILE_ROWS][TILE_VECTORS], x = vec_splat(0.5f), y = vec_splat(1);
    float first[LANES], total = 0;
    for (int i = 0; i < TILE_ROWS; i++)
        for (int j = 0; j < TILE_VECTORS; j++)
            /* Equal chains would be one, and 2 stays 2: clang finds that out. */
            sum[i][j] = vec_splat((float)(3 + i * TILE_VECTORS + j));
    for (int k = 0; k < n; k++)
        for (int i = 0; i < TILE_ROWS; i++)
            for (int j = 0; j < TILE_VECTORS; j++)
                sum[i][j] = vec_fma(sum[i][j], x, y);
    for (int i = 0; i < TILE_ROWS; i++)
        for (int j = 0; j < TILE_VECTORS; j++) {
            vec_store(first, sum[i][j]);
            total += first[0];
        }
    /* The sum is never negative: the compiler must not find out, or it drops the chains. */
    return total < 0 ? 0 : 2.0 * n * TILE_ROWS * TILE_VECTORS * LANES;
}

/* ---- elementary functions; their tables come from scripts/fit-polynomials ---- */

static inline uint32_t float_bits(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline float bits_float(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* ln 2 = HIGH + LOW, where HIGH has so few bits that its product with an exponent is exact. */
#define LN2_HIGH 0.693359375f
#define LN2_LOW  (-2.12194440e-4f)

static inline float exp_one(float x)
{
    /* Beyond these the result is 0 or infinity in any case; a NaN passes both. */
    x = x < -104.0f ? -104.0f : x;
    x = x > 89.0f ? 89.0f : x;
    /* n = x / ln 2 to the nearest: adding 1.5 * 2^23 leaves no bits for a fraction. */
    const float shift = 12582912.0f;
    float t = x * 1.44269504f + shift;
    float n = t - shift;
    /* r = x - n ln 2, and what the rounding of r lost; likewise below for 1 + r. */
    float high = x - n * LN2_HIGH;
    float low = n * LN2_LOW;
    float r = high - low;
    float lost = (high - r) - low;
    float p = 0.00138182985f;
    p = p * r + 0.00836853217f;
    p = p * r + 0.0416682921f;
    p = p * r + 0.166665226f;
    p = p * r + 0.49999994f;
    float sum = 1.0f + r;
    float y = sum + ((r - (sum - 1.0f)) + (r * r * p + lost));
    /* Two factors, as 2^n alone leaves the range of a float before the result does. */
    uint32_t whole = float_bits(t) - float_bits(shift);
    uint32_t half = (uint32_t)((int32_t)whole >> 1);
    return y * bits_float((half + 127) << 23) * bits_float((whole - half + 127) << 23);
}

/* log(1 + f) for f from sqrt(1/2) - 1 to 1, plus k ln 2. With s = f / (2 + f), which makes
 * log(1 + f) = 2 atanh(s) = f - s (f - s^2 P(s^2)), so that the exact f dominates. */
static inline float log_reduced(float f, float k)
{
    float s = f / (2.0f + f);
    float z = s * s;
    float p = 0.167467818f;
    p = p * z + 0.18817088f;
    p = p * z + 0.220955968f;
    p = p * z + 0.285799623f;
    p = p * z + 0.399997681f;
    p = p * z + 0.666666687f;
    return k * LN2_HIGH + (f - (s * (f - z * p) - k * LN2_LOW));
}

static inline float log_one(float x)
{
    const uint32_t sqrt_half = 0x3f3504f3;
    bool tiny = x < 1.17549435e-38f;
    x = tiny ? x * 8388608.0f : x;
    /* x = 2^k m with m from sqrt(1/2) to sqrt(2) */
    uint32_t shifted = float_bits(x) - sqrt_half;
    int32_t k = (int32_t)shifted >> 23;
    float m = bits_float((shifted & 0x7fffff) + sqrt_half);
    return log_reduced(m - 1.0f, (float)(tiny ? k - 23 : k));
}

/* sin(2 pi r) and cos(2 pi r) for |r| <= 1/8; 2 pi = 6.28125 + the rest. */
static inline float sin_reduced(float r)
{
    float z = r * r;
    float p = 40.5395927f;
    p = p * z + -76.6697235f;
    p = p * z + 81.60495f;
    p = p * z + -41.3417015f;
    return r * 6.28125f + r * (0.00193530718f + z * p);
}

static inline float cos_reduced(float r)
{
    float z = r * r;
    float p = 58.5601959f;
    p = p * z + -85.423111f;
    p = p * z + 64.9391403f;
    p = p * z + -19.7392082f;
    return 1.0f + z * p;
}

/* sin(2 pi (x + quarters / 4)), x from 0 to 1. */
static inline float sin_one(float x, int32_t quarters)
{
    int32_t q = (int32_t)(4.0f * x + 0.5f);
    float r = x - 0.25f * (float)q;
    q += quarters;
    float s = sin_reduced(r);
    float c = cos_reduced(r);
    float y = (q & 1) != 0 ? c : s;
    return (q & 2) != 0 ? -y : y;
}

static inline float tanh_one(float x)
{
    float a = fabsf(x);
    float z = x * x;
    float p = -0.00571549917f;
    p = p * z + 0.0206491034f;
    p = p * z + -0.0537430048f;
    p = p * z + 0.133314848f;
    p = p * z + -0.333332837f;
    float small = a + a * z * p;
    float large = 1.0f - 2.0f / (exp_one(2.0f * a) + 1.0f);
    return copysignf(a < 0.625f ? small : large, x);
}

static inline float sigmoid_one(float x)
{
    float e = exp_one(-fabsf(x));
    float sum = 1.0f + e;
    float lost = e - (sum - 1.0f);
    float y = (x < 0 ? e : 1.0f) / sum;
    /* Dividing by sum + lost instead would give y (1 - lost / sum), nearly. */
    float inverse = x < 0 ? 1.0f - y : y;
    return y - y * (lost * inverse);
}

static inline float softplus_one(float x)
{
    return (x > 0 ? x : 0.0f) + log_reduced(exp_one(-fabsf(x)), 0);
}

/* Sixteen values at a time, also at the end, where the rest of them are zeros: one by one the last
 * few would take as long as all others. Inlined, so that f is known. */
enum { AT_ONCE = 16 };

static inline __attribute__((always_inline)) void to_each(int n, const float *x, float *y,
                                                          float (*f)(float x))
{
    int i = 0;
    for (; i + AT_ONCE <= n; i += AT_ONCE) {
        EACH_BY_ITSELF
        for (int l = 0; l < AT_ONCE; l++)
            y[i + l] = f(x[i + l]);
    }
    if (i < n) {
        float last[AT_ONCE] = { 0 };
        memcpy(last, x + i, (size_t)(n - i) * sizeof *x);
        for (int l = 0; l < AT_ONCE; l++)
            last[l] = f(last[l]);
        memcpy(y + i, last, (size_t)(n - i) * sizeof *y);
    }
}

static inline float sin_turns_one(float x)
{
    return sin_one(x, 0);
}

static inline float cos_turns_one(float x)
{
    return sin_one(x, 1);
}

static void exp_all(int n, const float *x, float *y)
{
    to_each(n, x, y, exp_one);
}

static void log_all(int n, const float *x, float *y)
{
    to_each(n, x, y, log_one);
}

static void sin_all(int n, const float *x, float *y)
{
    to_each(n, x, y, sin_turns_one);
}

static void cos_all(int n, const float *x, float *y)
{
    to_each(n, x, y, cos_turns_one);
}

static void tanh_all(int n, const float *x, float *y)
{
    to_each(n, x, y, tanh_one);
}

static void sigmoid_all(int n, const float *x, float *y)
{
    to_each(n, x, y, sigmoid_one);
}

static void softplus_all(int n, const float *x, float *y)
{
    to_each(n, x, y, softplus_one);
}

/* ---- what layers do to each value ---- */

static void add_lanes(int n, const float *restrict x, float *restrict sums)
{
    int i = 0;
    for (; i + SUM_LANES <= n; i += SUM_LANES)
        for (int l = 0; l < SUM_LANES; l++)
            sums[l] += x[i + l];
    for (int l = 0; i + l < n; l++)
        sums[l] += x[i + l];
}

static void add_all(int n, const float *restrict x, float *restrict y)
{
    for (int i = 0; i < n; i++)
        y[i] += x[i];
}

/* slope x + 0 rather than 0 where the slope is: a NaN stays one, to be found at the end of the
 * step, and -0 becomes 0. */
static void leaky_relu_all(int n, float slope, const float *x, float *y)
{
    EACH_BY_ITSELF
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

static void sum_rows(int rows, int cols, const float *restrict m, ptrdiff_t stride,
                     float *restrict sums)
{
    for (int j = 0; j < cols; j++)
        sums[j] = 0;
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < cols; j++)
            sums[j] += m[i * stride + j];
}

/* ---- the optimiser ---- */

/* Some of the elements from i on, at most ADAM_LANES; squares and odd have a place for each. */
static inline __attribute__((always_inline)) void
adam_lanes(const adam_factors *u, int n, float *restrict w, const float *restrict g,
           float *restrict m, float *restrict v, double *restrict squares, float *restrict odd)
{
    for (int i = 0; i < n; i++) {
        float mi = u->beta1 * m[i] + u->rest1 * g[i];
        float vi = u->beta2 * v[i] + u->rest2 * (g[i] * g[i]);
        float wi = w[i] - u->rate * mi / (sqrtf(vi) * u->correction + u->eps);
        m[i] = mi;
        v[i] = vi;
        w[i] = wi;
        squares[i] += (double)g[i] * (double)g[i];
        odd[i] += ((wi - wi) + (g[i] - g[i])) + (vi - vi);
    }
}

/* `odd` stays 0 as long as all is finite: x - x is 0 or NaN. */
static double adam_all(const adam_factors *u, int n, float *w, const float *g, float *m, float *v)
{
    double squares[ADAM_LANES] = { 0 }, sum = 0;
    float odd[ADAM_LANES] = { 0 };
    int i = 0;
    for (; i + ADAM_LANES <= n; i += ADAM_LANES)
        adam_lanes(u, ADAM_LANES, w + i, g + i, m + i, v + i, squares, odd);
    adam_lanes(u, n - i, w + i, g + i, m + i, v + i, squares, odd);
    for (int l = 0; l < ADAM_LANES; l++)
        sum += squares[l] + (double)odd[l];
    return sum;
}

/* ---- random numbers ---- */

/* The 64 words of a group: w[i][lane] is word i of the counter of that lane. A word lies in the low
 * half of a 64-bit lane, where its product has room; the high halves are never looked at. Two
 * vectors at a time are enough independent work to keep the multiplier busy and still fit the
 * registers. */
static inline void words_group(random_stream s, int row, int group,
                               uint32_t w[restrict 4][RANDOM_LANES])
{
    enum { PAIR = 2, PART = PAIR * WIDE_LANES };
    for (int first = 0; first < RANDOM_LANES; first += PART) {
        wide c[4][PAIR];
        uint64_t start[4][PART];
        for (int l = 0; l < PART; l++) {
            start[0][l] = (uint32_t)(group * RANDOM_LANES + first + l);
            start[1][l] = (uint32_t)row;
            start[2][l] = s.step;
            start[3][l] = s.stream;
        }
        memcpy(c, start, sizeof c);
        uint32_t k0 = (uint32_t)s.seed, k1 = (uint32_t)(s.seed >> 32);
        for (int round = 0; round < PHILOX_ROUNDS; round++) {
            for (int v = 0; v < PAIR; v++) {
                wide p0 = wide_mul(c[0][v], PHILOX_M0);
                wide p1 = wide_mul(c[2][v], PHILOX_M1);
                c[0][v] = (p1 >> 32) ^ c[1][v] ^ k0;
                c[2][v] = (p0 >> 32) ^ c[3][v] ^ k1;
                c[1][v] = p1;
                c[3][v] = p0;
            }
            k0 += PHILOX_W0;
            k1 += PHILOX_W1;
        }
        memcpy(start, c, sizeof c);
        for (int i = 0; i < 4; i++)
            for (int l = 0; l < PART; l++)
                w[i][first + l] = (uint32_t)start[i][l];
    }
}

static inline int group_width(int n, int i)
{
    return n - i < RANDOM_GROUP ? n - i : RANDOM_GROUP;
}

static void words_all(random_stream s, int row, int col, int n, uint32_t *out)
{
    for (int i = 0; i < n; i += RANDOM_GROUP) {
        uint32_t w[4][RANDOM_LANES];
        words_group(s, row, (col + i) / RANDOM_GROUP, w);
        memcpy(out + i, w, (size_t)group_width(n, i) * sizeof *out);
    }
}

/* Box and Muller: sqrt(-2 log u) (cos 2 pi t, sin 2 pi t) with u in (0, 1] and t in [0, 1), both
 * multiples of 2^-24. */
static inline void normal_pairs(const uint32_t *restrict u, const uint32_t *restrict t,
                                float *restrict first, float *restrict second)
{
    const float step = 1.0f / 16777216;
    for (int l = 0; l < RANDOM_LANES; l++) {
        float radius = sqrtf(-2.0f * log_one((float)(int32_t)((u[l] >> 8) + 1) * step));
        float turn = (float)(int32_t)(t[l] >> 8) * step;
        first[l] = radius * sin_one(turn, 1);
        second[l] = radius * sin_one(turn, 0);
    }
}

static void normal_all(random_stream s, int row, int col, int n, float *out)
{
    for (int i = 0; i < n; i += RANDOM_GROUP) {
        uint32_t w[4][RANDOM_LANES];
        float z[4][RANDOM_LANES];
        words_group(s, row, (col + i) / RANDOM_GROUP, w);
        normal_pairs(w[0], w[1], z[0], z[1]);
        normal_pairs(w[2], w[3], z[2], z[3]);
        memcpy(out + i, z, (size_t)group_width(n, i) * sizeof *out);
    }
}

static void keep_all(random_stream s, int row, int col, int n, uint32_t threshold,
                     unsigned char *keep)
{
    for (int i = 0; i < n; i += RANDOM_GROUP) {
        uint32_t w[4][RANDOM_LANES];
        unsigned char k[4][RANDOM_LANES];
        words_group(s, row, (col + i) / RANDOM_GROUP, w);
        for (int j = 0; j < 4; j++)
            for (int l = 0; l < RANDOM_LANES; l++)
                k[j][l] = w[j][l] >= threshold;
        memcpy(keep + i, k, (size_t)group_width(n, i));
    }
}

static void mask_all(int n, const unsigned char *restrict keep, float scale, float *restrict y)
{
    for (int i = 0; i < n; i++)
        y[i] = bits_float(float_bits(scale * y[i]) & -(uint32_t)keep[i]);
}

static bool usable(void)
{
    return SET_USABLE;
}

const kernels PASTE(kernels_, SET_NAME) = {
    .name = QUOTE(SET_NAME),
    .usable = usable,
    .lanes = LANES,
    .tile_cols = TILE_COLS,
    .product = product,
    .product_placed = product_placed,
    .transpose = transpose,
    .add_lanes = add_lanes,
    .interleave = interleave,
    .copy_image = copy_image,
    .pack = pack,
    .fma_peak = fma_peak,
    .words = words_all,
    .normal = normal_all,
    .keep = keep_all,
    .mask = mask_all,
    .exp = exp_all,
    .log = log_all,
    .sin_turns = sin_all,
    .cos_turns = cos_all,
    .tanh = tanh_all,
    .sigmoid = sigmoid_all,
    .softplus = softplus_all,
    .add = add_all,
    .leaky_relu = leaky_relu_all,
    .leaky_relu_gradient = leaky_relu_gradient,
    .tanh_gradient = tanh_gradient,
    .sigmoid_gradient = sigmoid_gradient,
    .pixels = pixels_all,
    .sum_rows = sum_rows,
    .adam = adam_all,
};
