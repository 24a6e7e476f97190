/* cli/cmd_report.c - `gan report`: runs as a page. Options and calls only.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/command.h"

#include <stdbool.h>
#include <stddef.h>

#include "cli/reading.h"
#include "cli/terminal.h"
#include "report/report.h"

#include "base/banned.h"

typedef struct report_options {
    const char *out;
    double budget;
    bool no_explorer, no_training;
} report_options;

#define AT(member) offsetof(report_options, member)
static const option_row rows[] = {
    { .name = "out",
      .letter = 'o',
      .type = OPTION_TEXT,
      .offset = AT(out),
      .initial = "report.html",
      .arg = "FILE",
      .help = "the page to write; - is standard output" },
    { .name = "budget",
      .type = OPTION_FLOAT,
      .offset = AT(budget),
      .initial = "4",
      .least = 0.5,
      .most = 1000,
      .arg = "MB",
      .help = "leave out pictures, evenly, so that the page is not larger than this; curves and "
              "generators are always whole" },
    { .name = "no-explorer",
      .type = OPTION_FLAG,
      .offset = AT(no_explorer),
      .help = "leave out the generators, which are most of a small page" },
    { .name = "no-training",
      .type = OPTION_FLAG,
      .offset = AT(no_training),
      .help = "leave out training samples beside those of G, and do not read the data" },
};
static const option_table table = { rows, sizeof rows / sizeof *rows };

static status run(arguments *a)
{
    report_options o;
    compute c;
    reading bar;
    const image_watch watch = reading_watch(&bar);
    enum { MEGABYTE = 1000000 };
    TRY(option_read(&a->given, &table, SCOPE_CALL, &o));
    TRY(terminal_check_output("out", o.out));
    status s = compute_open(&c, NULL, 1);
    if (s == STATUS_OK)
        s = report_write(&(report_request){ .runs = (const char *const *)a->operands,
                                            .count = a->operand_count,
                                            .out = o.out,
                                            .budget = o.budget * MEGABYTE,
                                            .no_explorer = o.no_explorer,
                                            .no_training = o.no_training,
                                            .watch = &watch },
                         &c);
    compute_close(&c);
    return s;
}

const command report_command = {
    .name = "report",
    .operand = "RUN...",
    .summary = "write a page that shows runs and lets you explore G",
    .help =
        "Writes one HTML file that opens in a browser, from disk and without a network. It "
        "shows the curves of metrics.csv with the findings of the diagnosis, the grids of "
        "samples/ over the epochs, samples beside the training images nearest to them, if the data "
        "that run.json names are there, and all options, with the command that repeats the run. "
        "Below these, G of model.bin itself runs in the browser: drag across a plane of "
        "latents, move along its strongest directions, interpolate between samples, add and "
        "subtract them, and, after --condition, choose a class or type a text. Several runs share the charts, and the page says how they differ.\n"
        "\n"
        "  gan report out\n"
        "  gan report out-1 out-2 out-3 -o compare.html\n"
        "  gan report out --budget 20 -o lecture.html",
    .tables = { &table },
    .run = run,
};
