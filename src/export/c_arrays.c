/* export/c_arrays.c - the constants of a C header.
 *
 * SPDX-License-Identifier: MIT */
#include "export/c_arrays.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/system.h"
#include "export/int8.h"
#include "export/operators.h"

#include "base/banned.h"

enum { FLUSH_SIZE = 1 << 16 };

status c_flush(c_file *c, bool all)
{
    if (c->t.length < FLUSH_SIZE && !all)
        return STATUS_OK;
    TRY(text_check(&c->t));
    TRY(out_write(c->file, c->t.data, c->t.length));
    text_free(&c->t);
    c->t = (text){ 0 };
    return STATUS_OK;
}

/* 9 digits are enough for any. */
void c_float_text(char out[TEXT_NUMBER_SIZE], float x)
{
    system_print_double(out, TEXT_NUMBER_SIZE - 3, 9, (double)x);
    memcpy(out + strlen(out), strpbrk(out, ".e") ? "f" : ".0f", strpbrk(out, ".e") ? 2 : 4);
}

void c_add_array_name(text *t, const net_operator *o, const operator_tensor *of, const char *suffix)
{
    text_add(t, "generate_%d_%s%s", o->layer, of->name, suffix);
}

/* Element i of an array; *column is the end of the line. */
static status add_element(c_file *c, size_t i, const char *value, size_t *column)
{
    size_t length = strlen(value);
    bool breaks = i == 0 || *column + length + 2 > C_WIDTH;
    text_add(&c->t, "%s%s%s", i == 0 ? "" : ",", breaks ? "\n    " : " ", value);
    *column = (breaks ? 4 : *column + 2) + length;
    return c_flush(c, false);
}

static status add_floats(c_file *c, const float *values, size_t n)
{
    size_t column = 0;
    for (size_t i = 0; i < n; i++) {
        char number[TEXT_NUMBER_SIZE];
        c_float_text(number, values[i]);
        TRY(add_element(c, i, number, &column));
    }
    text_add(&c->t, "\n};\n");
    return STATUS_OK;
}

static void begin_array(c_file *c, const net_operator *o, const operator_tensor *of,
                        const char *type, const char *suffix, size_t n)
{
    text_add(&c->t, "static const %s ", type);
    c_add_array_name(&c->t, o, of, suffix);
    text_add(&c->t, "[%zu] = {", n);
}

static status add_integers(c_file *c, const operator_tensor *factor, const float *scales)
{
    size_t n = operator_tensor_count(factor), column = 0;
    for (size_t i = 0; i < n; i++) {
        char number[TEXT_NUMBER_SIZE];
        snprintf(number, sizeof number, "%d",
                 factor_integer(factor->data[i], scales[factor_output(factor, i)], INT8_MOST));
        TRY(add_element(c, i, number, &column));
    }
    text_add(&c->t, "\n};\n");
    return STATUS_OK;
}

/* A factor as integers and their scales. */
static status add_int8(c_file *c, const net_operator *o, const operator_tensor *factor)
{
    size_t outputs = (size_t)factor_outputs(factor);
    float *scales = malloc(outputs * sizeof *scales);
    if (!scales)
        return status_fail(STATUS_MEMORY, "out of memory");
    factor_scales(factor, factor->data, INT8_MOST, scales);
    begin_array(c, o, factor, "generate_weight", "", operator_tensor_count(factor));
    status s = add_integers(c, factor, scales);
    if (s == STATUS_OK) {
        begin_array(c, o, factor, "float", "_scale", outputs);
        s = add_floats(c, scales, outputs);
    }
    free(scales);
    return s;
}

static status add_tensor(c_file *c, const net_operator *o, const operator_tensor *of)
{
    size_t n = operator_tensor_count(of);
    if (c->subject->int8 && of->is_factor)
        return add_int8(c, o, of);
    begin_array(c, o, of, "float", "", n);
    return add_floats(c, of->data, n);
}

status c_add_tensors(c_file *c)
{
    const net_description *d = &c->subject->net;
    for (int i = 0; i < d->count; i++)
        for (int k = 0; k < operator_tensors(&d->operators[i]); k++)
            TRY(add_tensor(c, &d->operators[i], &d->operators[i].tensors[k]));
    return STATUS_OK;
}

status c_add_numbers(c_file *c, const char *name, const uint32_t *values, size_t rows, int columns)
{
    size_t column = 0;
    text_add(&c->t, "static const unsigned generate_%s[%zu]", name, rows);
    if (columns > 1)
        text_add(&c->t, "[%d]", columns);
    text_add(&c->t, " = {");
    for (size_t i = 0; i < rows; i++) {
        char row[C_MOST_COLUMNS * 16];
        int length = columns > 1 ? snprintf(row, sizeof row, "{ ") : 0;
        for (int k = 0; k < columns; k++)
            length += snprintf(row + length, sizeof row - (size_t)length, "%s%" PRIu32 "u",
                               k > 0 ? ", " : "", *values++);
        snprintf(row + length, sizeof row - (size_t)length, "%s", columns > 1 ? " }" : "");
        TRY(add_element(c, i, row, &column));
    }
    text_add(&c->t, "\n};\n");
    return STATUS_OK;
}

static size_t bytes_of(const subject *s, const operator_tensor *of)
{
    bool integers = s->int8 && of->is_factor;
    return operator_tensor_count(of) * (integers ? 1 : 4) +
           (integers ? (size_t)factor_outputs(of) * 4 : 0);
}

size_t c_tensor_bytes(const subject *s)
{
    size_t bytes = 0;
    for (int i = 0; i < s->net.count; i++)
        for (int k = 0; k < operator_tensors(&s->net.operators[i]); k++)
            bytes += bytes_of(s, &s->net.operators[i].tensors[k]);
    return bytes;
}
