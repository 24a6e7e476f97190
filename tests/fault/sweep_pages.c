/* tests/fault/sweep_pages.c - operations for sweep.h: what others see of a run, its page and its
 * generator in other formats.
 *
 * SPDX-License-Identifier: MIT */
#include "sweep.h"

#include "base/file.h"
#include "export/exporter.h"
#include "game/generator.h"
#include "game/saved.h"
#include "report/report.h"
#include "train/folder.h"
#include "train/metrics.h"
#include "train/resume.h"

#define GOLDEN GAN_SOURCE_DIR "/tests/golden/pictures/"

static compute one_thread;
static unsigned char *good; /* the undisturbed file */
static size_t good_size;
static const char *fault; /* of the last run */

/* ---- a run of two epochs, never trained ---- */

static void make_data(void)
{
    unsigned char bytes[16 + 5 * 6] = { 0, 0, 8, 3, 0, 0, 0, 5, 0, 0, 0, 2, 0, 0, 0, 3 };
    for (size_t i = 16; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(37 * i);
    assert_ok(folder_make("page-data"));
    write_ok("page-data/train-images-idx3-ubyte", bytes, sizeof bytes);
}

static void copy_picture(const char *to)
{
    unsigned char *bytes;
    size_t n;
    assert_ok(file_read(GOLDEN "grey-8.png", 1 << 20, &bytes, &n));
    write_ok(to, bytes, n);
    free(bytes);
}

static void make_model(const train_options *o)
{
    dataset d;
    model m;
    arena a = { 0 };
    model_options options = o->model;
    options.generator = "linear 4x1x1, batch_norm, relu, conv_transpose 1 k2, linear 6, tanh";
    options.latent = 3;
    options.batch = 2;
    assert_ok(dataset_open(&d, "page-data", 0));
    const data_identity identity = resume_identity(&d);
    assert_ok(model_open(&m, &options, &identity));
    assert_ok(model_open_memory(&m, &a, MODEL_TRAINS));
    model_init(&m, one_thread.kernels);
    m.epoch = 2;
    assert_ok(model_save(&m, "page-run/model.bin"));
    model_close(&m);
    arena_close(&a);
    dataset_close(&d);
}

static void make_run(void)
{
    train_options o = { 0 };
    char options[] = "page-run/run.json";
    run_folder f = { .options = options };
    option_defaults(&model_option_table, &o);
    option_defaults(&train_option_table, &o);
    o.data = "page-data";
    make_data();
    assert_ok(folder_make("page-run/samples"));
    make_model(&o);
    assert_ok(folder_save_options(&f, &o));
    for (uint32_t epoch = 1; epoch <= 2; epoch++)
        assert_ok(metrics_append("page-run/metrics.csv", &(epoch_metrics){ .epoch = epoch }));
    copy_picture("page-run/samples/epoch-0001.png");
    copy_picture("page-run/samples/epoch-0002.png");
}

/* ---- the operations ---- */

/* A fault of this kind leaves no trace in the file: interruptions and short counts are nothing, and
 * without memory there is an error. Other faults may cost a part of the page, which then says so.
 */
static bool leaves_no_trace(void)
{
    return strncmp(fault, "EINTR", 5) == 0 || strncmp(fault, "a short", 7) == 0 ||
           strncmp(fault, "short", 5) == 0 || strncmp(fault, "no memory", 9) == 0;
}

static status write_page(void)
{
    static const char *const runs[] = { "page-run" };
    fault = sweep_fault();
    return report_write(&(report_request){ .runs = runs, .count = 1, .out = "file", .budget = 4e6 },
                        &one_thread);
}

static bool has(const unsigned char *bytes, size_t n, const char *words)
{
    size_t length = strlen(words);
    for (size_t i = 0; i + length <= n; i++)
        if (memcmp(bytes + i, words, length) == 0)
            return true;
    return false;
}

static void a_page_that_says_what_it_lacks(bool done)
{
    unsigned char *bytes;
    size_t n;
    if (holds("file", old_bytes, sizeof old_bytes)) {
        assert_false(done);
        return;
    }
    assert_ok(file_read("file", 1 << 24, &bytes, &n));
    bool is_good = n == good_size && memcmp(bytes, good, n) == 0;
    assert_true(n > 8 && memcmp(bytes + n - 8, "</html>\n", 8) == 0);
    /* A run without a folder for pictures is nothing special. */
    bool may_lack_notes = strcmp(fault, "ENOENT") == 0;
    if (!is_good && (leaves_no_trace() || (has(bytes, n, "\"notes\":[]") && !may_lack_notes)))
        fail_msg("after %s: another page", fault);
    free(bytes);
}

static const exporter *format;

static status export_net(void)
{
    generator g;
    out_file *f;
    status s = generator_open(&g, &(generator_options){ .ckpt = "page-run/model.bin" }, false,
                              &one_thread);
    subject x = { .name = "generator", .spec = "a net", .crc = 1, .latent = { 3, 1, 1 } };
    x.sample = s == STATUS_OK ? model_sample_shape(&g.model) : x.latent;
    if (s == STATUS_OK)
        s = net_describe(&g.model.players[0].net, &one_thread, &x.net);
    if (s == STATUS_OK)
        s = out_open(&f, "file");
    if (s == STATUS_OK)
        s = out_commit(f, exporter_write(format, &x, f));
    description_close(&x.net);
    generator_close(&g);
    return s;
}

static void the_old_file_or_the_whole_new_one(bool done)
{
    bool old = holds("file", old_bytes, sizeof old_bytes);
    assert_true(old ? !done : holds("file", good, good_size));
}

static void keep_good(status (*run)(void))
{
    free(good);
    assert_ok(run());
    assert_ok(file_read("file", 1 << 24, &good, &good_size));
}

void runs_are_shown_whole_or_with_notes(void **state)
{
    (void)state;
    assert_ok(compute_open(&one_thread, "generic", 1));
    make_run();
    keep_good(write_page);
    assert_true(has(good, good_size, "\"notes\":[]"));
    assert_true(has(good, good_size, "\"pairs\":[{"));
    sweep(&(operation){ "write page", old_file, write_page, a_page_that_says_what_it_lacks,
                        STATUS_OK, "open read fstat opendir readdir realpath" });
    for (int i = 0; (format = exporter_nth(i)); i++) {
        keep_good(export_net);
        sweep(&(operation){ format->name, old_file, export_net, the_old_file_or_the_whole_new_one,
                            STATUS_OK, NULL });
    }
    free(good);
    good = NULL;
    compute_close(&one_thread);
}
