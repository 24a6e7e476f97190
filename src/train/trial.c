/* train/trial.c - a test picture, its poorer copy, and what became of it.
 *
 * SPDX-License-Identifier: MIT */
#include "train/trial.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include "base/banned.h"

/* ---- opening ---- */

/* The size of a picture, cut down to a multiple of the scale. */
static dataset_picture picture_of(const trial *t, int i)
{
    dataset_picture p = dataset_picture_of(t->test, i);
    p.height -= p.height % t->scale;
    p.width -= p.width % t->scale;
    return p;
}

static status measure(trial *t)
{
    for (int i = 0; i < t->count; i++) {
        dataset_picture p = picture_of(t, i);
        if (p.height == 0 || p.width == 0)
            return status_fail(STATUS_USAGE, "%s: its pictures are smaller than %d x %d pixels",
                               t->test->path, t->scale, t->scale);
        size_t area = (size_t)p.height * (size_t)p.width;
        t->most_area = area > t->most_area ? area : t->most_area;
        t->most_width = p.width > t->most_width ? p.width : t->most_width;
    }
    return STATUS_OK;
}

status trial_open(trial *t, const dataset *test, int kind, int scale, uint64_t seed, int most,
                  const compute *c)
{
    *t = (trial){ .test = test,
                  .compute = c,
                  .kind = kind,
                  .scale = task_nth(kind)->scales ? scale : 1,
                  .holes = { seed, 0, random_name(RANDOM_HOLE, RANDOM_SAMPLE, 0) },
                  .count = test->count < most ? test->count : most };
    return measure(t);
}

void trial_close(trial *t)
{
    arena_close(&t->sized);
    arena_close(&t->restoring);
    *t = (trial){ 0 };
}

void trial_plan(trial *t, arena *a)
{
    size_t channels = (size_t)t->test->channels, alpha = 1;
    size_t most_width = (size_t)t->most_width;
    int rows = (int)((t->most_area + most_width - 1) / most_width);
    fidelity_plan(&t->meter, a, rows, t->most_width);
    t->original = arena_take(a, t->most_area * channels, 1);
    t->result = arena_take(a, t->most_area * channels, 1);
    t->poor.planes = arena_take(a, t->most_area * (channels + alpha), 1);
    t->line = arena_take(a, most_width * (channels + alpha), 1);
}

/* ---- a picture and its copy ---- */

static status fit_degrader(trial *t)
{
    const image_shape shape = { t->test->channels, t->height, t->width };
    const image_shape *now = &t->degrader.from;
    arena counted = { 0 };
    degrader d;
    if (t->sized.block && now->height == shape.height && now->width == shape.width)
        return STATUS_OK;
    degrader_plan(&d, &counted, t->kind, t->scale, shape, 1);
    TRY(arena_reopen(&t->sized, &counted));
    degrader_plan(&t->degrader, &t->sized, t->kind, t->scale, shape, 1);
    return STATUS_OK;
}

static status set_size(trial *t, const dataset_picture *p)
{
    t->height = p->height;
    t->width = p->width;
    TRY(fit_degrader(t));
    t->poor.channels = t->degrader.to.channels;
    t->poor.height = t->degrader.to.height;
    t->poor.width = t->degrader.to.width;
    return STATUS_OK;
}

/* A channel more than the picture has says where the hole is; in a file that is transparent. */
static void take_copy(trial *t, int i)
{
    const degrader *d = &t->degrader;
    const unsigned char *bytes = degrader_copy(d, t->compute, t->holes, i, t->original);
    size_t n = (size_t)d->to.height * (size_t)d->to.width, colours = (size_t)d->from.channels;
    bool has_hole = d->to.channels > d->from.channels;
    memcpy(t->poor.planes, bytes, n * (size_t)d->to.channels);
    for (size_t k = colours * n; has_hole && k < (colours + 1) * n; k++)
        t->poor.planes[k] = (unsigned char)(UCHAR_MAX - t->poor.planes[k]);
}

status trial_take(trial *t, int i)
{
    const dataset_picture whole = dataset_picture_of(t->test, i), p = picture_of(t, i);
    TRY(set_size(t, &p));
    unsigned char *to = t->original;
    for (int c = 0; c < t->test->channels; c++)
        for (int y = 0; y < p.height; y++, to += p.width) {
            size_t at = ((size_t)c * (size_t)whole.height + (size_t)y) * (size_t)whole.width;
            memmove(to, dataset_piece(t->test, i, at, (size_t)p.width, to), (size_t)p.width);
        }
    TRY(dataset_check(t->test));
    take_copy(t, i);
    return STATUS_OK;
}

/* ---- results ---- */

void trial_read(trial *t, const png_picture *p)
{
    for (int y = 0; y < t->height; y++) {
        p->line(p->from, y, t->line);
        for (int k = 0; k < t->test->channels; k++)
            for (int x = 0; x < t->width; x++)
                t->result[((ptrdiff_t)k * t->height + y) * t->width + x] =
                    t->line[(ptrdiff_t)x * p->channels + k];
    }
}

static status fit_restorer(trial *t, restorer *by, restored *r)
{
    const restorer_limits limits = { .memory = RESTORER_MEMORY };
    arena counted = { 0 };
    TRY(restorer_fit(by, t->poor.height, t->poor.width, &limits));
    restored_plan(r, &counted, by, &t->poor);
    TRY(arena_reopen(&t->restoring, &counted));
    restored_plan(r, &t->restoring, by, &t->poor);
    return STATUS_OK;
}

status trial_reserve(trial *t, restorer *by)
{
    restored r;
    for (int i = 0; i < t->count; i++) {
        dataset_picture p = picture_of(t, i);
        if (i > 0 && p.height == t->height && p.width == t->width)
            continue;
        TRY(set_size(t, &p));
        TRY(fit_restorer(t, by, &r));
    }
    return STATUS_OK;
}

status trial_restore(trial *t, restorer *by)
{
    restored r;
    TRY(fit_restorer(t, by, &r));
    const png_picture p = restored_png(&r);
    trial_read(t, &p);
    return STATUS_OK;
}

void trial_keep(trial *t)
{
    size_t n = (size_t)t->height * (size_t)t->width;
    size_t known = (size_t)(t->poor.channels < t->test->channels ? 1 : t->test->channels);
    for (size_t c = 0; c < (size_t)t->test->channels; c++)
        memcpy(t->result + c * n, t->poor.planes + (c < known ? c : 0) * n, n);
}

/* ---- figures ---- */

void trial_add(const trial *t, trial_sums *s)
{
    fidelity f = fidelity_measure(&t->meter, t->original, t->result, t->test->channels, t->height,
                                  t->width, 0);
    s->count++;
    s->sums.psnr_y += fmin(f.psnr_y, TRIAL_MOST_PSNR);
    s->sums.psnr += fmin(f.psnr, TRIAL_MOST_PSNR);
    if (isnan(f.ssim))
        return;
    s->sums.ssim_y += f.ssim_y;
    s->sums.ssim += f.ssim;
    s->similar++;
}

fidelity trial_means(const trial_sums *s)
{
    double count = s->count > 0 ? s->count : (double)NAN;
    double similar = s->similar > 0 ? s->similar : (double)NAN;
    return (fidelity){ .psnr_y = s->sums.psnr_y / count,
                       .ssim_y = s->sums.ssim_y / similar,
                       .psnr = s->sums.psnr / count,
                       .ssim = s->sums.ssim / similar };
}

int trial_most_patches(const trial *t)
{
    return PATCHES_MOST > t->count ? PATCHES_MOST : t->count;
}

int trial_patches(const trial *t, int i, const unsigned char *of, float *out)
{
    int n = patches_of(t->count, t->height, t->width);
    patches_take(n, i, of, t->test->channels, t->height, t->width, out);
    return n;
}
