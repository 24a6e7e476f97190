/* format/npy.h - NumPy's .npy files of float32: latents and samples read, samples written.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_FORMAT_NPY_H
#define GAN_FORMAT_NPY_H

#include <stddef.h>

#include "base/file.h"
#include "base/status.h"

/* Reads a file (version 1.0, 2.0 or 3.0) of little-endian float32 values in C order with the shape
 * (N, latent), N at least 1, as numpy.save writes it. *z (N, latent) is malloc'ed and the caller's.
 *
 * STATUS_FORMAT, with what was expected and what was found, for anything else: another type, order
 * or shape, a header without exactly these three entries, a length other than the header states,
 * more than 1 GB, a value that is not finite. STATUS_IO if it cannot be read. After a failure *z is
 * NULL. */
status npy_read_latents(const char *path, int latent, int *n, float **z);

/* The same for samples: any shape (N, ...) with `size` values in each sample, as (N, C, H, W). */
status npy_read_samples(const char *path, int size, int *n, float **samples);

/* Writes the header of a version 1.0 file of '<f4' in C order with the sizes shape = N, C, H, W,
 * each at least 1. */
status npy_begin(out_file *f, const int shape[4]);

/* Appends n values, the (C, H, W) of one sample after another. The samples may come in parts of any
 * length; the caller adds as many as the header states. */
status npy_add(out_file *f, const float *values, size_t n);

#endif
