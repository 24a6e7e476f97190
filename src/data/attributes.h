/* data/attributes.h - what can be measured on a grey picture of a stroke, such as a digit, and said
 * in words: how thick the stroke is and how slanted. Ink is bright, as in MNIST. docs/captions.md
 * derives the measures.
 *
 * The arithmetic is exact or in a fixed order and uses no libm: the same on every machine.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_DATA_ATTRIBUTES_H
#define GAN_DATA_ATTRIBUTES_H

typedef enum attribute { ATTRIBUTE_WEIGHT, ATTRIBUTE_SLANT, ATTRIBUTES } attribute;

typedef struct attribute_row {
    const char *name;       /* in templates: {weight} */
    const char *low, *high; /* words for the outer thirds of its values */
} attribute_row;

extern const attribute_row attribute_rows[ATTRIBUTES];

/* Measures pixels (height, width), 0 for none to 255 for full ink: values[ATTRIBUTE_WEIGHT] is the
 * mean thickness of the stroke in pixels, values[ATTRIBUTE_SLANT] the tangent of its slant,
 * positive if its top leans to the right. Both are 0 for a picture without ink. */
void attributes_measure(const unsigned char *pixels, int height, int width,
                        double values[ATTRIBUTES]);

/* A value below `low` has the attribute's low word, one above `high` its high word, another
 * none. */
typedef struct attribute_limits {
    double low[ATTRIBUTES], high[ATTRIBUTES];
} attribute_limits;

/* The limits that cut values (ATTRIBUTES, count) of pictures into thirds: the lowest count/3 have
 * the low word, the highest count/3 the high one, but none that equal values in between. Sorts
 * them. */
void attributes_limits(double *values, int count, attribute_limits *l);

/* -1: the low word, 1: the high word, 0: none. */
int attribute_level(const attribute_limits *l, attribute a, double value);

#endif
