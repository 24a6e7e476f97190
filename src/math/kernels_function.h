/* math/kernels_function.h - elementary functions; part of kernels_template.h. Their coefficients
 * come from scripts/fit-polynomials.
 *
 * SPDX-License-Identifier: MIT */

/* ln 2 = HIGH + LOW. HIGH has so few bits that its product with an exponent is exact. */
#define LN2_HIGH 0.693359375f
#define LN2_LOW  (-2.12194440e-4f)

static inline float exp_one(float x)
{
    /* Beyond these limits the result is 0 or infinity anyway; a NaN passes both. */
    x = x < -104.0f ? -104.0f : x;
    x = x > 89.0f ? 89.0f : x;
    /* n = x / ln 2, rounded to an integer: adding 1.5 * 2^23 leaves no bits for a fraction. */
    const float shift = 12582912.0f;
    float t = x * 1.44269504f + shift;
    float n = t - shift;
    /* r = x - n ln 2, and the rounding error of r; likewise below for 1 + r. */
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
    /* Two factors: 2^n alone may overflow or underflow while the result does not. */
    uint32_t whole = float_bits(t) - float_bits(shift);
    uint32_t half = (uint32_t)((int32_t)whole >> 1);
    return y * bits_float((half + 127) << 23) * bits_float((whole - half + 127) << 23);
}

/* log(1 + f) + k ln 2, for f from sqrt(1/2) - 1 to 1. With s = f / (2 + f),
 * log(1 + f) = 2 atanh(s) = f - s (f - s^2 P(s^2)), in which the exact f dominates. */
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
    /* x = 2^k m, m from sqrt(1/2) to sqrt(2) */
    uint32_t shifted = float_bits(x) - sqrt_half;
    int32_t k = (int32_t)shifted >> 23;
    float m = bits_float((shifted & 0x7fffff) + sqrt_half);
    return log_reduced(m - 1.0f, (float)(tiny ? k - 23 : k));
}

/* sin(2 pi r) and cos(2 pi r) for |r| <= 1/8; 2 pi = 6.28125 + 0.0019353... */
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
    /* y (1 - lost / sum) is nearly the quotient by the exact sum, sum + lost. */
    float inverse = x < 0 ? 1.0f - y : y;
    return y - y * (lost * inverse);
}

static inline float softplus_one(float x)
{
    return (x > 0 ? x : 0.0f) + log_reduced(exp_one(-fabsf(x)), 0);
}

/* Sixteen values at a time, the last ones padded with zeros: one by one, the last few would take as
 * long as all others. It is inlined so that f is, too. */
enum { AT_ONCE = 16 };

static inline __attribute__((always_inline)) void to_each(int n, const float *x, float *y,
                                                          float (*f)(float x))
{
    int i = 0;
    for (; i + AT_ONCE <= n; i += AT_ONCE) {
        INDEPENDENT_ITERATIONS
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
