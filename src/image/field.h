/* image/field.h - points of the plane over what a discriminator thinks of each place, as a picture.
 *
 * A square of FIELD_SIDE pixels, the origin in its middle, y upwards. The ground is the grey of
 * D(x), dark for 0 and light for 1; black where no D is given. On it lie the data, as blue discs,
 * and the samples, as smaller orange ones, all translucent: where a generator is right, blue has an
 * orange core; blue alone is a mode that it has lost, orange alone a sample that is none.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_IMAGE_FIELD_H
#define GAN_IMAGE_FIELD_H

#include "base/status.h"

enum {
    FIELD_SIDE = 512,
    FIELD_BYTES = FIELD_SIDE * FIELD_SIDE * 3,
    FIELD_LATTICE = 128, /* places of D in a row and in a column; between them it is interpolated */
    FIELD_PLACES = FIELD_LATTICE * FIELD_LATTICE,
    FIELD_POINTS = 2500 /* that a picture shows if nobody says how many: what the papers look at */
};

typedef struct field_points {
    const float *xy; /* (count, 2); may be NULL where count is 0 */
    int count;
} field_points;

typedef struct field {
    float reach;           /* from the middle to each side, in the unit of the points */
    const float *verdicts; /* (FIELD_PLACES): D(x) at the places of field_places; NULL: none */
    field_points data, samples;
} field;

/* A reach that shows all of the points with room around them: 1.25 times the largest of their
 * coordinates, and 1 where that is 0 or not finite. */
float field_reach(field_points p);

/* The places at which D is asked: (FIELD_PLACES, 2), from the top left, row by row. */
void field_places(float reach, float *xy);

/* Writes the picture. `pixels` has room for FIELD_BYTES, which are overwritten. Points that are
 * outside, or not finite, are not in it. `path` appears whole or not at all, "-" is standard
 * output. */
status field_write_png(const char *path, const field *f, unsigned char *pixels);

/* Writes a picture of points alone, on black: its reach is that of the data or, without data, of
 * the samples. STATUS_MEMORY, or as field_write_png. */
status field_write_points(const char *path, field_points data, field_points samples);

#endif
