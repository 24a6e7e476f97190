/* report/memory.c - how much memory a page takes at most, known before any is taken.
 *
 * SPDX-License-Identifier: MIT */
#include <string.h>

#include "eval/distance.h"
#include "game/game.h"
#include "report/report.h"
#include "report/weights.h"

#include "base/banned.h"

/* What a row of metrics.csv takes in the file, which is read in blocks that double, and as figures;
 * and what a picture takes in the list of files beside its path. */
enum { ROW = 1024, PICTURE = 128, CURVES = 500000, SHOWN = 48, MOST_LATENT = 512 };

/* Bytes of G where it samples and of D where it judges, which pages of points have. 0 if the nets
 * cannot be opened: the page then has none. */
static size_t generator_memory(const model *m)
{
    model g;
    arena a = { 0 };
    if (model_open(&g, &m->options, &m->data) != STATUS_OK)
        return 0;
    model_plan(&g, &a, MODEL_JUDGES);
    model_close(&g);
    return a.used;
}

/* Bytes of training samples beside those of G, and of the search for them; the data are not part of
 * it. */
static size_t training_memory(size_t sample)
{
    distances d;
    arena a = { 0 };
    distances_plan(&d, &a, NULL, (int)sample);
    return a.used + SHOWN * sample * sizeof(float);
}

/* Bytes of the names of classes, or words and captions: JSON may escape each of them with six. */
static size_t names_memory(const known_conditions *k)
{
    size_t letters = k->words ? strlen(k->words) : 0;
    for (int i = 0; i < k->count; i++)
        letters += strlen(k->names[i]) + 1;
    return 6 * letters;
}

size_t report_memory(const model *m, const train_options *o, double budget)
{
    size_t parameters = 0, weights = 0, latent = (size_t)m->options.latent;
    int players = m->data.kind == SAMPLE_POINT ? m->game->player_count : 1;
    for (int i = 0; i < players; i++) {
        parameters += m->players[i].net.param_count;
        weights += weights_most(&m->players[i].net);
    }
    size_t pictures = o->picture_every > 0 ? (size_t)o->epochs / (size_t)o->picture_every + 2 : 0;
    size_t sample = (size_t)model_sample_size(m);
    /* The page is not longer than the weights and the budget together. */
    size_t page = (size_t)budget + weights + CURVES;
    page += names_memory(&m->known);
    size_t history = (size_t)o->epochs * ROW + pictures * (PICTURE + strlen(o->out));
    /* The nets, their description (a copy), scales and biases; for the directions, two squares
     * of doubles. */
    size_t making =
        generator_memory(m) + training_memory(sample) + 4 * parameters + weights * 3 / 2;
    if (latent <= MOST_LATENT)
        making += 2 * sizeof(double) * latent * latent;
    /* A PNG is hardly longer than its pixels, and is read in blocks that double. */
    size_t picture = pictures > 0 ? 3 * (100 * sample + 500000) : 0;
    /* The run, all data and the page, each a text that grows by half of itself, while the last of
     * them grows. */
    size_t texts = 3 * (page + page / 2) + page;
    return history + making + picture + texts;
}
