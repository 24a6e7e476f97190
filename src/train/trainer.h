/* train/trainer.h - data, a model and its position: step after step, epoch after epoch.
 *
 * Both `gan train` (train/run.h) and libgan train with it, to the same bytes. It writes no file and
 * knows no folder; whoever calls it saves t->model between two steps.
 *
 *     status s = trainer_open(&t, &config);
 *     s = trainer_load(&t, &config, "out/model.bin", "out");    only to resume
 *     s = trainer_prepare(&t, NULL);                            data and nets
 *     s = trainer_take_memory(&t, &arena);                      for all of them
 *     s = trainer_start(&t);                                    weights: the first, or the saved
 *     s = trainer_step(&t);                                     as often as needed
 *     if (trainer_epoch_is_done(&t))
 *         metrics = trainer_end_epoch(&t);
 *     trainer_close(&t);                                        also after a failure
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_TRAIN_TRAINER_H
#define GAN_TRAIN_TRAINER_H

#include "checkpoint/checkpoint.h"
#include "data/ahead.h"
#include "data/dataset.h"
#include "game/model.h"
#include "game/pairs.h"
#include "game/taught.h"
#include "train/config.h"
#include "train/from.h"
#include "train/metrics.h"

typedef struct trainer {
    train_options options;
    train_config *config; /* from trainer_open to trainer_prepare */
    text chosen;          /* what --preset auto chose, and why; empty: it was not given */
    const char *run;      /* what messages call a resumed run; NULL: it is a new one */
    checkpoint saved;     /* what it is resumed from, until trainer_start has read it */
    from from;            /* what a new run takes its first weights from, with --from */
    group group; /* that shares the steps; `compute`, for all else, is this process alone */
    compute compute;
    dataset data;
    taught_conditions taught;
    pairs pairs; /* with a task */
    model model;
    vitals vitals;
    ahead *ahead;                 /* reads the data from the disk; NULL: they are in memory */
    unsigned char *ahead_samples; /* its room: (ahead_rows, S), some steps' samples */
    int ahead_rows;               /* 0: none */
    uint32_t *order; /* (model.data.count) of the samples in this epoch; valid while is_shuffled */
    bool is_shuffled;
    int signal;          /* that ends the run: trainer_goes_on; 0: none */
    uint32_t first_step; /* the first that this process makes in this epoch */
    double started;      /* when it began that step (base/clock.h) */
} trainer;

/* Copies the options, opens the threads, and for --from the checkpoint, whose model options become
 * those of the run unless they are given. The configuration must live until trainer_prepare, which
 * adds to it what --preset auto chooses. STATUS_USAGE for an --isa that this CPU lacks, and for
 * --from with --resume; STATUS_IO, STATUS_FORMAT. trainer_close is due in any case, before the
 * arena is closed: until then a thread reads samples into it. */
status trainer_open(trainer *t, train_config *c);
void trainer_close(trainer *t);

/* Opens the checkpoint to resume from, checks that the given options agree with it, and takes the
 * options of scope SCOPE_MODEL from it. `run` is what messages call the run. Both texts stay the
 * caller's and must live as long as the trainer. STATUS_IO, STATUS_FORMAT, STATUS_USAGE. */
status trainer_load(trainer *t, const train_config *c, const char *path, const char *run);

/* Opens the data of t->options and, unless resumed, the nets; t->options.model then has everything
 * that follows from the data, with --preset auto also the preset for them. `watch`, who watches
 * pictures being read, may be NULL. STATUS_USAGE if options, data and checkpoint do not go
 * together, STATUS_IO or STATUS_FORMAT for bad data. */
status trainer_prepare(trainer *t, const image_watch *watch);

/* Takes the memory of nets, order, vital signs and what is read ahead from the arena. */
void trainer_plan(trainer *t, arena *a);

/* Plans twice, opens the arena in between, and does the next for a trainer that is alone with it.
 */
status trainer_take_memory(trainer *t, arena *a);

/* With --memory, brings the data into memory if that much is left, or else chooses how much is read
 * ahead; then trainer_plan has to count again. used: the bytes of everything else. STATUS_USAGE,
 * with the least that is needed; STATUS_IO, STATUS_MEMORY. */
status trainer_fit_memory(trainer *t, size_t used);

/* Sets the weights: from the seed and, with --from, from that checkpoint; or, if resumed, from the
 * checkpoint, which it closes. STATUS_USAGE if --from has nothing that fits, or if the ranks of a
 * group do not begin alike. */
status trainer_start(trainer *t);

/* Rank 0, before every step: true if all ranks go on, false once one of them has caught a signal,
 * of which t->signal is then the number. signal: what this rank has caught; 0: none. */
bool trainer_goes_on(trainer *t, int signal);

/* One step of the game on the next batch; the first of an epoch shuffles the data. An epoch that is
 * done must be ended first. STATUS_NONFINITE as model_step: the model is then of no further use.
 * STATUS_IO if the data cannot be read from the disk: the model is then unchanged. */
status trainer_step(trainer *t);

/* True after the last step of an epoch. */
bool trainer_epoch_is_done(const trainer *t);

/* Moves the model on to the beginning of the next epoch. Returns the metrics of the one that is
 * done, vital signs included (on rank 0); the samples are not judged. */
epoch_metrics trainer_end_epoch(trainer *t);

/* The stream of the latents that every epoch shows and examines. */
random_stream trainer_fixed_stream(const trainer *t);

#endif
