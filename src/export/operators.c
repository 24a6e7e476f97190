/* export/operators.c - what exporters ask of an operator.
 *
 * SPDX-License-Identifier: MIT */
#include "export/operators.h"

#include <assert.h>
#include <string.h>

#include "base/banned.h"

const operator_attribute *operator_attribute_named(const net_operator *o, const char *name)
{
    for (int i = 0; i < OPERATOR_MOST_ATTRIBUTES && o->attributes[i].name; i++)
        if (strcmp(o->attributes[i].name, name) == 0)
            return &o->attributes[i];
    return NULL;
}

double operator_number(const net_operator *o, const char *name)
{
    const operator_attribute *a = operator_attribute_named(o, name);
    assert(a);
    return a->values[0];
}

int operator_tensors(const net_operator *o)
{
    int n = 0;
    while (n < OPERATOR_MOST_TENSORS && o->tensors[n].name)
        n++;
    return n;
}

void operator_tensor_name(text *out, const char *of, const net_operator *o,
                          const operator_tensor *t)
{
    text_add(out, "%s.%d.%s", of, o->layer, t->name);
}

status operator_row(const net_operator *o, const void *rows, size_t count, size_t size,
                    const char *what, const void **row)
{
    for (size_t i = 0; i < count; i++) {
        *row = (const char *)rows + i * size;
        if (strcmp(*(const char *const *)*row, o->name) == 0)
            return STATUS_OK;
    }
    return status_fail(STATUS_USAGE, "layer %d is the operator %s, which %s cannot hold",
                       o->layer + 1, o->name, what);
}
