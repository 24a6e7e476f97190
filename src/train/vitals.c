/* train/vitals.c - spread of the samples, dead units of the nets.
 *
 * SPDX-License-Identifier: MIT */
#include "train/vitals.h"

#include <math.h>
#include <string.h>

#include "game/game.h"

#include "base/banned.h"

double vitals_mean_distance(const float *x, int n, int size)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < i; j++) {
            const float *a = x + (ptrdiff_t)i * size, *b = x + (ptrdiff_t)j * size;
            double square = 0;
            for (int k = 0; k < size; k++) {
                double difference = (double)a[k] - (double)b[k];
                square += difference * difference;
            }
            sum += sqrt(square);
        }
    return n < 2 ? 0 : sum / ((double)n * (n - 1) / 2);
}

static bool can_die(const layer *l)
{
    return l->ops->can_die && l->ops->can_die(l);
}

static int mortal_units(const net *n)
{
    int count = 0;
    for (int i = 0; i < n->count; i++)
        count += can_die(&n->layers[i]) ? n->layers[i].out : 0;
    return count;
}

/* Marks the units that the last pass, of so many rows, left above 0. Values above 0 in a relu's
 * output stay above 0 if a later layer overwrites them. */
static void mark_alive(const net *n, int rows, unsigned char *alive)
{
    for (int i = 0; i < n->count; i++) {
        const layer *l = &n->layers[i];
        if (!can_die(l))
            continue;
        view output = layer_output(l, rows);
        for (int row = 0; row < rows; row++)
            for (int k = 0; k < l->out; k++)
                alive[k] |= view_row(output, row)[k] > 0;
        alive += l->out;
    }
}

/* The share in the layer with most dead units: the others get only what that one lets through. */
static double dead_share(const net *n, const unsigned char *alive)
{
    double most = 0;
    for (int i = 0; i < n->count; i++) {
        const layer *l = &n->layers[i];
        int dead = 0;
        if (!can_die(l))
            continue;
        for (int k = 0; k < l->out; k++)
            dead += !alive[k];
        most = fmax(most, (double)dead / l->out);
        alive += l->out;
    }
    return most;
}

void vitals_plan(vitals *v, arena *a, const model *m)
{
    size_t size = (size_t)model_sample_size(m);
    int most = 0;
    for (int i = 0; i < m->game->player_count; i++) {
        int units = mortal_units(&m->players[i].net);
        most = units > most ? units : most;
    }
    v->fakes = arena_take(a, VITALS_ROWS * size, sizeof *v->fakes);
    v->reals = arena_take(a, VITALS_ROWS * size, sizeof *v->reals);
    v->alive = arena_take(a, (size_t)most + 1, 1);
}

void vitals_open(vitals *v, const dataset *d, const compute *c)
{
    int size = dataset_sample_size(d);
    for (int i = 0; i < VITALS_ROWS; i++) {
        uint32_t from = (uint32_t)(i % d->count);
        dataset_batch(d, c, &from, 1, v->reals + (ptrdiff_t)i * size);
    }
    v->real_spread = vitals_mean_distance(v->reals, VITALS_ROWS, size);
}

/* The dead share of the net that makes the samples; fills v->fakes with them. */
static double maker_dead(const vitals *v, model *m, const compute *c, random_stream z)
{
    net *n = player_best(&m->players[0]);
    int size = model_sample_size(m);
    memset(v->alive, 0, (size_t)mortal_units(n));
    for (int i = 0; i < VITALS_ROWS; i += m->rows) {
        int rows = VITALS_ROWS - i < m->rows ? VITALS_ROWS - i : m->rows;
        model_sample(m, c, z, i, rows, v->fakes + (ptrdiff_t)i * size);
        mark_alive(n, rows, v->alive);
    }
    return dead_share(n, v->alive);
}

/* The dead share of a net that is shown samples, with the conditions asked for. */
static double viewer_dead(const vitals *v, model *m, net *n, const compute *c)
{
    const float *sides[] = { v->reals, v->fakes };
    int most = m->rows;
    memset(v->alive, 0, (size_t)mortal_units(n));
    for (int side = 0; side < 2; side++)
        for (int i = 0; i < VITALS_ROWS; i += most) {
            int rows = VITALS_ROWS - i < most ? VITALS_ROWS - i : most;
            const_view x = const_view_of(sides[side] + (ptrdiff_t)i * n->in, rows, n->in);
            pass p = { .compute = c, .condition = model_conditions(m, i, rows) };
            net_forward(n, &p, x);
            mark_alive(n, rows, v->alive);
        }
    return dead_share(n, v->alive);
}

vital_signs vitals_take(const vitals *v, model *m, const compute *c, random_stream z)
{
    vital_signs s = { .g_dead = maker_dead(v, m, c, z) };
    for (int i = 1; i < m->game->player_count; i++)
        s.d_dead = fmax(s.d_dead, viewer_dead(v, m, &m->players[i].net, c));
    double fakes = vitals_mean_distance(v->fakes, VITALS_ROWS, model_sample_size(m));
    s.spread = v->real_spread > 0 ? fakes / v->real_spread : 1;
    return s;
}
