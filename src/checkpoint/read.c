/* checkpoint/read.c - a file becomes the state of a training, or is refused.
 *
 * SPDX-License-Identifier: MIT */
#include "checkpoint/checkpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/file.h"
#include "base/size.h"
#include "checkpoint/layout.h"

#include "base/banned.h"

/* Values in a sample: as many as the readers of data sets allow. */
enum { MOST_SAMPLE_SIZE = 1 << 24 };

/* Floats read at a time: they stay in the cache from one pass over them to the next. */
enum { PART = 16384 };

/* A text that is not what it should be makes the file wrong; out of memory stays what it is. */
static status wrong(status s)
{
    return s == STATUS_MEMORY ? s : STATUS_FORMAT;
}

static status read_options(const checkpoint *f, const option_table *table, void *options)
{
    for (size_t i = 0; i < table->count; i++) {
        const option_row *row = &table->rows[i];
        const char *value = json_get(&f->metadata, row->name);
        if (!value && row->sparse) {
            if (row->initial)
                TRY(option_set(row, options, row->initial));
            continue;
        }
        if (!value)
            return status_fail(STATUS_FORMAT, "%s: its metadata lacks \"%s\"", f->file.path,
                               row->name);
        status s = option_set(row, options, value);
        if (s != STATUS_OK)
            return status_within(wrong(s), "%s: its metadata", f->file.path);
    }
    return STATUS_OK;
}

/* The file does not say what its samples are, and its bytes are fixed: but only points of the plane
 * have this shape, as images have 1 or 3 channels. */
static sample_kind kind_of(const layout_position *p)
{
    return p->channels == 2 && p->height == 1 && p->width == 1 ? SAMPLE_POINT : SAMPLE_IMAGE;
}

static status read_position(const checkpoint *f, checkpoint_position *to)
{
    layout_position p = { 0 };
    TRY(read_options(f, &layout_position_table, &p));
    if ((int64_t)p.height * p.width > MOST_SAMPLE_SIZE / p.channels)
        return status_fail(STATUS_FORMAT,
                           "%s: expected samples of at most %d values, found %dx%dx%d",
                           f->file.path, MOST_SAMPLE_SIZE, p.channels, p.height, p.width);
    to->data = (data_identity){ .channels = p.channels,
                                .height = p.height,
                                .width = p.width,
                                .count = p.samples,
                                .fingerprint = (uint32_t)p.data_crc32,
                                .kind = kind_of(&p),
                                .conditions = p.conditions,
                                .words = p.words,
                                .examples = p.examples };
    to->epoch = (uint32_t)p.epoch;
    to->step = (uint32_t)p.step;
    to->augment_level = p.augment_level;
    return STATUS_OK;
}

static status read_metadata(checkpoint *f, const option_table *table, void *options,
                            checkpoint_position *p)
{
    status s = safetensors_read_metadata(&f->metadata, f->header, f->header_size);
    if (s != STATUS_OK)
        return status_within(wrong(s), "%s: the metadata of its header", f->file.path);
    const char *format = json_get(&f->metadata, "format");
    if (!format || strcmp(format, layout_format) != 0)
        return status_fail(STATUS_FORMAT, "%s: expected the format \"%s\", found \"%.40s\"",
                           f->file.path, layout_format, format ? format : "");
    TRY(read_options(f, table, options));
    return read_position(f, p);
}

status checkpoint_open(checkpoint *f, const char *path, const option_table *table, void *options,
                       checkpoint_position *p)
{
    *f = (checkpoint){ .file = { .path = path, .what = "gan checkpoint", .fd = -1 } };
    if (file_is_folder(path))
        return status_fail(STATUS_FORMAT, "%s: is a folder, expected a checkpoint (model.bin)",
                           path);
    f->file.fd = file_open(path, O_RDONLY);
    if (f->file.fd < 0)
        return status_fail_errno(STATUS_IO, errno, "%s: cannot open", path);
    TRY(safetensors_read_header(&f->file, &f->header, &f->header_size));
    return read_metadata(f, table, options, p);
}

/* Checked before anything as large as the tensors is allocated. */
static status check_size(const checkpoint *f, size_t expected)
{
    struct stat st;
    if (fstat(f->file.fd, &st) != 0)
        return status_fail_errno(STATUS_IO, errno, "%s: cannot read", f->file.path);
    if (S_ISREG(st.st_mode) && (uint64_t)st.st_size != expected)
        return status_fail(STATUS_FORMAT, "%s: expected %zu bytes, got %lld", f->file.path,
                           expected, (long long)st.st_size);
    return STATUS_OK;
}

/* Both headers end with a NUL, which occurs nowhere in our own. */
static status expect_header(const checkpoint *f, const text *own)
{
    size_t at = 0;
    while (own->data[at] != 0 && own->data[at] == f->header[at])
        at++;
    if (at < f->header_size || at < own->length)
        return status_fail(STATUS_FORMAT,
                           "%s: its header is not the one that its metadata implies: at byte %zu "
                           "expected \"%.24s\", found \"%.24s\"",
                           f->file.path, at + SAFETENSORS_LENGTH, own->data + at, f->header + at);
    return STATUS_OK;
}

status checkpoint_compare(const checkpoint *f, const checkpoint_state *s)
{
    text own = { 0 };
    size_t data = 0;
    status result = layout_header(s, &own, &data);
    if (result == STATUS_OK)
        result = expect_header(f, &own);
    if (result == STATUS_OK)
        result = check_size(f, SAFETENSORS_LENGTH + f->header_size + data);
    text_free(&own);
    return result;
}

/* ---- the data ---- */

static status read_sums(checkpoint *f, int n, double *sums)
{
    TRY(safetensors_read(&f->file, sums, (size_t)n * sizeof *sums));
    for (int i = 0; i < n; i++) {
        uint64_t bits = bytes_get((const unsigned char *)&sums[i], sizeof bits);
        memcpy(&sums[i], &bits, sizeof bits);
        if (!isfinite(sums[i]))
            return status_fail(STATUS_FORMAT, "%s: a number in metrics.sums is not finite",
                               f->file.path);
    }
    return STATUS_OK;
}

/* A float is finite unless all bits of its exponent are set; adding one to the exponent then
 * carries into the place of the sign. */
static bool all_finite(const float *x, size_t n)
{
    uint32_t carries = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, &x[i], sizeof bits);
        carries |= (bits & 0x7fffffff) + 0x00800000;
    }
    return carries >> 31 == 0;
}

static bool none_negative(const float *x, size_t n)
{
    bool none = true;
    for (size_t i = 0; i < n; i++)
        none &= x[i] >= 0;
    return none;
}

/* Where the floats from `at` on of a block go; *n: so many of them, and no more than that. NULL:
 * they have no memory here. */
static float *place_of(const layout_block *b, size_t at, size_t *n)
{
    bool is_before = at < b->here.begin;
    if (!b->values || at >= b->here.end)
        return NULL;
    *n = size_min(*n, (is_before ? b->here.begin : b->here.end) - at);
    return is_before ? NULL : b->values + (at - b->here.begin);
}

/* One tensor of a block, into its memory or, where it has none, into the checksum only. */
static status read_tensor(checkpoint *f, const char *owner, int kind, const layout_block *b,
                          const tensor *t)
{
    float unused[PART];
    for (size_t i = 0, part; i < t->count; i += part) {
        part = size_min(t->count - i, PART);
        float *own = place_of(b, t->offset + i, &part), *to = own ? own : unused;
        char name[TENSOR_NAME_SIZE];
        TRY(safetensors_read(&f->file, to, part * sizeof *to));
        bytes_become_floats(to, part);
        if (!all_finite(to, part))
            return status_fail(STATUS_FORMAT, "%s: a number in the %s%s is not finite",
                               f->file.path, owner, layout_suffixes[kind]);
        tensor_name(t, name);
        if (t->shape.variance && !none_negative(to, part))
            return status_fail(STATUS_FORMAT, "%s: a variance in %s.%s is less than 0",
                               f->file.path, owner, name);
    }
    return STATUS_OK;
}

static status read_blocks(checkpoint *f, const checkpoint_net *n)
{
    for (int b = 0; b < layout_block_count(n); b++) {
        layout_block block = layout_block_of(n->net, b);
        for (int i = 0; i < block.tensor_count; i++)
            TRY(read_tensor(f, n->name, b, &block, &block.tensors[i]));
    }
    return STATUS_OK;
}

/* The counts follow from the position. */
static status read_counts(checkpoint *f, const checkpoint_net *n)
{
    for (int i = 0; i < n->net->count; i++) {
        unsigned char bytes[sizeof(int64_t)];
        if (!layout_counts_batches(n->net, i))
            continue;
        TRY(safetensors_read(&f->file, bytes, sizeof bytes));
        uint64_t found = bytes_get(bytes, sizeof bytes);
        if (found != n->batches)
            return status_fail(STATUS_FORMAT,
                               "%s: %s.%d.num_batches_tracked: expected %" PRIu64
                               ", which follows from its position, found %" PRIu64,
                               f->file.path, n->name, i, n->batches, found);
    }
    return STATUS_OK;
}

status checkpoint_read(checkpoint *f, const checkpoint_state *s, double *sums)
{
    TRY(read_sums(f, s->sum_count, sums));
    for (int i = 0; i < s->net_count; i++)
        TRY(read_counts(f, &s->nets[i]));
    for (int i = 0; i < s->net_count; i++)
        TRY(read_blocks(f, &s->nets[i]));
    return safetensors_read_end(&f->file);
}

void checkpoint_close(checkpoint *f)
{
    if (f->file.fd >= 0)
        close(f->file.fd);
    free(f->header);
    json_free(&f->metadata);
    *f = (checkpoint){ .file.fd = -1 };
}
