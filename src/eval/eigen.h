/* eval/eigen.h - eigenvalues and the square root of a symmetric matrix, in double.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_EVAL_EIGEN_H
#define GAN_EVAL_EIGEN_H

#include <stddef.h>

/* The eigenvalues of the symmetric a (n, n), which is overwritten: they are its diagonal then, in
 * no order. vectors (n, n), unless it is NULL: the eigenvector of each in the row of that number.
 * By Jacobi's rotations (1846), row by row until nothing is left beside the diagonal. */
void eigen_symmetric(int n, double *a, double *vectors);

/* root (n, n) = the symmetric square root of the positive semidefinite a (n, n), which is
 * overwritten, as is vectors (n, n). Eigenvalues below 0, which rounding makes, count as 0. */
void eigen_root(int n, double *a, double *vectors, double *root);

#endif
