/* tests/test_matcher.c - the nets that learn which captions fit which pictures: their layers, how
 * long they learn, and that all of them do (docs/evaluation.md).
 *
 * SPDX-License-Identifier: MIT */
#include "place.h"
#include "test.h"

#include <math.h>
#include <stdio.h>

#include "base/bytes.h"
#include "base/file.h"
#include "eval/matcher.h"

#include "support/eval_bench.h"

#include "base/banned.h"

enum { MOST = 3000, WORDS = 40 };

/* Pictures of one value, each with the caption of that value. */
static dataset make_pictures(int count, image_shape shape)
{
    static unsigned char pixels[MOST];
    static char path[] = "told";
    caption_list l = { 0 };
    for (int i = 0; i < count; i++) {
        char words[32];
        snprintf(words, sizeof words, "number %d", i % WORDS);
        assert_ok(caption_list_sample(&l));
        assert_ok(caption_list_add(&l, words, "here"));
        pixels[i] = (unsigned char)(i % WORDS * 6);
    }
    dataset d = {
        count, shape.channels, shape.height, shape.width, .pixels = pixels, .path = path
    };
    assert_ok(captions_make(&d.captions, &l));
    caption_list_free(&l);
    return d;
}

/* ---- the net of pictures ---- */

static void convolutions_halve_the_smaller_side_to_fewer_than_8_pixels(void **state)
{
    (void)state;
    static const struct {
        image_shape from;
        const char *maps; /* of the convolutions */
    } cases[] = {
        { { 1, 1, 1 }, "" },
        { { 1, 7, 7 }, "" },
        { { 1, 7, 64 }, "" },
        { { 3, 64, 7 }, "" },
        { { 3, 8, 64 }, " 16" },
        { { 3, 64, 15 }, " 16" },
        { { 1, 28, 28 }, " 16 32" },
        { { 3, 32, 128 }, " 16 32 64" },
        { { 3, 256, 256 }, " 16 32 64 128 128 128" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dataset d = make_pictures(1, cases[i].from);
        matcher m;
        char maps[64] = "";
        assert_ok(matcher_open(&m, &d));
        for (int k = 0; k < m.seeing.count; k++) {
            const layer *l = &m.seeing.layers[k];
            size_t n = strlen(maps);
            if (strcmp(l->ops->name, "conv") == 0)
                snprintf(maps + n, sizeof maps - n, " %d", l->to.channels);
        }
        assert_string_equal(maps, cases[i].maps);
        assert_int_equal(m.seeing.out, MATCHER_SIZE);
        assert_int_equal(m.reading.out, MATCHER_SIZE);
        matcher_close(&m);
        captions_free(d.captions);
    }
}

/* ---- its training ---- */

/* Stops the training: the next step finds a weight that is no number. */
typedef struct breaking {
    matcher *matcher;
    int after;  /* so many epochs */
    int epochs; /* as it was told */
    double right;
    float *before; /* the weights of both nets after the first epoch, or NULL */
} breaking;

static void look(void *context, int epoch, int epochs, double right)
{
    breaking *b = context;
    net *nets[] = { &b->matcher->seeing, &b->matcher->reading };
    size_t place = 0;
    b->epochs = epochs;
    b->right = right;
    for (int i = 0; i < 2; i++) {
        if (b->before && epoch == 1)
            memcpy(b->before + place, nets[i]->params, nets[i]->param_count * sizeof(float));
        place += nets[i]->param_count;
    }
    if (epoch == b->after)
        nets[0]->params[0] = NAN;
}

static void open_matcher(matcher *m, bench *b, const dataset *d)
{
    bench_open(b, NULL, 2);
    assert_ok(matcher_open(m, d));
    for (int i = 0; i < 2; i++) {
        matcher_plan(m, &b->arena, &b->compute);
        assert_ok(i == 0 ? arena_open(&b->arena) : STATUS_OK);
    }
}

/* 300,000 pictures, rounded up to epochs, of at most 200. */
static void epochs_follow_from_the_number_of_pictures(void **state)
{
    (void)state;
    static const struct {
        int count, epochs;
    } cases[] = { { 1, 200 },    { 1500, 200 }, { 1507, 200 }, { 1508, 199 },
                  { 1999, 151 }, { 2000, 150 }, { 2001, 150 }, { 3000, 100 } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dataset d = make_pictures(cases[i].count, (image_shape){ 1, 1, 1 });
        matcher m;
        bench b;
        breaking end = { .matcher = &m, .after = 1 };
        const evaluator_watch watch = { .context = &end, .matched = look };
        open_matcher(&m, &b, &d);
        assert_fails(matcher_train(&m, &watch), STATUS_NONFINITE,
                     "the matcher's training ended in a number that is not finite");
        assert_int_equal(end.epochs, cases[i].epochs);
        matcher_close(&m);
        bench_close(&b);
        captions_free(d.captions);
    }
}

static void every_tensor_of_both_nets_learns(void **state)
{
    (void)state;
    dataset d = make_pictures(600, (image_shape){ 1, 1, 1 });
    matcher m;
    bench b;
    open_matcher(&m, &b, &d);
    float *before = calloc(m.seeing.param_count + m.reading.param_count, sizeof *before);
    assert_non_null(before);
    breaking end = { .matcher = &m, .after = 3, .before = before };
    const evaluator_watch watch = { .context = &end, .matched = look };
    assert_int_equal(matcher_train(&m, &watch), STATUS_NONFINITE);
    const net *nets[] = { &m.seeing, &m.reading };
    const float *was = before;
    for (int i = 0; i < 2; was += nets[i++]->param_count)
        for (int k = 0; k < nets[i]->tensor_count; k++) {
            const tensor *t = &nets[i]->tensors[k];
            bool first = i == 0 && t->offset == 0; /* has the value that is no number */
            assert_memory_not_equal(was + t->offset + first, nets[i]->params + t->offset + first,
                                    (t->count - first) * sizeof *was);
        }
    free(before);
    matcher_close(&m);
    bench_close(&b);
    captions_free(d.captions);
}

static double product(const float *a, const float *b)
{
    double sum = 0;
    for (int i = 0; i < MATCHER_SIZE; i++)
        sum += (double)a[i] * (double)b[i];
    return sum;
}

/* More pictures than a batch, of which so many are nearest to their own caption. */
static double share_nearest(matcher *m)
{
    enum { SEEN = 300 };
    static float seen[SEEN * MATCHER_SIZE], read[WORDS * MATCHER_SIZE];
    dataset d = make_pictures(SEEN, (image_shape){ 1, 1, 1 });
    points p = points_of_images(&d, 0, SEEN);
    int right = 0;
    matcher_see(m, &p, seen);
    matcher_read(m, &m->texts, read);
    for (int i = 0; i < SEEN; i++) {
        const float *at = seen + (ptrdiff_t)i * MATCHER_SIZE;
        uint32_t own = m->texts.ids[i % WORDS], best = own;
        for (uint32_t t = 0; t < WORDS; t++)
            if (product(at, read + t * MATCHER_SIZE) > product(at, read + best * MATCHER_SIZE))
                best = t;
        right += best == own;
        assert_near(product(at, at), 1, 1e-5);
        assert_near(product(read + own * MATCHER_SIZE, read + own * MATCHER_SIZE), 1, 1e-5);
    }
    captions_free(d.captions);
    return (double)right / SEEN;
}

/* Of 40 values, each at its place on a line; by chance 1 of 40. */
static void it_learns_which_caption_fits(void **state)
{
    (void)state;
    dataset d = make_pictures(WORDS, (image_shape){ 1, 1, 1 });
    matcher m;
    bench b;
    breaking end = { .matcher = &m };
    const evaluator_watch watch = { .context = &end, .matched = look };
    open_matcher(&m, &b, &d);
    assert_ok(matcher_train(&m, &watch));
    assert_true(end.right > 0.5);
    assert_true(share_nearest(&m) > 0.5);
    matcher_close(&m);
    bench_close(&b);
    captions_free(d.captions);
}

/* ---- what is kept ---- */

/* safetensors: the length of the header in 8 bytes, the header, the tensors. */
static void check_file(const matcher *m)
{
    unsigned char *bytes;
    size_t n,
        sizes[] = { m->seeing.param_count * sizeof(float), m->reading.param_count * sizeof(float) };
    assert_ok(file_read("cache/gan/matcher-00000000.safetensors", 1 << 24, &bytes, &n));
    size_t begin = 8 + (size_t)bytes_get(bytes, 8);
    assert_int_equal(n, begin + sizes[0] + sizes[1]);
    assert_memory_equal(bytes + begin, m->seeing.params, sizes[0]);
    assert_memory_equal(bytes + begin + sizes[0], m->reading.params, sizes[1]);
    free(bytes);
}

static void a_matcher_that_is_read_again_is_the_same(void **state)
{
    (void)state;
    dataset d = make_pictures(4, (image_shape){ 1, 1, 1 });
    for (int time = 0; time < 2; time++) {
        matcher m;
        bench b;
        breaking end = { .matcher = &m };
        const evaluator_watch watch = { .context = &end, .matched = look };
        open_matcher(&m, &b, &d);
        assert_ok(matcher_prepare(&m, &watch));
        assert_int_equal(end.epochs, time == 0 ? 200 : 0); /* the second is not trained */
        check_file(&m);
        matcher_close(&m);
        bench_close(&b);
    }
    captions_free(d.captions);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(convolutions_halve_the_smaller_side_to_fewer_than_8_pixels),
        cmocka_unit_test(epochs_follow_from_the_number_of_pictures),
        cmocka_unit_test(every_tensor_of_both_nets_learns),
        cmocka_unit_test(it_learns_which_caption_fits),
        cmocka_unit_test_setup_teardown(a_matcher_that_is_read_again_is_the_same, place_enter,
                                        place_leave),
    };
    return cmocka_run_group_tests_name("matcher", tests, NULL, NULL);
}
