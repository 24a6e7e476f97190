/* tests/test_memorisation.c - a D that knows its few samples by heart is named, others are not.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include "nn/loss.h"
#include "train/diagnosis.h"

#include "base/banned.h"

/* Four steps of 16 samples an epoch: 64 samples. From epoch 100 on D is right as often as given. */
typedef struct trial {
    uint32_t epochs, steps; /* in all; of an epoch */
    double before, real, fake, spread;
    const char *loss;
    int task;
    bool found;
} trial;

static int loss_of(const char *name)
{
    int i = 0;
    while (strcmp(loss_nth(i)->choice.name, name) != 0)
        i++;
    return i;
}

/* The first epoch that shows it; 0: none does. */
static uint32_t first_epoch(const trial *t)
{
    enum { SURE_FROM = 100 };
    const model_options o = {
        .batch = 16, .d_steps = 1, .loss = loss_of(t->loss), .task = t->task
    };
    diagnosis d;
    diagnosis_open(&d, &o);
    for (uint32_t i = 1; i <= t->epochs; i++) {
        epoch_metrics e = { .epoch = i, .step = t->steps * i, .judged = judged_nothing() };
        bool sure = i >= SURE_FROM;
        e.mean[METRIC_D_REAL] = 0.7;
        e.mean[METRIC_D_FAKE] = 0.3;
        e.mean[METRIC_RIGHT_REAL] = sure ? t->real : t->before;
        e.mean[METRIC_RIGHT_FAKE] = sure ? t->fake : t->before;
        e.vitals.spread = t->spread;
        diagnosis_add(&d, &e);
    }
    return d.findings[ILLNESS_MEMORISATION].from;
}

static void only_a_d_that_became_sure_of_few_samples_knows_them_by_heart(void **state)
{
    (void)state;
    static const trial trials[] = {
        { 120, 4, 0.75, 0.95, 0.95, 0.7, "non-saturating", 0, true },
        { 120, 4, 0.75, 0.95, 0.95, 0.7, "hinge", 0, true },
        { 120, 4, 0.75, 0.91, 0.91, 0.4, "least-squares", 0, true },
        { 120, 4, 0.75, 0.89, 0.95, 0.7, "non-saturating", 0, false },  /* unsure of real ones */
        { 120, 4, 0.75, 0.95, 0.89, 0.7, "non-saturating", 0, false },  /* and of fakes */
        { 120, 4, 0.86, 0.95, 0.95, 0.7, "non-saturating", 0, false },  /* G never fooled it */
        { 120, 4, 0.75, 0.95, 0.95, 0.3, "non-saturating", 0, false },  /* G has collapsed */
        { 101, 4, 0.75, 0.92, 0.92, 0.7, "non-saturating", 0, false },  /* only two epochs */
        { 120, 625, 0.75, 0.95, 0.95, 0.7, "non-saturating", 0, true }, /* 10,000 samples */
        { 120, 626, 0.75, 0.95, 0.95, 0.7, "non-saturating", 0, false },
        { 120, 1, 0.75, 0.95, 0.95, 0.7, "non-saturating", 0, false }, /* fewer than 200 steps */
        { 120, 4, 0.75, 0.95, 0.95, 0.7, "wasserstein", 0, false },
        { 120, 4, 0.75, 0.95, 0.95, 0.7, "relativistic", 0, false },
        { 120, 4, 0.75, 0.95, 0.95, 0.7, "non-saturating", 1, false },
    };
    for (size_t i = 0; i < sizeof trials / sizeof *trials; i++)
        if ((first_epoch(&trials[i]) > 0) != trials[i].found)
            fail_msg("trial %zu: found in epoch %u", i, first_epoch(&trials[i]));
}

/* The mean of eight epochs is above 0.9 once six of them have 0.96 and two have 0.75. */
static void it_takes_the_mean_of_eight_epochs_and_says_what_it_saw(void **state)
{
    (void)state;
    const trial t = { 120, 4, 0.75, 0.96, 0.96, 0.7, "non-saturating", 0, true };
    assert_int_equal(first_epoch(&t), 105);
    const model_options o = { .batch = 16, .d_steps = 1 };
    diagnosis d;
    diagnosis_open(&d, &o);
    for (uint32_t i = 1; i <= 70; i++) {
        epoch_metrics e = { .epoch = i, .step = 5 * i, .judged = judged_nothing() };
        e.mean[METRIC_RIGHT_REAL] = i > 60 ? 0.96 : 0.5;
        e.mean[METRIC_RIGHT_FAKE] = i > 60 ? 0.97 : 0.5;
        e.vitals.spread = 1;
        diagnosis_add(&d, &e);
    }
    const finding *f = &d.findings[ILLNESS_MEMORISATION];
    assert_string_equal(f->name, "memorisation");
    assert_int_equal(f->from, 67);
    assert_int_equal(f->to, 70);
    assert_string_equal(f->text,
                        "memorisation: D knows its 80 samples by heart: having seen each 67 times, "
                        "it takes 90 % of them for real and 91 % of the fakes for fake, so that G "
                        "can only copy them");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_a_d_that_became_sure_of_few_samples_knows_them_by_heart),
        cmocka_unit_test(it_takes_the_mean_of_eight_epochs_and_says_what_it_saw),
    };
    return cmocka_run_group_tests_name("memorisation", tests, NULL, NULL);
}
