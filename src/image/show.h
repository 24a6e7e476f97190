/* image/show.h - shows a picture on a terminal.
 *
 * A way of showing is one file show_<name>.c and a row in show.c. A picture is first fitted to the
 * terminal (image/screen_fit.h), then handed out as the bytes that the terminal receives; nothing
 * here reads or writes a terminal. Memory does not grow with the picture, except by some of its
 * lines.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_IMAGE_SHOW_H
#define GAN_IMAGE_SHOW_H

#include <stdbool.h>

#include "base/option.h"
#include "base/text.h"
#include "format/png.h"
#include "image/field.h"
#include "image/grid.h"

/* What is shown: a picture, with the tiles that it may have. If there is no room for all of them,
 * those of the top left are shown. */
typedef struct show_subject {
    png_picture picture;
    int rows, cols;              /* of tiles; 1 and 1: the picture itself is the tile */
    int tile_width, tile_height; /* pixels */
    int gap;                     /* black pixels between two tiles */
} show_subject;

show_subject show_grid(const grid_sheet *s);
show_subject show_whole(png_picture p);

/* The part of a terminal that a picture may take. */
typedef struct show_screen {
    int cols, rows;              /* of character cells */
    int cell_width, cell_height; /* pixels of a cell; 0: unknown */
    int most_scale;              /* the picture is enlarged at most so many times */
    unsigned id; /* of the picture: it replaces the last one of this id; 0: it is a new one */
} show_screen;

/* Takes what the terminal receives, in parts. */
typedef struct show_sink {
    status (*take)(void *context, const char *bytes, size_t n);
    void *context;
} show_sink;

/* A way of showing. */
typedef struct show_way {
    option_choice choice;        /* its name, and what the terminal has to know */
    int cell_width, cell_height; /* pixels that a cell holds; 0: those of the screen */
    int aspect;                  /* the height of a pixel, in units of its width */
    /* Hands out the picture, which fits. In front of lines of text it ends each of them; graphics
     * leave the cursor anywhere. */
    status (*draw)(show_sink to, const png_picture *p, const show_screen *s);
    /* Adds what removes the picture of that id; NULL: text that is written over it does. */
    void (*erase)(text *t, unsigned id);
} show_way;

extern const show_way show_kitty, show_sixel, show_blocks, show_colours, show_characters;

/* The i-th way; NULL after the last. The first ones show most. */
const show_way *show_way_nth(int i);

/* What was shown. */
typedef struct show_result {
    int lines;      /* of the terminal; 0: nothing, there is too little room */
    int rows, cols; /* of tiles */
    int shrink;     /* so many pixels in a row became one; 1: the picture was not shrunk */
} show_result;

/* Shows the subject, and leaves the cursor at the beginning of the line below. The cursor has to be
 * at the beginning of a line. STATUS_MEMORY, or the failure of the sink. */
status show_draw(const show_way *way, const show_subject *what, const show_screen *s, show_sink to,
                 show_result *result);

/* For the ways: hands out what the text holds, and empties it. STATUS_MEMORY if it is incomplete.
 */
status show_flush(show_sink to, text *t);

#endif
