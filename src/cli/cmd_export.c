/* cli/cmd_export.c - `gan export`: a generator as a file of other programs. Options and calls, no
 * arithmetic.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/command.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cli/ckpt.h"
#include "cli/terminal.h"
#include "export/exporter.h"
#include "export/int8.h"
#include "game/generator.h"
#include "math/pixel.h"

#include "base/banned.h"

/* The samples that --int8 is judged by, and their seed. */
enum { LOSS_SAMPLES = 256, LOSS_SEED = 1 };

typedef struct export_options {
    const char *out, *format;
    bool no_ema, int8, overwrite;
    compute_options compute;
} export_options;

#define AT(member) offsetof(export_options, member)
static const option_row rows[] = {
    { .name = "out",
      .letter = 'o',
      .type = OPTION_TEXT,
      .offset = AT(out),
      .arg = "FILE",
      .help = "file to write; its suffix decides what: .onnx, .h (C99) or .npz (NumPy); - is "
              "standard output" },
    { .name = "format",
      .letter = 'f',
      .type = OPTION_TEXT,
      .offset = AT(format),
      .arg = "NAME",
      .help = "onnx, h or npz, if the name of FILE does not tell" },
    { .name = "int8",
      .type = OPTION_FLAG,
      .offset = AT(int8),
      .help = "for .h: weights as 8-bit integers, a quarter of the size; the command prints how "
              "much the samples change" },
    { .name = "no-ema",
      .type = OPTION_FLAG,
      .offset = AT(no_ema),
      .help = "export G as its last step left it, not the average that --ema made of it" },
    { .name = "overwrite",
      .type = OPTION_FLAG,
      .offset = AT(overwrite),
      .help = "replace FILE if it exists" },
};
static const option_table table = { rows, sizeof rows / sizeof *rows };

/* ---- what is written where ---- */

static status unknown_format(const export_options *o, const char *name)
{
    text names = { 0 };
    exporter_add_names(&names, o->format ? "" : ".");
    status s = text_check(&names);
    if (s == STATUS_OK && o->format)
        s = status_fail(STATUS_USAGE, "--format: expected %s, got \"%s\"", names.data, name);
    else if (s == STATUS_OK)
        s = status_fail(STATUS_USAGE,
                        "--out: expected a file whose name ends in %s, got \"%s\"; any other name "
                        "needs --format",
                        names.data, o->out);
    text_free(&names);
    return s;
}

/* The exporter that --format names, or else the suffix of the file. */
static status choose(const export_options *o, const exporter **e)
{
    const char *file = strrchr(o->out, '/') ? strrchr(o->out, '/') + 1 : o->out;
    const char *dot = strrchr(file, '.');
    const char *name = o->format ? o->format : dot ? dot + 1 : "";
    *e = exporter_named(name);
    if (!*e)
        return unknown_format(o, name);
    if (o->int8 && !(*e)->takes_int8)
        return status_fail(STATUS_USAGE,
                           "--int8: a .%s file holds floats; only a .h takes 8-bit integers",
                           (*e)->name);
    return STATUS_OK;
}

static status check_output(const export_options *o)
{
    TRY(terminal_check_output("out", o->out));
    if (!o->overwrite && file_is_regular(o->out))
        return status_fail(STATUS_EXISTS,
                           "%s: already exists; --overwrite replaces it, --out FILE writes "
                           "elsewhere",
                           o->out);
    return STATUS_OK;
}

/* ---- what 8-bit weights change ---- */

/* The same samples before and after rounding. */
typedef struct loss {
    int count, size; /* samples, and the values in each */
    bool points;
    float *before, *after; /* (count, size) */
} loss;

static status loss_open(loss *l, generator *g)
{
    enum { MOST_VALUES = 1 << 24 };
    int size = model_sample_size(&g->model), most = MOST_VALUES / size;
    *l = (loss){ .count = most < LOSS_SAMPLES ? most : LOSS_SAMPLES,
                 .size = size,
                 .points = g->model.data.kind == SAMPLE_POINT };
    size_t values = (size_t)l->count * (size_t)size;
    l->before = malloc(values * sizeof *l->before);
    l->after = malloc(values * sizeof *l->after);
    if (!l->before || !l->after)
        return status_fail(STATUS_MEMORY, "cannot allocate %d samples", l->count);
    generator_sample(g, LOSS_SEED, 0, l->count, l->before);
    return STATUS_OK;
}

static void loss_close(loss *l)
{
    free(l->before);
    free(l->after);
}

/* Prints the difference of the samples, of images in grey levels; to standard error if the file
 * goes to standard output. */
static void loss_print(const loss *l, const char *path)
{
    double sum = 0, most = 0;
    size_t n = (size_t)l->count * (size_t)l->size;
    for (size_t i = 0; i < n; i++) {
        double x = l->points ? (double)l->after[i] - (double)l->before[i]
                             : pixel_byte(l->after[i]) - pixel_byte(l->before[i]);
        sum += fabs(x);
        most = fmax(most, fabs(x));
    }
    text t = { 0 };
    text_add_shown(&t, path);
    fprintf(file_is_output(path) ? stderr : stdout,
            "%s: 8-bit weights change %d sample%s by %.3g%s on average and %.3g at most\n",
            t.data ? t.data : "", l->count, text_plural((uint64_t)l->count), sum / (double)n,
            l->points ? "" : " of 255 grey levels", most);
    text_free(&t);
}

/* ---- the command ---- */

static status write_file(const export_options *o, const exporter *e, const subject *s)
{
    out_file *f;
    TRY(out_open(&f, o->out));
    return out_commit(f, exporter_write(e, s, f));
}

/* What an exporter has to know of the classes or words. */
static told told_of(const known_conditions *k)
{
    if (k->kind == CONDITION_LABEL)
        return (told){ TOLD_CLASS, k->list.table.size, k->count, k->names };
    if (k->kind == CONDITION_CAPTION)
        return (told){ TOLD_TEXT, k->list.table.size, k->vocabulary.count, k->vocabulary.words };
    return (told){ 0 };
}

static subject subject_of(const generator *g, player *p, bool int8)
{
    const net *n = player_best(p);
    return (subject){ .name = n == &p->average ? p->average_name : p->name,
                      .spec = n->spec,
                      .crc = g->crc,
                      .latent = n->from,
                      .sample = model_sample_shape(&g->model),
                      .points = g->model.data.kind == SAMPLE_POINT,
                      .int8 = int8,
                      .told = told_of(&g->model.known) };
}

static status export_floats(generator *g, const export_options *o, const exporter *e)
{
    player *p = &g->model.players[0];
    subject s = subject_of(g, p, false);
    TRY(net_describe(player_best(p), g->compute, &s.net));
    status result = write_file(o, e, &s);
    description_close(&s.net);
    return result;
}

/* Rounds the net, so that the samples which are compared are those of the file. */
static status round_weights(generator *g, loss *l)
{
    net_description d;
    net *n = player_best(&g->model.players[0]);
    TRY(loss_open(l, g));
    TRY(net_describe(n, g->compute, &d));
    status s = int8_round(n, &d);
    description_close(&d);
    if (s == STATUS_OK)
        generator_sample(g, LOSS_SEED, 0, l->count, l->after);
    return s;
}

static status export_integers(generator *g, const export_options *o, const exporter *e)
{
    loss l = { 0 };
    player *p = &g->model.players[0];
    subject s = subject_of(g, p, true);
    status result = round_weights(g, &l);
    if (result == STATUS_OK)
        result = net_describe(player_best(p), g->compute, &s.net);
    if (result == STATUS_OK)
        result = write_file(o, e, &s);
    if (result == STATUS_OK)
        loss_print(&l, o->out);
    description_close(&s.net);
    loss_close(&l);
    return result;
}

static status run(arguments *a)
{
    export_options o;
    const exporter *e;
    generator g = { 0 };
    compute c = { 0 };
    char *owned = NULL;
    generator_options from = { .ckpt = a->operand };
    TRY(option_read(&a->given, &table, SCOPE_CALL, &o));
    TRY(option_read(&a->given, &compute_option_table, SCOPE_CALL, &o.compute));
    if (!o.out)
        return status_fail(STATUS_USAGE, "--out: expected a file to write, such as generator.onnx");
    TRY(choose(&o, &e));
    TRY(check_output(&o));
    from.no_ema = o.no_ema;
    TRY(compute_open(&c, o.compute.isa, o.compute.threads));
    status s = ckpt_in_folder(&from.ckpt, &owned);
    if (s == STATUS_OK)
        s = generator_open(&g, &from, false, &c);
    if (s == STATUS_OK)
        s = (o.int8 ? export_integers : export_floats)(&g, &o, e);
    generator_close(&g);
    compute_close(&c);
    free(owned);
    return s;
}

const command export_command = {
    .name = "export",
    .operand = "FILE",
    .summary = "write a generator for other programs",
    .help =
        "Writes the generator of a checkpoint (or of a run's folder, its model.bin) as a file "
        "that other programs run: an ONNX model (.onnx, opset 13); one C99 file with the "
        "weights and a function generate(z, image), which needs nothing but math.h (.h); or "
        "arrays for NumPy (.npz). All give the images of gan sample for the same latents, labels "
        "and texts, to 1e-5: a generator that is told one of these takes it as a second input. "
        "The generator is the average of --ema, if there is one, and batch_norm is "
        "multiplied into the layers before it.\n"
        "\n"
        "  gan export out/model.bin -o digits.onnx\n"
        "  gan export out -o digits.h --int8\n"
        "  gan export out -o - --format npz > digits.npz",
    .tables = { &table, &compute_option_table },
    .run = run,
};
