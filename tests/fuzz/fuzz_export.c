/* tests/fuzz/fuzz_export.c - generators of any spec as files for other programs.
 *
 * The last byte decides what the generator is told: nothing, a class or a text.
 *
 * Every exporter writes any net, or says why not, and writes it again as the same bytes, whose
 * framing is whole: the fields of Protocol Buffers end where the file ends, an archive ends with
 * its directory, and C source has its brackets in pairs and no placeholder left.
 *
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include <unistd.h>

#include "base/bytes.h"
#include "export/exporter.h"
#include "math/kernels.h"

enum { INPUTS = 3, LONGEST = 500, MOST_PARAMETERS = 5000, MOST_VALUES = 5000 };

/* Memory for the net, its description and what is written. */
fuzz_bound fuzz_memory(const uint8_t *bytes, size_t n)
{
    (void)bytes;
    (void)n;
    return (fuzz_bound){ 1 << 22, 2 };
}

/* ---- what a file has to be ---- */

/* protobuf.dev/programming-guides/encoding: a varint of 7 bits a byte, at most 10 bytes. */
static size_t varint(const uint8_t *bytes, size_t n, size_t *at)
{
    size_t value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
        CHECK(*at < n);
        uint8_t byte = bytes[(*at)++];
        value |= shift < 64 ? (size_t)(byte & 127) << shift : 0;
        if (byte < 128)
            return value;
    }
    bool ends = false;
    CHECK(ends);
    return 0;
}

static void check_onnx(const uint8_t *bytes, size_t n)
{
    for (size_t at = 0; at < n;) {
        size_t kind = varint(bytes, n, &at) & 7;
        CHECK(kind == 0 || kind == 2 || kind == 5);
        size_t length = kind == 5 ? 4 : varint(bytes, n, &at);
        if (kind != 0) {
            CHECK(length <= n - at);
            at += length;
        }
    }
}

static void check_source(const uint8_t *bytes, size_t n)
{
    int round = 0, curly = 0;
    for (size_t i = 0; i < n; i++) {
        round += (bytes[i] == '(') - (bytes[i] == ')');
        curly += (bytes[i] == '{') - (bytes[i] == '}');
        CHECK(round >= 0 && curly >= 0 && bytes[i] != '@' && bytes[i] != 0);
    }
    CHECK(round == 0 && curly == 0);
}

/* APPNOTE.TXT 4.3.16: the last record begins 22 bytes before the end, with the place and size of
 * the directory. */
static void check_archive(const uint8_t *bytes, size_t n)
{
    CHECK(n >= 22 && memcmp(bytes + n - 22, "PK\5\6", 4) == 0);
    size_t size = bytes_get(bytes + n - 10, 4), at = bytes_get(bytes + n - 6, 4);
    CHECK(at + size + 22 == n && (size == 0 || memcmp(bytes + at, "PK\1\2", 4) == 0));
}

static void check_file(const exporter *e, const uint8_t *bytes, size_t n)
{
    if (e == &onnx_exporter)
        check_onnx(bytes, n);
    else if (e == &c_exporter)
        check_source(bytes, n);
    else
        check_archive(bytes, n);
}

/* ---- the target ---- */

static char path[] = "/tmp/gan-fuzz-XXXXXX";

static void remove_file(void)
{
    unlink(path);
}

/* Returns the bytes of the file, NULL if the format cannot hold the net. */
static uint8_t *written(const exporter *e, const subject *s, size_t *n)
{
    static bool made;
    if (!made)
        CHECK(close(mkstemp(path)) == 0 && atexit(remove_file) == 0);
    made = true;
    out_file *f;
    uint8_t *bytes = NULL;
    CHECK(out_open(&f, path) == STATUS_OK);
    status result = out_commit(f, exporter_write(e, s, f));
    CHECK(result == STATUS_OK || result == STATUS_USAGE);
    CHECK(result == STATUS_OK || status_message()[0] != 0);
    if (result == STATUS_OK)
        CHECK(file_read(path, 1 << 24, &bytes, n) == STATUS_OK);
    return bytes;
}

static void export(const subject *s)
{
    for (int i = 0; exporter_nth(i); i++) {
        const exporter *e = exporter_nth(i);
        size_t n = 0, again = 0;
        if (s->int8 && !e->takes_int8)
            continue;
        uint8_t *first = written(e, s, &n), *second = first ? written(e, s, &again) : NULL;
        if (first) {
            CHECK(n == again && memcmp(first, second, n) == 0);
            check_file(e, first, n);
        }
        free(first);
        free(second);
    }
}

/* Names without brackets, which check_source counts; the second and third are hostile. */
static const char *const names[] = { "a", "*\\\n/*\?\?/", "\xc3\xa9'\xf0\x9f\x99\x82", "two" };
enum { NAMES = sizeof names / sizeof *names, FEATURES = 64 };

static bool joins(const net *n)
{
    for (int i = 0; i < n->count; i++)
        if (n->layers[i].ops == &condition_ops)
            return true;
    return false;
}

static bool is_small(const net *n)
{
    size_t most = 0;
    for (int i = 0; i < n->count; i++) {
        size_t size = (size_t)shape_size(n->layers[i].to);
        most = size > most ? size : most;
    }
    return n->param_count <= MOST_PARAMETERS && most <= MOST_VALUES;
}

void fuzz_input(const uint8_t *bytes, size_t n)
{
    char spec[LONGEST + 1];
    net g;
    arena a = { 0 };
    compute c;
    size_t kept = n < LONGEST ? n : LONGEST;
    memcpy(spec, bytes, kept);
    spec[kept] = 0;
    told of = { n > 0 ? (told_kind)(bytes[n - 1] % 3) : TOLD_NOTHING, 0, 0, names };
    if (of.kind != TOLD_NOTHING) {
        of.count = NAMES;
        of.size = of.kind == TOLD_CLASS ? NAMES : FEATURES;
    }
    if (net_open_joined(&g, spec, (net_input){ shape_flat(INPUTS), of.size }, "spec") != STATUS_OK)
        return;
    if (!joins(&g))
        of = (told){ 0 };
    if (is_small(&g)) {
        fuzz_count_memory(0);
        CHECK(compute_open(&c, "generic", 1) == STATUS_OK);
        net_plan(&g, &a, 2, NET_SAMPLES, false);
        CHECK(arena_open(&a) == STATUS_OK);
        net_plan(&g, &a, 2, NET_SAMPLES, false);
        net_init(&g, c.kernels, 1, 5, RANDOM_INIT_GENERATOR);
        subject s = {
            .name = "generator",
            .spec = g.spec,
            .crc = 1,
            .latent = g.from,
            .sample = g.to,
            .told = of,
        };
        CHECK(net_describe(&g, &c, &s.net) == STATUS_OK);
        for (int i = 0; i < 4; i++) {
            s.int8 = i % 2;
            s.points = i / 2;
            export(&s);
        }
        description_close(&s.net);
        arena_close(&a);
        compute_close(&c);
        fuzz_count_memory(1);
    }
    net_close(&g);
}
