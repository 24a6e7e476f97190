/* api/sample.c - the public interface, include/gan/gan.h: sampling.
 *
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "api/generator.h"
#include "api/result.h"

#include "base/banned.h"

gan_status api_result(status s, char *message, size_t size)
{
    static const gan_status codes[] = {
        [STATUS_OK] = GAN_OK,
        [STATUS_USAGE] = GAN_ERROR_USAGE,
        [STATUS_IO] = GAN_ERROR_IO,
        [STATUS_FORMAT] = GAN_ERROR_FORMAT,
        [STATUS_EXISTS] = GAN_ERROR_IO,
        [STATUS_MEMORY] = GAN_ERROR_MEMORY,
        [STATUS_NONFINITE] = GAN_ERROR_NONFINITE,
    };
    if (s != STATUS_OK)
        snprintf(message, size, "%s", status_message());
    return codes[s];
}

static status load(gan_generator *g, const char *path)
{
    TRY(compute_open(&g->compute, NULL, 0));
    return generator_open(&g->generator, &(generator_options){ .ckpt = path }, false, &g->compute);
}

gan_status gan_load(const char *path, gan_generator **g, char *message, size_t size)
{
    gan_generator *loaded = calloc(1, sizeof *loaded);
    status s = loaded ? load(loaded, path) : status_fail(STATUS_MEMORY, "out of memory");
    if (s != STATUS_OK) {
        gan_free(loaded);
        loaded = NULL;
    }
    *g = loaded;
    return api_result(s, message, size);
}

void gan_free(gan_generator *g)
{
    if (!g)
        return;
    generator_close(&g->generator);
    condition_list_close(&g->wish);
    compute_close(&g->compute);
    free(g);
}

int gan_latent_size(const gan_generator *g)
{
    return g->generator.model.options.latent;
}

gan_shape gan_sample_shape(const gan_generator *g)
{
    const data_identity *d = &g->generator.model.data;
    return (gan_shape){ d->channels, d->height, d->width };
}

gan_status gan_set_threads(gan_generator *g, int threads)
{
    if (threads < 0)
        return GAN_ERROR_USAGE;
    compute fresh;
    if (compute_open(&fresh, NULL, threads) != STATUS_OK)
        return GAN_ERROR_MEMORY;
    compute_close(&g->compute);
    g->compute = fresh;
    return GAN_OK;
}

gan_status gan_sample(gan_generator *g, uint64_t seed, int first, int n, float *samples)
{
    if (!api_is_range(first, n))
        return GAN_ERROR_USAGE;
    generator_sample(&g->generator, seed, first, n, samples);
    return GAN_OK;
}

gan_status gan_sample_latents(gan_generator *g, const float *latents, int n, float *samples)
{
    if (n < 0)
        return GAN_ERROR_USAGE;
    generator_sample_latents(&g->generator, latents, 0, n, samples);
    return GAN_OK;
}

const char *gan_version(void)
{
    return GAN_VERSION;
}
