/* eval/classifier.c - a net that tells the classes of the data apart.
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

enum { BATCH = 256, SEED = 1 };

/* The rate falls from this to 0 in even steps. */
static const double first_rate = 2e-3;

status classifier_open(classifier *k, int size, int classes)
{
    char spec[160];
    *k = (classifier){ .classes = classes };
    snprintf(spec, sizeof spec,
             "linear 512, relu, linear 256, relu, linear %d, relu, "
             "linear %d",
             CLASSIFIER_FEATURES, classes);
    k->optimizer = (adam){ .beta1 = 0.9, .beta2 = 0.999, .eps = 1e-8 };
    return net_open(&k->net, spec, shape_flat(size), "classifier");
}

void classifier_close(classifier *k)
{
    net_close(&k->net);
}

void classifier_plan(classifier *k, arena *a, const compute *c, int samples)
{
    k->compute = c;
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

static void batch_task(const void *context, int i)
{
    const moved_batch *b = context;
    classifier *k = b->classifier;
    size_t size = (size_t)dataset_sample_size(b->data);
    uint32_t number = k->order[b->first + i];
    k->labels[i] = b->data->labels[number];
    moved_image(b->data, number, b->moves, i, k->x + (size_t)i * size);
}

/* Makes the batch of that number in the epoch's order; returns its size, at most BATCH. */
static int next_batch(classifier *k, const dataset *d, int number, uint32_t step)
{
    int first = number * BATCH, rows = d->count - first < BATCH ? d->count - first : BATCH;
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
    uint32_t batches = (uint32_t)((d->count + BATCH - 1) / BATCH), step = 0;
    size_t bytes = k->net.param_count * sizeof(float);
    memset(k->net.exp_avg, 0, bytes);
    memset(k->net.exp_avg_sq, 0, bytes);
    net_init(&k->net, k->compute->kernels, INIT_HE, SEED, RANDOM_INIT_CLASSIFIER);
    for (int epoch = 0; epoch < CLASSIFIER_EPOCHS; epoch++) {
        int right = 0;
        random_shuffle(
            (random_stream){ SEED, (uint32_t)epoch, random_name(RANDOM_SHUFFLE_CLASSIFIER, 0, 0) },
            d->count, k->order);
        for (uint32_t i = 0; i < batches; i++, step++) {
            int rows = next_batch(k, d, (int)i, step);
            TRY(train_step(k, rows, step, CLASSIFIER_EPOCHS * batches, &right));
        }
        if (progress)
            progress(context, epoch + 1, (double)right / d->count);
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
            out->labels[i + r] = (unsigned char)softmax_class(k->compute->kernels, k->classes,
                                                              const_view_row(logit, r), &sure);
            out->confidence[i + r] = (double)sure;
        }
    }
}
