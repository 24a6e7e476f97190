/* format/npy.h - NumPy's .npy files: latents and samples read, samples written.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_FORMAT_NPY_H
#define GAN_FORMAT_NPY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/file.h"
#include "base/status.h"

/* Reads a file (version 1.0, 2.0 or 3.0) of float32, float64, float16 or uint8 in either byte order
 * and in C or Fortran order, as numpy.save writes it, with the shape (N, latent), N at least 1;
 * more axes of length 1 may be among them, as in (N, latent, 1, 1). *z (N, latent) is malloc'ed and
 * the caller's; bytes are the numbers 0 to 255.
 *
 * STATUS_FORMAT, with what was expected and what was found, for anything else: another type or
 * shape, a header without exactly these three entries, a length other than the header states, more
 * than 1 GB, a value that is not finite in float32. STATUS_IO if it cannot be read, STATUS_MEMORY.
 * After a failure *z is NULL. */
status npy_read_latents(const char *path, int latent, int *n, float **z);

/* What a sample is: an image, or a point. */
typedef struct npy_form {
    int channels, height, width;
    bool pixels; /* bytes are pixels from 0 to 255, which become -1 to 1; else numbers */
} npy_form;

typedef struct npy_samples {
    int n;
    float *values;  /* (n, channels, height, width), malloc'ed */
    char note[128]; /* what was converted, for people; "": nothing that they need to know */
} npy_samples;

/* The same for samples, in any shape that has only one meaning: (N, C, H, W) and (N, H, W, C); with
 * one channel also (N, H, W), (N, H*W) and more axes of length 1. With several channels a flat
 * sample is refused: it does not say where they are. After a failure there is nothing to free. */
status npy_read_samples(const char *path, const npy_form *f, npy_samples *out);

/* Writes the header of a version 1.0 file in C order, of a type as NumPy names it ("<f4", "<U9"; at
 * most 24 characters), with `rank` sizes, 0 to 4. Returns its length, NPY_HEADER_SIZE. */
enum { NPY_HEADER_SIZE = 128 };
size_t npy_header_write(unsigned char header[NPY_HEADER_SIZE], const char *type, const int *sizes,
                        int rank);

/* Writes the header of a file of '<f4' with the sizes shape = N, C, H, W, each at least 1. */
status npy_begin(out_file *f, const int shape[4]);

/* Appends n values, the (C, H, W) of one sample after another. The samples may come in parts of any
 * length; the caller adds as many as the header states. */
status npy_add(out_file *f, const float *values, size_t n);

#endif
