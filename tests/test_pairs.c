/* tests/test_pairs.c - which crops of pictures a batch of a task has, and those that show it.
 *
 * That the crop of a stream, a number and a place is the documented one is for tests/test_crops.c.
 *
 * SPDX-License-Identifier: MIT */
#include "test.h"

#include "data/dataset_parts.h"
#include "game/pairs.h"
#include "game/task.h"

#include "base/banned.h"

enum { SIDE = 12, PLANE = SIDE * SIDE, ROWS = 4 };

/* Pictures that have a single crop, at any of 4 x 7 positions. */
static dataset make_pictures(void)
{
    enum { HEIGHT = 15, WIDTH = 18, AREA = 3 * HEIGHT * WIDTH };
    static unsigned char pixels[ROWS * AREA];
    static image_area areas[ROWS + 1];
    static char path[] = "made";
    for (size_t i = 0; i < sizeof pixels; i++)
        pixels[i] = (unsigned char)(i * i / 7 + i);
    for (size_t i = 0; i <= ROWS; i++)
        areas[i] = (image_area){ .at = i * AREA, .height = HEIGHT, .width = WIDTH };
    dataset d = {
        ROWS, 3, SIDE, SIDE, .crop = SIDE, .pixels = pixels, .areas = areas, .path = path
    };
    assert_ok(dataset_number_crops(&d));
    return d;
}

static void open_upscale(degrader *g, arena *a)
{
    int upscale = 0;
    while (strcmp(task_choice(upscale)->name, "upscale") != 0)
        upscale++;
    for (int turn = 0; turn < 2; turn++) {
        degrader_plan(g, a, upscale, 2, (image_shape){ 3, SIDE, SIDE }, ROWS);
        assert_ok(turn == 0 ? arena_open(a) : STATUS_OK);
    }
}

static void crops_are_those_of_their_epoch_or_layer(void **state)
{
    (void)state;
    static const uint32_t order[ROWS] = { 3, 0, 2, 2 };
    static unsigned char crops[ROWS * 3 * PLANE], crop[3 * PLANE];
    static float x[ROWS * 3 * PLANE], poor[ROWS * 3 * PLANE];
    compute c;
    arena a = { 0 };
    degrader g;
    dataset d = make_pictures();
    assert_ok(compute_open(&c, NULL, 2));
    open_upscale(&g, &a);
    const pairs p = { .data = &d, .degrader = g, .seed = 7, .crops = crops };
    for (int shown = 0; shown < 2; shown++) {
        random_stream s = { 7, shown ? 5 : 3, random_name(RANDOM_CROP, shown ? 8 : 0, 0) };
        const crop_draw draw = { .stream = s };
        if (shown)
            pairs_show(&p, &c, (random_stream){ 7, 5, 8 }, ROWS, x, poor);
        else
            pairs_batch(&p, &c, 3, 2, ROWS, order, x, poor);
        for (uint32_t i = 0; i < ROWS; i++) {
            dataset_crop(&d, &draw, shown ? i : order[i], shown ? i : 2 + i, crop);
            for (uint32_t k = 0; k < 3 * PLANE; k++)
                assert_true(x[i * 3 * PLANE + k] == (float)(2 * crop[k] - 255) / 255);
        }
    }
    arena_close(&a);
    compute_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crops_are_those_of_their_epoch_or_layer),
    };
    return cmocka_run_group_tests_name("pairs", tests, NULL, NULL);
}
