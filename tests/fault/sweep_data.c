/* tests/fault/sweep_data.c - operations for sweep.h: finding and reading data, writing pictures.
 *
 * SPDX-License-Identifier: MIT */
#include "sweep.h"

#include <unistd.h>

#include <zlib.h>

#include "base/file.h"
#include "data/crops.h"
#include "data/find.h"
#include "data/fit.h"
#include "data/images.h"
#include "data/stacked.h"
#include "data/survey.h"
#include "format/bmp.h"
#include "format/cifar.h"
#include "format/gif.h"
#include "format/idx.h"
#include "format/jpeg.h"
#include "format/npy.h"
#include "format/png.h"
#include "format/pnm.h"
#include "format/webp.h"
#include "image/grid.h"
#include "train/pictures.h"

#define GOLDEN GAN_SOURCE_DIR "/tests/golden/pictures/"
#define FUZZ   GAN_SOURCE_DIR "/tests/fuzz/"

static void copy(const char *from, const char *to)
{
    unsigned char *bytes;
    size_t n;
    assert_ok(file_read(from, 1 << 24, &bytes, &n));
    write_ok(to, bytes, n);
    free(bytes);
}

/* ---- pictures ---- */

enum { PICTURES = 3, CROPPED = 6 };
static image_options picture_options = { .size = 4, .background = "white" };
static bool fresh;

static void nobody_listens(void *context, const char *message)
{
    (void)context, (void)message;
}

static status open_pictures(void)
{
    static const image_watch watch = { .notice = nobody_listens };
    image_set s;
    const images_request r = {
        .folder = "set", .options = &picture_options, .fresh = fresh, .watch = &watch
    };
    TRY(images_open(&s, &r));
    assert_non_null(s.note);
    /* No file is left out silently, except one that disappears after it was listed. A folder that
     * cannot be listed, and a text that cannot be looked at, is a bad file. */
    if (strcmp(sweep_fault(), "ENOENT") != 0)
        assert_true(s.count == PICTURES || (s.count < PICTURES && s.bad > 0));
    images_close(&s);
    return STATUS_OK;
}

static status open_fresh_pictures(void)
{
    fresh = true;
    status s = open_pictures();
    fresh = false;
    return s;
}

static void cached_pictures(void)
{
    assert_ok(open_pictures());
}

static status are_there(void)
{
    bool found = false;
    status s = images_are_in("set", &found);
    if (s == STATUS_OK && strcmp(sweep_fault(), "ENOENT") != 0)
        assert_true(found);
    return s;
}

/* What cannot be looked at does not count. */
static status survey(void)
{
    picture_survey s;
    TRY(survey_pictures(&s, "set", NULL));
    assert_true(s.pictures <= PICTURES);
    return STATUS_OK;
}

static void make_pictures(void)
{
    assert_ok(folder_make("set/a/below"));
    assert_ok(folder_make("set/b"));
    copy(GOLDEN "rgba-8.png", "set/a/below/1.png");
    copy(GOLDEN "turned.png", "set/b/2.png");
    copy(GOLDEN "turned-6.jpg", "set/b/3.jpg");
    write_ok("set/a/text", "a text", 6);
}

/* A file that fails is a bad one, which may be left out; the cache may fail as a whole. */
#define LEFT_OUT      "open read opendir readdir malloc"
#define WITHOUT_CACHE LEFT_OUT " fsync mkdir realpath rename unlink write calloc realloc"

void folders_of_pictures_are_read_or_refused(void **state)
{
    (void)state;
    static const operation all[] = {
        { "open pictures", no_cache, open_pictures, NULL, STATUS_OK, WITHOUT_CACHE },
        { "open pictures", cached_pictures, open_pictures, NULL, STATUS_OK, WITHOUT_CACHE },
        { "open fresh pictures", NULL, open_fresh_pictures, NULL, STATUS_OK, LEFT_OUT },
        { "are there", NULL, are_there, NULL, STATUS_OK, LEFT_OUT },
        { "survey", NULL, survey, NULL, STATUS_OK, LEFT_OUT " realloc" },
    };
    make_pictures();
    SWEEP(all);
    picture_options.skip_bad = true;
    SWEEP(all);
    picture_options.skip_bad = false;
}

/* ---- crops ---- */

static int crop = 2;
static const char *cropped;
static bool on_disk;

/* With a test part, which is a fifth of the pictures, or a file. */
static status open_crops(void)
{
    static const image_watch watch = { .notice = nobody_listens };
    dataset_request r = dataset_request_of(cropped, 0);
    dataset train, test;
    r.images.skip_bad = picture_options.skip_bad;
    r.crop = crop;
    r.on_disk = on_disk;
    r.watch = &watch;
    TRY(dataset_open_with(&train, &r));
    assert_true((crop > 0) == (train.areas != NULL));
    assert_true(on_disk == (train.store != NULL));
    if (strcmp(sweep_fault(), "ENOENT") != 0)
        assert_true(train.kind != DATA_PICTURES || train.count == CROPPED ||
                    (train.count < CROPPED && train.bad > 0));
    assert_true(crop == 0 || dataset_crops(&train) >= (uint32_t)train.count);
    status s = dataset_open_test(&test, &train, &r);
    if (s == STATUS_OK)
        dataset_close(&test);
    if (s == STATUS_OK)
        s = dataset_load(&train);
    dataset_close(&train);
    return s;
}

/* A limit of memory that cannot be read is none. The block of the training part may keep its size
 * when the test part has left it. */
void crops_are_made_or_refused(void **state)
{
    (void)state;
    const operation pictures = { "open crops", NULL,      open_crops,
                                 NULL,         STATUS_OK, LEFT_OUT " realloc mkdir" },
                    whole = { "open images on the disk", NULL, open_crops, NULL, STATUS_OK,
                              "open read malloc mkdir" },
                    images = { "open crops of images",  NULL, open_crops, NULL, STATUS_OK,
                               "open read malloc mkdir" };
    static const char *const names[CROPPED] = { "rgba-8.png", "turned.png", "turned-6.jpg",
                                                "raw.ppm",    "rgb-8.png",  "grey-8.png" };
    assert_ok(folder_make("crops"));
    for (int i = 0; i < CROPPED; i++) {
        char from[512], to[64];
        snprintf(from, sizeof from, GOLDEN "%s", names[i]);
        snprintf(to, sizeof to, "crops/%s", names[i]);
        copy(from, to);
    }
    cropped = "crops";
    for (int i = 0; i < 4; i++) {
        on_disk = i % 2 != 0;
        picture_options.skip_bad = i / 2 != 0;
        sweep(&pictures);
    }
    picture_options.skip_bad = false;
    assert_ok(folder_make("images"));
    write_ok("images/train-images-idx3-ubyte", "\0\0\x08\x03\0\0\0\2\0\0\0\2\0\0\0\2abcdefgh", 24);
    write_ok("images/t10k-images-idx3-ubyte", "\0\0\x08\x03\0\0\0\1\0\0\0\2\0\0\0\2abcd", 20);
    cropped = "images";
    on_disk = false;
    sweep(&images);
    on_disk = true;
    sweep(&images);
    crop = 0;
    sweep(&whole);
    crop = 2;
    on_disk = false;
}

/* ---- pictures of each format ---- */

static const char *picture;

static status read_picture(void)
{
    bitmap_file f = { .path = picture };
    const fit_target target = { 3, 4, 4, FIT_CROP, { 0, 0, 0 } };
    unsigned char *bytes, out[3 * 4 * 4];
    fit shrunk;
    TRY(file_read(picture, 1 << 20, &bytes, &f.n));
    f.bytes = bytes;
    fit_start(&shrunk, &target, out);
    const bitmap_sink sink = fit_sink(&shrunk);
    status s = bitmap_read(&sink, &f);
    fit_free(&shrunk);
    free(bytes);
    return s;
}

/* libjpeg does without some of its memory. Not TIFF and no lossless WebP: libtiff 4.5.0 and
 * libwebp 1.2.4 themselves crash where they get no memory. */
void pictures_of_each_format_are_read_or_refused(void **state)
{
    (void)state;
    static const struct {
        const char *file;
        const bitmap_reader *reader;
    } formats[] = {
        { GOLDEN "interlaced.png", &png_reader },   { GOLDEN "palette-4-alpha.png", &png_reader },
        { GOLDEN "progressive.jpg", &jpeg_reader }, { GOLDEN "ycck.jpg", &jpeg_reader },
        { GOLDEN "lossy.webp", &webp_reader },

        { GOLDEN "interlaced.gif", &gif_reader },   { GOLDEN "key.gif", &gif_reader },
        { GOLDEN "rle8.bmp", &bmp_reader },         { GOLDEN "plain.ppm", &pnm_reader },
    };
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        picture = formats[i].file;
        sweep(&(operation){ picture, NULL, read_picture, NULL,
                            formats[i].reader->missing ? STATUS_FORMAT : STATUS_OK,
                            formats[i].reader == &jpeg_reader ? "malloc" : NULL });
    }
}

/* ---- places of data ---- */

static const char *place;

static status find(void)
{
    data_place train, test;
    TRY(find_data(&train, place));
    status s = find_test(&test, &train);
    data_place_free(&train);
    if (s == STATUS_OK)
        data_place_free(&test);
    return s;
}

/* A place that cannot be looked at is not one of data. */
void data_are_found_or_not(void **state)
{
    (void)state;
    static const char passed_over[] = "open read malloc realpath";
    static const char *const places[] = {
        "pictures", "pictures/train", "batches", "idx", "idx/train-images-idx3-ubyte",
    };
    assert_ok(folder_make("pictures/train"));
    assert_ok(folder_make("pictures/test"));
    copy(GOLDEN "grey-8.png", "pictures/train/1.png");
    assert_ok(folder_make("batches"));
    write_ok("batches/data_batch_1.bin", "", 0);
    write_ok("batches/test_batch.bin", "", 0);
    assert_ok(folder_make("idx"));
    write_ok("idx/train-images-idx3-ubyte", "", 0);
    write_ok("idx/train-labels-idx1-ubyte.gz", "", 0);
    write_ok("idx/t10k-images-idx3-ubyte.gz", "", 0);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        place = places[i];
        sweep(&(operation){ place, NULL, find, NULL, STATUS_OK, passed_over });
    }
    assert_ok(folder_make("others"));
    write_ok("others/x.csv", "1,2", 3);
    place = "others";
    sweep(&(operation){ place, NULL, find, NULL, STATUS_IO, passed_over });
    place = NULL;
    assert_int_equal(setenv("GAN_DATA", "idx", 1), 0);
    sweep(&(operation){ "$GAN_DATA", NULL, find, NULL, STATUS_OK, passed_over });
    assert_int_equal(unsetenv("GAN_DATA"), 0);
}

/* ---- files of data ---- */

static status read_idx(void)
{
    idx_file f;
    TRY(idx_read(&f, place, IDX_IMAGES, 0));
    idx_free(&f);
    return STATUS_OK;
}

static status read_cifar(void)
{
    cifar c = { 0 };
    status s = cifar_add(&c, &cifar_10, FUZZ "cifar/two.gz");
    if (s == STATUS_OK)
        s = cifar_add(&c, &cifar_10, FUZZ "cifar/two.gz");
    cifar_free(&c);
    return s;
}

static status read_latents(void)
{
    int n;
    float *z;
    TRY(npy_read_latents(FUZZ "npy/latents", 2, &n, &z));
    free(z);
    return STATUS_OK;
}

static void write_npy(void)
{
    out_file *f;
    static const float values[12] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 };
    static const int shape[4] = { 3, 1, 2, 2 };
    assert_ok(out_open(&f, "samples.npy"));
    assert_ok(npy_begin(f, shape));
    assert_ok(out_commit(f, npy_add(f, values, 12)));
}

static status read_npy_samples(void)
{
    const npy_form form = { .channels = 2, .height = 1, .width = 2 }; /* the channels are last */
    npy_samples x;
    TRY(npy_read_samples("samples.npy", &form, &x));
    free(x.values);
    return STATUS_OK;
}

/* Writes more packed bytes than a buffer holds, followed by zeros. */
static void write_long_gzip(const char *path)
{
    enum { N = 100000 };
    static const char header[16] = "\0\0\x08\x03\0\0\0\1\0\0\0\1\0\1\x86\xa0"; /* 1 x N */
    gzFile f = gzopen(path, "wb0");
    assert_int_equal(gzwrite(f, header, sizeof header), sizeof header);
    assert_int_equal(gzwrite(f, new_bytes, N), N);
    assert_int_equal(gzclose(f), Z_OK);
    assert_ok(file_append(path, "\0\0\0\0", 4));
}

enum { WRITTEN = 70000 };
static const float written[WRITTEN];
static const int written_shape[4] = { WRITTEN, 1, 1, 1 };

static status write_long_npy(void)
{
    out_file *f;
    TRY(out_open(&f, "long.npy"));
    status s = npy_begin(f, written_shape);
    return out_commit(f, s == STATUS_OK ? npy_add(f, written, WRITTEN) : s);
}

static status write_long_idx(void)
{
    out_file *f;
    TRY(out_open(&f, "long.idx"));
    status s = idx_begin(f, written_shape);
    return out_commit(f, s == STATUS_OK ? idx_add(f, written, WRITTEN) : s);
}

static status open_stacked(void)
{
    dataset d;
    TRY(dataset_open(&d, stacked_name, 5));
    assert_int_equal(d.count, 5);
    dataset_close(&d);
    return STATUS_OK;
}

void files_of_data_are_read_or_refused(void **state)
{
    (void)state;
    static const struct {
        const char *name, *bytes;
        size_t n;
        status undisturbed;
    } files[] = {
        { "magic", "\0\0\0\0", 4, STATUS_FORMAT },
        { "no-sizes", "\0\0\x08\x03", 4, STATUS_FORMAT },
        { "no-items", "\0\0\x08\x03\0\0\0\1\0\0\0\1\0\0\0\1", 16, STATUS_FORMAT },
        { "one-image", "\0\0\x08\x03\0\0\0\1\0\0\0\1\0\0\0\1x", 17, STATUS_OK },
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        place = files[i].name;
        write_ok(place, files[i].bytes, files[i].n);
        sweep(&(operation){ place, NULL, read_idx, NULL, files[i].undisturbed, NULL });
    }
    place = "long.gz";
    write_long_gzip(place);
    sweep(&(operation){ place, NULL, read_idx, NULL, STATUS_OK, NULL });
    place = FUZZ "idx/images.gz";
    sweep(&(operation){ "read idx", NULL, read_idx, NULL, STATUS_OK, NULL });
    assert_int_equal(setenv("GAN_DATA", "one-image", 1), 0);
    /* As in data_are_found_or_not: the place of the program need not be known. */
    sweep(&(operation){ "open stacked", NULL, open_stacked, NULL, STATUS_OK,
                        "open read malloc realpath" });
    assert_int_equal(unsetenv("GAN_DATA"), 0);
    sweep(&(operation){ "read cifar", NULL, read_cifar, NULL, STATUS_OK, NULL });
    sweep(&(operation){ "write npy", NULL, write_long_npy, NULL, STATUS_OK, NULL });
    sweep(&(operation){ "write idx", NULL, write_long_idx, NULL, STATUS_OK, NULL });
    write_npy();
    sweep(&(operation){ "read latents", NULL, read_latents, NULL, STATUS_OK, NULL });
    sweep(&(operation){ "read npy samples", NULL, read_npy_samples, NULL, STATUS_OK, NULL });
}

/* ---- writing pictures ---- */

static status write_picture(void)
{
    static const float samples[2 * 3 * 4];
    const grid g = { .rows = 1, .cols = 2, .pad = 1, .channels = 3, .height = 2, .width = 2 };
    return grid_write_png("file", &g, samples);
}

static status make_film(void)
{
    run_pictures p;
    status s = pictures_list(&p, "filmed");
    if (s == STATUS_OK) {
        film f = { p.frames, p.count, 0, 2, 10, 1.5, 1500 };
        s = film_write("file", &f);
    }
    pictures_free(&p);
    return s;
}

static void a_picture_or_the_old_file(bool done)
{
    assert_true(holds("file", old_bytes, sizeof old_bytes) ? !done : access("file", F_OK) == 0);
}

void pictures_are_written_or_not(void **state)
{
    (void)state;
    static const operation all[] = {
        { "write picture", old_file, write_picture, a_picture_or_the_old_file, STATUS_OK, NULL },
        { "make film", old_file, make_film, a_picture_or_the_old_file, STATUS_OK, NULL },
    };
    assert_ok(folder_make("filmed/samples"));
    copy(GOLDEN "rgb-8.png", "filmed/samples/epoch-0000.png");
    copy(GOLDEN "rgb-8.png", "filmed/samples/epoch-0001.png");
    copy(GOLDEN "rgb-8.png", "filmed/samples/epoch-0002.png");
    SWEEP(all);
}
