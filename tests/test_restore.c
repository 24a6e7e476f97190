/* tests/test_restore.c - tasks: phases, poorer copies, and games whose G restores pictures.
 *
 * That a step is right is for tests/test_model.c, whose golden games have tasks as well.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"
#include "training.h"

#include "game/game.h"
#include "game/pairs.h"

#include "base/banned.h"

/* ---- phases ---- */

static void phases_say_which_game_an_epoch_plays(void **state)
{
    (void)state;
    phases p;
    assert_ok(phases_parse(&p, "mse:3,adversarial:2,mse"));
    static const phase_kind kinds[] = { PHASE_MSE,         PHASE_MSE, PHASE_MSE, PHASE_ADVERSARIAL,
                                        PHASE_ADVERSARIAL, PHASE_MSE, PHASE_MSE };
    static const uint32_t judged_before[] = { 0, 0, 0, 0, 1, 2, 2 };
    for (uint32_t epoch = 0; epoch < 7; epoch++) {
        assert_int_equal(phases_at(&p, epoch), kinds[epoch]);
        assert_int_equal(phases_before(&p, epoch, PHASE_ADVERSARIAL), judged_before[epoch]);
        assert_int_equal(phases_before(&p, epoch, PHASE_MSE), epoch - judged_before[epoch]);
    }
    assert_int_equal(phases_epochs(&p), 0);
    assert_ok(phases_parse(&p, "mse:3,adversarial:2"));
    assert_int_equal(phases_epochs(&p), 5);
    assert_int_equal(phases_at(&p, 1000), PHASE_ADVERSARIAL);
    assert_true(phases_have(&p, PHASE_MSE) && phases_have(&p, PHASE_ADVERSARIAL));
    assert_ok(phases_parse(&p, NULL));
    assert_int_equal(phases_at(&p, 0), PHASE_MSE);
    assert_false(phases_have(&p, PHASE_ADVERSARIAL));
}

static void phases_that_make_no_sense_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *list, *said;
    } cases[] = {
        { "", "a phase is mse or adversarial" },
        { "gan:3", "--phases: a phase is mse or adversarial: expected phases such as "
                   "mse:3,adversarial:6, each with its epochs, got \"gan:3\"" },
        { "mse:3,", "a phase is mse or adversarial" },
        { "mse:0", "a whole number, at least 1" },
        { "mse:-1", "a whole number, at least 1" },
        { "mse:1.5", "a whole number, at least 1" },
        { "mse:1e9", "a whole number, at least 1" },
        { "mse:", "a whole number, at least 1" },
        { "mse,adversarial:2", "only the last phase" },
        { "adversarial-and-more-than-there-is-room-for:1", "a phase is mse or adversarial" },
        { "mse:1,mse:1,mse:1,mse:1,mse:1,mse:1,mse:1,mse:1,mse:1,mse:1,mse:1,mse:1,mse:1,mse:1,"
          "mse:1,mse:1,mse:1",
          "too many phases" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        phases p;
        status s = phases_parse(&p, cases[i].list);
        assert_int_equal(s, STATUS_USAGE);
        assert_non_null(strstr(status_message(), cases[i].said));
        assert_non_null(strstr(status_message(), "--phases: "));
    }
}

/* ---- poorer copies ---- */

enum { SIDE = 12, PLANE = SIDE * SIDE, ROWS = 40, MOST_VALUES = 4 * PLANE };

typedef struct copies {
    compute compute;
    arena arena;
    degrader degrader;
    unsigned char pictures[ROWS][3 * PLANE];
    float poor[ROWS * MOST_VALUES];
} copies;

static void degrade_all(copies *c, int kind, int channels, int threads)
{
    const image_shape shape = { channels, SIDE, SIDE };
    assert_ok(compute_open(&c->compute, NULL, threads));
    for (int turn = 0; turn < 2; turn++) {
        degrader_plan(&c->degrader, &c->arena, kind, 2, shape, ROWS);
        if (turn == 0)
            assert_ok(arena_open(&c->arena));
    }
    degrader_run(&c->degrader, &c->compute, (random_stream){ 5, 0, RANDOM_HOLE }, 3, ROWS,
                 c->pictures[0], c->poor);
}

static void copies_close(copies *c)
{
    arena_close(&c->arena);
    compute_close(&c->compute);
    free(c);
}

static copies *copies_open(void)
{
    copies *c = calloc(1, sizeof *c);
    assert_non_null(c);
    for (size_t i = 0; i < sizeof c->pictures; i++)
        ((unsigned char *)c->pictures)[i] = (unsigned char)(i * i / 7 + i);
    return c;
}

static int task_named(const char *name)
{
    int i = 0;
    while (strcmp(task_choice(i)->name, name) != 0)
        i++;
    return i;
}

/* Image.merge("RGB", ...).convert("L") of Pillow 10 for these colours. */
static void the_luma_of_a_colour_is_that_of_Pillow(void **state)
{
    (void)state;
    static const unsigned char colours[][4] = {
        { 255, 255, 255, 255 }, { 0, 0, 0, 0 },     { 255, 0, 0, 76 },  { 0, 255, 0, 150 },
        { 0, 0, 255, 29 },      { 12, 34, 56, 30 }, { 200, 3, 77, 70 }, { 254, 1, 1, 77 },
        { 90, 180, 45, 138 },   { 1, 1, 0, 1 },     { 17, 17, 17, 17 }, { 128, 64, 250, 104 },
    };
    enum { COLOURS = sizeof colours / sizeof *colours };
    copies *c = copies_open();
    for (int i = 0; i < COLOURS; i++)
        for (int k = 0; k < 3; k++)
            c->pictures[0][k * PLANE + i] = colours[i][k];
    degrade_all(c, task_named("colorize"), 3, 1);
    for (int i = 0; i < COLOURS; i++)
        assert_true(c->poor[i] == (float)(2 * colours[i][3] - 255) / 255);
    copies_close(c);
}

/* Image.fromarray(a, "L").resize((6, 6), BICUBIC) of Pillow for a[y][x] = (5 x x + 37 y + 11 x y) %
 * 256. */
static void the_smaller_picture_of_each_channel_is_that_of_Pillow(void **state)
{
    (void)state;
    enum { SMALL = SIDE / 2, ROW = 2, CHANNEL = 1 };
    static const unsigned char expected[SMALL][SMALL] = {
        { 26, 72, 139, 143, 121, 165 },   { 109, 172, 149, 146, 111, 110 },
        { 176, 104, 161, 127, 118, 136 }, { 102, 131, 100, 90, 128, 138 },
        { 109, 139, 123, 155, 128, 142 }, { 129, 133, 114, 127, 137, 113 },
    };
    copies *c = copies_open();
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++)
            c->pictures[ROW][CHANNEL * PLANE + y * SIDE + x] =
                (unsigned char)(5 * x * x + 37 * y + 11 * x * y);
    degrade_all(c, task_named("upscale"), 3, 2);
    const float *poor = c->poor + (ROW * 3 + CHANNEL) * SMALL * SMALL;
    for (int i = 0; i < SMALL * SMALL; i++)
        assert_true(poor[i] == (float)(2 * expected[i / SMALL][i % SMALL] - 255) / 255);
    copies_close(c);
}

static void a_hole_is_a_rectangle_that_the_mask_shows_and_nothing_else_changes(void **state)
{
    (void)state;
    copies *c = copies_open();
    degrade_all(c, task_named("inpaint"), 3, 2);
    bool differs = false;
    for (int i = 0; i < ROWS; i++) {
        const float *poor = c->poor + (ptrdiff_t)i * 4 * PLANE, *mask = poor + 3 * PLANE;
        int top = SIDE, bottom = -1, left = SIDE, right = -1, inside = 0;
        for (int k = 0; k < PLANE; k++) {
            bool hole = mask[k] == 1;
            assert_true(hole || mask[k] == -1);
            for (int channel = 0; channel < 3; channel++) {
                int byte = hole ? TASK_HOLE : c->pictures[i][channel * PLANE + k];
                assert_true(poor[channel * PLANE + k] == (float)(2 * byte - 255) / 255);
            }
            if (!hole)
                continue;
            inside++;
            top = k / SIDE < top ? k / SIDE : top;
            bottom = k / SIDE;
            left = k % SIDE < left ? k % SIDE : left;
            right = k % SIDE > right ? k % SIDE : right;
        }
        int height = bottom - top + 1, width = right - left + 1;
        assert_int_equal(inside, height * width);
        assert_in_range(height, SIDE / 4, SIDE / 2);
        assert_in_range(width, SIDE / 4, SIDE / 2);
        differs |= memcmp(mask, c->poor + 3 * PLANE, PLANE * sizeof *mask) != 0;
    }
    assert_true(differs);
    copies_close(c);
}

typedef struct hole {
    int top, height, left, width;
} hole;

enum { HOLES = 4 };

/* x are the pictures order[0], ...; poor have these holes, with the mask behind their channels. */
static void check_holes(const copies *c, const uint32_t order[HOLES], const hole holes[HOLES],
                        const float *x, const float *poor)
{
    for (int i = 0; i < HOLES * PLANE; i++) {
        int picture = i / PLANE, pixel = i % PLANE;
        int down = pixel / SIDE - holes[picture].top, across = pixel % SIDE - holes[picture].left;
        bool inside = down >= 0 && down < holes[picture].height && across >= 0 &&
                      across < holes[picture].width;
        float whole = x[picture * 3 * PLANE + pixel];
        assert_true(whole == (float)(2 * c->pictures[order[picture]][pixel] - 255) / 255);
        assert_true(poor[(picture * 4 + 3) * PLANE + pixel] == (inside ? 1 : -1));
        assert_true(poor[picture * 4 * PLANE + pixel] ==
                    (inside ? (float)(2 * TASK_HOLE - 255) / 255 : whole));
    }
}

/* By docs/random-streams.md, with the words of tests/oracle/streams for the seed 7: places 2 to 5
 * of epoch 3, and places 0 to 3 of the layer 7, whose pictures come from all over the data. */
static void holes_are_the_documented_ones(void **state)
{
    (void)state;
    static const hole of_epoch[] = {
        { 4, 3, 5, 3 }, { 5, 4, 4, 4 }, { 5, 3, 3, 5 }, { 5, 6, 3, 6 }
    };
    static const hole of_layer[] = {
        { 5, 4, 5, 5 }, { 4, 3, 2, 5 }, { 2, 3, 2, 3 }, { 0, 5, 7, 4 }
    };
    static const uint32_t order[] = { 9, 0, 39, 9 }, all_over[] = { 0, 10, 20, 30 };
    static float x[HOLES * 3 * PLANE], poor[HOLES * 4 * PLANE];
    static unsigned char crops[HOLES * 3 * PLANE];
    copies *c = copies_open();
    degrade_all(c, task_named("inpaint"), 3, 2);
    const dataset d = {
        .count = ROWS, .channels = 3, .height = SIDE, .width = SIDE, .pixels = c->pictures[0]
    };
    const pairs p = { .data = &d, .degrader = c->degrader, .seed = 7, .crops = crops };
    pairs_batch(&p, &c->compute, 3, 2, HOLES, order, x, poor);
    check_holes(c, order, of_epoch, x, poor);
    pairs_show(&p, &c->compute, (random_stream){ 7, 0, 7 }, HOLES, x, poor);
    check_holes(c, all_over, of_layer, x, poor);
    copies_close(c);
}

static void a_poorer_copy_depends_on_its_row_and_not_on_threads(void **state)
{
    (void)state;
    for (int kind = 1; task_choice(kind); kind++) {
        copies *one = copies_open(), *many = copies_open();
        degrade_all(one, kind, 3, 1);
        degrade_all(many, kind, 3, 3);
        assert_memory_equal(one->poor, many->poor, sizeof one->poor);
        /* The last row by itself, as the first of a batch that begins there. */
        int size = shape_size(one->degrader.to);
        degrader_run(&many->degrader, &many->compute, (random_stream){ 5, 0, RANDOM_HOLE },
                     3 + ROWS - 1, 1, many->pictures[ROWS - 1], many->poor);
        assert_memory_equal(many->poor, one->poor + (ptrdiff_t)(ROWS - 1) * size,
                            (size_t)size * sizeof *one->poor);
        copies_close(one);
        copies_close(many);
    }
}

/* ---- games ---- */

static model_options upscale_options(const char *list)
{
    model_options o;
    option_defaults(&model_option_table, &o);
    o.task = task_named("upscale");
    o.scale = 2;
    o.phases = list;
    o.generator = "conv 3 k3 p1, leaky_relu 0.2, conv_transpose 2 k4 s2 p1";
    o.discriminator = "conv 3 k3 s2 p1, leaky_relu 0.2, linear 1";
    o.batch = 4;
    o.seed = 9;
    return o;
}

static const data_identity pictures = { .channels = 2, .height = 6, .width = 4, .count = 8 };

static void next_batch(void *context, uint32_t number, real_batch *to)
{
    const training *t = context;
    const random_stream s = { 1, 0, 0xF7 };
    int batch = t->model.options.batch;
    for (int i = 0; i < batch; i++) {
        int row = (int)number * batch + i;
        t->compute.kernels->normal(s, row, 0, 48, to->x + (ptrdiff_t)i * 48);
        t->compute.kernels->normal(s, row, 64, 12, to->poor + (ptrdiff_t)i * 12);
    }
}

static void train_epochs(training *t, int epochs)
{
    for (int i = 0; i < epochs; i++) {
        while (t->model.step < model_epoch_steps(&t->model))
            assert_ok(model_step(&t->model, &t->compute, (batch_source){ next_batch, t }));
        model_end_epoch(&t->model);
    }
}

static void copy_net(net *to, const net *from)
{
    memcpy(to->params, from->params, from->param_count * sizeof *from->params);
}

/* No random number takes part in these steps, so that D learns the same whether it begins with the
 * run or after two epochs of regression. */
static void D_begins_with_its_first_phase_as_with_a_run(void **state)
{
    (void)state;
    model_options later = upscale_options("mse:2,adversarial:2"),
                  now = upscale_options("adversarial");
    training a, b;
    training_start(&a, &later, &pictures, NULL, 2, MODEL_TRAINS);
    training_start(&b, &now, &pictures, NULL, 2, MODEL_TRAINS);
    net *d = &a.model.players[DISCRIMINATOR].net, *d_now = &b.model.players[DISCRIMINATOR].net;
    train_epochs(&a, 2);
    assert_memory_equal(d->params, d_now->params, d->param_count * sizeof *d->params);
    assert_int_equal(model_judged_steps(&a.model), 0);
    copy_net(&b.model.players[GENERATOR].net, &a.model.players[GENERATOR].net);
    assert_ok(model_step(&a.model, &a.compute, (batch_source){ next_batch, &a }));
    assert_ok(model_step(&b.model, &b.compute, (batch_source){ next_batch, &b }));
    assert_int_equal(model_judged_steps(&a.model), 1);
    assert_int_equal(model_total_steps(&a.model), 5);
    assert_memory_equal(d->params, d_now->params, d->param_count * sizeof *d->params);
    assert_memory_equal(d->exp_avg_sq, d_now->exp_avg_sq, d->param_count * sizeof *d->params);
    training_close(&a);
    training_close(&b);
}

static void a_run_of_regression_has_no_D_and_is_the_first_phase_of_a_longer_one(void **state)
{
    (void)state;
    model_options alone = upscale_options("mse"), first = upscale_options("mse:2,adversarial:1");
    training a, b;
    alone.discriminator = NULL;
    training_start(&a, &alone, &pictures, NULL, 1, MODEL_TRAINS);
    training_start(&b, &first, &pictures, NULL, 3, MODEL_TRAINS);
    assert_int_equal(a.model.game->player_count, 1);
    assert_int_equal(b.model.game->player_count, 2);
    train_epochs(&a, 2);
    train_epochs(&b, 2);
    const net *g = &a.model.players[GENERATOR].net;
    assert_memory_equal(g->params, b.model.players[GENERATOR].net.params,
                        g->param_count * sizeof *g->params);
    training_close(&a);
    training_close(&b);
}

static void samples_of_a_task_are_what_G_makes_of_the_pictures_shown(void **state)
{
    (void)state;
    enum { SHOWN = 3, ASKED = 7, POOR = 12, S = 48 };
    model_options o = upscale_options("mse");
    training t;
    float poor[SHOWN * POOR], out[ASKED * S];
    o.discriminator = NULL;
    training_start(&t, &o, &pictures, NULL, 1, MODEL_TRAINS);
    for (int i = 0; i < SHOWN * POOR; i++)
        poor[i] = (float)i / 40;
    model_show(&t.model, (picture_examples){ poor, SHOWN });
    model_sample(&t.model, &t.compute, model_sample_stream(1), 0, ASKED, out);
    for (int i = SHOWN; i < ASKED; i++)
        assert_memory_equal(out + (ptrdiff_t)i * S, out + (ptrdiff_t)(i - SHOWN) * S,
                            S * sizeof *out);
    assert_memory_not_equal(out, out + S, S * sizeof *out);
    training_close(&t);
}

static void options_that_do_not_go_with_a_task_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *name, *value, *said;
    } cases[] = {
        { "task", "colorize", "--task: colorize needs pictures in colour, these have 2 channels" },
        { "scale", "4", "--crop: expected a multiple of the --scale, 4, got 6: give --crop 4" },
        { "phases", "mse", "--discriminator: no phase has one" },
        { "condition", "label", "--condition: with --task upscale" },
        { "task", "none", "--scale: is for a task" },
        { "generator", "conv 8 k3 p1, leaky_relu 0.2, linear 48",
          "--generator: layer 3, \"linear 48\", is for images of one size: expected layers that "
          "take any" },
        { "generator", "conv 2 k3 p1", "ends in 2x3x2, expected 2x6x4" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        model_options o = upscale_options("mse:1,adversarial:1");
        data_identity data = pictures;
        model m;
        assert_ok(option_set(option_find(&model_option_table, cases[i].name), &o, cases[i].value));
        if (o.condition != CONDITION_NONE) {
            data.conditions = 2;
            data.examples = "a\nb";
        }
        status s = model_open(&m, &o, &data);
        assert_int_equal(s, STATUS_USAGE);
        if (!strstr(status_message(), cases[i].said))
            fail_msg("%s %s: %s", cases[i].name, cases[i].value, status_message());
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(phases_say_which_game_an_epoch_plays),
        cmocka_unit_test(phases_that_make_no_sense_are_refused),
        cmocka_unit_test(the_luma_of_a_colour_is_that_of_Pillow),
        cmocka_unit_test(the_smaller_picture_of_each_channel_is_that_of_Pillow),
        cmocka_unit_test(a_hole_is_a_rectangle_that_the_mask_shows_and_nothing_else_changes),
        cmocka_unit_test(holes_are_the_documented_ones),
        cmocka_unit_test(a_poorer_copy_depends_on_its_row_and_not_on_threads),
        cmocka_unit_test(D_begins_with_its_first_phase_as_with_a_run),
        cmocka_unit_test(a_run_of_regression_has_no_D_and_is_the_first_phase_of_a_longer_one),
        cmocka_unit_test(samples_of_a_task_are_what_G_makes_of_the_pictures_shown),
        cmocka_unit_test(options_that_do_not_go_with_a_task_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
