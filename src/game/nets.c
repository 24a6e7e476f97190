/* game/nets.c - the nets of generator and discriminator: their specs, and what does not fit.
 *
 * SPDX-License-Identifier: MIT */
#include "game/adversarial.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "game/augment.h"
#include "game/game.h"
#include "game/specs.h"
#include "nn/loss.h"
#include "nn/schedule.h"
#include "nn/tiling.h"

#include "base/banned.h"

static bool is_usual(const model_options *o, const char *name)
{
    return option_is_initial(option_find(&model_option_table, name), o);
}

static status check_condition(const model_options *o)
{
    const char *given = !is_usual(o, "mismatch")          ? "mismatch"
                        : !is_usual(o, "mismatch-epochs") ? "mismatch-epochs"
                        : !is_usual(o, "mismatch-near")   ? "mismatch-near"
                                                          : NULL;
    if (o->condition != CONDITION_NONE || !given)
        return STATUS_OK;
    return status_fail(STATUS_USAGE,
                       "--%s: there are no conditions to be mistaken for each other without "
                       "--condition label or caption",
                       given);
}

/* Options that say something of a task, where there is none. */
static status check_no_task(const model_options *o)
{
    static const char *const names[] = { "scale", "crop", "turn", "phases", "adversarial" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!is_usual(o, names[i]))
            return status_fail(STATUS_USAGE,
                               "--%s: is for a task, such as --task upscale, and this run has none",
                               names[i]);
    return STATUS_OK;
}

static status check_task(const model *m)
{
    const model_options *o = &m->options;
    const data_identity *d = &m->data;
    const task *t = task_nth(o->task);
    const char *name = t->choice.name;
    if (o->task == TASK_NONE)
        return check_no_task(o);
    if (o->condition != CONDITION_NONE)
        return status_fail(
            STATUS_USAGE,
            "--condition: with --task %s G is given pictures, and takes no labels or "
            "captions beside them: leave one of the two out",
            name);
    if (d->kind == SAMPLE_POINT)
        return status_fail(STATUS_USAGE, "--task: %s is for images, the data are points", name);
    if (t->needs_colour && d->channels < 3)
        return status_fail(STATUS_USAGE,
                           "--task: %s needs pictures in colour, these have %d channel%s", name,
                           d->channels, text_plural((uint64_t)d->channels));
    if (!t->scales && !is_usual(o, "scale"))
        return status_fail(STATUS_USAGE, "--scale: the task %s does not change a picture's size",
                           name);
    if (t->scales && (d->height % o->scale != 0 || d->width % o->scale != 0))
        return status_fail(STATUS_USAGE,
                           "--crop: expected a multiple of the --scale, %d, got %d: give --crop %d",
                           o->scale, d->height, d->height - d->height % o->scale);
    if (o->discriminator && m->game->player_count == 1)
        return status_fail(STATUS_USAGE, "--discriminator: no phase has one: add it to --phases, "
                                         "as in mse:3,adversarial:6");
    return STATUS_OK;
}

/* Options that contradict each other. */
static status check_rules(const model_options *o)
{
    const loss *l = loss_nth(o->loss);
    if (o->label_smoothing > 0 && !l->labels)
        return status_fail(STATUS_USAGE,
                           "--label-smoothing: the loss %s has no labels that could be smoothed",
                           l->choice.name);
    if (augment_adapts(o) && l->drifts)
        return status_fail(STATUS_USAGE,
                           "--augment auto: with the loss %s D does not say which "
                           "samples it takes for real; name the changes instead",
                           l->choice.name);
    if (o->lr_schedule != SCHEDULE_CONSTANT && o->lr_epochs == 0)
        return status_fail(STATUS_USAGE,
                           "--lr-schedule: %s needs --lr-epochs, after which it is at 0",
                           schedule_choice(o->lr_schedule)->name);
    return check_condition(o);
}

static status check_data(const model_options *o, const data_identity *data)
{
    if ((o->flip || o->augment != 0) && data->kind == SAMPLE_POINT)
        return status_fail(STATUS_USAGE, "--%s: it changes images, the data are points",
                           o->flip ? "flip" : "augment");
    if ((int64_t)o->batch * o->d_steps > data->count)
        return status_fail(STATUS_USAGE,
                           "--%s: an epoch needs at least batch x d-steps = %d x %d samples, the "
                           "data has %d",
                           o->batch > data->count ? "batch" : "d-steps", o->batch, o->d_steps,
                           data->count);
    return STATUS_OK;
}

/* Says which change of the spec would make the net end in `size` values. */
static void add_remedy(text *t, const net *n, int size)
{
    int last = n->count; /* the last layer that decides a size, counted from 1 */
    while (last > 0 && !layer_is_matrix(&n->layers[last - 1]))
        last--;
    if (last == 0)
        text_add(t, "add a layer \"linear %d\"", size);
    else if (n->layers[last - 1].ops->sets_size)
        text_add(t, "make layer %d \"%s %d\"", last, n->layers[last - 1].ops->name, size);
    else
        text_add(t, "change layer %d or one before it", last);
}

/* A net that ends in another shape than it has to: says the shapes on the way through it. */
static status wrong_size(const net *n, const char *option, image_shape expected, const char *what)
{
    text way = { 0 }, remedy = { 0 };
    char found[SHAPE_TEXT_SIZE], wanted[SHAPE_TEXT_SIZE];
    bool flat = n->to.height == 1 && n->to.width == 1;
    shape_text(n->to, found);
    shape_text(flat ? shape_flat(shape_size(expected)) : expected, wanted);
    net_trace(n, n->count, &way);
    add_remedy(&remedy, n, shape_size(expected));
    status s = status_fail(STATUS_USAGE, "%s: \"%s\" ends in %s%s, expected %s (%s): %s; %s",
                           option, n->spec, found, flat ? " values" : "", wanted, what,
                           way.data ? way.data : "", remedy.data ? remedy.data : "");
    text_free(&way);
    text_free(&remedy);
    return s;
}

static bool is_conditional(const model_options *o)
{
    return o->condition != CONDITION_NONE;
}

/* As many as "linear" takes. */
enum { MOST_LAYER_VALUES = 65536 };

static status open_generator(model *m)
{
    const model_options *o = &m->options;
    const data_identity *data = &m->data;
    player *p = &m->players[GENERATOR];
    char what[64];
    text spec = { 0 };
    image_shape sample = { data->channels, data->height, data->width };
    net_input input = { model_given_shape(m), data->conditions };
    bool flat = false;
    specs_generator(&spec, o, data, &flat);
    status s = text_check(&spec);
    if (s == STATUS_OK && flat && shape_size(sample) > MOST_LAYER_VALUES)
        s = status_fail(
            STATUS_USAGE,
            "--generator: a sample is %dx%dx%d, %d values, and a layer ending in \"out\" "
            "makes at most %d: choose smaller samples (--size), or convolutions "
            "(conv_transpose out)",
            data->channels, data->height, data->width, shape_size(sample), MOST_LAYER_VALUES);
    if (s == STATUS_OK)
        s = net_open_joined(&p->net, spec.data ? spec.data : "", input, "--generator");
    text_free(&spec);
    TRY(s);
    snprintf(what, sizeof what, "a sample is %dx%dx%d", data->channels, data->height, data->width);
    /* A list of values takes the sample's shape; an image has to have it. */
    if (!shape_same(p->net.to, sample) && !shape_same(p->net.to, shape_flat(shape_size(sample))))
        return wrong_size(&p->net, "--generator", sample, what);
    if (o->ema > 0)
        TRY(net_open_joined(&p->average, p->net.spec, input, "--generator"));
    return STATUS_OK;
}

static status open_discriminator(player *p, const model_options *o, const data_identity *data)
{
    const char *spec = specs_discriminator(o, data);
    const net *d = &p->net;
    image_shape sample = { data->channels, data->height, data->width };
    TRY(net_open_joined(&p->net, spec, (net_input){ sample, data->conditions }, "--discriminator"));
    if (d->out != 1)
        return wrong_size(d, "--discriminator", shape_flat(1), "one logit");
    if (!d->layers[d->count - 1].ops->work)
        return status_fail(STATUS_USAGE,
                           "--discriminator: \"%s\" ends in \"%s\", expected it to end in "
                           "\"linear 1\": its output is the logit, to which the loss applies the "
                           "sigmoid itself",
                           d->spec, d->layers[d->count - 1].ops->name);
    return STATUS_OK;
}

/* A layer that couples the rows of a batch (batch_norm) needs two values of each channel; and a
 * penalty on D's gradient at a sample needs a D whose output there depends on no other sample, or a
 * layer that has a derivative for it: it is then that of the sum of the outputs. */
static status check_coupled(const net *n, const model_options *o, bool penalised,
                            const char *option)
{
    for (int i = 0; i < n->count; i++) {
        const layer *l = &n->layers[i];
        if (!l->ops->couples_rows)
            continue;
        if (penalised && !l->ops->tangent)
            return status_fail(STATUS_USAGE,
                               "%s: needs a D that judges each sample by itself, which it does not "
                               "with %s (layer %d of %s): give its linear and conv layers "
                               "spectral_norm instead, or nothing",
                               o->r1 > 0   ? "--r1"
                               : o->r2 > 0 ? "--r2"
                                           : "--gradient-penalty",
                               l->ops->name, i + 1, option);
        if (o->batch * l->to.height * l->to.width < 2)
            return status_fail(STATUS_USAGE,
                               "--batch: expected at least 2 samples, as layer %d of %s, "
                               "%s, has 1 value of each channel in a sample, got 1",
                               i + 1, option, l->ops->name);
    }
    return STATUS_OK;
}

/* Refuses layers of D in G. spectral_norm bounds the slope of D; and in G's average, the averages
 * of u and v would not be those of the averaged weights. */
static status check_maker(const net *g)
{
    for (int i = 0; i < g->count; i++) {
        char item[LAYER_TEXT_SIZE];
        layer_text(&g->layers[i], item);
        if (layer_is_spectral(&g->layers[i]))
            return status_fail(STATUS_USAGE,
                               "--generator: layer %d, \"%s\": spectral_norm is for the layers of "
                               "the discriminator",
                               i + 1, item);
        if (g->layers[i].ops->only_judges)
            return status_fail(STATUS_USAGE,
                               "--generator: layer %d, \"%s\": is a layer for the discriminator, "
                               "and no sample may depend on others; leave it out",
                               i + 1, item);
    }
    return STATUS_OK;
}

/* Both nets have to be told; and what follows D's first layer that joins the condition is seen
 * three times in a step, which is not what batch_norm counts. */
static status check_joined(const net *n, const model_options *o, bool is_discriminator,
                           const char *option)
{
    const layer_ops *joins = is_discriminator ? &projection_ops : &condition_ops;
    if (!is_conditional(o))
        return STATUS_OK;
    if (n->joins == n->count)
        return status_fail(STATUS_USAGE,
                           "%s: no layer of \"%s\" joins the condition: expected one such as "
                           "\"%s\"",
                           option, n->spec, joins->example);
    for (int i = n->joins; is_discriminator && o->mismatch > 0 && i < n->count; i++)
        if (n->layers[i].ops->couples_rows)
            return status_fail(STATUS_USAGE,
                               "%s: layer %d, %s, follows one that joins the condition: put it "
                               "before that one, or give --mismatch 0",
                               option, i + 1, n->layers[i].ops->name);
    return STATUS_OK;
}

/* Options, data and G, alike in all games. */
static status open_first(model *m)
{
    const model_options *o = &m->options;
    const net *g = &m->players[GENERATOR].net;
    TRY(check_rules(o));
    TRY(check_task(m));
    TRY(check_data(o, &m->data));
    TRY(open_generator(m));
    TRY(check_joined(g, o, false, "--generator"));
    TRY(check_coupled(g, o, false, "--generator"));
    TRY(check_maker(g));
    /* G is trained on crops, and restores whole pictures. */
    net_tiling any_size;
    return o->task == TASK_NONE ? STATUS_OK : net_tiling_of(g, &any_size, "--generator");
}

static status open_second(model *m)
{
    const model_options *o = &m->options;
    player *d = &m->players[DISCRIMINATOR];
    bool penalised = o->r1 > 0 || o->r2 > 0 || o->gradient_penalty > 0;
    TRY(open_discriminator(d, o, &m->data));
    TRY(check_joined(&d->net, o, true, "--discriminator"));
    return check_coupled(&d->net, o, penalised, "--discriminator");
}

static adam optimizer_of(const model_options *o, double lr)
{
    return (adam){ .lr = lr, .beta1 = o->beta1, .beta2 = o->beta2, .eps = o->eps };
}

status regression_open(model *m)
{
    model_options *o = &m->options;
    player *g = &m->players[GENERATOR];
    /* In each of D's k steps G makes one batch. */
    o->lr_g = isnan(o->lr_g) ? o->lr : o->lr_g;
    o->lr_d = isnan(o->lr_d) ? o->lr : o->lr_d;
    *g = (player){ .name = "generator",
                   .average_name = "generator_ema",
                   .symbol = "G",
                   .init = RANDOM_INIT_GENERATOR,
                   .dropout = RANDOM_DROPOUT_GENERATOR,
                   .batches = o->d_steps,
                   .decay = o->ema,
                   .optimizer = optimizer_of(o, o->lr_g) };
    TRY(open_first(m));
    o->generator = g->net.spec;
    return STATUS_OK;
}

status adversarial_open(model *m)
{
    model_options *o = &m->options;
    player *d = &m->players[DISCRIMINATOR];
    TRY(regression_open(m));
    /* D's pass takes the real and the fake half of a batch one after the other; in G's step it sees
     * the fakes, and in a loss of pairs the real ones too. */
    *d = (player){ .name = "discriminator",
                   .symbol = "D",
                   .init = RANDOM_INIT_DISCRIMINATOR,
                   .dropout = RANDOM_DROPOUT,
                   .batches = 2 * o->d_steps + (loss_nth(o->loss)->pairs ? 2 : 1),
                   .optimizer = optimizer_of(o, o->lr_d) };
    TRY(open_second(m));
    o->discriminator = d->net.spec;
    return STATUS_OK;
}
