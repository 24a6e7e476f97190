/* data/options.c - the values of the options of pictures.
 *
 * SPDX-License-Identifier: MIT */
#include "data/options.h"

#include <string.h>

#include "base/banned.h"

static const option_choice fits[] = {
    { "crop", "the largest square in the middle" },
    { "pad", "the whole image, with --background beside it" },
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

/* -1 for any other character; c is not 0. */
static int hex_digit(char c)
{
    const char *digits = "0123456789abcdef0123456789ABCDEF", *at = strchr(digits, c);
    return at ? (int)(at - digits) % 16 : -1;
}

status image_background(const char *word, rgb *colour)
{
    static const struct {
        const char *name;
        rgb colour;
    } names[] = { { "white", { 255, 255, 255 } }, { "black", { 0, 0, 0 } } };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(word, names[i].name) == 0) {
            *colour = names[i].colour;
            return STATUS_OK;
        }
    const char *hex = word[0] == '#' ? word + 1 : word;
    unsigned char parts[3] = { 0 };
    for (int i = 0; i < 6; i++) {
        int digit = strlen(hex) == 6 ? hex_digit(hex[i]) : -1;
        if (digit < 0)
            return status_fail(STATUS_USAGE,
                               "--background: expected white, black or six hex digits, RRGGBB, got "
                               "\"%s\"",
                               word);
        parts[i / 2] = (unsigned char)(16 * parts[i / 2] + digit);
    }
    *colour = (rgb){ parts[0], parts[1], parts[2] };
    return STATUS_OK;
}

static const option_row rows[] = { IMAGE_OPTION_ROWS(0) };
const option_table image_option_table = { rows, sizeof rows / sizeof *rows };
