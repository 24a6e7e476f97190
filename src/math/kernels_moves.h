/* math/kernels_moves.h - values moved as they are: transposed, interleaved, copied, packed for
 * products; part of kernels_template.h.
 *
 * SPDX-License-Identifier: MIT */

/* Where the next four of n elements begin; the last four may overlap those before them. */
static int next_four(int i, int n)
{
    return i + 8 <= n || i + 4 == n ? i + 4 : n - 4;
}

/* Transposes, four rows of the result at a time. */
static void transpose_rows(int rows, int cols, const float *from, ptrdiff_t from_stride, float *to,
                           ptrdiff_t to_stride)
{
    if (rows < 4 || cols < 4) {
        for (int j = 0; j < cols; j++)
            for (int i = 0; i < rows; i++)
                to[j * to_stride + i] = from[i * from_stride + j];
        return;
    }
#ifdef __AVX512F__
    if (rows > 8) {
        for (int i = 0; i < rows; i += 16)
            for (int j = 0; j < cols; j = next_four(j, cols)) {
                const float *at = from + i * from_stride + j;
                float *there = to + j * to_stride + i;
                if (rows - i >= 16)
                    transpose_sixteen(16, at, from_stride, there, to_stride);
                else
                    transpose_sixteen(rows - i, at, from_stride, there, to_stride);
            }
        return;
    }
#endif
    for (int j = 0; j < cols; j = next_four(j, cols)) {
        int i = 0;
        for (; i + 8 <= rows; i += 8)
            transpose_eight(from + i * from_stride + j, from_stride, to + j * to_stride + i,
                            to_stride);
        for (; i < rows; i = next_four(i, rows)) {
            int at = i + 4 <= rows ? i : rows - 4;
            transpose_four(from + at * from_stride + j, from_stride, to + j * to_stride + at,
                           to_stride);
        }
    }
}

/* ROWS rows at a time, so that the cache lines read for four columns still serve the next four. */
static void transpose(int rows, int cols, const float *from, ptrdiff_t from_stride, float *to,
                      ptrdiff_t to_stride)
{
    enum { ROWS = 16 };
    for (int i = 0, n; i < rows; i += n) {
        n = rows - i < ROWS + 4 ? rows - i : ROWS;
        transpose_rows(n, cols, from + i * from_stride, from_stride, to + i, to_stride);
    }
}

static void interleave_row(int n, const float *a, const float *b, float *to)
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

static void interleave(int height, int n, const float *a, ptrdiff_t a_stride, const float *b,
                       ptrdiff_t b_stride, float *to, ptrdiff_t to_stride)
{
    for (int i = 0; i < height; i++, a += a_stride, b += b_stride, to += to_stride)
        interleave_row(n, a, b, to);
}

static void separate(int n, const float *from, float *a, float *b)
{
    if (n < 4) {
        for (int i = 0; i < n; i++) {
            a[i] = from[2 * i];
            b[i] = from[2 * i + 1];
        }
        return;
    }
    for (int i = 0; i < n; i = next_four(i, n)) {
        four x = four_load(from + 2 * i), y = four_load(from + 2 * i + 4);
        four even = FOUR_OF(x, y, 0, 2, 4, 6), odd = FOUR_OF(x, y, 1, 3, 5, 7);
        memcpy(a + i, &even, sizeof even);
        memcpy(b + i, &odd, sizeof odd);
    }
}

/* Copies rows of n values, `unit` at a time; the last unit of a row may overlap the one before it.
 * For rows of a few values, calls of memcpy with a variable size would take longer. */
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

static void pack(int n, int cols, strided b, float *panel)
{
    int width = panel_vectors(cols) * LANES;
    if (cols < width)
        memset(panel, 0, (size_t)n * (size_t)width * sizeof *panel);
    if (b.col != 1)
        transpose(cols, n, b.data, b.col, panel, width);
    else
        copy_image(n, cols, b.data, b.row, panel, width);
}
