/* report/weights.c - the tensors of a net as texts of a page.
 *
 * SPDX-License-Identifier: MIT */
#include "report/weights.h"

#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/json.h"
#include "nn/factor.h"
#include "report/encode.h"

#include "base/banned.h"

static size_t packed_size(size_t count, size_t outputs)
{
    return 2 * count + base64_size(outputs * sizeof(float));
}

static size_t float_size(size_t count)
{
    return base64_size(count * sizeof(float));
}

bool weights_packed(const operator_tensor *t)
{
    size_t count = operator_tensor_count(t);
    return t->is_factor && packed_size(count, (size_t)factor_outputs(t)) < float_size(count);
}

/* ---- floats ---- */

static size_t floats_of(const operator_tensor *t)
{
    return weights_packed(t) ? (size_t)factor_outputs(t) : operator_tensor_count(t);
}

static void copy_floats(const operator_tensor *t, float *to)
{
    if (weights_packed(t))
        factor_scales(t, t->data, WEIGHTS_MOST, to);
    else
        memcpy(to, t->data, operator_tensor_count(t) * sizeof *to);
}

/* ---- integers ---- */

static void add_digit(char out[WEIGHTS_DIGITS], int *n, int c)
{
    if (c != '"' && c != '<' && c != '\\')
        out[(*n)++] = (char)c;
}

static void add_integers(text *t, const operator_tensor *factor, const float *scales)
{
    enum { PART = 2048 };
    char digits[WEIGHTS_DIGITS], out[2 * PART];
    size_t count = operator_tensor_count(factor);
    int n = 0;
    for (int c = '!'; c <= '~'; c++)
        add_digit(digits, &n, c);
    for (size_t at = 0; at < count; at += PART) {
        size_t end = count - at < PART ? count : at + PART, length = 0;
        for (size_t i = at; i < end; i++) {
            int x = factor_integer(factor->data[i], scales[factor_output(factor, i)], WEIGHTS_MOST);
            out[length++] = digits[(x + WEIGHTS_MOST) / WEIGHTS_DIGITS];
            out[length++] = digits[(x + WEIGHTS_MOST) % WEIGHTS_DIGITS];
        }
        text_add_bytes(t, out, length);
    }
}

/* ---- both ---- */

static void add_tensors(text *t, const net_description *d, float *floats)
{
    float *at = floats;
    json_add(t, "integers", "\"");
    for (int i = 0; i < d->count; i++)
        for (int k = 0; k < OPERATOR_MOST_TENSORS && d->operators[i].tensors[k].name; k++) {
            const operator_tensor *x = &d->operators[i].tensors[k];
            copy_floats(x, at);
            if (weights_packed(x))
                add_integers(t, x, at);
            at += floats_of(x);
        }
    text_add(t, "\"");
    encode_floats(t, "floats", floats, (size_t)(at - floats));
}

void weights_add(text *t, const net_description *d)
{
    size_t count = 0;
    for (int i = 0; i < d->count; i++)
        for (int k = 0; k < OPERATOR_MOST_TENSORS && d->operators[i].tensors[k].name; k++)
            count += floats_of(&d->operators[i].tensors[k]);
    float *floats = malloc((count + 1) * sizeof *floats);
    t->failed |= !floats;
    if (floats)
        add_tensors(t, d, floats);
    free(floats);
}

/* Outputs are counted by one of the first two axes; base 64 of several tensors together takes no
 * more than that of each. */
size_t weights_most(const net *n)
{
    size_t sum = 0;
    for (int i = 0; i < n->tensor_count; i++) {
        const tensor *t = &n->tensors[i];
        const int *sizes = t->shape.sizes;
        size_t outputs = (size_t)(sizes[0] > sizes[1] ? sizes[0] : sizes[1]);
        size_t packed = packed_size(t->count, outputs), floats = float_size(t->count);
        sum += sizes[1] > 0 && packed < floats ? packed : floats;
    }
    return sum;
}
