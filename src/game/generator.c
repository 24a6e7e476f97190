/* game/generator.c - the generator of a checkpoint, ready to sample.
 *
 * SPDX-License-Identifier: MIT */
#include "game/generator.h"

#include <stddef.h>

#include "game/saved.h"

#include "base/banned.h"

#define AT(member) offsetof(generator_options, member)
static const option_row rows[] = {
    { .name = "ckpt",
      .letter = 'c',
      .type = OPTION_TEXT,
      .offset = AT(ckpt),
      .initial = "out/model.bin",
      .arg = "FILE",
      .help = "the checkpoint, or the folder of a run, for its newest one" },
    { .name = "seed",
      .letter = 's',
      .type = OPTION_U64,
      .offset = AT(seed),
      .initial = "1",
      .arg = "N",
      .help = "of the latents" },
    { .name = "no-ema",
      .type = OPTION_FLAG,
      .offset = AT(no_ema),
      .help = "sample G as its last step left it, not the average that --ema made of it" },
};
const option_table generator_option_table = { rows, sizeof rows / sizeof *rows };

static status read_generator(generator *g, checkpoint *f, const generator_options *o, bool judge)
{
    static const model_use uses[2][2] = { { MODEL_SAMPLES, MODEL_SAMPLES_LAST },
                                          { MODEL_JUDGES, MODEL_JUDGES_LAST } };
    TRY(model_open_file(&g->model, f, o->ckpt));
    const task *t = task_nth(g->model.options.task);
    if (t->degrade)
        return status_fail(STATUS_USAGE,
                           "%s: its G %s (--task %s), and makes none from z: give it pictures with "
                           "gan %s",
                           o->ckpt, t->verb, t->choice.name, t->command);
    TRY(model_open_memory(&g->model, &g->arena, uses[judge][o->no_ema]));
    TRY(model_read(&g->model, f));
    g->crc = f->file.crc;
    return STATUS_OK;
}

status generator_open(generator *g, const generator_options *o, bool judge, const compute *c)
{
    checkpoint f;
    *g = (generator){ .compute = c };
    status s = read_generator(g, &f, o, judge);
    checkpoint_close(&f);
    return s;
}

void generator_close(generator *g)
{
    model_close(&g->model);
    arena_close(&g->arena);
    *g = (generator){ 0 };
}

void generator_sample(generator *g, uint64_t seed, int first, int n, float *samples)
{
    model_sample(&g->model, g->compute, model_sample_stream(seed), first, n, samples);
}

void generator_sample_latents(generator *g, const float *latents, int first, int n, float *samples)
{
    model_sample_latents(&g->model, g->compute, latents, first, n, samples);
}

void generator_judge(generator *g, const float *samples, int first, int n, float *t)
{
    model_judge(&g->model, g->compute, samples, first, n, t);
}
