/* cli/sample_picture.c - writes and shows a grid of samples, or points.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/sample_picture.h"

#include <stdbool.h>
#include <stdlib.h>

#include "cli/terminal.h"
#include "image/field.h"

#include "base/banned.h"

int sample_picture_columns(const sample_options *o)
{
    return o->interpolate > 0 ? o->interpolate : o->cols;
}

status sample_picture_open(screen *terminal, const sample_options *o, const option_settings *given,
                           bool is_picture)
{
    bool chosen = option_is_given(given, "show"), wanted = chosen || !option_is_given(given, "out");
    *terminal = (screen){ 0 };
    if (chosen && !is_picture)
        return status_fail(STATUS_USAGE, "--show: shows one picture, but the output is %s",
                           o->format ? o->format : o->out);
    if (!wanted || !is_picture)
        return STATUS_OK;
    screen_open(terminal, stdout, o->show);
    if (option_is_given(given, "scale"))
        terminal->most_scale = o->scale;
    if (chosen && !terminal->is_terminal && !screen_is_none(o->show))
        terminal_note(NULL, "--show: shows nothing, because standard output is not a terminal");
    return STATUS_OK;
}

/* Says what the terminal does not show, and where it is. */
static void tell_loss(const source *s, const show_subject *what, const show_result *r)
{
    text t = { 0 };
    screen_add_loss(&t, what, r);
    if (t.length > 0) {
        text_add(&t, "; %s has all", s->options->out);
        terminal_note(NULL, t.data ? t.data : "");
    }
    text_free(&t);
}

static status show(const source *s, const show_subject *what, const screen *terminal)
{
    /* A note and the prompt, below the picture. */
    enum { RESERVED = 2 };
    show_result r;
    if (!terminal->way)
        return STATUS_OK;
    TRY(screen_draw(terminal, what, RESERVED, &r));
    tell_loss(s, what, &r);
    return STATUS_OK;
}

static status write_grid(const source *s, const grid *g, const float *samples,
                         const screen *terminal)
{
    const grid_sheet sheet = { .tiles = *g, .width = g->width, .samples = samples };
    TRY(grid_write_large_png(s->options->out, g, s->options->scale, samples));
    const show_subject what = show_grid(&sheet);
    return show(s, &what, terminal);
}

static status write_points(const source *s, field_points points, const screen *terminal)
{
    const char *path = s->options->out;
    unsigned char *pixels = malloc(FIELD_BYTES);
    if (!pixels)
        return status_fail(STATUS_MEMORY, "%s: out of memory", path);
    field_draw_points((field_points){ 0 }, points, pixels);
    const show_subject what = show_whole(field_picture(pixels));
    status result = png_write(path, &what.picture);
    if (result == STATUS_OK)
        result = show(s, &what, terminal);
    free(pixels);
    return result;
}

status sample_picture_write(source *s, int count, const screen *terminal)
{
    const sample_options *o = s->options;
    const data_identity *d = &s->generator.model.data;
    grid g = { o->rows, sample_picture_columns(o), o->pad, d->channels, d->height, d->width };
    bool points = d->kind == SAMPLE_POINT;
    if (!points)
        TRY(grid_check(&g));
    float *samples =
        calloc((size_t)count * (size_t)model_sample_size(&s->generator.model), sizeof *samples);
    if (!samples)
        return status_fail(STATUS_MEMORY, "cannot allocate %d samples", count);
    source_samples(s, 0, count, samples);
    status result = points ? write_points(s, (field_points){ samples, count }, terminal)
                           : write_grid(s, &g, samples, terminal);
    free(samples);
    return result;
}
