/* cli/foreign.c - words that other programs know and this one does not, and what is meant here.
 *
 * The names are those of the usual scripts for PyTorch and TensorFlow, of StyleGAN's, of programs
 * that compute FID, and of common command-line tools.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/foreign.h"

#include <stdbool.h>
#include <string.h>

#include "cli/parse.h"

#include "base/banned.h"

/* A row applies to the commands that have `option`. It says that this is the name here, or else the
 * text. The first such row whose names, in lower case and with dashes, include the word counts. */
static const struct foreign {
    const char *option, *names, *text;
} options[] = {
    { "lr", "learning-rate lrate alpha", NULL },
    { "lr-g", "g-lr glr generator-lr lr-generator gen-lr", NULL },
    { "lr-d", "d-lr dlr discriminator-lr lr-discriminator disc-lr", NULL },
    { "lr-schedule", "lr-decay scheduler schedule decay lr-policy lr-scheduler", NULL },
    { "beta1", "b1 beta-1 adam-beta1 betas momentum", NULL },
    { "beta2", "b2 beta-2 adam-beta2", NULL },
    { "eps", "epsilon adam-epsilon", NULL },
    { "lr", "adam optimizer optimiser optim sgd rmsprop weight-decay",
      "the optimiser is Adam, with --lr, --beta1 and --beta2" },
    { "batch", "batch-size batchsize bs minibatch mbs batch-gpu", NULL },
    { "epochs",
      "n-epochs num-epochs epoch niter n-iter iterations iters steps max-steps kimg max-epochs",
      NULL },
    { "epochs", "dry-run dryrun", "--epochs 0 checks everything and trains nothing" },
    { "d-steps", "n-critic ncritic critic-iters n-dis num-d-steps", NULL },
    { "latent", "latent-dim latent-size z-dim zdim nz noise-dim z-size", NULL },
    { "gradient-penalty", "gp lambda-gp gp-weight gp-lambda wgan-gp", NULL },
    { "r1", "gamma r1-gamma", NULL },
    { "flip", "mirror hflip horizontal-flip x-flip", NULL },
    { "augment", "aug augmentation diffaug diffaugment policy ada", NULL },
    { "ema", "ema-decay ema-kimg use-ema ema-beta", NULL },
    { "ckpt",
      "model model-path checkpoint checkpoint-path weights network pkl load pretrained netg",
      NULL },
    { "generator", "model arch architecture ngf ndf hidden hidden-size layers netg netd cfg config",
      "the layers are in --generator and --discriminator; --preset sets both" },
    { "generator", "conditional cond n-classes num-classes",
      "the nets do not know the labels; gan eval uses them" },
    { "seed", "random-seed manual-seed manualseed seeds rng", NULL },
    { "data",
      "dataset data-dir data-root dataroot data-path dataset-path train-dir image-dir root real",
      NULL },
    { "samples", "fake generated", NULL },
    { "size", "img-size image-size imagesize img-dim resolution width height", NULL },
    { "channels", "img-channels nc num-channels grayscale greyscale rgb", NULL },
    { "limit", "max-samples subset n-train max-images", NULL },
    { "out",
      "out-dir outdir outf output output-dir output-path save-dir save save-path run-dir "
      "checkpoint-dir ckpt-dir name",
      NULL },
    { "resume",
      "continue restart restore load load-model checkpoint ckpt pretrained resume-from "
      "continue-train",
      NULL },
    { "resume", "logdir log-dir tensorboard wandb log-interval print-every print-freq",
      "the figures of each epoch are in metrics.csv, in the folder of --out" },
    { "checkpoint-every", "save-every save-interval save-freq snap save-epoch-freq", NULL },
    { "keep-every", "snapshot-interval keep", NULL },
    { "checkpoint-every", "sample-interval sample-every", "pictures are written at every epoch" },
    { "eval-every", "fid metrics eval eval-interval evaluate", NULL },
    { "overwrite", "force f clean", NULL },
    { "count", "num-samples n-samples num-images n-images number num nsamples", NULL },
    { "cols", "nrow columns ncols", NULL },
    { "rows", "nrows", NULL },
    { "pad", "padding", NULL },
    { "latents", "noise z-file", NULL },
    { "latents", "truncation trunc truncation-psi psi",
      "latents are drawn without truncation; --latents takes any others" },
    { "threads",
      "workers num-workers n-workers n-cpu jobs j num-threads cores n-threads nthreads processes",
      NULL },
    { "threads",
      "gpu gpus gpu-id gpu-ids ngpu n-gpu num-gpus cuda no-cuda use-cuda device mps cpu rocm",
      "gan computes on the CPU; --threads sets the number of its threads" },
    { "threads", "fp16 fp32 amp bf16 half precision mixed-precision float32",
      "all numbers are float32" },
    { "epochs", "shuffle no-shuffle",
      "each epoch is shuffled, in an order that --seed determines" },
    { "quiet", "silent no-progress", NULL },
    { "quiet", "verbose v verbosity debug progress",
      "progress is shown unless --quiet is given; metrics.csv has all figures" },
};

/* The words that other programs have for a command. */
static const struct {
    const char *names, *hint;
} commands[] = {
    { "version", "it is the option --version" },
    { "generate draw samples", "samples are drawn by the command sample" },
    { "convert onnx save-model freeze deploy", "a generator is written by the command export" },
    { "evaluate judge fid metrics score", "samples are judged by the command eval" },
    { "resume continue", "a run is continued by train --resume" },
    { "run fit start", "the command is train" },
    { "inspect show summary describe", "a checkpoint is shown by info, a data set by data" },
    { "benchmark profile", "the speed is measured by the command bench" },
    { "test check", "the program is checked by selftest, samples are judged by eval" },
    { "man manual usage", "the manual is the page gan(1), or the command help" },
};

/* True if the word is one of those that spaces separate. */
static bool is_among(const char *words, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = words; length > 0 && (at = strstr(at, word)); at += length) {
        bool starts = at == words || at[-1] == ' ';
        if (starts && (at[length] == 0 || at[length] == ' '))
            return true;
    }
    return false;
}

/* The name in lower case, with "-" for "_". */
static void normalise(char *to, size_t room, const char *name)
{
    size_t i = 0;
    for (; name[i] != 0 && i + 1 < room; i++) {
        char c = name[i] == '_' ? '-' : name[i];
        to[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    to[i] = 0;
}

/* Adds the first command that has the option, if any. */
static void add_owner(text *t, const char *program, const char *name)
{
    for (int i = 0; command_nth(i); i++)
        if (command_option_named(command_nth(i), name)) {
            text_add(t, "it is an option of %s %s", program, command_nth(i)->name);
            return;
        }
}

void foreign_add_hint(text *t, const command *c, const char *program, const char *name)
{
    char plain[64];
    normalise(plain, sizeof plain, name);
    if (strcmp(name, "V") == 0 || strcmp(plain, "version") == 0)
        text_add(t, "it is %s --version", program);
    else if (command_option_named(c, plain))
        text_add(t, "here it is --%s", plain);
    if (t->length > 0)
        return;
    for (size_t i = 0; i < sizeof options / sizeof *options && t->length == 0; i++) {
        const struct foreign *f = &options[i];
        if (!is_among(f->names, plain) || !command_option_named(c, f->option))
            continue;
        if (f->text)
            text_add(t, "%s", f->text);
        else
            text_add(t, "here it is --%s", f->option);
    }
    if (t->length == 0)
        add_owner(t, program, plain);
}

const char *foreign_command_hint(const char *name)
{
    char plain[64];
    normalise(plain, sizeof plain, name);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (is_among(commands[i].names, plain))
            return commands[i].hint;
    return NULL;
}
