/* eval/stacks.c - counting the modes of stacked digits.
 *
 * SPDX-License-Identifier: MIT */
#include "eval/stacks.h"

#include "eval/logarithm.h"

#include "base/banned.h"

int stacks_modes(int classes)
{
    return classes * classes * classes;
}

void stacks_add(int classes, int n, const unsigned char *labels, int *in_mode)
{
    for (int i = 0; i < n; i++, labels += 3)
        in_mode[(labels[0] * classes + labels[1]) * classes + labels[2]]++;
}

/* Only a classifier's mistake can show a class that the data lack; its share keeps the KL finite.
 */
static double share_of(double share)
{
    const double least = 1e-6;
    return share > least ? share : least;
}

stacks stacks_of(int classes, int n, const int *in_mode, const double *shares)
{
    stacks r = { .count = n, .classes = classes, .modes = stacks_modes(classes) };
    for (int m = 0; m < r.modes; m++) {
        if (in_mode[m] == 0)
            continue;
        double share = (double)in_mode[m] / n;
        double data = share_of(shares[m / classes / classes]) *
                      share_of(shares[m / classes % classes]) * share_of(shares[m % classes]);
        r.covered++;
        r.kl += share * natural_log(share * r.modes);
        r.kl_data += share * natural_log(share / data);
    }
    return r;
}
