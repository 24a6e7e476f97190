/* train/from.c - a new run begins with the nets of another run's checkpoint.
 *
 * SPDX-License-Identifier: MIT */
#include "train/from.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/json.h"
#include "game/game.h"
#include "game/saved.h"

#include "base/banned.h"

/* ---- opening ---- */

status from_open(from *f, const char *path)
{
    text t = { 0 };
    *f = (from){ .file.file.fd = -1 };
    text_add(&t, "%s%s", path, file_is_folder(path) ? "/model.bin" : "");
    f->path = t.data;
    TRY(text_check(&t));
    status s = model_open_file(&f->source, &f->file, f->path);
    return s == STATUS_OK ? s : status_within(s, "--from");
}

void from_close(from *f)
{
    if (!f->path)
        return;
    checkpoint_close(&f->file);
    model_close(&f->source);
    text_free(&f->fresh);
    text_free(&f->json);
    free(f->path);
    *f = (from){ .file.file.fd = -1 };
}

void from_add_options(const from *f, const train_config *c, model_options *o)
{
    const model_options own = *o;
    const option_row *row;
    *o = f->source.options;
    if (config_origin_of(c, "lr", &row) != ORIGIN_DEFAULT) { /* a rate of all, unless also given */
        o->lr_g = own.lr_g;
        o->lr_d = own.lr_d;
    }
    o->seed = own.seed;
    o->limit = own.limit;
    o->lr_epochs = own.lr_epochs;
    for (size_t i = 0; i < model_option_table.count; i++)
        if (model_option_table.rows[i].type == OPTION_FLAG)
            option_copy(&model_option_table.rows[i], &own, o);
    config_copy_given(c, SCOPE_MODEL, o);
}

/* ---- copying ---- */

/* A net of the new run, and the one that it takes from. */
typedef struct pair {
    const char *name;
    const net *to, *source;
    bool same_conditions; /* they mean the same in both */
} pair;

/* A tensor with a row for each value of an encoded condition. */
static bool is_of_conditions(const net *n, const tensor *t)
{
    const layer *l = &n->layers[t->layer];
    return l->ops->joins_condition && t->shape.sizes[0] == l->conditions;
}

/* The tensors of a block in which tensor t of the new net is looked for. */
typedef struct tensor_list {
    const tensor *first;
    int count;
} tensor_list;

static tensor_list parameters_of(const net *n)
{
    return (tensor_list){ n->tensors, n->tensor_count };
}

static tensor_list buffers_of(const net *n)
{
    return (tensor_list){ n->buffer_tensors, n->buffer_tensor_count };
}

/* The tensor of the same name and sizes; NULL: there is none. */
static const tensor *find(const tensor *t, tensor_list in)
{
    char name[TENSOR_NAME_SIZE], other[TENSOR_NAME_SIZE];
    const tensor *end = in.first + in.count;
    tensor_name(t, name);
    for (const tensor *of = in.first; of < end; of++) {
        tensor_name(of, other);
        if (strcmp(name, other) == 0 &&
            memcmp(t->shape.sizes, of->shape.sizes, sizeof t->shape.sizes) == 0)
            return of;
    }
    return NULL;
}

static int count_of(tensor_list l, int place)
{
    int count = 0;
    for (int i = 0; i < l.count; i++)
        count += l.first[i].layer == place;
    return count;
}

static bool list_fits(const pair *p, int place, tensor_list own, tensor_list other)
{
    if (count_of(own, place) != count_of(other, place))
        return false;
    for (int i = 0; i < own.count; i++) {
        const tensor *t = &own.first[i];
        if (t->layer == place &&
            (!find(t, other) || (!p->same_conditions && is_of_conditions(p->to, t))))
            return false;
    }
    return true;
}

/* A layer is taken as a whole: a bias means nothing without its weight. */
static bool layer_fits(const pair *p, int place)
{
    return list_fits(p, place, parameters_of(p->to), parameters_of(p->source)) &&
           list_fits(p, place, buffers_of(p->to), buffers_of(p->source));
}

static void copy_list(int place, tensor_list own, tensor_list other, float *to, const float *source)
{
    for (int i = 0; i < own.count; i++) {
        const tensor *t = &own.first[i];
        if (t->layer == place)
            memcpy(to + t->offset, source + find(t, other)->offset, t->count * sizeof *to);
    }
}

/* What to do with each layer of the new nets that has tensors. */
typedef void (*each_layer)(from *f, const pair *p, int place, bool fits);

static void walk_pair(from *f, const pair *p, each_layer act)
{
    for (int i = 0; i < p->to->count; i++)
        if (count_of(parameters_of(p->to), i) + count_of(buffers_of(p->to), i) > 0)
            act(f, p, i, layer_fits(p, i));
}

static bool is_same(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

/* The examples are the names of the classes, unless there are words. */
static bool means_the_same(const data_identity *a, const data_identity *b)
{
    return is_same(a->words, b->words) && (a->words || is_same(a->examples, b->examples));
}

/* An average takes from the other average, or else from the net. */
static void walk(from *f, const model *m, each_layer act)
{
    for (int i = 0; i < m->game->player_count; i++) {
        const player *own = &m->players[i], *other = &f->source.players[i];
        bool same = means_the_same(&m->data, &f->source.data);
        const pair last = { own->name, &own->net, &other->net, same };
        const pair average = { own->average_name, &own->average,
                               other->average.count > 0 ? &other->average : &other->net, same };
        walk_pair(f, &last, act);
        if (own->average.count > 0)
            walk_pair(f, &average, act);
    }
}

static void take(from *f, const pair *p, int place, bool fits)
{
    (void)f;
    if (!fits || !p->to->params) /* another rank has it */
        return;
    copy_list(place, parameters_of(p->to), parameters_of(p->source), p->to->params,
              p->source->params);
    copy_list(place, buffers_of(p->to), buffers_of(p->source), p->to->buffers, p->source->buffers);
}

/* ---- saying ---- */

static void list(from *f, const pair *p, int place)
{
    text name = { 0 };
    text_add(&name, "%s.%d", p->name, place);
    json_add_string(&f->json, NULL, name.data ? name.data : "");
    f->json.failed |= name.failed;
    text_free(&name);
}

static void list_taken(from *f, const pair *p, int place, bool fits)
{
    if (!fits)
        return;
    f->taken++;
    list(f, p, place);
}

static void list_fresh(from *f, const pair *p, int place, bool fits)
{
    if (fits)
        return;
    text_add(&f->fresh, "%s%s.%d", f->fresh_count++ > 0 ? ", " : "", p->name, place);
    list(f, p, place);
}

static status describe(from *f, const model *m)
{
    text *t = &f->json;
    json_begin(t, NULL, '{');
    json_add_string(t, "path", f->path);
    json_add(t, "crc32", "\"%08" PRIx32 "\"", f->crc);
    json_add(t, "epoch", "%" PRIu32, f->source.epoch);
    json_add(t, "step", "%" PRIu32, f->source.step);
    json_begin(t, "taken", '[');
    walk(f, m, list_taken);
    json_end(t, ']');
    json_begin(t, "fresh", '[');
    walk(f, m, list_fresh);
    json_end(t, ']');
    json_end(t, '}');
    text_add(t, "\n");
    TRY(text_check(&f->fresh));
    return text_check(t);
}

/* ---- reading ---- */

/* Parameters and buffers only; the smallest pass is a row. */
static void plan(model *m, arena *a)
{
    for (int i = 0; i < m->game->player_count; i++) {
        net_plan(&m->players[i].net, a, 1, NET_SAMPLES, false);
        if (m->players[i].average.count > 0)
            net_plan(&m->players[i].average, a, 1, NET_SAMPLES, false);
    }
}

static status read_source(from *f, model *m)
{
    TRY(model_read(&f->source, &f->file));
    f->crc = f->file.file.crc;
    walk(f, m, take);
    TRY(describe(f, m));
    if (f->taken == 0)
        return status_fail(STATUS_USAGE,
                           "--from: no layer of %s has the place and the sizes of one in the nets "
                           "of this run; leave out --preset, --generator and --discriminator to "
                           "have its nets",
                           f->path);
    return STATUS_OK;
}

status from_read(from *f, model *m)
{
    arena a = { 0 };
    plan(&f->source, &a);
    TRY(arena_open(&a));
    plan(&f->source, &a);
    status s = read_source(f, m);
    checkpoint_close(&f->file);
    model_close(&f->source);
    arena_close(&a);
    return s == STATUS_FORMAT ? status_within(s, "--from") : s;
}
