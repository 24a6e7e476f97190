/* format/npy.h - latent vectors, or samples, from a file that NumPy wrote.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_FORMAT_NPY_H
#define GAN_FORMAT_NPY_H

#include "base/status.h"

/* Reads a .npy file (version 1.0, 2.0 or 3.0) of float32 values (little-endian, C order) with shape
 * (N, latent), N at least 1; as numpy.save writes them. *z (N, latent) is malloc'ed, the caller's.
 *
 * STATUS_FORMAT, with what was expected and what was found, for anything else: another type, order
 * or shape, a header that does not say exactly these three things, a file that is shorter or longer
 * than its header says, more than 1 GB, a value that is not finite. STATUS_IO where it cannot be
 * read. After a failure *z is NULL. */
status npy_read_latents(const char *path, int latent, int *n, float **z);

/* The same for samples: of any shape (N, ...) with `size` values in each, as (N, C, H, W). */
status npy_read_samples(const char *path, int size, int *n, float **samples);

#endif
