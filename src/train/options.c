/* train/options.c - the table of a run's own options.
 *
 * SPDX-License-Identifier: MIT */
#include "train/options.h"

#include <stddef.h>

#include "base/banned.h"

#define AT(member) offsetof(train_options, member)

static const option_row rows[] = {
    { .name = "data",
      .subject = SUBJECT_DATA,
      .type = OPTION_TEXT,
      .offset = AT(data),
      .scope = SCOPE_RUN,
      .arg = "PATH",
      .help = "folder of PNG and JPEG files, whose subfolders are classes; folder of IDX "
              "files, raw or .gz, or of CIFAR-10 batches; one IDX image file; or ring or grid, "
              "8 and 25 Gaussians in the plane (default: $GAN_DATA, else data/mnist, the "
              "installed MNIST)" },
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
    { .name = "eval-every",
      .subject = SUBJECT_RUN,
      .type = OPTION_INT,
      .offset = AT(eval_every),
      .scope = SCOPE_RUN,
      .initial = "0",
      .least = 0,
      .most = 10000000,
      .arg = "N",
      .help = "judge the samples every N epochs as gan eval does (FID, classes) and keep the best "
              "checkpoint as best.bin; needs labels and test images (0: never)" },
    { .name = "out",
      .subject = SUBJECT_RUN,
      .letter = 'o',
      .type = OPTION_TEXT,
      .offset = AT(out),
      .scope = SCOPE_CALL,
      .initial = "out",
      .arg = "DIR",
      .help = "folder of the run" },
    { .name = "resume",
      .subject = SUBJECT_RUN,
      .letter = 'r',
      .type = OPTION_FLAG,
      .offset = AT(resume),
      .scope = SCOPE_CALL,
      .help = "continue the run in DIR with its options" },
    { .name = "overwrite",
      .subject = SUBJECT_RUN,
      .type = OPTION_FLAG,
      .offset = AT(overwrite),
      .scope = SCOPE_CALL,
      .help = "delete the run in DIR and start a new one" },
};

const option_table train_option_table = { rows, sizeof rows / sizeof *rows };
