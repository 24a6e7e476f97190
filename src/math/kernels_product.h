/* math/kernels_product.h - products of matrices; part of kernels_template.h.
 *
 * SPDX-License-Identifier: MIT */

enum { TILE_COLS = TILE_VECTORS * LANES };

/* How many terms ahead of the sums both factors are fetched where no prefetcher of the CPU follows:
 * where the left one is read by columns, each of its rows on another cache line. */
enum { AHEAD = 8 };

/* The left factor: element (i, k) is data[i * row + k * col], or, if rows is not NULL,
 * data[rows[i] + cols[k]]. */
typedef struct left {
    const float *data;
    ptrdiff_t row, col;
    const int *rows, *cols;
} left;

/* A panel of the right factor: row k begins at data + k * row, or, if rows is not NULL, at
 * data + rows[k]. If fours is not NULL, columns j to j + 3 of a row, j a multiple of four, are
 * fours[j] floats after its beginning. */
typedef struct right {
    const float *data;
    ptrdiff_t row;
    const int *rows, *fours;
} right;

/* Vector j of row k of b, which begins at bk unless it is found by an offset. */
static inline __attribute__((always_inline)) vec right_vector(right b, const float *bk, int k,
                                                              int j)
{
    const float *row = b.rows ? b.data + b.rows[k] : bk;
    return b.fours ? vec_fours(row, b.fours + j * LANES) : vec_load(row + j * LANES);
}

/* Computes a tile: rows x vectors sums, which stay in registers for all n values of k. It is
 * inlined below with constant rows and vectors, so that the loops unroll, and with constant NULLs
 * and strides of 1 in a and b, so that addresses are cheap. */
static inline __attribute__((always_inline)) void tile_sums(int rows, int vectors, int n, left a,
                                                            right b, float *restrict c,
                                                            ptrdiff_t c_stride, bool add)
{
    bool strided_left = !a.rows && a.col != 1;
    vec sum[TILE_ROWS][TILE_VECTORS];
    const float *ai[TILE_ROWS];
    const float *restrict ak = a.data, *restrict bk = b.data;
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < vectors; j++)
            sum[i][j] = add ? vec_load(c + i * c_stride + j * LANES) : vec_splat(0);
    for (int i = 0; strided_left && !add && i < rows; i++)
        for (int j = 0; j < vectors; j++)
            __builtin_prefetch(c + i * c_stride + j * LANES, 1);
    for (int i = 0; a.rows && i < rows; i++)
        ai[i] = a.data + a.rows[i];
    for (int k = 0; k < n; k++, ak += a.col, bk += b.row) {
        vec bkj[TILE_VECTORS];
        if (strided_left)
            __builtin_prefetch(ak + AHEAD * a.col);
        for (int j = 0; strided_left && j < vectors; j++)
            __builtin_prefetch(bk + AHEAD * b.row + j * LANES);
        for (int j = 0; j < vectors; j++)
            bkj[j] = right_vector(b, bk, k, j);
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
    right plain = { b.data, b.row, NULL, NULL }, offsets = { b.data, 0, b.rows, NULL };
    if (b.fours)
        tile_sums(rows, vectors, n, (left){ a.data, a.row, 1, NULL, NULL }, b, c, c_stride, add);
    else if (a.rows)
        tile_sums(rows, vectors, n, a, plain, c, c_stride, add);
    else if (b.rows)
        tile_sums(rows, vectors, n, (left){ a.data, a.row, 1, NULL, NULL }, offsets, c, c_stride,
                  add);
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

/* rows is a value of tile_height; vectors is 1 .. TILE_VECTORS. The factors come by address: by
 * value the compiler copies them onto the stack 16 bytes at a time just after it stored them 8 at a
 * time, and a load that two stores have to serve waits until both are in the cache, after all of
 * the last tile's sums. */
static void tile(int rows, int vectors, int n, const left *a, const right *b, float *c,
                 ptrdiff_t c_stride, bool add)
{
    if (rows == TILE_ROWS)
        tile_of_rows(TILE_ROWS, vectors, n, *a, *b, c, c_stride, add);
    else if (rows == 4)
        tile_of_rows(4, vectors, n, *a, *b, c, c_stride, add);
    else if (rows == 3)
        tile_of_rows(3, vectors, n, *a, *b, c, c_stride, add);
    else if (rows == 2)
        tile_of_rows(2, vectors, n, *a, *b, c, c_stride, add);
    else
        tile_of_rows(1, vectors, n, *a, *b, c, c_stride, add);
}

/* The height of the next tile if `rows` rows are left: TILE_ROWS or 4 to 1, so that the last rows
 * of a block take few tiles and none computes rows that do not exist. */
static int tile_height(int rows)
{
    return rows >= TILE_ROWS ? TILE_ROWS : least(rows, 4);
}

/* The width of the next tile, in vectors, if `cols` columns are left. */
static int panel_vectors(int cols)
{
    return cols >= TILE_COLS ? TILE_VECTORS : (cols + LANES - 1) / LANES;
}

/* The last tile of a row of tiles, if its last vector reaches beyond the columns of c. */
static void edge_tile(int rows, int cols, int n, const left *a, const right *b, float *c,
                      ptrdiff_t c_stride, bool add)
{
    float sums[TILE_ROWS * TILE_COLS] = { 0 };
    for (int i = 0; add && i < rows; i++)
        memcpy(sums + i * TILE_COLS, c + i * c_stride, (size_t)cols * sizeof *c);
    tile(rows, panel_vectors(cols), n, a, b, sums, TILE_COLS, add);
    for (int i = 0; i < rows; i++)
        memcpy(c + i * c_stride, sums + i * TILE_COLS, (size_t)cols * sizeof *c);
}

/* A tile of one vector, with `pairs` rows of either half of a: one address serves two rows. Sums of
 * TILE_ROWS rows would be too few for the multipliers, which begin others while one is not done. */
static inline __attribute__((always_inline)) void pairs_of_rows(int pairs, int n, placed a,
                                                                const float *b, float *c,
                                                                float *below, ptrdiff_t c_stride,
                                                                bool add)
{
    vec sum[TILE_ROWS], other[TILE_ROWS];
    const float *ai[TILE_ROWS];
    for (int i = 0; i < pairs; i++) {
        ai[i] = a.data + a.rows[i];
        sum[i] = add ? vec_load(c + i * c_stride) : vec_splat(0);
        other[i] = add ? vec_load(below + i * c_stride) : vec_splat(0);
    }
    for (int k = 0; k < n; k++, b += LANES) {
        ptrdiff_t col = a.cols[k], apart = col + a.apart;
        vec bk = vec_load(b);
        for (int i = 0; i < pairs; i++) {
            sum[i] = vec_fma(vec_splat(ai[i][col]), bk, sum[i]);
            other[i] = vec_fma(vec_splat(ai[i][apart]), bk, other[i]);
        }
    }
    for (int i = 0; i < pairs; i++) {
        vec_store(c + i * c_stride, sum[i]);
        vec_store(below + i * c_stride, other[i]);
    }
}

/* The whole tiles of a column one vector wide whose left factor is found by offsets, in one loop:
 * its sums are often so short that finding each tile's kind would take as long. Returns how many
 * rows are done, of each half where a has halves. */
static int narrow_tiles(int rows, int n, placed a, const float *b, float *c, ptrdiff_t c_stride,
                        bool add)
{
    int i = 0, half = rows / 2, fewer = TILE_ROWS - 1;
    float *below = c + half * c_stride;
    left factor = { a.data, 0, 0, a.rows, a.cols };
    if (a.apart == 0)
        for (; i + TILE_ROWS <= rows; i += TILE_ROWS, factor.rows += TILE_ROWS)
            tile_sums(TILE_ROWS, 1, n, factor, (right){ b, LANES, NULL, NULL }, c + i * c_stride,
                      c_stride, add);
    else if (half % TILE_ROWS != 0 && half % fewer == 0)
        for (; i < half; i += fewer, a.rows += fewer)
            pairs_of_rows(fewer, n, a, b, c + i * c_stride, below + i * c_stride, c_stride, add);
    else
        for (; i + TILE_ROWS <= half; i += TILE_ROWS, a.rows += TILE_ROWS)
            pairs_of_rows(TILE_ROWS, n, a, b, c + i * c_stride, below + i * c_stride, c_stride,
                          add);
    return i;
}

/* One row of tiles after the other: their rows of a stay in the L1 cache while b streams past. */
static void multiply(int rows, int cols, int n, left a, panels b, float *c, ptrdiff_t c_stride,
                     bool add)
{
    for (int i = 0, height; i < rows; i += height, c += height * c_stride) {
        height = tile_height(rows - i);
        for (int j = 0; j < cols; j += TILE_COLS) {
            int width = cols - j;
            ptrdiff_t b_row = b.row > 0 ? b.row : panel_vectors(width) * LANES;
            right panel = { b.data + j / TILE_COLS * b.step + b.first * b_row, b_row, b.rows,
                            NULL };
            if (width >= TILE_COLS || width % LANES == 0)
                tile(height, panel_vectors(width), n, &a, &panel, c + j, c_stride, add);
            else
                edge_tile(height, width, n, &a, &panel, c + j, c_stride, add);
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
    int done = 0, part = a.apart == 0 || cols != LANES ? rows : rows / 2;
    if (cols == LANES)
        done = narrow_tiles(rows, n, a, b.data + b.first * LANES, c, c_stride, add);
    for (int i = 0; done < part && i < rows; i += part)
        multiply(part - done, cols, n, (left){ a.data, 0, 0, a.rows + i + done, a.cols }, b,
                 c + (i + done) * c_stride, c_stride, add);
}

static void product_fours(int rows, int cols, int n, const float *a, ptrdiff_t a_row, placed b,
                          float *c, ptrdiff_t c_stride, bool add)
{
    for (int i = 0, height; i < rows; i += height) {
        height = tile_height(rows - i);
        for (int j = 0; j < cols; j += TILE_COLS) {
            left factor = { a + i * a_row, a_row, 1, NULL, NULL };
            right panel = { b.data, 0, b.rows, b.cols + j };
            tile(height, panel_vectors(cols - j), n, &factor, &panel, c + i * c_stride + j,
                 c_stride, add);
        }
    }
}

/* ---- places side by side ---- */

/* Vectors of places: where they are read and where their results go. */
typedef struct adjacent_vectors {
    const float *from[TILE_VECTORS];
    float *to[TILE_VECTORS];
} adjacent_vectors;

/* A tile: `rows` outputs of `vectors` vectors, each of `width` places. */
static inline __attribute__((always_inline)) void
adjacent_sums(int rows, int vectors, int width, int n, const float *a, const float *bias,
              const int *taps, const adjacent_vectors *v, ptrdiff_t c_stride)
{
    vec sum[TILE_ROWS][TILE_VECTORS];
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < vectors; j++)
            sum[i][j] = vec_splat(0);
    for (int k = 0; k < n; k++) {
        vec bkj[TILE_VECTORS];
        for (int j = 0; j < vectors; j++)
            bkj[j] = vec_load(v->from[j] + taps[k]);
        for (int i = 0; i < rows; i++) {
            vec aik = vec_splat(a[(ptrdiff_t)i * n + k]);
            for (int j = 0; j < vectors; j++)
                sum[i][j] = vec_fma(aik, bkj[j], sum[i][j]);
        }
    }
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < vectors; j++) {
            vec s = bias ? vec_fma(sum[i][j], vec_splat(1), vec_splat(bias[i])) : sum[i][j];
            if (width >= LANES)
                vec_store(v->to[j] + i * c_stride, s);
            else
                vec_store_some(v->to[j] + i * c_stride, s, width);
        }
}

static inline __attribute__((always_inline)) void
adjacent_rows(int rows, int vectors, int width, int n, const float *a, const float *bias,
              const int *taps, const adjacent_vectors *v, ptrdiff_t c_stride)
{
    if (vectors == TILE_VECTORS)
        adjacent_sums(rows, TILE_VECTORS, width, n, a, bias, taps, v, c_stride);
    else if (vectors == 2)
        adjacent_sums(rows, 2, width, n, a, bias, taps, v, c_stride);
    else
        adjacent_sums(rows, 1, width, n, a, bias, taps, v, c_stride);
}

static void adjacent_tile(int rows, int vectors, int width, int n, const float *a,
                          const float *bias, const int *taps, const adjacent_vectors *v,
                          ptrdiff_t c_stride)
{
    if (rows == TILE_ROWS)
        adjacent_rows(TILE_ROWS, vectors, width, n, a, bias, taps, v, c_stride);
    else if (rows == 4)
        adjacent_rows(4, vectors, width, n, a, bias, taps, v, c_stride);
    else if (rows == 3)
        adjacent_rows(3, vectors, width, n, a, bias, taps, v, c_stride);
    else if (rows == 2)
        adjacent_rows(2, vectors, width, n, a, bias, taps, v, c_stride);
    else
        adjacent_rows(1, vectors, width, n, a, bias, taps, v, c_stride);
}

/* Where a row is no whole number of vectors, its last vector overlaps the one before it. */
static void product_adjacent(int rows, int n, const float *a, const float *bias, adjacent b,
                             float *c, ptrdiff_t c_stride, ptrdiff_t c_row)
{
    int across = (b.width + LANES - 1) / LANES, all = b.height * across;
    for (int i = 0, height; i < rows; i += height, a += (ptrdiff_t)height * n) {
        height = tile_height(rows - i);
        for (int j = 0; j < all; j += TILE_VECTORS) {
            adjacent_vectors v;
            int vectors = all - j < TILE_VECTORS ? all - j : TILE_VECTORS;
            for (int k = 0; k < vectors; k++) {
                int y = (j + k) / across, x = (j + k) % across * LANES;
                x = across > 1 && x + LANES > b.width ? b.width - LANES : x;
                v.from[k] = b.data + y * b.row + x;
                v.to[k] = c + (ptrdiff_t)i * c_stride + y * c_row + x;
            }
            adjacent_tile(height, vectors, b.width, n, a, bias ? bias + i : NULL, b.taps, &v,
                          c_stride);
        }
    }
}

/* As many independent chains as a tile has, without loads: the peak of the multipliers. */
static double fma_peak(int n)
{
    vec sum[TILE_ROWS][TILE_VECTORS], x = vec_splat(0.5f), y = vec_splat(1);
    float first[LANES], total = 0;
    for (int i = 0; i < TILE_ROWS; i++)
        for (int j = 0; j < TILE_VECTORS; j++)
            /* All chains differ: clang would merge equal ones. None starts from 2, which stays 2.
             */
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
    /* total is never negative, but the compiler does not know, so it cannot drop the chains. */
    return total < 0 ? 0 : 2.0 * n * TILE_ROWS * TILE_VECTORS * LANES;
}
