/* nn/factor.c - factors as whole numbers.
 *
 * SPDX-License-Identifier: MIT */
#include "nn/factor.h"

#include <math.h>
#include <string.h>

#include "base/banned.h"

int factor_outputs(const operator_tensor *factor)
{
    return factor->sizes[factor->output_axis];
}

int factor_output(const operator_tensor *factor, size_t i)
{
    size_t apart = 1;
    for (int axis = factor->output_axis + 1; axis < operator_tensor_rank(factor); axis++)
        apart *= (size_t)factor->sizes[axis];
    return (int)(i / apart % (size_t)factor_outputs(factor));
}

void factor_scales(const operator_tensor *factor, const float *values, int most, float *scales)
{
    size_t count = operator_tensor_count(factor);
    memset(scales, 0, (size_t)factor_outputs(factor) * sizeof *scales);
    for (size_t i = 0; i < count; i++) {
        float *greatest = &scales[factor_output(factor, i)];
        *greatest = fmaxf(*greatest, fabsf(values[i]));
    }
    for (int i = 0; i < factor_outputs(factor); i++)
        scales[i] /= (float)most;
}

int factor_integer(float w, float scale, int most)
{
    if (!(scale > 0))
        return 0;
    float times = roundf(w / scale);
    return (int)fminf(fmaxf(times, (float)-most), (float)most);
}
