/* cli/screen.h - shows pictures on the terminal that a stream is.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_SCREEN_H
#define GAN_CLI_SCREEN_H

#include <stdbool.h>
#include <stdio.h>

#include "base/option.h"
#include "image/show.h"

typedef struct screen {
    FILE *file;
    bool is_terminal;
    const show_way *way; /* NULL: nothing is shown */
    unsigned id;         /* as in show_screen */
    int most_scale;      /* as there; SCREEN_MOST_SCALE at first */
} screen;

/* The values of --show: auto, the ways, none. */
const option_choice *screen_choice(int i);
bool screen_is_none(int choice);
enum { SCREEN_AUTO = 0, SCREEN_MOST_SCALE = 8 };

/* Chooses how pictures are shown on the stream: nothing if it is not a terminal or the choice is
 * none. With `auto`, the terminal may be asked. */
void screen_open(screen *s, FILE *file, int choice);

/* Shows the subject on the lines of the terminal but `reserved`. STATUS_IO, STATUS_MEMORY. Signals
 * wait meanwhile: one that ended or stopped the process in the middle of a picture would leave the
 * terminal waiting for its rest. */
status screen_draw(const screen *s, const show_subject *what, int reserved, show_result *result);

/* Adds what was left out or shrunk, such as "5 of 8 columns and 3 of 8 rows fit, at 1/2 size";
 * nothing if all was shown in full. */
void screen_add_loss(text *t, const show_subject *what, const show_result *r);

#endif
