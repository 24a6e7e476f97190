/* gan/gan.h - libgan: a trained generator inside another program.
 *
 *     char message[256];
 *     gan_generator *g = NULL;
 *     if (gan_load("model.bin", &g, message, sizeof message) != GAN_OK)
 *         ... message says why ...
 *     gan_shape s = gan_sample_shape(g);
 *     float *x = malloc(n * s.channels * s.height * s.width * sizeof *x);
 *     gan_sample(g, seed, 0, n, x);
 *     gan_free(g);
 *
 * The library prints nothing, keeps no global state and never ends the program. Different
 * generators may be used from different threads at once; one generator by one thread at a time.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_GAN_H
#define GAN_GAN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define GAN_API __attribute__((visibility("default")))
#else
#define GAN_API
#endif

typedef enum gan_status {
    GAN_OK = 0,
    GAN_ERROR_USAGE,  /* an argument that cannot be */
    GAN_ERROR_IO,     /* the file cannot be opened or read */
    GAN_ERROR_FORMAT, /* the file is no checkpoint of gan, or is damaged */
    GAN_ERROR_MEMORY  /* an allocation failed */
} gan_status;

/* A generator and the memory that it needs to run. */
typedef struct gan_generator gan_generator;

/* Of one sample: (channels, height, width), as its values are stored. */
typedef struct gan_shape {
    int channels, height, width;
} gan_shape;

/* Loads the generator of a checkpoint that `gan train` wrote: its average, where it was trained
 * with --ema. The file may be hostile: it is
 * checked in full, its checksum too, and nothing is allocated by what it claims. On success *g is
 * to be freed by gan_free; else it is NULL and `message` (of `size` bytes; may be NULL where size
 * is 0) says what was expected and what was found. */
GAN_API gan_status gan_load(const char *path, gan_generator **g, char *message, size_t size);

/* Frees it; NULL is fine. */
GAN_API void gan_free(gan_generator *g);

/* Values in a latent z. */
GAN_API int gan_latent_size(const gan_generator *g);

/* Shape of a sample. */
GAN_API gan_shape gan_sample_shape(const gan_generator *g);

/* Threads that sampling uses from now on; 0: as many as there are cores that the process may use,
 * which is also the beginning. No result depends on it. GAN_ERROR_USAGE where threads < 0,
 * GAN_ERROR_MEMORY; the threads are then as before. */
GAN_API gan_status gan_set_threads(gan_generator *g, int threads);

/* samples (n, channels*height*width), float32 in [-1, 1] for a generator that ends in tanh: the
 * samples first .. first+n-1 of a seed, the same numbers as `gan sample --seed` gives. Sample i of
 * a seed does not depend on n. GAN_ERROR_USAGE where n < 0, first < 0 or their sum is beyond
 * INT_MAX. */
GAN_API gan_status gan_sample(gan_generator *g, uint64_t seed, int first, int n, float *samples);

/* The same for given latents (n, gan_latent_size), usually drawn from N(0, 1). */
GAN_API gan_status gan_sample_latents(gan_generator *g, const float *latents, int n,
                                      float *samples);

/* Version of the library, "0.1.0". */
GAN_API const char *gan_version(void);

#ifdef __cplusplus
}
#endif

#endif
