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
    { "lr-schedule",
      "lr-decay scheduler schedule decay lr-policy lr-scheduler warmup step-size milestones",
      NULL },
    { "beta1", "b1 beta-1 adam-beta1 betas momentum", NULL },
    { "beta2", "b2 beta-2 adam-beta2", NULL },
    { "eps", "epsilon adam-epsilon", NULL },
    { "lr", "adam optimizer optimiser optim sgd rmsprop weight-decay wd",
      "the optimiser is Adam, with --lr, --beta1 and --beta2" },
    { "gradient-penalty", "gp lambda-gp gp-weight gp-lambda wgan-gp", NULL },
    { "gradient-penalty",
      "clip clip-value weight-clip grad-clip clip-grad max-grad-norm clip-grad-norm",
      "nothing is clipped; --gradient-penalty and --r1 keep the gradients of D small" },
    { "loss", "gan-mode gan-loss loss-type loss-fn adv-loss gan-type criterion objective", NULL },
    { "batch", "batch-size batchsize bs minibatch mbs batch-gpu", NULL },
    { "epochs",
      "n-epochs num-epochs nepochs epoch niter n-iter iterations iters steps max-steps num-steps "
      "kimg max-epochs",
      NULL },
    { "epochs", "dry-run dryrun", "--epochs 0 checks everything and trains nothing" },
    { "d-steps", "n-critic ncritic critic-iters n-dis num-d-steps", NULL },
    { "latent", "latent-dim latent-size z-dim zdim nz noise-dim z-size", NULL },
    { "r1", "gamma r1-gamma", NULL },
    { "flip", "mirror hflip horizontal-flip x-flip xflip random-flip", NULL },
    { "augment", "aug augmentation diffaug diffaugment policy ada", NULL },
    { "ema", "ema-decay ema-kimg use-ema ema-beta", NULL },
    { "ckpt",
      "model model-path checkpoint checkpoint-path weights network pkl load pretrained netg",
      NULL },
    { "from", "pretrained finetune fine-tune transfer weights init-from load load-model",
      "--from starts a new run with the nets of another one, --resume continues a run" },
    { "preset", "config cfg yaml config-file hparams", "--preset sets several options at once" },
    { "generator", "model arch architecture ngf ndf hidden hidden-size layers net netg netd",
      "the layers are in --generator and --discriminator; --preset sets both" },
    { "generator", "dropout batch-norm batchnorm spectral-norm norm",
      "it is a layer, in the text of --generator or --discriminator" },
    { "label", "class class-id classes class-idx target digit", NULL },
    { "text", "prompt prompts caption", NULL },
    { "condition",
      "conditional cond cgan class-cond class-conditional labels n-classes num-classes nclasses",
      "--condition label tells both nets the classes of the data" },
    { "seed", "random-seed manual-seed manualseed seeds rng", NULL },
    { "data",
      "dataset data-dir data-root dataroot data-path dataset-path train-dir image-dir root real "
      "reference ref input inputs",
      NULL },
    { "hold-out", "test val valid validation split test-size val-size val-split test-split",
      "a folder \"test\" beside \"train\" is held out; --hold-out holds out captions" },
    { "samples", "fake generated", NULL },
    { "crop", "crop-size patch-size random-crop", NULL },
    { "fit", "preprocess center-crop centre-crop resize-mode", NULL },
    { "size", "img-size image-size imagesize img-dim resolution res width height load-size resize",
      NULL },
    { "size", "normalize normalise mean std", "pixels always become numbers from -1 to 1" },
    { "channels",
      "img-channels image-channels in-channels input-nc nc num-channels grayscale greyscale gray "
      "grey rgb",
      NULL },
    { "limit", "max-samples subset n-train max-images", NULL },
    { "out",
      "out-dir outdir outf output output-dir output-path save-dir save save-path run-dir "
      "checkpoint-dir ckpt-dir name run-name exp-name experiment experiment-name",
      NULL },
    { "resume", "continue restart restore checkpoint ckpt resume-from continue-train", NULL },
    { "log", "logdir log-dir tensorboard tb tensorboard-dir summary-dir",
      "--log tensorboard writes the figures and grids into the folder of --out" },
    { "log", "wandb mlflow log-interval log-every log-freq print-every print-freq",
      "the figures of each epoch are in metrics.csv, in the folder of --out; --log writes others" },
    { "checkpoint-every",
      "save-every save-interval save-freq save-steps snap save-epoch-freq checkpoint-interval",
      NULL },
    { "keep-every", "snapshot-interval snapshot snapshots keep", NULL },
    { "picture-every", "sample-interval sample-every sample-freq image-interval display-freq",
      NULL },
    { "picture-every", "num-samples n-samples nsamples",
      "a picture of a run has 64 samples; any number is drawn by the command sample" },
    { "eval-every",
      "fid metrics metric eval eval-interval eval-freq eval-steps evaluate val-interval", NULL },
    { "eval-every", "early-stopping early-stop patience",
      "with --eval-every, the best checkpoint is kept in best.bin" },
    { "overwrite", "force f clean", NULL },
    { "count", "num-samples n-samples num-images n-images number num nsamples", NULL },
    { "features", "inception dims feature-extractor",
      "the features are those of a classifier that is trained on the data once" },
    { "cols", "nrow columns ncols", NULL },
    { "rows", "nrows", NULL },
    { "rows", "grid grid-size", "--rows and --cols are the size of the grid" },
    { "pad", "padding", NULL },
    { "latents", "noise z-file", NULL },
    { "truncation", "trunc truncation-psi trunc-psi psi", NULL },
    { "interpolate", "interpolation interp walk slerp", NULL },
    { "method", "mode filter resample interpolation algorithm", NULL },
    { "tile", "tile-size tilesize", NULL },
    { "tile", "input i image img source src", "the pictures are named without an option" },
    { "scale", "upscale-factor outscale factor ratio upscale", NULL },
    { "rate", "fps framerate frame-rate", NULL },
    { "int8", "quantize quantise quantized quantization", NULL },
    { "threads",
      "workers num-workers n-workers n-cpu jobs j num-threads cores n-threads nthreads processes",
      NULL },
    { "ranks",
      "distributed ddp world-size nproc nproc-per-node nnodes n-nodes num-nodes local-rank "
      "num-processes mpi horovod",
      "--ranks shares each batch among processes, and mpirun among machines (docs/ranks.md)" },
    { "threads",
      "gpu gpus gpu-id gpu-ids ngpu n-gpu num-gpus no-gpu use-gpu cuda no-cuda use-cuda device mps "
      "cpu rocm tpu xla",
      "gan computes on the CPU; --threads sets the number of its threads" },
    { "threads", "fp16 fp32 amp bf16 half precision mixed-precision float32",
      "all numbers are float32" },
    { "epochs", "shuffle no-shuffle",
      "each epoch is shuffled, in an order that --seed determines" },
    { "epochs", "profile profiler", "where the time goes is measured by the command bench" },
    { "quiet", "silent no-progress", NULL },
    { "quiet", "verbose v verbosity debug progress",
      "progress is shown unless --quiet is given; metrics.csv has all figures" },
};

/* The words that other programs have for a command. */
static const struct {
    const char *names, *hint;
} commands[] = {
    { "version", "it is the option --version" },
    { "generate draw samples interpolate", "samples are drawn by the command sample" },
    { "convert onnx save-model freeze deploy", "a generator is written by the command export" },
    { "evaluate judge fid metrics score", "samples are judged by the command eval" },
    { "resume continue", "a run is continued by train --resume" },
    { "run fit start new", "the command is train" },
    { "inspect show summary describe", "a checkpoint is shown by info, a data set by data" },
    { "dataset datasets dataset-tool prepare", "a data set is described by the command data" },
    { "enlarge superres super-resolution sr resize",
      "pictures are enlarged by the command upscale" },
    { "colorize colourise colorise inpaint", "pictures are restored by the command restore" },
    { "film video movie gif timelapse", "a film of a run is made by the command animate" },
    { "diff", "runs are compared by the command compare" },
    { "plot view visualize visualise dashboard tensorboard serve",
      "a run is shown as a page by the command report" },
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
