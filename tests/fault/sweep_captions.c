/* tests/fault/sweep_captions.c - operations for sweep.h: captions that come with data, what nets
 * learn of them, and the matcher.
 *
 * SPDX-License-Identifier: MIT */
#include "sweep.h"

#include "base/file.h"
#include "data/caption_words.h"
#include "data/dataset.h"
#include "eval/matcher.h"
#include "eval/ranks.h"
#include "eval/retrieval.h"
#include "game/taught.h"
#include "train/real_conditions.h"

/* FEW texts are sorted without the memory that qsort can also do without. */
enum { IMAGES = 8, SIDE = 4, FEW = 6, PICTURES = 2 };

/* ---- data ---- */

/* What the operations open. */
static struct {
    const char *where, *captions;
    double hold_out;
} wanted;

static status open_data(dataset *d)
{
    dataset_request r = dataset_request_of(wanted.where, 0);
    r.images = (image_options){ .size = SIDE,
                                .background = "white",
                                .captions = wanted.captions,
                                .hold_out = wanted.hold_out };
    r.captions = CAPTIONS_NEED;
    return dataset_open_with(d, &r);
}

static status open_captions(void)
{
    dataset d;
    TRY(open_data(&d));
    assert_non_null(d.captions);
    /* No picture is left out silently, except one that disappears after it was listed. */
    if (strcmp(sweep_fault(), "ENOENT") != 0)
        assert_int_equal(d.count + (d.held ? d.held->count : 0),
                         d.kind == DATA_PICTURES ? PICTURES : IMAGES);
    dataset_close(&d);
    return STATUS_OK;
}

static void write_text(const char *path, const char *words)
{
    write_ok(path, words, strlen(words));
}

/* Images whose strokes differ in thickness and slant, of two classes. */
static void write_images(void)
{
    static const unsigned char header[16] = { 0, 0, 8, 3,    0, 0, 0, IMAGES,
                                              0, 0, 0, SIDE, 0, 0, 0, SIDE };
    unsigned char bytes[16 + IMAGES * SIDE * SIDE],
        labels[8 + IMAGES] = { 0, 0, 8, 1, 0, 0, 0, IMAGES };
    memcpy(bytes, header, sizeof header);
    for (int i = 0; i < IMAGES; i++) {
        labels[8 + i] = (unsigned char)(i % 2);
        for (int k = 0; k < SIDE * SIDE; k++)
            bytes[16 + i * SIDE * SIDE + k] =
                (unsigned char)((k * (i + 3)) % 11 < 5 ? 255 - 10 * i : 0);
    }
    assert_ok(folder_make("told"));
    write_ok("told/train-images-idx3-ubyte", bytes, sizeof bytes);
    write_ok("told/train-labels-idx1-ubyte", labels, sizeof labels);
    write_text("told/captions.txt", "classes: zero, one\nthe {class}\na {weight} {class}\n"
                                    "a {slant} {class}\na {weight}, {slant} {class}\n");
    write_text("lines", "one\ntwo\nThree\nA  bold four\none\ntwo\nthree\nfive\n");
}

static void copy_picture(const char *name)
{
    unsigned char *bytes;
    size_t n;
    assert_ok(file_read(GAN_SOURCE_DIR "/tests/golden/pictures/grey-8.png", 1 << 20, &bytes, &n));
    write_ok(name, bytes, n);
    free(bytes);
}

static void write_folders(void)
{
    assert_ok(folder_make("by-csv/below"));
    assert_ok(folder_make("by-lines"));
    assert_ok(folder_make("by-text"));
    copy_picture("by-csv/a.png");
    copy_picture("by-csv/below/b.png");
    write_text("by-csv/metadata.csv", "file_name,text,label\r\na.png,\"a cat, \"\"red\"\"\",cat\r\n"
                                      "below/b.png,a dog,dog\r\n");
    copy_picture("by-lines/a.png");
    copy_picture("by-lines/b.png");
    write_text("by-lines/metadata.jsonl",
               "{\"file_name\": \"a.png\", \"text\": [\"a cat\", \"an animal\"], \"label\": 1}\n"
               "{\"file_name\": \"b.png\", \"caption\": \"a \\u00e9t\\u00e9\"}\n");
    copy_picture("by-text/a.png");
    copy_picture("by-text/b.png");
    write_text("by-text/a.txt", "a cat\nan animal\n");
    write_text("by-text/b.txt", "a dog\n");
}

/* A place that cannot be looked at has no captions, which is an error here; the pictures' cache may
 * fail as a whole. utf8proc goes on with more memory than it needs where it cannot give it back. */
#define SHRINKS "realloc"
#define WITHOUT_CACHE                                                                              \
    "fsync mkdir realpath rename unlink write calloc realloc malloc open read opendir readdir"

void captions_are_read_or_refused(void **state)
{
    (void)state;
    static const struct {
        const char *where, *captions, *passed_over;
        double hold_out;
    } sets[] = {
        { "told", NULL, SHRINKS, 0 },           { "told", "lines", SHRINKS, 0 },
        { "told", NULL, SHRINKS, 0.9 },         { "by-csv", NULL, WITHOUT_CACHE, 0 },
        { "by-lines", NULL, WITHOUT_CACHE, 0 }, { "by-text", NULL, WITHOUT_CACHE, 0 },
    };
    write_images();
    write_folders();
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        wanted.where = sets[i].where;
        wanted.captions = sets[i].captions;
        wanted.hold_out = sets[i].hold_out;
        sweep(&(operation){ wanted.where, no_cache, open_captions, NULL, STATUS_OK,
                            sets[i].passed_over });
    }
    wanted.captions = NULL;
    wanted.hold_out = 0;
}

/* ---- what is learned of them ---- */

static dataset told;

static status count_caption_words(void)
{
    caption_words w;
    TRY(caption_words_count(&w, told.captions));
    caption_words_free(&w);
    return STATUS_OK;
}

static status learn_words(void)
{
    vocabulary v;
    status s = vocabulary_learn(&v, (const char *const *)told.captions->texts, FEW);
    vocabulary_close(&v);
    return s;
}

/* The conditions of a run, and those of samples that are compared with its images. */
static status teach(int kind)
{
    taught_conditions t;
    data_identity id = { 0 };
    known_conditions known = { 0 };
    real_conditions real = { 0 };
    model_options o = { .condition = kind, .mismatch_near = kind == CONDITION_CAPTION ? 0.5 : 0 };
    status s = taught_open(&t, &o, &told, &id);
    if (s == STATUS_OK)
        s = known_open(&known, kind, &id);
    if (s == STATUS_OK)
        s = real_conditions_open(&real, &known, &told, ORDER_TRAINING_IMAGES, 3 * IMAGES);
    real_conditions_close(&real);
    known_close(&known);
    taught_close(&t);
    return s;
}

static status teach_classes(void)
{
    return teach(CONDITION_LABEL);
}

static status teach_captions(void)
{
    return teach(CONDITION_CAPTION);
}

void conditions_are_learned_or_refused(void **state)
{
    (void)state;
    static const operation all[] = {
        { "count words", NULL, count_caption_words, NULL, STATUS_OK, NULL },
        { "learn words", NULL, learn_words, NULL, STATUS_OK, NULL },
        { "teach classes", NULL, teach_classes, NULL, STATUS_OK, NULL },
        { "teach captions", NULL, teach_captions, NULL, STATUS_OK, SHRINKS },
    };
    write_images();
    wanted.where = "told";
    assert_ok(open_data(&told));
    SWEEP(all);
    dataset_close(&told);
}

/* ---- the matcher ---- */

static compute alone;
static matcher trained; /* a matcher with weights */
static arena trained_memory;

static void nobody_listens(void *context, const char *message)
{
    (void)context, (void)message;
}

static status open_matcher(matcher *m, arena *a)
{
    TRY(matcher_open(m, &told));
    matcher_plan(m, a, &alone);
    TRY(arena_open(a));
    matcher_plan(m, a, &alone);
    return STATUS_OK;
}

static status open_and_close_matcher(void)
{
    matcher m;
    arena a = { 0 };
    status s = open_matcher(&m, &a);
    matcher_close(&m);
    arena_close(&a);
    return s;
}

static status retrieve(void)
{
    static float seen[IMAGES * MATCHER_SIZE], read[4 * IMAGES * MATCHER_SIZE];
    uint32_t own[IMAGES];
    signed char hits[IMAGES];
    points all = points_of_images(&told, 0, IMAGES);
    for (int i = 0; i < IMAGES; i++)
        own[i] = trained.texts.ids[told.captions->first[i]];
    matcher_see(&trained, &all, seen);
    matcher_read(&trained, &trained.texts, read);
    const retrieval r = { &alone, &trained.texts, read, IMAGES, MATCHER_SIZE, seen, own };
    return retrieval_run(&r, hits);
}

static status rank(void)
{
    static const double x[] = { 1, 5, 2, 2 }, y[] = { 3, 1, 1, 0 };
    double r;
    return rank_correlation(4, x, y, &r);
}

/* The cache that keeps it has a sweep of its own. */
void a_matcher_is_made_or_refused(void **state)
{
    (void)state;
    static const evaluator_watch watch = { .notice = nobody_listens };
    static const operation all[] = {
        { "open matcher", NULL, open_and_close_matcher, NULL, STATUS_OK, NULL },
        { "retrieve", NULL, retrieve, NULL, STATUS_OK, NULL },
        { "ranks", NULL, rank, NULL, STATUS_OK, NULL },
    };
    write_images();
    wanted.where = "told";
    assert_ok(open_data(&told));
    assert_ok(compute_open(&alone, NULL, 1));
    assert_ok(open_matcher(&trained, &trained_memory));
    assert_ok(matcher_prepare(&trained, &watch));
    SWEEP(all);
    matcher_close(&trained);
    arena_close(&trained_memory);
    compute_close(&alone);
    dataset_close(&told);
}
