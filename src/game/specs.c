/* game/specs.c - the nets where none is given, and the word "out" in a spec.
 *
 * SPDX-License-Identifier: MIT */
#include "game/specs.h"

#include <string.h>

#include "game/asked.h"
#include "game/task.h"
#include "nn/layer.h"

#include "base/banned.h"

/* The nets where no spec is given: for images those of the listing. Points lie anywhere in the
 * plane, so that their G has no tanh; and their D has no dropout, which would blur small modes.
 * Where samples have a condition, G begins with it and D ends with it. */
static const struct {
    const char *generator, *discriminator;
} default_specs[][2] = {
    [SAMPLE_IMAGE] = { { "linear 150, relu, linear 300, relu, linear out, tanh",
                         "linear 300, relu, dropout 0.3, linear 150, relu, dropout 0.3, linear 1" },
                       { "condition 32, linear 150, relu, linear 300, relu, linear out, tanh",
                         "linear 300, relu, dropout 0.3, linear 150, relu, dropout 0.3, "
                         "projection 32" } },
    [SAMPLE_POINT] = { { "linear 128, relu, linear 128, relu, linear 128, relu, linear out",
                         "linear 128, leaky_relu 0.2, linear 128, leaky_relu 0.2, linear 128, "
                         "leaky_relu 0.2, linear 1" },
                       { "condition 32, linear 128, relu, linear 128, relu, linear 128, relu, "
                         "linear out",
                         "linear 128, leaky_relu 0.2, linear 128, leaky_relu 0.2, linear 128, "
                         "leaky_relu 0.2, projection 32" } },
};

/* With a task: residual blocks of convolutions, on pictures of any size. Where G enlarges, they
 * work on the small picture; then the picture becomes larger, by 4 in two steps, and the bicubic
 * filter's is added to it, so that G has to find only what that one misses. */
static void task_generator(text *t, const model_options *o, image_shape sample)
{
    enum { BLOCKS = 4, WIDTH = 32, LARGE_WIDTH = 16 };
    bool scales = task_nth(o->task)->scales;
    int last = o->scale == 4 ? 2 : o->scale;
    text_add(t, "%sconv %d k3 p1, relu", scales ? "residual, " : "", WIDTH);
    for (int i = 0; i < BLOCKS; i++)
        text_add(t, ", residual, conv %d k3 p1, relu, conv %d k3 p1, add", WIDTH, WIDTH);
    if (scales && last != o->scale)
        text_add(t, ", conv %d k3 p1, pixel_shuffle 2, relu, conv %d k3 p1, relu", 4 * LARGE_WIDTH,
                 WIDTH);
    text_add(t, ", conv %d k3 p1", sample.channels * (scales ? last * last : 1));
    if (scales)
        text_add(t, ", pixel_shuffle %d, add_enlarged %d", last, o->scale);
}

static const char task_discriminator[] =
    "conv 32 k4 s2 p1 spectral_norm, leaky_relu 0.2, conv 64 k4 s2 p1 spectral_norm, leaky_relu "
    "0.2, conv 128 k4 s2 p1 spectral_norm, leaky_relu 0.2, linear 1 spectral_norm";

/* The spec with each word "out" replaced by the size of a sample, or, in a layer of images, by its
 * channels. *flat: it is the size somewhere. */
static void complete_spec(text *t, const char *spec, image_shape sample, bool *flat)
{
    static const char word[] = "out";
    bool images = false, first = true;
    while (*spec != 0) {
        size_t between = strspn(spec, " ,()"), length = strcspn(spec + between, " ,()");
        text_add_bytes(t, spec, between);
        first = first || memchr(spec, ',', between) || memchr(spec, '(', between);
        spec += between;
        if (first) {
            const layer_ops *kind = layer_kind_named(spec, length);
            images = kind && kind->is_spatial;
        }
        first = false;
        if (length == strlen(word) && memcmp(spec, word, length) == 0) {
            text_add(t, "%d", images ? sample.channels : shape_size(sample));
            *flat |= !images;
        } else
            text_add_bytes(t, spec, length);
        spec += length;
    }
}

void specs_generator(text *t, const model_options *o, const data_identity *data, bool *flat)
{
    image_shape sample = { data->channels, data->height, data->width };
    bool joined = o->condition != CONDITION_NONE;
    text usual = { 0 };
    if (!o->generator && o->task != TASK_NONE)
        task_generator(&usual, o, sample);
    const char *given = o->generator ? o->generator
                        : usual.data ? usual.data
                                     : default_specs[data->kind][joined].generator;
    complete_spec(t, given, sample, flat);
    t->failed |= usual.failed;
    text_free(&usual);
}

const char *specs_discriminator(const model_options *o, const data_identity *data)
{
    bool joined = o->condition != CONDITION_NONE;
    if (o->discriminator)
        return o->discriminator;
    return o->task != TASK_NONE ? task_discriminator
                                : default_specs[data->kind][joined].discriminator;
}
