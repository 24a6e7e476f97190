/* tests/test_random.c - the random streams: known answers, the same numbers from every instruction
 * set, and statistics.
 *
 * The statistics use fixed seeds, so they pass always or never. Their bounds, such as 4 standard
 * deviations, are those that one stream in some ten thousand would miss.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <math.h>

#include "known_answers.h"
#include "math/kernels.h"
#include "math/random.h"

#include "base/banned.h"

static const kernels *best(void)
{
    return kernels_usable(0);
}

/* ---- known answers ---- */

static random_stream known_stream(const known_answer *k)
{
    return (random_stream){ k->argument[0], (uint32_t)k->argument[1], (uint32_t)k->argument[2] };
}

static uint64_t got_philox(const kernels *k, const known_answer *a, int i)
{
    (void)k;
    uint32_t counter[4], words[4];
    const uint32_t key[2] = { (uint32_t)a->argument[4], (uint32_t)a->argument[5] };
    for (int j = 0; j < 4; j++)
        counter[j] = (uint32_t)a->argument[j];
    philox(counter, key, words);
    return words[i];
}

static int group_of(uint64_t col)
{
    return (int)col / RANDOM_GROUP * RANDOM_GROUP;
}

static uint64_t got_word(const kernels *k, const known_answer *a, int i)
{
    uint32_t w[RANDOM_GROUP];
    uint64_t col = a->argument[4];
    k->words(known_stream(a), (int)a->argument[3], group_of(col), RANDOM_GROUP, w);
    return w[col % RANDOM_GROUP + (uint64_t)i];
}

static uint64_t got_normal(const kernels *k, const known_answer *a, int i)
{
    float z[RANDOM_GROUP];
    uint64_t col = a->argument[4];
    k->normal(known_stream(a), (int)a->argument[3], group_of(col), RANDOM_GROUP, z);
    return to_bits(z[col % RANDOM_GROUP + (uint64_t)i]);
}

static uint64_t got_truncated(const kernels *k, const known_answer *a, int i)
{
    float z[1000];
    int col = (int)a->argument[3] + i;
    assert_true(col < 1000);
    random_stream s = { a->argument[0], 12345, (uint32_t)a->argument[1] };
    random_truncated_normal(k, s, (int)a->argument[2], from_bits((uint32_t)a->argument[4]), col + 1,
                            z);
    return to_bits(z[col]);
}

static uint64_t got_keep(const kernels *k, const known_answer *a, int i)
{
    unsigned char keep[RANDOM_GROUP];
    uint64_t col = a->argument[4];
    k->keep(known_stream(a), (int)a->argument[3], group_of(col), RANDOM_GROUP,
            (uint32_t)a->argument[5], keep);
    return keep[col % RANDOM_GROUP + (uint64_t)i];
}

static uint64_t got_below(const kernels *k, const known_answer *a, int i)
{
    (void)k;
    (void)i;
    return random_below(known_stream(a), (uint32_t)a->argument[3], (uint32_t)a->argument[4]);
}

static uint64_t got_shuffle(const kernels *k, const known_answer *a, int i)
{
    (void)k;
    static uint32_t order[60000];
    assert_true(a->argument[3] <= 60000);
    random_shuffle(known_stream(a), (int)a->argument[3], order);
    return order[i];
}

static const struct {
    const char *name;
    uint64_t (*got)(const kernels *k, const known_answer *a, int i);
    int arguments;
    int count; /* least number of its lines in the document */
} streams[] = {
    { "philox", got_philox, 6, 3 },   { "word", got_word, 5, 13 },
    { "normal", got_normal, 5, 13 },  { "truncated", got_truncated, 5, 4 },
    { "keep", got_keep, 6, 8 },       { "below", got_below, 5, 12 },
    { "shuffle", got_shuffle, 4, 5 },
};
enum { STREAMS = sizeof streams / sizeof *streams };

static void check_known(const kernels *k, const known_answer *a, int counts[STREAMS])
{
    for (int s = 0; s < STREAMS; s++) {
        if (strcmp(a->name, streams[s].name) != 0 || a->arguments != streams[s].arguments)
            continue;
        counts[s]++;
        for (int i = 0; i < a->results; i++) {
            uint64_t got = streams[s].got(k, a, i);
            if (got != a->result[i])
                fail_msg("%s: %s number %d, result %d: expected %#llx, got %#llx", k->name, a->name,
                         counts[s], i, (unsigned long long)a->result[i], (unsigned long long)got);
        }
    }
}

/* tests/oracle/streams computed them from the document, without this code. */
static void the_streams_are_those_of_the_document(void **state)
{
    (void)state;
    for (int set = 0; kernels_usable(set); set++) {
        int counts[STREAMS] = { 0 };
        FILE *f = known_open("docs/random-streams.md");
        known_answer a;
        while (known_next(f, &a))
            check_known(kernels_usable(set), &a, counts);
        fclose(f);
        for (int s = 0; s < STREAMS; s++)
            if (counts[s] < streams[s].count)
                fail_msg("the document has %d answers for %s, expected %d", counts[s],
                         streams[s].name, streams[s].count);
    }
}

/* The three known answers of the authors' own code, which cannot share an error with ours. */
static void philox_gives_its_published_answers(void **state)
{
    (void)state;
    static const uint32_t cases[][10] = {
        { 0, 0, 0, 0, 0, 0, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 },
        { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x408f276d,
          0x41c83b0e, 0xa20bc7c6, 0x6d5451fd },
        { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0, 0xd16cfe09,
          0x94fdcceb, 0x5001e420, 0x24126ea1 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint32_t words[4];
        philox(cases[i], cases[i] + 4, words);
        assert_memory_equal(words, cases[i] + 6, sizeof words);
    }
}

/* ---- the same from every set, for any part of a row ---- */

/* Places drawn with Philox itself, including the extremes. */
typedef struct place {
    random_stream s;
    int row, col;
} place;

static place some_place(uint32_t i)
{
    const uint32_t counter[4] = { i }, more[4] = { i, 1 }, key[2] = { 99, 98 };
    uint32_t w[4], v[4];
    philox(counter, key, w);
    philox(more, key, v);
    bool plain = i % 3 == 0;
    return (place){
        .s = { .seed = plain ? i : (uint64_t)w[0] << 32 | w[1],
               .step = i % 5 == 0 ? UINT32_MAX
                       : plain    ? 0
                                  : w[2],
               .stream = i % 7 == 0 ? UINT32_MAX : w[3] & 0x00ffffff },
        .row = i % 11 == 0 ? INT32_MAX : (int)(v[0] % 70000),
        .col = i % 13 == 0 ? (INT32_MAX - 1000) / 64 * 64 : (int)(v[1] % 1000) * 64,
    };
}

static void words_are_philox_at_the_documented_counter(void **state)
{
    (void)state;
    for (int set = 0; kernels_usable(set); set++)
        for (uint32_t i = 0; i < 1001; i++) {
            place p = some_place(i);
            uint32_t w[3 * RANDOM_GROUP];
            kernels_usable(set)->words(p.s, p.row, p.col, 3 * RANDOM_GROUP, w);
            for (int j = 0; j < 3 * RANDOM_GROUP; j++) {
                uint32_t col = (uint32_t)p.col + (uint32_t)j;
                const uint32_t counter[4] = { 16 * (col / 64) + col % 16, (uint32_t)p.row, p.s.step,
                                              p.s.stream };
                const uint32_t key[2] = { (uint32_t)p.s.seed, (uint32_t)(p.s.seed >> 32) };
                uint32_t expected[4];
                philox(counter, key, expected);
                assert_int_equal(w[j], expected[col % 64 / 16]);
            }
        }
}

static void every_set_draws_the_same(void **state)
{
    (void)state;
    enum { N = 5 * RANDOM_GROUP };
    for (int set = 0; kernels_usable(set); set++)
        for (uint32_t i = 0; i < 1001; i++) {
            const kernels *k = kernels_usable(set);
            place p = some_place(i);
            float z[N], expected[N];
            unsigned char keep[N], kept[N];
            uint32_t threshold = i % 17 == 0 ? UINT32_MAX : i % 19 == 0 ? 0 : 0x01234567 * i;
            kernels_generic.normal(p.s, p.row, p.col, N, expected);
            k->normal(p.s, p.row, p.col, N, z);
            assert_memory_equal(z, expected, sizeof z);
            kernels_generic.keep(p.s, p.row, p.col, N, threshold, kept);
            k->keep(p.s, p.row, p.col, N, threshold, keep);
            assert_memory_equal(keep, kept, sizeof keep);
        }
}

static void a_part_of_a_row_is_that_part_of_it(void **state)
{
    (void)state;
    enum { N = 4 * RANDOM_GROUP + 9 };
    random_stream s = { 5, 6, 7 };
    for (int set = 0; kernels_usable(set); set++) {
        const kernels *k = kernels_usable(set);
        uint32_t words[N], w[N + 1];
        float normals[N], z[N + 1];
        unsigned char keeps[N], keep[N + 1];
        k->words(s, 8, 0, N, words);
        k->normal(s, 8, 0, N, normals);
        k->keep(s, 8, 0, N, 0x80000000, keeps);
        for (int col = 0; col < N; col += RANDOM_GROUP)
            for (int n = 0; n <= N - col; n++) {
                memset(w, 0xee, sizeof w);
                memset(z, 0xee, sizeof z);
                memset(keep, 0xee, sizeof keep);
                k->words(s, 8, col, n, w);
                k->normal(s, 8, col, n, z);
                k->keep(s, 8, col, n, 0x80000000, keep);
                assert_memory_equal(w, words + col, (size_t)n * sizeof *w);
                assert_memory_equal(z, normals + col, (size_t)n * sizeof *z);
                assert_memory_equal(keep, keeps + col, (size_t)n);
                assert_true(w[n] == 0xeeeeeeee && to_bits(z[n]) == 0xeeeeeeee && keep[n] == 0xee);
            }
    }
}

static void a_value_is_kept_where_its_word_reaches_the_threshold(void **state)
{
    (void)state;
    enum { N = 1000 };
    random_stream s = { 1, 2, random_name(RANDOM_DROPOUT, 3, 4) };
    uint32_t w[N];
    unsigned char keep[N];
    best()->words(s, 3, 0, N, w);
    for (int t = 0; t < N; t++) {
        uint32_t threshold = t == 0 ? 0 : t == 1 ? UINT32_MAX : w[t] + (uint32_t)(t % 3) - 1;
        best()->keep(s, 3, 0, N, threshold, keep);
        for (int i = 0; i < N; i++)
            assert_int_equal(keep[i], w[i] >= threshold);
    }
}

static void a_mask_scales_what_is_kept_and_clears_the_rest(void **state)
{
    (void)state;
    enum { MOST = 70 };
    for (int set = 0; kernels_usable(set); set++)
        for (int n = 0; n <= MOST; n++) {
            float x[MOST + 1], y[MOST + 1];
            unsigned char keep[MOST];
            best()->normal((random_stream){ 1, 2, 3 }, n, 0, MOST, x);
            best()->keep((random_stream){ 1, 2, 4 }, n, 0, MOST, 0x80000000, keep);
            x[n / 2] = n % 2 == 0 ? INFINITY : NAN;
            keep[n / 2] = 0;
            memcpy(y, x, sizeof y);
            y[n] = 77;
            kernels_usable(set)->mask(n, keep, 1.3f, y);
            for (int i = 0; i < n; i++)
                assert_int_equal(to_bits(y[i]), to_bits(keep[i] ? 1.3f * x[i] : 0));
            assert_true(y[n] == 77);
        }
}

/* ---- statistics ---- */

/* Chi-squared of counts that should all be equal: its distance from its mean, in standard
 * deviations. */
static double uneven(const uint32_t *counts, int n)
{
    double total = 0, sum = 0;
    for (int i = 0; i < n; i++)
        total += counts[i];
    for (int i = 0; i < n; i++)
        sum += pow(counts[i] - total / n, 2) / (total / n);
    return (sum - (n - 1)) / sqrt(2.0 * (n - 1));
}

static void words_are_uniform_in_each_of_their_bytes(void **state)
{
    (void)state;
    enum { ROWS = 256, COLS = 1024 };
    static uint32_t w[COLS];
    uint32_t counts[4][256] = { { 0 } };
    for (int row = 0; row < ROWS; row++) {
        best()->words((random_stream){ 1, 2, 3 }, row, 0, COLS, w);
        for (int i = 0; i < COLS; i++)
            for (int b = 0; b < 4; b++)
                counts[b][w[i] >> 8 * b & 255]++;
    }
    for (int b = 0; b < 4; b++)
        assert_true(fabs(uneven(counts[b], 256)) < 4);
}

static int by_value(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static double normal_below(double x)
{
    return erfc(-x / sqrt(2)) / 2;
}

static double truncated_below(double x)
{
    double outside = normal_below(-2);
    return (normal_below(x) - outside) / (1 - 2 * outside);
}

/* Kolmogorov and Smirnov: the largest distance between the values' distribution and the expected
 * one, times sqrt(n); it exceeds 2 in one of 1500 cases. Sorts z. */
static double distance(float *z, int n, double (*below)(double x))
{
    double most = 0;
    qsort(z, (size_t)n, sizeof *z, by_value);
    for (int i = 0; i < n; i++) {
        double p = below((double)z[i]);
        most = fmax(most, fmax((i + 1.0) / n - p, p - (double)i / n));
    }
    return most * sqrt(n);
}

/* The mean of (z / deviation)^power. */
static double moment(const float *z, int n, double deviation, int power)
{
    double sum = 0;
    for (int i = 0; i < n; i++) {
        double x = (double)z[i] / deviation, y = 1;
        for (int p = 0; p < power; p++)
            y *= x;
        sum += y;
    }
    return sum / n;
}

enum { MANY = 1 << 20 };
static float many[MANY];

static void normal_numbers_are_normal(void **state)
{
    (void)state;
    best()->normal((random_stream){ 1, 0, RANDOM_LATENT }, 0, 0, MANY, many);
    double unit = 4 / sqrt(MANY);
    assert_true(fabs(moment(many, MANY, 1, 1)) < unit);
    assert_true(fabs(moment(many, MANY, 1, 2) - 1) < unit * sqrt(2));
    assert_true(fabs(moment(many, MANY, 1, 3)) < unit * sqrt(15));
    assert_true(fabs(moment(many, MANY, 1, 4) - 3) < unit * sqrt(96));
    assert_true(distance(many, MANY, normal_below) < 2);
    assert_true(many[0] < -4.5f && many[0] > -5.8f);
    assert_true(many[MANY - 1] > 4.5f && many[MANY - 1] < 5.8f);
}

static void truncated_normal_numbers_are_normal_within_two_deviations(void **state)
{
    (void)state;
    const float deviation = 0.1f;
    enum { ROW = 1000, ROWS = 500, N = ROW * ROWS };
    for (int row = 0; row < ROWS; row++)
        random_truncated_normal(best(), (random_stream){ 1, 0, RANDOM_INIT_GENERATOR }, row,
                                deviation, ROW, many + (ptrdiff_t)row * ROW);
    for (int i = 0; i < N; i++)
        assert_true(fabsf(many[i]) <= 2 * deviation);
    /* The variance of a normal distribution cut off at 2: 1 - 4 phi(2) / (2 Phi(2) - 1). */
    assert_true(fabs(moment(many, N, 0.1, 1)) < 4 * sqrt(0.7737 / N));
    assert_true(fabs(moment(many, N, 0.1, 2) - 0.77374) < 4 * sqrt(0.8 / N));
    for (int i = 0; i < N; i++)
        many[i] /= deviation;
    assert_true(distance(many, N, truncated_below) < 2);
}

static double correlation(const float *x, const float *y, int n)
{
    double xy = 0, xx = 0, yy = 0;
    for (int i = 0; i < n; i++) {
        xy += (double)x[i] * (double)y[i];
        xx += (double)x[i] * (double)x[i];
        yy += (double)y[i] * (double)y[i];
    }
    return xy / sqrt(xx * yy);
}

/* Their squares must be unrelated too: the pairs of Box and Muller share a radius. */
static void check_unrelated(const char *what, float *x, float *y, int n)
{
    double most = 4 / sqrt(n);
    double plain = correlation(x, y, n);
    for (int i = 0; i < n; i++) {
        x[i] = x[i] * x[i] - 1;
        y[i] = y[i] * y[i] - 1;
    }
    double squares = correlation(x, y, n);
    if (!(fabs(plain) < most) || !(fabs(squares) < most))
        fail_msg("%s: correlations of %g and, squared, %g; expected less than %g", what, plain,
                 squares, most);
}

static void neighbouring_streams_rows_and_seeds_are_unrelated(void **state)
{
    (void)state;
    enum { N = 1 << 17 };
    static float x[N], y[N];
    static const struct {
        const char *what;
        random_stream s;
        int row;
    } others[] = {
        { "row", { 1, 2, RANDOM_LATENT }, 1 },
        { "step", { 1, 3, RANDOM_LATENT }, 0 },
        { "use", { 1, 2, RANDOM_LATENT + 1 }, 0 },
        { "layer", { 1, 2, RANDOM_LATENT | 1 << 8 }, 0 },
        { "pass", { 1, 2, RANDOM_LATENT | 1 << 16 }, 0 },
        { "seed", { 2, 2, RANDOM_LATENT }, 0 },
        { "high half of the seed", { 1 + (UINT64_C(1) << 32), 2, RANDOM_LATENT }, 0 },
        { "row and step exchanged", { 1, 0, RANDOM_LATENT }, 2 },
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        best()->normal((random_stream){ 1, 2, RANDOM_LATENT }, 0, 0, N, x);
        best()->normal(others[i].s, others[i].row, 0, N, y);
        check_unrelated(others[i].what, x, y, N);
    }
}

static void neighbouring_columns_are_unrelated(void **state)
{
    (void)state;
    enum { N = 1 << 17 };
    static float x[N], y[N];
    static const int distances[] = { 1, 2, 8, 15, 16, 17, 32, 48, 63, 64, 65 };
    for (size_t d = 0; d < sizeof distances / sizeof *distances; d++) {
        best()->normal((random_stream){ 1, 2, RANDOM_LATENT }, 0, 0, N, many);
        memcpy(x, many, sizeof x);
        memcpy(y, many + distances[d], (size_t)(N - distances[d]) * sizeof *y);
        check_unrelated("columns", x, y, N - distances[d]);
    }
}

static void values_are_kept_at_the_rate_asked_for(void **state)
{
    (void)state;
    enum { N = 1 << 18 };
    static unsigned char keep[N];
    for (int tenth = 0; tenth <= 9; tenth++) {
        double p = tenth / 10.0; /* the probability to drop */
        int kept = 0;
        best()->keep((random_stream){ 1, 0, RANDOM_DROPOUT }, 0, 0, N,
                     (uint32_t)(p * 4294967296.0 + 0.5), keep);
        for (int i = 0; i < N; i++)
            kept += keep[i];
        assert_true(fabs(kept - (1 - p) * N) <= 4 * sqrt(p * (1 - p) * N));
    }
}

static void numbers_below_n_are_uniform(void **state)
{
    (void)state;
    random_stream s = { 1, 0, RANDOM_SHUFFLE };
    static const uint32_t sizes[] = { 1, 2, 3, 10, 100, 257 };
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        uint32_t counts[257] = { 0 };
        for (uint32_t i = 0; i < 60000; i++) {
            uint32_t x = random_below(s, i, sizes[k]);
            assert_true(x < sizes[k]);
            counts[x]++;
        }
        if (sizes[k] > 1)
            assert_true(fabs(uneven(counts, (int)sizes[k])) < 4);
    }
    uint32_t upper = 0;
    for (uint32_t i = 0; i < 10000; i++)
        upper += random_below(s, i, UINT32_MAX) > UINT32_MAX / 2;
    assert_in_range(upper, 4800, 5200);
}

static void a_shuffle_has_every_element_once(void **state)
{
    (void)state;
    static uint32_t order[60000];
    static bool seen[60000];
    for (int n = 0; n <= 60000; n = n < 70 ? n + 1 : n * 9) {
        memset(seen, 0, sizeof seen);
        random_shuffle((random_stream){ 3, 4, RANDOM_SHUFFLE }, n, order);
        for (int i = 0; i < n; i++) {
            assert_true(order[i] < (uint32_t)n && !seen[order[i]]);
            seen[order[i]] = true;
        }
    }
}

static void every_order_is_equally_likely(void **state)
{
    (void)state;
    enum { N = 5, ORDERS = 120, STEPS = 24000 };
    uint32_t counts[ORDERS] = { 0 };
    for (uint32_t step = 0; step < STEPS; step++) {
        uint32_t order[N], number = 0;
        random_shuffle((random_stream){ 1, step, RANDOM_SHUFFLE }, N, order);
        /* The order's number in mixed base: each digit counts the later elements that are smaller.
         */
        for (uint32_t i = 0; i < N; i++) {
            uint32_t smaller = 0;
            for (uint32_t j = i + 1; j < N; j++)
                smaller += order[j] < order[i];
            number = number * (N - i) + smaller;
        }
        counts[number]++;
    }
    assert_true(fabs(uneven(counts, ORDERS)) < 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_streams_are_those_of_the_document),
        cmocka_unit_test(philox_gives_its_published_answers),
        cmocka_unit_test(words_are_philox_at_the_documented_counter),
        cmocka_unit_test(every_set_draws_the_same),
        cmocka_unit_test(a_part_of_a_row_is_that_part_of_it),
        cmocka_unit_test(a_value_is_kept_where_its_word_reaches_the_threshold),
        cmocka_unit_test(a_mask_scales_what_is_kept_and_clears_the_rest),
        cmocka_unit_test(words_are_uniform_in_each_of_their_bytes),
        cmocka_unit_test(normal_numbers_are_normal),
        cmocka_unit_test(truncated_normal_numbers_are_normal_within_two_deviations),
        cmocka_unit_test(neighbouring_streams_rows_and_seeds_are_unrelated),
        cmocka_unit_test(neighbouring_columns_are_unrelated),
        cmocka_unit_test(values_are_kept_at_the_rate_asked_for),
        cmocka_unit_test(numbers_below_n_are_uniform),
        cmocka_unit_test(a_shuffle_has_every_element_once),
        cmocka_unit_test(every_order_is_equally_likely),
    };
    return cmocka_run_group_tests_name("random", tests, NULL, NULL);
}
