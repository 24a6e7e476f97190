/* nn/init.c - the initial values of weights: normal numbers, with a deviation that depends on the
 * way. docs/random-streams.md states them exactly.
 *
 * SPDX-License-Identifier: MIT */
#include "nn/init.h"

#include <math.h>

#include "base/banned.h"

static double listing(double in, double out)
{
    (void)in, (void)out;
    return 0.1;
}

/* A relu leaves half of the squares; the factor 2 keeps their sum (He and others 2015). */
static double he(double in, double out)
{
    (void)out;
    return sqrt(2.0 / in);
}

/* A compromise between the variances that keep the sum of squares forward, 1 / I, and backward, 1 /
 * O. */
static double xavier(double in, double out)
{
    return sqrt(2.0 / (in + out));
}

static double dcgan(double in, double out)
{
    (void)in, (void)out;
    return 0.02;
}

static const struct {
    option_choice choice;
    double (*deviation)(double in, double out);
    bool truncated; /* cut off at two deviations */
} ways[] = {
    [INIT_LISTING] = { { "listing", "deviation 0.1, cut off at two of it, whatever the layer" },
                       listing,
                       true },
    [INIT_HE] = { { "he", "deviation sqrt(2 / inputs), for relu and its like (He 2015)" },
                  he,
                  false },
    { { "xavier", "deviation sqrt(2 / (inputs + outputs)) (Glorot and Bengio 2010)" },
      xavier,
      false },
    { { "dcgan", "deviation 0.02, whatever the layer (Radford 2016)" }, dcgan, false },
};
enum { WAY_COUNT = sizeof ways / sizeof *ways };

const option_choice *init_choice(int i)
{
    return i < WAY_COUNT ? &ways[i].choice : NULL;
}

void init_weights(int way, const kernels *k, random_stream s, view w, double in, double out)
{
    float deviation = (float)ways[way].deviation(in, out);
    for (int o = 0; o < w.rows; o++) {
        float *row = view_row(w, o);
        if (ways[way].truncated) {
            random_truncated_normal(k, s, o, deviation, w.cols, row);
            continue;
        }
        k->normal(s, o, 0, w.cols, row);
        for (int i = 0; i < w.cols; i++)
            row[i] *= deviation;
    }
}
