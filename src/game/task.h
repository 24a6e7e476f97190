/* game/task.h - what G restores: real pictures, from poorer copies of them.
 *
 * A task is a row of the table in task.c: the shape of the poorer copy, and the function that makes
 * one. Everything else (the games, the checkpoint, the pictures of an epoch) follows.
 *
 * Pictures and their poorer copies are bytes, channels x height x width, of which G is given
 * floats in [-1, 1]. S values in a picture, I in its poorer copy.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_GAME_TASK_H
#define GAN_GAME_TASK_H

#include "base/arena.h"
#include "base/option.h"
#include "math/bicubic.h"
#include "math/compute.h"
#include "nn/shape.h"

/* The first row is no task: G makes samples from z. */
enum { TASK_NONE, TASK_LEAST_SCALE = 2, TASK_MOST_SCALE = 4, TASK_USUAL_CROP = 48 };

/* The value of every pixel in a hole. */
enum { TASK_HOLE = 128 };

struct degrader;

/* Makes a poorer copy (I) of a picture (S), with the degrader's memory for that row; `words` are
 * random. */
typedef void degrade_function(const struct degrader *d, int row, const uint32_t words[4],
                              const unsigned char *picture, unsigned char *poor);

typedef struct task {
    option_choice choice;
    const char *verb;  /* what G does: "enlarges pictures" */
    const char *trial; /* what becomes of test pictures, with no scale: "made grey and coloured" */
    const char *command; /* of the program, that applies G to pictures */
    bool scales;         /* by --scale */
    bool needs_colour;
    image_shape (*poorer)(image_shape picture, int scale);
    degrade_function *degrade;
} task;

/* The i-th; its `degrade` is NULL only for no task. */
const task *task_nth(int i);
const option_choice *task_choice(int i);

/* The shape of the poorer copies of pictures of that shape. */
image_shape task_poorer(int kind, image_shape picture, int scale);

/* Makes poorer copies. */
typedef struct degrader {
    const task *task;
    image_shape from, to;
    int scale;
    bicubic_axis across, down; /* upscale: of a plane */
    unsigned char *bytes;      /* (rows, I) */
    unsigned char *lines;      /* (rows, from.height, to.width): between the two axes */
} degrader;

/* The memory for up to `rows` pictures at a time. */
void degrader_plan(degrader *d, arena *a, int kind, int scale, image_shape picture, int rows);

/* Returns the poorer copy (I) of one picture (S), in the degrader's memory; what is random about it
 * follows from that row of the stream. */
const unsigned char *degrader_copy(const degrader *d, const compute *c, random_stream s, int row,
                                   const unsigned char *picture);

/* poor (n, I) = poorer copies of pictures (n, S), as G is given them; what is random about row i
 * follows from row first + i of the stream. n is at most the rows planned. */
void degrader_run(const degrader *d, const compute *c, random_stream s, int first, int n,
                  const unsigned char *pictures, float *poor);

#endif
