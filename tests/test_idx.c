/* tests/test_idx.c - reads IDX and gzip files, good and broken.
 *
 * SPDX-License-Identifier: MIT */
#include "idx_blob.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <zlib.h>

#include "format/idx.h"

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

/* Appends the bytes as one gzip member, like gzip(1). */
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

/* Each case breaks one thing in the file of 2 images of 3 x 4 pixels; a field of 0 changes nothing.
 */
typedef struct broken_file {
    uint32_t magic;
    uint32_t sizes[3];
    int zero;    /* 1 to 3: this size is 0 */
    size_t data; /* bytes of data */
    size_t file; /* bytes of the file that are kept */
    const char *raw;
    const char *gzip; /* NULL: the same message */
} broken_file;

static const broken_file broken_files[] = {
    { .magic = 0x00000802 /* two dimensions */,
      .raw = "expected the magic number 0x00000803 of an IDX file of images, got 0x00000802" },
    { .magic = 0x00000d03 /* floats */, .raw = "got 0x00000d03" },
    { .magic = 0x03080000 /* wrong byte order */, .raw = "got 0x03080000" },
    { .magic = 0x00000801 /* labels */,
      .raw = "holds labels (magic number 0x00000801), expected images (0x00000803): are files "
             "swapped?" },
    { .zero = 1 /* count */, .raw = "expected at least 1 of the images, its header says 0" },
    { .zero = 2 /* rows */,
      .raw = "expected images of at least 1 x 1 pixels, its header says 0 x 4" },
    { .zero = 3 /* columns */, .raw = "at least 1 x 1 pixels, its header says 3 x 0" },
    { .sizes[0] = 1 /* fewer than in the file */,
      .raw = "blob: expected 28 bytes by its header, got 40",
      .gzip = "blob: goes on after the 28 bytes when unpacked that its header says" },
    { .sizes[0] = 3 /* more than in the file */,
      .raw = "blob: expected 52 bytes by its header, got 40",
      .gzip = "blob: expected 52 bytes when unpacked by its header, got 40" },
    { .sizes[0] = 0x7fffffff /* 24 GB */,
      .raw = "expected 25769803780 bytes by its header, got 40",
      .gzip = "expected 25769803780 bytes when unpacked by its header, got 40" },
    { .sizes[0] = 0x80000000 /* too large for an int */,
      .raw = "expected at most 2147483647 images, its header says 2147483648" },
    { .sizes[0] = 0xffffffff,
      .raw = "expected at most 2147483647 images, its header says 4294967295" },
    { .sizes[1] = 0xffffffff /* rows */,
      .raw = "expected images of at most 16777216 pixels, its header says 4294967295 x 4" },
    { .sizes = { 0, 0x80000000, 0x80000000 } /* 2^62 pixels */,
      .raw = "its header says 2147483648 x 2147483648" },
    { .sizes = { 0, 0xffffffff, 0xffffffff }, .raw = "its header says 4294967295 x 4294967295" },
    { .sizes = { 0, 4096, 4097 } /* just too many */, .raw = "its header says 4096 x 4097" },
    { .sizes = { 0x7fffffff, 4096, 4096 } /* 2^55 bytes: must not be allocated */,
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
    assert_fails(
        read_blob(&b, IDX_LABELS, &f), STATUS_FORMAT,
        "holds images (magic number 0x00000804), expected labels (0x00000801): are files swapped?");
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
    add(&b, "\0\0\x1f\x8b", 4); /* a member must not follow zeros */
    assert_fails(read_blob(&b, IDX_IMAGES, &f), STATUS_FORMAT, "found a byte 0x1f");
    b = good;
    add(&b, "\x1f", 1); /* half of the two bytes that a member starts with */
    assert_fails(read_blob(&b, IDX_IMAGES, &f), STATUS_FORMAT, "found a byte 0x1f");
    b = good;
    add_gzip(&b, "y", 1); /* a complete member too many */
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
            continue; /* this is a complete file */
        if (n == good.n + 1)
            assert_fails(read_blob(&b, IDX_IMAGES, &f), STATUS_FORMAT, "found a byte 0x1f");
        else
            assert_fails(read_blob(&b, IDX_IMAGES, &f), STATUS_FORMAT, "breaks off after");
    }
    blob other = good; /* also if the file is not of that kind */
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

/* Opens the file "changed" with these bytes, to be changed in place: put() would wait for the disk.
 */
static int open_changed(const blob *b)
{
    int fd = open("changed", O_RDWR | O_CREAT | O_TRUNC, 0666);
    assert_int_equal(write(fd, b->bytes, b->n), b->n);
    return fd;
}

/* If the file is not refused, it is read as these images. */
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

/* Sets each byte to each other value: a changed header is refused, a changed data byte is a pixel.
 */
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

/* The time and the system in the header may change; no change gives other pixels, and every change
 * of the checksum or the length is refused. */
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

/* 64 MB of zeros in 64 KB, with a wrong checksum at the end, noticed only by unpacking everything.
 */
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
        cmocka_unit_test(a_limit_keeps_the_first_and_still_checks_the_rest),
    };
    return cmocka_run_group_tests_name("idx", tests, NULL, NULL);
}
