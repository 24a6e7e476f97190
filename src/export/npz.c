/* export/npz.c - a generator as an .npz for NumPy: its tensors under their names in the checkpoint,
 * and the operators that compute it as a text in JSON; and the names of classes, or known words.
 *
 * SPDX-License-Identifier: MIT */
#include "export/exporter.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/json.h"
#include "base/size.h"
#include "base/utf8.h"
#include "export/operators.h"
#include "format/npy.h"
#include "format/zip.h"

#include "base/banned.h"

/* An entry under construction: the header of an .npy, then its values. */
typedef struct entry {
    unsigned char *bytes, *values;
    size_t size;
} entry;

static status entry_open(entry *e, const char *type, const int *sizes, int rank, size_t bytes)
{
    *e = (entry){ 0 };
    e->bytes = size_add(bytes, NPY_HEADER_SIZE, &e->size) ? malloc(e->size) : NULL;
    if (!e->bytes)
        return status_fail(STATUS_MEMORY, "out of memory for an array of %zu bytes", bytes);
    e->values = e->bytes + npy_header_write(e->bytes, type, sizes, rank);
    return STATUS_OK;
}

/* Adds the entry as name.npy, and frees it. */
static status entry_add(entry *e, zip_writer *z, const text *name)
{
    text file = { 0 };
    text_add(&file, "%s.npy", name->data ? name->data : "");
    status s = text_check(name);
    if (s == STATUS_OK)
        s = text_check(&file);
    if (s == STATUS_OK)
        s = zip_add(z, file.data, e->bytes, e->size);
    text_free(&file);
    free(e->bytes);
    return s;
}

static status add_tensor(zip_writer *z, const subject *s, const net_operator *o,
                         const operator_tensor *t)
{
    entry e;
    text name = { 0 };
    size_t count = operator_tensor_count(t);
    TRY(entry_open(&e, "<f4", t->sizes, operator_tensor_rank(t), count * sizeof *t->data));
    bytes_put_floats(e.values, t->data, count);
    operator_tensor_name(&name, s->name, o, t);
    status result = entry_add(&e, z, &name);
    text_free(&name);
    return result;
}

/* A text is an array of no axes, whose type has the length; a character takes 4 bytes. */
static status add_text(zip_writer *z, const char *name, const char *value)
{
    entry e;
    text key = { 0 };
    char type[24];
    size_t n = 0;
    for (const char *at = value; *at != 0; n++)
        utf8_next(&at);
    snprintf(type, sizeof type, "<U%zu", n);
    TRY(entry_open(&e, type, NULL, 0, 4 * n));
    for (size_t i = 0; i < n; i++)
        bytes_put(e.values + 4 * i, utf8_next(&value), 4);
    text_add(&key, "%s", name);
    status result = entry_add(&e, z, &key);
    text_free(&key);
    return result;
}

/* The shape of a sample. */
static status add_sizes(zip_writer *z, image_shape shape)
{
    enum { SIZES = 3, SIZE = 4 };
    const int sizes[SIZES] = { shape.channels, shape.height, shape.width };
    entry e;
    text key = { 0 };
    TRY(entry_open(&e, "<i4", &(int){ SIZES }, 1, SIZES * SIZE));
    for (int i = 0; i < SIZES; i++)
        bytes_put(e.values + i * SIZE, (uint64_t)sizes[i], SIZE);
    text_add(&key, "shape");
    status result = entry_add(&e, z, &key);
    text_free(&key);
    return result;
}

static void add_shape(text *t, const char *key, image_shape s)
{
    json_begin(t, key, '[');
    json_add(t, NULL, "%d", s.channels);
    json_add(t, NULL, "%d", s.height);
    json_add(t, NULL, "%d", s.width);
    json_end(t, ']');
}

static void add_operator(text *t, const subject *s, const net_operator *o)
{
    json_begin(t, NULL, '{');
    json_add_string(t, "operator", o->name);
    add_shape(t, "from", o->from);
    add_shape(t, "to", o->to);
    if (o->added >= 0) {
        json_add(t, "added", "%d", o->added);
        add_shape(t, "beside", o->beside);
    }
    for (int i = 0; i < OPERATOR_MOST_ATTRIBUTES && o->attributes[i].name; i++) {
        const operator_attribute *a = &o->attributes[i];
        if (a->count > 1)
            json_begin(t, a->name, '[');
        for (int k = 0; k < a->count; k++)
            json_add_double(t, a->count > 1 ? NULL : a->name, a->values[k]);
        if (a->count > 1)
            json_end(t, ']');
    }
    for (int i = 0; i < operator_tensors(o); i++) {
        text name = { 0 };
        operator_tensor_name(&name, s->name, o, &o->tensors[i]);
        json_add_string(t, o->tensors[i].name, name.data);
        t->failed |= name.failed;
        text_free(&name);
    }
    json_end(t, '}');
}

static status add_operators(zip_writer *z, const subject *s)
{
    text t = { 0 };
    json_begin(&t, NULL, '[');
    for (int i = 0; i < s->net.count; i++)
        add_operator(&t, s, &s->net.operators[i]);
    json_end(&t, ']');
    status result = text_check(&t);
    if (result == STATUS_OK)
        result = add_text(z, "operators", t.data);
    text_free(&t);
    return result;
}

/* The classes or words. */
static status add_known(zip_writer *z, const told *of)
{
    text names = { 0 };
    if (of->kind == TOLD_NOTHING)
        return STATUS_OK;
    told_add_names(&names, of);
    status s = text_check(&names);
    if (s == STATUS_OK)
        s = add_text(z, told_names(of), names.data ? names.data : "");
    text_free(&names);
    return s;
}

static status add_entries(zip_writer *z, const subject *s)
{
    char crc[9];
    snprintf(crc, sizeof crc, "%08" PRIx32, s->crc);
    TRY(add_operators(z, s));
    TRY(add_sizes(z, s->sample));
    TRY(add_text(z, "spec", s->spec));
    TRY(add_text(z, "checkpoint", crc));
    TRY(add_known(z, &s->told));
    for (int i = 0; i < s->net.count; i++)
        for (int k = 0; k < operator_tensors(&s->net.operators[i]); k++)
            TRY(add_tensor(z, s, &s->net.operators[i], &s->net.operators[i].tensors[k]));
    return STATUS_OK;
}

static status npz_write(const subject *s, out_file *f)
{
    zip_writer z = { .file = f };
    return zip_end(&z, add_entries(&z, s));
}

const exporter npz_exporter = {
    .name = "npz",
    .help = "the tensors as NumPy arrays, and the operators as JSON",
    .write = npz_write,
};
