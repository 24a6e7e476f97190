/* api/train.c - the public interface, include/gan/gan.h: configuring and training.
 *
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "api/result.h"
#include "api/wish.h"
#include "base/file.h"
#include "game/saved.h"
#include "train/trainer.h"

#include "base/banned.h"

/* ---- configuring ---- */

/* A text that the configuration has copied. */
typedef struct kept_text {
    struct kept_text *next;
    char text[];
} kept_text;

struct gan_config {
    train_config config;
    kept_text *texts;
};

gan_config *gan_config_new(void)
{
    gan_config *c = calloc(1, sizeof *c);
    if (c)
        config_defaults(&c->config);
    return c;
}

void gan_config_free(gan_config *c)
{
    for (kept_text *k = c ? c->texts : NULL, *next; k; k = next) {
        next = k->next;
        free(k);
    }
    free(c);
}

/* Refuses the options of a run's folder, which have no meaning here. */
static status check_name(const char *name)
{
    static const char *const of_folders[] = { "out",        "resume",
                                              "overwrite",  "checkpoint-every",
                                              "keep-every", "picture-every",
                                              "eval-every" };
    for (size_t i = 0; i < sizeof of_folders / sizeof *of_folders; i++)
        if (strcmp(name, of_folders[i]) == 0)
            return status_fail(
                STATUS_USAGE,
                "--%s: applies to the folder of gan train; libgan writes only the file that "
                "gan_trainer_save names",
                name);
    return STATUS_OK;
}

static status set(gan_config *c, const char *name, const char *value)
{
    const option_row *row;
    TRY(check_name(name));
    TRY(config_find(name, &row));
    size_t size = strlen(value) + 1;
    kept_text *k = malloc(sizeof *k + size);
    if (!k)
        return status_fail(STATUS_MEMORY, "--%s: out of memory", name);
    memcpy(k->text, value, size);
    status s = config_set(&c->config, row, k->text);
    if (s != STATUS_OK || row->type != OPTION_TEXT) {
        free(k);
        return s;
    }
    k->next = c->texts;
    c->texts = k;
    return STATUS_OK;
}

gan_status gan_config_set(gan_config *c, const char *name, const char *value, char *message,
                          size_t size)
{
    return api_result(set(c, name, value), message, size);
}

/* ---- opening ---- */

struct gan_trainer {
    trainer trainer;
    arena arena;
    epoch_metrics newest; /* of the newest complete epoch; its number is 0 if there is none */
    condition_list wish;  /* the class or text that its samples show; else without memory */
    bool is_broken;       /* a number has become non-finite */
};

static status open_trainer(gan_trainer *t, const gan_config *c, const char *path)
{
    trainer *r = &t->trainer;
    train_config config = c->config;
    config_finish(&config);
    TRY(trainer_open(r, &config));
    if (path)
        TRY(trainer_load(r, &config, path, path));
    TRY(trainer_prepare(r, NULL));
    TRY(trainer_take_memory(r, &t->arena));
    return trainer_start(r);
}

gan_status gan_trainer_resume(const gan_config *c, const char *path, gan_trainer **t, char *message,
                              size_t size)
{
    gan_trainer *opened = calloc(1, sizeof *opened);
    status s = opened ? open_trainer(opened, c, path) : status_fail(STATUS_MEMORY, "out of memory");
    if (s != STATUS_OK) {
        gan_trainer_close(opened);
        opened = NULL;
    }
    *t = opened;
    return api_result(s, message, size);
}

gan_status gan_trainer_open(const gan_config *c, gan_trainer **t, char *message, size_t size)
{
    return gan_trainer_resume(c, NULL, t, message, size);
}

void gan_trainer_close(gan_trainer *t)
{
    if (!t)
        return;
    trainer_close(&t->trainer);
    condition_list_close(&t->wish);
    arena_close(&t->arena);
    free(t);
}

/* ---- training ---- */

static status check_numbers(const gan_trainer *t)
{
    return t->is_broken
               ? status_fail(
                     STATUS_NONFINITE,
                     "the trainer cannot go on: a number in it is not finite; resume from a "
                     "checkpoint")
               : STATUS_OK;
}

static status step(gan_trainer *t)
{
    trainer *r = &t->trainer;
    TRY(check_numbers(t));
    if (r->model.epoch >= (uint32_t)r->options.epochs)
        return status_fail(STATUS_USAGE, "--epochs: all %d are done", r->options.epochs);
    status s = trainer_step(r);
    t->is_broken = s != STATUS_OK;
    if (s == STATUS_OK && trainer_epoch_is_done(r))
        t->newest = trainer_end_epoch(r);
    return s;
}

gan_status gan_trainer_step(gan_trainer *t, char *message, size_t size)
{
    return api_result(step(t), message, size);
}

gan_status gan_trainer_epoch(gan_trainer *t, char *message, size_t size)
{
    status s = STATUS_OK;
    for (uint32_t epoch = t->trainer.model.epoch;
         s == STATUS_OK && t->trainer.model.epoch == epoch;)
        s = step(t);
    return api_result(s, message, size);
}

gan_position gan_trainer_position(const gan_trainer *t)
{
    const model *m = &t->trainer.model;
    return (gan_position){ m->epoch, m->step, model_epoch_steps(m),
                           (uint32_t)t->trainer.options.epochs };
}

double gan_trainer_metric(const gan_trainer *t, const char *name)
{
    return t->newest.epoch > 0 ? metrics_value(&t->newest, name) : (double)NAN;
}

gan_shape gan_trainer_sample_shape(const gan_trainer *t)
{
    const data_identity *d = &t->trainer.model.data;
    return (gan_shape){ d->channels, d->height, d->width };
}

gan_status gan_trainer_sample(gan_trainer *t, uint64_t seed, int first, int n, float *samples)
{
    trainer *r = &t->trainer;
    if (!api_is_range(first, n))
        return GAN_ERROR_USAGE;
    if (t->is_broken)
        return GAN_ERROR_NONFINITE;
    /* The training itself asks for other samples: for the spread at an epoch's end. */
    asked before = r->model.asked;
    model_ask(&r->model, wish_asked(&t->wish, &r->model));
    model_sample(&r->model, &r->compute, model_sample_stream(seed), first, n, samples);
    model_ask(&r->model, before);
    return GAN_OK;
}

gan_status gan_trainer_ask_class(gan_trainer *t, int class_number, char *message, size_t size)
{
    return api_result(wish_class(&t->wish, &t->trainer.model.known, class_number), message, size);
}

gan_status gan_trainer_ask_text(gan_trainer *t, const char *words, char *message, size_t size)
{
    return api_result(wish_text(&t->wish, &t->trainer.model.known, words), message, size);
}

void gan_trainer_ask_all(gan_trainer *t)
{
    condition_list_close(&t->wish);
}

static status save(const gan_trainer *t, const char *path)
{
    TRY(check_numbers(t));
    if (file_is_output(path))
        return status_fail(STATUS_USAGE, "%s: expected a file for the checkpoint", path);
    return model_save(&t->trainer.model, path);
}

gan_status gan_trainer_save(const gan_trainer *t, const char *path, char *message, size_t size)
{
    return api_result(save(t, path), message, size);
}
