/* tests/test_diagnosis.c - each illness on artificial epochs, vitals on nets with known units.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <math.h>

#include "nn/loss.h"
#include "train/diagnosis.h"

#include "base/banned.h"

static const model_options options = { .batch = 10 };

/* An epoch of a healthy run. */
static epoch_metrics healthy(uint32_t epoch)
{
    epoch_metrics e = { .epoch = epoch, .step = epoch * 200, .value = -0.66 };
    e.mean[METRIC_D_LOSS] = 0.66;
    e.mean[METRIC_G_LOSS] = 2;
    e.mean[METRIC_D_REAL] = 0.8;
    e.mean[METRIC_D_FAKE] = 0.22;
    e.mean[METRIC_RIGHT_REAL] = e.mean[METRIC_RIGHT_FAKE] = 0.85;
    e.mean[METRIC_D_NORM] = e.mean[METRIC_G_NORM] = 60;
    e.vitals.spread = 0.8;
    e.judged = (judged_figures){ .fid = 100.0 / epoch,
                                 .class_kl = 0.1,
                                 .classes_covered = 10,
                                 .classes = 10,
                                 .confidence = 0.9,
                                 .diversity = 0.8 };
    return e;
}

typedef void change(epoch_metrics *e);

static void nothing(epoch_metrics *e)
{
    (void)e;
}

/* The figures of illnesses are just beyond the limits in docs/diagnosis.md. */
static void d_wins(epoch_metrics *e)
{
    e->mean[METRIC_D_REAL] = 0.971;
    e->mean[METRIC_D_FAKE] = 0.029;
    e->mean[METRIC_RIGHT_REAL] = e->mean[METRIC_RIGHT_FAKE] = 0.981;
}

static void g_wins(epoch_metrics *e)
{
    e->mean[METRIC_D_REAL] = 0.4;
    e->mean[METRIC_D_FAKE] = 0.551;
}

static void one_image(epoch_metrics *e)
{
    e->vitals.spread = 0.0499;
}

static void few_images(epoch_metrics *e)
{
    e->vitals.spread = 0.05;
}

/* With the initial weights all samples are one image; a short epoch ends before that changes. */
static void one_image_yet(epoch_metrics *e)
{
    one_image(e);
    e->step = 15 * e->epoch;
}

static void swings(epoch_metrics *e)
{
    e->vitals.spread = e->epoch % 2 ? 0.4 : 0.9;
}

static void three_classes(epoch_metrics *e)
{
    e->judged = (judged_figures){ .fid = 300,
                                  .class_kl = 1.5,
                                  .classes_covered = 3,
                                  .classes = 10,
                                  .confidence = 0.9,
                                  .diversity = 0.121 };
}

/* The figures of the listing's first epochs. */
static void noise(epoch_metrics *e)
{
    e->judged = (judged_figures){ .fid = 600,
                                  .class_kl = 2.3,
                                  .classes_covered = 1,
                                  .classes = 10,
                                  .confidence = 0.9,
                                  .diversity = 0.06 };
}

/* Classes appear one by one, the FID falls. */
static void learns(epoch_metrics *e)
{
    e->judged = (judged_figures){ .fid = 600 - 30.0 * e->epoch,
                                  .class_kl = 1,
                                  .classes_covered = 4,
                                  .classes = 10,
                                  .confidence = 0.9,
                                  .diversity = 0.4 };
}

/* Runs with --init he begin with noise, and swing a little once the spread has settled. */
static void settles(epoch_metrics *e)
{
    static const double spread[] = { 1.2, 0.44, 0.36, 0.66, 0.81, 0.84, 0.83, 0.83, 0.85, 0.84 };
    e->vitals.spread = spread[e->epoch - 1];
}

/* Only three small swings. */
static void trembles(epoch_metrics *e)
{
    e->vitals.spread = e->epoch == 1 || e->epoch == 3 ? 0.8 : 0.97;
}

/* Up and down, but mostly up. */
static void climbs(epoch_metrics *e)
{
    e->vitals.spread = 0.3 + 0.27 * e->epoch + (e->epoch % 2 ? 0 : 0.43);
}

static void grows(epoch_metrics *e)
{
    e->vitals.spread = 0.3 + 0.15 * e->epoch;
}

static void large_gradient(epoch_metrics *e)
{
    e->mean[METRIC_G_NORM] = 1001;
}

static void zeros(epoch_metrics *e)
{
    e->vitals.d_dead = 0.851;
}

static void zeros_in_g(epoch_metrics *e)
{
    e->vitals.g_dead = 0.851;
}

static void half(epoch_metrics *e)
{
    e->mean[METRIC_D_REAL] = 0.51;
    e->mean[METRIC_D_FAKE] = 0.49;
    e->value = -1.37;
    e->vitals.spread = 0.4;
}

/* Ten epochs, changed from `first` on; returns the named illnesses as bits. */
static unsigned named_after(diagnosis *d, const model_options *o, change *c, uint32_t first)
{
    unsigned named = 0;
    diagnosis_open(d, o);
    for (uint32_t epoch = 1; epoch <= 10; epoch++) {
        epoch_metrics e = healthy(epoch);
        if (epoch >= first)
            c(&e);
        unsigned news = diagnosis_add(d, &e);
        assert_int_equal(news & named, 0); /* once */
        named |= news;
    }
    return named;
}

static const struct known {
    change *change;
    illness illness;
    uint32_t delay; /* epochs until it is named */
    const char *text;
} known[] = {
    { d_wins, ILLNESS_DISCRIMINATOR_OVERPOWERS, 2, "D(x) 0.971, D(G(z)) 0.029" },
    { g_wins, ILLNESS_GENERATOR_OVERPOWERS, 1, "D(G(z)) 0.551" },
    { one_image, ILLNESS_COLLAPSE, 1,
      "collapse, G makes one sample: the spread of 64 samples is 0.050" },
    { few_images, ILLNESS_COLLAPSE, 1, "partial collapse: the spread of 64 samples is 0.050" },
    { three_classes, ILLNESS_CLASSES_LOST, 4, "cover 3 of 10" },
    { swings, ILLNESS_OSCILLATION, 5, "between 0.40 and 0.90" },
    { large_gradient, ILLNESS_EXPLODING_GRADIENTS, 0, "100 in G" },
    { zeros, ILLNESS_DEAD_UNITS, 1, "a layer of D 85 %" },
    { zeros_in_g, ILLNESS_DEAD_UNITS, 1, "a layer of G 85 %" },
    { half, ILLNESS_EQUILIBRIUM, 2, "Jensen-Shannon estimate 0.008" },
};

static void each_illness_is_named_once_with_its_figures_and_no_other(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        diagnosis d;
        unsigned named = named_after(&d, &options, known[i].change, 3);
        const finding *f = &d.findings[known[i].illness];
        assert_int_equal(named, 1u << known[i].illness);
        assert_int_equal(f->from, 3 + known[i].delay);
        assert_int_equal(f->to, 10);
        assert_non_null(strstr(f->text, known[i].text));
    }
}

static void a_healthy_run_is_told_nothing(void **state)
{
    (void)state;
    diagnosis d;
    static change *const well[] = { nothing, noise,    learns, grows,
                                    settles, trembles, climbs, one_image_yet };
    for (size_t i = 0; i < sizeof well / sizeof *well; i++)
        assert_int_equal(named_after(&d, &options, well[i], 1), 0);
}

/* If any single figure of an illness is at its limit, or misses it, it is not named. */
static void what_is_an_illness_but_for_one_figure_is_none(void **state)
{
    (void)state;
#define AT(member) offsetof(epoch_metrics, member)
    static const struct {
        change *change;
        size_t offset; /* of the figure in epoch_metrics */
        double value;
    } nearly[] = {
        { d_wins, AT(mean[METRIC_RIGHT_REAL]), 0.98 },
        { d_wins, AT(mean[METRIC_RIGHT_FAKE]), 0.98 },
        { d_wins, AT(mean[METRIC_D_REAL]), 0.97 },
        { d_wins, AT(mean[METRIC_D_FAKE]), 0.03 },
        { g_wins, AT(mean[METRIC_D_FAKE]), 0.4 + 0.15 },
        { one_image, AT(vitals.spread), 0.25 },
        { three_classes, AT(judged.classes_covered), 10 },
        { three_classes, AT(judged.diversity), 0.1199 },
        { large_gradient, AT(mean[METRIC_G_NORM]), 1000 },
        { zeros, AT(vitals.d_dead), 0.85 },
        { half, AT(mean[METRIC_D_REAL]), 0.5301 },
        { half, AT(mean[METRIC_D_FAKE]), 0.4699 },
        { half, AT(value), -1.336 },
        { half, AT(vitals.spread), 0.3999 },
    };
#undef AT
    for (size_t i = 0; i < sizeof nearly / sizeof *nearly; i++) {
        diagnosis d;
        diagnosis_open(&d, &options);
        for (uint32_t epoch = 1; epoch <= 10; epoch++) {
            epoch_metrics e = healthy(epoch);
            nearly[i].change(&e);
            *(double *)((char *)&e + nearly[i].offset) = nearly[i].value;
            if (diagnosis_add(&d, &e) != 0)
                fail_msg("row %zu is named", i);
        }
    }
}

static void a_critic_is_not_judged_by_one_half(void **state)
{
    (void)state;
    diagnosis d;
    model_options critic = options;
    while (strcmp(loss_choice(critic.loss)->name, "wasserstein") != 0)
        critic.loss++;
    assert_int_equal(named_after(&d, &critic, d_wins, 1), 0);
    assert_int_equal(named_after(&d, &critic, g_wins, 1), 0);
    assert_int_equal(named_after(&d, &critic, half, 1), 0);
}

/* Judged at every second epoch, as with --eval-every 2. */
static void epochs_that_were_not_judged_do_not_count(void **state)
{
    (void)state;
    diagnosis d;
    diagnosis_open(&d, &options);
    for (uint32_t epoch = 1; epoch <= 13; epoch++) {
        epoch_metrics e = healthy(epoch);
        three_classes(&e);
        if (epoch % 2)
            e.judged.fid = NAN;
        assert_int_equal(diagnosis_add(&d, &e), epoch == 10 ? 1u << ILLNESS_CLASSES_LOST : 0);
    }
    assert_int_equal(d.findings[ILLNESS_CLASSES_LOST].to, 12);
}

static void the_distance_is_the_mean_over_all_pairs(void **state)
{
    (void)state;
    static const float x[] = { 0, 0, 3, 4, 0, 8 };
    assert_true(fabs(vitals_mean_distance(x, 3, 2) - (5.0 + 8 + 5) / 3) < 1e-14);
    assert_true(vitals_mean_distance(x, 1, 2) == 0);
}

/* A game whose units are set by hand, through biases only: the same for every sample. */
typedef struct patient {
    model model;
    compute compute;
    arena arena;
    vitals vitals;
    dataset data;
} patient;

static void open_patient(patient *p, const char *g, const char *d, float *points, int count)
{
    model_options o;
    *p = (patient){
        .data = { .count = count, .channels = 2, .height = 1, .width = 1, .points = points }
    };
    data_identity identity = {
        .channels = 2, .height = 1, .width = 1, .count = 1000, .kind = SAMPLE_POINT
    };
    option_defaults(&model_option_table, &o);
    o.generator = g;
    o.discriminator = d;
    o.latent = 2;
    o.batch = 24; /* does not divide 64 */
    assert_int_equal(compute_open(&p->compute, NULL, 1), STATUS_OK);
    assert_int_equal(model_open(&p->model, &o, &identity), STATUS_OK);
    for (int turn = 0; turn < 2; turn++) {
        model_plan(&p->model, &p->arena, MODEL_TRAINS);
        vitals_plan(&p->vitals, &p->arena, &p->model);
        if (turn == 0)
            assert_int_equal(arena_open(&p->arena), STATUS_OK);
    }
    memset(p->model.players[GENERATOR].net.params, 0,
           p->model.players[GENERATOR].net.param_count * sizeof(float));
    memset(p->model.players[DISCRIMINATOR].net.params, 0,
           p->model.players[DISCRIMINATOR].net.param_count * sizeof(float));
    vitals_open(&p->vitals, &p->data, &p->compute);
}

static void close_patient(patient *p)
{
    arena_close(&p->arena);
    model_close(&p->model);
    compute_close(&p->compute);
}

/* The values of tensor i in the order of the spec: "0.bias" is number 1. */
static float *tensor_of(const net *n, int i)
{
    return n->params + n->tensors[i].offset;
}

static vital_signs examine(patient *p)
{
    random_stream z = { 1, 0, random_name(RANDOM_GRID_FIXED, 0, 0) };
    return vitals_take(&p->vitals, &p->model, &p->compute, z);
}

static void dead_units_are_those_of_the_worst_layer(void **state)
{
    (void)state;
    static float points[] = { 0, 0, 3, 4 };
    static const float g_bias[] = { 1, -1, -1, 0 };
    patient p;
    open_patient(&p, "linear 4, relu, linear 2", "linear 4, relu, linear 5, relu, linear 1", points,
                 2);
    memcpy(tensor_of(&p.model.players[GENERATOR].net, 1), g_bias, sizeof g_bias);
    /* D: in the first layer one unit is above 0 only for the second point, and two always; in the
     * second layer four are. */
    float *w = tensor_of(&p.model.players[DISCRIMINATOR].net, 0),
          *b = tensor_of(&p.model.players[DISCRIMINATOR].net, 1);
    w[0] = 1; /* (4, 2): belongs to unit 0 */
    b[0] = -2;
    b[1] = b[2] = 1;
    for (int k = 0; k < 4; k++)
        tensor_of(&p.model.players[DISCRIMINATOR].net, 3)[k] = 0.5F;
    vital_signs s = examine(&p);
    assert_true(s.g_dead == 0.75);
    assert_true(s.d_dead == 0.25);
    b[0] = -4;
    b[1] = -1;
    s = examine(&p);
    assert_true(s.g_dead == 0.75 && s.d_dead == 0.75 && s.spread == 0);
    close_patient(&p);
}

static void a_net_without_relu_has_no_dead_units(void **state)
{
    (void)state;
    static float points[] = { 0, 0, 3, 4 };
    patient p;
    open_patient(&p, "linear 4, leaky_relu 0.2, linear 2", "linear 4, sigmoid, linear 1", points,
                 2);
    vital_signs s = examine(&p);
    assert_true(s.g_dead == 0 && s.d_dead == 0);
    close_patient(&p);
}

static void a_leaky_relu_of_slope_0_can_die(void **state)
{
    (void)state;
    static float points[] = { 0, 0, 3, 4 };
    patient p;
    open_patient(&p, "linear 4, leaky_relu 0, linear 2", "linear 4, leaky_relu 0.01, linear 1",
                 points, 2);
    vital_signs s = examine(&p);
    assert_true(s.g_dead == 1 && s.d_dead == 0);
    close_patient(&p);
}

static void a_net_may_begin_with_units_that_can_die(void **state)
{
    (void)state;
    static float points[] = { 0, 0, 3, -4 };
    patient p;
    open_patient(&p, "relu, linear 2", "relu, linear 1", points, 2);
    vital_signs s = examine(&p);
    assert_true(s.g_dead == 0 && s.d_dead == 0.5);
    close_patient(&p);
}

/* G(z) = 2 z + (5, 5) has the spread of 2 z. The data are two points, each repeated 32 times: 32 *
 * 32 of the 2016 pairs are 5 apart, so the mean distance is 5 * 1024 / 2016. */
static void the_spread_is_that_of_the_samples_by_that_of_the_data(void **state)
{
    (void)state;
    static float points[] = { 0, 0, 3, 4 };
    patient p;
    open_patient(&p, "linear 2", "linear 1", points, 2);
    float *w = tensor_of(&p.model.players[GENERATOR].net, 0),
          *b = tensor_of(&p.model.players[GENERATOR].net, 1);
    w[0] = w[3] = 2;
    b[0] = b[1] = 5;
    double spread = examine(&p).spread;
    random_stream z = { 1, 0, random_name(RANDOM_GRID_FIXED, 0, 0) };
    float latents[2 * VITALS_ROWS];
    latents_draw(&p.compute, z, 0, view_of(latents, VITALS_ROWS, 2));
    double expected = 2 * vitals_mean_distance(latents, VITALS_ROWS, 2) / (5.0 * 1024 / 2016);
    assert_true(fabs(spread / expected - 1) < 1e-6);
    /* The mean distance of two normal points in the plane is sqrt(pi). */
    assert_true(fabs(spread * 5 * 1024 / 2016 / 2 - sqrt(M_PI)) < 0.2);
    close_patient(&p);
}

static void data_of_one_sample_have_no_spread(void **state)
{
    (void)state;
    static float points[] = { 1, 2 };
    patient p;
    open_patient(&p, "linear 2", "linear 1", points, 1);
    assert_true(examine(&p).spread == 1);
    close_patient(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_illness_is_named_once_with_its_figures_and_no_other),
        cmocka_unit_test(a_healthy_run_is_told_nothing),
        cmocka_unit_test(what_is_an_illness_but_for_one_figure_is_none),
        cmocka_unit_test(a_critic_is_not_judged_by_one_half),
        cmocka_unit_test(epochs_that_were_not_judged_do_not_count),
        cmocka_unit_test(the_distance_is_the_mean_over_all_pairs),
        cmocka_unit_test(dead_units_are_those_of_the_worst_layer),
        cmocka_unit_test(a_net_without_relu_has_no_dead_units),
        cmocka_unit_test(a_leaky_relu_of_slope_0_can_die),
        cmocka_unit_test(a_net_may_begin_with_units_that_can_die),
        cmocka_unit_test(the_spread_is_that_of_the_samples_by_that_of_the_data),
        cmocka_unit_test(data_of_one_sample_have_no_spread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
