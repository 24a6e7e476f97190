/* cli/cmd_upscale.c - `gan upscale`: enlarges pictures. Options and calls, no arithmetic.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/command.h"

#include <stddef.h>

#include "cli/apply_run.h"

#include "base/banned.h"

/* ---- options ---- */

#define AT(member) offsetof(apply_options, member)
static const option_row rows[] = {
    { .name = "ckpt",
      .letter = 'c',
      .type = OPTION_TEXT,
      .offset = AT(ckpt),
      .initial = "out/model.bin",
      .arg = "FILE",
      .help = "the checkpoint of a run with --task upscale, or its folder, for the newest one" },
    { .name = "scale",
      .type = OPTION_INT,
      .offset = AT(scale),
      .initial = "4",
      .least = 2,
      .most = ENLARGE_MOST,
      .arg = "N",
      .help = "how many times wider and higher the pictures become; a model has its own" },
    { .name = "method",
      .type = OPTION_CHOICE,
      .offset = AT(method),
      .initial = "auto",
      .choice = apply_method_choice,
      .arg = "NAME",
      .help = "how pictures are enlarged" },
};
static const option_table table = { rows, sizeof rows / sizeof *rows };

static status run(arguments *a)
{
    apply_options o = { 0 };
    TRY(option_read(&a->given, &table, SCOPE_CALL, &o));
    return apply_run(a, &o);
}

const command upscale_command = {
    .name = "upscale",
    .operand = "FILE...",
    .summary = "enlarge pictures",
    .help =
        "Enlarges pictures of any size, grey or colour, and writes them as PNG: by a generator "
        "that gan train --task upscale trained, or without one by the bicubic filter. FILE is "
        "a picture in any format that gan reads (- is standard input), or a folder: then the pictures in it and below "
        "become PNGs of the same names in the folder --out. Transparency is kept; a picture "
        "that was taken on its side is turned upright, an animation is its first frame, and 16 "
        "bits become 8. No input is ever replaced. A picture that cannot be read is left out, "
        "and the exit code then is 1. Memory is the file, its pixels as bytes and, with a "
        "model, tiles of some 160 MB. gan restore applies models of other tasks.\n"
        "\n"
        "  gan upscale small.png -o large.png\n"
        "  gan upscale photos --ckpt out -o large/\n"
        "  gan upscale icons --scale 8 --method nearest -o large/",
    .tables = { &apply_file_table, &table, &compute_option_table },
    .run = run,
};
