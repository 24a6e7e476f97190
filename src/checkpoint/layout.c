/* checkpoint/layout.c - the header of a checkpoint and the order of its tensors.
 *
 * SPDX-License-Identifier: MIT */
#include "checkpoint/layout.h"

#include <stdio.h>

#include "format/safetensors.h"

#include "base/banned.h"

const char form_name[] = "gan checkpoint 2";

#define AT(member) offsetof(form_position, member)
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
};
const option_table form_position_table = { position_rows,
                                           sizeof position_rows / sizeof *position_rows };

const char *const form_suffixes[FORM_BLOCKS] = { "", "", ".exp_avg", ".exp_avg_sq" };

const struct form_net_kind form_nets[FORM_NETS] = {
    { "generator", offsetof(model, generator), FORM_BLOCKS },
    { "generator_ema", offsetof(model, average), FORM_BUFFERS + 1 },
    { "discriminator", offsetof(model, discriminator), FORM_BLOCKS },
};

const net *form_net(const model *m, int i)
{
    return (const net *)((const char *)m + form_nets[i].offset);
}

form_part form_block(const net *n, int i)
{
    float *const values[FORM_BLOCKS] = { n->params, n->buffers, n->exp_avg, n->exp_avg_sq };
    if (i == FORM_BUFFERS)
        return (form_part){ values[i], n->buffer_count, n->buffer_tensors, n->buffer_tensor_count };
    return (form_part){ values[i], n->param_count, n->tensors, n->tensor_count };
}

uint64_t form_batches(const model *m, int which)
{
    uint64_t k = (uint64_t)m->options.d_steps;
    return model_total_steps(m) * (form_net(m, which) == &m->discriminator ? 2 * k + 1 : k);
}

bool form_counts_batches(const net *n, int i)
{
    return n->layers[i].ops->counts_batches;
}

static void add_net(text *t, const model *m, int which, size_t *offset)
{
    const net *n = form_net(m, which);
    for (int b = 0; b < form_nets[which].blocks; b++) {
        form_part k = form_block(n, b);
        for (int i = 0; i < k.tensor_count; i++) {
            const tensor *p = &k.tensors[i];
            char inner[TENSOR_NAME_SIZE], name[2 * TENSOR_NAME_SIZE + 32], shape[TENSOR_SIZES_SIZE];
            tensor_name(p, inner);
            snprintf(name, sizeof name, "%s%s.%s%s", b >= FORM_EXP_AVG ? "optimizer." : "",
                     form_nets[which].name, inner, form_suffixes[b]);
            tensor_sizes(&p->shape, ",", shape);
            safetensors_add(t, name, "F32", shape, offset, p->count * sizeof(float));
        }
    }
}

static void add_counts(text *t, const model *m, int which, size_t *offset)
{
    const net *n = form_net(m, which);
    for (int i = 0; i < n->count; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s.%d.num_batches_tracked", form_nets[which].name, i);
        if (form_counts_batches(n, i))
            safetensors_add(t, name, "I64", "", offset, sizeof(int64_t));
    }
}

status form_header(const model *m, text *t, size_t *data)
{
    char sums[16];
    form_position p = {
        .channels = m->data.channels,
        .height = m->data.height,
        .width = m->data.width,
        .samples = m->data.count,
        .data_crc32 = m->data.fingerprint,
        .epoch = m->epoch,
        .step = m->step,
    };
    *data = 0;
    safetensors_begin(t);
    json_add_string(t, "format", form_name);
    option_add_json(t, &model_option_table, SCOPE_CALL, &m->options);
    option_add_json(t, &form_position_table, SCOPE_CALL, &p);
    json_end(t, '}');
    snprintf(sums, sizeof sums, "%d", METRIC_COUNT);
    safetensors_add(t, "metrics.sums", "F64", sums, data, sizeof m->sums);
    for (int i = 0; i < FORM_NETS; i++)
        add_counts(t, m, i, data);
    for (int i = 0; i < FORM_NETS; i++)
        add_net(t, m, i, data);
    return safetensors_end(t);
}
