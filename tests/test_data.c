/* tests/test_data.c - IDX and gzip files, good and broken, and the data set made of them.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <zlib.h>

#include "base/file.h"
#include "data/cifar.h"
#include "data/dataset.h"
#include "data/idx.h"

#define MNIST GAN_SOURCE_DIR "/data/mnist"

/* A file in memory. */
typedef struct blob {
    unsigned char bytes[4096];
    size_t n;
} blob;

static void add(blob *b, const void *bytes, size_t n)
{
    assert_true(n <= sizeof b->bytes - b->n);
    memcpy(b->bytes + b->n, bytes, n);
    b->n += n;
}

static void add_u32(blob *b, uint32_t x)
{
    const unsigned char bytes[4] = { (unsigned char)(x >> 24), (unsigned char)(x >> 16),
                                     (unsigned char)(x >> 8), (unsigned char)x };
    add(b, bytes, 4);
}

static void add_data(blob *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        add(b, &(unsigned char){ (unsigned char)(i * 7) }, 1);
}

static blob make_images(uint32_t count, uint32_t rows, uint32_t cols)
{
    blob b = { .n = 0 };
    add_u32(&b, 0x00000803);
    add_u32(&b, count);
    add_u32(&b, rows);
    add_u32(&b, cols);
    add_data(&b, (size_t)count * rows * cols);
    return b;
}

/* Two images of 3 x 4 pixels. */
static blob make_channels(uint32_t channels)
{
    blob b = { .n = 0 };
    add_u32(&b, 0x00000804);
    add_u32(&b, 2);
    add_u32(&b, channels);
    add_u32(&b, 3);
    add_u32(&b, 4);
    add_data(&b, channels <= 3 ? (size_t)24 * channels : 24);
    return b;
}

static blob make_labels(uint32_t count)
{
    blob b = { .n = 0 };
    add_u32(&b, 0x00000801);
    add_u32(&b, count);
    add_data(&b, count);
    return b;
}

/* One gzip member of the bytes, as gzip(1) makes it. */
static void add_gzip(blob *b, const void *bytes, size_t n)
{
    z_stream z = { 0 };
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (Bytef *)(uintptr_t)bytes;
    z.avail_in = (uInt)n;
    z.next_out = b->bytes + b->n;
    z.avail_out = (uInt)(sizeof b->bytes - b->n);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    b->n = sizeof b->bytes - z.avail_out;
    deflateEnd(&z);
}

static blob zipped(const blob *raw)
{
    blob b = { .n = 0 };
    add_gzip(&b, raw->bytes, raw->n);
    return b;
}

static void put(const char *path, const blob *b)
{
    assert_ok(file_write(path, b->bytes, b->n));
}

static status read_blob(const blob *b, idx_kind kind, idx_file *f)
{
    put("blob", b);
    return idx_read(f, "blob", kind, 0);
}

static void assert_is_image_file(const blob *b, const blob *raw)
{
    idx_file f;
    assert_ok(read_blob(b, IDX_IMAGES, &f));
    assert_int_equal((size_t)f.total * (size_t)f.height * (size_t)f.width + 16, raw->n);
    assert_memory_equal(f.items, raw->bytes + 16, raw->n - 16);
    idx_free(&f);
}

static void idx_files_are_read_raw_and_gzipped_whatever_their_name(void **state)
{
    (void)state;
    const blob raw = make_images(2, 3, 4), gzip = zipped(&raw), labels = make_labels(5);
    const blob *const both[] = { &raw, &gzip };
    static const char *const names[] = { "named.gz", "named" };
    for (size_t i = 0; i < 4; i++) {
        idx_file f;
        put(names[i % 2], both[i / 2]);
        assert_ok(idx_read(&f, names[i % 2], IDX_IMAGES, 0));
        assert_true(f.total == 2 && f.count == 2 && f.height == 3 && f.width == 4);
        assert_memory_equal(f.items, raw.bytes + 16, 24);
        idx_free(&f);
    }
    idx_file f;
    assert_ok(read_blob(&labels, IDX_LABELS, &f));
    assert_true(f.total == 5 && f.count == 5 && f.height == 1 && f.width == 1);
    assert_memory_equal(f.items, labels.bytes + 8, 5);
    idx_free(&f);
}

static void images_of_one_pixel_and_of_the_most_pixels_are_read(void **state)
{
    (void)state;
    const blob one = make_images(1, 1, 1);
    assert_is_image_file(&one, &one);
    blob large = { .n = 0 };
    add_u32(&large, 0x00000803);
    add_u32(&large, 1);
    add_u32(&large, 1 << 10);
    add_u32(&large, 1 << 14);
    put("large", &large);
    assert_int_equal(truncate("large", 16 + (1 << 24)), 0);
    idx_file f;
    assert_ok(idx_read(&f, "large", IDX_IMAGES, 0));
    assert_true(f.height == 1 << 10 && f.width == 1 << 14);
    idx_free(&f);
    unlink("large");
}

/* Each is the file of 2 images of 3 x 4 pixels with one thing broken; 0 in a field: as it was. */
typedef struct broken_file {
    uint32_t magic;
    uint32_t sizes[3];
    int zero;    /* 1 to 3: this size is 0 */
    size_t data; /* bytes of data */
    size_t file; /* bytes of the file that are there */
    const char *raw;
    const char *gzip; /* NULL: the same message */
} broken_file;

static const broken_file broken_files[] = {
    { .magic = 0x00000802 /* two dimensions */,
      .raw = "expected the magic number 0x00000803 of an IDX file of images, got 0x00000802" },
    { .magic = 0x00000d03 /* floats */, .raw = "got 0x00000d03" },
    { .magic = 0x03080000 /* the wrong end first */, .raw = "got 0x03080000" },
    { .magic = 0x00000801 /* labels */,
      .raw = "holds labels (magic number 0x00000801), expected images (0x00000803): are files "
             "swapped?" },
    { .zero = 1 /* count */, .raw = "expected at least 1 of the images, its header says 0" },
    { .zero = 2 /* rows */,
      .raw = "expected images of at least 1 x 1 pixels, its header says 0 x 4" },
    { .zero = 3 /* columns */, .raw = "at least 1 x 1 pixels, its header says 3 x 0" },
    { .sizes[0] = 1 /* fewer than there are */,
      .raw = "blob: expected 28 bytes by its header, got 40",
      .gzip = "blob: goes on after the 28 bytes when unpacked that its header says" },
    { .sizes[0] = 3 /* more than there are */,
      .raw = "blob: expected 52 bytes by its header, got 40",
      .gzip = "blob: expected 52 bytes when unpacked by its header, got 40" },
    { .sizes[0] = 0x7fffffff /* 24 GB */,
      .raw = "expected 25769803780 bytes by its header, got 40",
      .gzip = "expected 25769803780 bytes when unpacked by its header, got 40" },
    { .sizes[0] = 0x80000000 /* no int */,
      .raw = "expected at most 2147483647 images, its header says 2147483648" },
    { .sizes[0] = 0xffffffff,
      .raw = "expected at most 2147483647 images, its header says 4294967295" },
    { .sizes[1] = 0xffffffff /* rows */,
      .raw = "expected images of at most 16777216 pixels, its header says 4294967295 x 4" },
    { .sizes = { 0, 0x80000000, 0x80000000 } /* 2^62 pixels */,
      .raw = "its header says 2147483648 x 2147483648" },
    { .sizes = { 0, 0xffffffff, 0xffffffff }, .raw = "its header says 4294967295 x 4294967295" },
    { .sizes = { 0, 4096, 4097 } /* just too many */, .raw = "its header says 4096 x 4097" },
    { .sizes = { 0x7fffffff, 4096, 4096 } /* 2^55 bytes: nobody may try to allocate that */,
      .raw = "expected 36028797002186768 bytes by its header, got 40",
      .gzip = "expected 36028797002186768 bytes when unpacked by its header, got 40" },
    { .data = 23 /* short by one */,
      .raw = "expected 40 bytes by its header, got 39",
      .gzip = "expected 40 bytes when unpacked by its header, got 39" },
    { .data = 25 /* one after the end */,
      .raw = "expected 40 bytes by its header, got 41",
      .gzip = "goes on after the 40 bytes when unpacked that its header says" },
    { .file = 16 /* no data at all */,
      .raw = "expected 40 bytes by its header, got 16",
      .gzip = "expected 40 bytes when unpacked by its header, got 16" },
    { .file = 15 /* cut in its header */, .raw = "expected a header of 16 bytes, got 15" },
    { .file = 4, .raw = "expected a header of 16 bytes, got 4" },
    { .file = 3, .raw = "expected a header of 16 bytes, got 3" },
};

static blob make_broken(const broken_file *c)
{
    static const uint32_t good[3] = { 2, 3, 4 };
    blob b = { .n = 0 };
    add_u32(&b, c->magic ? c->magic : 0x00000803);
    for (int i = 0; i < 3; i++)
        add_u32(&b, c->zero == i + 1 ? 0 : c->sizes[i] ? c->sizes[i] : good[i]);
    add_data(&b, c->data ? c->data : 24);
    if (c->file)
        b.n = c->file;
    return b;
}

static void a_broken_idx_file_is_refused_with_both_numbers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof broken_files / sizeof *broken_files; i++) {
        const broken_file *c = &broken_files[i];
        const blob raw = make_broken(c), gzip = zipped(&raw);
        idx_file f;
        assert_fails(read_blob(&raw, IDX_IMAGES, &f), STATUS_FORMAT, c->raw);
        assert_null(f.items);
        assert_fails(read_blob(&gzip, IDX_IMAGES, &f), STATUS_FORMAT, c->gzip ? c->gzip : c->raw);
        assert_null(f.items);
    }
}

static void broken_labels_are_refused(void **state)
{
    (void)state;
    idx_file f;
    blob b = make_labels(5);
    b.n--;
    assert_fails(read_blob(&b, IDX_LABELS, &f), STATUS_FORMAT,
                 "blob: expected 13 bytes by its header, got 12");
    b.n = 7;
    assert_fails(read_blob(&b, IDX_LABELS, &f), STATUS_FORMAT, "header of 8 bytes, got 7");
    b = make_images(1, 2, 2);
    assert_fails(read_blob(&b, IDX_LABELS, &f), STATUS_FORMAT,
                 "holds images (magic number 0x00000803), expected labels (0x00000801): are files "
                 "swapped?");
    b = make_channels(3);
    assert_fails(read_blob(&b, IDX_LABELS, &f), STATUS_FORMAT,
                 "expected the magic number 0x00000801 of an IDX file of labels, got 0x00000804");
}

static void images_have_1_or_3_channels(void **state)
{
    (void)state;
    static const uint32_t others[] = { 0, 2, 4, 0xffffffff };
    idx_file f;
    for (uint32_t channels = 1; channels <= 3; channels += 2) {
        const blob b = make_channels(channels);
        assert_ok(read_blob(&b, IDX_IMAGES, &f));
        assert_int_equal(f.channels, channels);
        idx_free(&f);
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        const blob b = make_channels(others[i]);
        assert_fails(read_blob(&b, IDX_IMAGES, &f), STATUS_FORMAT,
                     "expected images of 1 or 3 channels, its header says");
    }
}

static void what_is_no_idx_file_at_all_is_said(void **state)
{
    (void)state;
    const blob empty = { .n = 0 }, packed = zipped(&empty), twice = zipped(&packed);
    idx_file f;
    assert_fails(read_blob(&empty, IDX_IMAGES, &f), STATUS_FORMAT, "blob: is empty");
    assert_fails(read_blob(&packed, IDX_IMAGES, &f), STATUS_FORMAT, "blob: is empty");
    assert_fails(read_blob(&twice, IDX_IMAGES, &f), STATUS_FORMAT, "got 0x1f8b");
    blob picture = { .n = 0 };
    add(&picture, "\x89PNG\r\n\x1a\n", 8);
    assert_fails(read_blob(&picture, IDX_IMAGES, &f), STATUS_FORMAT,
                 "blob: is a picture (PNG): expected the folder that it is in, or an IDX file of");
    assert_fails(idx_read(&f, ".", IDX_IMAGES, 0), STATUS_FORMAT, ".: is a folder");
    assert_fails(idx_read(&f, "no such file", IDX_IMAGES, 0), STATUS_IO,
                 "no such file: cannot open");
    assert_fails(idx_read(&f, "/dev/zero", IDX_IMAGES, 0), STATUS_FORMAT, "got 0x00000000");
}

static void an_html_page_under_that_name_is_recognised(void **state)
{
    (void)state;
    static const char *const pages[] = {
        "<!DOCTYPE html>\n<html><head><title>404</title></head></html>\n",
        "<!doctype HTML>",
        "<html>",
        "<HTML lang=en><body>moved</body></HTML>",
        "\r\n\t  <!DocType html>",
        "\xef\xbb\xbf<html></html>",
        "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n<html>",
    };
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        blob raw = { .n = 0 };
        add(&raw, pages[i], strlen(pages[i]));
        const blob gzip = zipped(&raw);
        idx_file f;
        assert_fails(read_blob(&raw, IDX_IMAGES, &f), STATUS_FORMAT,
                     "blob: is an HTML page, not IDX data: the download went wrong");
        assert_fails(read_blob(&gzip, IDX_LABELS, &f), STATUS_FORMAT, "is an HTML page");
    }
    blob other = { .n = 0 };
    idx_file f;
    add(&other, "no <html> at first", 18);
    assert_fails(read_blob(&other, IDX_IMAGES, &f), STATUS_FORMAT, "got 0x6e6f203c");
}

static void gzip_may_have_several_members_and_zeros_after_them(void **state)
{
    (void)state;
    const blob raw = make_images(20, 5, 6);
    for (size_t cut = 0; cut <= raw.n; cut += 101) {
        blob b = { .n = 0 };
        add_gzip(&b, raw.bytes, cut);
        add_gzip(&b, "", 0);
        add_gzip(&b, raw.bytes + cut, raw.n - cut);
        assert_is_image_file(&b, &raw);
        add(&b, "\0\0\0\0\0", 5);
        assert_is_image_file(&b, &raw);
    }
}

static void what_follows_a_gzip_member_is_checked(void **state)
{
    (void)state;
    const blob raw = make_images(2, 3, 4), good = zipped(&raw);
    idx_file f;
    blob b = good;
    add(&b, "x", 1);
    assert_fails(read_blob(&b, IDX_IMAGES, &f), STATUS_FORMAT,
                 "expected the end after 40 unpacked bytes, found a byte 0x78 that is not gzip");
    b = good;
    add(&b, "\0\0\x1f\x8b", 4); /* a member does not start after zeros */
    assert_fails(read_blob(&b, IDX_IMAGES, &f), STATUS_FORMAT, "found a byte 0x1f");
    b = good;
    add(&b, "\x1f", 1); /* half of the two bytes that a member starts with */
    assert_fails(read_blob(&b, IDX_IMAGES, &f), STATUS_FORMAT, "found a byte 0x1f");
    b = good;
    add_gzip(&b, "y", 1); /* a whole member too much */
    assert_fails(read_blob(&b, IDX_IMAGES, &f), STATUS_FORMAT, "goes on after the 40 bytes");
}

static void gzip_that_breaks_off_anywhere_is_refused(void **state)
{
    (void)state;
    const blob raw = make_images(2, 3, 4), good = zipped(&raw);
    blob two = good;
    idx_file f;
    add_gzip(&two, "", 0);
    for (size_t n = 2; n < two.n; n++) {
        blob b = two;
        b.n = n;
        if (n == good.n)
            continue; /* that is a whole file */
        if (n == good.n + 1)
            assert_fails(read_blob(&b, IDX_IMAGES, &f), STATUS_FORMAT, "found a byte 0x1f");
        else
            assert_fails(read_blob(&b, IDX_IMAGES, &f), STATUS_FORMAT, "breaks off after");
    }
    blob other = good; /* also where it holds something else */
    other.n--;
    assert_fails(read_blob(&other, IDX_LABELS, &f), STATUS_FORMAT, "breaks off after");
}

static void gzip_with_a_wrong_checksum_is_refused(void **state)
{
    (void)state;
    const blob raw = make_images(2, 3, 4), good = zipped(&raw);
    static const struct {
        size_t from_end;
        const char *message;
    } cases[] = {
        { 8, "blob: the gzip data is damaged after 40 unpacked bytes: incorrect data check" },
        { 5, "incorrect data check" },
        { 4, "incorrect length check" },
        { 1, "incorrect length check" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        blob b = good;
        idx_file f;
        b.bytes[b.n - cases[i].from_end] ^= 0x10;
        assert_fails(read_blob(&b, IDX_IMAGES, &f), STATUS_FORMAT, cases[i].message);
    }
    blob b = good;
    idx_file f;
    b.bytes[2] = 7; /* a method other than deflate */
    assert_fails(read_blob(&b, IDX_IMAGES, &f), STATUS_FORMAT, "unknown compression method");
}

/* ---- every cut and every change of a small file ---- */

/* The file "changed" with these bytes, to be changed in place: put() would wait for the disk. */
static int open_changed(const blob *b)
{
    int fd = open("changed", O_RDWR | O_CREAT | O_TRUNC, 0666);
    assert_int_equal(write(fd, b->bytes, b->n), b->n);
    return fd;
}

/* Else it is read as these images. */
static bool is_refused(const blob *raw)
{
    idx_file f;
    status s = idx_read(&f, "changed", IDX_IMAGES, 0);
    if (s != STATUS_OK) {
        assert_int_equal(s, STATUS_FORMAT);
        assert_null(f.items);
        return true;
    }
    assert_int_equal((size_t)f.total * (size_t)f.height * (size_t)f.width + 16, raw->n);
    assert_memory_equal(f.items, raw->bytes + 16, raw->n - 16);
    idx_free(&f);
    return false;
}

static void every_cut_of_an_idx_file_is_refused(void **state)
{
    (void)state;
    const blob raw = make_images(2, 3, 4), gzip = zipped(&raw);
    const blob *const both[] = { &raw, &gzip };
    for (int i = 0; i < 2; i++) {
        int fd = open_changed(both[i]);
        assert_false(is_refused(&raw));
        for (size_t n = both[i]->n; n-- > 0;) {
            assert_int_equal(ftruncate(fd, (off_t)n), 0);
            assert_true(is_refused(&raw));
        }
        print_message("%zu files\n", both[i]->n);
        close(fd);
    }
}

/* Each byte as each other value: one of the header is refused, one of the data is a pixel. */
static void every_change_of_an_idx_file_is_refused_or_read(void **state)
{
    (void)state;
    const blob raw = make_images(2, 3, 4);
    int fd = open_changed(&raw);
    for (size_t i = 0; i < raw.n; i++) {
        for (unsigned flip = 1; flip < 256; flip++) {
            blob changed = raw;
            changed.bytes[i] ^= (unsigned char)flip;
            assert_int_equal(pwrite(fd, changed.bytes + i, 1, (off_t)i), 1);
            assert_int_equal(is_refused(&changed), i < 16);
        }
        assert_int_equal(pwrite(fd, raw.bytes + i, 1, (off_t)i), 1);
    }
    print_message("%zu files\n", 255 * raw.n);
    close(fd);
}

/* A time or a system in the header may be another; no change gives other pixels, and none of the
 * checksum or the length is taken. */
static void every_change_of_a_gzip_file_is_refused_or_changes_nothing(void **state)
{
    (void)state;
    const blob raw = make_images(2, 3, 4);
    blob two = { .n = 0 };
    add_gzip(&two, raw.bytes, 20);
    add_gzip(&two, raw.bytes + 20, raw.n - 20);
    int fd = open_changed(&two);
    for (size_t i = 0; i < two.n; i++) {
        for (unsigned flip = 1; flip < 256; flip++) {
            unsigned char changed = (unsigned char)(two.bytes[i] ^ flip);
            assert_int_equal(pwrite(fd, &changed, 1, (off_t)i), 1);
            bool refused = is_refused(&raw);
            assert_true(refused || i < two.n - 8);
        }
        assert_int_equal(pwrite(fd, two.bytes + i, 1, (off_t)i), 1);
    }
    print_message("%zu files\n", 255 * two.n);
    close(fd);
}

/* 64 MB of zeros in 64 KB, with a wrong checksum at its end that only unpacking all of it shows. */
static void gzip_that_expands_beyond_its_header_is_not_unpacked(void **state)
{
    (void)state;
    enum { SIZE = 1 << 20, PACKED = 1 << 17, TIMES = 64 };
    unsigned char *zeros = calloc(1, SIZE), *packed = malloc(PACKED);
    const blob header = make_images(1, 28, 28);
    z_stream z = { .next_out = packed, .avail_out = PACKED };
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    memcpy(zeros, header.bytes, 16);
    for (int i = 0; i < TIMES; i++) {
        z.next_in = zeros;
        z.avail_in = SIZE;
        assert_int_not_equal(deflate(&z, i + 1 < TIMES ? Z_NO_FLUSH : Z_FINISH), Z_STREAM_ERROR);
        memset(zeros, 0, 16);
    }
    size_t n = PACKED - z.avail_out;
    deflateEnd(&z);
    packed[n - 8] ^= 1;
    assert_ok(file_write("bomb", packed, n));
    idx_file f;
    assert_fails(idx_read(&f, "bomb", IDX_IMAGES, 0), STATUS_FORMAT,
                 "bomb: goes on after the 800 bytes when unpacked that its header says");
    free(zeros);
    free(packed);
}

static void on_alarm(int number)
{
    (void)number;
}

/* Writes the bytes to a pipe in small pieces. */
static void feed(const char *path, const blob *b)
{
    int fd = open(path, O_WRONLY);
    for (size_t at = 0, part; at < b->n; at += part) {
        part = at % 3 + 1 < b->n - at ? at % 3 + 1 : b->n - at;
        if (write(fd, b->bytes + at, part) != (ssize_t)part)
            _exit(1);
        usleep(300);
    }
    _exit(0);
}

static void short_counts_and_interrupted_reads_are_no_errors(void **state)
{
    (void)state;
    const blob raw = make_images(3, 5, 5), gzip = zipped(&raw);
    const blob *const both[] = { &raw, &gzip };
    const struct itimerval often = { { 0, 500 }, { 0, 500 } }, never = { { 0, 0 }, { 0, 0 } };
    struct sigaction act = { .sa_handler = on_alarm }; /* without SA_RESTART */
    assert_int_equal(sigaction(SIGALRM, &act, NULL), 0);
    for (int i = 0; i < 2; i++) {
        idx_file f;
        int left = 0;
        unlink("pipe");
        assert_int_equal(mkfifo("pipe", 0600), 0);
        pid_t child = fork();
        if (child == 0)
            feed("pipe", both[i]);
        setitimer(ITIMER_REAL, &often, NULL);
        status s = idx_read(&f, "pipe", IDX_IMAGES, 0);
        setitimer(ITIMER_REAL, &never, NULL);
        assert_ok(s);
        assert_memory_equal(f.items, raw.bytes + 16, raw.n - 16);
        idx_free(&f);
        assert_int_equal(waitpid(child, &left, 0), child);
        assert_int_equal(left, 0);
    }
    unlink("pipe");
}

static void a_pipe_that_goes_on_is_refused(void **state)
{
    (void)state;
    blob b = make_images(3, 5, 5);
    idx_file f;
    add(&b, "x", 1);
    unlink("pipe");
    assert_int_equal(mkfifo("pipe", 0600), 0);
    pid_t child = fork();
    if (child == 0)
        feed("pipe", &b);
    assert_fails(idx_read(&f, "pipe", IDX_IMAGES, 0), STATUS_FORMAT,
                 "pipe: goes on after the 91 bytes that its header says");
    assert_int_equal(waitpid(child, NULL, 0), child);
    unlink("pipe");
}

/* Zeros: black pictures of class 0. */
static void batches_of_cifar_10_may_be_large_but_not_without_end(void **state)
{
    (void)state;
    enum {
        RECORDS = 12801,
        MOST = 1 << 20
    }; /* room for the last one is made in the largest step */
    static const unsigned char record[1 + CIFAR_PIXELS];
    cifar c = { 0 }, full = { .count = MOST };
    gzFile f = gzopen("batch.gz", "wb1");
    for (int i = 0; i < RECORDS; i++)
        assert_int_equal(gzwrite(f, record, sizeof record), sizeof record);
    assert_int_equal(gzclose(f), Z_OK);
    assert_ok(cifar_add(&c, "batch.gz"));
    assert_int_equal(c.count, RECORDS);
    cifar_free(&c);
    assert_fails(cifar_add(&full, "batch.gz"), STATUS_FORMAT,
                 "batch.gz: expected at most 1048576 images in all");
}

static void a_limit_keeps_the_first_and_still_checks_the_rest(void **state)
{
    (void)state;
    blob raw = make_images(10, 3, 4);
    idx_file f;
    put("ten", &raw);
    for (int limit = 0; limit <= 12; limit++) {
        assert_ok(idx_read(&f, "ten", IDX_IMAGES, limit));
        assert_int_equal(f.total, 10);
        assert_int_equal(f.count, limit == 0 || limit > 10 ? 10 : limit);
        assert_memory_equal(f.items, raw.bytes + 16, (size_t)f.count * 12);
        idx_free(&f);
    }
    raw.n--;
    const blob gzip = zipped(&raw);
    put("ten", &raw);
    assert_fails(idx_read(&f, "ten", IDX_IMAGES, 1), STATUS_FORMAT,
                 "ten: expected 136 bytes by its header, got 135");
    put("ten", &gzip);
    assert_fails(idx_read(&f, "ten", IDX_IMAGES, 1), STATUS_FORMAT,
                 "ten: expected 136 bytes when unpacked by its header, got 135");
}

/* A folder with nothing in it but these (NULL: none). */
static void make_folder(const char *folder, const char *images, const blob *i, const char *labels,
                        const blob *l)
{
    static const char *const all[] = {
        "train-images-idx3-ubyte",    "train-images-idx3-ubyte.gz", "train-images.idx3-ubyte",
        "train-images.idx3-ubyte.gz", "train-labels-idx1-ubyte",    "train-labels-idx1-ubyte.gz",
        "train-labels.idx1-ubyte",    "train-labels.idx1-ubyte.gz",
    };
    char path[256];
    assert_ok(folder_make(folder));
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        snprintf(path, sizeof path, "%s/%s", folder, all[k]);
        unlink(path);
    }
    if (images) {
        snprintf(path, sizeof path, "%s/%s", folder, images);
        put(path, i);
    }
    if (labels) {
        snprintf(path, sizeof path, "%s/%s", folder, labels);
        put(path, l);
    }
}

static void a_folder_is_searched_for_the_usual_names(void **state)
{
    (void)state;
    static const char *const images[] = { "train-images-idx3-ubyte", "train-images-idx3-ubyte.gz",
                                          "train-images.idx3-ubyte", "train-images.idx3-ubyte.gz" };
    static const char *const labels[] = { "train-labels.idx1-ubyte.gz", "train-labels.idx1-ubyte",
                                          "train-labels-idx1-ubyte.gz", NULL };
    const blob i = make_images(5, 3, 4), l = make_labels(5);
    for (size_t k = 0; k < 4; k++) {
        dataset d;
        make_folder("set", images[k], &i, labels[k], &l);
        assert_ok(dataset_open(&d, "set", 0));
        assert_true(d.count == 5 && d.channels == 1 && d.height == 3 && d.width == 4);
        assert_int_equal(dataset_sample_size(&d), 12);
        assert_memory_equal(d.pixels, i.bytes + 16, 60);
        if (labels[k])
            assert_memory_equal(d.labels, l.bytes + 8, 5);
        else
            assert_null(d.labels);
        assert_non_null(strstr(d.path, images[k]));
        dataset_close(&d);
    }
}

static void labels_have_to_match_their_images(void **state)
{
    (void)state;
    const blob i = make_images(5, 3, 4), l = make_labels(4), cut = { .n = 0 };
    dataset d;
    make_folder("set", "train-images-idx3-ubyte", &i, "train-labels-idx1-ubyte", &l);
    for (int limit = 0; limit <= 5; limit++)
        assert_fails(dataset_open(&d, "set", limit), STATUS_FORMAT,
                     "set/train-labels-idx1-ubyte: has 4 labels, but set/train-images-idx3-ubyte "
                     "has 5 images");
    assert_true(!d.pixels && !d.labels && !d.path);
    make_folder("set", "train-images-idx3-ubyte", &i, "train-labels-idx1-ubyte", &cut);
    assert_fails(dataset_open(&d, "set", 0), STATUS_FORMAT,
                 "set/train-labels-idx1-ubyte: is empty");
    make_folder("set", "train-images-idx3-ubyte", &l, "train-labels-idx1-ubyte", &i);
    assert_fails(dataset_open(&d, "set", 0), STATUS_FORMAT, "are files swapped?");
}

static void one_image_file_has_its_labels_beside_it(void **state)
{
    (void)state;
    const blob i = make_images(5, 3, 4), l = make_labels(5);
    static const struct {
        const char *images, *labels;
    } pairs[] = {
        { "images/t10k-images-idx3-ubyte", "images/t10k-labels-idx1-ubyte" },
        { "images/my-images.idx", "images/my-labels.idx" },
        { "images/some-idx3", "images/some-idx1" },
        { "images/raw-images", "images/raw-labels.gz" },
        { "images/packed-images.gz", "images/packed-labels" },
        { "images/any", NULL },
        { "images/images-without", NULL },
    };
    assert_ok(folder_make("images"));
    for (size_t k = 0; k < sizeof pairs / sizeof *pairs; k++) {
        dataset d;
        put(pairs[k].images, &i);
        if (pairs[k].labels)
            put(pairs[k].labels, &l);
        assert_ok(dataset_open(&d, pairs[k].images, 2));
        assert_string_equal(d.path, pairs[k].images);
        assert_int_equal(d.count, 2);
        assert_int_equal(d.labels != NULL, pairs[k].labels != NULL);
        if (d.labels)
            assert_memory_equal(d.labels, l.bytes + 8, 2);
        dataset_close(&d);
    }
}

static void a_limit_beyond_the_data_names_both_numbers(void **state)
{
    (void)state;
    const blob i = make_images(5, 3, 4), l = make_labels(5);
    dataset d;
    make_folder("set", "train-images-idx3-ubyte", &i, "train-labels-idx1-ubyte", &l);
    assert_fails(dataset_open(&d, "set", 6), STATUS_USAGE,
                 "--limit: expected at most the 5 images of set/train-images-idx3-ubyte, got 6");
    assert_null(d.pixels);
    assert_ok(dataset_open(&d, "set", 5));
    dataset_close(&d);
}

static void without_a_place_the_usual_ones_are_tried_in_order(void **state)
{
    (void)state;
    const blob five = make_images(5, 3, 4), six = make_images(6, 3, 4);
    dataset d;
    assert_ok(folder_make("nothing"));
    make_folder("data/mnist", "train-images-idx3-ubyte", &five, NULL, NULL);
    make_folder("set", "train-images.idx3-ubyte.gz", &six, NULL, NULL);
    setenv("GAN_DATA", "set", 1);
    assert_ok(dataset_open(&d, NULL, 0));
    assert_int_equal(d.count, 6);
    dataset_close(&d);
    setenv("GAN_DATA", "data/mnist/train-images-idx3-ubyte", 1); /* a file is fine, too */
    assert_ok(dataset_open(&d, NULL, 0));
    assert_int_equal(d.count, 5);
    dataset_close(&d);
    static const char *const not_there[] = { "nowhere", "nothing", "" };
    for (size_t k = 0; k < 3; k++) {
        setenv("GAN_DATA", not_there[k], 1);
        assert_ok(dataset_open(&d, NULL, 0));
        assert_string_equal(d.path, "data/mnist/train-images-idx3-ubyte");
        dataset_close(&d);
    }
    unsetenv("GAN_DATA");
}

static void a_place_that_is_broken_is_not_passed_over(void **state)
{
    (void)state;
    const blob five = make_images(5, 3, 4), empty = { .n = 0 };
    dataset d;
    make_folder("data/mnist", "train-images-idx3-ubyte", &five, NULL, NULL);
    make_folder("set", "train-images-idx3-ubyte", &empty, NULL, NULL);
    setenv("GAN_DATA", "set", 1);
    assert_fails(dataset_open(&d, NULL, 0), STATUS_FORMAT, "set/train-images-idx3-ubyte: is empty");
    unsetenv("GAN_DATA");
}

static void data_that_is_nowhere_is_asked_for_by_name(void **state)
{
    (void)state;
    dataset d;
    assert_ok(folder_make("nothing"));
    make_folder("data/mnist", NULL, NULL, NULL, NULL);
    assert_fails(
        dataset_open(&d, "nothing", 0), STATUS_IO,
        "nothing: expected PNG or JPEG files in this folder or below, train-images-idx3-ubyte or "
        "train-images.idx3-ubyte (as it is or with .gz), or data_batch_1.bin, found none of them");
    assert_fails(dataset_open(&d, "nowhere", 0), STATUS_IO,
                 "nowhere: expected a folder, an IDX file of images, ring or grid: No such file");
    unsetenv("GAN_DATA");
    if (dataset_open(&d, NULL, 0) == STATUS_OK) { /* installed on this machine */
        dataset_close(&d);
        skip();
    }
    assert_fails(dataset_open(&d, NULL, 0), STATUS_IO, "in $GAN_DATA (not set), data/mnist and /");
    assert_fails(dataset_open(&d, NULL, 0), STATUS_IO,
                 "share/gan/mnist; say where it is with --data DIR or $GAN_DATA");
    setenv("GAN_DATA", "nowhere", 1);
    assert_fails(dataset_open(&d, NULL, 0), STATUS_IO, "in $GAN_DATA (nowhere), data/mnist and");
    setenv("GAN_DATA", "", 1);
    assert_fails(dataset_open(&d, NULL, 0), STATUS_IO, "in $GAN_DATA (not set), data/mnist and");
    unsetenv("GAN_DATA");
}

static void a_batch_is_the_pixels_in_the_given_order(void **state)
{
    (void)state;
    blob i = { .n = 0 };
    add_u32(&i, 0x00000803);
    add_u32(&i, 8);
    add_u32(&i, 4);
    add_u32(&i, 8);
    for (int x = 0; x < 256; x++)
        add(&i, &(unsigned char){ (unsigned char)x }, 1);
    put("levels", &i);
    dataset d;
    assert_ok(dataset_open(&d, "levels", 0));
    static const uint32_t order[] = { 7, 0, 1, 2, 3, 4, 5, 6, 7 };
    float out[9 * 32 + 1];
    out[9 * 32] = 5;
    compute c;
    assert_ok(compute_open(&c, NULL, 2));
    dataset_batch(&d, &c, order, 9, out);
    compute_close(&c);
    assert_memory_equal(out, out + 8 * 32, 32 * sizeof *out);
    assert_true(out[9 * 32] == 5);
    for (int x = 0; x < 256; x++) {
        /* The quotient in double is near enough to the exact one to round to the same float. */
        float expected = (float)((2.0 * x - 255.0) / 255.0);
        assert_memory_equal(&out[32 + x], &expected, sizeof expected);
    }
    assert_true(out[32] == -1 && out[32 + 255] == 1);
    dataset_close(&d);
}

static void mnist_is_read_whole(void **state)
{
    (void)state;
    static const int digits[10] = { 5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949 };
    int seen[10] = { 0 };
    uint64_t sum = 0;
    dataset d;
    assert_ok(dataset_open(&d, MNIST, 0));
    assert_true(d.count == 60000 && d.channels == 1 && d.height == 28 && d.width == 28);
    for (size_t i = 0; i < 60000 * 784; i++)
        sum += d.pixels[i];
    for (size_t i = 0; i < 60000; i++)
        seen[d.labels[i] % 10]++;
    assert_memory_equal(seen, digits, sizeof seen);
    assert_int_equal(sum, 1567298545);
    assert_int_equal(crc32_z(0, d.pixels, 60000 * 784), 0xf3639b56);
    assert_int_equal(d.fingerprint, 0x85f9261e);
    dataset_close(&d);
    assert_ok(dataset_open(&d, MNIST "/t10k-images-idx3-ubyte.gz", 0));
    assert_int_equal(d.count, 10000);
    assert_int_equal(d.fingerprint, 0xc5a6c72b);
    assert_int_equal(d.labels[0], 7);
    dataset_close(&d);
}

static void a_limit_has_its_own_fingerprint(void **state)
{
    (void)state;
    static const unsigned char first[10] = { 5, 0, 4, 1, 9, 2, 1, 3, 1, 4 };
    dataset d;
    assert_ok(dataset_open(&d, MNIST, 1000));
    assert_int_equal(d.count, 1000);
    assert_int_equal(d.fingerprint, 0x2e25f8c0);
    assert_memory_equal(d.labels, first, 10);
    dataset_close(&d);
    assert_fails(dataset_open(&d, MNIST, 60001), STATUS_USAGE,
                 "--limit: expected at most the 60000 images of ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(idx_files_are_read_raw_and_gzipped_whatever_their_name),
        cmocka_unit_test(images_of_one_pixel_and_of_the_most_pixels_are_read),
        cmocka_unit_test(a_broken_idx_file_is_refused_with_both_numbers),
        cmocka_unit_test(broken_labels_are_refused),
        cmocka_unit_test(images_have_1_or_3_channels),
        cmocka_unit_test(what_is_no_idx_file_at_all_is_said),
        cmocka_unit_test(an_html_page_under_that_name_is_recognised),
        cmocka_unit_test(gzip_may_have_several_members_and_zeros_after_them),
        cmocka_unit_test(what_follows_a_gzip_member_is_checked),
        cmocka_unit_test(gzip_that_breaks_off_anywhere_is_refused),
        cmocka_unit_test(gzip_with_a_wrong_checksum_is_refused),
        cmocka_unit_test(every_cut_of_an_idx_file_is_refused),
        cmocka_unit_test(every_change_of_an_idx_file_is_refused_or_read),
        cmocka_unit_test(every_change_of_a_gzip_file_is_refused_or_changes_nothing),
        cmocka_unit_test(gzip_that_expands_beyond_its_header_is_not_unpacked),
        cmocka_unit_test(short_counts_and_interrupted_reads_are_no_errors),
        cmocka_unit_test(a_pipe_that_goes_on_is_refused),
        cmocka_unit_test(batches_of_cifar_10_may_be_large_but_not_without_end),
        cmocka_unit_test(a_limit_keeps_the_first_and_still_checks_the_rest),
        cmocka_unit_test(a_folder_is_searched_for_the_usual_names),
        cmocka_unit_test(labels_have_to_match_their_images),
        cmocka_unit_test(one_image_file_has_its_labels_beside_it),
        cmocka_unit_test(a_limit_beyond_the_data_names_both_numbers),
        cmocka_unit_test(without_a_place_the_usual_ones_are_tried_in_order),
        cmocka_unit_test(a_place_that_is_broken_is_not_passed_over),
        cmocka_unit_test(data_that_is_nowhere_is_asked_for_by_name),
        cmocka_unit_test(a_batch_is_the_pixels_in_the_given_order),
        cmocka_unit_test(mnist_is_read_whole),
        cmocka_unit_test(a_limit_has_its_own_fingerprint),
    };
    /* The tests make and remove files called like the real ones: never among those. */
    if (folder_make("scratch_data") != STATUS_OK || chdir("scratch_data") != 0)
        return 1;
    return cmocka_run_group_tests_name("data", tests, NULL, NULL);
}
