/* cli/cmd_train.c - `gan train`: a run, watched on the terminal.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/command.h"

#include <stdbool.h>
#include <stddef.h>

#include "base/cores.h"
#include "base/file.h"
#include "cli/live_page.h"
#include "cli/origin.h"
#include "cli/progress.h"
#include "cli/reading.h"
#include "train/ranks.h"
#include "train/run.h"

#include "base/banned.h"

typedef struct watch_options {
    bool quiet, watch;
    int show, ranks;
} watch_options;

static const option_row watch_rows[] = {
    { .name = "quiet",
      .subject = SUBJECT_MACHINE,
      .letter = 'q',
      .type = OPTION_FLAG,
      .offset = offsetof(watch_options, quiet),
      .help = "print errors only" },
    { .name = "watch",
      .subject = SUBJECT_MACHINE,
      .type = OPTION_FLAG,
      .offset = offsetof(watch_options, watch),
      .help = "keep the samples from the same z on the terminal, above the progress line, drawn "
              "again at each epoch" },
    { .name = "show",
      .subject = SUBJECT_MACHINE,
      .type = OPTION_CHOICE,
      .offset = offsetof(watch_options, show),
      .initial = "auto",
      .choice = screen_choice,
      .arg = "WAY",
      .help = "how --watch draws" },
    { .name = "ranks",
      .subject = SUBJECT_MACHINE,
      .type = OPTION_INT,
      .offset = offsetof(watch_options, ranks),
      .initial = "1",
      .least = 1,
      .most = GROUP_MOST_RANKS,
      .arg = "N",
      .help = "processes that share each batch; under mpirun it starts them; no result depends on "
              "it" },
};
static const option_table watch_table = { watch_rows, sizeof watch_rows / sizeof *watch_rows };

/* A run is resumed by its folder, not by a file in it. */
static status check_out(const train_options *o)
{
    if (o->resume && file_is_regular(o->out))
        return status_fail(STATUS_USAGE, "--out: %s is a file, expected the folder of the run",
                           o->out);
    return STATUS_OK;
}

/* Starts or joins the other ranks; each has its share of the cores that this process may use. */
static status join_ranks(train_config *c, int ranks)
{
    int *threads = &c->options.compute.threads, here = ranks;
    if (group_is_launched())
        TRY(group_join(&c->group, &here));
    else if (ranks > 1)
        TRY(group_fork(&c->group, ranks));
    if (*threads == 0 && here > 1) {
        *threads = cores_usable() / here;
        *threads = *threads > 0 ? *threads : 1;
    }
    return STATUS_OK;
}

/* What happens to all ranks, rank 0 says. */
static status follow(train_config *c, arguments *a)
{
    status s = ranks_follow(c, &a->signal);
    if (s == STATUS_OK || s == STATUS_INTERRUPTED)
        return s;
    a->is_said = s == STATUS_NONFINITE || group_status(c->group) != STATUS_OK;
    return status_within(s, "rank %d", c->group.rank);
}

static status train(train_config *c, const watch_options *o, watch_grid *watched, arguments *a)
{
    progress p;
    reading bar;
    live_page page;
    if (c->group.rank > 0)
        return follow(c, a);
    run_observer watch = progress_observer(&p, a->program, watched);
    watch.images = o->quiet ? watch.images : reading_watch(&bar);
    TRY(live_page_open(&page, c->options.out));
    watch.page = live_page_writer(&page);
    status s = live_page_finish(&page, run_train(c, &watch, &a->signal));
    return origin_explain(s, c, a->program);
}

static status run(arguments *a)
{
    watch_options o;
    train_config c;
    watch_grid watched;
    TRY(option_read(&a->given, &watch_table, SCOPE_CALL, &o));
    config_defaults(&c);
    TRY(config_apply(&c, &a->given));
    TRY(check_out(&c.options));
    if (!o.watch && option_is_given(&a->given, "show"))
        return status_fail(STATUS_USAGE, "--show: it is how --watch draws; add --watch");
    watch_open(&watched, o.watch, o.show, o.quiet);
    status s = join_ranks(&c, o.ranks);
    if (s == STATUS_OK)
        s = train(&c, &o, &watched, a);
    group_close(&c.group, s == STATUS_OK || s == STATUS_INTERRUPTED);
    return s;
}

const command train_command = {
    .name = "train",
    .summary = "train a generator and a discriminator on images",
    .help = "Trains on a folder of pictures, on IDX images (MNIST by default), on "
            "CIFAR-10 or on points of the plane, and writes into the folder DIR:\n"
            "\n"
            "  model.bin               the newest checkpoint (safetensors)\n"
            "  best.bin                the best one, by FID or PSNR, with --eval-every\n"
            "  samples/epoch-NNNN.png  64 images, or 2500 points, from the same z\n"
            "  samples/random-NNNN.png as many from new z at each epoch\n"
            "                          (both from the average of G, with --ema)\n"
            "  samples/legend.txt      with --condition, what each of their rows shows\n"
            "  metrics.csv             one row per epoch\n"
            "  metrics.jsonl           the same as JSON lines, with --log jsonl\n"
            "  events.out.tfevents     for TensorBoard, with --log tensorboard\n"
            "  run.json                all options of the run\n"
            "  from.json               with --from, which layers were taken from where\n"
            "  report.html             the page of gan report, with --report\n"
            "\n"
            "Ctrl-C, and the warning of a batch system (SIGUSR1, SIGUSR2, SIGXCPU), save and stop; "
            "--resume continues from there, to the same bytes as an uninterrupted run. The same "
            "options and seed give the same bytes on every machine, with any number of threads.\n"
            "\n"
            "--watch keeps the samples on the terminal in view while G learns; with --quiet, it "
            "shows nothing else. docs/sampling.md says what terminals show.\n"
            "\n"
            "  gan train --epochs 25\n"
            "  gan train --preset auto\n"
            "  gan train --resume --epochs 100\n"
            "  gan train --preset auto --data my-pictures/ --out mine\n"
            "  gan train --from mine --data few-pictures/ --epochs 50 --out few\n"
            "  gan train --data fashion/ --out clothes --lr 2e-4 --beta1 0.5\n"
            "  gan train --preset points --data ring -o ring\n"
            "  gan train -g \"linear 256, leaky_relu 0.2, linear 784, tanh\" -o small",
    .tables = { &preset_option_table, &train_option_table, &model_option_table,
                &compute_option_table, &watch_table },
    .run = run,
};
