/* checkpoint/write.c - the state of a training becomes a file.
 *
 * SPDX-License-Identifier: MIT */
#include "checkpoint/checkpoint.h"

#include <string.h>

#include "base/bytes.h"
#include "base/file.h"
#include "base/size.h"
#include "checkpoint/layout.h"
#include "format/safetensors.h"
#include "nn/adam.h"

#include "base/banned.h"

static void sink_double(sink *k, double x)
{
    uint64_t bits;
    unsigned char bytes[sizeof bits];
    memcpy(&bits, &x, sizeof bits);
    bytes_put(bytes, bits, sizeof bytes);
    sink_bytes(k, bytes, sizeof bytes);
}

static void sink_counts(sink *k, const checkpoint_net *n)
{
    unsigned char bytes[sizeof(int64_t)];
    bytes_put(bytes, n->batches, sizeof bytes);
    for (int i = 0; i < n->net->count; i++)
        if (layout_counts_batches(n->net, i))
            sink_bytes(k, bytes, sizeof bytes);
}

/* What the other ranks bring (checkpoint_bring), each its share. */
static void sink_received(sink *k, group g, size_t count)
{
    enum { PART = 16384 };
    float part[PART];
    for (size_t n; count > 0; count -= n) {
        n = size_min(count, PART);
        group_receive(g, part, n * sizeof *part);
        sink_floats(k, part, n);
    }
}

static void sink_blocks(sink *k, const checkpoint_net *n)
{
    for (int b = 0; b < layout_block_count(n); b++) {
        layout_block block = layout_block_of(n->net, b);
        if (block.here.end > 0) /* given no bytes at NULL, zlib would start its sum again */
            sink_floats(k, block.values, block.here.end);
        sink_received(k, n->net->group, block.count - block.here.end);
    }
}

static void sink_state(sink *k, const checkpoint_state *s, const text *header)
{
    unsigned char length[SAFETENSORS_LENGTH];
    bytes_put(length, header->length, SAFETENSORS_LENGTH);
    sink_bytes(k, length, sizeof length);
    sink_bytes(k, header->data, header->length);
    for (int i = 0; i < s->sum_count; i++)
        sink_double(k, s->sums[i]);
    for (int i = 0; i < s->net_count; i++)
        sink_counts(k, &s->nets[i]);
    for (int i = 0; i < s->net_count; i++)
        sink_blocks(k, &s->nets[i]);
}

/* The header with its checksum. */
static status make_summed_header(const checkpoint_state *s, text *header, uint32_t *crc)
{
    size_t data = 0;
    sink k = { 0 };
    TRY(layout_header(s, header, &data));
    sink_state(&k, s, header);
    safetensors_put_crc(header->data, k.crc);
    *crc = k.crc;
    return STATUS_OK;
}

status checkpoint_crc(const checkpoint_state *s, uint32_t *crc)
{
    text header = { 0 };
    status result = make_summed_header(s, &header, crc);
    text_free(&header);
    return result;
}

/* What did not come has been written as zeros. */
static status all_brought(const checkpoint_state *s)
{
    for (int i = 0; i < s->net_count; i++)
        TRY(group_status(s->nets[i].net->group));
    return STATUS_OK;
}

status checkpoint_save(const checkpoint_state *s, const char *path)
{
    text header = { 0 };
    uint32_t crc = 0;
    sink k = { 0 };
    status result = make_summed_header(s, &header, &crc);
    if (result == STATUS_OK)
        result = out_open(&k.f, path);
    if (result == STATUS_OK) {
        sink_state(&k, s, &header);
        status brought = all_brought(s);
        result = out_commit(k.f, brought == STATUS_OK ? k.result : brought);
    }
    text_free(&header);
    return result;
}

void checkpoint_bring(const checkpoint_state *s)
{
    for (int i = 0; i < 2 * s->net_count; i++) { /* into the checksum, then into the file */
        const checkpoint_net *n = &s->nets[i % s->net_count];
        for (int b = 0; b < layout_block_count(n); b++) {
            layout_block block = layout_block_of(n->net, b);
            if (b >= BLOCK_EXP_AVG)
                group_bring(n->net->group, block.count, ADAM_CHUNK, sizeof *block.values,
                            block.values);
        }
    }
}
