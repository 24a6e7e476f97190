/* eval/variety.c - how different pictures of the same caption are.
 *
 * SPDX-License-Identifier: MIT */
#include "eval/variety.h"

#include <math.h>

#include "base/banned.h"

double variety_of(const points *p, int first, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < i; j++)
            sum += sqrt(points_distance(p, first + i, p, first + j)) / 2; /* pixels from -1 to 1 */
    int pairs = n * (n - 1) / 2;
    return sum / pairs;
}
