/* tests/test_kept.c - what the evaluation keeps in the cache: exactly its classifier, and the same
 * figures when it is read again.
 *
 * SPDX-License-Identifier: MIT */
#include "place.h"
#include "test.h"

#include <glob.h>
#include <math.h>

#include "base/bytes.h"
#include "base/file.h"
#include "eval/evaluator.h"
#include "eval/evaluator_parts.h"

#include "support/eval_bench.h"

#include "base/banned.h"

enum { SIDE = 4, TRAIN = 40, TEST = 12 };

static unsigned char pixels[(TRAIN + TEST) * SIDE * SIDE], labels[TRAIN + TEST];

/* Two classes, dark and bright, each picture another one. */
static void make_sets(dataset *train, dataset *test)
{
    for (int i = 0; i < TRAIN + TEST; i++) {
        labels[i] = (unsigned char)(i % 2);
        for (int k = 0; k < SIDE * SIDE; k++)
            pixels[i * SIDE * SIDE + k] = (unsigned char)(i % 2 * 120 + (i * 37 + k * 11) % 120);
    }
    *train = (dataset){ TRAIN, 1, SIDE, SIDE, .pixels = pixels, .labels = labels };
    *test = *train;
    test->count = TEST;
    test->pixels += TRAIN * SIDE * SIDE;
    test->labels += TRAIN;
}

/* The evaluation of so few images has no classifier: it gets one here. */
static void open_all(evaluator *e, bench *b, const dataset *train, const dataset *test)
{
    bench_open(b, NULL, 2);
    *e = (evaluator){ .train = train,
                      .test = test,
                      .use = EVALUATE_QUICK,
                      .most = TEST,
                      .classes = 2,
                      .judge = JUDGE_LABELS };
    assert_ok(classifier_open(&e->classifier, SIDE * SIDE, 2));
    for (int i = 0; i < 2; i++) {
        evaluator_plan(e, &b->arena, &b->compute);
        assert_ok(i == 0 ? arena_open(&b->arena) : STATUS_OK);
    }
}

/* The file of the classifier, which the caller frees. */
static unsigned char *kept_file(size_t *n)
{
    glob_t found;
    unsigned char *bytes;
    assert_int_equal(glob("cache/gan/classifier-*.safetensors", 0, NULL, &found), 0);
    assert_int_equal(found.gl_pathc, 1);
    assert_ok(file_read(found.gl_pathv[0], 1 << 24, &bytes, n));
    globfree(&found);
    return bytes;
}

static void the_kept_classifier_is_its_tensors_and_nothing_else(void **state)
{
    (void)state;
    dataset train, test;
    evaluator e;
    bench b;
    const evaluator_watch watch = { 0 };
    make_sets(&train, &test);
    open_all(&e, &b, &train, &test);
    net *n = &e.classifier.net;
    /* Whoever looks one tensor too far finds a name that cannot be read. */
    n->tensors[n->tensor_count].shape.name = (const char *)16;
    assert_ok(evaluator_get_classifier(&e, &watch));
    size_t size;
    unsigned char *bytes = kept_file(&size);
    /* safetensors: the length of the header in 8 bytes, the header, the tensors. */
    size_t header = (size_t)bytes_get(bytes, 8);
    assert_int_equal(size, 8 + header + n->param_count * sizeof(float));
    assert_memory_equal(bytes + 8 + header, n->params, n->param_count * sizeof(float));
    char *words = calloc(1, header + 1);
    assert_non_null(words);
    memcpy(words, bytes + 8, header);
    int tensors = 0;
    for (const char *at = words; (at = strstr(at, "\"data_offsets\"")); at++)
        tensors++;
    assert_int_equal(tensors, n->tensor_count);
    free(words);
    free(bytes);
    evaluator_close(&e);
    bench_close(&b);
}

static void a_classifier_that_is_read_again_is_the_same(void **state)
{
    (void)state;
    dataset train, test;
    float *first = NULL;
    make_sets(&train, &test);
    for (int time = 0; time < 2; time++) {
        evaluator e;
        bench b;
        const evaluator_watch watch = { 0 };
        open_all(&e, &b, &train, &test);
        size_t bytes = e.classifier.net.param_count * sizeof *first;
        assert_ok(evaluator_get_classifier(&e, &watch));
        if (time == 0) {
            first = malloc(bytes);
            assert_non_null(first);
            memcpy(first, e.classifier.net.params, bytes);
        }
        assert_memory_equal(first, e.classifier.net.params, bytes);
        evaluator_close(&e);
        bench_close(&b);
    }
    free(first);
}

static int notices;
static char last_notice[512];

static void keep_notice(void *context, const char *message)
{
    (void)context;
    notices++;
    snprintf(last_notice, sizeof last_notice, "%s", message);
}

static void a_damaged_one_is_noticed_once_and_made_again(void **state)
{
    (void)state;
    dataset train, test;
    make_sets(&train, &test);
    unsigned char *first = NULL;
    for (int time = 0; time < 3; time++) {
        evaluator e;
        bench b;
        size_t n;
        const evaluator_watch watch = { .notice = keep_notice };
        open_all(&e, &b, &train, &test);
        notices = 0;
        assert_ok(evaluator_get_classifier(&e, &watch));
        assert_int_equal(notices, time == 1 ? 1 : 0);
        if (time == 1)
            assert_non_null(strstr(last_notice, "; it is made again"));
        unsigned char *bytes = kept_file(&n);
        if (time == 0)
            first = bytes;
        assert_memory_equal(bytes, first, n);
        if (time == 0) {
            glob_t found;
            assert_int_equal(glob("cache/gan/classifier-*.safetensors", 0, NULL, &found), 0);
            assert_ok(file_write(found.gl_pathv[0], bytes, n - 1));
            globfree(&found);
        } else {
            free(bytes);
        }
        evaluator_close(&e);
        bench_close(&b);
    }
    free(first);
}

static void one_that_cannot_be_kept_is_made_and_noticed(void **state)
{
    (void)state;
    dataset train, test;
    evaluator e;
    bench b;
    const evaluator_watch watch = { .notice = keep_notice };
    make_sets(&train, &test);
    open_all(&e, &b, &train, &test);
    assert_int_equal(setenv("XDG_CACHE_HOME", "/dev/null", 1), 0);
    notices = 0;
    assert_ok(evaluator_get_classifier(&e, &watch));
    assert_int_equal(notices, 1);
    assert_non_null(strstr(last_notice, "what was computed from the data is not kept"));
    evaluator_close(&e);
    bench_close(&b);
}

#define PLACED(test) cmocka_unit_test_setup_teardown(test, place_enter, place_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLACED(the_kept_classifier_is_its_tensors_and_nothing_else),
        PLACED(a_classifier_that_is_read_again_is_the_same),
        PLACED(a_damaged_one_is_noticed_once_and_made_again),
        PLACED(one_that_cannot_be_kept_is_made_and_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
