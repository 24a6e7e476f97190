/* cli/apply_methods.c - the table of methods, and the choice among them.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/apply_methods.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cli/ckpt.h"
#include "cli/terminal.h"

#include "base/banned.h"

/* ---- one picture by each method ---- */

static status open_nearest(enlarging *u)
{
    u->squares = (enlarged){ picture_png(&u->from), u->by->scale };
    return enlarge(&u->result, &u->squares);
}

static void plan_bicubic(enlarging *u)
{
    smooth_plan(&u->smooth, &u->arena, &u->from, u->by->scale);
}

static status open_bicubic(enlarging *u)
{
    u->result = smooth_png(&u->smooth);
    return STATUS_OK;
}

static status fit_model(enlarging *u)
{
    const restorer_limits limits = { RESTORER_MEMORY, u->by->options->tile };
    TRY(picture_cover(&u->from));
    return restorer_fit(&u->by->restorer, u->from.height, u->from.width, &limits);
}

static void plan_model(enlarging *u)
{
    restored_plan(&u->restored, &u->arena, &u->by->restorer, &u->from);
}

static status open_model(enlarging *u)
{
    u->result = restored_png(&u->restored);
    return STATUS_OK;
}

typedef struct apply_method {
    option_choice choice;
    bool model;
    status (*fit)(enlarging *u);  /* before its memory is planned; may be NULL */
    void (*plan)(enlarging *u);   /* its memory; may be NULL */
    status (*open)(enlarging *u); /* sets the result; NULL: auto */
} apply_method;

static const apply_method methods[] = {
    { .choice = { "auto", "model if there is one, else bicubic" } },
    { .choice = { "model", "by a generator that was trained to enlarge pictures" },
      .model = true,
      .fit = fit_model,
      .plan = plan_model,
      .open = open_model },
    { .choice = { "bicubic", "by a smooth curve through the pixels, as most programs do" },
      .plan = plan_bicubic,
      .open = open_bicubic },
    { .choice = { "nearest", "each pixel becomes a square, for drawings made of pixels" },
      .open = open_nearest },
};
enum { AUTO, MODEL, BICUBIC, METHODS = sizeof methods / sizeof *methods };

const option_choice *apply_method_choice(int i)
{
    return i < METHODS ? &methods[i].choice : NULL;
}

int apply_method_of(const char *name)
{
    int i = 0;
    while (strcmp(methods[i].choice.name, name) != 0)
        i++;
    return i;
}

status enlarging_open(enlarging *u, enlarger *e)
{
    const apply_method *m = e->method;
    u->by = e;
    if (m->fit)
        TRY(m->fit(u));
    if (m->plan) {
        m->plan(u);
        TRY(arena_open(&u->arena));
        m->plan(u);
    }
    return m->open(u);
}

size_t enlarging_memory(const enlarging *u)
{
    return u->arena.size + (u->by->method->model ? restorer_memory(&u->by->restorer) : 0);
}

void enlarging_close(enlarging *u)
{
    arena_close(&u->arena);
}

/* ---- the choice ---- */

static status check_options(const apply_options *o, const option_settings *given)
{
    static const char *const of_models[] = { "ckpt", "no-ema", "tile" };
    if (o->method == AUTO || methods[o->method].model)
        return STATUS_OK;
    for (size_t i = 0; i < sizeof of_models / sizeof *of_models; i++)
        if (option_is_given(given, of_models[i]))
            return status_fail(STATUS_USAGE, "--%s: is for a model, and --method is %s",
                               of_models[i], methods[o->method].choice.name);
    return STATUS_OK;
}

static status open_restorer(enlarger *e, const option_settings *given)
{
    generator_options from = { .ckpt = e->options->ckpt, .no_ema = e->options->no_ema };
    TRY(ckpt_find(&from.ckpt, given, &e->ckpt));
    TRY(restorer_open(&e->restorer, &from, &e->compute));
    if (!e->options->any_task)
        TRY(restorer_check_scales(&e->restorer, !e->options->restores, from.ckpt));
    int scale = restorer_scale(&e->restorer);
    if (option_is_given(given, "scale") && e->options->scale != scale)
        return status_fail(STATUS_USAGE, "--scale: %s enlarges pictures %d times, got %d",
                           from.ckpt, scale, e->options->scale);
    e->scale = scale;
    e->method = &methods[MODEL];
    return STATUS_OK;
}

/* What was not asked for by name is only used if it is there and fits. */
static status open_default(enlarger *e, const option_settings *given)
{
    text note = { 0 };
    status s = STATUS_OK;
    bool found = file_exists(e->options->ckpt);
    if (found)
        s = open_restorer(e, given);
    if (found && s != STATUS_USAGE)
        return s;
    restorer_close(&e->restorer);
    e->method = &methods[BICUBIC];
    e->scale = e->options->scale;
    if (found)
        text_add(&note, "%s", status_message());
    else
        text_add(&note, "there is no %s, and no --ckpt is given", e->options->ckpt);
    text_add(&note, ": enlarging by bicubic");
    s = text_check(&note);
    if (s == STATUS_OK && !e->options->quiet)
        terminal_note(NULL, note.data);
    text_free(&note);
    return s;
}

status enlarger_open(enlarger *e, const apply_options *o, const option_settings *given)
{
    *e = (enlarger){ .options = o, .method = &methods[o->method], .scale = o->scale };
    TRY(check_options(o, given));
    TRY(compute_open(&e->compute, o->compute.isa, o->compute.threads));
    if (o->method == AUTO && !o->restores && !option_is_given(given, "ckpt"))
        return open_default(e, given);
    return o->method == AUTO || e->method->model ? open_restorer(e, given) : STATUS_OK;
}

void enlarger_close(enlarger *e)
{
    restorer_close(&e->restorer);
    compute_close(&e->compute);
    free(e->ckpt);
}

const char *enlarger_method(const enlarger *e)
{
    return e->method->choice.name;
}
