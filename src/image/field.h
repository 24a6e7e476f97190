/* image/field.h - a picture of points in the plane, drawn over the discriminator's output.
 *
 * A square of FIELD_SIDE pixels with the origin in the middle and y upwards. The background is D(x)
 * as grey, dark for 0 and light for 1; black if no D is given. The data are blue discs and the
 * samples smaller orange ones, all translucent: blue with an orange core is a mode that the
 * generator has learned, blue alone a mode that it has lost, orange alone a sample far from the
 * data.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_IMAGE_FIELD_H
#define GAN_IMAGE_FIELD_H

#include "base/status.h"
#include "format/png.h"

enum {
    FIELD_SIDE = 512,
    FIELD_BYTES = FIELD_SIDE * FIELD_SIDE * 3,
    FIELD_LATTICE = 128, /* evaluations of D in a row and in a column; interpolated in between */
    FIELD_PLACES = FIELD_LATTICE * FIELD_LATTICE,
    FIELD_POINTS = 2500 /* shown by default, as in the papers */
};

typedef struct field_points {
    const float *xy; /* (count, 2); may be NULL where count is 0 */
    int count;
} field_points;

typedef struct field {
    float reach;           /* from the middle to each side, in units of the points */
    const float *verdicts; /* (FIELD_PLACES): D(x) at the places of field_places; NULL: none */
    field_points data, samples;
} field;

/* A reach that shows all points with a margin: 1.25 times their largest absolute coordinate, or 1
 * if that is 0 or not finite. */
float field_reach(field_points p);

/* xy (FIELD_PLACES, 2) = the places at which D is evaluated, row by row from the top left. */
void field_places(float reach, float *xy);

/* Draws the picture into `pixels`, which has room for FIELD_BYTES. Points that are outside or not
 * finite are left out. */
void field_draw(const field *f, unsigned char *pixels);

/* The drawn picture, which reads `pixels`. */
png_picture field_picture(const unsigned char *pixels);

/* Draws points alone, on black: the reach is that of the data or, without data, of the samples. */
void field_draw_points(field_points data, field_points samples, unsigned char *pixels);

/* field_draw, and writes the picture as PNG: `path` appears whole or not at all; "-" is standard
 * output. Fails as png_write does (format/png.h). */
status field_write_png(const char *path, const field *f, unsigned char *pixels);

/* field_draw_points, and writes the picture as PNG. STATUS_MEMORY, or as field_write_png. */
status field_write_points(const char *path, field_points data, field_points samples);

#endif
