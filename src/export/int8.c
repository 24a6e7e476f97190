/* export/int8.c - weights as 8-bit integers.
 *
 * SPDX-License-Identifier: MIT */
#include "export/int8.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "export/operators.h"

#include "base/banned.h"

enum { GREATEST = 127 };

int int8_outputs(const operator_tensor *factor)
{
    return factor->sizes[factor->output_axis];
}

int int8_output(const operator_tensor *factor, size_t i)
{
    size_t apart = 1;
    for (int axis = factor->output_axis + 1; axis < operator_tensor_rank(factor); axis++)
        apart *= (size_t)factor->sizes[axis];
    return (int)(i / apart % (size_t)int8_outputs(factor));
}

void int8_scales(const operator_tensor *factor, const float *values, float *scales)
{
    size_t count = operator_tensor_count(factor);
    memset(scales, 0, (size_t)int8_outputs(factor) * sizeof *scales);
    for (size_t i = 0; i < count; i++) {
        float *greatest = &scales[int8_output(factor, i)];
        *greatest = fmaxf(*greatest, fabsf(values[i]));
    }
    for (int i = 0; i < int8_outputs(factor); i++)
        scales[i] /= GREATEST;
}

int int8_value(float w, float scale)
{
    if (!(scale > 0))
        return 0;
    float times = roundf(w / scale);
    return (int)fminf(fmaxf(times, -GREATEST), GREATEST);
}

/* The net's own values of a tensor of an operator. */
static float *values_of(const net *n, const net_operator *o, const operator_tensor *of)
{
    for (int i = 0; i < n->tensor_count; i++) {
        const tensor *t = &n->tensors[i];
        if (t->layer == o->layer && strcmp(t->shape.name, of->name) == 0)
            return n->params + t->offset;
    }
    return NULL;
}

static status round_factor(const operator_tensor *factor, float *values)
{
    size_t count = operator_tensor_count(factor);
    float *scales = malloc((size_t)int8_outputs(factor) * sizeof *scales);
    if (!scales)
        return status_fail(STATUS_MEMORY, "out of memory");
    int8_scales(factor, values, scales);
    for (size_t i = 0; i < count; i++) {
        float scale = scales[int8_output(factor, i)];
        values[i] = (float)int8_value(values[i], scale) * scale;
    }
    free(scales);
    return STATUS_OK;
}

status int8_round(net *n, const net_description *d)
{
    for (int i = 0; i < d->count; i++) {
        const net_operator *o = &d->operators[i];
        for (int k = 0; k < operator_tensors(o); k++) {
            float *values = o->tensors[k].is_factor ? values_of(n, o, &o->tensors[k]) : NULL;
            if (values)
                TRY(round_factor(&o->tensors[k], values));
        }
    }
    return STATUS_OK;
}
