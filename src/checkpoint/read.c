/* checkpoint/read.c - a file becomes a model, or is refused.
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
#include <zlib.h>

#include "base/bytes.h"
#include "base/file.h"
#include "base/size.h"
#include "checkpoint/layout.h"
#include "format/safetensors.h"

#include "base/banned.h"

/* Values in a sample: as many as the readers of data sets allow. */
enum { MOST_SAMPLE_SIZE = 1 << 24 };

/* Floats read at a time: they stay in the cache from one pass over them to the next. */
enum { PART = 16384 };

static double get_double(const unsigned char *from)
{
    uint64_t bits = bytes_get(from, sizeof bits);
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* Exactly n bytes, into the checksum too. */
static status read_bytes(checkpoint *f, void *to, size_t n)
{
    TRY(file_read_exactly(f->fd, f->path, to, n));
    f->crc = (uint32_t)crc32_z(f->crc, to, n);
    return STATUS_OK;
}

static status read_header(checkpoint *f, char **header, size_t *n)
{
    safetensors_input in = { .path = f->path, .what = "gan checkpoint", .fd = f->fd };
    TRY(safetensors_read_header(&in, header, n));
    f->crc = in.crc;
    f->expected = in.expected;
    return STATUS_OK;
}

static status read_options(const checkpoint *f, const option_table *table, void *options)
{
    for (size_t i = 0; i < table->count; i++) {
        const option_row *row = &table->rows[i];
        const char *value = json_get(&f->metadata, row->name);
        if (!value)
            return status_fail(STATUS_FORMAT, "%s: its metadata lacks \"%s\"", f->path, row->name);
        if (option_set(row, options, value) != STATUS_OK)
            return status_within(STATUS_FORMAT, "%s: its metadata", f->path);
    }
    return STATUS_OK;
}

static status read_metadata(checkpoint *f, const char *header, size_t n, model_options *o,
                            form_position *p)
{
    const size_t start = sizeof "{\"__metadata__\":" - 1;
    size_t used = 0;
    if (json_read(&f->metadata, (const unsigned char *)header + start, n - start, &used) !=
        STATUS_OK)
        return status_within(STATUS_FORMAT, "%s: the metadata of its header", f->path);
    const char *format = json_get(&f->metadata, "format");
    if (!format || strcmp(format, form_name) != 0)
        return status_fail(STATUS_FORMAT, "%s: expected the format \"%s\", found \"%.40s\"",
                           f->path, form_name, format ? format : "");
    TRY(read_options(f, &model_option_table, o));
    TRY(read_options(f, &form_position_table, p));
    if (o->limit != 0 && o->limit != p->samples)
        return status_fail(STATUS_FORMAT, "%s: expected %d samples, its --limit, found %d", f->path,
                           o->limit, p->samples);
    if ((int64_t)p->height * p->width > MOST_SAMPLE_SIZE / p->channels)
        return status_fail(STATUS_FORMAT,
                           "%s: expected samples of at most %d values, found %dx%dx%d", f->path,
                           MOST_SAMPLE_SIZE, p->channels, p->height, p->width);
    return STATUS_OK;
}

static status set_position(const checkpoint *f, model *m, const form_position *p)
{
    uint64_t steps = model_epoch_steps(m);
    if (p->step >= steps || p->epoch > (UINT32_MAX - p->step) / steps)
        return status_fail(STATUS_FORMAT,
                           "%s: its position, epoch %" PRIu64 " and step %" PRIu64 " of %" PRIu64
                           ", is none",
                           f->path, p->epoch, p->step, steps);
    m->epoch = (uint32_t)p->epoch;
    m->step = (uint32_t)p->step;
    return STATUS_OK;
}

/* Before anything of the size of the tensors is allocated: are they there? */
static status check_size(const checkpoint *f, size_t expected)
{
    struct stat st;
    if (fstat(f->fd, &st) != 0)
        return status_fail_errno(STATUS_IO, errno, "%s: cannot read", f->path);
    if (S_ISREG(st.st_mode) && (uint64_t)st.st_size != expected)
        return status_fail(STATUS_FORMAT, "%s: expected %zu bytes, got %lld", f->path, expected,
                           (long long)st.st_size);
    return STATUS_OK;
}

/* A NUL lies behind both headers, and in our own there is none. */
static status expect_header(const checkpoint *f, const text *own, const char *header, size_t n)
{
    size_t at = 0;
    while (own->data[at] != 0 && own->data[at] == header[at])
        at++;
    if (at < n || at < own->length)
        return status_fail(STATUS_FORMAT,
                           "%s: its header is not the one that its metadata implies: at byte %zu "
                           "expected \"%.24s\", found \"%.24s\"",
                           f->path, at + SAFETENSORS_LENGTH, own->data + at, header + at);
    return STATUS_OK;
}

/* The header must be the one that we would write for this model. */
static status compare_header(const checkpoint *f, const model *m, const char *header, size_t n)
{
    text own = { 0 };
    size_t data = 0;
    status s = form_header(m, &own, &data);
    if (s == STATUS_OK)
        s = expect_header(f, &own, header, n);
    if (s == STATUS_OK)
        s = check_size(f, SAFETENSORS_LENGTH + n + data);
    text_free(&own);
    return s;
}

static status open_model(checkpoint *f, model *m, const char *header, size_t n)
{
    model_options o = { 0 };
    form_position p = { 0 };
    TRY(read_metadata(f, header, n, &o, &p));
    data_identity data = { p.channels, p.height, p.width, p.samples, (uint32_t)p.data_crc32 };
    if (model_open(m, &o, &data) != STATUS_OK)
        return status_within(STATUS_FORMAT, "%s: its metadata", f->path);
    status s = set_position(f, m, &p);
    if (s == STATUS_OK)
        s = compare_header(f, m, header, n);
    if (s != STATUS_OK)
        model_close(m);
    return s;
}

status checkpoint_open(checkpoint *f, model *m, const char *path)
{
    char *header = NULL;
    size_t n = 0;
    *f = (checkpoint){ .path = path, .fd = -1 };
    *m = (model){ 0 };
    if (file_is_folder(path))
        return status_fail(STATUS_FORMAT, "%s: is a folder, expected a checkpoint (model.bin)",
                           path);
    f->fd = file_open(path, O_RDONLY);
    if (f->fd < 0)
        return status_fail_errno(STATUS_IO, errno, "%s: cannot open", path);
    status s = read_header(f, &header, &n);
    if (s == STATUS_OK)
        s = open_model(f, m, header, n);
    free(header);
    return s;
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

/* One tensor of a block, into its memory or, where it has none, into the checksum only. */
static status read_tensor(checkpoint *f, int which, int b, const tensor *t, float *values)
{
    float unused[PART];
    for (size_t i = 0; i < t->count; i += PART) {
        size_t part = size_min(t->count - i, PART);
        float *to = values ? values + i : unused;
        char name[TENSOR_NAME_SIZE];
        TRY(read_bytes(f, to, part * sizeof *to));
        bytes_become_floats(to, part);
        if (!all_finite(to, part))
            return status_fail(STATUS_FORMAT, "%s: a number in the %s%s is not finite", f->path,
                               form_nets[which].name, form_suffixes[b]);
        tensor_name(t, name);
        if (t->shape.variance && !none_negative(to, part))
            return status_fail(STATUS_FORMAT, "%s: a variance in %s.%s is less than 0", f->path,
                               form_nets[which].name, name);
    }
    return STATUS_OK;
}

static status read_block(checkpoint *f, const model *m, int which, int b)
{
    form_part k = form_block(form_net(m, which), b);
    for (int i = 0; i < k.tensor_count; i++)
        TRY(read_tensor(f, which, b, &k.tensors[i],
                        k.values ? k.values + k.tensors[i].offset : NULL));
    return STATUS_OK;
}

/* The counts follow from the position. */
static status read_counts(checkpoint *f, const model *m, int which)
{
    const net *n = form_net(m, which);
    uint64_t expected = form_batches(m, which);
    for (int i = 0; i < n->count; i++) {
        unsigned char bytes[sizeof(int64_t)];
        if (!form_counts_batches(n, i))
            continue;
        TRY(read_bytes(f, bytes, sizeof bytes));
        if (bytes_get(bytes, sizeof bytes) != expected)
            return status_fail(STATUS_FORMAT,
                               "%s: %s.%d.num_batches_tracked: expected %" PRIu64
                               ", which follows from its position, found %" PRIu64,
                               f->path, form_nets[which].name, i, expected,
                               bytes_get(bytes, sizeof bytes));
    }
    return STATUS_OK;
}

status checkpoint_read(checkpoint *f, model *m)
{
    unsigned char sums[METRIC_COUNT * sizeof(double)], beyond;
    size_t more = 0;
    TRY(read_bytes(f, sums, sizeof sums));
    for (int i = 0; i < METRIC_COUNT; i++) {
        m->sums[i] = get_double(sums + (size_t)i * sizeof(double));
        if (!isfinite(m->sums[i]))
            return status_fail(STATUS_FORMAT, "%s: a number in metrics.sums is not finite",
                               f->path);
    }
    for (int i = 0; i < FORM_NETS; i++)
        TRY(read_counts(f, m, i));
    for (int i = 0; i < FORM_NETS; i++)
        for (int b = 0; b < form_nets[i].blocks; b++)
            TRY(read_block(f, m, i, b));
    if (f->crc != f->expected)
        return status_fail(STATUS_FORMAT,
                           "%s: is damaged: expected the CRC-32 %08" PRIx32 ", found %08" PRIx32,
                           f->path, f->expected, f->crc);
    TRY(file_read_some(f->fd, f->path, &beyond, 1, &more));
    if (more > 0)
        return status_fail(STATUS_FORMAT, "%s: continues after its last tensor", f->path);
    return STATUS_OK;
}

void checkpoint_close(checkpoint *f)
{
    if (f->fd >= 0)
        close(f->fd);
    json_free(&f->metadata);
    f->fd = -1;
}
