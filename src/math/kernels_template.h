/* math/kernels_template.h - the bodies of the kernels; included once by each kernels_<set>.c.
 *
 * The includer defines
 *   SET_NAME                the name of the set; the table is kernels_SET_NAME
 *   SET_USABLE              an expression: true if this CPU has the set
 *   vec, LANES              a vector of floats and how many it holds
 *   vec_load, _store, _splat, _fma
 *   vec_fours               a vector of fours, which begin at p + offsets[0], p + offsets[4], ...
 *   vec_store_some          stores the first n lanes, n from 1 to LANES - 1
 *   wide, WIDE_LANES        a vector of 64-bit integers and how many it holds
 *   wide_mul                the products of the low halves of its lanes and a 32-bit number
 *   TILE_ROWS, TILE_VECTORS the tile of a product whose sums stay in registers
 * and is compiled with flags that let the compiler use the set for plain loops as well.
 *
 * All sets give the same bits: each value results from the same sequence of correctly rounded
 * operations (+ - * / sqrt fma), and the lanes of a vector hold values of different places. A
 * multiplication and an addition outside vec_fma are rounded twice (-ffp-contract=off).
 *
 * SPDX-License-Identifier: MIT */
#include "math/kernels.h"

#include <math.h>
#include <string.h>

#include "math/philox.h"
#include "math/pixel.h"
#include "math/transpose.h"
#include "math/whole.h"

#include "base/banned.h"

#define PASTE_NAMES(a, b) a##b
#define PASTE(a, b)       PASTE_NAMES(a, b)
#define QUOTE_NAME(a)     #a
#define QUOTE(a)          QUOTE_NAME(a)

/* Tells the compiler that no iteration of the next loop reads what another one writes, which it
 * cannot know if x and y may be the same. */
#ifdef __clang__
#define INDEPENDENT_ITERATIONS _Pragma("clang loop vectorize(assume_safety)")
#else
#define INDEPENDENT_ITERATIONS _Pragma("GCC ivdep")
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

/* Its panels are as wide as the tiles of kernels_product.h. */
#include "math/kernels_moves.h"

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
    .product_adjacent = product_adjacent,
    .product_fours = product_fours,
    .transpose = transpose,
    .add_lanes = add_lanes,
    .interleave = interleave,
    .separate = separate,
    .add_value = add_value,
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
    .add_to_rows = add_to_rows,
    .leaky_relu = leaky_relu_all,
    .leaky_relu_gradient = leaky_relu_gradient,
    .tanh_gradient = tanh_gradient,
    .sigmoid_gradient = sigmoid_gradient,
    .pixels = pixels_all,
    .bytes = bytes_all,
    .sum_rows = sum_rows,
    .adam = adam_all,
};
