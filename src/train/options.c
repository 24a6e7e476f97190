/* train/options.c - the table of a run's own options.
 *
 * SPDX-License-Identifier: MIT */
#include "train/options.h"

#include <stddef.h>

#include "train/log.h"

#include "base/banned.h"

#define AT(member) offsetof(train_options, member)

static const option_row rows[] = {
    { .name = "data",
      .subject = SUBJECT_DATA,
      .type = OPTION_TEXT,
      .offset = AT(data),
      .scope = SCOPE_RUN,
      .arg = "PATH",
      .help = "folder of pictures, whose subfolders are classes; folder of IDX "
              "files, raw or .gz, or of CIFAR-10 batches; one IDX image file; ring or grid, "
              "8 and 25 Gaussians in the plane; or stacked, three random digits as red, green "
              "and blue (default: $GAN_DATA, else data/mnist, the installed MNIST)" },
    IMAGE_OPTION_ROWS(AT(images)),
    { .name = "epochs",
      .subject = SUBJECT_RUN,
      .letter = 'e',
      .type = OPTION_INT,
      .offset = AT(epochs),
      .scope = SCOPE_RUN,
      .initial = "500",
      .least = 0,
      .most = 10000000,
      .arg = "N",
      .help = "passes over the data in total; a resumed run may raise it" },
    { .name = "checkpoint-every",
      .subject = SUBJECT_RUN,
      .type = OPTION_INT,
      .offset = AT(checkpoint_every),
      .scope = SCOPE_RUN,
      .initial = "1",
      .least = 1,
      .most = 10000000,
      .arg = "N",
      .help = "epochs between two saves of model.bin; the last epoch is always saved" },
    { .name = "keep-every",
      .subject = SUBJECT_RUN,
      .type = OPTION_INT,
      .offset = AT(keep_every),
      .scope = SCOPE_RUN,
      .initial = "0",
      .least = 0,
      .most = 10000000,
      .arg = "N",
      .help = "keep the checkpoint of every N-th epoch as model-NNNN.bin (0: none)" },
    { .name = "picture-every",
      .subject = SUBJECT_RUN,
      .type = OPTION_INT,
      .offset = AT(picture_every),
      .scope = SCOPE_RUN,
      .initial = "1",
      .least = 0,
      .most = 10000000,
      .arg = "N",
      .help = "write the two pictures of every N-th epoch and of the last (0: none)" },
    { .name = "eval-every",
      .subject = SUBJECT_RUN,
      .type = OPTION_INT,
      .offset = AT(eval_every),
      .scope = SCOPE_RUN,
      .initial = "0",
      .least = 0,
      .most = 10000000,
      .arg = "N",
      .help =
          "judge the samples every N epochs as gan eval does (FID, classes; with --task PSNR and "
          "SSIM of test pictures) and keep the best checkpoint as best.bin; needs test images "
          "(0: never)" },
    { .name = "log",
      .subject = SUBJECT_RUN,
      .type = OPTION_SET,
      .offset = AT(log),
      .scope = SCOPE_RUN,
      .initial = "none",
      .choice = log_choice,
      .arg = "KINDS",
      .help = "also write the figures of each epoch for other programs; several with commas" },
    { .name = "report",
      .subject = SUBJECT_RUN,
      .type = OPTION_FLAG,
      .offset = AT(report),
      .scope = SCOPE_RUN,
      .help = "keep the page of gan report in DIR/report.html: an open tab shows each new epoch" },
    { .name = "out",
      .subject = SUBJECT_RUN,
      .letter = 'o',
      .type = OPTION_TEXT,
      .offset = AT(out),
      .scope = SCOPE_CALL,
      .initial = "out",
      .arg = "DIR",
      .help = "folder of the run" },
    { .name = "from",
      .subject = SUBJECT_RUN,
      .type = OPTION_TEXT,
      .offset = AT(from),
      .scope = SCOPE_RUN,
      .arg = "FILE",
      .help = "start a new run from the nets of another run, its checkpoint or its folder: layers "
              "with tensors of the same names and sizes are taken, the others start fresh and are "
              "listed; its model options are the defaults (docs/training.md)" },
    { .name = "resume",
      .subject = SUBJECT_RUN,
      .letter = 'r',
      .type = OPTION_FLAG,
      .offset = AT(resume),
      .scope = SCOPE_CALL,
      .help = "continue the run in DIR with its options" },
    MEMORY_OPTION_ROW(AT(memory)),
    { .name = "overwrite",
      .subject = SUBJECT_RUN,
      .type = OPTION_FLAG,
      .offset = AT(overwrite),
      .scope = SCOPE_CALL,
      .help = "delete the run in DIR and start a new one" },
};

const option_table train_option_table = { rows, sizeof rows / sizeof *rows };
