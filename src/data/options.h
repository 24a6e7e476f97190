/* data/options.h - the options that say how pictures become samples of a data set, and what
 * describes them.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_DATA_OPTIONS_H
#define GAN_DATA_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/option.h"
#include "data/fit.h"

typedef struct image_options {
    int size;               /* side in pixels; 0: see the help */
    int fit;                /* a fit_mode (data/fit.h) */
    int channels;           /* an image_channels */
    const char *background; /* a colour */
    bool skip_bad;
    const char *captions; /* the file of captions; NULL: not named */
    double hold_out;      /* share of the captions to keep out of training */
} image_options;

typedef enum image_channels { CHANNELS_AUTO, CHANNELS_GREY, CHANNELS_RGB } image_channels;

/* Choices for OPTION_CHOICE (base/option.h). */
const option_choice *fit_choice(int i);
const option_choice *channels_choice(int i);

/* Reads a background: white, black or six hex digits. STATUS_USAGE for anything else. */
status image_background(const char *word, rgb *colour);

/* The rows for a struct that has image_options at offset `base`: runs and commands that read data
 * have these options. A checkpoint does not store them, because the sizes and the fingerprint of
 * its data set follow from them. */
#define IMAGE_OPTION_AT(base, member) (base) + offsetof(image_options, member)
#define IMAGE_OPTION_ROWS(base)                                                                    \
    { .name = "size",                                                                              \
      .subject = SUBJECT_DATA,                                                                     \
      .type = OPTION_INT,                                                                          \
      .offset = IMAGE_OPTION_AT(base, size),                                                       \
      .scope = SCOPE_RUN,                                                                          \
      .initial = "0",                                                                              \
      .least = 0,                                                                                  \
      .most = 1024,                                                                                \
      .arg = "N",                                                                                  \
      .help = "resize the pictures of a folder to N x N pixels (0: keep their size if all "        \
              "have the same, 64 x 64 at most; else 32)" },                                        \
        { .name = "fit",                                                                           \
          .subject = SUBJECT_DATA,                                                                 \
          .type = OPTION_CHOICE,                                                                   \
          .offset = IMAGE_OPTION_AT(base, fit),                                                    \
          .scope = SCOPE_RUN,                                                                      \
          .initial = "crop",                                                                       \
          .choice = fit_choice,                                                                    \
          .arg = "HOW",                                                                            \
          .help = "how to make images square" },                                                   \
        { .name = "channels",                                                                      \
          .subject = SUBJECT_DATA,                                                                 \
          .type = OPTION_CHOICE,                                                                   \
          .offset = IMAGE_OPTION_AT(base, channels),                                               \
          .scope = SCOPE_RUN,                                                                      \
          .initial = "auto",                                                                       \
          .choice = channels_choice,                                                               \
          .arg = "N",                                                                              \
          .help = "grey or colour" },                                                              \
        { .name = "background",                                                                    \
          .subject = SUBJECT_DATA,                                                                 \
          .type = OPTION_TEXT,                                                                     \
          .offset = IMAGE_OPTION_AT(base, background),                                             \
          .scope = SCOPE_RUN,                                                                      \
          .initial = "white",                                                                      \
          .arg = "COLOUR",                                                                         \
          .help = "colour under transparency and beside padded images: white, black or six hex "   \
                  "digits, RRGGBB" },                                                              \
        { .name = "captions",                                                                      \
          .subject = SUBJECT_DATA,                                                                 \
          .type = OPTION_TEXT,                                                                     \
          .offset = IMAGE_OPTION_AT(base, captions),                                               \
          .scope = SCOPE_RUN,                                                                      \
          .arg = "FILE",                                                                           \
          .help = "captions of the images: a file with a line for each, a template whose lines "   \
                  "have gaps such as {class}, or for pictures a .csv or .jsonl (default: the "     \
                  "metadata.csv or captions.txt with the images, if captions are needed; "         \
                  "docs/captions.md)" },                                                           \
        { .name = "hold-out",                                                                      \
          .subject = SUBJECT_DATA,                                                                 \
          .type = OPTION_FLOAT,                                                                    \
          .offset = IMAGE_OPTION_AT(base, hold_out),                                               \
          .scope = SCOPE_RUN,                                                                      \
          .initial = "0",                                                                          \
          .least = 0,                                                                              \
          .most = 0.9,                                                                             \
          .arg = "SHARE",                                                                          \
          .help = "keep this share of the captions, with all their images, out of training, for "  \
                  "gan eval to judge with" },                                                      \
    {                                                                                              \
        .name = "skip-bad", .subject = SUBJECT_DATA, .type = OPTION_FLAG,                          \
        .offset = IMAGE_OPTION_AT(base, skip_bad), .scope = SCOPE_RUN,                             \
        .help = "leave out image files that cannot be read, with a note, instead of stopping"      \
    }

/* --memory, a uint64_t at that offset, for runs and the commands that read data; 0: not given. */
#define MEMORY_OPTION_ROW(at)                                                                      \
    {                                                                                              \
        .name = "memory", .subject = SUBJECT_MACHINE, .type = OPTION_BYTES, .offset = (at),        \
        .scope = SCOPE_CALL, .least = 1e6, .most = 1e15, .arg = "SIZE",                            \
        .help = "take at most this much memory, such as 500M: images that do not fit stay on the " \
                "disk, to the same bytes (docs/images.md)"                                         \
    }

/* The same rows for a plain image_options. */
extern const option_table image_option_table;

#endif
