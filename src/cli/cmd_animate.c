/* cli/cmd_animate.c - `gan animate`: a film of a run's pictures. Options and calls, no arithmetic.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/command.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/file.h"
#include "cli/in_data.h"
#include "cli/png_name.h"
#include "cli/terminal.h"
#include "image/enlarge.h"
#include "image/film.h"
#include "train/pictures.h"

#include "base/banned.h"

typedef struct animate_options {
    const char *out;
    int every, scale, rate;
    double hold, max_size;
} animate_options;

#define AT(member) offsetof(animate_options, member)
static const option_row rows[] = {
    { .name = "out",
      .letter = 'o',
      .type = OPTION_TEXT,
      .offset = AT(out),
      .initial = "film.png",
      .arg = "FILE",
      .help = "the APNG to write; - is standard output" },
    { .name = "rate",
      .type = OPTION_INT,
      .offset = AT(rate),
      .initial = "10",
      .least = 1,
      .most = FILM_MOST_RATE,
      .arg = "N",
      .help = "frames per second" },
    { .name = "every",
      .type = OPTION_INT,
      .offset = AT(every),
      .initial = "0",
      .least = 0,
      .most = FILM_LAST_EPOCH,
      .arg = "N",
      .help = "show every N-th epoch, and the last (0: as many as --max-size allows)" },
    { .name = "scale",
      .type = OPTION_INT,
      .offset = AT(scale),
      .initial = "1",
      .least = 1,
      .most = ENLARGE_MOST,
      .arg = "N",
      .help = "draw each pixel as a square of N x N" },
    { .name = "hold",
      .type = OPTION_FLOAT,
      .offset = AT(hold),
      .initial = "2",
      .least = 0,
      .most = FILM_LONGEST_HOLD,
      .arg = "SECONDS",
      .help = "how long the last frame is shown before the film starts again" },
    { .name = "max-size",
      .type = OPTION_FLOAT,
      .offset = AT(max_size),
      .initial = "10",
      .least = 0.001,
      .most = 4000,
      .arg = "MB",
      .help = "the most megabytes of the film" },
};
static const option_table table = { rows, sizeof rows / sizeof *rows };

/* Says what the film leaves out without having been told to. */
static status note_gaps(const run_pictures *p, const animate_options *o, const film *f)
{
    text note = { 0 };
    uint32_t first = p->frames[0].epoch, last = p->frames[p->count - 1].epoch;
    if ((uint32_t)p->count < last - first + 1)
        text_add(&note,
                 "%d of the epochs %" PRIu32 " to %" PRIu32 " ha%s a picture (--picture-every), "
                 "the others are missing in the film",
                 p->count, first, last, p->count == 1 ? "s" : "ve");
    if (o->every == 0 && f->every > 1)
        text_add(&note,
                 "%sthe film shows the epochs that %d divides, to stay under %.4g MB "
                 "(--max-size)",
                 note.length > 0 ? "; " : "", f->every, o->max_size);
    status s = text_check(&note);
    if (s == STATUS_OK && note.data)
        terminal_note(NULL, note.data);
    text_free(&note);
    return s;
}

/* A film in the folder of the run's data would be read as a picture. */
static void note_data(const char *out, const char *run)
{
    char *in_run = NULL;
    if (path_join(&in_run, run, "model.bin") == STATUS_OK)
        in_data_note_of_run(out, in_run);
    free(in_run);
}

static status run(arguments *a)
{
    animate_options o;
    run_pictures p;
    TRY(option_read(&a->given, &table, SCOPE_CALL, &o));
    TRY(terminal_check_output("out", o.out));
    TRY(png_name_check("out", o.out));
    const char *run = a->operand ? a->operand : "out";
    status s = pictures_list(&p, run);
    if (s == STATUS_OK) {
        film f = {
            p.frames, p.count, o.every, o.scale, o.rate, o.hold, (uint64_t)(o.max_size * 1e6)
        };
        s = film_write(o.out, &f);
        if (s == STATUS_OK)
            s = note_gaps(&p, &o, &f);
    }
    if (s == STATUS_OK)
        note_data(o.out, run);
    pictures_free(&p);
    return s;
}

const command animate_command = {
    .name = "animate",
    .operand = "[RUN]",
    .summary = "make a film of a run's pictures",
    .help = "Makes an animated PNG of a run's samples/epoch-NNNN.png, which show the same latents "
            "at every epoch, or the points of the plane over D(x). RUN is the folder of the run, "
            "out if there is none. Browsers play the film for ever; programs that know no "
            "animations show its first picture. Epochs without a picture are left out, with a "
            "note.\n"
            "\n"
            "  gan animate out -o film.png\n"
            "  gan animate out --every 5 --rate 25 --hold 4\n"
            "  gan animate out --scale 2 --max-size 4",
    .tables = { &table },
    .run = run,
};
