/* train/log_events.c - events.out.tfevents: a run for TensorBoard, one event an epoch.
 *
 * An event is a message of tensorflow/core/util/event.proto: wall_time 1 (double), step 2,
 * file_version 3, summary 5; a summary (framework/summary.proto) is values 1; a value has a tag 1
 * and a number, simple_value 2 (float), or a picture, image 4: height 1, width 2, colorspace 3,
 * encoded_image_string 4. The step is the epoch.
 *
 * The pictures are copied from their files, block by block: no memory depends on their size.
 *
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "format/protobuf.h"
#include "format/tfrecord.h"
#include "train/log.h"

#include "base/banned.h"

enum event_field { EVENT_TIME = 1, EVENT_STEP = 2, EVENT_VERSION = 3, EVENT_SUMMARY = 5 };
enum { SUMMARY_VALUE = 1, VALUE_TAG = 1, VALUE_NUMBER = 2, VALUE_IMAGE = 4 };
enum image_field { IMAGE_HEIGHT = 1, IMAGE_WIDTH = 2, IMAGE_CHANNELS = 3, IMAGE_BYTES = 4 };

/* A picture in the event: what stands before its bytes, and the open file that has them. */
typedef struct event_picture {
    const char *path; /* NULL: there is none */
    int fd;
    uint64_t size;
    text head;
} event_picture;

typedef struct event {
    text head, values; /* until the numbers; the numbers */
    event_picture pictures[LOG_PICTURES];
} event;

/* ---- numbers ---- */

/* The epoch is the step, and a NaN an empty cell. */
static void add_numbers(text *values, const epoch_metrics *e)
{
    for (int i = 1; metrics_column(i); i++) {
        double x = metrics_value(e, metrics_column(i));
        text value = { 0 }, tag = { 0 };
        if (isnan(x))
            continue;
        text_add(&tag, "metrics/%s", metrics_column(i));
        if (tag.data)
            protobuf_add_string(&value, VALUE_TAG, tag.data);
        protobuf_add_float(&value, VALUE_NUMBER, (float)x);
        values->failed |= tag.failed;
        text_free(&tag);
        protobuf_add_message(values, SUMMARY_VALUE, &value);
    }
}

/* ---- pictures ---- */

static uint32_t big_endian(const unsigned char *b)
{
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* Opens a PNG and makes what stands before its bytes: its header has its sizes. */
static status open_picture(event_picture *p, const char *tag)
{
    enum { HEADER = 26, WIDTH = 16, HEIGHT = 20, KIND = 25 };
    unsigned char header[HEADER];
    struct stat st;
    p->fd = file_open(p->path, O_RDONLY);
    if (p->fd < 0 || fstat(p->fd, &st) != 0)
        return status_fail_errno(STATUS_IO, errno, "%s: cannot open", p->path);
    p->size = (uint64_t)st.st_size;
    TRY(file_read_exactly(p->fd, p->path, header, sizeof header));
    if (lseek(p->fd, 0, SEEK_SET) != 0)
        return status_fail_errno(STATUS_IO, errno, "%s: cannot read", p->path);
    text image = { 0 }, value = { 0 };
    protobuf_add_int(&image, IMAGE_HEIGHT, big_endian(header + HEIGHT));
    protobuf_add_int(&image, IMAGE_WIDTH, big_endian(header + WIDTH));
    protobuf_add_int(&image, IMAGE_CHANNELS, header[KIND] == 0 ? 1 : 3);
    protobuf_add_length(&image, IMAGE_BYTES, p->size);
    protobuf_add_string(&value, VALUE_TAG, tag);
    protobuf_add_length(&value, VALUE_IMAGE, image.length + p->size);
    if (image.data)
        text_add_bytes(&value, image.data, image.length);
    protobuf_add_length(&p->head, SUMMARY_VALUE, value.length + p->size);
    if (value.data)
        text_add_bytes(&p->head, value.data, value.length);
    p->head.failed |= image.failed || value.failed;
    text_free(&image);
    text_free(&value);
    return text_check(&p->head);
}

static status copy_picture(tfrecord *r, const event_picture *p)
{
    unsigned char block[1 << 14];
    for (uint64_t left = p->size; left > 0;) {
        size_t part = left < sizeof block ? (size_t)left : sizeof block;
        TRY(file_read_exactly(p->fd, p->path, block, part));
        TRY(tfrecord_add(r, block, part));
        left -= part;
    }
    return STATUS_OK;
}

/* ---- the event ---- */

static void add_moment(text *t)
{
    protobuf_add_double(t, EVENT_TIME, (double)time(NULL));
}

static status make_event(event *v, const log_epoch *e)
{
    static const char *const tags[LOG_PICTURES] = { "samples/epoch", "samples/random" };
    uint64_t size;
    if (e->metrics)
        add_numbers(&v->values, e->metrics);
    size = v->values.length;
    for (int i = 0; i < LOG_PICTURES; i++) {
        event_picture *p = &v->pictures[i];
        p->path = e->pictures[i];
        if (!p->path)
            continue;
        TRY(open_picture(p, tags[i]));
        size += p->head.length + p->size;
    }
    add_moment(&v->head);
    protobuf_add_int(&v->head, EVENT_STEP, e->number);
    protobuf_add_length(&v->head, EVENT_SUMMARY, size);
    TRY(text_check(&v->values));
    return text_check(&v->head);
}

static uint64_t event_size(const event *v)
{
    uint64_t size = v->head.length + v->values.length;
    for (int i = 0; i < LOG_PICTURES; i++)
        if (v->pictures[i].path)
            size += v->pictures[i].head.length + v->pictures[i].size;
    return size;
}

static status write_text(tfrecord *r, const text *t)
{
    return t->length > 0 ? tfrecord_add(r, t->data, t->length) : STATUS_OK;
}

static status write_event(out_file *f, const event *v)
{
    tfrecord r;
    TRY(tfrecord_begin(&r, f, event_size(v)));
    TRY(write_text(&r, &v->head));
    TRY(write_text(&r, &v->values));
    for (int i = 0; i < LOG_PICTURES; i++) {
        const event_picture *p = &v->pictures[i];
        if (!p->path)
            continue;
        TRY(write_text(&r, &p->head));
        TRY(copy_picture(&r, p));
    }
    return tfrecord_end(&r);
}

/* The first event of every file. */
static status write_version(out_file *f)
{
    tfrecord r;
    text t = { 0 };
    add_moment(&t);
    protobuf_add_string(&t, EVENT_VERSION, "brain.Event:2");
    status s = text_check(&t);
    if (s == STATUS_OK)
        s = tfrecord_begin(&r, f, t.length);
    if (s == STATUS_OK)
        s = tfrecord_add(&r, t.data, t.length);
    if (s == STATUS_OK)
        s = tfrecord_end(&r);
    text_free(&t);
    return s;
}

static status append(const char *path, const log_epoch *e)
{
    event v = { .pictures = { { .fd = -1 }, { .fd = -1 } } };
    out_file *f = NULL;
    status s = make_event(&v, e);
    if (s == STATUS_OK)
        s = out_append(&f, path);
    if (s == STATUS_OK && e->number == 0)
        s = write_version(f);
    if (s == STATUS_OK)
        s = write_event(f, &v);
    s = out_commit(f, s);
    for (int i = 0; i < LOG_PICTURES; i++) {
        if (v.pictures[i].fd >= 0)
            close(v.pictures[i].fd);
        text_free(&v.pictures[i].head);
    }
    text_free(&v.head);
    text_free(&v.values);
    return s;
}

/* ---- after a crash ---- */

typedef struct search {
    uint32_t most, next; /* epochs */
    int count;           /* records */
    bool is_other;       /* the file does not begin with its version */
} search;

/* The time is a tag and 8 bytes, after which comes the version or the step. */
static bool take(void *context, const tfrecord_start *start)
{
    enum { TAG = 9, VERSION_TAG = EVENT_VERSION << 3 | 2, STEP_TAG = EVENT_STEP << 3 };
    search *s = context;
    if (s->count++ == 0) {
        s->is_other = start->count <= TAG || start->bytes[TAG] != VERSION_TAG;
        return !s->is_other;
    }
    uint64_t step = 0;
    if (start->count <= TAG || start->bytes[TAG] != STEP_TAG)
        return false;
    for (size_t i = TAG + 1, shift = 0; i < start->count && shift < 64; i++, shift += 7) {
        step |= (uint64_t)(start->bytes[i] & 127) << shift;
        if (start->bytes[i] < 128)
            break;
    }
    if (step != s->next || step > s->most)
        return false;
    s->next++;
    return true;
}

/* Is it the beginning of the first record, which is always as long? Only its end may be missing. */
static status is_cut_start(const char *path, bool *it_is)
{
    static const unsigned char length[8] = { 24 };
    enum { WHOLE = 12 + 24 + 4 };
    unsigned char bytes[WHOLE];
    size_t n = 0;
    int fd = file_open(path, O_RDONLY);
    if (fd < 0)
        return status_fail_errno(STATUS_IO, errno, "%s: cannot open", path);
    status s = STATUS_OK;
    for (size_t got = 1; got > 0 && n < sizeof bytes && s == STATUS_OK; n += got)
        s = file_read_some(fd, path, bytes + n, sizeof bytes - n, &got);
    close(fd);
    *it_is = n < WHOLE && memcmp(bytes, length, n < sizeof length ? n : sizeof length) == 0;
    return s;
}

static status rewind_log(const char *path, uint32_t epoch, uint32_t *next)
{
    search s = { .most = epoch };
    uint64_t whole = 0;
    *next = 0;
    if (!file_exists(path))
        return STATUS_OK;
    TRY(tfrecord_scan(path, take, &s, &whole));
    bool begins = true;
    if (s.count == 0)
        TRY(is_cut_start(path, &begins));
    if (s.is_other || !begins)
        return status_fail(STATUS_FORMAT,
                           "%s: expected events of this program; move the file away to continue "
                           "without it",
                           path);
    *next = s.next;
    return file_cut(path, s.next > 0 ? whole : 0);
}

const log_kind log_tensorboard = {
    .choice = { "tensorboard", "events.out.tfevents: curves and grids for TensorBoard" },
    .file = "events.out.tfevents",
    .has_start = true,
    .append = append,
    .rewind = rewind_log,
};
