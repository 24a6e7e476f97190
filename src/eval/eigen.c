/* eval/eigen.c - Jacobi's method for symmetric matrices.
 *
 * It is the simplest one, and the most exact for small eigenvalues, of which features have many. At
 * n = 128 it takes about 50 ms.
 *
 * SPDX-License-Identifier: MIT */
#include "eval/eigen.h"

#include <float.h>
#include <math.h>

#include "base/banned.h"

enum { MOST_SWEEPS = 60 };

/* The rotation by which rows p and q become c p - s q and s p + c q. */
static void rotate_rows(int n, double *a, int p, int q, double c, double s)
{
    double *ap = a + (ptrdiff_t)p * n, *aq = a + (ptrdiff_t)q * n;
    for (int k = 0; k < n; k++) {
        double x = ap[k], y = aq[k];
        ap[k] = c * x - s * y;
        aq[k] = s * x + c * y;
    }
}

/* Makes a[p][q] zero: with theta = (a[q][q] - a[p][p]) / (2 a[p][q]), the tangent of the angle is
 * the smaller root of t^2 + 2 theta t - 1 = 0. */
static void rotate(int n, double *a, double *vectors, int p, int q)
{
    double off = a[(ptrdiff_t)p * n + q];
    double app = a[(ptrdiff_t)p * n + p], aqq = a[(ptrdiff_t)q * n + q];
    double theta = (aqq - app) / (2 * off);
    double t = (theta < 0 ? -1 : 1) / (fabs(theta) + sqrt(theta * theta + 1));
    double c = 1 / sqrt(t * t + 1), s = t * c;
    rotate_rows(n, a, p, q, c, s);
    /* The columns, by symmetry, are the rows; only the corner is special. */
    for (int k = 0; k < n; k++) {
        a[(ptrdiff_t)k * n + p] = a[(ptrdiff_t)p * n + k];
        a[(ptrdiff_t)k * n + q] = a[(ptrdiff_t)q * n + k];
    }
    a[(ptrdiff_t)p * n + p] = app - t * off;
    a[(ptrdiff_t)q * n + q] = aqq + t * off;
    a[(ptrdiff_t)p * n + q] = a[(ptrdiff_t)q * n + p] = 0;
    if (vectors)
        rotate_rows(n, vectors, p, q, c, s);
}

/* One sweep over all pairs; false if there was nothing to do. */
static int sweep(int n, double *a, double *vectors)
{
    int turned = 0;
    for (int p = 0; p < n; p++)
        for (int q = p + 1; q < n; q++) {
            double off = fabs(a[(ptrdiff_t)p * n + q]);
            double limit = fabs(a[(ptrdiff_t)p * n + p]) * fabs(a[(ptrdiff_t)q * n + q]);
            if (off <= DBL_EPSILON * sqrt(limit) || off < DBL_MIN)
                continue;
            rotate(n, a, vectors, p, q);
            turned = 1;
        }
    return turned;
}

void eigen_symmetric(int n, double *a, double *vectors)
{
    for (ptrdiff_t i = 0; vectors && i < (ptrdiff_t)n * n; i++)
        vectors[i] = i % (n + 1) == 0;
    for (int i = 0; i < MOST_SWEEPS && sweep(n, a, vectors);)
        i++;
}

void eigen_root(int n, double *a, double *vectors, double *root)
{
    eigen_symmetric(n, a, vectors);
    for (ptrdiff_t i = 0; i < (ptrdiff_t)n * n; i++)
        root[i] = 0;
    for (int e = 0; e < n; e++) {
        double value = a[(ptrdiff_t)e * n + e];
        const double *v = vectors + (ptrdiff_t)e * n;
        double scale = value > 0 ? sqrt(value) : 0;
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                root[(ptrdiff_t)i * n + j] += scale * v[i] * v[j];
    }
}
