/* format/foreign.c - names files that data sets come in, by a table of their first bytes and names.
 *
 * SPDX-License-Identifier: MIT */
#include "format/foreign.h"

#include <string.h>
#include <strings.h>

#include "base/banned.h"

#define UNPACK  "unpack it, and name the folder with --data"
#define CONVERT "convert its images to an IDX file, as docs/images.md shows"
#define FRAMES  "extract its frames into a folder, and name that with --data"
#define BINARY  "download the binary version of the data set, and name its folder with --data"
#define FOLDER  "name the folder that it is in with --data"

/* A row matches if the bytes are at that place and the name ends so (NULL: any name; without
 * bytes, the end or the start of the name decides). */
static const struct {
    size_t at, length;
    const char *bytes;
    const char *end, *start;
    foreign_kind kind;
} rows[] = {
    { 0, 6, "\x93NUMPY", NULL, NULL, { "a NumPy array (.npy)", CONVERT } },
    { 0, 2, "PK", ".npz", NULL, { "an archive of NumPy arrays (.npz)", CONVERT } },
    { 0, 2, "PK", ".pt", NULL, { "a file of PyTorch", CONVERT } },
    { 0, 2, "PK", ".pth", NULL, { "a file of PyTorch", CONVERT } },
    { 0, 4, "PK\3\4", NULL, NULL, { "a zip archive", UNPACK } },
    { 0, 4, "PK\5\6", NULL, NULL, { "an empty zip archive", UNPACK } },
    { 257, 5, "ustar", NULL, NULL, { "a tar archive", UNPACK } },
    { 0, 6, "7z\xbc\xaf\x27\x1c", NULL, NULL, { "a 7z archive", UNPACK } },
    { 0, 6, "Rar!\x1a\x07", NULL, NULL, { "a RAR archive", UNPACK } },
    { 0,
      6,
      "\xfd"
      "7zXZ",
      NULL,
      NULL,
      { "compressed with xz", UNPACK } },
    { 0, 3, "BZh", NULL, NULL, { "compressed with bzip2", UNPACK } },
    { 0, 4, "\x28\xb5\x2f\xfd", NULL, NULL, { "compressed with zstd", UNPACK } },
    { 0, 4, "\x04\x22\x4d\x18", NULL, NULL, { "compressed with lz4", UNPACK } },
    { 0, 2, "\x1f\x9d", NULL, NULL, { "compressed with compress", UNPACK } },
    { 0, 5, "\x5d\0\0\x80\0", NULL, NULL, { "compressed with lzma", UNPACK } },
    { 0, 8, "\x89HDF\r\n\x1a\n", NULL, NULL, { "an HDF5 file", CONVERT } },
    { 0, 6, "MATLAB", NULL, NULL, { "a MATLAB file", CONVERT } },
    { 0, 4, "PAR1", NULL, NULL, { "a Parquet file", CONVERT } },
    { 0, 6, "ARROW1", NULL, NULL, { "an Arrow file", CONVERT } },
    { 0, 4, "FEA1", NULL, NULL, { "a Feather file", CONVERT } },
    { 0, 4, "Obj\1", NULL, NULL, { "an Avro file", CONVERT } },
    { 0, 3, "ORC", ".orc", NULL, { "an ORC file", CONVERT } },
    { 0, 4, "\x0a\x23\xd7\xce", NULL, NULL, { "a RecordIO file", CONVERT } },
    { 16, 4, "\xde\xc0\xef\xbe", NULL, NULL, { "an LMDB database", CONVERT } },
    { 344, 4, "n+1\0", NULL, NULL, { "a NIfTI volume", CONVERT } },
    { 8, 2, "{\"", NULL, NULL, { "a safetensors file, such as a checkpoint", "name a data set" } },
    { 0, 15, "SQLite format 3", NULL, NULL, { "an SQLite database", CONVERT } },
    { 0, 2, "\x80\2", NULL, NULL, { "a Python pickle", BINARY } },
    { 0, 2, "\x80\3", NULL, NULL, { "a Python pickle", BINARY } },
    { 0, 2, "\x80\4", NULL, NULL, { "a Python pickle", BINARY } },
    { 0, 2, "\x80\5", NULL, NULL, { "a Python pickle", BINARY } },
    { 0, 4, "\x1a\x45\xdf\xa3", NULL, NULL, { "a video (Matroska, WebM)", FRAMES } },
    { 4, 4, "ftyp", NULL, NULL, { "a video (MP4)", FRAMES } },
    { 4, 4, "moov", NULL, NULL, { "a video (QuickTime)", FRAMES } },
    { 4, 4, "mdat", NULL, NULL, { "a video (QuickTime)", FRAMES } },
    { 4, 4, "wide", NULL, NULL, { "a video (QuickTime)", FRAMES } },
    { 0, 4, "\0\0\1\xba", NULL, NULL, { "a video (MPEG)", FRAMES } },
    { 0, 4, "FLV\1", NULL, NULL, { "a video (Flash)", FRAMES } },
    { 0, 4, "\x30\x26\xb2\x75", NULL, NULL, { "a video (WMV)", FRAMES } },
    { 8, 4, "AVI ", NULL, NULL, { "a video (AVI)", FRAMES } },
    { 0, 5, "%PDF-", NULL, NULL, { "a PDF file", "extract its images into a folder" } },
    { 0, 0, NULL, ".tfrecord", NULL, { "a TFRecord file", CONVERT } },
    { 0, 0, NULL, ".tfrecords", NULL, { "a TFRecord file", CONVERT } },
    { 0, 0, NULL, ".svg", NULL, { "a drawing (SVG)", "convert it to PNG, and name the folder" } },
    { 0, 0, NULL, ".mat", NULL, { "a MATLAB file", CONVERT } },
    { 0, 0, NULL, ".mdb", NULL, { "an LMDB database", CONVERT } },
    { 0, 0, NULL, ".csv", NULL, { "a table (CSV)", CONVERT } },
    { 0, 0, NULL, ".bin", "data_batch", { "a batch of CIFAR-10", FOLDER } },
    { 0, 0, NULL, ".bin", "test_batch", { "a batch of CIFAR-10", FOLDER } },
    { 0, 0, NULL, "train.bin", "train.bin", { "the training part of CIFAR-100", FOLDER } },
    { 0, 0, NULL, "test.bin", "test.bin", { "the test part of CIFAR-100", FOLDER } },
};

/* The length of a name without the number of a part of several, as in "x.tfrecord-00003-of-00010".
 */
static size_t length_of_whole(const char *name)
{
    static const char digits[] = "0123456789";
    for (const char *dash = strchr(name, '-'); dash; dash = strchr(dash + 1, '-')) {
        size_t first = strspn(dash + 1, digits);
        const char *of = dash + 1 + first;
        if (first > 0 && strncmp(of, "-of-", 4) == 0 && of[4] &&
            of[4 + strspn(of + 4, digits)] == 0)
            return (size_t)(dash - name);
    }
    return strlen(name);
}

static bool ends_with(const char *name, const char *end)
{
    size_t n = length_of_whole(name), length = strlen(end);
    return n >= length && strncasecmp(name + n - length, end, length) == 0;
}

const foreign_kind *foreign_kind_of(const char *path, const unsigned char *start, size_t n)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t at = rows[i].at, length = rows[i].length;
        bool bytes =
            length == 0 || (n >= at + length && memcmp(start + at, rows[i].bytes, length) == 0);
        bool end = !rows[i].end || ends_with(name, rows[i].end);
        bool begin = !rows[i].start || strncasecmp(name, rows[i].start, strlen(rows[i].start)) == 0;
        if (bytes && end && begin)
            return &rows[i].kind;
    }
    return NULL;
}
