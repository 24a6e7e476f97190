/* tests/test_checkpoint_damage.c - damaged checkpoints are refused.
 *
 * They are derived from a good one of some 2 KB: every cut, every change of a byte, and numbers
 * that cannot be, with a correct checksum.
 *
 * SPDX-License-Identifier: MIT */
#include "saved.h"
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "format/safetensors.h"
#include "gan/gan.h"

#include "base/banned.h"

/* ---- damage ---- */

static void every_cut_is_refused(void **state)
{
    (void)state;
    bytes good = good_file();
    training loaded;
    int fd = open("cut.bin", O_RDWR | O_CREAT | O_TRUNC, 0666);
    assert_int_equal(write(fd, good.data, good.n), good.n);
    for (size_t n = good.n; n-- > 0;) {
        assert_int_equal(ftruncate(fd, (off_t)n), 0);
        assert_fails(training_load(&loaded, "cut.bin", MODEL_SAMPLES), STATUS_FORMAT, "cut.bin: ");
    }
    print_message("%zu files\n", good.n);
    close(fd);
    free(good.data);
}

/* Tries every value of the bytes that the reader parses. Of the bytes that it only compares or sums
 * up, it flips each bit and all bits; with GAN_TEST_FULL it tries every value of these too. */
static void every_change_of_a_byte_is_refused(void **state)
{
    (void)state;
    bytes good = good_file();
    size_t parsed = (size_t)(strstr((char *)good.data + 8, "}") - (char *)good.data);
    bool full = getenv("GAN_TEST_FULL") != NULL;
    size_t tried = 0;
    training loaded;
    int fd = open("changed.bin", O_RDWR | O_CREAT | O_TRUNC, 0666);
    assert_int_equal(write(fd, good.data, good.n), good.n);
    for (size_t i = 0; i < good.n; i++) {
        for (unsigned flip = 1; flip < 256; flip++) {
            if (!full && i > parsed && (flip & (flip - 1)) != 0 && flip != 255)
                continue;
            unsigned char changed = (unsigned char)(good.data[i] ^ flip);
            assert_int_equal(pwrite(fd, &changed, 1, (off_t)i), 1);
            if (training_load(&loaded, "changed.bin", MODEL_SAMPLES) != STATUS_FORMAT)
                fail_msg("byte %zu: 0x%02x is taken for 0x%02x", i, changed, good.data[i]);
            tried++;
        }
        assert_int_equal(pwrite(fd, good.data + i, 1, (off_t)i), 1);
    }
    print_message("%zu files\n", tried);
    assert_ok(training_load(&loaded, "changed.bin", MODEL_SAMPLES));
    training_close(&loaded);
    close(fd);
    free(good.data);
}

static void a_byte_too_many_is_refused(void **state)
{
    (void)state;
    bytes good = good_file();
    good.n++; /* adds the NUL */
    fix_checksum(&good);
    assert_refused(&good, "expected");
    good.n--;
    /* The size of a pipe is unknown: the reader notices the extra byte at the expected end. */
    int ends[2];
    training loaded;
    char path[32];
    assert_int_equal(pipe(ends), 0);
    fix_checksum(&good);
    assert_int_equal(write(ends[1], good.data, good.n + 1), good.n + 1);
    close(ends[1]);
    snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    assert_fails(training_load(&loaded, path, MODEL_SAMPLES), STATUS_FORMAT,
                 "continues after its last tensor");
    close(ends[0]);
    free(good.data);
}

static void a_length_of_the_header_that_cannot_be_is_refused(void **state)
{
    (void)state;
    static const uint64_t lengths[] = { 0,
                                        1,
                                        sizeof SAFETENSORS_START - 1,
                                        (uint64_t)1 << 18 | 1,
                                        UINT32_MAX,
                                        (uint64_t)1 << 62,
                                        (uint64_t)1 << 63,
                                        UINT64_MAX };
    bytes good = good_file();
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        for (int k = 0; k < 8; k++)
            good.data[k] = (unsigned char)(lengths[i] >> (8 * k));
        assert_refused(&good, "is not a gan checkpoint: it does not begin with the length");
    }
    /* A header longer than the file, up to the limit; then the shortest. */
    memset(good.data, 0, 8);
    for (unsigned char k = 3; k <= 4; k++) {
        good.data[2] = k;
        assert_refused(&good, "is cut off: expected ");
    }
    good.data[0] = sizeof SAFETENSORS_START;
    good.data[2] = 0;
    assert_refused(&good, "the metadata of its header: expected ");
    free(good.data);
}

static void other_files_are_no_checkpoints(void **state)
{
    (void)state;
    static const struct {
        const char *content, *message;
    } cases[] = {
        { "", "is not a gan checkpoint: it is shorter than 8 bytes" },
        { "seven b", "is not a gan checkpoint: it is shorter than 8 bytes" },
        { "\x89PNG\r\n\x1a\n and so on",
          "is not a gan checkpoint: it does not begin with the length" },
        { "<!DOCTYPE html><html>...",
          "is not a gan checkpoint: it does not begin with the length" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bytes b = { (unsigned char *)(uintptr_t)cases[i].content, strlen(cases[i].content) };
        assert_refused(&b, cases[i].message);
    }
    training loaded;
    assert_fails(training_load(&loaded, "missing.bin", MODEL_SAMPLES), STATUS_IO,
                 "missing.bin: cannot open: No such file");
    assert_fails(training_load(&loaded, ".", MODEL_SAMPLES), STATUS_FORMAT,
                 ".: is a folder, expected a checkpoint (model.bin)");
    gan_generator *g = (gan_generator *)&loaded;
    char message[64];
    assert_int_equal(gan_load("missing.bin", &g, message, sizeof message), GAN_ERROR_IO);
    assert_string_equal(message, "missing.bin: cannot open: No such file or directory");
    assert_null(g);
    assert_int_equal(gan_load("bad.bin", &g, message, 8), GAN_ERROR_FORMAT);
    assert_string_equal(message, "bad.bin");
    assert_int_equal(gan_load("bad.bin", &g, NULL, 0), GAN_ERROR_FORMAT);
}

/* ---- wrong numbers with a correct checksum, and files that cannot be read ---- */

static void a_number_that_is_not_finite_is_refused_in_spite_of_its_checksum(void **state)
{
    (void)state;
    static const struct {
        size_t offset;
        const char *message;
    } places[] = { { 72, "a number in the generator is not finite" },
                   { 92, "a number in the generator is not finite" },
                   { 96, "a number in the generator.exp_avg is not finite" },
                   { 140, "a number in the generator.exp_avg_sq is not finite" },
                   { 152, "a number in the discriminator is not finite" },
                   { 176, "a number in the discriminator.exp_avg_sq is not finite" } };
    static const unsigned char nan[4] = { 1, 0, 0x80, 0x7f }, infinity[4] = { 0, 0, 0x80, 0xff };
    static const unsigned char wide_nan[8] = { 0, 0, 0, 0, 0, 0, 0xf8, 0x7f };
    bytes good = good_file();
    unsigned char *data = good.data + 8 + header_length(&good);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        for (int k = 0; k < 2; k++) {
            unsigned char kept[4];
            memcpy(kept, data + places[i].offset, sizeof kept);
            memcpy(data + places[i].offset, k == 0 ? nan : infinity, sizeof kept);
            fix_checksum(&good);
            assert_refused(&good, places[i].message);
            memcpy(data + places[i].offset, kept, sizeof kept);
        }
    memcpy(data + 56, wide_nan, sizeof wide_nan);
    fix_checksum(&good);
    assert_refused(&good, "a number in metrics.sums is not finite");
    free(good.data);
}

static void buffers_that_cannot_be_are_refused_in_spite_of_their_checksum(void **state)
{
    (void)state;
    static const struct {
        size_t offset;
        unsigned char value[8];
        size_t size;
        const char *message;
    } cases[] = {
        { 72,
          { 8 },
          8,
          "generator.1.num_batches_tracked: expected 7, which follows from its position, found 8" },
        { 80, { 7, 0, 0, 0, 0, 0, 0, 0x80 }, 8, "generator_ema.1.num_batches_tracked: expected 7" },
        { 88, { 7 }, 8, "discriminator.1.num_batches_tracked: expected 21, " },
        { 140, { 0, 0, 0xc0, 0x7f }, 4, "a number in the generator is not finite" },
        { 148, { 0, 0, 0x80, 0xbf }, 4, "a variance in generator.1.running_var is less than 0" },
        { 280, { 1, 0, 0, 0x80 }, 4, "a variance in generator_ema.1.running_var is less than 0" },
        { 396,
          { 0, 0, 0x80, 0xbf },
          4,
          "a variance in discriminator.1.running_var is less than 0" },
        { 364, { 0, 0, 0x80, 0x7f }, 4, "a number in the discriminator is not finite" },
    };
    training saved;
    training_open_buffers(&saved, 7);
    assert_ok(model_save(&saved.model, "buffers.bin"));
    training_close(&saved);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bytes b = read_file("buffers.bin");
        memcpy(b.data + 8 + header_length(&b) + cases[i].offset, cases[i].value, cases[i].size);
        fix_checksum(&b);
        assert_refused(&b, cases[i].message);
        free(b.data);
    }
}

/* Loads the first n bytes of a file through a pipe, whose size is unknown. */
static status load_from_pipe(const bytes *b, size_t n)
{
    int ends[2];
    char path[32];
    training loaded;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], b->data, n), n);
    close(ends[1]);
    snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    status s = training_load(&loaded, path, MODEL_SAMPLES);
    if (s == STATUS_OK)
        training_close(&loaded);
    close(ends[0]);
    return s;
}

static void a_cut_of_unknown_size_is_named_where_it_is(void **state)
{
    (void)state;
    static const struct {
        size_t offset;
        const char *message;
    } cases[] = {
        { 70, "is cut off: expected 2 bytes more" },  /* metrics.sums: 72 bytes */
        { 75, "is cut off: expected 5 bytes more" },  /* the first count: 8 */
        { 83, "is cut off: expected 5 bytes more" },  /* the second */
        { 113, "is cut off: expected 7 bytes more" }, /* generator.0.weight: from 104, 16 */
        { 121, "is cut off: expected 7 bytes more" }, /* its bias: 8 */
    };
    training saved;
    training_open_buffers(&saved, 7);
    assert_ok(model_save(&saved.model, "buffers.bin"));
    training_close(&saved);
    bytes b = read_file("buffers.bin");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_fails(load_from_pipe(&b, 8 + header_length(&b) + cases[i].offset), STATUS_FORMAT,
                     cases[i].message);
    assert_fails(load_from_pipe(&b, b.n - 1), STATUS_FORMAT, "is cut off: expected 1 bytes more");
    assert_ok(load_from_pipe(&b, b.n));
    free(b.data);
}

static void a_file_that_cannot_be_read_is_no_damaged_one(void **state)
{
    (void)state;
    training loaded;
    /* Reading at address 0 fails. */
    assert_fails(training_load(&loaded, "/proc/self/mem", MODEL_SAMPLES), STATUS_IO,
                 "/proc/self/mem: cannot read");
}

/* The tensors come through a connection whose other end closes with a byte unread, so that a reset
 * follows them. */
static void an_error_behind_the_last_tensor_is_not_its_end(void **state)
{
    (void)state;
    bytes good = good_file();
    size_t header = 8 + header_length(&good);
    training b = { 0 };
    checkpoint f;
    int ends[2];
    assert_ok(model_open_file(&b.model, &f, "good.bin"));
    assert_ok(model_open_memory(&b.model, &b.arena, MODEL_SAMPLES));
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    assert_int_equal(write(ends[0], good.data + header, good.n - header), good.n - header);
    assert_int_equal(write(ends[1], "", 1), 1);
    close(ends[0]);
    assert_int_equal(dup2(ends[1], f.file.fd), f.file.fd);
    close(ends[1]);
    assert_fails(model_read(&b.model, &f), STATUS_IO, strerror(ECONNRESET));
    checkpoint_close(&f);
    training_close(&b);
    free(good.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_byte_too_many_is_refused),
        cmocka_unit_test(a_length_of_the_header_that_cannot_be_is_refused),
        cmocka_unit_test(other_files_are_no_checkpoints),
        cmocka_unit_test(a_number_that_is_not_finite_is_refused_in_spite_of_its_checksum),
        cmocka_unit_test(buffers_that_cannot_be_are_refused_in_spite_of_their_checksum),
        cmocka_unit_test(a_cut_of_unknown_size_is_named_where_it_is),
        cmocka_unit_test(a_file_that_cannot_be_read_is_no_damaged_one),
        cmocka_unit_test(an_error_behind_the_last_tensor_is_not_its_end),
        /* The longest comes last. */
        cmocka_unit_test(every_cut_is_refused),
        cmocka_unit_test(every_change_of_a_byte_is_refused),
    };
    return cmocka_run_group_tests_name("checkpoint_damage", tests, NULL, NULL);
}
