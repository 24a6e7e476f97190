/* export/operators.h - what exporters ask of an operator (nn/describe.h).
 *
 * Each exporter has a table of the operators that it can write, whose rows begin with the
 * operator's name; operator_row finds the row.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_EXPORT_OPERATORS_H
#define GAN_EXPORT_OPERATORS_H

#include "base/text.h"
#include "nn/describe.h"

/* The attribute of that name; NULL if the operator has none. */
const operator_attribute *operator_attribute_named(const net_operator *o, const char *name);

/* Its first value. The operator must have it. */
double operator_number(const net_operator *o, const char *name);

/* The number of its tensors. */
int operator_tensors(const net_operator *o);

/* Adds the name that the tensor of the net `of` has in a checkpoint: "generator.0.weight". */
void operator_tensor_name(text *out, const char *of, const net_operator *o,
                          const operator_tensor *t);

/* The row for the operator in a table of `count` rows of `size` bytes, each of which begins with a
 * name. STATUS_USAGE if there is none: the format named `what` does not have the operator. */
status operator_row(const net_operator *o, const void *rows, size_t count, size_t size,
                    const char *what, const void **row);

#endif
