/* tests/fault/sweep_run.c - operations for sweep.h: checkpoints and the folder of a run.
 *
 * SPDX-License-Identifier: MIT */
#include "sweep.h"

#include "base/file.h"
#include "game/saved.h"
#include "train/folder.h"
#include "train/from.h"
#include "train/metrics.h"

/* ---- checkpoints ---- */

static model_options options;
static model game; /* a few layers, never trained */
static arena game_memory;
static char *before; /* the old model.bin */
static size_t before_size;

static void open_game(void)
{
    compute c;
    option_defaults(&model_option_table, &options);
    /* Tensors of every rank, and more bytes than a file's buffer holds. */
    options.generator = "linear 2x1x1, conv 200 k1, linear 1x1x2, batch_norm, tanh";
    options.discriminator = "linear 90 spectral_norm, relu, linear 90, relu, linear 1";
    options.latent = 2;
    options.batch = 3;
    options.ema = 0.5;
    const data_identity data = {
        .channels = 1, .height = 1, .width = 2, .count = 17, .fingerprint = 1, .kind = SAMPLE_IMAGE
    };
    assert_ok(compute_open(&c, "generic", 1));
    assert_ok(model_open(&game, &options, &data));
    assert_ok(model_open_memory(&game, &game_memory, MODEL_TRAINS));
    model_init(&game, c.kernels);
    compute_close(&c);
}

static void close_game(void)
{
    model_close(&game);
    arena_close(&game_memory);
}

static void old_checkpoint(void)
{
    game.epoch = 0;
    assert_ok(model_save(&game, "model.bin"));
    if (!before)
        assert_ok(file_read("model.bin", 1 << 20, (unsigned char **)&before, &before_size));
    game.epoch = 1;
}

static status save_checkpoint(void)
{
    return model_save(&game, "model.bin");
}

static status sum_checkpoint(void)
{
    uint32_t crc;
    return model_crc(&game, &crc);
}

static status read_checkpoint(void)
{
    checkpoint f;
    model m;
    arena a = { 0 };
    status s = model_open_file(&m, &f, "model.bin");
    bool open = s == STATUS_OK;
    if (s == STATUS_OK)
        s = model_open_memory(&m, &a, MODEL_SAMPLES);
    if (s == STATUS_OK)
        s = model_read(&m, &f);
    checkpoint_close(&f);
    if (open)
        model_close(&m);
    arena_close(&a);
    return s;
}

static status start_from_checkpoint(void)
{
    from f;
    status s = from_open(&f, "model.bin");
    if (s == STATUS_OK)
        s = from_read(&f, &game);
    from_close(&f);
    return s;
}

static void the_old_one_or_the_new_one(bool done)
{
    assert_ok(read_checkpoint());
    bool old = holds("model.bin", (unsigned char *)before, before_size);
    assert_false(done && old);
}

void checkpoints_are_whole(void **state)
{
    (void)state;
    static const operation all[] = {
        { "save checkpoint", old_checkpoint, save_checkpoint, the_old_one_or_the_new_one, STATUS_OK,
          NULL },
        { "sum checkpoint", NULL, sum_checkpoint, NULL, STATUS_OK, NULL },
        { "read checkpoint", NULL, read_checkpoint, NULL, STATUS_OK, NULL },
        { "start from checkpoint", NULL, start_from_checkpoint, NULL, STATUS_OK, NULL },
    };
    open_game();
    SWEEP(all);
    close_game();
    free(before);
    before = NULL;
}

/* ---- the folder of a run ---- */

static train_options run = { .out = "run", .images = { .background = "white" } };

static void no_run(void)
{
    remove_tree("run");
}

static status open_and_clear(void)
{
    run_folder f;
    TRY(folder_open(&f, &run));
    status s = folder_save_options(&f, &run);
    if (s == STATUS_OK)
        s = folder_clear(&f);
    folder_close(&f);
    return s;
}

static void a_run(void)
{
    no_run();
    assert_ok(folder_make("run/samples"));
    write_ok("run/model.bin", "", 0);
    write_ok("run/samples/epoch-0000.png", "", 0);
    write_ok("run/run.json", "{\"data\":\"run\",\"epochs\":\"3\",\"fit\":\"pad\"}", 43);
}

static status clear_run(void)
{
    run_folder f;
    run.overwrite = true;
    status s = folder_open(&f, &run);
    run.overwrite = false;
    if (s != STATUS_OK)
        return s;
    s = folder_clear(&f);
    folder_close(&f);
    return s;
}

static status load_options(void)
{
    run_folder f;
    json_object saved;
    train_options o = run;
    o.resume = true;
    TRY(folder_open(&f, &o));
    status s = folder_load_options(&f, &o, &saved);
    json_free(&saved);
    folder_close(&f);
    return s;
}

static status load_data(void)
{
    const char *where = NULL;
    image_options o = { 0 };
    json_object saved;
    status s = folder_load_data("run/model.bin", &where, &o, &saved);
    json_free(&saved);
    return s;
}

static void no_rows(void)
{
    remove("metrics.csv");
}

static status append_row(void)
{
    epoch_metrics e = { .epoch = 1, .judged.fid = 0.25 };
    return metrics_append("metrics.csv", &e);
}

static void two_rows(void)
{
    no_rows();
    assert_ok(append_row());
    epoch_metrics e = { .epoch = 2 };
    assert_ok(metrics_append("metrics.csv", &e));
}

static status read_rows(void)
{
    epoch_metrics *rows;
    uint32_t count;
    status s = metrics_read("metrics.csv", 2, &rows, &count);
    free(rows);
    return s;
}

static status rewind_rows(void)
{
    bool tests = true;
    return metrics_rewind("metrics.csv", 1, &(model_options){ .task = TASK_NONE + 1 }, &tests);
}

/* A file system may have no locks; a folder that cannot be made is found missing later; a new one
 * that is not known to be still the same when it is closed stays. */
void runs_are_opened_or_left_alone(void **state)
{
    (void)state;
    option_defaults(&model_option_table, &run);
    option_defaults(&train_option_table, &run);
    run.out = "run";
    static const operation all[] = {
        { "open and clear", no_run, open_and_clear, NULL, STATUS_OK, "flock fstat rmdir" },
        { "clear run", a_run, clear_run, NULL, STATUS_OK, "flock mkdir" },
        { "load options", a_run, load_options, NULL, STATUS_OK, "flock mkdir" },
        { "load data", a_run, load_data, NULL, STATUS_OK, NULL },
        { "append row", no_rows, append_row, NULL, STATUS_OK, NULL },
        { "append row", two_rows, append_row, NULL, STATUS_OK, NULL },
        { "read rows", two_rows, read_rows, NULL, STATUS_OK, NULL },
        { "rewind rows", two_rows, rewind_rows, NULL, STATUS_OK, NULL },
    };
    SWEEP(all);
}
