/* cli/apply_methods.h - the ways in which `gan upscale` enlarges pictures: a table.
 *
 *     enlarger e;
 *     status s = enlarger_open(&e, &options, &given);
 *     if (s == STATUS_OK)
 *         s = enlarging_open(&u, &e);        for each picture, which has been read into u.from
 *     enlarging_close(&u);
 *     enlarger_close(&e);                    both also after a failure
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_CLI_APPLY_METHODS_H
#define GAN_CLI_APPLY_METHODS_H

#include <stdbool.h>

#include "game/restored.h"
#include "image/enlarge.h"
#include "image/smooth.h"

typedef struct apply_options {
    const char *out, *ckpt;
    int scale, method, tile;
    bool no_ema, overwrite, quiet;
    bool restores; /* at the size of the picture: gan restore */
    bool any_task; /* gan eval */
    compute_options compute;
} apply_options;

/* The values of --method; and the number of the one of that name, which there must be. */
const option_choice *apply_method_choice(int i);
int apply_method_of(const char *name);

struct apply_method;

/* What enlarges all pictures. */
typedef struct enlarger {
    const apply_options *options;
    const struct apply_method *method;
    int scale;
    compute compute;
    restorer restorer; /* only with a model */
    char *ckpt;        /* its path, if it was looked for in a folder */
} enlarger;

/* Chooses the method, and opens the model if that is it. The default is the model of --ckpt, or of
 * out/model.bin if that enlarges pictures; else bicubic, which a note says. STATUS_USAGE if the
 * options do not fit each other or the model; else as restorer_open. */
status enlarger_open(enlarger *e, const apply_options *o, const option_settings *given);
void enlarger_close(enlarger *e);

/* The name of the method. */
const char *enlarger_method(const enlarger *e);

/* One picture on its way. */
typedef struct enlarging {
    enlarger *by;
    picture from; /* the caller's */
    arena arena;
    smooth smooth;
    enlarged squares;
    restored restored;
    png_picture result;
} enlarging;

/* Sets u->result. STATUS_MEMORY. */
status enlarging_open(enlarging *u, enlarger *e);

/* The bytes taken, without those of the picture itself. */
size_t enlarging_memory(const enlarging *u);

void enlarging_close(enlarging *u);

#endif
