/* checkpoint/write.c - a model becomes a file.
 *
 * SPDX-License-Identifier: MIT */
#include "checkpoint/checkpoint.h"

#include <string.h>

#include "base/bytes.h"
#include "base/file.h"
#include "checkpoint/layout.h"
#include "format/safetensors.h"

#include "base/banned.h"

static void put_double(unsigned char *to, double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    bytes_put(to, bits, sizeof bits);
}

static void sink_counts(sink *k, const model *m, int which)
{
    const net *n = form_net(m, which);
    unsigned char bytes[sizeof(int64_t)];
    bytes_put(bytes, form_batches(m, which), sizeof bytes);
    for (int i = 0; i < n->count; i++)
        if (form_counts_batches(n, i))
            sink_bytes(k, bytes, sizeof bytes);
}

static void sink_model(sink *k, const model *m, const text *header)
{
    unsigned char sums[METRIC_COUNT * sizeof(double)], length[SAFETENSORS_LENGTH];
    for (int i = 0; i < METRIC_COUNT; i++)
        put_double(sums + (size_t)i * sizeof(double), m->sums[i]);
    bytes_put(length, header->length, SAFETENSORS_LENGTH);
    sink_bytes(k, length, sizeof length);
    sink_bytes(k, header->data, header->length);
    sink_bytes(k, sums, sizeof sums);
    for (int i = 0; i < FORM_NETS; i++)
        sink_counts(k, m, i);
    for (int i = 0; i < FORM_NETS; i++)
        for (int b = 0; b < form_nets[i].blocks; b++) {
            form_part part = form_block(form_net(m, i), b);
            if (part.count > 0) /* of no bytes at NULL, zlib would start anew */
                sink_floats(k, part.values, part.count);
        }
}

/* The header with its checksum. */
static status make_summed_header(const model *m, text *header, uint32_t *crc)
{
    size_t data = 0;
    sink k = { 0 };
    TRY(form_header(m, header, &data));
    sink_model(&k, m, header);
    safetensors_put_crc(header->data, k.crc);
    *crc = k.crc;
    return STATUS_OK;
}

status checkpoint_crc(const model *m, uint32_t *crc)
{
    text header = { 0 };
    status s = make_summed_header(m, &header, crc);
    text_free(&header);
    return s;
}

status checkpoint_save(const model *m, const char *path)
{
    text header = { 0 };
    uint32_t crc = 0;
    sink k = { 0 };
    status s = make_summed_header(m, &header, &crc);
    if (s == STATUS_OK)
        s = out_open(&k.f, path);
    if (s == STATUS_OK) {
        sink_model(&k, m, &header);
        s = out_commit(k.f, k.result);
    }
    text_free(&header);
    return s;
}
