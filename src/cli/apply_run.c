/* cli/apply_run.c - pictures that are enlarged or restored: read, written, reported.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/apply_run.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cli/apply_files.h"
#include "cli/in_data.h"
#include "cli/tally.h"
#include "cli/terminal.h"
#include "image/grid.h"

#include "base/banned.h"

#define AT(member) offsetof(apply_options, member)
static const option_row rows[] = {
    { .name = "out",
      .letter = 'o',
      .type = OPTION_TEXT,
      .offset = AT(out),
      .arg = "FILE",
      .help = "the PNG to write; for several pictures the folder of their PNGs; - is standard "
              "output" },
    { .name = "no-ema",
      .type = OPTION_FLAG,
      .offset = AT(no_ema),
      .help = "use G as its last step left it, not the average that --ema made of it" },
    { .name = "tile",
      .type = OPTION_INT,
      .offset = AT(tile),
      .initial = "0",
      .least = 0,
      .most = BITMAP_MOST_SIDE,
      .arg = "N",
      .help = "work on tiles of N x N pixels and what G sees around them; the result does not "
              "depend on it (0: as large as 160 MB allow)" },
    { .name = "overwrite",
      .type = OPTION_FLAG,
      .offset = AT(overwrite),
      .help = "replace files of the same names in a folder" },
    { .name = "quiet",
      .letter = 'q',
      .type = OPTION_FLAG,
      .offset = AT(quiet),
      .help = "print no line for each picture, and no progress" },
};
const option_table apply_file_table = { rows, sizeof rows / sizeof *rows };

/* ---- a picture ---- */

typedef struct progress_of_lines {
    const png_picture *result;
    const char *what; /* is done */
    tally *shown;
    int done, count; /* pictures */
} progress_of_lines;

static void draw_line(const void *from, int y, unsigned char *bytes)
{
    const progress_of_lines *p = from;
    p->result->line(p->result->from, y, bytes);
    double part = (p->done + (double)(y + 1) / p->result->height) / p->count;
    tally_draw(p->shown, p->what, part, p->done, p->count);
}

/* Enlarged pictures are such as other programs read, too. */
static status check_size(const picture_file *f, int scale)
{
    int64_t width = (int64_t)f->header.width * scale, height = (int64_t)f->header.height * scale;
    if (width <= BITMAP_MOST_SIDE && height <= BITMAP_MOST_SIDE &&
        width * height <= GRID_MOST_PIXELS)
        return STATUS_OK;
    return status_fail(STATUS_USAGE,
                       "%s: expected at most %d pixels, and %d a side, after enlarging; --scale %d "
                       "makes %lld x %lld of %d x %d",
                       f->file.path, GRID_MOST_PIXELS, BITMAP_MOST_SIDE, scale, (long long)width,
                       (long long)height, f->header.width, f->header.height);
}

static bool has_hole(const picture *p)
{
    size_t n = (size_t)p->height * (size_t)p->width;
    return picture_has_alpha(p) && memchr(p->planes + (size_t)(p->channels - 1) * n, 0, n);
}

/* Nothing would change where there is nothing to fill. */
static status check_hole(const picture *p, const enlarger *by, const char *path)
{
    const restorer *r = &by->restorer;
    bool fills = by->options->restores && restorer_channels(r) > restorer_results(r);
    if (!fills || has_hole(p))
        return STATUS_OK;
    return status_fail(STATUS_FORMAT,
                       "%s: has no hole: expected pixels that are fully transparent, which G is to "
                       "fill",
                       path);
}

/* Reads the picture; *memory is what reading took at most, then what the picture takes. */
static status read_picture(enlarging *u, const enlarger *by, const char *path, size_t *memory)
{
    picture_file f;
    status s = picture_load(&f, path);
    if (s == STATUS_OK)
        s = check_size(&f, by->scale);
    if (s == STATUS_OK)
        s = picture_decode(&u->from, &f);
    *memory = f.file.n + f.header.memory;
    picture_unload(&f);
    return s == STATUS_OK ? check_hole(&u->from, by, path) : s;
}

static void tell(const enlarging *u, const apply_file *f, size_t reading)
{
    text t = { 0 };
    const picture *p = &u->from;
    size_t pixels = (size_t)p->channels * (size_t)p->height * (size_t)p->width;
    size_t memory = enlarging_memory(u);
    if (u->by->options->quiet)
        return;
    text_add_shown(&t, f->in);
    fprintf(stderr, "%s: %d x %d -> %d x %d, %s, %.1f MB of memory\n", t.data ? t.data : "",
            p->width, p->height, u->result.width, u->result.height, enlarger_method(u->by),
            (double)(pixels + (reading > memory ? reading : memory)) / 1e6);
    text_free(&t);
}

/* The folder of a result: a folder among the inputs may have further ones in it. */
static status make_folder(const char *out)
{
    const char *slash = strrchr(out, '/');
    char *folder = slash ? strndup(out, (size_t)(slash - out)) : NULL;
    status s = STATUS_OK;
    if (slash && !folder)
        s = status_fail(STATUS_MEMORY, "out of memory");
    else if (folder && folder[0] != 0)
        s = folder_make(folder);
    free(folder);
    return s;
}

/* A name that was free when all were checked may be taken now, on a file system to which two of the
 * names are the same. */
static status write_picture(const enlarging *u, const apply_files *all, const apply_file *f,
                            const progress_of_lines *p)
{
    png_picture watched = u->result;
    watched.line = draw_line;
    watched.from = p;
    if (all->in_folder)
        TRY(make_folder(f->out));
    if (all->in_folder && !u->by->options->overwrite && file_exists(f->out))
        return status_fail(STATUS_EXISTS, "%s: is there already; --overwrite replaces such files",
                           f->out);
    return png_write(f->out, &watched);
}

/* *readable: what failed, if anything did, was not the reading of this picture. */
static status apply_one(enlarger *by, const apply_files *all, int i, tally *shown, bool *readable)
{
    enlarging u = { 0 };
    const apply_file *f = &all->items[i];
    const char *what = by->options->restores ? "restoring" : "upscaling";
    const progress_of_lines p = { &u.result, what, shown, i, all->count };
    size_t reading = 0;
    *readable = false;
    status s = f->problem ? status_fail(STATUS_IO, "%s", f->problem)
                          : read_picture(&u, by, f->in, &reading);
    if (s == STATUS_OK) {
        *readable = true;
        s = enlarging_open(&u, by);
    }
    if (s == STATUS_OK) {
        tally_clear(shown);
        tell(&u, f, reading);
        s = write_picture(&u, all, f, &p);
    }
    enlarging_close(&u);
    picture_free(&u.from);
    return s;
}

/* ---- all pictures ---- */

static void tell_left_out(const tally *shown)
{
    tally_clear(shown);
    fprintf(stderr, "left out: %s\n", status_message()); /* which shows names as utf8_show does */
}

/* A picture that cannot be read does not keep the others from being enlarged. */
static status apply_all(enlarger *by, const apply_files *all)
{
    int left_out = 0;
    tally shown = { 0 };
    if (!by->options->quiet)
        tally_open(&shown);
    for (int i = 0; i < all->count; i++) {
        bool readable;
        status s = apply_one(by, all, i, &shown, &readable);
        if (s != STATUS_OK && (readable || all->count == 1)) {
            tally_clear(&shown);
            return s;
        }
        if (s != STATUS_OK)
            tell_left_out(&shown);
        left_out += s != STATUS_OK;
    }
    tally_clear(&shown);
    if (left_out > 0)
        return status_fail(STATUS_FORMAT, "%d of %d pictures %s left out", left_out, all->count,
                           left_out == 1 ? "was" : "were");
    return STATUS_OK;
}

static void note_others(const apply_files *all)
{
    text t = { 0 };
    if (all->others == 0)
        return;
    text_add(&t, "%d file%s in these folders %s not %s", all->others,
             text_plural((uint64_t)all->others), all->others == 1 ? "is" : "are",
             all->others == 1 ? "a picture" : "pictures");
    terminal_note(NULL, t.data ? t.data : "");
    text_free(&t);
}

status apply_run(arguments *a, apply_options *o)
{
    apply_files all = { 0 };
    enlarger by = { 0 };
    TRY(option_read(&a->given, &apply_file_table, SCOPE_CALL, o));
    TRY(option_read(&a->given, &compute_option_table, SCOPE_CALL, &o->compute));
    TRY(terminal_check_output("out", o->out));
    status s = apply_files_find(&all, a->operands, a->operand_count, o->out, o->overwrite);
    if (s == STATUS_OK)
        s = enlarger_open(&by, o, &a->given);
    if (s == STATUS_OK) {
        note_others(&all);
        s = apply_all(&by, &all);
    }
    if (s == STATUS_OK && !o->quiet)
        in_data_note_of_run(o->out, by.ckpt ? by.ckpt : o->ckpt);
    enlarger_close(&by);
    apply_files_free(&all);
    return s;
}
