/* tests/test_asked.c - the figures of what samples were asked for.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <math.h>

#include "eval/contrast.h"
#include "eval/obeyed.h"
#include "eval/ranks.h"
#include "eval/retrieval.h"
#include "eval/variety.h"
#include "math/random.h"
#include "support/computes.h"

#include "base/banned.h"

static void assert_near(double got, double expected, double tolerance)
{
    if (!(fabs(got - expected) <= tolerance))
        fail_msg("expected %.17g within %g, got %.17g", expected, tolerance, got);
}

/* ---- the contrastive loss ---- */

enum { B = 5, N = 4 };

/* The loss as eval/contrast.h defines it, in binary64. */
static double loss_of(const double *u, const double *v, const unsigned char *fits)
{
    double t[B][B], loss = 0;
    for (int i = 0; i < B; i++)
        for (int j = 0; j < B; j++) {
            double uu = 0, vv = 0, uv = 0;
            for (int k = 0; k < N; k++) {
                uu += u[i * N + k] * u[i * N + k];
                vv += v[j * N + k] * v[j * N + k];
                uv += u[i * N + k] * v[j * N + k];
            }
            t[i][j] = CONTRAST_SCALE * uv / sqrt(uu * vv);
        }
    for (int i = 0; i < B; i++) {
        double row = 0, column = 0;
        for (int j = 0; j < B; j++) {
            row += j == i || !fits[i * B + j] ? exp(t[i][j]) : 0;
            column += j == i || !fits[j * B + i] ? exp(t[j][i]) : 0;
        }
        loss += (log(row) + log(column) - 2 * t[i][i]) / (2 * B);
    }
    return loss;
}

typedef struct contrast_case {
    float u[B * N], v[B * N], du[B * N], dv[B * N];
    unsigned char fits[B * B];
} contrast_case;

static contrast_case some_pairs(void)
{
    contrast_case c = { 0 };
    for (int i = 0; i < B * N; i++) {
        c.u[i] = (float)sin(1.0 + 2.3 * i);
        c.v[i] = (float)(0.4 * sin(1.0 + 2.3 * i) + cos(0.7 * i * i));
    }
    for (int i = 0; i < B; i++)
        c.fits[i * B + i] = 1;
    c.fits[0 * B + 3] = c.fits[3 * B + 0] = c.fits[2 * B + 4] = 1; /* picture 2 fits caption 4 */
    return c;
}

static int run_contrast(const compute *c, contrast_case *x)
{
    arena a = { 0 };
    contrast k;
    contrast_plan(&k, &a, c, B, N);
    assert_ok(arena_open(&a));
    contrast_plan(&k, &a, c, B, N);
    memcpy(k.fits, x->fits, sizeof x->fits);
    int right = contrast_gradient(&k, const_view_of(x->u, B, N), const_view_of(x->v, B, N),
                                  view_of(x->du, B, N), view_of(x->dv, B, N));
    arena_close(&a);
    return right;
}

static void contrast_gradient_matches_differences_of_the_loss_in_binary64(void **state)
{
    (void)state;
    contrast_case c = some_pairs();
    double x[2][B * N];
    const double h = 1e-6;
    run_contrast(&computes[0][0], &c);
    for (int i = 0; i < B * N; i++) {
        x[0][i] = (double)c.u[i];
        x[1][i] = (double)c.v[i];
    }
    for (int which = 0; which < 2; which++)
        for (int i = 0; i < B * N; i++) {
            double at = x[which][i], before, after;
            x[which][i] = at + h;
            after = loss_of(x[0], x[1], c.fits);
            x[which][i] = at - h;
            before = loss_of(x[0], x[1], c.fits);
            x[which][i] = at;
            assert_near((double)(which ? c.dv : c.du)[i], (after - before) / (2 * h), 2e-5);
        }
}

static void contrast_gradient_is_the_same_bytes_on_every_set_and_team(void **state)
{
    (void)state;
    contrast_case first = some_pairs();
    int right = run_contrast(&computes[0][0], &first);
    for (int s = 0; s < computes_sets; s++)
        for (int t = 0; t < COMPUTES_TEAMS; t++) {
            contrast_case other = some_pairs();
            assert_int_equal(run_contrast(&computes[s][t], &other), right);
            assert_memory_equal(&other, &first, sizeof other);
        }
}

/* Pairs of which the i-th picture is at number at[i] of vectors at right angles, its caption at
 * number told[i], and those of the same caption fit each other. */
static int right_of(const int at[B], const int told[B])
{
    contrast_case c = { 0 };
    for (int i = 0; i < B; i++) {
        c.u[i * N + at[i]] = (float)(i + 1);
        c.v[i * N + told[i]] = (float)(B - i);
        for (int j = 0; j < B; j++)
            c.fits[i * B + j] = told[i] == told[j];
    }
    return run_contrast(&computes[0][1], &c);
}

static void a_picture_is_right_if_its_caption_is_nearer_than_all_that_do_not_fit(void **state)
{
    (void)state;
    static const int places[B] = { 0, 1, 2, 3, 3 }, others[B] = { 1, 2, 3, 0, 0 };
    static const int first[B] = { 0, 2, 1, 3, 3 }, last[B] = { 2, 1, 0, 3, 3 };
    assert_int_equal(right_of(places, places), B);
    assert_int_equal(right_of(others, places), 0);
    assert_int_equal(right_of(first, places), B - 2);
    assert_int_equal(right_of(last, places), B - 2);
}

static void a_picture_between_two_captions_is_not_right(void **state)
{
    (void)state;
    contrast_case c = { 0 };
    for (int i = 0; i < B; i++) {
        c.fits[i * B + i] = 1;
        c.u[i * N + i % N] = c.v[i * N + i % N] = 2; /* the first and the last are the same */
    }
    assert_int_equal(run_contrast(&computes[0][1], &c), B - 2);
    c.fits[0 * B + B - 1] =
        1; /* the last caption fits the first picture, not the other way round */
    assert_int_equal(run_contrast(&computes[0][1], &c), B - 1);
}

/* ---- ranks ---- */

static void rank_correlation_is_that_of_scipy(void **state)
{
    (void)state;
    /* scipy.stats.spearmanr(x, y)[0], SciPy 1 */
    const double x[] = { 1, 1, -1, 0, 0, -1, 1, 0 }, y[] = { 3.5, 2, 1, 2, 2.5, 0.5, 2.5, 7 };
    double r;
    assert_ok(rank_correlation(8, x, y, &r));
    assert_near(r, 0.5738190417570044, 1e-15);
}

static void equal_values_have_no_rank_correlation(void **state)
{
    (void)state;
    const double x[] = { 1, 1, 1 }, y[] = { 1, 2, 3 };
    double r;
    assert_ok(rank_correlation(3, x, y, &r));
    assert_true(isnan(r));
    assert_ok(rank_correlation(0, x, y, &r));
    assert_true(isnan(r));
}

/* ---- R-precision ---- */

/* Each picture has a caption of its own, and one that all have. */
enum { PICTURES = 130, SIZE = 16, TEXTS = PICTURES + 1 };

typedef struct retrieval_bench {
    dataset data;
    text_index texts;
    uint32_t own[PICTURES], asked[PICTURES];
    float text_vectors[TEXTS * SIZE], vectors[PICTURES * SIZE];
    signed char hits[PICTURES];
} retrieval_bench;

static void open_bench(retrieval_bench *b)
{
    caption_list l = { 0 };
    static char path[] = "bench";
    *b = (retrieval_bench){ .data = { .count = PICTURES, .path = path } };
    for (int i = 0; i < PICTURES; i++) {
        char words[16];
        snprintf(words, sizeof words, "number %d", i);
        assert_ok(caption_list_sample(&l));
        assert_ok(caption_list_add(&l, words, "test"));
        assert_ok(caption_list_add(&l, "a number", "test"));
    }
    assert_ok(captions_make(&b->data.captions, &l));
    caption_list_free(&l);
    assert_ok(texts_open(&b->texts, &b->data));
    assert_int_equal(b->texts.count, TEXTS);
    for (int i = 0; i < TEXTS * SIZE; i++)
        b->text_vectors[i] = (float)sin(1 + 1.7 * i * i);
    for (int t = 0; t < TEXTS; t++) {
        float *v = b->text_vectors + (ptrdiff_t)t * SIZE, square = 0;
        for (int k = 0; k < SIZE; k++)
            square += v[k] * v[k];
        for (int k = 0; k < SIZE; k++)
            v[k] /= sqrtf(square);
    }
    for (int i = 0; i < PICTURES; i++) {
        b->own[i] = b->texts.ids[b->data.captions->first[i]];
        memcpy(b->vectors + (ptrdiff_t)i * SIZE, b->text_vectors + (ptrdiff_t)b->own[i] * SIZE,
               SIZE * sizeof(float));
    }
}

static double precision_of(retrieval_bench *b)
{
    retrieval r = { &computes[0][1], &b->texts, b->text_vectors, PICTURES, SIZE,
                    b->vectors,      b->asked };
    double spread;
    assert_ok(retrieval_run(&r, b->hits));
    return retrieval_share(b->hits, PICTURES, &spread);
}

static void close_bench(retrieval_bench *b)
{
    texts_close(&b->texts);
    captions_free(b->data.captions);
}

static void a_picture_has_its_own_captions_and_no_others(void **state)
{
    (void)state;
    retrieval_bench b;
    open_bench(&b);
    for (int t = 1; t < TEXTS; t++)
        assert_true(strcmp(b.texts.texts[t - 1], b.texts.texts[t]) < 0);
    for (int i = 0; i < PICTURES; i++)
        for (int t = 0; t < TEXTS; t++) {
            char own[16];
            snprintf(own, sizeof own, "number %d", i);
            const char *words = b.texts.texts[t];
            bool fits = strcmp(words, own) == 0 || strcmp(words, "a number") == 0;
            assert_true(texts_fit(&b.texts, (uint32_t)i, (uint32_t)t) == fits);
        }
    close_bench(&b);
}

/* Of four pictures one was not judged: sqrt(p (1 - p) / 3) with p = 2/3. */
static void a_share_of_hits_has_the_spread_of_a_share(void **state)
{
    (void)state;
    static const signed char hits[] = { 1, -1, 0, 1 }, none[] = { -1, -1 };
    double spread;
    assert_near(retrieval_share(hits, 4, &spread), 2.0 / 3, 1e-15);
    assert_near(spread, 0.27216552697590868, 1e-15);
    assert_true(isnan(retrieval_share(none, 2, &spread)));
}

static void pictures_at_their_captions_have_r_precision_1(void **state)
{
    (void)state;
    retrieval_bench b;
    open_bench(&b);
    memcpy(b.asked, b.own, sizeof b.asked);
    assert_near(precision_of(&b), 1, 0);
    close_bench(&b);
}

static void pictures_at_other_captions_are_seldom_nearest_to_theirs(void **state)
{
    (void)state;
    retrieval_bench b;
    open_bench(&b);
    for (int i = 0; i < PICTURES; i++)
        b.asked[i] = b.own[(i + 1) % PICTURES];
    assert_near(precision_of(&b), 0.01, 0.04); /* a hundredth by chance */
    close_bench(&b);
}

static void a_caption_that_goes_with_all_others_is_not_judged(void **state)
{
    (void)state;
    retrieval_bench b;
    open_bench(&b);
    for (int i = 0; i < PICTURES; i++)
        b.asked[i] = b.texts.ids[b.data.captions->first[i] + 1];
    assert_true(isnan(precision_of(&b)));
    assert_int_equal(b.hits[0], -1);
    close_bench(&b);
}

/* docs/random-streams.md, "Orders": the step is 5, the pass is the draw. */
static bool is_hit(const retrieval_bench *b, uint32_t picture)
{
    double products[TEXTS] = { 0 };
    uint32_t own = b->own[picture], all = b->texts.ids[b->data.captions->first[picture] + 1];
    bool hit = true;
    for (int t = 0; t < TEXTS; t++)
        for (int k = 0; k < SIZE; k++)
            products[t] += (double)b->vectors[picture * SIZE + (uint32_t)k] *
                           (double)b->text_vectors[t * SIZE + k];
    for (int draw = 0, others = 0; others < RETRIEVAL_OTHERS; draw++) {
        random_stream s = { 1, 5, random_name(RANDOM_ORDER_EVAL, 0, draw) };
        uint32_t other = b->texts.ids[random_below(s, picture, 2 * PICTURES)];
        others += other != own && other != all;
        hit = hit && (other == own || other == all || products[other] < products[own]);
    }
    return hit;
}

static void the_captions_that_do_not_fit_are_the_documented_ones(void **state)
{
    (void)state;
    retrieval_bench b;
    int hits = 0;
    open_bench(&b);
    for (int i = 0; i < PICTURES * SIZE; i++)
        b.vectors[i] += (float)(0.6 * sin(2 + 0.9 * i * i));
    memcpy(b.asked, b.own, sizeof b.asked);
    precision_of(&b);
    for (uint32_t i = 0; i < PICTURES; hits += b.hits[i++])
        assert_int_equal(b.hits[i], is_hit(&b, i));
    assert_in_range(hits, 20, 110);
    close_bench(&b);
}

/* ---- classes, variety ---- */

static void accuracy_is_the_share_of_the_class_asked_for(void **state)
{
    (void)state;
    unsigned char seen[] = { 0, 0, 1, 1, 1, 0 }, asked[] = { 0, 0, 0, 1, 1, 1 };
    labelled l = { .count = 6, .labels = seen };
    obeyed o;
    obeyed_accuracy(3, (asked_images){ &l, asked }, &o);
    assert_near(o.accuracy, 4.0 / 6, 1e-15);
    assert_near(o.accuracy_of[0], 2.0 / 3, 1e-15);
    assert_near(o.accuracy_of[1], 2.0 / 3, 1e-15);
    assert_true(isnan(o.accuracy_of[2])); /* nobody asked for it */
    assert_int_equal(obeyed_worst(3, o.accuracy_of, 1), 0);
}

/* Images with two features, of which the second is 1. */
enum { MOST_SEEN = 600 };
typedef struct seen_bench {
    labelled l;
    float features[2 * MOST_SEEN];
    unsigned char labels[MOST_SEEN], asked[MOST_SEEN];
} seen_bench;

/* Adds images that were asked for a class: pairs as far to both sides of a middle; where they are
 * odd, the last is in the middle. The classifier sees all as class 0. */
static void see(seen_bench *b, int class, int count, float middle, float deviation)
{
    b->l.size = 2;
    b->l.features = b->features;
    b->l.labels = b->labels;
    for (int i = 0; i < count; i++, b->l.count++) {
        bool alone = i == count - 1 && count % 2 == 1;
        b->features[2 * b->l.count] = middle + (alone ? 0 : i % 2 ? deviation : -deviation);
        b->features[2 * b->l.count + 1] = 1;
        b->asked[b->l.count] = (unsigned char)class;
    }
}

/* The Frechet distance of normal distributions is (m1 - m2)^2 + (s1 - s2)^2. The root mean square
 * distance of two is s sqrt(2), with the variance s^2 of n - 1 degrees of freedom. */
static void distances_and_diversity_are_of_those_that_were_asked_for_the_class(void **state)
{
    (void)state;
    enum { CLASSES = 5 };
    static seen_bench real, samples;
    see(&real, 4, 100, 0, 1);
    see(&real, 2, 100, 5, 0); /* all are the same */
    see(&real, 1, 99, 0, 2);  /* too few for FID */
    see(&real, 0, 100, 0, 1);
    see(&real, 3, 100, 0, 1);
    see(&samples, 0, 100, 3, 2);
    see(&samples, 1, 100, 0, 3);
    see(&samples, 2, 99, 5, 1);
    see(&samples, 3, 1, 0, 0);
    see(&samples, 4, 120, 2, 1);
    asked_images reference = { &real.l, real.asked };
    const asked_images sets[] = { { &samples.l, samples.asked }, reference };
    obeyed out[2];
    assert_ok(obeyed_run(&computes[0][1], CLASSES, reference, sets, 2, out));
    const double wide = sqrt(100.0 / 99), wider = sqrt(120.0 / 119);
    const double fid[CLASSES] = { 9 + wide * wide, NAN, NAN, NAN, 4 + pow(wider - wide, 2) };
    const double diversity[CLASSES] = { 2, 3 * wide / 2, NAN, NAN, wider / wide };
    for (int c = 0; c < CLASSES; c++) {
        assert_true(isnan(out[0].fid_of[c]) == isnan(fid[c]));
        assert_true(isnan(out[0].diversity_of[c]) == isnan(diversity[c]));
        if (!isnan(fid[c]))
            assert_near(out[0].fid_of[c], fid[c], 1e-5);
        if (!isnan(diversity[c]))
            assert_near(out[0].diversity_of[c], diversity[c], 1e-6);
        assert_true(isnan(out[1].fid_of[c]) == (c == 1));
        assert_true(isnan(out[1].diversity_of[c]) == (c == 2));
        assert_true(c == 2 || fabs(out[1].diversity_of[c] - 1) < 1e-12);
    }
    assert_near(out[0].fid, (fid[0] + fid[4]) / 2, 1e-5);
    assert_near(out[1].fid, 0, 1e-6);
    assert_near(out[0].diversity, (diversity[0] + diversity[1] + diversity[4]) / 3, 1e-6);
    assert_near(out[0].accuracy, 100.0 / 420, 1e-15);
}

static void variety_is_the_mean_distance_of_pairs(void **state)
{
    (void)state;
    /* In pixels from 0 to 1 the points are at 0, 3 and 4 of a line: distances 3, 4 and 1. */
    const float x[] = { 0, 6, 8 };
    points p = points_of(x, 3, 1);
    assert_near(variety_of(&p, 0, 3), 8.0 / 3, 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contrast_gradient_matches_differences_of_the_loss_in_binary64),
        cmocka_unit_test(contrast_gradient_is_the_same_bytes_on_every_set_and_team),
        cmocka_unit_test(a_picture_is_right_if_its_caption_is_nearer_than_all_that_do_not_fit),
        cmocka_unit_test(a_picture_between_two_captions_is_not_right),
        cmocka_unit_test(rank_correlation_is_that_of_scipy),
        cmocka_unit_test(equal_values_have_no_rank_correlation),
        cmocka_unit_test(a_picture_has_its_own_captions_and_no_others),
        cmocka_unit_test(a_share_of_hits_has_the_spread_of_a_share),
        cmocka_unit_test(pictures_at_their_captions_have_r_precision_1),
        cmocka_unit_test(pictures_at_other_captions_are_seldom_nearest_to_theirs),
        cmocka_unit_test(a_caption_that_goes_with_all_others_is_not_judged),
        cmocka_unit_test(the_captions_that_do_not_fit_are_the_documented_ones),
        cmocka_unit_test(accuracy_is_the_share_of_the_class_asked_for),
        cmocka_unit_test(distances_and_diversity_are_of_those_that_were_asked_for_the_class),
        cmocka_unit_test(variety_is_the_mean_distance_of_pairs),
    };
    return cmocka_run_group_tests(tests, computes_open, computes_close);
}
