/* tests/test_ranks.c - ranks that share each batch: the checkpoint of one process, whatever their
 * number, of which each keeps the moments of its share.
 *
 * Ranks are processes here, which leave a test where rank 0 goes on. What they send by MPI is the
 * same (tests/fault/ranks).
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <math.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/file.h"
#include "game/saved.h"
#include "place.h"
#include "play.h"
#include "train/ranks.h"

#include "base/banned.h"

/* Nets of many chunks of Adam, so that every rank has a share, and shares end within a tensor. */
static const golden_game large_games[] = {
    { .generator = "linear 300, relu, linear 200, relu, linear 64, tanh",
      .discriminator =
          "linear 300, leaky_relu 0.2, dropout 0.3, linear 250, leaky_relu 0.2, linear 1",
      .latent = 40,
      .batch = 16,
      .d_steps = 2,
      .lr = 0.001,
      .shape = { 1, 8, 8 },
      .seed = 3,
      .samples = 1000,
      .rules = { { "ema", "0.9" }, { "r1", "1" }, { "beta1", "0.5" } } },
    { .generator = "linear 64x2x2, batch_norm, relu, conv_transpose 48 k4 s2 p1, batch_norm, relu, "
                   "conv_transpose 1 k4 s2 p1, tanh",
      .discriminator = "conv 40 k4 s2 p1 spectral_norm, leaky_relu 0.2, conv 70 k3 s1 p1 "
                       "spectral_norm, leaky_relu 0.2, linear 90, tanh, linear 1",
      .latent = 20,
      .batch = 9,
      .d_steps = 1,
      .lr = 0.001,
      .shape = { 1, 8, 8 },
      .seed = 4,
      .samples = 1000,
      .rules = { { "loss", "relativistic" }, { "r1", "1" }, { "r2", "0.5" }, { "beta1", "0" } } },
};

enum { LARGE_COUNT = sizeof large_games / sizeof *large_games };

static void play(training *t, int steps)
{
    for (int i = 0; i < steps; i++)
        assert_ok(training_step(t));
}

/* Rank 0 writes the checkpoint. */
static void save(const training *t, const char *path)
{
    if (t->model.group.rank == 0)
        assert_ok(model_save(&t->model, path));
    else
        model_bring(&t->model);
}

/* Only rank 0 returns. */
static void leave(group *among)
{
    int rank = among->rank;
    group_close(among, true);
    if (rank > 0)
        _exit(0);
}

static void play_alone(const golden_game *g, const char *path)
{
    training t;
    training_open_golden(&t, g, NULL, 1);
    play(&t, GAME_STEPS);
    save(&t, path);
    training_close(&t);
}

static void play_shared(const golden_game *g, int ranks, const char *path)
{
    training t;
    group among;
    assert_ok(group_fork(&among, ranks));
    training_open_in(&t, among, g, NULL, 1 + among.rank % 2);
    play(&t, GAME_STEPS);
    save(&t, path);
    leave(&among);
    training_close(&t);
}

static void assert_same_files(const char *a, const char *b)
{
    unsigned char *bytes[2];
    size_t sizes[2];
    assert_ok(file_read(a, SIZE_MAX, &bytes[0], &sizes[0]));
    assert_ok(file_read(b, SIZE_MAX, &bytes[1], &sizes[1]));
    assert_int_equal(sizes[0], sizes[1]);
    assert_memory_equal(bytes[0], bytes[1], sizes[0]);
    free(bytes[0]);
    free(bytes[1]);
}

static void any_number_of_ranks_plays_to_the_same_checkpoint(void **state)
{
    (void)state;
    static const int ranks[] = { 2, 3, 4 };
    for (int k = 0; k < GAME_COUNT; k++) {
        play_alone(&golden_games[k], "alone");
        for (size_t i = 0; i < sizeof ranks / sizeof *ranks; i++) {
            if (ranks[i] > golden_games[k].batch)
                continue;
            play_shared(&golden_games[k], ranks[i], "shared");
            assert_same_files("alone", "shared");
        }
    }
}

static void many_shares_make_the_same_checkpoint(void **state)
{
    (void)state;
    static const int ranks[] = { 2, 5, 8 };
    for (int k = 0; k < LARGE_COUNT; k++) {
        play_alone(&large_games[k], "alone");
        for (size_t i = 0; i < sizeof ranks / sizeof *ranks; i++) {
            play_shared(&large_games[k], ranks[i], "shared");
            assert_same_files("alone", "shared");
        }
    }
}

/* ---- going on ---- */

/* Plays a step more from a checkpoint, by so many ranks, and writes it again. */
static void go_on(const char *path, int ranks)
{
    training t = { 0 };
    checkpoint f;
    group among = { .ranks = 1 };
    if (ranks > 1)
        assert_ok(group_fork(&among, ranks));
    assert_ok(compute_open(&t.compute, NULL, 1));
    assert_ok(model_open_file(&t.model, &f, path));
    t.compute.group = t.model.group = among;
    assert_ok(model_open_memory(&t.model, &t.arena, MODEL_TRAINS));
    assert_ok(model_read(&t.model, &f));
    checkpoint_close(&f);
    t.model.taught = &told;
    group_most(among, 0); /* all have read it */
    play(&t, 1);
    save(&t, path);
    leave(&among);
    training_close(&t);
}

static void another_number_of_ranks_goes_on(void **state)
{
    (void)state;
    for (int k = 0; k < LARGE_COUNT; k++) {
        play_alone(&large_games[k], "alone");
        play_shared(&large_games[k], 3, "shared");
        static const int ranks[] = { 2, 1, 4 };
        for (size_t i = 0; i < sizeof ranks / sizeof *ranks; i++) {
            go_on("alone", 1);
            go_on("shared", ranks[i]);
            assert_same_files("alone", "shared");
        }
    }
}

/* ---- shares ---- */

static void the_shares_of_ranks_are_each_parameter_once(void **state)
{
    (void)state;
    static const size_t counts[] = { 0, 1, 4096, 4097, 50000, 1000000 };
    for (size_t k = 0; k < sizeof counts / sizeof *counts; k++)
        for (int ranks = 1; ranks < 10; ranks++) {
            size_t next = 0, first = adam_share((group){ .ranks = ranks }, counts[k]).end;
            for (int r = 0; r < ranks; r++) {
                group_part own = adam_share((group){ .ranks = ranks, .rank = r }, counts[k]);
                assert_int_equal(own.begin, next);
                assert_true(own.begin % ADAM_CHUNK == 0 || own.begin == own.end);
                assert_true(own.end >= own.begin && own.end - own.begin <= first);
                next = own.end;
            }
            assert_int_equal(next, counts[k]);
        }
}

static unsigned char sent_byte(int rank, size_t i)
{
    return (unsigned char)(i * i / 251 + i + (size_t)rank * 77);
}

/* All ranks send before any of them receives: more than a link holds. */
static bool gets_what_is_sent(group g, size_t size, size_t step)
{
    unsigned char *bytes = calloc(size, 1);
    bool right = bytes != NULL;
    for (size_t i = 0; right && i < size; i++)
        bytes[i] = sent_byte(g.rank, i);
    group_send(g, bytes, right ? size : 0);
    for (size_t at = 0, n; at < size && right; at += n) {
        n = 1 + at * step % 50000;
        n = n < size - at ? n : size - at;
        group_receive(g, bytes, n);
        for (size_t i = 0; i < n; i++)
            right = right && bytes[i] == sent_byte((g.rank + g.ranks - 1) % g.ranks, at + i);
    }
    free(bytes);
    return right;
}

/* Segments of numbers, of which every rank has those of its rows. */
static bool gets_what_is_gathered(group g, int rows)
{
    enum { SEGMENTS = 3, MOST = 100 };
    int mine[SEGMENTS * MOST], all[SEGMENTS * MOST];
    int own = group_rows(g, rows), first = group_first_row(g, rows);
    bool right = true;
    for (int s = 0; s < SEGMENTS; s++)
        for (int i = 0; i < own; i++)
            mine[s * own + i] = 1000 * s + first + i;
    group_gather(g, rows, SEGMENTS, sizeof *mine, mine, all);
    for (int i = 0; i < SEGMENTS * rows; i++)
        right = right && all[i] == 1000 * (i / rows) + i % rows;
    return right;
}

/* Parts of whole units, of numbers that are as large as their places. */
static bool gets_what_is_shared(group g, size_t count, size_t unit)
{
    enum { MOST = 1000 };
    uint32_t all[MOST] = { 0 };
    bool right = true;
    group_part own = group_part_of(g, count, unit);
    for (size_t i = own.begin; i < own.end; i++)
        all[i] = (uint32_t)i + 1;
    group_share(g, count, unit, sizeof *all, all);
    for (size_t i = 0; i < count; i++)
        right = right && all[i] == i + 1;
    return right;
}

static void every_rank_gets_what_the_others_give(void **state)
{
    (void)state;
    for (int ranks = 1; ranks <= 5; ranks++) {
        group g;
        assert_ok(group_fork(&g, ranks));
        int number = 100 * g.rank, wrong = 0;
        if (ranks > 1) {
            wrong |= gets_what_is_sent(g, 700000, 7919) ? 0 : 1;
            wrong |= gets_what_is_sent(g, 1000003, 1) ? 0 : 1;
            group_spread(g, &number, sizeof number);
            wrong |= number == 100 * (ranks - 1) ? 0 : 2;
        }
        for (int rows = 1; rows < 30; rows++)
            wrong |= gets_what_is_gathered(g, rows) ? 0 : 4;
        for (size_t count = 0; count < 1000; count += 37)
            wrong |= gets_what_is_shared(g, count, 1 + count % 50) ? 0 : 8;
        wrong |= group_most(g, (g.rank + 1) % ranks) == ranks - 1 ? 0 : 16;
        wrong = group_most(g, wrong);
        status s = group_status(g);
        leave(&g);
        assert_ok(s);
        assert_int_equal(wrong, 0);
    }
}

/* No memory to share: this process stays alone. */
static void a_group_that_cannot_be_made_is_this_process_alone(void **state)
{
    (void)state;
    struct rlimit before, none;
    group g = { .ranks = 7, .rank = 5 };
    assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
    none = (struct rlimit){ 0, before.rlim_max };
    assert_int_equal(setrlimit(RLIMIT_AS, &none), 0);
    status s = group_fork(&g, 3);
    assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
    assert_fails(s, STATUS_MEMORY, "--ranks: ");
    assert_int_equal(g.ranks, 1);
    assert_int_equal(g.rank, 0);
    assert_null(g.link);
    group_close(&g, false);
}

static void ranks_take_less_memory_by_the_moments_of_others(void **state)
{
    (void)state;
    for (int rank = 0; rank < 4; rank++) {
        training alone, shared;
        training_open_golden(&alone, &large_games[0], NULL, 1);
        training_open_in(&shared, (group){ .ranks = 4, .rank = rank }, &large_games[0], NULL, 1);
        const net *n = &shared.model.players[GENERATOR].net;
        size_t others = n->param_count - (n->share.end - n->share.begin);
        assert_true(others >= n->param_count / 2);
        assert_true(shared.arena.size + 2 * others * sizeof(float) < alone.arena.size);
        assert_int_equal(shared.model.players[GENERATOR].average.params != NULL, rank == 0);
        training_close(&shared);
        training_close(&alone);
    }
}

enum { SAME, OTHER_DATA, OTHER_WEIGHT, OTHER_CHECKPOINT };

/* Compares three ranks, of which the last differs from the others. */
static status compare_ranks(int difference)
{
    training t;
    group among;
    uint32_t read = 7;
    assert_ok(group_fork(&among, 3));
    training_open_in(&t, among, &large_games[0], NULL, 1);
    if (among.rank == 2) {
        t.model.data.fingerprint += difference == OTHER_DATA;
        t.model.players[GENERATOR].net.params[5] += difference == OTHER_WEIGHT ? 1.0F : 0.0F;
        read += difference == OTHER_CHECKPOINT;
    }
    status s = ranks_compare(&t.model, read);
    if (among.rank > 0)
        leave(&among);
    group_close(&among, s == STATUS_OK);
    training_close(&t);
    return s;
}

static void a_rank_that_differs_is_named_with_what_differs(void **state)
{
    (void)state;
    static const char other_data[] = "rank 2 has other data than rank 0; expected the same files "
                                     "and options on every machine";
    static const char other_game[] = "rank 2 has other options or weights than rank 0; expected "
                                     "the same files and options on every machine";
    assert_ok(compare_ranks(SAME));
    assert_fails(compare_ranks(OTHER_DATA), STATUS_USAGE, other_data);
    assert_fails(compare_ranks(OTHER_WEIGHT), STATUS_USAGE, other_game);
    assert_fails(compare_ranks(OTHER_CHECKPOINT), STATUS_USAGE, other_game);
}

static void what_is_not_finite_is_named_though_another_rank_has_it(void **state)
{
    (void)state;
    training t;
    group among;
    assert_ok(group_fork(&among, 3));
    training_open_in(&t, among, &large_games[0], NULL, 1);
    const net *n = &t.model.players[GENERATOR].net;
    size_t last = n->param_count - 1;
    if (n->share.begin <= last && last < n->share.end)
        n->exp_avg_sq[last - n->share.begin] = INFINITY;
    status s = training_step(&t);
    leave(&among);
    assert_fails(s, STATUS_NONFINITE,
                 "a moment of generator.4.bias is not finite, in step 1 of epoch 1; try a smaller "
                 "--lr, other layers or another --seed; the last checkpoint is untouched");
    training_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(any_number_of_ranks_plays_to_the_same_checkpoint,
                                        place_enter, place_leave),
        cmocka_unit_test_setup_teardown(many_shares_make_the_same_checkpoint, place_enter,
                                        place_leave),
        cmocka_unit_test_setup_teardown(another_number_of_ranks_goes_on, place_enter, place_leave),
        cmocka_unit_test(the_shares_of_ranks_are_each_parameter_once),
        cmocka_unit_test(every_rank_gets_what_the_others_give),
        cmocka_unit_test(a_group_that_cannot_be_made_is_this_process_alone),
        cmocka_unit_test(ranks_take_less_memory_by_the_moments_of_others),
        cmocka_unit_test(a_rank_that_differs_is_named_with_what_differs),
        cmocka_unit_test(what_is_not_finite_is_named_though_another_rank_has_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
