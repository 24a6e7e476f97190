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

#include "math/kernels_function.h"
#include "math/kernels_product.h"
#include "math/kernels_random.h"
#include "math/kernels_values.h"

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
