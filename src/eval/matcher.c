/* eval/matcher.c - two nets that learn which captions fit which pictures.
 *
 * B rows of a batch, S values in a sample.
 *
 * SPDX-License-Identifier: MIT */
#include "eval/matcher.h"

#include <math.h>
#include <string.h>

#include "eval/moves.h"
#include "nn/init.h"

#include "base/banned.h"

enum { BATCH = 256, SEED = 1, VIEWS = 300000, MOST_EPOCHS = 200, LEAST_SIDE = 8, MOST_MAPS = 128 };

static const char reading_spec[] = "condition 64, linear 128";
_Static_assert(MATCHER_SIZE == 128, "the last layer of both specs");

/* The rate falls from this to 0 in even steps. */
static const double first_rate = 1e-3;

/* How often it sees each picture. */
static int epochs_of(const matcher *m)
{
    int epochs = (VIEWS + m->data->count - 1) / m->data->count;
    return epochs < MOST_EPOCHS ? epochs : MOST_EPOCHS;
}

/* ---- the nets ---- */

/* Convolutions halve the picture down to fewer than 8 pixels; their maps double up to 128. */
static status add_spec(text *spec, const dataset *d)
{
    int side = d->height < d->width ? d->height : d->width;
    for (int maps = 16; side >= LEAST_SIDE; side /= 2) {
        text_add(spec, "conv %d k4 s2 p1, leaky_relu 0.2, ", maps);
        maps = maps < MOST_MAPS ? 2 * maps : maps;
    }
    text_add(spec, "linear 256, leaky_relu 0.2, linear %d", MATCHER_SIZE);
    return text_check(spec);
}

static status open_nets(matcher *m, const dataset *d)
{
    text spec = { 0 };
    status s = add_spec(&spec, d);
    if (s == STATUS_OK)
        s = net_open(&m->seeing, spec.data, (image_shape){ d->channels, d->height, d->width },
                     "matcher");
    text_free(&spec);
    net_input input = { { 1, 1, 1 }, m->vocabulary.size };
    return s == STATUS_OK ? net_open_joined(&m->reading, reading_spec, input, "matcher") : s;
}

status matcher_open(matcher *m, const dataset *d)
{
    const adam optimizer = { .beta1 = 0.9, .beta2 = 0.999, .eps = 1e-8 };
    *m = (matcher){ .data = d, .for_seeing = optimizer, .for_reading = optimizer };
    TRY(texts_open(&m->texts, d));
    TRY(vocabulary_learn(&m->vocabulary, m->texts.texts, m->texts.count));
    TRY(texts_encode(&m->texts, &m->vocabulary));
    return open_nets(m, d);
}

void matcher_close(matcher *m)
{
    net_close(&m->seeing);
    net_close(&m->reading);
    texts_close(&m->texts);
    vocabulary_close(&m->vocabulary);
}

void matcher_plan(matcher *m, arena *a, const compute *c)
{
    size_t flat = (size_t)BATCH * MATCHER_SIZE;
    m->compute = c;
    net_plan(&m->seeing, a, BATCH, NET_TRAINS, false);
    net_plan(&m->reading, a, BATCH, NET_TRAINS, false);
    adam_plan(&m->for_seeing, a, m->seeing.param_count);
    adam_plan(&m->for_reading, a, m->reading.param_count);
    contrast_plan(&m->contrast, a, c, BATCH, MATCHER_SIZE);
    m->x = arena_take(a, (size_t)BATCH * (size_t)m->seeing.in, sizeof *m->x);
    m->nothing = arena_take(a, BATCH, sizeof *m->nothing);
    m->du = arena_take(a, flat, sizeof *m->du);
    m->dv = arena_take(a, flat, sizeof *m->dv);
    m->ids = arena_take(a, BATCH, sizeof *m->ids);
    m->images = arena_take(a, BATCH, sizeof *m->images);
    m->order = arena_take(a, (size_t)m->data->count, sizeof *m->order);
}

/* ---- training ---- */

typedef struct pairs {
    matcher *matcher;
    int first; /* in the epoch's order */
    random_stream moves, choices;
} pairs;

static void take_pair(const void *context, int i)
{
    const pairs *p = context;
    matcher *m = p->matcher;
    uint32_t image = m->order[p->first + i];
    const uint32_t *first = &m->texts.captions->first[image];
    uint32_t caption = random_below(p->choices, image, first[1] - first[0]);
    m->images[i] = image;
    m->ids[i] = m->texts.ids[first[0] + caption];
    moved_image(m->data, image, p->moves, i, m->x + (ptrdiff_t)i * m->seeing.in);
}

typedef struct fitting {
    const matcher *matcher;
    int rows;
} fitting;

static void fill_fits(const void *context, int i)
{
    const fitting *f = context;
    const matcher *m = f->matcher;
    unsigned char *fits = m->contrast.fits + (ptrdiff_t)i * f->rows;
    for (int j = 0; j < f->rows; j++)
        fits[j] = i == j || texts_fit(&m->texts, m->images[i], m->ids[j]);
}

static int next_pairs(matcher *m, int first, uint32_t epoch, uint32_t step)
{
    int rows = m->data->count - first < BATCH ? m->data->count - first : BATCH;
    pairs p = { m,
                first,
                { SEED, step, random_name(RANDOM_MOVE_MATCHER, 0, 0) },
                { SEED, epoch, random_name(RANDOM_CAPTION_MATCHER, 0, 0) } };
    team_run(m->compute->team, rows, take_pair, &p);
    team_run(m->compute->team, rows, fill_fits, &(fitting){ m, rows });
    return rows;
}

static bool update(const matcher *m, net *n, adam *o, double rate, uint32_t step)
{
    adam_block b = {
        .n = n->param_count, .w = n->params, .g = n->grads, .m = n->exp_avg, .v = n->exp_avg_sq
    };
    o->lr = rate;
    return isfinite(adam_step(o, m->compute, step + 1, &b));
}

/* One step on the pairs of the batch; adds to *right as contrast_gradient. */
static status train_step(matcher *m, int rows, uint32_t step, double rate, int *right)
{
    pass see = { .compute = m->compute, .training = true, .seed = SEED, .step = step };
    pass read = see;
    read.condition = (condition){ &m->texts.list.table, m->ids };
    const_view x = const_view_of(m->x, rows, m->seeing.in);
    const_view none = const_view_of(m->nothing, rows, 1);
    view du = view_of(m->du, rows, MATCHER_SIZE), dv = view_of(m->dv, rows, MATCHER_SIZE);
    const_view u = net_forward(&m->seeing, &see, x), v = net_forward(&m->reading, &read, none);
    *right += contrast_gradient(&m->contrast, u, v, du, dv);
    net_backward(&m->seeing, &see, x, du, (view){ 0 }, true);
    net_backward(&m->reading, &read, none, dv, (view){ 0 }, true);
    bool finite = update(m, &m->seeing, &m->for_seeing, rate, step) &&
                  update(m, &m->reading, &m->for_reading, rate, step);
    return finite ? STATUS_OK
                  : status_fail(STATUS_NONFINITE, "the matcher's training ended in a number that "
                                                  "is not finite");
}

static void begin(matcher *m)
{
    net *nets[] = { &m->seeing, &m->reading };
    for (int i = 0; i < 2; i++) {
        memset(nets[i]->exp_avg, 0, nets[i]->param_count * sizeof(float));
        memset(nets[i]->exp_avg_sq, 0, nets[i]->param_count * sizeof(float));
    }
    net_init(&m->seeing, m->compute->kernels, INIT_HE, SEED, RANDOM_INIT_PICTURES);
    net_init(&m->reading, m->compute->kernels, INIT_HE, SEED, RANDOM_INIT_TEXTS);
}

status matcher_train(matcher *m, const evaluator_watch *watch)
{
    int n = m->data->count, epochs = epochs_of(m);
    uint32_t batches = (uint32_t)((n + BATCH - 1) / BATCH), step = 0;
    uint32_t steps = (uint32_t)epochs * batches;
    begin(m);
    for (int epoch = 0; epoch < epochs; epoch++) {
        int right = 0;
        random_stream s = { SEED, (uint32_t)epoch, random_name(RANDOM_SHUFFLE_MATCHER, 0, 0) };
        random_shuffle(s, n, m->order);
        for (uint32_t i = 0; i < batches; i++, step++) {
            int rows = next_pairs(m, (int)i * BATCH, (uint32_t)epoch, step);
            TRY(train_step(m, rows, step, first_rate * (steps - step) / steps, &right));
        }
        if (watch->matched)
            watch->matched(watch->context, epoch + 1, epochs, (double)right / n);
    }
    return STATUS_OK;
}

/* ---- using them ---- */

static int rows_from(int count, int i)
{
    return count - i < BATCH ? count - i : BATCH;
}

void matcher_see(matcher *m, const points *p, float *out)
{
    pass see = { .compute = m->compute };
    for (int i = 0; i < p->count; i += BATCH) {
        int rows = rows_from(p->count, i);
        const_view x = points_block(p, m->compute->kernels, i, rows, m->x);
        view to = view_of(out + (ptrdiff_t)i * MATCHER_SIZE, rows, MATCHER_SIZE);
        contrast_normalise(m->compute, net_forward(&m->seeing, &see, x), to, m->contrast.sizes);
    }
}

void matcher_read(matcher *m, const text_index *t, float *out)
{
    for (int i = 0; i < t->count; i += BATCH) {
        int rows = rows_from(t->count, i);
        for (int k = 0; k < rows; k++)
            m->ids[k] = (uint32_t)(i + k);
        pass read = { .compute = m->compute, .condition = { &t->list.table, m->ids } };
        const_view none = const_view_of(m->nothing, rows, 1);
        view to = view_of(out + (ptrdiff_t)i * MATCHER_SIZE, rows, MATCHER_SIZE);
        contrast_normalise(m->compute, net_forward(&m->reading, &read, none), to,
                           m->contrast.sizes);
    }
}
