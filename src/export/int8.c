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

int int8_outputs(const net_operator *o)
{
    return o->tensors[0].sizes[o->output_axis];
}

int int8_output(const net_operator *o, size_t i)
{
    size_t apart = 1;
    for (int axis = o->output_axis + 1; axis < operator_tensor_rank(&o->tensors[0]); axis++)
        apart *= (size_t)o->tensors[0].sizes[axis];
    return (int)(i / apart % (size_t)int8_outputs(o));
}

void int8_scales(const net_operator *o, const float *weight, float *scales)
{
    size_t count = operator_tensor_count(&o->tensors[0]);
    memset(scales, 0, (size_t)int8_outputs(o) * sizeof *scales);
    for (size_t i = 0; i < count; i++) {
        float *greatest = &scales[int8_output(o, i)];
        *greatest = fmaxf(*greatest, fabsf(weight[i]));
    }
    for (int i = 0; i < int8_outputs(o); i++)
        scales[i] /= GREATEST;
}

int int8_value(float w, float scale)
{
    if (!(scale > 0))
        return 0;
    float times = roundf(w / scale);
    return (int)fminf(fmaxf(times, -GREATEST), GREATEST);
}

/* The net's own weight of an operator. */
static float *weight_of(const net *n, const net_operator *o)
{
    for (int i = 0; i < n->tensor_count; i++) {
        const tensor *t = &n->tensors[i];
        if (t->layer == o->layer && strcmp(t->shape.name, o->tensors[0].name) == 0)
            return n->params + t->offset;
    }
    return NULL;
}

static void round_weight(const net_operator *o, float *weight, float *scales)
{
    size_t count = operator_tensor_count(&o->tensors[0]);
    int8_scales(o, weight, scales);
    for (size_t i = 0; i < count; i++) {
        float scale = scales[int8_output(o, i)];
        weight[i] = (float)int8_value(weight[i], scale) * scale;
    }
}

status int8_round(net *n, const net_description *d)
{
    for (int i = 0; i < d->count; i++) {
        const net_operator *o = &d->operators[i];
        float *weight = o->role == OPERATOR_PRODUCT ? weight_of(n, o) : NULL;
        if (!weight)
            continue;
        float *scales = malloc((size_t)int8_outputs(o) * sizeof *scales);
        if (!scales)
            return status_fail(STATUS_MEMORY, "out of memory");
        round_weight(o, weight, scales);
        free(scales);
    }
    return STATUS_OK;
}
