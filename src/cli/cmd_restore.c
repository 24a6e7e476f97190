/* cli/cmd_restore.c - `gan restore`: pictures in colour from grey ones, and whole ones from ones
 * with a hole. Options and calls, no arithmetic.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/command.h"

#include <stddef.h>

#include "cli/apply_run.h"

#include "base/banned.h"

#define AT(member) offsetof(apply_options, member)
static const option_row rows[] = {
    { .name = "ckpt",
      .letter = 'c',
      .type = OPTION_TEXT,
      .offset = AT(ckpt),
      .initial = "out/model.bin",
      .arg = "FILE",
      .help = "the checkpoint of a run with --task colorize or inpaint, or its folder, for the "
              "newest one" },
};
static const option_table table = { rows, sizeof rows / sizeof *rows };

static status run(arguments *a)
{
    apply_options o = { .restores = true };
    TRY(option_read(&a->given, &table, SCOPE_CALL, &o));
    return apply_run(a, &o);
}

const command restore_command = {
    .name = "restore",
    .operand = "FILE...",
    .summary = "colour grey pictures, or fill holes in them",
    .help =
        "Restores pictures of any size with a generator that gan train --task colorize or --task "
        "inpaint trained, and writes them as PNG. With colorize, every picture gets colours; what "
        "it had of them does not count. With inpaint, the hole is what is fully transparent: it "
        "is filled and becomes opaque, and all other pixels stay as they are. FILE is a picture in "
        "any format that gan reads (- is standard input), or a folder: then the pictures in it and below become PNGs of "
        "the same names in the folder --out. No input is ever replaced. A picture that cannot be "
        "read is left out, and the exit code then is 1.\n"
        "\n"
        "  gan restore grey.jpg --ckpt out -o coloured.png\n"
        "  gan restore holes --ckpt out -o filled/",
    .tables = { &apply_file_table, &table, &compute_option_table },
    .run = run,
};
