/* eval/modes.c - counting the modes of a known mixture.
 *
 * SPDX-License-Identifier: MIT */
#include "eval/modes.h"

#include <math.h>

#include "eval/logarithm.h"

#include "base/banned.h"

static double square(double x)
{
    return x * x;
}

/* Returns the nearest mode, the first of equals, and sets the squared distance to it. */
static int nearest_mode(const mixture *m, const float x[2], double *distance)
{
    int nearest = 0;
    *distance = INFINITY;
    for (int i = 0; i < m->modes; i++) {
        double d = square((double)x[0] - (double)m->means[i][0]) +
                   square((double)x[1] - (double)m->means[i][1]);
        if (d < *distance) {
            *distance = d;
            nearest = i;
        }
    }
    return nearest;
}

modes modes_of(const mixture *m, const float *x, int n)
{
    modes r = { .count = n };
    double close = square(3 * (double)m->deviation);
    int placed = 0, good = 0;
    for (int i = 0; i < n; i++, x += 2) {
        double distance;
        int mode = nearest_mode(m, x, &distance);
        if (!isfinite(distance))
            continue;
        placed++;
        r.near[mode]++;
        good += distance <= close;
        r.close[mode] += distance <= close;
    }
    for (int i = 0; i < m->modes; i++) {
        double share = placed > 0 ? (double)r.near[i] / placed : 0;
        r.covered += r.close[i] > 0;
        r.kl += share > 0 ? share * natural_log(share * m->modes) : 0;
    }
    r.quality = (double)good / n;
    r.kl = placed > 0 ? r.kl : INFINITY;
    return r;
}
