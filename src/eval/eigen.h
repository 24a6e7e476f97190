/* eval/eigen.h - eigenvalues and the square root of a symmetric matrix, in double.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_EVAL_EIGEN_H
#define GAN_EVAL_EIGEN_H

#include <stddef.h>

/* Overwrites the symmetric a (n, n): its diagonal then has the eigenvalues, in no order. Row i of
 * vectors (n, n), unless it is NULL, becomes the eigenvector of the i-th. Uses Jacobi's rotations
 * (1846), row by row, until nothing is left off the diagonal. */
void eigen_symmetric(int n, double *a, double *vectors);

/* root (n, n) = the symmetric square root of the positive semidefinite a (n, n). Overwrites a and
 * vectors (n, n). Eigenvalues below 0, which come from rounding, count as 0. */
void eigen_root(int n, double *a, double *vectors, double *root);

#endif
