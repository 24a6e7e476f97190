/* export/c_arrays.h - the constants of the file of export/c_header.c: tensors, and other numbers.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_EXPORT_C_ARRAYS_H
#define GAN_EXPORT_C_ARRAYS_H

#include "export/exporter.h"

/* The file under construction. */
typedef struct c_file {
    const subject *subject;
    out_file *file;
    text t; /* what is not yet in the file */
} c_file;

enum { C_WIDTH = 100, C_MOST_COLUMNS = 3 };

/* Moves the text to the file, if it is long or `all`. STATUS_IO, STATUS_MEMORY, as all of these. */
status c_flush(c_file *c, bool all);

/* A float constant that reads back as x. */
void c_float_text(char out[TEXT_NUMBER_SIZE], float x);

/* Adds the name of the array of an operator's tensor, "generate_0_weight"; with `suffix`
 * "generate_0_weight_scale". */
void c_add_array_name(text *t, const net_operator *o, const operator_tensor *of,
                      const char *suffix);

/* Adds all tensors; with int8 factors are integers, and "_scale" has their scales. */
status c_add_tensors(c_file *c);

/* Adds "static const unsigned generate_NAME[rows][columns]", or without columns if that is 1. */
status c_add_numbers(c_file *c, const char *name, const uint32_t *values, size_t rows, int columns);

/* The bytes of the tensors. */
size_t c_tensor_bytes(const subject *s);

#endif
