/* train/preset.c - the table of presets: to change or add one, change or add its recipe and its
 * row.
 *
 * SPDX-License-Identifier: MIT */
#include "train/preset.h"

#include <string.h>

#include "train/options.h"

#include "base/banned.h"

static const char wide_generator[] =
    "linear 256, leaky_relu 0.2, linear 512, leaky_relu 0.2, linear out, tanh";
static const char wide_discriminator[] = "linear 512, leaky_relu 0.2, dropout 0.2, linear 256, "
                                         "leaky_relu 0.2, dropout 0.2, linear 1";

/* A small net of linear layers chooses what is drawn, before convolutions draw it. */
static const char digit_generator[] =
    "linear 256, leaky_relu 0.2, linear 512, leaky_relu 0.2, linear 32x7x7, leaky_relu 0.2, "
    "conv_transpose 16 k4 s2 p1, leaky_relu 0.2, conv_transpose out k4 s2 p1, tanh";
static const char digit_discriminator[] = "conv 16 k4 s2 p1, leaky_relu 0.2, conv 32 k4 s2 p1, "
                                          "leaky_relu 0.2, linear 256, leaky_relu 0.2, linear 1";

static const recipe listing = { 0 };
static const recipe fast = { .settings = { { "generator", wide_generator },
                                           { "discriminator", wide_discriminator },
                                           { "init", "he" },
                                           { "batch", "64" },
                                           { "r1", "0.1" },
                                           { "lr", "0.001" },
                                           { "beta1", "0.5" },
                                           { "ema", "0.999" },
                                           { "epochs", "20" } } };
static const recipe best = { .from = &fast, .settings = { { "epochs", "40" } } };
static const recipe dcgan = { .settings = { { "generator", digit_generator },
                                            { "discriminator", digit_discriminator },
                                            { "init", "he" },
                                            { "batch", "64" },
                                            { "r1", "3" },
                                            { "lr", "0.001" },
                                            { "beta1", "0" },
                                            { "beta2", "0.99" },
                                            { "ema", "0.999" },
                                            { "epochs", "18" } } };

/* A thousand modes: D sees how much 16 samples differ, and rates that fall to 0 settle what share
 * of the samples each mode gets. */
static const recipe stacked = {
    .from = &dcgan,
    .settings = { { "discriminator",
                    "conv 16 k4 s2 p1, leaky_relu 0.2, conv 32 k4 s2 p1, leaky_relu 0.2, "
                    "minibatch_deviation 16, linear 256, leaky_relu 0.2, linear 1" },
                  { "lr-schedule", "cosine" },
                  { "epochs", "30" } }
};

/* The same nets, told what to draw and what they see. D's penalty is smaller: it has to change its
 * mind within fewer pixels, between a digit and another one. */
static const recipe mnist_label = {
    .from = &dcgan,
    .settings = { { "condition", "label" },
                  { "mismatch", "0.3" },
                  { "mismatch-epochs", "13" },
                  { "r1", "0.5" },
                  { "lr-schedule", "cosine" },
                  { "epochs", "16" },
                  { "generator",
                    "condition 32, linear 256, leaky_relu 0.2, linear 512, leaky_relu 0.2, linear "
                    "32x7x7, leaky_relu 0.2, conv_transpose 16 k4 s2 p1, leaky_relu 0.2, "
                    "conv_transpose out k4 s2 p1, tanh" },
                  { "discriminator",
                    "conv 16 k4 s2 p1, leaky_relu 0.2, conv 32 k4 s2 p1, leaky_relu 0.2, linear "
                    "256, leaky_relu 0.2, condition 32, linear 256, leaky_relu 0.2, linear 1" } }
};
static const recipe mnist_text = { .from = &mnist_label,
                                   .settings = { { "condition", "caption" } } };

/* A few thousand pictures: D soon knows them, unless they are changed. */
static const recipe pictures = { .from = &dcgan,
                                 .settings = { { "size", "32" },
                                               { "r1", "0.5" },
                                               { "augment", "translation,cutout" },
                                               { "epochs", "200" } } };
/* Words like "facing left" and colours of skin must mean the same in every picture: nothing is
 * mirrored, and no colour is changed. */
static const recipe emoji_text = {
    .from = &pictures,
    .settings = { { "condition", "caption" },
                  { "mismatch-near", "0.5" },
                  { "generator",
                    "condition 64, linear 256, leaky_relu 0.2, linear 512, leaky_relu 0.2, linear "
                    "128x4x4, leaky_relu 0.2, conv_transpose 128 k4 s2 p1, leaky_relu 0.2, "
                    "conv_transpose 64 k4 s2 p1, leaky_relu 0.2, conv_transpose out k4 s2 p1, "
                    "tanh" },
                  { "discriminator",
                    "conv 32 k4 s2 p1, leaky_relu 0.2, conv 64 k4 s2 p1, leaky_relu 0.2, conv 128 "
                    "k4 s2 p1, leaky_relu 0.2, linear 256, leaky_relu 0.2, projection 64" } }
};
static const recipe dcgan_32 = {
    .from = &pictures,
    .settings = { { "generator",
                    "linear 256, leaky_relu 0.2, linear 512, leaky_relu 0.2, linear 128x4x4, "
                    "leaky_relu 0.2, conv_transpose 128 k4 s2 p1, leaky_relu 0.2, conv_transpose "
                    "64 k4 s2 p1, leaky_relu 0.2, conv_transpose out k4 s2 p1, tanh" },
                  { "discriminator",
                    "conv 32 k4 s2 p1, leaky_relu 0.2, conv 64 k4 s2 p1, leaky_relu 0.2, conv 128 "
                    "k4 s2 p1, leaky_relu 0.2, linear 256, leaky_relu 0.2, linear 1" },
                  { "flip", "true" },
                  { "augment", "color,translation,cutout" } }
};
static const recipe dcgan_64 = {
    .from = &dcgan_32,
    .settings = { { "size", "64" },
                  { "generator",
                    "linear 256, leaky_relu 0.2, linear 512, leaky_relu 0.2, linear 128x4x4, "
                    "leaky_relu 0.2, conv_transpose 128 k4 s2 p1, leaky_relu 0.2, conv_transpose "
                    "64 k4 s2 p1, leaky_relu 0.2, conv_transpose 32 k4 s2 p1, leaky_relu 0.2, "
                    "conv_transpose out k4 s2 p1, tanh" },
                  { "discriminator",
                    "conv 16 k4 s2 p1, leaky_relu 0.2, conv 32 k4 s2 p1, leaky_relu 0.2, conv 64 "
                    "k4 s2 p1, leaky_relu 0.2, conv 128 k4 s2 p1, leaky_relu 0.2, linear 256, "
                    "leaky_relu 0.2, linear 1" } }
};
static const recipe dcgan_128 = {
    .from = &dcgan_64,
    .settings = { { "size", "128" },
                  { "generator",
                    "linear 256, leaky_relu 0.2, linear 512, leaky_relu 0.2, linear 128x4x4, "
                    "leaky_relu 0.2, conv_transpose 128 k4 s2 p1, leaky_relu 0.2, conv_transpose "
                    "64 k4 s2 p1, leaky_relu 0.2, conv_transpose 32 k4 s2 p1, leaky_relu 0.2, "
                    "conv_transpose 16 k4 s2 p1, leaky_relu 0.2, conv_transpose out k4 s2 p1, "
                    "tanh" },
                  { "discriminator",
                    "conv 16 k4 s2 p1, leaky_relu 0.2, conv 16 k4 s2 p1, leaky_relu 0.2, conv 32 "
                    "k4 s2 p1, leaky_relu 0.2, conv 64 k4 s2 p1, leaky_relu 0.2, conv 128 k4 s2 "
                    "p1, leaky_relu 0.2, linear 256, leaky_relu 0.2, linear 1" } }
};
/* Weights begin near 0, so that G begins as the bicubic filter. */
static const recipe mnist_upscale = { .settings = { { "task", "upscale" },
                                                    { "phases", "mse:3,adversarial:2" },
                                                    { "adversarial", "0.002" },
                                                    { "init", "dcgan" },
                                                    { "batch", "16" },
                                                    { "lr", "0.003" },
                                                    { "lr-d", "0.001" },
                                                    { "lr-schedule", "cosine" },
                                                    { "ema", "0.999" } } };
static const recipe photo_upscale = { .from = &mnist_upscale,
                                      .settings = { { "phases", "mse:6,adversarial:2" },
                                                    { "adversarial", "0.05" },
                                                    { "crop", "64" },
                                                    { "flip", "true" },
                                                    { "turn", "true" },
                                                    { "batch", "8" },
                                                    { "lr", "0.0005" },
                                                    { "lr-d", "0.0005" } } };
static const recipe points = { .settings = { { "latent", "2" },
                                             { "batch", "64" },
                                             { "lr", "0.001" },
                                             { "beta1", "0.5" },
                                             { "beta2", "0.99" },
                                             { "lr-schedule", "cosine" },
                                             { "r1", "0.1" },
                                             { "ema", "0.999" },
                                             { "epochs", "25" } } };

static const preset presets[] = {
    { .choice = { "auto", "the one of these presets that suits the data" },
      .expect = "what the chosen preset says; a run begins with a line that names it and the "
                "options that it adds, and saves all of them",
      .recipe = &listing,
      .chooses = true },
    { .choice = { "listing", "the classic listing unchanged: the defaults" },
      .expect = "digits appear from about epoch 100 on and get better until epoch 500",
      .recipe = &listing },
    { .choice = { "fast", "better samples than the listing's in a fraction of its time" },
      .expect = "digits after an epoch or two: larger nets, four times as many steps per epoch "
                "at a higher rate, a penalty on D's gradient, samples from the average of G; "
                "docs/recipes.md has the figures",
      .recipe = &fast },
    { .choice = { "best", "the best samples of nets without convolutions" },
      .expect = "the same as fast, trained for twice as long",
      .recipe = &best },
    { .choice = { "dcgan", "convolutional nets, for images of 28x28" },
      .expect =
          "cleaner strokes than those of the other presets: convolutions, and a strong penalty "
          "on D's gradient in place of dropout; docs/recipes.md has the figures",
      .recipe = &dcgan },
    { .choice = { "stacked", "the thousand modes of --data stacked" },
      .expect =
          "coloured digits after an epoch, and all thousand modes soon after; then their shares "
          "become equal, until the learning rates are 0",
      .recipe = &stacked },
    { .choice = { "mnist-label", "digits by label: gan sample --label 7" },
      .expect =
          "like dcgan, and each row of the grids is one label; the last epochs, without wrong "
          "labels, bring back variety; docs/conditional.md explains the rest",
      .recipe = &mnist_label },
    { .choice = { "mnist-text", "digits by sentence: gan sample --text \"a bold seven\"" },
      .expect = "like mnist-label, from sentences with words for thickness and slant, measured on "
                "the digits (docs/captions.md)",
      .recipe = &mnist_text },
    { .choice = { "emoji-text", "your own captioned pictures, a few thousand, at 32x32" },
      .expect = "blurred pictures that fit their words after some 50 epochs, clearer ones later; "
                "scripts/get-emoji fetches 3,786 pictures with captions",
      .recipe = &emoji_text },
    { .choice = { "dcgan-32", "your own images, a few thousand, at 32x32" },
      .expect = "like dcgan, but all that D sees is mirrored and changed at random, so that it "
                "does not memorise a few thousand images; docs/images.md has an example",
      .recipe = &dcgan_32 },
    { .choice = { "dcgan-64", "your own images, a few thousand, at 64x64" },
      .expect = "like dcgan-32, with one more layer in each net",
      .recipe = &dcgan_64 },
    { .choice = { "dcgan-128", "your own images, a few thousand, at 128x128" },
      .expect = "like dcgan-64, with one more layer in each net, and about twice as slow",
      .recipe = &dcgan_128 },
    { .choice = { "mnist-upscale", "digits, enlarged four times: gan upscale" },
      .expect = "sharp edges after the first epoch, then strokes as crisp as the originals' once D "
                "joins; docs/restore.md has the figures",
      .recipe = &mnist_upscale },
    { .choice = { "photo-upscale", "your own photographs, enlarged: gan upscale" },
      .expect =
          "the same on random crops of pictures of any size; scripts/get-photos fetches 37 free "
          "ones",
      .recipe = &photo_upscale },
    { .choice = { "points", "for --data ring and grid: no mode is lost" },
      .expect =
          "a penalty on D's gradient keeps it smooth between the modes, and the rates go to 0",
      .recipe = &points },
};
enum { PRESET_COUNT = sizeof presets / sizeof *presets };

const preset *preset_nth(int i)
{
    return i < PRESET_COUNT ? &presets[i] : NULL;
}

/* The setting of that name that counts. */
static const preset_setting *find(const recipe *r, const char *name)
{
    for (; r; r = r->from)
        for (const preset_setting *s = r->settings; s->name; s++)
            if (strcmp(s->name, name) == 0)
                return s;
    return NULL;
}

preset_setting preset_setting_of(const preset *p, int i)
{
    for (const recipe *r = p->recipe; r; r = r->from)
        for (const preset_setting *s = r->settings; s->name; s++)
            if (find(p->recipe, s->name) == s && i-- == 0)
                return *s;
    return (preset_setting){ 0 };
}

static const option_choice *choice(int i)
{
    return i < PRESET_COUNT ? &presets[i].choice : NULL;
}

/* The row describes a plain int: the index of the preset. */
static const option_row rows[] = {
    { .name = "preset",
      .subject = SUBJECT_RUN,
      .type = OPTION_CHOICE,
      .offset = 0,
      .initial = "listing",
      .choice = choice,
      .arg = "NAME",
      .help = "set several options at once; options that are given override it; \"gan help "
              "presets\" lists them" },
};
const option_table preset_option_table = { rows, sizeof rows / sizeof *rows };

const option_row *preset_row(const char *name)
{
    const option_row *row = option_find(&model_option_table, name);
    return row ? row : option_find(&train_option_table, name);
}
