/* data/options.c - the options of pictures.
 *
 * SPDX-License-Identifier: MIT */
#include "data/options.h"

#include "base/banned.h"

static const option_choice fits[] = {
    { "crop", "the largest square in the middle" },
    { "pad", "all of it, with --background beside it" },
};

static const option_choice channels[] = {
    { "auto", "colour where any image file has colour, else grey" },
    { "1", "grey" },
    { "3", "red, green, blue" },
};

const option_choice *fit_choice(int i)
{
    return i < (int)(sizeof fits / sizeof *fits) ? &fits[i] : NULL;
}

const option_choice *channels_choice(int i)
{
    return i < (int)(sizeof channels / sizeof *channels) ? &channels[i] : NULL;
}

static const option_row rows[] = { IMAGE_OPTION_ROWS(0) };
const option_table image_option_table = { rows, sizeof rows / sizeof *rows };
