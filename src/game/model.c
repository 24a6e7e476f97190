/* game/model.c - the pair of nets: built, planned, initialised, sampled from.
 *
 * SPDX-License-Identifier: MIT */
#include "game/model.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "game/augment.h"
#include "nn/loss.h"
#include "nn/schedule.h"

#include "base/banned.h"

image_shape model_sample_shape(const model *m)
{
    return (image_shape){ m->data.channels, m->data.height, m->data.width };
}

int model_sample_size(const model *m)
{
    return shape_size(model_sample_shape(m));
}

/* Options that make no sense together. */
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
    return STATUS_OK;
}

bool data_is_points(const data_identity *d)
{
    return d->channels == 2 && d->height == 1 && d->width == 1;
}

static status check_data(const model *m)
{
    const model_options *o = &m->options;
    if ((o->flip || o->augment != 0) && data_is_points(&m->data))
        return status_fail(STATUS_USAGE, "--%s: it changes images, the data are points",
                           o->flip ? "flip" : "augment");
    if ((int64_t)m->options.batch * m->options.d_steps > m->data.count)
        return status_fail(
            STATUS_USAGE,
            "--batch: an epoch needs at least batch x d-steps = %d x %d samples, the "
            "data has %d",
            m->options.batch, m->options.d_steps, m->data.count);
    return STATUS_OK;
}

/* What would end a net in so many values, or at least in their number. */
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

/* The shapes on the way through a net that ends in another one than it has to. */
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

/* The nets where none are given: the listing's for images; points, which lie anywhere in the plane,
 * have no tanh, and no dropout, which would blur a D whose modes are small. */
static const char image_generator[] = "linear 150, relu, linear 300, relu, linear out, tanh";
static const char image_discriminator[] =
    "linear 300, relu, dropout 0.3, linear 150, relu, dropout 0.3, linear 1";
static const char point_generator[] =
    "linear 128, relu, linear 128, relu, linear 128, relu, linear out";
static const char point_discriminator[] =
    "linear 128, leaky_relu 0.2, linear 128, leaky_relu 0.2, linear 128, leaky_relu 0.2, linear 1";

/* The spec with the size of a sample for each word "out", but its channels where the layer is one
 * of images. */
static void complete_spec(text *t, const char *spec, image_shape sample)
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
        if (length == strlen(word) && memcmp(spec, word, length) == 0)
            text_add(t, "%d", images ? sample.channels : shape_size(sample));
        else
            text_add_bytes(t, spec, length);
        spec += length;
    }
}

static status open_generator(model *m)
{
    char what[64];
    text spec = { 0 };
    image_shape sample = model_sample_shape(m);
    const char *own = data_is_points(&m->data) ? point_generator : image_generator;
    complete_spec(&spec, m->options.generator ? m->options.generator : own, sample);
    status s = text_check(&spec);
    if (s == STATUS_OK)
        s = net_open(&m->generator, spec.data ? spec.data : "", shape_flat(m->options.latent),
                     "--generator");
    text_free(&spec);
    TRY(s);
    snprintf(what, sizeof what, "a sample is %dx%dx%d", m->data.channels, m->data.height,
             m->data.width);
    /* A list of values takes the sample's shape; an image has to have it. */
    if (!shape_same(m->generator.to, sample) &&
        !shape_same(m->generator.to, shape_flat(shape_size(sample))))
        return wrong_size(&m->generator, "--generator", sample, what);
    return STATUS_OK;
}

static status open_discriminator(model *m)
{
    const char *own = data_is_points(&m->data) ? point_discriminator : image_discriminator;
    TRY(net_open(&m->discriminator, m->options.discriminator ? m->options.discriminator : own,
                 model_sample_shape(m), "--discriminator"));
    const net *d = &m->discriminator;
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

/* A layer that couples the rows of a batch needs two values of each channel, and no penalty. */
static status check_coupled(const model *m, const net *n, const char *option)
{
    const model_options *o = &m->options;
    bool penalised = n == &m->discriminator && (o->r1 > 0 || o->gradient_penalty > 0);
    for (int i = 0; i < n->count; i++) {
        const layer *l = &n->layers[i];
        if (!l->ops->couples_rows)
            continue;
        if (penalised)
            return status_fail(STATUS_USAGE,
                               "%s: needs a D that judges each sample by itself, which it does not "
                               "with %s (layer %d of %s): give its linear and conv layers "
                               "spectral_norm instead, or nothing",
                               o->r1 > 0 ? "--r1" : "--gradient-penalty", l->ops->name, i + 1,
                               option);
        if (o->batch * l->to.height * l->to.width < 2)
            return status_fail(STATUS_USAGE,
                               "--batch: expected at least 2 samples, as layer %d of %s, "
                               "%s, has 1 value of each channel in a sample, got 1",
                               i + 1, option, l->ops->name);
    }
    return STATUS_OK;
}

/* It is D whose slope it bounds; and in G's average, the averages of u and v would not be those of
 * the average weights. */
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

static status check_nets(const model *m)
{
    TRY(check_coupled(m, &m->generator, "--generator"));
    TRY(check_coupled(m, &m->discriminator, "--discriminator"));
    return check_spectral_norm(&m->generator);
}

status model_open(model *m, const model_options *o, const data_identity *data)
{
    *m = (model){ .options = *o, .data = *data };
    status s = check_rules(o);
    if (s == STATUS_OK)
        s = check_data(m);
    if (s == STATUS_OK)
        s = open_generator(m);
    if (s == STATUS_OK && o->ema > 0)
        s = net_open(&m->average, m->generator.spec, shape_flat(o->latent), "--generator");
    if (s == STATUS_OK)
        s = open_discriminator(m);
    if (s == STATUS_OK)
        s = check_nets(m);
    if (s != STATUS_OK) {
        model_close(m);
        return s;
    }
    m->options.generator = m->generator.spec;
    m->options.discriminator = m->discriminator.spec;
    m->options.lr_g = isnan(o->lr_g) ? o->lr : o->lr_g;
    m->options.lr_d = isnan(o->lr_d) ? o->lr : o->lr_d;
    m->optimizer = (adam){ .beta1 = o->beta1, .beta2 = o->beta2, .eps = o->eps };
    return STATUS_OK;
}

void model_close(model *m)
{
    net_close(&m->generator);
    net_close(&m->average);
    net_close(&m->discriminator);
}

/* G's fakes go right behind the real images. */
static void place_fakes(model *m)
{
    if (m->images)
        net_place_output(&m->generator,
                         m->images + (ptrdiff_t)m->options.batch * model_sample_size(m));
}

static void plan_training(model *m, arena *a)
{
    net *g = &m->generator, *d = &m->discriminator;
    size_t batch = (size_t)m->options.batch, size = (size_t)model_sample_size(m);
    size_t longest = g->param_count > d->param_count ? g->param_count : d->param_count;
    m->images = arena_take(a, 2 * batch * size, sizeof *m->images);
    if (augment_changes(&m->options))
        m->seen = arena_take(a, 2 * batch * size, sizeof *m->seen);
    m->dlogit = arena_take(a, 2 * batch, sizeof *m->dlogit);
    m->dfake = arena_take(a, batch * size, sizeof *m->dfake);
    net_plan(g, a, (int)batch, NET_TRAINS, true);
    net_plan(d, a, (int)(2 * batch), NET_TRAINS, false);
    if (m->options.r1 > 0 || m->options.gradient_penalty > 0)
        penalty_plan(&m->penalty, d, a, (int)batch);
    if (m->options.ema > 0)
        net_plan(&m->average, a, (int)batch, NET_SAMPLES, true);
    adam_plan(&m->optimizer, a, longest);
    place_fakes(m);
}

/* Every pass packs the weights anew and ends with threads that wait for each other: many rows share
 * that. Wide samples have fewer of them, so that no layer's output is more than 2 MB (or a block).
 */
static int sample_rows(const model *m)
{
    enum { MOST_FLOATS = 1 << 19, MOST_BLOCKS = 12 };
    int blocks = MOST_FLOATS / net_widest(&m->generator) / BLOCK_ROWS;
    blocks = blocks < MOST_BLOCKS ? blocks : MOST_BLOCKS;
    return (blocks > 0 ? blocks : 1) * BLOCK_ROWS;
}

void model_plan(model *m, arena *a, model_use use)
{
    bool trains = use == MODEL_TRAINS;
    m->rows = trains ? m->options.batch : sample_rows(m);
    m->z = arena_take(a, (size_t)m->rows * (size_t)m->options.latent, sizeof *m->z);
    if (trains)
        plan_training(m, a);
    else
        net_plan(use == MODEL_SAMPLES && m->options.ema > 0 ? &m->average : &m->generator, a,
                 m->rows, NET_SAMPLES, true);
}

status model_open_memory(model *m, arena *a, model_use use)
{
    model_plan(m, a, use);
    TRY(arena_open(a));
    model_plan(m, a, use);
    return STATUS_OK;
}

void model_init(model *m, const kernels *k)
{
    const model_options *o = &m->options;
    net_init(&m->generator, k, o->init, o->seed, RANDOM_INIT_GENERATOR);
    net_init(&m->discriminator, k, o->init, o->seed, RANDOM_INIT_DISCRIMINATOR);
    if (!m->average.params)
        return;
    const net *g = &m->generator;
    memcpy(m->average.params, g->params, g->param_count * sizeof *g->params);
    memcpy(m->average.buffers, g->buffers, g->buffer_count * sizeof *g->buffers);
}

uint32_t model_epoch_steps(const model *m)
{
    return (uint32_t)(m->data.count / (m->options.batch * m->options.d_steps));
}

uint32_t model_total_steps(const model *m)
{
    return m->epoch * model_epoch_steps(m) + m->step;
}

typedef struct latents {
    const kernels *kernels;
    random_stream stream;
    int first;
    view z;
} latents;

static void draw_latent(const void *context, int row)
{
    const latents *l = context;
    l->kernels->normal(l->stream, l->first + row, 0, l->z.cols, view_row(l->z, row));
}

view model_draw_latents(const model *m, const compute *c, random_stream s, int first, int n)
{
    latents l = { c->kernels, s, first, view_of(m->z, n, m->options.latent) };
    team_run(c->team, n, draw_latent, &l);
    return l.z;
}

/* One pass; z (n, Z) -> out (n, S), which the net writes there itself. It is the average of G where
 * that was planned. */
static void sample_pass(model *m, const compute *c, const_view z, float *out)
{
    pass p = { .compute = c };
    net *g = m->average.params ? &m->average : &m->generator;
    net_place_output(g, out);
    net_forward(g, &p, z);
}

random_stream model_sample_stream(uint64_t seed)
{
    return (random_stream){ seed, 0, random_name(RANDOM_SAMPLE, 0, 0) };
}

void model_sample(model *m, const compute *c, random_stream s, int first, int n, float *out)
{
    for (int i = 0; i < n; i += m->rows) {
        int rows = n - i < m->rows ? n - i : m->rows;
        view z = model_draw_latents(m, c, s, first + i, rows);
        sample_pass(m, c, as_const(z), out + (ptrdiff_t)i * model_sample_size(m));
    }
    place_fakes(m);
}

void model_sample_latents(model *m, const compute *c, const float *z, int n, float *out)
{
    int latent = m->options.latent;
    for (int i = 0; i < n; i += m->rows) {
        int rows = n - i < m->rows ? n - i : m->rows;
        sample_pass(m, c, const_view_of(z + (ptrdiff_t)i * latent, rows, latent),
                    out + (ptrdiff_t)i * model_sample_size(m));
    }
    place_fakes(m);
}

void model_judge(model *m, const compute *c, const float *x, int n, float *judged)
{
    pass p = { .compute = c };
    const loss *l = loss_nth(m->options.loss);
    int most = 2 * m->options.batch, size = model_sample_size(m);
    for (int i = 0; i < n; i += most) {
        int rows = n - i < most ? n - i : most;
        const_view part = const_view_of(x + (ptrdiff_t)i * size, rows, size);
        const_view t = net_forward(&m->discriminator, &p, part);
        for (int r = 0; r < rows; r++)
            judged[i + r] = t.data[r] - l->middle;
        c->kernels->sigmoid(rows, judged + i, judged + i);
    }
}
