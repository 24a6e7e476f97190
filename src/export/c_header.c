/* export/c_header.c - a generator as one C99 file: its weights, and the function
 * generate(z, image), which uses math.h and allocates nothing.
 *
 * Operators that work in place do so; the others take turns between two static buffers, and the
 * last of them writes to the image.
 *
 * SPDX-License-Identifier: MIT */
#include "export/exporter.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "export/c_arrays.h"
#include "export/c_condition.h"
#include "export/c_functions.h"
#include "export/operators.h"

#include "base/banned.h"

enum { BUFFERS = 2 };

/* ---- the way of the values through the buffers ---- */

/* Where the values are: in z, in a buffer, or in the image. */
typedef struct route {
    int moves;             /* copies from one place to another that are still to come */
    int next;              /* the buffer to which the next one goes */
    size_t sizes[BUFFERS]; /* values */
    char at[24];           /* the place's name in C */
    bool is_input;         /* the place is z, which may not change */
    size_t kept;           /* values that are kept for a sum: the size of their buffer */
} route;

static bool moves(c_call call)
{
    return call == C_LINEAR || call == C_WINDOWS || call == C_RESIZE || call == C_JOIN;
}

/* Sets at to the place to which `values` values move. */
static void route_move(route *r, size_t values)
{
    r->moves--;
    r->is_input = false;
    if (r->moves == 0) {
        memcpy(r->at, "image", sizeof "image");
        return;
    }
    if (r->sizes[r->next] < values)
        r->sizes[r->next] = values;
    memcpy(r->at, r->next == 0 ? "generate_a" : "generate_b", sizeof "generate_a");
    r->next = !r->next;
}

/* Counts the moves. An operator that works in place, and a net that changes nothing, need a copy of
 * z. */
static status route_open(route *r, const subject *s)
{
    bool copies = true, first = true;
    *r = (route){ .at = "z", .is_input = true };
    for (int i = 0; i < s->net.count; i++) {
        const c_function *f;
        TRY(c_function_of(&s->net.operators[i], &f));
        if (f->call == C_NOTHING)
            continue;
        copies = first ? !moves(f->call) : copies;
        first = false;
        r->moves += moves(f->call);
    }
    r->moves += copies;
    return STATUS_OK;
}

/* ---- calls ---- */

static void add_copy(text *t, route *r, int values)
{
    char from[sizeof r->at];
    memcpy(from, r->at, sizeof from);
    route_move(r, (size_t)values);
    text_add(t,
             "    for (int i = 0; i < %d; i++)\n"
             "        %s[i] = %s[i];\n",
             values, r->at, from);
}

/* The first `count` tensors, then the scales of the first one. The first of them follows `first`.
 */
static void add_tensor_arguments(text *t, const net_operator *o, int count, bool int8,
                                 const char *first)
{
    for (int i = 0; i < count; i++) {
        text_add(t, "%s", i > 0 ? ", " : first);
        c_add_array_name(t, o, &o->tensors[i], "");
    }
    if (int8 && o->tensors[0].is_factor) {
        text_add(t, ", ");
        c_add_array_name(t, o, &o->tensors[0], "_scale");
    }
}

static void add_joining_call(text *t, const c_function *f, const subject *s, int i, route *r)
{
    const net_operator *o = &s->net.operators[i];
    char alpha[TEXT_NUMBER_SIZE];
    c_float_text(alpha, (float)operator_number(o, "alpha"));
    text_add(t, "    generate_%s(%s, %d, ", f->name, r->at, shape_size(o->from));
    route_move(r, (size_t)shape_size(o->to));
    text_add(t, "%s, generate_e + %d, %d, %d, %s", r->at, c_condition_offset(s, i),
             o->tensors[1].sizes[0], o->from.height * o->from.width, alpha);
    add_tensor_arguments(t, o, 2, s->int8, ",\n        ");
    text_add(t, ");\n");
}

static void add_moving_call(text *t, const c_function *f, const net_operator *o, route *r,
                            bool int8)
{
    image_shape a = o->from, b = o->to;
    text_add(t, "    generate_%s(%s, ", f->name, r->at);
    route_move(r, (size_t)shape_size(b));
    if (f->call == C_LINEAR)
        text_add(t, "%d, %s, %d", shape_size(a), r->at, shape_size(b));
    else if (f->call == C_RESIZE)
        text_add(t, "%d, %d, %d, %s, %d, %d", a.channels, a.height, a.width, r->at, b.height,
                 b.width);
    else
        text_add(t, "%d, %d, %d, %s, %d, %d, %d, %.0f, %.0f, %.0f", a.channels, a.height, a.width,
                 r->at, b.channels, b.height, b.width, operator_number(o, "kernel_shape"),
                 operator_number(o, "strides"), operator_number(o, "pads"));
    add_tensor_arguments(t, o, operator_tensors(o), int8,
                         f->call == C_WINDOWS ? ",\n        " : ", ");
    text_add(t, ");\n");
}

static void add_call_in_place(text *t, const c_function *f, const net_operator *o, route *r)
{
    image_shape s = o->from;
    if (r->is_input)
        add_copy(t, r, shape_size(s));
    text_add(t, "    generate_%s(%s, ", f->name, r->at);
    if (f->call == C_SCALE)
        text_add(t, "%d, %d", s.channels, s.height * s.width);
    else
        text_add(t, "%d", shape_size(s));
    add_tensor_arguments(t, o, operator_tensors(o), false, ", ");
    for (int i = 0; i < OPERATOR_MOST_ATTRIBUTES && o->attributes[i].name; i++) {
        char number[TEXT_NUMBER_SIZE];
        c_float_text(number, (float)o->attributes[i].values[0]);
        text_add(t, ", %s", number);
    }
    text_add(t, ");\n");
}

/* Where in their buffer the values lie that operator i adds: after those that are kept longer. */
static size_t kept_at(const subject *s, int i)
{
    size_t at = 0;
    for (int later = i + 1; later < s->net.count; later++) {
        const net_operator *o = &s->net.operators[later];
        if (o->added >= 0 && o->added <= s->net.operators[i].added)
            at += (size_t)shape_size(o->beside);
    }
    return at;
}

/* Before operator i: copies the value for all that add it later. */
static void add_keeping(text *t, const subject *s, int i, route *r)
{
    for (int later = i; later < s->net.count; later++) {
        const net_operator *o = &s->net.operators[later];
        if (o->added != i)
            continue;
        size_t at = kept_at(s, later), values = (size_t)shape_size(o->beside);
        r->kept = r->kept > at + values ? r->kept : at + values;
        text_add(t,
                 "    for (int i = 0; i < %zu; i++)\n"
                 "        generate_kept[%zu + i] = %s[i];\n",
                 values, at, r->at);
    }
}

static void add_sum(text *t, const c_function *f, const subject *s, int i, route *r)
{
    const net_operator *o = &s->net.operators[i];
    int n = shape_size(o->to);
    if (r->is_input)
        add_copy(t, r, n);
    size_t from = kept_at(s, i);
    if (f->call == C_ADD)
        text_add(t, "    generate_%s(%s, %d, generate_kept + %zu);\n", f->name, r->at, n, from);
    else
        text_add(t, "    generate_%s(%s, generate_kept + %zu, %d, %d, %d, %.0f);\n", f->name, r->at,
                 from, o->beside.channels, o->beside.height, o->beside.width,
                 operator_number(o, "scales"));
}

/* Adds the calls; *r has the sizes of the buffers then. */
static status add_calls(text *t, const subject *s, route *r)
{
    TRY(route_open(r, s));
    for (int i = 0; i < s->net.count; i++) {
        const net_operator *o = &s->net.operators[i];
        const c_function *f;
        TRY(c_function_of(o, &f));
        add_keeping(t, s, i, r);
        if (f->call == C_JOIN)
            add_joining_call(t, f, s, i, r);
        else if (o->added >= 0)
            add_sum(t, f, s, i, r);
        else if (moves(f->call))
            add_moving_call(t, f, o, r, s->int8);
        else if (f->call != C_NOTHING)
            add_call_in_place(t, f, o, r);
    }
    if (r->is_input)
        add_copy(t, r, shape_size(s->latent));
    return text_check(t);
}

/* ---- the file ---- */

/* The spec in a comment, broken between layers; it consists of letters, digits and ", ._-". */
static void add_spec(text *t, const char *spec)
{
    size_t column = C_WIDTH;
    for (size_t n; *spec != 0; spec += n) {
        spec += strspn(spec, " ");
        n = strcspn(spec, ",");
        n += spec[n] == ',';
        bool breaks = column + n + 1 > C_WIDTH;
        text_add(t, breaks ? "\n *     " : " ");
        text_add_bytes(t, spec, n);
        column = (breaks ? 7 : column + 1) + n;
    }
}

/* What the file states of its memory. */
typedef struct sizes {
    size_t constants, buffers; /* bytes */
} sizes;

/* The manual: how to call it, what z and the result are, what memory it takes. */
static void add_top(text *t, const subject *s, sizes size)
{
    const char *what = s->points ? "point" : "image";
    text_add(t,
             "/* A generator as a C99 function, written by gan %s from the checkpoint with the\n"
             " * CRC-32 %08" PRIx32 ":\n *",
             GAN_VERSION, s->crc);
    add_spec(t, s->spec);
    text_add(t,
             "\n *\n"
             " *     static float z[GENERATE_LATENT], %s[GENERATE_VALUES];\n",
             what);
    c_add_call(t, s, what);
    text_add(t,
             " *\n"
             " * z: independent normal random numbers (mean 0, deviation 1), of which it makes one "
             "%s:\n",
             what);
    if (s->points)
        text_add(t, " * its coordinates.\n");
    else
        text_add(t, " * (channels, height, width), from -1, black, to 1; the byte of a pixel is\n"
                    " * 255 (x + 1) / 2, rounded.\n");
    c_add_condition_manual(t, s);
    text_add(
        t,
        " *\n"
        " * It uses only math.h and allocates nothing: it has %zu bytes of constants%s and\n"
        " * %zu bytes of static buffers, for which only one call may run at a time. Everything "
        "is\n"
        " * static: include this file in one source file, C99 or C++. */\n",
        size.constants, s->int8 ? " (8-bit weights)" : "", size.buffers);
}

static void add_macros(text *t, const subject *s, const c_known *k, sizes size)
{
    text_add(t,
             "#ifdef GENERATE_LATENT\n"
             "#error \"a generator is included already; each needs a source file of its own\"\n"
             "#endif\n"
             "\n"
             "#include <math.h>\n"
             "\n"
             "#define GENERATE_LATENT %d\n"
             "#define GENERATE_CHANNELS %d\n"
             "#define GENERATE_HEIGHT %d\n"
             "#define GENERATE_WIDTH %d\n"
             "#define GENERATE_VALUES %d\n"
             "#define GENERATE_CONSTANT_BYTES %zu\n"
             "#define GENERATE_BUFFER_BYTES %zu\n",
             shape_size(s->latent), s->sample.channels, s->sample.height, s->sample.width,
             shape_size(s->sample), size.constants, size.buffers);
    c_add_condition_macros(t, s, k);
    text_add(t, "\n");
}

static bool uses(const subject *s, const c_function *f)
{
    for (int i = 0; i < s->net.count; i++) {
        const c_function *of;
        if (c_function_of(&s->net.operators[i], &of) == STATUS_OK && of == f)
            return true;
    }
    return false;
}

static void add_functions(text *t, const subject *s)
{
    for (int i = 0; c_function_nth(i); i++)
        if (c_function_nth(i)->source && uses(s, c_function_nth(i))) {
            c_function_add(t, c_function_nth(i), s->int8);
            text_add(t, "\n");
        }
}

static void add_buffers(text *t, const route *r)
{
    static const char *const names[BUFFERS] = { "generate_a", "generate_b" };
    for (int i = 0; i < BUFFERS; i++)
        if (r->sizes[i] > 0)
            text_add(t, "static float %s[%zu];\n", names[i], r->sizes[i]);
    if (r->kept > 0)
        text_add(t, "static float generate_kept[%zu];\n", r->kept);
}

static bool has_factor(const subject *s)
{
    for (int i = 0; i < s->net.count; i++)
        if (s->net.operators[i].tensors[0].is_factor)
            return true;
    return false;
}

static status add_all(c_file *c, const c_known *k, const char *calls, const route *r)
{
    const subject *s = c->subject;
    const sizes size = {
        .constants = c_tensor_bytes(s) + c_known_bytes(k),
        .buffers = (r->sizes[0] + r->sizes[1] + r->kept + (size_t)c_condition_values(s)) * 4,
    };
    add_top(&c->t, s, size);
    add_macros(&c->t, s, k, size);
    if (has_factor(s))
        text_add(&c->t, "typedef %s generate_weight;\n\n", s->int8 ? "signed char" : "float");
    TRY(c_add_tensors(c));
    TRY(c_add_known(c, k));
    text_add(&c->t, "\n");
    add_functions(&c->t, s);
    c_add_condition_functions(&c->t, s);
    add_buffers(&c->t, r);
    c_add_generate(&c->t, s, calls);
    return c_flush(c, true);
}

static status c_write(const subject *s, out_file *f)
{
    c_file c = { .subject = s, .file = f };
    c_known known;
    route r;
    text calls = { 0 };
    status result = c_known_open(&known, &s->told);
    if (result == STATUS_OK)
        result = add_calls(&calls, s, &r);
    if (result == STATUS_OK)
        result = add_all(&c, &known, calls.data, &r);
    c_known_close(&known);
    text_free(&calls);
    text_free(&c.t);
    return result;
}

const exporter c_exporter = {
    .name = "h",
    .help = "one C99 file with the weights and generate(z, image)",
    .takes_int8 = true,
    .write = c_write,
};
