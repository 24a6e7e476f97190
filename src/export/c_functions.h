/* export/c_functions.h - the operators as C functions: their source, for the file of
 * export/c_header.c, which calls them.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_EXPORT_C_FUNCTIONS_H
#define GAN_EXPORT_C_FUNCTIONS_H

#include "nn/describe.h"

/* How an operator is called, which says what its arguments are. */
typedef enum c_call {
    C_NOTHING,      /* it changes no value */
    C_VALUES,       /* (x, n, attributes ...), in place */
    C_ADD,          /* (x, n, earlier value), in place */
    C_ADD_ENLARGED, /* (x, earlier value, C, H, W, factor), in place */
    C_SCALE,        /* (x, channels, plane, scale, shift), in place */
    C_LINEAR,       /* (x, inputs, y, outputs, weight, bias) */
    C_WINDOWS,      /* (x, C, H, W, y, C', H', W', k, s, p, weight, bias) */
    C_RESIZE,       /* (x, C, H, W, y, H', W') */
    C_JOIN          /* (x, inputs, y, e, N, plane, alpha, weight, bias) */
} c_call;

/* In the source, @ stands where int8 has a further parameter or argument; see c_add_source. */
typedef struct c_function {
    const char *operator_name; /* first, for operator_row */
    const char *name;          /* without the prefix "generate_" */
    c_call call;
    const char *source;
} c_function;

/* The i-th function; NULL after the last. */
const c_function *c_function_nth(int i);

/* The function of an operator. STATUS_USAGE if there is none. */
status c_function_of(const net_operator *o, const c_function **f);

/* Adds the source. With int8 a product has one more parameter, its scales: "@(text)" in the source
 * is "text" then and nothing otherwise. */
void c_function_add(text *t, const c_function *f, bool int8);

#endif
