/* eval/classifier.c - a net that tells the classes of the data apart, or the turns of an image.
 *
 * To learn turns, a batch has each of its images in every turn, one after the other.
 *
 * B rows of a batch, S values in a sample, C classes.
 *
 * SPDX-License-Identifier: MIT */
#include "eval/classifier.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "eval/moves.h"
#include "eval/softmax.h"
#include "nn/init.h"

#include "base/banned.h"

enum {
    BATCH = 256,
    SEED = 1,
    LABEL_EPOCHS = 10,
    /* With turns: rows that are learned in all, and what bounds the epochs of small sets. */
    TURN_ROWS = 600000,
    MOST_TURN_EPOCHS = 50
};

/* The rate falls from this to 0 in even steps. */
static const double first_rate = 2e-3;

static status open_net(classifier *k, int size)
{
    char spec[160];
    snprintf(spec, sizeof spec,
             "linear 512, relu, linear 256, relu, linear %d, relu, "
             "linear %d",
             CLASSIFIER_FEATURES, k->classes);
    k->optimizer = (adam){ .beta1 = 0.9, .beta2 = 0.999, .eps = 1e-8 };
    return net_open(&k->net, spec, shape_flat(size), "classifier");
}

status classifier_open(classifier *k, int size, int classes)
{
    *k = (classifier){ .classes = classes };
    return open_net(k, size);
}

status classifier_open_turns(classifier *k, int channels, int height, int width)
{
    *k = (classifier){ .classes = height == width ? 4 : 2, .turns = true };
    return open_net(k, channels * height * width);
}

void classifier_close(classifier *k)
{
    net_close(&k->net);
}

/* Rows of a batch that are the same image. */
static int turns_of(const classifier *k)
{
    return k->turns ? k->classes : 1;
}

static int epochs_of(const classifier *k, int count)
{
    int64_t rows = (int64_t)count * turns_of(k);
    int64_t epochs = k->turns ? (TURN_ROWS + rows - 1) / rows : LABEL_EPOCHS;
    return (int)(epochs < MOST_TURN_EPOCHS ? epochs : MOST_TURN_EPOCHS);
}

void classifier_plan(classifier *k, arena *a, const compute *c, int samples)
{
    k->compute = c;
    k->epochs = epochs_of(k, samples);
    k->x = arena_take(a, (size_t)BATCH * (size_t)k->net.in, sizeof *k->x);
    k->dlogit = arena_take(a, (size_t)BATCH * (size_t)k->classes, sizeof *k->dlogit);
    k->labels = arena_take(a, BATCH, sizeof *k->labels);
    k->order = arena_take(a, (size_t)samples, sizeof *k->order);
    net_plan(&k->net, a, BATCH, NET_TRAINS, false);
    adam_plan(&k->optimizer, a, k->net.param_count);
}

typedef struct moved_batch {
    classifier *classifier;
    const dataset *data;
    int first; /* in the epoch's order */
    random_stream moves;
} moved_batch;

/* Quarter turns of row i. */
static int quarters_of(const classifier *k, int i)
{
    return i % turns_of(k) * (4 / turns_of(k)) % 4;
}

static void batch_task(const void *context, int i)
{
    const moved_batch *b = context;
    classifier *k = b->classifier;
    size_t size = (size_t)dataset_sample_size(b->data);
    uint32_t number = k->order[b->first + i / turns_of(k)];
    image_change c = move_of(b->moves, i);
    c.turns = quarters_of(k, i);
    k->labels[i] = (unsigned char)(k->turns ? i % turns_of(k) : b->data->labels[number]);
    changed_image(b->data, number, c, k->x + (size_t)i * size);
}

/* Makes the batch of that number in the epoch's order; returns its rows, at most BATCH. */
static int next_batch(classifier *k, const dataset *d, int number, uint32_t step)
{
    int most = BATCH / turns_of(k), first = number * most;
    int rows = (d->count - first < most ? d->count - first : most) * turns_of(k);
    moved_batch b = { k, d, first, { SEED, step, random_name(RANDOM_MOVE_CLASSIFIER, 0, 0) } };
    team_run(k->compute->team, rows, batch_task, &b);
    return rows;
}

static status train_step(classifier *k, int rows, uint32_t step, uint32_t steps, int *right)
{
    net *n = &k->net;
    pass p = { .compute = k->compute, .training = true, .seed = SEED, .step = step };
    view dlogit = view_of(k->dlogit, rows, k->classes);
    const_view x = const_view_of(k->x, rows, n->in), logit = net_forward(n, &p, x);
    *right += softmax_gradient(k->compute->kernels, logit, k->labels, dlogit);
    net_backward(n, &p, x, dlogit, (view){ 0 }, true);
    k->optimizer.lr = first_rate * (steps - step) / steps;
    adam_block b = {
        .n = n->param_count, .w = n->params, .g = n->grads, .m = n->exp_avg, .v = n->exp_avg_sq
    };
    double square = adam_step(&k->optimizer, k->compute, step + 1, &b);
    return isfinite(square) ? STATUS_OK
                            : status_fail(STATUS_NONFINITE, "the classifier's training ended in a "
                                                            "number that is not finite");
}

status classifier_train(classifier *k, const dataset *d, classifier_progress progress,
                        void *context)
{
    int epochs = k->epochs, images = BATCH / turns_of(k);
    uint32_t batches = (uint32_t)((d->count + images - 1) / images), step = 0;
    size_t bytes = k->net.param_count * sizeof(float);
    memset(k->net.exp_avg, 0, bytes);
    memset(k->net.exp_avg_sq, 0, bytes);
    net_init(&k->net, k->compute->kernels, INIT_HE, SEED, RANDOM_INIT_CLASSIFIER);
    for (int epoch = 0; epoch < epochs; epoch++) {
        int right = 0;
        random_shuffle(
            (random_stream){ SEED, (uint32_t)epoch, random_name(RANDOM_SHUFFLE_CLASSIFIER, 0, 0) },
            d->count, k->order);
        for (uint32_t i = 0; i < batches; i++, step++) {
            int rows = next_batch(k, d, (int)i, step);
            TRY(train_step(k, rows, step, (uint32_t)epochs * batches, &right));
        }
        if (progress)
            progress(context, epoch + 1, epochs, (double)right / ((double)d->count * turns_of(k)));
    }
    return STATUS_OK;
}

void classifier_apply(classifier *k, const points *p, labelled *out)
{
    net *n = &k->net;
    const layer *hidden = &n->layers[n->count - 2];
    pass forward = { .compute = k->compute };
    out->count = p->count;
    for (int i = 0; i < p->count; i += BATCH) {
        int rows = p->count - i < BATCH ? p->count - i : BATCH;
        const_view x = points_block(p, k->compute->kernels, i, rows, k->x);
        const_view logit = net_forward(n, &forward, x);
        view features = layer_output(hidden, rows);
        for (int r = 0; r < rows; r++) {
            float sure;
            memcpy(out->features + (ptrdiff_t)(i + r) * out->size, view_row(features, r),
                   (size_t)out->size * sizeof *out->features);
            int class =
                softmax_class(k->compute->kernels, k->classes, const_view_row(logit, r), &sure);
            out->labels[i + r] = (unsigned char)(k->turns ? 0 : class);
            out->confidence[i + r] = (double)sure;
        }
    }
}

typedef struct turned_rows {
    classifier *classifier;
    const dataset *data;
    int64_t first;
} turned_rows;

static void turned_task(const void *context, int i)
{
    const turned_rows *t = context;
    classifier *k = t->classifier;
    image_change c = { .turns = quarters_of(k, i) };
    changed_image(t->data, (uint32_t)((t->first + i) / turns_of(k)), c,
                  k->x + (ptrdiff_t)i * k->net.in);
}

double classifier_turns_found(classifier *k, const dataset *d)
{
    pass forward = { .compute = k->compute };
    int64_t all = (int64_t)d->count * turns_of(k), right = 0;
    for (int64_t i = 0; i < all; i += BATCH) {
        int rows = all - i < BATCH ? (int)(all - i) : BATCH;
        turned_rows t = { k, d, i };
        team_run(k->compute->team, rows, turned_task, &t);
        const_view logit = net_forward(&k->net, &forward, const_view_of(k->x, rows, k->net.in));
        for (int r = 0; r < rows; r++) {
            float sure;
            right += softmax_class(k->compute->kernels, k->classes, const_view_row(logit, r),
                                   &sure) == r % turns_of(k);
        }
    }
    return (double)right / (double)all;
}
