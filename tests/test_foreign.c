/* tests/test_foreign.c - data sets in other forms: read, or named with what to do.
 *
 * SPDX-License-Identifier: MIT */
#include "place.h"
#include "test.h"

#include <unistd.h>

#include "base/bytes.h"
#include "base/file.h"
#include "data/dataset.h"

/* ---- named ---- */

/* The first bytes of files as their makers write them (NumPy 1.24 numpy.save and numpy.savez,
 * Python's zipfile, tarfile and pickle, file(1)'s magic for the rest). */
static const struct {
    const char *name, *bytes;
    size_t n;
    const char *what;
} foreign[] = {
    { "x.npy", "\x93NUMPY\1\0v\0{'descr': '|u1', ", 28, "is a NumPy array (.npy): convert" },
    { "x.npz", "PK\3\4\x2d\0\0\0", 8, "is an archive of NumPy arrays (.npz): convert" },
    { "x.zip", "PK\3\4\x14\0\0\0", 8, "is a zip archive: unpack it" },
    { "x.tar", NULL, 512, "is a tar archive: unpack it" },
    { "x.h5", "\x89HDF\r\n\x1a\n", 8, "is an HDF5 file: convert" },
    { "x.mat", "MATLAB 5.0 MAT-file", 19, "is a MATLAB file: convert" },
    { "x.parquet", "PAR1\x15\x04", 6, "is a Parquet file: convert" },
    { "data_batch_1",
      "\x80\2}q\1(U\x0b"
      "batch",
      12, "is a Python pickle: download the binary" },
    { "x.7z", "7z\xbc\xaf\x27\x1c\0\4", 8, "is a 7z archive: unpack it" },
    { "x.mp4",
      "\0\0\0\x20"
      "ftypisom",
      12, "is a video (MP4): extract its frames" },
    { "x.tfrecord", "\1\2\3\4\5\6\7\0", 8, "is a TFRecord file: convert" },
    { "x.tfrecord-00003-of-00010", "\1\2\3\4\5\6\7\0", 8, "is a TFRecord file: convert" },
    { "x.pt", "PK\3\4\0\0\x08\x08", 8, "is a file of PyTorch: convert" },
    { "x.lz4", "\x04\x22\x4d\x18\x64\x40", 6, "is compressed with lz4: unpack it" },
    { "x.tar.Z", "\x1f\x9d\x90\x66", 4, "is compressed with compress: unpack it" },
    { "x.rec", "\x0a\x23\xd7\xce\1\0\0\0", 8, "is a RecordIO file: convert" },
    { "lock", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xde\xc0\xef\xbe", 20,
      "is an LMDB database: convert" },
    { "x.mov",
      "\0\0\0\x08"
      "wide\0\0\0\0",
      12, "is a video (QuickTime): extract its frames" },
    { "x.mpg", "\0\0\1\xba\x44\0\4\0", 8, "is a video (MPEG): extract its frames" },
    { "x.svg", "<svg xmlns=\"", 12, "is a drawing (SVG): convert it to PNG" },
    { "model.bin", "\x60\1\0\0\0\0\0\0{\"__meta", 16,
      "is a safetensors file, such as a checkpoint: name a data set" },
};
enum { FOREIGN = sizeof foreign / sizeof *foreign };

static void put_foreign(int i, const char *folder)
{
    char path[64], bytes[512] = { 0 };
    snprintf(path, sizeof path, "%s%s", folder, foreign[i].name);
    if (foreign[i].bytes)
        memcpy(bytes, foreign[i].bytes, foreign[i].n);
    else
        memcpy(bytes + 257, "ustar", 6);
    assert_ok(file_write(path, bytes, foreign[i].n));
}

static void other_forms_of_data_are_named_with_what_to_do(void **state)
{
    (void)state;
    for (int i = 0; i < FOREIGN; i++) {
        dataset d;
        char words[128], folder[32];
        put_foreign(i, "");
        snprintf(words, sizeof words, "%s: %s", foreign[i].name, foreign[i].what);
        assert_fails(dataset_open(&d, foreign[i].name, 0), STATUS_FORMAT, words);
        snprintf(folder, sizeof folder, "in%d/", i);
        assert_ok(folder_make(folder));
        assert_ok(file_write("in0/README", "hello", 5));
        put_foreign(i, folder);
        snprintf(words, sizeof words, "has no pictures, but %s %s", foreign[i].name,
                 foreign[i].what);
        assert_fails(dataset_open(&d, folder, 0), STATUS_IO, words);
    }
}

/* RFC 1952: a header, then RFC 1951: the start of a stored block; then it breaks off. */
static void a_file_that_cannot_be_unpacked_is_named_by_its_name(void **state)
{
    (void)state;
    static const char packed[] = "\x1f\x8b\x08\0\0\0\0\0\0\3"
                                 "\0\x20\0\xdf\xff%PDF-1.7";
    dataset d;
    assert_ok(folder_make("in"));
    assert_ok(file_write("in/x.csv", packed, sizeof packed - 1));
    assert_fails(dataset_open(&d, "in", 0), STATUS_IO,
                 "has no pictures, but x.csv is a table (CSV)");
}

static void what_is_shorter_than_its_magic_is_not_named(void **state)
{
    (void)state;
    dataset d;
    assert_ok(file_write("x", "\x5d\0\0\x80", 4)); /* of lzma, without another 0 */
    assert_fails(
        dataset_open(&d, "x", 0), STATUS_FORMAT,
        "x: expected the magic number 0x00000803 of an IDX file of images, got 0x5d000080");
}

/* ---- QMNIST ---- */

/* An IDX file whose values are the bytes that follow the header. */
static void put_idx(const char *name, const uint32_t *words, size_t count, const void *values,
                    size_t n)
{
    unsigned char bytes[512];
    size_t used = 0;
    for (size_t i = 0; i < count; i++)
        for (int k = 24; k >= 0; k -= 8)
            bytes[used++] = (unsigned char)(words[i] >> k);
    memcpy(bytes + used, values, n);
    assert_ok(file_write(name, bytes, used + n));
}

static void put_images(const char *name, int count)
{
    const uint32_t header[] = { 0x803, (uint32_t)count, 1, 2 };
    unsigned char pixels[16];
    for (int i = 0; i < 2 * count; i++)
        pixels[i] = (unsigned char)(100 + i);
    put_idx(name, header, 4, pixels, 2 * (size_t)count);
}

/* QMNIST (github.com/facebookresearch/qmnist, "Format"): idx2-int, rows of 8 numbers of 4 bytes,
 * big-endian; the first column is the class. */
static void put_extended_labels(const char *name, uint32_t type, uint32_t columns, uint32_t third)
{
    const uint32_t header[] = { 0xc00 | type, 3, columns };
    const uint32_t classes[] = { 5, 0, third };
    unsigned char values[3 * 4 * 8];
    size_t used = 0;
    for (int i = 0; i < 3; i++)
        for (uint32_t k = 0; k < columns; k++)
            for (int shift = 24; shift >= 0; shift -= 8)
                values[used++] = (unsigned char)((k == 0 ? classes[i] : 70000 + k) >> shift);
    put_idx(name, header, type == 1 ? 2 : 3, values, used);
}

static void labels_of_qmnist_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *images, *labels;
        uint32_t type, columns;
    } cases[] = {
        { "qmnist-train-images-idx3-ubyte", "qmnist-train-labels-idx2-int", 2, 8 },
        { "train-images-idx3-ubyte", "train-labels-idx1-ubyte", 1, 1 },
    };
    for (int i = 0; i < 2; i++)
        for (int in_folder = 0; in_folder < 2; in_folder++) {
            dataset d;
            put_images(cases[i].images, 3);
            put_extended_labels(cases[i].labels, cases[i].type, cases[i].columns, 255);
            assert_ok(dataset_open(&d, in_folder ? "." : cases[i].images, 0));
            assert_true(d.count == 3 && d.labels);
            assert_true(d.labels[0] == 5 && d.labels[1] == 0 && d.labels[2] == 255);
            dataset_close(&d);
            assert_ok(dataset_open(&d, cases[i].images, 2));
            assert_true(d.count == 2 && d.labels[0] == 5 && d.labels[1] == 0);
            dataset_close(&d);
            put_extended_labels(cases[i].labels, cases[i].type, cases[i].columns, 256);
            assert_fails(dataset_open(&d, cases[i].images, 0), STATUS_FORMAT,
                         ": expected classes from 0 to 255, got 256 as label number 2");
            unlink(cases[i].images);
            unlink(cases[i].labels);
        }
}

static void a_folder_may_have_one_data_set_under_its_own_name(void **state)
{
    (void)state;
    dataset d;
    put_images("emnist-letters-train-images-idx3-ubyte", 3);
    assert_ok(dataset_open(&d, ".", 0));
    assert_string_equal(d.path, "./emnist-letters-train-images-idx3-ubyte");
    dataset_close(&d);
    put_images("emnist-letters-train-images-idx3-ubyte.gz", 3); /* the same, packed or not */
    assert_ok(dataset_open(&d, ".", 0));
    assert_string_equal(d.path, "./emnist-letters-train-images-idx3-ubyte");
    dataset_close(&d);
    put_images("emnist-digits-train-images-idx3-ubyte", 3);
    assert_fails(dataset_open(&d, ".", 0), STATUS_USAGE,
                 ".: has several data sets (emnist-digits-train-images-idx3-ubyte, "
                 "emnist-letters-train-images-idx3-ubyte): name one of them");
}

/* ---- CIFAR-100 ---- */

enum { RECORD = 2 + 3072 };

/* Records of a coarse and a fine label and 3072 bytes (cs.toronto.edu/~kriz/cifar.html). */
static void put_cifar_100(const char *name, int count, int fine)
{
    unsigned char *bytes = calloc((size_t)count, RECORD);
    assert_non_null(bytes);
    for (int i = 0; i < count; i++) {
        bytes[i * RECORD] = (unsigned char)(i % 20);
        bytes[i * RECORD + 1] = (unsigned char)(fine - i);
        memset(bytes + i * RECORD + 2, 100 + i, 3072);
    }
    assert_ok(file_write(name, bytes, (size_t)count * RECORD));
    free(bytes);
}

static void cifar_100_is_read_with_its_fine_labels(void **state)
{
    (void)state;
    dataset d, test;
    dataset_request r = dataset_request_of(".", 0);
    put_cifar_100("train.bin", 3, 99);
    put_cifar_100("test.bin", 2, 50);
    assert_ok(dataset_open_with(&d, &r));
    assert_true(d.count == 3 && d.channels == 3 && d.height == 32 && d.width == 32);
    for (int i = 0; i < 3; i++)
        assert_true(d.labels[i] == 99 - i && d.pixels[i * 3072] == 100 + i &&
                    d.pixels[i * 3072 + 3071] == 100 + i);
    assert_ok(dataset_open_test(&test, &d, &r));
    assert_true(test.count == 2 && test.labels[0] == 50);
    dataset_close(&test);
    dataset_close(&d);
    put_cifar_100("train.bin", 3, 100);
    assert_fails(dataset_open_with(&d, &r), STATUS_FORMAT,
                 "expected labels from 0 to 99 as CIFAR-100 has them, got 100 in record 0");
    assert_fails(dataset_open(&d, "train.bin", 0), STATUS_FORMAT,
                 "train.bin: is the training part of CIFAR-100: name the folder that it is in");
}

#define PLACED(test) cmocka_unit_test_setup_teardown(test, place_enter, place_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACED(other_forms_of_data_are_named_with_what_to_do),
        PLACED(a_file_that_cannot_be_unpacked_is_named_by_its_name),
        PLACED(what_is_shorter_than_its_magic_is_not_named),
        PLACED(labels_of_qmnist_are_read),
        PLACED(a_folder_may_have_one_data_set_under_its_own_name),
        PLACED(cifar_100_is_read_with_its_fine_labels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
