/* tests/support/run_generator.c - runs the generator.h that `gan export` wrote. C99 and C++.
 *
 *     run_generator N > z.npy      N latents
 *     run_generator N x.npy        compares the samples of these latents with those in x.npy, which
 *                                  `gan sample -z z.npy -o x.npy` wrote; prints the greatest
 *                                  difference, and exits with 1 if it is not at most 1e-5
 *     run_generator N x.npy TEXT...    the same; sample i shows text i, beginning again after the
 *                                  last: of a generator that is told a class, its number i
 *
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "generator.h"

enum { NPY_HEADER = 128, NPY_PREFIX = 10 };

/* Sums of four uniform numbers: about normal, and the same on every machine. */
static void draw(float *z)
{
    static unsigned long state = 1;
    for (int i = 0; i < GENERATE_LATENT; i++) {
        float sum = 0;
        for (int k = 0; k < 4; k++) {
            state = (state * 1103515245UL + 12345UL) & 0x7fffffffUL;
            sum += (float)(state >> 15) / 65536.0f - 0.5f;
        }
        z[i] = 1.7f * sum;
    }
}

static int write_latents(int count)
{
    static float z[GENERATE_LATENT];
    static char header[NPY_HEADER + 1];
    int n = snprintf(header + NPY_PREFIX, sizeof header - NPY_PREFIX,
                     "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }", count,
                     GENERATE_LATENT);
    memcpy(header, "\x93NUMPY\x01\0\x76\0", NPY_PREFIX);
    memset(header + NPY_PREFIX + n, ' ', (size_t)(NPY_HEADER - NPY_PREFIX - n));
    header[NPY_HEADER - 1] = '\n';
    fwrite(header, 1, NPY_HEADER, stdout);
    for (int i = 0; i < count; i++) {
        draw(z);
        fwrite(z, sizeof *z, GENERATE_LATENT, stdout);
    }
    return fflush(stdout) == 0 ? 0 : 2;
}

/* False where generate refuses what it is told. */
static int make(const float *z, int i, char **texts, int text_count, float *sample)
{
#if defined GENERATE_CLASSES
    (void)texts;
    (void)text_count;
    return !generate(z, -1, sample) && !generate(z, GENERATE_CLASSES, sample) &&
           generate(z, i % GENERATE_CLASSES, sample);
#elif defined GENERATE_WORDS
    return !generate(z, "", sample) && !generate(z, " !\xe2\x80\x94", sample) &&
           generate(z, texts[i % text_count], sample);
#else
    (void)i;
    (void)texts;
    (void)text_count;
    generate(z, sample);
    return 1;
#endif
}

static int compare(int count, const char *path, char **texts, int text_count)
{
    static float z[GENERATE_LATENT], sample[GENERATE_VALUES + 1], expected[GENERATE_VALUES];
    float most = 0;
    FILE *f = fopen(path, "rb");
    if (!f || fseek(f, NPY_HEADER, SEEK_SET) != 0)
        return 2;
    for (int i = 0; i < count; i++) {
        draw(z);
        sample[GENERATE_VALUES] = 12345.0f; /* what follows the sample stays */
        if (!make(z, i, texts, text_count, sample) ||
            fread(expected, sizeof *expected, GENERATE_VALUES, f) != GENERATE_VALUES ||
            sample[GENERATE_VALUES] != 12345.0f)
            return 2;
        for (int k = 0; k < GENERATE_VALUES; k++) {
            float off = fabsf(sample[k] - expected[k]);
            if (!(off <= most)) /* also a NaN */
                most = off;
        }
    }
    fclose(f);
    printf("at most %.2g off\n", (double)most);
    return most <= 1e-5f ? 0 : 1;
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return 2;
    return argc == 2 ? write_latents(atoi(argv[1]))
                     : compare(atoi(argv[1]), argv[2], argv + 3, argc - 3);
}
