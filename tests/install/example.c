/* tests/install/example.c - libgan from another program: loads a checkpoint, samples 64 images.
 *
 *     example model.bin SEED x.npy
 *
 * Prints the kind of the checkpoint's samples, and compares 64 of them with those that "gan sample
 * --seed SEED -o x.npy" wrote. tests/install/check builds it with an installed library and runs it;
 * it includes nothing else of the project.
 *
 * SPDX-License-Identifier: MIT */
#include <gan/gan.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COUNT = 64, NPY_HEADER = 128 };

/* The n floats of an .npy file, which the caller frees; NULL if it has fewer. */
static float *read_npy(const char *path, size_t n)
{
    float *values = malloc(n * sizeof *values);
    FILE *f = fopen(path, "rb");
    size_t got = 0;
    if (f && values && fseek(f, NPY_HEADER, SEEK_SET) == 0)
        got = fread(values, sizeof *values, n, f);
    if (f)
        fclose(f);
    if (got == n)
        return values;
    free(values);
    return NULL;
}

/* The same samples whichever way they are asked for. */
static int compare(gan_generator *g, uint64_t seed, size_t size, const float *expected)
{
    float *samples = malloc(COUNT * size * sizeof *samples);
    int same = samples && gan_sample(g, seed, 0, COUNT, samples) == GAN_OK &&
               memcmp(samples, expected, COUNT * size * sizeof *samples) == 0;
    /* The last ten alone, by three threads. */
    same = same && gan_set_threads(g, 3) == GAN_OK &&
           gan_sample(g, seed, COUNT - 10, 10, samples) == GAN_OK &&
           memcmp(samples, expected + (COUNT - 10) * size, 10 * size * sizeof *samples) == 0;
    free(samples);
    return same;
}

int main(int argc, char **argv)
{
    char message[256] = "";
    gan_generator *g = NULL;
    if (argc != 4) {
        fprintf(stderr, "usage: example model.bin SEED x.npy\n");
        return 2;
    }
    if (gan_load(argv[1], &g, message, sizeof message) != GAN_OK) {
        fprintf(stderr, "%s\n", message);
        return 1;
    }
    gan_shape shape = gan_sample_shape(g);
    size_t size = (size_t)shape.channels * (size_t)shape.height * (size_t)shape.width;
    printf("libgan %s: %d values in, %dx%dx%d out\n", gan_version(), gan_latent_size(g),
           shape.channels, shape.height, shape.width);
    float *expected = read_npy(argv[3], COUNT * size);
    int same = expected && compare(g, strtoull(argv[2], NULL, 10), size, expected);
    printf("%d samples %s %s\n", COUNT, same ? "are those of" : "differ from", argv[3]);
    free(expected);
    gan_free(g);
    return same ? 0 : 1;
}
