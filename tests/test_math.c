/* tests/test_math.c - products from every instruction set and any number of threads, the team of
 * threads itself, and what is chosen at the start.
 *
 * SPDX-License-Identifier: MIT */
#include "computes.h"
#include "test.h"

#include <math.h>
#include <pthread.h>
#include <unistd.h>

#include "base/cores.h"
#include "math/compute.h"
#include "math/matmul.h"
#include "math/whole.h"

#include "base/banned.h"

/* ---- operands ---- */

/* A matrix at an odd place, padded or with gaps between its rows. What no one may write to, around
 * it and in the gaps, holds a pattern, and so does what a padded row has after its columns. */
typedef struct gapped {
    float *block;
    size_t size; /* in floats */
    view v;
} gapped;

enum { BEFORE = 3, GAP = 5 };
static const uint32_t pattern = 0xffaa5500; /* a NaN: what is read by mistake shows as well */

static gapped gapped_open(int rows, int cols, bool padded)
{
    int stride = padded ? padded_stride(cols) : cols + GAP;
    gapped g = { .size = BEFORE + (size_t)rows * (size_t)stride + GAP };
    g.block = malloc(g.size * sizeof *g.block);
    assert_non_null(g.block);
    for (size_t i = 0; i < g.size; i++)
        memcpy(g.block + i, &pattern, sizeof pattern);
    g.v = (view){ g.block + BEFORE, rows, cols, stride, padded };
    return g;
}

static void check_gaps(const gapped *g)
{
    size_t stride = (size_t)g->v.stride, end = BEFORE + (size_t)g->v.rows * stride;
    size_t cols = (size_t)(g->v.padded ? round_up(g->v.cols, LINE_FLOATS) : g->v.cols);
    for (size_t i = 0; i < g->size; i++) {
        bool inside = i >= BEFORE && i < end && (i - BEFORE) % stride < cols;
        if (!inside && to_bits(g->block[i]) != pattern)
            fail_msg("%d x %d: a product wrote outside of it", g->v.rows, g->v.cols);
    }
}

/* Numbers of all sizes around 1, so that sums of them round. */
static void fill(view v, uint32_t stream)
{
    for (int i = 0; i < v.rows; i++)
        kernels_generic.normal((random_stream){ 1, 2, stream }, i, 0, v.cols, view_row(v, i));
}

static void transpose(view to, view from)
{
    for (int i = 0; i < from.rows; i++)
        for (int j = 0; j < from.cols; j++)
            view_row(to, j)[i] = view_row(from, i)[j];
}

/* What a product is by definition. */
static void multiply_plainly(view out, view a, view b)
{
    for (int i = 0; i < out.rows; i++)
        for (int j = 0; j < out.cols; j++) {
            float sum = 0;
            for (int k = 0; k < a.cols; k++)
                sum = fmaf(view_row(a, i)[k], view_row(b, k)[j], sum);
            view_row(out, i)[j] = sum;
        }
}

static bool same_bits(view x, view y)
{
    for (int i = 0; i < x.rows; i++)
        for (int j = 0; j < x.cols; j++) {
            float p = view_row(x, i)[j], q = view_row(y, i)[j];
            if (to_bits(p) != to_bits(q) && !(isnan(p) && isnan(q)))
                return false;
        }
    return true;
}

/* ---- products ---- */

/* a (M, K), b (K, N), both transposed, and their product. */
typedef struct factors {
    gapped a, b, at, bt, product;
    int M, N, K;
    bool padded; /* so are the factors and the results that are compared */
} factors;

static factors factors_open(int M, int N, int K, bool padded)
{
    factors f = {
        .a = gapped_open(M, K, padded),
        .b = gapped_open(K, N, padded),
        .at = gapped_open(K, M, padded),
        .bt = gapped_open(N, K, padded),
        .product = gapped_open(M, N, false),
        .M = M,
        .N = N,
        .K = K,
        .padded = padded,
    };
    fill(f.a.v, 1);
    fill(f.b.v, 2);
    return f;
}

static void factors_complete(factors *f)
{
    transpose(f->at.v, f->a.v);
    transpose(f->bt.v, f->b.v);
    multiply_plainly(f->product.v, f->a.v, f->b.v);
}

static void factors_close(factors *f)
{
    free(f->a.block);
    free(f->b.block);
    free(f->at.block);
    free(f->bt.block);
    free(f->product.block);
}

static void check_product(const factors *f, const compute *c)
{
    for (int orientation = 0; orientation < 3; orientation++) {
        static const char *const names[] = { "nn", "nt", "tn" };
        gapped out = gapped_open(f->M, f->N, f->padded);
        if (orientation == 0)
            matmul_nn(c, out.v, as_const(f->a.v), as_const(f->b.v), (block_task){ 0 });
        else if (orientation == 1)
            matmul_nt(c, out.v, as_const(f->a.v), as_const(f->bt.v), (block_task){ 0 });
        else
            matmul_tn(c, out.v, as_const(f->at.v), as_const(f->b.v), (block_task){ 0 });
        if (!same_bits(out.v, f->product.v))
            fail_msg("matmul_%s, M %d, N %d, K %d, %s, %d threads: not the chain of fmaf",
                     names[orientation], f->M, f->N, f->K, c->kernels->name, c->threads);
        check_gaps(&out);
        free(out.block);
    }
}

static void a_product_is_a_chain_of_fmaf_at_every_edge_of_tiles_and_blocks(void **state)
{
    (void)state;
    static const int rows[] = { 1, 4, 5, 6, 7, 11, 12, 13, 47, 48, 49, 97 };
    static const int cols[] = { 1, 15, 16, 17, 31, 32, 33, 63, 64, 65, 129 };
    int number = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t j = 0; j < sizeof cols / sizeof *cols; j++) {
            for (int padded = 0; padded < 2; padded++) {
                factors f = factors_open(rows[i], cols[j], 1 + number % 9, padded);
                factors_complete(&f);
                for (int s = 0; s < computes_sets; s++)
                    check_product(&f, &computes[s][number % COMPUTES_TEAMS]);
                factors_close(&f);
            }
            number++;
        }
}

static void a_product_is_a_chain_of_fmaf_at_every_edge_of_the_packed_part_of_k(void **state)
{
    (void)state;
    static const int sizes[][3] = {
        { 12, 32, 511 }, { 13, 33, 512 },  { 7, 17, 513 },   { 49, 65, 1023 }, { 1, 1, 1024 },
        { 5, 64, 1025 }, { 48, 64, 1537 }, { 97, 200, 600 }, { 64, 65, 2048 }, { 65, 64, 2049 },
    };
    for (size_t i = 0; i < 2 * sizeof sizes / sizeof *sizes; i++) {
        const int *size = sizes[i / 2];
        factors f = factors_open(size[0], size[1], size[2], i % 2 == 0);
        factors_complete(&f);
        for (int s = 0; s < computes_sets; s++)
            check_product(&f, &computes[s][i % COMPUTES_TEAMS]);
        factors_close(&f);
    }
}

static void no_product_depends_on_the_number_of_threads(void **state)
{
    (void)state;
    static const int sizes[][3] = { { 100, 150, 50 }, { 256, 1, 150 }, { 1, 200, 3 } };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        factors f = factors_open(sizes[i][0], sizes[i][1], sizes[i][2], i % 2 == 0);
        factors_complete(&f);
        for (int s = 0; s < computes_sets; s++)
            for (int t = 0; t < COMPUTES_TEAMS; t++)
                for (int again = 0; again < 5; again++)
                    check_product(&f, &computes[s][t]);
        factors_close(&f);
    }
}

/* At the edges a tile multiplies zeros with what is there; that must not reach other places. */
static void an_infinity_stays_in_its_row_and_column(void **state)
{
    (void)state;
    for (int at = 0; at < 13; at += 4) {
        factors f = factors_open(13, 35, 20, at % 8 == 0);
        view_row(f.a.v, at)[at] = INFINITY;
        view_row(f.b.v, at + 1)[2 * at] = -INFINITY;
        view_row(f.b.v, at + 2)[34] = NAN;
        factors_complete(&f);
        int finite = 0;
        for (int i = 0; i < f.M; i++)
            for (int j = 0; j < f.N; j++)
                finite += isfinite(view_row(f.product.v, i)[j]) != 0;
        assert_int_equal(finite, 12 * 33);
        for (int s = 0; s < computes_sets; s++)
            check_product(&f, &computes[s][1]);
        factors_close(&f);
    }
}

/* The part of a product that is one call of a set: any size, a by rows or by columns, b packed or
 * as it lies, added to what is there or not. */
static void check_block(const kernels *k, int rows, int cols, int n, int way)
{
    bool add = (way & 1) != 0, by_columns = (way & 2) != 0;
    bool packed = (way & 4) != 0 || cols % k->lanes != 0;
    gapped a = by_columns ? gapped_open(n + 1, rows, false) : gapped_open(rows, n + 1, false);
    gapped b = gapped_open(n + 1, cols, false), c = gapped_open(rows, cols, false);
    gapped expected = gapped_open(rows, cols, false);
    float *panel = calloc((size_t)(n + 1) * (size_t)(cols + k->tile_cols), sizeof *panel);
    strided left = { a.v.data, by_columns ? 1 : a.v.stride, by_columns ? a.v.stride : 1 };
    panels right = { b.v.data, b.v.stride, k->tile_cols, 0, NULL };
    fill(a.v, 1);
    fill(b.v, 2);
    fill(c.v, 3);
    for (int j = 0; packed && j < cols; j += k->tile_cols)
        k->pack(n, cols - j < k->tile_cols ? cols - j : k->tile_cols,
                (strided){ b.v.data + j, b.v.stride, 1 }, panel + (ptrdiff_t)j * n);
    if (packed)
        right = (panels){ panel, 0, (ptrdiff_t)k->tile_cols * n, 0, NULL };
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < cols; j++) {
            float sum = add ? view_row(c.v, i)[j] : 0;
            for (int kk = 0; kk < n; kk++)
                sum = fmaf(left.data[i * left.row + kk * left.col], view_row(b.v, kk)[j], sum);
            view_row(expected.v, i)[j] = sum;
        }
    k->product(rows, cols, n, left, right, c.v.data, c.v.stride, add);
    if (!same_bits(c.v, expected.v))
        fail_msg("%s: %d x %d of %d values of k%s%s%s is not the chain of fmaf", k->name, rows,
                 cols, n, add ? ", added" : "", by_columns ? ", by columns" : "",
                 packed ? ", packed" : "");
    check_gaps(&c);
    free(panel);
    free(a.block);
    free(b.block);
    free(c.block);
    free(expected.block);
}

static void a_block_is_a_chain_of_fmaf_in_every_set(void **state)
{
    (void)state;
    static const int lengths[] = { 0, 1, 2, 3, 17 };
    for (int s = 0; s < computes_sets; s++)
        for (int rows = 1; rows < 18; rows++)
            for (int cols = 1; cols < 100; cols += cols < 20 ? 1 : 7)
                check_block(kernels_usable(s), rows, cols, lengths[(rows + cols) % 5],
                            (rows + cols) % 8);
    for (int s = 0; s < computes_sets; s++)
        for (int way = 0; way < 8; way++)
            check_block(kernels_usable(s), 13, 2 * kernels_usable(s)->tile_cols, 512, way);
}

/* What a packed panel is as wide as: whole vectors. */
static int panel_width(const kernels *k, int cols)
{
    return (cols + k->lanes - 1) / k->lanes * k->lanes;
}

static void check_panel(const kernels *k, int n, int cols, bool transposed)
{
    int width = panel_width(k, cols);
    gapped b = transposed ? gapped_open(cols, n + 1, false) : gapped_open(n + 1, cols, false);
    strided m = { b.v.data, transposed ? 1 : b.v.stride, transposed ? b.v.stride : 1 };
    gapped panel = gapped_open(1, n * width, false);
    fill(b.v, 5);
    k->pack(n, cols, m, panel.v.data);
    check_gaps(&panel);
    for (int i = 0; i < n * width; i++) {
        bool inside = i % width < cols;
        float x = inside ? m.data[i / width * m.row + i % width * m.col] : 0;
        assert_int_equal(to_bits(panel.v.data[i]), to_bits(x));
    }
    free(panel.block);
    free(b.block);
}

static void a_panel_holds_the_columns_that_there_are_and_zeros(void **state)
{
    (void)state;
    for (int s = 0; s < computes_sets; s++)
        for (int n = 0; n < 10; n++)
            for (int cols = 1; cols <= kernels_usable(s)->tile_cols; cols++) {
                check_panel(kernels_usable(s), n, cols, false);
                check_panel(kernels_usable(s), n, cols, true);
            }
}

/* ---- what follows a product, blocks, sums ---- */

/* Notes each block, and changes it, so that a second visit would show in the result. */
typedef struct visits {
    view out;
    int *counts; /* of each element */
} visits;

static void visit(const void *context, int row, int col, view block)
{
    const visits *v = context;
    /* No assert: cmocka's leave the function, and this may be another thread. */
    bool right = row % BLOCK_ROWS == 0 && col % RANDOM_GROUP == 0 &&
                 block.data == view_row(v->out, row) + col && block.stride == v->out.stride &&
                 block.rows >= 1 && block.rows <= BLOCK_ROWS && block.cols >= 1 &&
                 block.cols <= BLOCK_COLS;
    for (int i = 0; i < block.rows; i++)
        for (int j = 0; j < block.cols; j++) {
            v->counts[(row + i) * v->out.cols + col + j] += right ? 1 : 1000;
            view_row(block, i)[j] += 1;
        }
}

static void check_counts(const int *counts, int n)
{
    for (int i = 0; i < n; i++)
        assert_int_equal(counts[i], 1);
}

static void what_follows_a_product_sees_each_block_once_and_complete(void **state)
{
    (void)state;
    static const int sizes[][3] = {
        { 1, 1, 1 }, { 48, 192, 512 }, { 49, 193, 513 }, { 97, 130, 10 }, { 30, 200, 1025 }
    };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        factors f = factors_open(sizes[i][0], sizes[i][1], sizes[i][2], i % 2 == 0);
        factors_complete(&f);
        for (int r = 0; r < f.M; r++)
            for (int j = 0; j < f.N; j++)
                view_row(f.product.v, r)[j] += 1;
        for (int s = 0; s < computes_sets; s++)
            for (int t = 0; t < COMPUTES_TEAMS; t++) {
                gapped out = gapped_open(f.M, f.N, false);
                visits v = { out.v, calloc((size_t)f.M * (size_t)f.N, sizeof(int)) };
                matmul_nn(&computes[s][t], out.v, as_const(f.a.v), as_const(f.b.v),
                          (block_task){ visit, &v });
                assert_true(same_bits(out.v, f.product.v));
                check_counts(v.counts, f.M * f.N);
                free(v.counts);
                free(out.block);
            }
        factors_close(&f);
    }
}

static void blocks_cover_a_matrix_once(void **state)
{
    (void)state;
    static const int sizes[][2] = { { 1, 1 }, { 16, 192 }, { 17, 192 }, { 48, 193 }, { 200, 500 } };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int t = 0; t < COMPUTES_TEAMS; t++) {
            gapped m = gapped_open(sizes[i][0], sizes[i][1], false);
            int n = m.v.rows * m.v.cols;
            visits v = { m.v, calloc((size_t)n, sizeof(int)) };
            compute_blocks(&computes[0][t], m.v, (block_task){ visit, &v });
            check_counts(v.counts, n);
            check_gaps(&m);
            free(v.counts);
            free(m.block);
        }
}

static void rows_are_summed_in_their_order(void **state)
{
    (void)state;
    static const int sizes[][2] = { { 1, 1 }, { 3, 63 }, { 256, 64 }, { 100, 65 }, { 50, 200 } };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        gapped m = gapped_open(sizes[i][0], sizes[i][1], false);
        fill(m.v, 4);
        for (int k = 0; k < computes_sets; k++) {
            gapped sums = gapped_open(1, m.v.cols, false);
            computes[k][0].kernels->sum_rows(m.v.rows, m.v.cols, m.v.data, m.v.stride, sums.v.data);
            for (int j = 0; j < m.v.cols; j++) {
                float expected = 0;
                for (int r = 0; r < m.v.rows; r++)
                    expected += view_row(m.v, r)[j];
                assert_int_equal(to_bits(sums.v.data[j]), to_bits(expected));
            }
            check_gaps(&sums);
            free(sums.block);
        }
        free(m.block);
    }
}

/* ---- the team ---- */

enum { MOST_ITEMS = 1000 };

static void count_item(const void *context, int i)
{
    int *const *counts = context;
    for (volatile int busy = 0; busy < 20; busy++)
        ;
    (*counts)[i]++;
}

/* Thousands of jobs of all sizes, some right after each other, some after the others fell asleep:
 * an item that is lost, or done by two, shows in its count. */
static void a_team_does_every_item_of_every_job_once(void **state)
{
    (void)state;
    static const int threads[] = { 1, 2, 3, 16 };
    for (size_t t = 0; t < sizeof threads / sizeof *threads; t++) {
        team *crew;
        assert_ok(team_open(&crew, threads[t]));
        for (int job = 0; job < 2000; job++) {
            int n = job % 8 == 0 ? MOST_ITEMS : job % 7;
            int counts[MOST_ITEMS] = { 0 }, *context = counts;
            if (job % 100 == 0)
                usleep(200);
            team_run(crew, n, count_item, &context);
            check_counts(counts, n);
        }
        team_close(crew);
    }
    team_close(NULL);
}

/* No address space has room for such stacks. */
static void a_team_that_gets_no_threads_does_its_jobs_all_the_same(void **state)
{
    (void)state;
    pthread_attr_t usual, huge;
    team *crew;
    int counts[MOST_ITEMS] = { 0 }, *context = counts;
    assert_int_equal(pthread_getattr_default_np(&usual), 0);
    assert_int_equal(pthread_attr_init(&huge), 0);
    assert_int_equal(pthread_attr_setstacksize(&huge, (size_t)1 << 60), 0);
    assert_int_equal(pthread_setattr_default_np(&huge), 0);
    status s = team_open(&crew, 4);
    assert_int_equal(pthread_setattr_default_np(&usual), 0);
    assert_ok(s);
    team_run(crew, MOST_ITEMS, count_item, &context);
    check_counts(counts, MOST_ITEMS);
    team_close(crew);
    pthread_attr_destroy(&usual);
    pthread_attr_destroy(&huge);
}

/* ---- what is chosen ---- */

static void an_unknown_set_is_refused_with_those_that_there_are(void **state)
{
    (void)state;
    const kernels *k = NULL;
    assert_fails(kernels_choose("sse9", &k), STATUS_USAGE, "--isa: \"sse9\" is none of those");
    for (int i = 0; kernels_usable(i); i++)
        if (!strstr(status_message(), kernels_usable(i)->name))
            fail_msg("the message does not list %s: %s", kernels_usable(i)->name, status_message());
    assert_null(k);
    compute c;
    assert_fails(compute_open(&c, "", 1), STATUS_USAGE, "--isa: \"\"");
    compute_close(&c);
}

static void every_set_is_chosen_by_its_name_and_the_best_by_none(void **state)
{
    (void)state;
    const kernels *k = NULL;
    int i = 0;
    for (; kernels_usable(i); i++) {
        assert_ok(kernels_choose(kernels_usable(i)->name, &k));
        assert_ptr_equal(k, kernels_usable(i));
    }
    assert_ptr_equal(kernels_usable(i - 1), &kernels_generic);
    assert_ok(kernels_choose(NULL, &k));
    assert_ptr_equal(k, kernels_usable(0));
}

static void threads_are_as_many_as_asked_for_or_one_a_core(void **state)
{
    (void)state;
    compute c;
    assert_ok(compute_open(&c, NULL, 5));
    assert_int_equal(c.threads, 5);
    compute_close(&c);
    assert_ok(compute_open(&c, NULL, 0));
    assert_int_equal(c.threads, cores_usable());
    compute_close(&c);
}

static void the_ranks_of_a_group_hold_each_row_once(void **state)
{
    (void)state;
    for (int ranks = 1; ranks < 9; ranks++)
        for (int rows = 0; rows < 40; rows++) {
            int next = 0;
            for (int rank = 0; rank < ranks; rank++) {
                group g = { .ranks = ranks, .rank = rank };
                assert_int_equal(group_first_row(g, rows), next);
                assert_in_range(group_rows(g, rows), rows / ranks, (rows + ranks - 1) / ranks);
                next += group_rows(g, rows);
            }
            assert_int_equal(next, rows);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ranks_of_a_group_hold_each_row_once),
        cmocka_unit_test(a_product_is_a_chain_of_fmaf_at_every_edge_of_tiles_and_blocks),
        cmocka_unit_test(a_product_is_a_chain_of_fmaf_at_every_edge_of_the_packed_part_of_k),
        cmocka_unit_test(no_product_depends_on_the_number_of_threads),
        cmocka_unit_test(an_infinity_stays_in_its_row_and_column),
        cmocka_unit_test(a_block_is_a_chain_of_fmaf_in_every_set),
        cmocka_unit_test(a_panel_holds_the_columns_that_there_are_and_zeros),
        cmocka_unit_test(what_follows_a_product_sees_each_block_once_and_complete),
        cmocka_unit_test(blocks_cover_a_matrix_once),
        cmocka_unit_test(rows_are_summed_in_their_order),
        cmocka_unit_test(a_team_does_every_item_of_every_job_once),
        cmocka_unit_test(a_team_that_gets_no_threads_does_its_jobs_all_the_same),
        cmocka_unit_test(an_unknown_set_is_refused_with_those_that_there_are),
        cmocka_unit_test(every_set_is_chosen_by_its_name_and_the_best_by_none),
        cmocka_unit_test(threads_are_as_many_as_asked_for_or_one_a_core),
    };
    return cmocka_run_group_tests_name("math", tests, computes_open, computes_close);
}
