/* api/api.c - the public interface, include/gan/gan.h.
 *
 * SPDX-License-Identifier: MIT */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "game/saved.h"
#include "gan/gan.h"

#include "base/banned.h"

struct gan_generator {
    model model;
    compute compute;
    arena arena;
};

/* Of loading: no argument of it can be wrong but the file. */
static gan_status public_status(status s)
{
    switch (s) {
    case STATUS_OK:
        return GAN_OK;
    case STATUS_IO:
        return GAN_ERROR_IO;
    case STATUS_MEMORY:
        return GAN_ERROR_MEMORY;
    default:
        return GAN_ERROR_FORMAT;
    }
}

static status load(gan_generator *g, checkpoint *f)
{
    TRY(compute_open(&g->compute, NULL, 0));
    TRY(model_open_memory(&g->model, &g->arena, MODEL_SAMPLES));
    return model_read(&g->model, f);
}

gan_status gan_load(const char *path, gan_generator **g, char *message, size_t size)
{
    checkpoint f;
    gan_generator *loaded = calloc(1, sizeof *loaded);
    *g = NULL;
    if (!loaded) {
        snprintf(message, size, "out of memory");
        return GAN_ERROR_MEMORY;
    }
    status s = model_open_file(&loaded->model, &f, path);
    if (s == STATUS_OK)
        s = load(loaded, &f);
    checkpoint_close(&f);
    if (s == STATUS_OK)
        *g = loaded;
    else {
        snprintf(message, size, "%s", status_message());
        gan_free(loaded);
    }
    return public_status(s);
}

void gan_free(gan_generator *g)
{
    if (!g)
        return;
    model_close(&g->model);
    arena_close(&g->arena);
    compute_close(&g->compute);
    free(g);
}

int gan_latent_size(const gan_generator *g)
{
    return g->model.options.latent;
}

gan_shape gan_sample_shape(const gan_generator *g)
{
    const data_identity *d = &g->model.data;
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
    if (n < 0 || first < 0 || n > INT_MAX - first)
        return GAN_ERROR_USAGE;
    model_sample(&g->model, &g->compute, model_sample_stream(seed), first, n, samples);
    return GAN_OK;
}

gan_status gan_sample_latents(gan_generator *g, const float *latents, int n, float *samples)
{
    if (n < 0)
        return GAN_ERROR_USAGE;
    model_sample_latents(&g->model, &g->compute, latents, n, samples);
    return GAN_OK;
}

const char *gan_version(void)
{
    return GAN_VERSION;
}
