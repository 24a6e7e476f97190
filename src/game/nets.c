/* game/nets.c - the nets of generator and discriminator: their specs, and what does not fit.
 *
 * SPDX-License-Identifier: MIT */
#include "game/adversarial.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "nn/loss.h"
#include "nn/schedule.h"

#include "base/banned.h"

static status check_condition(const model_options *o)
{
    const option_row *mismatch = option_find(&model_option_table, "mismatch");
    double usual;
    if (o->condition != CONDITION_NONE)
        return STATUS_OK;
    if (text_to_double(mismatch->initial, &usual) && o->mismatch != usual)
        return status_fail(STATUS_USAGE, "--mismatch: there are no conditions to be mistaken for "
                                         "each other without --condition label or caption");
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

/* Which change of the spec would end the net in `size` values. */
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

/* The nets where no spec is given: for images those of the listing. Points lie anywhere in the
 * plane, so that their G has no tanh; and their D has no dropout, which would blur small modes.
 * Where samples have a condition, G begins with it and D ends with it. */
static const struct {
    const char *generator, *discriminator;
} default_specs[][2] = {
    [SAMPLE_IMAGE] = { { "linear 150, relu, linear 300, relu, linear out, tanh",
                         "linear 300, relu, dropout 0.3, linear 150, relu, dropout 0.3, linear 1" },
                       { "condition 32, linear 150, relu, linear 300, relu, linear out, tanh",
                         "linear 300, relu, dropout 0.3, linear 150, relu, dropout 0.3, "
                         "projection 32" } },
    [SAMPLE_POINT] = { { "linear 128, relu, linear 128, relu, linear 128, relu, linear out",
                         "linear 128, leaky_relu 0.2, linear 128, leaky_relu 0.2, linear 128, "
                         "leaky_relu 0.2, linear 1" },
                       { "condition 32, linear 128, relu, linear 128, relu, linear 128, relu, "
                         "linear out",
                         "linear 128, leaky_relu 0.2, linear 128, leaky_relu 0.2, linear 128, "
                         "leaky_relu 0.2, projection 32" } },
};

static bool is_conditional(const model_options *o)
{
    return o->condition != CONDITION_NONE;
}

/* The spec with each word "out" replaced by the size of a sample, or, in a layer of images, by its
 * channels. *flat: it is the size somewhere. */
static void complete_spec(text *t, const char *spec, image_shape sample, bool *flat)
{
    static const char word[] = "out";
    bool images = false, first = true;
    while (*spec != 0) {
        size_t between = strspn(spec, " ,"), length = strcspn(spec + between, " ,");
        text_add_bytes(t, spec, between);
        first = first || memchr(spec, ',', between);
        spec += between;
        if (first) {
            const layer_ops *kind = layer_kind_named(spec, length);
            images = kind && kind->is_spatial;
        }
        first = false;
        if (length == strlen(word) && memcmp(spec, word, length) == 0) {
            text_add(t, "%d", images ? sample.channels : shape_size(sample));
            *flat |= !images;
        } else
            text_add_bytes(t, spec, length);
        spec += length;
    }
}

/* As many as "linear" takes. */
enum { MOST_LAYER_VALUES = 65536 };

static status open_generator(player *p, const model_options *o, const data_identity *data)
{
    char what[64];
    text spec = { 0 };
    image_shape sample = { data->channels, data->height, data->width };
    net_input input = { shape_flat(o->latent), data->conditions };
    const char *given =
        o->generator ? o->generator : default_specs[data->kind][is_conditional(o)].generator;
    bool flat = false;
    complete_spec(&spec, given, sample, &flat);
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
    const char *spec = o->discriminator
                           ? o->discriminator
                           : default_specs[data->kind][is_conditional(o)].discriminator;
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
 * penalty on D's gradient at a sample needs a D whose output there depends on no other sample. */
static status check_coupled(const net *n, const model_options *o, bool penalised,
                            const char *option)
{
    for (int i = 0; i < n->count; i++) {
        const layer *l = &n->layers[i];
        if (!l->ops->couples_rows)
            continue;
        if (penalised)
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

/* spectral_norm bounds the slope of D; and in G's average, the averages of u and v would not be
 * those of the averaged weights. */
static status check_spectral_norm(const net *g)
{
    for (int i = 0; i < g->count; i++) {
        char item[LAYER_TEXT_SIZE];
        layer_text(&g->layers[i], item);
        if (layer_is_spectral(&g->layers[i]))
            return status_fail(STATUS_USAGE,
                               "--generator: layer %d, \"%s\": spectral_norm is for the layers of "
                               "the discriminator",
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

static status open_nets(player *g, player *d, const model_options *o, const data_identity *data)
{
    bool penalised = o->r1 > 0 || o->r2 > 0 || o->gradient_penalty > 0;
    TRY(check_rules(o));
    TRY(check_data(o, data));
    TRY(open_generator(g, o, data));
    TRY(open_discriminator(d, o, data));
    TRY(check_joined(&g->net, o, false, "--generator"));
    TRY(check_joined(&d->net, o, true, "--discriminator"));
    TRY(check_coupled(&g->net, o, false, "--generator"));
    TRY(check_coupled(&d->net, o, penalised, "--discriminator"));
    return check_spectral_norm(&g->net);
}

status adversarial_open(model *m)
{
    model_options *o = &m->options;
    player *g = &m->players[GENERATOR], *d = &m->players[DISCRIMINATOR];
    adam optimizer = { .beta1 = o->beta1, .beta2 = o->beta2, .eps = o->eps };
    /* In each of D's k steps G makes one batch, and D's pass takes its real and its fake half one
     * after the other; in G's step D sees the fakes, and in a loss of pairs the real ones too. */
    *g = (player){ .name = "generator",
                   .average_name = "generator_ema",
                   .symbol = "G",
                   .init = RANDOM_INIT_GENERATOR,
                   .dropout = RANDOM_DROPOUT_GENERATOR,
                   .batches = o->d_steps,
                   .decay = o->ema,
                   .optimizer = optimizer };
    *d = (player){ .name = "discriminator",
                   .symbol = "D",
                   .init = RANDOM_INIT_DISCRIMINATOR,
                   .dropout = RANDOM_DROPOUT,
                   .batches = 2 * o->d_steps + (loss_nth(o->loss)->pairs ? 2 : 1),
                   .optimizer = optimizer };
    TRY(open_nets(g, d, o, &m->data));
    o->generator = g->net.spec;
    o->discriminator = d->net.spec;
    o->lr_g = g->optimizer.lr = isnan(o->lr_g) ? o->lr : o->lr_g;
    o->lr_d = d->optimizer.lr = isnan(o->lr_d) ? o->lr : o->lr_d;
    return STATUS_OK;
}
