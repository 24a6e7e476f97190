/* bench/products.c - the matrix products of a step, each timed by itself.
 *
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "bench/measurement.h"
#include "nn/gradients.h"

#include "base/banned.h"

typedef enum direction { FORWARD, BACKWARD_PARAMS, BACKWARD_INPUT, DIRECTIONS } direction;

typedef struct layer_product {
    measurement *measurement;
    layer *layer;
    direction direction;
    int rows, again; /* again: further rows of the output, with other conditions */
} layer_product;

static void run_product(void *context)
{
    const layer_product *p = context;
    layer *l = p->layer;
    const measurement *m = p->measurement;
    const pass now = { .compute = &m->compute, .condition = { m->model.taught, m->ids } };
    const block_task then = { 0 };
    int rows = p->rows + p->again;
    float *from = m->x, *to = m->y;
    view x = l->index > 0 ? padded_view(from, p->rows, l->in) : view_of(from, p->rows, l->in);
    view y = l->padded ? padded_view(to, rows, l->out) : view_of(to, rows, l->out);
    if (p->direction == FORWARD)
        l->ops->forward(l, &now, as_const(x), y, then);
    else if (p->direction == BACKWARD_PARAMS)
        gradients_run(
            &now,
            &(gradient_job){ .layer = l, .x = as_const(x), .dy = as_const(y), .grads = l->grads },
            1);
    else
        l->ops->backward(l, &now, as_const(x), as_const(y), NULL, x, then);
}

/* The least of a few calls, each with cold caches. */
static double cold_seconds(layer_product *p)
{
    enum { CALLS = 5 };
    double least = INFINITY;
    for (int i = 0; i < CALLS; i++) {
        measurement_evict(p->measurement);
        double start = clock_seconds();
        run_product(p);
        least = fmin(least, clock_seconds() - start);
    }
    return least;
}

static void add_product(layer_product p, const char *symbol, int times)
{
    static const char *const names[] = { "forward", "dw", "dx" };
    step_costs *c = p.measurement->costs;
    const layer *l = p.layer;
    int rows = p.rows + p.again;
    product_cost *one = &c->products[c->product_count++];
    *one = (product_cost){ .net = symbol,
                           .product = names[p.direction],
                           .layer = l->index,
                           .rows = rows,
                           .in = l->in,
                           .out = l->out,
                           .times = times,
                           .seconds = timing_of(run_product, &p, 0.03).least,
                           .cold_seconds = cold_seconds(&p),
                           .operations = 2.0 * rows * l->ops->work(l) };
    c->product_seconds += times * one->seconds;
    c->cold_seconds += times * one->cold_seconds;
    c->product_operations += times * one->operations;
}

/* Does this pass do that product of layer i? The first layer's input needs a gradient only where
 * the game asks for it. */
static bool does_product(const step_work *w, direction d, int i)
{
    if (d == FORWARD)
        return !w->backward;
    return w->backward && (d == BACKWARD_PARAMS ? w->params : i > 0 || w->input);
}

static void add_layer(measurement *m, const player *p, int i)
{
    layer *l = &p->net.layers[i];
    if (!l->ops->work)
        return;
    for (direction d = FORWARD; d < DIRECTIONS; d++)
        for (int k = 0; k < m->pass_count; k++) {
            const step_work *w = &m->passes[k].work;
            int before = i > p->net.joins ? w->again : 0, own = i == p->net.joins ? w->again : 0;
            if (w->player == p && does_product(w, d, i))
                add_product((layer_product){ m, l, d, w->rows + before, own }, p->symbol,
                            m->passes[k].times);
        }
}

status measurement_products(measurement *m)
{
    const player *players = m->model.players;
    size_t most = 0;
    for (int i = 0; i < m->model.game->player_count; i++)
        most += (size_t)players[i].net.count * (size_t)m->pass_count * DIRECTIONS;
    m->costs->products = calloc(most, sizeof(product_cost));
    if (!m->costs->products)
        return status_fail(STATUS_MEMORY, "out of memory");
    for (int i = 0; i < m->model.game->player_count; i++)
        for (int k = 0; k < players[i].net.count; k++)
            add_layer(m, &players[i], k);
    return STATUS_OK;
}
