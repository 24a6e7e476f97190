/* checkpoint/layout.c - the header of a checkpoint and the order of its tensors.
 *
 * SPDX-License-Identifier: MIT */
#include "checkpoint/layout.h"

#include <stdio.h>

#include "format/safetensors.h"

#include "base/banned.h"

const char layout_format[] = "gan checkpoint 2";

#define AT(member) offsetof(layout_position, member)
static const option_row position_rows[] = {
    { .name = "channels", .type = OPTION_INT, .offset = AT(channels), .least = 1, .most = 4096 },
    { .name = "height", .type = OPTION_INT, .offset = AT(height), .least = 1, .most = 65536 },
    { .name = "width", .type = OPTION_INT, .offset = AT(width), .least = 1, .most = 65536 },
    { .name = "samples",
      .type = OPTION_INT,
      .offset = AT(samples),
      .least = 1,
      .most = 2147483647 },
    { .name = "data_crc32", .type = OPTION_U64, .offset = AT(data_crc32), .most = UINT32_MAX },
    { .name = "epoch", .type = OPTION_U64, .offset = AT(epoch), .most = UINT32_MAX },
    { .name = "step", .type = OPTION_U64, .offset = AT(step), .most = UINT32_MAX },
    { .name = "augment_level",
      .type = OPTION_INT,
      .offset = AT(augment_level),
      .initial = "0",
      .least = 0,
      .most = 2147483647,
      .sparse = true },
    { .name = "conditions",
      .type = OPTION_INT,
      .offset = AT(conditions),
      .initial = "0",
      .least = 0,
      .most = 65536,
      .sparse = true },
    { .name = "words", .type = OPTION_TEXT, .offset = AT(words), .sparse = true },
    { .name = "examples", .type = OPTION_TEXT, .offset = AT(examples), .sparse = true },
};
const option_table layout_position_table = { position_rows,
                                             sizeof position_rows / sizeof *position_rows };

const char *const layout_suffixes[] = { "", "", ".exp_avg", ".exp_avg_sq" };

int layout_block_count(const checkpoint_net *n)
{
    return n->moments ? BLOCK_EXP_AVG_SQ + 1 : BLOCK_BUFFERS + 1;
}

layout_block layout_block_of(const net *n, int kind)
{
    float *const values[] = { n->params, n->buffers, n->exp_avg, n->exp_avg_sq };
    group_part all = { 0, n->param_count };
    if (kind == BLOCK_BUFFERS)
        return (layout_block){ n->buffers,
                               { 0, n->buffer_count },
                               n->buffer_count,
                               n->buffer_tensors,
                               n->buffer_tensor_count };
    return (layout_block){ values[kind], kind >= BLOCK_EXP_AVG ? n->share : all, n->param_count,
                           n->tensors, n->tensor_count };
}

bool layout_counts_batches(const net *n, int i)
{
    return n->layers[i].ops->counts_batches;
}

static void add_net(text *t, const checkpoint_net *n, size_t *offset)
{
    for (int b = 0; b < layout_block_count(n); b++) {
        layout_block block = layout_block_of(n->net, b);
        for (int i = 0; i < block.tensor_count; i++) {
            const tensor *p = &block.tensors[i];
            char inner[TENSOR_NAME_SIZE], name[2 * TENSOR_NAME_SIZE + 32], shape[TENSOR_SIZES_SIZE];
            tensor_name(p, inner);
            snprintf(name, sizeof name, "%s%s.%s%s", b >= BLOCK_EXP_AVG ? "optimizer." : "",
                     n->name, inner, layout_suffixes[b]);
            tensor_sizes(&p->shape, ",", shape);
            safetensors_add(t, name, "F32", shape, offset, p->count * sizeof(float));
        }
    }
}

static void add_counts(text *t, const checkpoint_net *n, size_t *offset)
{
    for (int i = 0; i < n->net->count; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s.%d.num_batches_tracked", n->name, i);
        if (layout_counts_batches(n->net, i))
            safetensors_add(t, name, "I64", "", offset, sizeof(int64_t));
    }
}

status layout_header(const checkpoint_state *s, text *t, size_t *data)
{
    const data_identity *d = &s->position.data;
    char sums[16];
    layout_position p = {
        .channels = d->channels,
        .height = d->height,
        .width = d->width,
        .samples = d->count,
        .data_crc32 = d->fingerprint,
        .epoch = s->position.epoch,
        .step = s->position.step,
        .augment_level = s->position.augment_level,
        .conditions = d->conditions,
        .words = d->words,
        .examples = d->examples,
    };
    *data = 0;
    safetensors_begin(t);
    json_add_string(t, "format", layout_format);
    option_add_json(t, s->table, SCOPE_CALL, s->options);
    option_add_json(t, &layout_position_table, SCOPE_CALL, &p);
    json_end(t, '}');
    snprintf(sums, sizeof sums, "%d", s->sum_count);
    safetensors_add(t, "metrics.sums", "F64", sums, data, (size_t)s->sum_count * sizeof *s->sums);
    for (int i = 0; i < s->net_count; i++)
        add_counts(t, &s->nets[i], data);
    for (int i = 0; i < s->net_count; i++)
        add_net(t, &s->nets[i], data);
    return safetensors_end(t);
}
