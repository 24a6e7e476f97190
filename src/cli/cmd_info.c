/* cli/cmd_info.c - `gan info`: verifies a checkpoint's checksum and prints its contents.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/command.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "cli/ckpt.h"
#include "cli/lines.h"
#include "cli/progress.h"
#include "cli/terminal.h"
#include "game/game.h"
#include "game/saved.h"
#include "train/diagnosis.h"

#include "base/banned.h"

/* The diagnosis and the best epoch up to the epoch of the checkpoint, from the run's metrics.csv.
 */
typedef struct history {
    diagnosis diagnosis;
    best_epoch best;
} history;

typedef struct info_options {
    bool json;
} info_options;

static const option_row rows[] = {
    { .name = "json",
      .letter = 'j',
      .type = OPTION_FLAG,
      .offset = offsetof(info_options, json),
      .help = "print one JSON object" },
};
static const option_table table = { rows, sizeof rows / sizeof *rows };

/* ---- for people ---- */

/* Adds the tensors of layer i, as "weight (16, 8), bias (16)"; returns their number of values. */
static size_t add_tensors(text *t, const tensor *tensors, int n, int i)
{
    size_t count = 0;
    for (int k = 0; k < n; k++) {
        char sizes[TENSOR_SIZES_SIZE];
        if (tensors[k].layer != i)
            continue;
        tensor_sizes(&tensors[k].shape, ", ", sizes);
        text_add(t, "%s%s (%s)", t->length > 0 ? ", " : "", tensors[k].shape.name, sizes);
        count += tensors[k].count;
    }
    return count;
}

static double work_of(const layer *l)
{
    return l->ops->work ? l->ops->work(l) : 0;
}

/* In a narrow table the tensors of a layer have a line of their own. */
enum { NARROW = 110, TENSORS = 8 };

static void layer_line(text *t, const net *n, int i, int width)
{
    const layer *l = &n->layers[i];
    char item[LAYER_TEXT_SIZE], size[SHAPE_TEXT_SIZE];
    text tensors = { 0 };
    size_t count = add_tensors(&tensors, n->tensors, n->tensor_count, i);
    add_tensors(&tensors, n->buffer_tensors, n->buffer_tensor_count, i);
    layer_text(l, item);
    shape_text(l->to, size);
    text_add(t, "  %-4d%-28s%12s%12zu%16.0f", i, item, size, count, work_of(l));
    if (tensors.data && width < NARROW) {
        text_add(t, "\n%*s", TENSORS, "");
        lines_add(t, tensors.data, (line_form){ TENSORS, TENSORS, width });
    } else if (tensors.data) {
        text_add(t, "  %s", tensors.data);
    }
    text_add(t, "\n");
    t->failed |= tensors.failed;
    text_free(&tensors);
}

static void net_lines(text *t, const char *name, const net *n, int width)
{
    char size[SHAPE_TEXT_SIZE];
    double work = 0;
    for (int i = 0; i < n->count; i++)
        work += work_of(&n->layers[i]);
    shape_text(n->from, size);
    text_add(t, "\n%s: %zu parameter%s, %.0f multiply-adds per sample\n", name, n->param_count,
             text_plural(n->param_count), work);
    text_add(t, "  %-4s%-28s%12s%12s%16s%s\n", "", "layer", "output", "parameters", "multiply-adds",
             width < NARROW ? "" : "  tensors");
    text_add(t, "  %-4s%-28s%12s\n", "", "", size);
    for (int i = 0; i < n->count; i++)
        layer_line(t, n, i, width);
}

static void option_lines(text *t, const model *m, int width)
{
    enum { VALUES = 22 };
    text_add(t, "\noptions:\n");
    for (size_t i = 0; i < model_option_table.count; i++) {
        text value = { 0 };
        text_add(t, "  --%-*s", VALUES - 4, model_option_table.rows[i].name);
        option_get(&model_option_table.rows[i], &m->options, &value);
        lines_add_spec(t, value.data ? value.data : "", (line_form){ VALUES, VALUES, width });
        text_add(t, "\n");
        t->failed |= value.failed;
        text_free(&value);
    }
}

static void finding_lines(text *t, const diagnosis *d)
{
    const char *before = "\n";
    for (int i = 0; i < ILLNESS_COUNT; i++)
        if (d->findings[i].from > 0) {
            text_add(t, "%s", before);
            progress_add_finding(t, &d->findings[i], 80, false);
            before = "";
        }
}

/* Adds names after a heading, with commas between them, in lines that begin under the first. */
static void name_lines(text *t, const char *heading, const char *const *names, int count, int width)
{
    text list = { 0 };
    for (int i = 0; i < count; i++) {
        text_add(&list, "%s", i > 0 ? ", " : "");
        text_add_shown(&list, names[i]);
    }
    text_add(t, "  %-20s", heading);
    lines_add(t, list.data ? list.data : "none", (line_form){ 22, 22, width });
    text_add(t, "\n");
    t->failed |= list.failed;
    text_free(&list);
}

/* What samples can be asked for. Few of the words stand for all: --json prints them. */
static void condition_lines(text *t, const known_conditions *k, int width)
{
    enum { SOME_WORDS = 60, SOME_EXAMPLES = 4 };
    if (k->kind == CONDITION_LABEL) {
        text_add(t, "\ncondition: one of %d classes (gan sample --label)\n", k->count);
        name_lines(t, "classes", k->names, k->count, width);
    }
    if (k->kind == CONDITION_CAPTION) {
        const vocabulary *v = &k->vocabulary;
        bool all = v->count <= SOME_WORDS;
        text_add(t, "\ncondition: a text (gan sample --text), as %d features\n", v->size);
        text_add(t, "  %-20s%d\n", "known words", v->count);
        name_lines(t, all ? "" : "the first ones", v->words, all ? v->count : SOME_WORDS, width);
        for (int i = 0; i < k->count && i < SOME_EXAMPLES; i++)
            name_lines(t, i == 0 ? "captions" : "", &k->names[i], 1, width);
    }
}

static void describe(text *t, const char *path, const checkpoint *f, const model *m,
                     const history *past)
{
    const data_identity *d = &m->data;
    int width = terminal_text_width_of(stdout);
    text_add_shown(t, path);
    text_add(t, ": checkpoint of gan (safetensors), CRC-32 %08" PRIx32 " verified\n", f->file.crc);
    text_add(t,
             "position  %" PRIu32 " epoch%s done, step %" PRIu32 " of %" PRIu32
             " in the next; %" PRIu32 " step%s in all\n",
             m->epoch, text_plural(m->epoch), m->step, model_epoch_steps(m), model_total_steps(m),
             text_plural(model_total_steps(m)));
    text_add(t, "data      %d sample%s of %dx%dx%d, CRC-32 %08" PRIx32 "\n", d->count,
             text_plural((uint64_t)d->count), d->channels, d->height, d->width, d->fingerprint);
    if (past->best.epoch > 0 && isfinite(past->best.fid))
        text_add(t, "best      epoch %" PRIu32 ", with a FID of %.1f\n", past->best.epoch,
                 past->best.fid);
    else if (past->best.epoch > 0)
        text_add(t, "best      epoch %" PRIu32 ", with a PSNR of %.2f dB on test pictures\n",
                 past->best.epoch, past->best.psnr);
    for (int i = 0; i < m->game->player_count; i++)
        net_lines(t, m->players[i].name, &m->players[i].net, width);
    condition_lines(t, &m->known, width);
    option_lines(t, m, width);
    finding_lines(t, &past->diagnosis);
}

/* ---- for programs ---- */

/* Adds the tensors of layer i. */
static void tensors_json(text *t, const tensor *tensors, int n, int i)
{
    for (int k = 0; k < n; k++) {
        char sizes[TENSOR_SIZES_SIZE];
        if (tensors[k].layer != i)
            continue;
        tensor_sizes(&tensors[k].shape, ",", sizes);
        json_add(t, tensors[k].shape.name, "[%s]", sizes);
    }
}

static void layer_json(text *t, const net *n, int i)
{
    const layer *l = &n->layers[i];
    json_begin(t, NULL, '{');
    json_add_string(t, "name", l->ops->name);
    json_add(t, "outputs", "%d", l->out);
    json_add(t, "shape", "[%d,%d,%d]", l->to.channels, l->to.height, l->to.width);
    json_add(t, "multiply_adds", "%.0f", work_of(l));
    json_begin(t, "tensors", '{');
    tensors_json(t, n->tensors, n->tensor_count, i);
    tensors_json(t, n->buffer_tensors, n->buffer_tensor_count, i);
    json_end(t, '}');
    json_end(t, '}');
}

static void net_json(text *t, const char *name, const net *n)
{
    json_begin(t, name, '{');
    json_add_string(t, "spec", n->spec);
    json_add(t, "parameters", "%zu", n->param_count);
    json_add(t, "inputs", "%d", n->in);
    json_begin(t, "layers", '[');
    for (int i = 0; i < n->count; i++)
        layer_json(t, n, i);
    json_end(t, ']');
    json_end(t, '}');
}

static void options_json(text *t, const model *m)
{
    json_begin(t, "options", '{');
    for (size_t i = 0; i < model_option_table.count; i++) {
        const option_row *row = &model_option_table.rows[i];
        text value = { 0 };
        option_get(row, &m->options, &value);
        if (row->type == OPTION_TEXT || row->choice)
            json_add_string(t, row->name, value.data ? value.data : "");
        else
            json_add(t, row->name, "%s", value.data ? value.data : "null");
        t->failed |= value.failed;
        text_free(&value);
    }
    json_end(t, '}');
}

static void findings_json(text *t, const diagnosis *d)
{
    json_begin(t, "findings", '[');
    for (int i = 0; i < ILLNESS_COUNT; i++) {
        const finding *f = &d->findings[i];
        if (f->from == 0)
            continue;
        json_begin(t, NULL, '{');
        finding_add_json(t, f);
        json_end(t, '}');
    }
    json_end(t, ']');
}

static void best_json(text *t, const best_epoch *best)
{
    if (best->epoch == 0)
        return;
    json_begin(t, "best", '{');
    json_add(t, "epoch", "%" PRIu32, best->epoch);
    if (isfinite(best->fid))
        json_add_double(t, "fid", best->fid);
    else
        json_add_double(t, "test_psnr", best->psnr);
    json_end(t, '}');
}

static void data_json(text *t, const data_identity *d)
{
    json_begin(t, "data", '{');
    json_add(t, "samples", "%d", d->count);
    json_add(t, "channels", "%d", d->channels);
    json_add(t, "height", "%d", d->height);
    json_add(t, "width", "%d", d->width);
    json_add(t, "crc32", "\"%08" PRIx32 "\"", d->fingerprint);
    json_end(t, '}');
}

static void names_json(text *t, const char *key, const char *const *names, int count)
{
    json_begin(t, key, '[');
    for (int i = 0; i < count; i++)
        json_add_string(t, NULL, names[i]);
    json_end(t, ']');
}

static void condition_json(text *t, const known_conditions *k)
{
    if (k->kind == CONDITION_NONE)
        return;
    json_begin(t, "condition", '{');
    json_add_string(t, "kind", condition_choice((int)k->kind)->name);
    json_add(t, "features", "%d", k->list.table.size);
    if (k->kind == CONDITION_LABEL) {
        names_json(t, "classes", k->names, k->count);
    } else {
        names_json(t, "words", k->vocabulary.words, k->vocabulary.count);
        names_json(t, "examples", k->names, k->count);
    }
    json_end(t, '}');
}

static void describe_json(text *t, const char *path, const checkpoint *f, const model *m,
                          const history *past)
{
    json_begin(t, NULL, '{');
    json_add_string(t, "file", path);
    json_add(t, "crc32", "\"%08" PRIx32 "\"", f->file.crc);
    json_add(t, "epoch", "%" PRIu32, m->epoch);
    json_add(t, "step", "%" PRIu32, m->step);
    json_add(t, "epoch_steps", "%" PRIu32, model_epoch_steps(m));
    json_add(t, "total_steps", "%" PRIu32, model_total_steps(m));
    data_json(t, &m->data);
    for (int i = 0; i < m->game->player_count; i++)
        net_json(t, m->players[i].name, &m->players[i].net);
    condition_json(t, &m->known);
    options_json(t, m);
    best_json(t, &past->best);
    findings_json(t, &past->diagnosis);
    json_end(t, '}');
    text_add(t, "\n");
}

/* Reads the metrics.csv beside the checkpoint. If it is missing or not one of gan, there is no
 * history, which is no failure: the command is about the checkpoint. */
static status read_history(history *past, const char *path, const model *m)
{
    const char *slash = strrchr(path, '/');
    text csv = { 0 };
    epoch_metrics *epochs = NULL;
    uint32_t count = 0;
    diagnosis_open(&past->diagnosis, &m->options);
    if (slash)
        text_add_bytes(&csv, path, (size_t)(slash + 1 - path));
    text_add(&csv, "metrics.csv");
    status s = text_check(&csv);
    if (s == STATUS_OK)
        s = metrics_read(csv.data, m->epoch, &epochs, &count);
    for (uint32_t i = 0; i < count; i++)
        diagnosis_add(&past->diagnosis, &epochs[i]);
    past->best = metrics_best(epochs, count);
    free(epochs);
    text_free(&csv);
    return s == STATUS_MEMORY ? s : STATUS_OK;
}

static status show(const char *path, bool json)
{
    history past;
    checkpoint f;
    model m;
    text t = { 0 };
    status s = model_open_file(&m, &f, path);
    /* Reading all tensors verifies the checksum; none is kept. */
    if (s == STATUS_OK)
        s = model_read(&m, &f);
    if (s == STATUS_OK)
        s = read_history(&past, path, &m);
    if (s == STATUS_OK) {
        json ? describe_json(&t, path, &f, &m, &past) : describe(&t, path, &f, &m, &past);
        s = text_check(&t);
    }
    if (s == STATUS_OK)
        fwrite(t.data, 1, t.length, stdout);
    text_free(&t);
    model_close(&m);
    checkpoint_close(&f);
    return s;
}

static status run(arguments *a)
{
    info_options o;
    char *owned = NULL;
    const char *path = a->operand;
    TRY(option_read(&a->given, &table, SCOPE_CALL, &o));
    TRY(ckpt_in_folder(&path, &owned));
    status s = show(path, o.json);
    free(owned);
    return s;
}

const command info_command = {
    .name = "info",
    .operand = "FILE",
    .summary = "show what is in a checkpoint",
    .help =
        "Reads a checkpoint (or the model.bin of a run's folder), verifies its checksum "
        "and prints its position in the run, its data, its nets layer by layer, the "
        "classes or words that it knows, and its options. If the run's metrics.csv lies beside it, it also prints the best epoch "
        "of --eval-every and the findings of the diagnosis.\n"
        "\n"
        "  gan info out/model.bin\n"
        "  gan info --json out | jq .epoch",
    .tables = { &table },
    .run = run,
};
