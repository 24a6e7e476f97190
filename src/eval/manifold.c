/* eval/manifold.c - precision, recall, density and coverage.
 *
 * SPDX-License-Identifier: MIT */
#include "eval/manifold.h"

#include <math.h>
#include <string.h>

#include "base/banned.h"

enum { K = MANIFOLD_WIDE_K };

void manifold_plan(manifold *m, arena *a, int count)
{
    m->radii = arena_take(a, (size_t)count, sizeof *m->radii);
    m->wide_radii = arena_take(a, (size_t)count, sizeof *m->wide_radii);
    m->near = arena_take(a, (size_t)count * K, sizeof *m->near);
}

/* ---- the balls ---- */

/* Keeps the K nearest others of a point, the nearest first. */
static void near_task(const void *context, const row_distances *r)
{
    const manifold *m = context;
    nearest *best = m->near + (ptrdiff_t)r->i * K;
    enum { PART = 64 };
    for (int from = 0; from < r->n; from += PART) {
        int n = r->n - from < PART ? r->n - from : PART;
        if (!(least_of(n, r->squared + from) < best[K - 1].squared))
            continue;
        for (int j = from; j < from + n; j++) {
            if (!(r->squared[j] < best[K - 1].squared) || r->first + j == r->i)
                continue;
            int at = K - 1;
            for (; at > 0 && r->squared[j] < best[at - 1].squared; at--)
                best[at] = best[at - 1];
            best[at] = (nearest){ r->squared[j], r->first + j };
        }
    }
}

/* Replaces the distances of the expansion by those in double, whose order may differ. */
static void radius_task(const void *context, int i)
{
    const manifold *m = context;
    double squared[K];
    for (int k = 0; k < K; k++) {
        double one =
            points_distance(&m->points, i, &m->points, m->near[(ptrdiff_t)i * K + k].index);
        int at = k;
        for (; at > 0 && one < squared[at - 1]; at--)
            squared[at] = squared[at - 1];
        squared[at] = one;
    }
    m->radii[i] = squared[MANIFOLD_K - 1];
    m->wide_radii[i] = squared[K - 1];
}

void manifold_set(manifold *m, const distances *d, points p)
{
    m->points = p;
    for (ptrdiff_t i = 0; i < (ptrdiff_t)p.count * K; i++)
        m->near[i] = (nearest){ INFINITY, 0 };
    distances_each(d, &p, &p, (distance_task){ near_task, m });
    team_run(d->compute->team, p.count, radius_task, m);
}

/* ---- who is in whose ball ---- */

typedef struct ball_test {
    const manifold *x, *y; /* of the rows and of the columns */
    double *in_ball, *in_wide, *holds_wide;
} ball_test;

/* True if the distance of x i and y j is at most the radius. The expansion decides unless it is
 * close. */
static bool within(const ball_test *c, const row_distances *r, int j, double radius)
{
    double squared = (double)r->squared[j], doubt = (double)r->doubt;
    if (squared > radius + doubt)
        return false;
    if (squared <= radius - doubt)
        return true;
    return points_distance(&c->x->points, r->i, &c->y->points, r->first + j) <= radius;
}

static void compare_task(const void *context, const row_distances *r)
{
    const ball_test *c = context;
    for (int j = 0; j < r->n; j++) {
        int y = r->first + j;
        if (c->in_ball && c->in_ball[r->i] == 0 && within(c, r, j, c->y->radii[y]))
            c->in_ball[r->i] = 1;
        if (c->in_wide && within(c, r, j, c->y->wide_radii[y]))
            c->in_wide[r->i] += 1.0 / K;
        if (c->holds_wide && c->holds_wide[r->i] == 0 && within(c, r, j, c->x->wide_radii[r->i]))
            c->holds_wide[r->i] = 1;
    }
}

void manifold_figures_plan(manifold_figures *f, arena *a, int samples, int reals)
{
    f->precision = arena_take(a, (size_t)samples, sizeof *f->precision);
    f->density = arena_take(a, (size_t)samples, sizeof *f->density);
    f->recall = arena_take(a, (size_t)reals, sizeof *f->recall);
    f->coverage = arena_take(a, (size_t)reals, sizeof *f->coverage);
}

static void clear(double *x, int n)
{
    memset(x, 0, (size_t)n * sizeof *x);
}

void manifold_compare(const manifold *samples, const manifold *reals, const distances *d,
                      const manifold_figures *f)
{
    ball_test of_samples = { samples, reals, f->precision, f->density, NULL };
    ball_test of_reals = { reals, samples, f->recall, NULL, f->coverage };
    clear(f->precision, samples->points.count);
    clear(f->density, samples->points.count);
    clear(f->recall, reals->points.count);
    clear(f->coverage, reals->points.count);
    distances_each(d, &samples->points, &reals->points,
                   (distance_task){ compare_task, &of_samples });
    distances_each(d, &reals->points, &samples->points, (distance_task){ compare_task, &of_reals });
}
