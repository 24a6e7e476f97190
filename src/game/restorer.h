/* game/restorer.h - a trained G, applied to pictures of any size.
 *
 * G runs on tiles, which overlap as far as a pixel of its output depends on its input
 * (nn/tiling.h): the result is bit for bit that of the whole picture at once. Tiles are as large as
 * a limit of the memory allows, and some at a time, one for each thread. The results of a row of
 * tiles are a band.
 *
 *     restorer r;
 *     status s = restorer_open(&r, &options, &compute);
 *     if (s == STATUS_OK)
 *         s = restorer_fit(&r, height, width, &limits);    for each picture, or size
 *     if (s == STATUS_OK)
 *         restorer_run(&r, planes, band);                  for each band
 *     restorer_close(&r);                                  also after a failure
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_GAME_RESTORER_H
#define GAN_GAME_RESTORER_H

#include "game/generator.h"
#include "nn/tiling.h"

typedef struct restorer_limits {
    size_t memory; /* tiles are as large as fits this, but at least RESTORER_LEAST pixels wide; */
    int tile;      /* or this many pixels high and wide, without the overlap; 0: as large as fits */
} restorer_limits;

enum { RESTORER_LEAST = 8, RESTORER_MEMORY = 160 << 20 };

/* One direction of the picture. */
typedef struct restorer_axis {
    int size;   /* of the picture; the net is given a multiple of its step: */
    int padded; /* the last pixel repeats */
    int own;    /* pixels of a tile that count */
    int window; /* and with the overlap */
    int count;  /* tiles */
} restorer_axis;

typedef struct restorer {
    const compute *compute; /* the caller's */
    model model;            /* of which G alone has memory, in: */
    arena weights;
    const net *g;
    net_tiling tiling;
    /* For the pictures at hand: */
    restorer_axis y, x;
    restorer_limits limits;
    net tile;     /* G for tiles */
    arena arena;  /* its memory, and: */
    int rows;     /* tiles at a time */
    float *given; /* (rows, channels, y.window, x.window) */
    float *band;  /* (channels, y.own * scale, x.size * scale) */
} restorer;

/* Reads G of a checkpoint whose task is to enlarge pictures; o->seed is not used. STATUS_USAGE if
 * it has another task, or takes pictures of one size only; else as generator_open. */
status restorer_open(restorer *r, const generator_options *o, const compute *c);

/* The same for a G that the caller has; the name stands before the message if it takes pictures of
 * one size only. */
status restorer_open_net(restorer *r, const net *g, const compute *c, const char *name);

/* Takes the memory for pictures of that size, in that of earlier ones where it suffices, and the
 * weights that G has now. STATUS_MEMORY. */
status restorer_fit(restorer *r, int height, int width, const restorer_limits *limits);

/* The channels of what G is given and of what it makes, and how many times it enlarges pictures. */
int restorer_channels(const restorer *r);
int restorer_results(const restorer *r);
int restorer_scale(const restorer *r);

/* STATUS_USAGE, which begins with the path of the checkpoint, if its task is not to enlarge
 * (scales), or if it is. */
status restorer_check_scales(const restorer *r, bool scales, const char *path);

/* The bytes taken. */
size_t restorer_memory(const restorer *r);

/* r->band = band `i` of the result, in [-1, 1] and a little beyond, of a picture of bytes
 * (channels, height, width): the lines from restorer_band_line on. i is below r->y.count. */
void restorer_run(restorer *r, const unsigned char *planes, int i);

/* Line y of the result: its band, and its row in it of channel c (width * scale). */
int restorer_band_of(const restorer *r, int y);
const float *restorer_line(const restorer *r, int c, int y);

void restorer_close(restorer *r);

#endif
