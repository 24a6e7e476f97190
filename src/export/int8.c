/* export/int8.c - weights as 8-bit integers.
 *
 * SPDX-License-Identifier: MIT */
#include "export/int8.h"

#include <stdlib.h>
#include <string.h>

#include "export/operators.h"
#include "nn/factor.h"

#include "base/banned.h"

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
    float *scales = malloc((size_t)factor_outputs(factor) * sizeof *scales);
    if (!scales)
        return status_fail(STATUS_MEMORY, "out of memory");
    factor_scales(factor, values, INT8_MOST, scales);
    for (size_t i = 0; i < count; i++) {
        float scale = scales[factor_output(factor, i)];
        values[i] = (float)factor_integer(values[i], scale, INT8_MOST) * scale;
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
