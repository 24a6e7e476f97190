/* train/metrics.c - metrics.csv: a row an epoch.
 *
 * SPDX-License-Identifier: MIT */
#include "train/metrics.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"

#include "base/banned.h"

/* Times come last: all columns before them are the same bytes in every run of the same options. */
static const char header[] = "epoch,step,d_loss,g_loss,d_real,d_fake,accuracy_real,accuracy_fake,"
                             "value,penalty,d_grad_norm,g_grad_norm,fid,class_kl,classes_covered,"
                             "confidence,diversity,seconds,images_per_second\n";

enum { LONGEST_FILE = 1 << 30 };

epoch_metrics metrics_of(const model *m, uint32_t steps, double seconds)
{
    epoch_metrics e = {
        .epoch = m->epoch + 1,
        .step = model_total_steps(m),
        .seconds = seconds,
    };
    for (int i = 0; i < METRIC_COUNT; i++)
        e.mean[i] = m->sums[i] / m->step;
    e.value = -e.mean[METRIC_D_LOSS];
    double images = (double)steps * m->options.batch * m->options.d_steps;
    e.images_per_second = seconds > 0 ? images / seconds : 0;
    return e;
}

/* Empty cells where nothing was judged. The numbers are exact: a resumed run takes the least FID
 * from here and has to go on as if it had never stopped. */
static void add_judged(text *row, const report *r)
{
    static const figure figures[] = { FIGURE_FID, FIGURE_DIVERGENCE, FIGURE_CLASSES,
                                      FIGURE_CONFIDENCE, FIGURE_DIVERSITY };
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        char number[TEXT_NUMBER_SIZE] = "";
        if (r)
            text_from_double(number, r->figures[figures[i]].value);
        text_add(row, ",%s", number);
    }
}

status metrics_append(const char *path, const epoch_metrics *e)
{
    text row = { 0 };
    if (!file_exists(path))
        text_add(&row, "%s", header);
    text_add(&row, "%" PRIu32 ",%" PRIu32, e->epoch, e->step);
    static const metric before_value[] = { METRIC_D_LOSS, METRIC_G_LOSS,     METRIC_D_REAL,
                                           METRIC_D_FAKE, METRIC_RIGHT_REAL, METRIC_RIGHT_FAKE };
    for (size_t i = 0; i < sizeof before_value / sizeof *before_value; i++)
        text_add(&row, ",%.7g", e->mean[before_value[i]]);
    text_add(&row, ",%.7g,%.7g,%.7g,%.7g", e->value, e->mean[METRIC_PENALTY],
             e->mean[METRIC_D_NORM], e->mean[METRIC_G_NORM]);
    add_judged(&row, e->judged);
    text_add(&row, ",%.3f,%.0f\n", e->seconds, e->images_per_second);
    status s = text_check(&row);
    if (s == STATUS_OK)
        s = file_append(path, row.data, row.length);
    text_free(&row);
    return s;
}

/* The length of the header and of the rows 1 .. epoch, as far as they are there and whole. */
static size_t whole_rows(const char *bytes, size_t n, uint32_t epoch)
{
    size_t length = sizeof header - 1;
    for (uint32_t row = 1; row <= epoch; row++) {
        char number[16];
        int digits = snprintf(number, sizeof number, "%" PRIu32 ",", row);
        const char *end = memchr(bytes + length, '\n', n - length);
        if (!end || strncmp(bytes + length, number, (size_t)digits) != 0)
            break;
        length = (size_t)(end + 1 - bytes);
    }
    return length;
}

status metrics_rewind(const char *path, uint32_t epoch)
{
    unsigned char *bytes = NULL;
    size_t n = 0;
    status s = STATUS_OK;
    if (!file_exists(path))
        return STATUS_OK;
    TRY(file_read(path, LONGEST_FILE, &bytes, &n));
    if (n < sizeof header - 1 && memcmp(bytes, header, n) == 0) {
        s = file_write(path, header, sizeof header - 1);
    } else if (n < sizeof header - 1 || memcmp(bytes, header, sizeof header - 1) != 0) {
        s = status_fail(STATUS_FORMAT,
                        "%s: expected the columns of metrics.csv in its first line; move the file "
                        "away to go on without the rows so far",
                        path);
    } else {
        size_t length = whole_rows((const char *)bytes, n, epoch);
        if (length < n)
            s = file_write(path, bytes, length);
    }
    free(bytes);
    return s;
}

/* The cell of that column, counted from 0, as a text; empty where there is none. */
static void copy_cell(const char *row, int column, char cell[TEXT_NUMBER_SIZE])
{
    size_t length;
    for (; column > 0 && row[length = strcspn(row, ",\n")] == ','; column--)
        row += length + 1;
    length = column == 0 ? strcspn(row, ",\n") : 0;
    snprintf(cell, TEXT_NUMBER_SIZE, "%.*s", (int)length, row);
}

static int column_of(const char *name)
{
    int column = 0;
    for (const char *c = header; c < strstr(header, name); c++)
        column += *c == ',';
    return column;
}

status metrics_best(const char *path, best_epoch *best)
{
    unsigned char *bytes = NULL;
    size_t n = 0;
    *best = (best_epoch){ 0, INFINITY };
    if (!file_exists(path))
        return STATUS_OK;
    TRY(file_read(path, LONGEST_FILE, &bytes, &n));
    int column = column_of("fid,");
    const char *row = strchr((const char *)bytes, '\n');
    if (strncmp((const char *)bytes, header, sizeof header - 1) != 0)
        row = NULL;
    status s = row ? STATUS_OK
                   : status_fail(STATUS_FORMAT,
                                 "%s: expected the columns of metrics.csv in its "
                                 "first line",
                                 path);
    for (; row && row[1] != 0; row = strchr(row + 1, '\n')) {
        char cell[TEXT_NUMBER_SIZE];
        double fid = 0;
        uint64_t epoch = 0;
        copy_cell(row + 1, column, cell);
        if (!text_to_double(cell, &fid) || !(fid < best->fid))
            continue;
        copy_cell(row + 1, 0, cell);
        if (text_to_u64(cell, &epoch) && epoch <= UINT32_MAX)
            *best = (best_epoch){ (uint32_t)epoch, fid };
    }
    free(bytes);
    return s;
}
