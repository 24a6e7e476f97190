/* game/latents.c - takes latents from their source, and walks between them.
 *
 * SPDX-License-Identifier: MIT */
#include "game/latents.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "game/model.h"
#include "math/angle.h"

#include "base/banned.h"

int64_t latents_needed(const latent_source *s, int n)
{
    int64_t shared = s->shared > 1 ? s->shared : 1;
    if (s->interpolate == 0)
        return ((int64_t)n + shared - 1) / shared;
    return 2 * (((int64_t)n + s->interpolate - 1) / s->interpolate);
}

/* Latents first .. first+n-1 of the source, as they are before any walk or choice. */
static void take_rows(const latent_source *s, int first, int n, float *z)
{
    size_t count = (size_t)n * (size_t)s->latent;
    if (s->given)
        memcpy(z, s->given + (ptrdiff_t)first * s->latent, count * sizeof *z);
    else
        latents_draw(s->compute, model_sample_stream(s->seed), first, view_of(z, n, s->latent));
    for (size_t i = 0; i < count; i++)
        z[i] = (float)(s->truncation * (double)z[i]);
}

/* z (Z) = the point at t of the way along the great circle from a (Z), t = 0, to b (Z), t = 1, its
 * length changing as the angle does (Shoemake 1985); along the line if they have no angle or are
 * opposite. */
static void between(const float *a, const float *b, int latent, double t, float *z)
{
    static const double least_sine = 0x1p-20;
    double angle = angle_between(a, b, latent), sine = angle_sine(angle);
    double of_a = 1 - t, of_b = t;
    if (sine >= least_sine) {
        of_a = angle_sine((1 - t) * angle) / sine;
        of_b = angle_sine(t * angle) / sine;
    }
    for (int i = 0; i < latent; i++)
        z[i] = (float)(of_a * (double)a[i] + of_b * (double)b[i]);
}

/* Walk w goes from latent 2w to latent 2w + 1. */
static void walk(const latent_source *s, int first, int n, float *z)
{
    int steps = s->interpolate - 1, taken = -1;
    for (int i = 0; i < n; i++) {
        int number = (first + i) / s->interpolate, at = (first + i) % s->interpolate;
        if (number != taken)
            take_rows(s, 2 * number, 2, s->ends);
        taken = number;
        between(s->ends, s->ends + s->latent, s->latent, (double)at / steps,
                z + (ptrdiff_t)i * s->latent);
    }
}

void latents_take(const latent_source *s, int first, int n, float *z)
{
    if (s->interpolate > 0)
        walk(s, first, n, z);
    else if (s->chosen)
        for (int i = 0; i < n; i++)
            take_rows(s, s->chosen[first + i], 1, z + (ptrdiff_t)i * s->latent);
    else if (s->shared > 1)
        for (int i = 0; i < n; i++)
            take_rows(s, (first + i) / s->shared, 1, z + (ptrdiff_t)i * s->latent);
    else
        take_rows(s, first, n, z);
}
