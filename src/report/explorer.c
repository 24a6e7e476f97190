/* report/explorer.c - the generator of a run as JSON that the page can run.
 *
 * SPDX-License-Identifier: MIT */
#include "report/explorer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "eval/eigen.h"
#include "game/game.h"
#include "nn/describe.h"
#include "nn/loss.h"
#include "report/encode.h"
#include "report/weights.h"

#include "base/banned.h"

/* STARTS latents begin a walk; DIRECTIONS of them have sliders. Jacobi's method takes n^3 steps. */
enum { STARTS = 16, DIRECTIONS = 8, MOST_LATENT = 512 };

/* The operators that page/net.js computes. */
static const char *const known[] = {
    "Gemm",      "ConvTranspose", "Conv",         "BatchNormalization",
    "Resize",    "Reshape",       "Relu",         "LeakyRelu",
    "Tanh",      "Sigmoid",       "DepthToSpace", "Add",
    "Condition", "AddResized"
};

static bool is_known(const char *name)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i], name) == 0)
            return true;
    return false;
}

/* The axis of a packed tensor's outputs, by its name. */
static void add_packed(text *t, const net_operator *o)
{
    json_begin(t, "packed", '{');
    for (int i = 0; i < OPERATOR_MOST_TENSORS && o->tensors[i].name; i++)
        if (weights_packed(&o->tensors[i]))
            json_add(t, o->tensors[i].name, "%d", o->tensors[i].output_axis);
    json_end(t, '}');
}

static void add_operator(text *t, const net_operator *o)
{
    json_begin(t, NULL, '{');
    json_add_string(t, "op", o->name);
    json_add(t, "from", "[%d,%d,%d]", o->from.channels, o->from.height, o->from.width);
    json_add(t, "to", "[%d,%d,%d]", o->to.channels, o->to.height, o->to.width);
    if (o->added >= 0)
        json_add(t, "added", "%d", o->added);
    for (int i = 0; i < OPERATOR_MOST_ATTRIBUTES && o->attributes[i].name; i++) {
        const operator_attribute *a = &o->attributes[i];
        json_begin(t, a->name, '[');
        for (int k = 0; k < a->count; k++)
            json_add_double(t, NULL, a->values[k]);
        json_end(t, ']');
    }
    for (int i = 0; i < OPERATOR_MOST_TENSORS && o->tensors[i].name; i++) {
        const operator_tensor *x = &o->tensors[i];
        json_begin(t, x->name, '[');
        for (int k = 0; k < TENSOR_MOST_SIZES && x->sizes[k] > 0; k++)
            json_add(t, NULL, "%d", x->sizes[k]);
        json_end(t, ']');
    }
    add_packed(t, o);
    json_end(t, '}');
}

static bool is_finite(const net_description *d)
{
    for (int i = 0; i < d->count; i++)
        for (int k = 0; k < OPERATOR_MOST_TENSORS && d->operators[i].tensors[k].name; k++) {
            const operator_tensor *x = &d->operators[i].tensors[k];
            for (size_t j = 0; j < operator_tensor_count(x); j++)
                if (!isfinite(x->data[j]))
                    return false;
        }
    return true;
}

static status add_starts(text *t, const generator *g)
{
    int latent = g->model.options.latent;
    float *z = calloc((size_t)STARTS * (size_t)latent, sizeof *z);
    if (!z)
        return status_fail(STATUS_MEMORY, "out of memory");
    latents_draw(g->compute, model_sample_stream(1), 0, view_of(z, STARTS, latent));
    encode_floats(t, "starts", z, (size_t)STARTS * (size_t)latent);
    free(z);
    return STATUS_OK;
}

/* ---- directions ---- */

/* a (n, n) = w^T w of the first n columns of w (outputs, inputs): z^T a z is the square of the
 * length of w z. */
static void square(double *a, const float *w, int outputs, int inputs, int n)
{
    for (int o = 0; o < outputs; o++, w += inputs)
        for (int i = 0; i < n; i++)
            for (int k = 0; k < n; k++)
                a[(ptrdiff_t)i * n + k] += (double)w[i] * (double)w[k];
}

static void add_strongest(text *t, const double *a, const double *vectors, int n)
{
    float *chosen = calloc((size_t)DIRECTIONS * (size_t)n, sizeof *chosen);
    bool *taken = calloc((size_t)n, sizeof *taken);
    int count = n < DIRECTIONS ? n : DIRECTIONS;
    t->failed |= !chosen || !taken;
    json_begin(t, "strengths", '[');
    for (int d = 0; d < count && !t->failed; d++) {
        int best = -1;
        for (int i = 0; i < n; i++)
            if (!taken[i] && (best < 0 || a[(ptrdiff_t)i * (n + 1)] > a[(ptrdiff_t)best * (n + 1)]))
                best = i;
        taken[best] = true;
        for (int i = 0; i < n; i++)
            chosen[d * n + i] = (float)vectors[(ptrdiff_t)best * n + i];
        encode_number(t, NULL, sqrt(fmax(a[(ptrdiff_t)best * (n + 1)], 0)));
    }
    json_end(t, ']');
    if (!t->failed)
        encode_floats(t, "directions", chosen, (size_t)count * (size_t)n);
    free(chosen);
    free(taken);
}

/* The first operator that does not just append a condition to z; NULL if there is none. */
static const net_operator *first_operator(const net_description *d)
{
    int i = 0;
    while (i < d->count && strcmp(d->operators[i].name, "Condition") == 0)
        i++;
    return i < d->count ? &d->operators[i] : NULL;
}

/* The principal directions of the first layer, if that is a product of all of z. */
static status add_directions(text *t, text *notes, const net_description *d, int latent)
{
    const net_operator *first = first_operator(d);
    const operator_tensor *w = first ? &first->tensors[0] : NULL;
    if (!first || strcmp(first->name, "Gemm") != 0 || latent > MOST_LATENT) {
        json_add(notes, NULL,
                 "\"there are no sliders: they need a first layer linear and a latent of "
                 "at most %d values\"",
                 MOST_LATENT);
        return STATUS_OK;
    }
    size_t n = (size_t)latent;
    double *a = calloc(n * n, sizeof *a), *vectors = calloc(n * n, sizeof *vectors);
    status s = a && vectors ? STATUS_OK : status_fail(STATUS_MEMORY, "out of memory");
    if (s == STATUS_OK) {
        square(a, w->data, w->sizes[0], w->sizes[1], latent);
        eigen_symmetric(latent, a, vectors);
        add_strongest(t, a, vectors, latent);
    }
    free(a);
    free(vectors);
    return s;
}

/* ---- the whole ---- */

static bool is_runnable(text *notes, const net_description *d)
{
    for (int i = 0; i < d->count; i++)
        if (!is_known(d->operators[i].name)) {
            json_add(notes, NULL, "\"there is no explorer: the page cannot compute %s\"",
                     d->operators[i].name);
            return false;
        }
    if (is_finite(d))
        return true;
    json_add(notes, NULL, "\"there is no explorer: batch_norm makes a weight infinite\"");
    return false;
}

/* Opens the object "generator" or "judge" with the net in it. *done is false, and nothing is added,
 * if the page cannot run the net. */
static void begin_net(text *t, text *notes, const char *key, const net_description *d, bool *done)
{
    *done = is_runnable(notes, d);
    if (!*done)
        return;
    json_begin(t, key, '{');
    json_begin(t, "operators", '[');
    for (int i = 0; i < d->count; i++)
        add_operator(t, &d->operators[i]);
    json_end(t, ']');
    weights_add(t, d);
}

bool explorer_needs_judge(const generator *g)
{
    return g->model.data.kind == SAMPLE_POINT;
}

static status add_judge(text *t, text *notes, generator *g)
{
    net_description d;
    model *m = &g->model;
    bool done;
    TRY(net_describe(&m->players[m->game->judges].net, g->compute, &d));
    begin_net(t, notes, "judge", &d, &done);
    if (done) {
        json_add_double(t, "middle", (double)loss_nth(m->options.loss)->middle);
        json_end(t, '}');
    }
    description_close(&d);
    return STATUS_OK;
}

/* The classes, or the words and some captions. */
static void add_told(text *t, const known_conditions *k)
{
    if (k->kind == CONDITION_NONE)
        return;
    json_begin(t, "told", '{');
    if (k->kind == CONDITION_CAPTION) {
        json_add(t, "size", "%d", k->list.table.size);
        json_add_string(t, "words", k->words ? k->words : "");
    }
    json_begin(t, k->kind == CONDITION_CAPTION ? "examples" : "names", '[');
    for (int i = 0; i < k->count; i++)
        json_add_string(t, NULL, k->names[i]);
    json_end(t, ']');
    json_end(t, '}');
}

static status add_generator(text *t, text *notes, generator *g, const net_description *d)
{
    const model *m = &g->model;
    bool done;
    begin_net(t, notes, "generator", d, &done);
    if (!done)
        return STATUS_OK;
    json_add(t, "latent", "%d", m->options.latent);
    json_add(t, "shape", "[%d,%d,%d]", m->data.channels, m->data.height, m->data.width);
    add_told(t, &m->known);
    TRY(add_starts(t, g));
    TRY(add_directions(t, notes, d, m->options.latent));
    if (explorer_needs_judge(g))
        TRY(add_judge(t, notes, g));
    json_end(t, '}');
    return STATUS_OK;
}

status explorer_add(text *t, text *notes, generator *g)
{
    net_description d;
    player *maker = &g->model.players[0];
    TRY(net_describe(maker->average.count > 0 ? &maker->average : &maker->net, g->compute, &d));
    status s = add_generator(t, notes, g, &d);
    description_close(&d);
    return s;
}
