/* sample.c - samples from a checkpoint as a picture that nearly every viewer shows.
 *
 *     sample model.bin SEED COUNT out.pgm [WISH]
 *
 * Writes COUNT grey images, one below the other, as a binary PGM. If the checkpoint was trained
 * with
 * --condition, WISH is the number of a class or a text.
 *
 * SPDX-License-Identifier: MIT */
#include <gan/gan.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* The byte nearest to 255 (x + 1)/2, for x in [-1, 1]. */
static unsigned char pixel_of(float x)
{
    return (unsigned char)floor(127.5 * x + 128);
}

static int write_pgm(const char *path, int width, int height, const float *x)
{
    FILE *f = fopen(path, "wb");
    if (!f)
        return -1;
    fprintf(f, "P5\n%d %d\n255\n", width, height);
    for (size_t i = 0; i < (size_t)width * (size_t)height; i++)
        putc(pixel_of(x[i]), f);
    int failed = ferror(f);
    return fclose(f) != 0 || failed ? -1 : 0;
}

/* Without a wish, all classes or some captions take turns. */
static int ask(gan_generator *g, const char *wish)
{
    char message[256] = "the checkpoint was trained without --condition";
    gan_status s = GAN_ERROR_USAGE;
    if (gan_condition_kind(g) == GAN_CONDITION_CLASS)
        s = gan_ask_class(g, atoi(wish), message, sizeof message);
    else if (gan_condition_kind(g) == GAN_CONDITION_TEXT)
        s = gan_ask_text(g, wish, message, sizeof message);
    if (s != GAN_OK)
        fprintf(stderr, "%s\n", message);
    return s == GAN_OK ? 0 : -1;
}

int main(int argc, char **argv)
{
    char message[256];
    gan_generator *g;
    if (argc != 5 && argc != 6) {
        fprintf(stderr, "usage: sample model.bin SEED COUNT out.pgm [WISH]\n");
        return 2;
    }
    if (gan_load(argv[1], &g, message, sizeof message) != GAN_OK) {
        fprintf(stderr, "%s\n", message);
        return 1;
    }
    if (argc == 6 && ask(g, argv[5]) != 0) {
        gan_free(g);
        return 1;
    }
    int n = atoi(argv[3]), done = 0;
    gan_shape s = gan_sample_shape(g);
    float *x =
        n > 0 ? calloc((size_t)n, (size_t)(s.channels * s.height * s.width) * sizeof *x) : NULL;
    printf("%d values in, %dx%dx%d out\n", gan_latent_size(g), s.channels, s.height, s.width);
    if (s.channels != 1)
        fprintf(stderr, "%s: expected grey images\n", argv[1]);
    else if (x && gan_sample(g, strtoull(argv[2], NULL, 10), 0, n, x) == GAN_OK)
        done = write_pgm(argv[4], s.width, n * s.height, x) == 0;
    free(x);
    gan_free(g);
    return done ? 0 : 1;
}
