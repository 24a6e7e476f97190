/* eval/obeyed.c - figures of the classes that samples were asked for.
 *
 * SPDX-License-Identifier: MIT */
#include "eval/obeyed.h"

#include <math.h>
#include <string.h>

#include "eval/fid.h"

#include "base/banned.h"

void obeyed_accuracy(int classes, asked_images images, obeyed *out)
{
    int right[MOST_CLASSES] = { 0 }, all = 0;
    memset(out->counts, 0, sizeof out->counts);
    for (int i = 0; i < images.seen->count; i++) {
        out->counts[images.asked[i]]++;
        right[images.asked[i]] += images.seen->labels[i] == images.asked[i];
    }
    for (int c = 0; c < classes; c++) {
        out->accuracy_of[c] = out->counts[c] > 0 ? (double)right[c] / out->counts[c] : NAN;
        all += right[c];
    }
    out->accuracy = (double)all / images.seen->count;
}

static double mean_of(int classes, const double *of)
{
    double sum = 0;
    int n = 0;
    for (int c = 0; c < classes; c++)
        if (!isnan(of[c])) {
            sum += of[c];
            n++;
        }
    return n > 0 ? sum / n : NAN;
}

/* class_spread by the classes that were asked for. */
static void spread_of(int classes, asked_images images, double *spread)
{
    labelled by_asked = *images.seen;
    by_asked.labels = images.asked;
    class_spread(&by_asked, classes, NULL, spread);
}

static void set_diversity(int classes, const double *reference, asked_images images, obeyed *out)
{
    spread_of(classes, images, out->diversity_of);
    for (int c = 0; c < classes; c++)
        out->diversity_of[c] =
            reference[c] > 0 && out->counts[c] > 1 ? out->diversity_of[c] / reference[c] : NAN;
    out->diversity = mean_of(classes, out->diversity_of);
}

/* room = the features of the images of that class; returns their number. */
static int gather(asked_images images, int class, float *room)
{
    size_t size = (size_t)images.seen->size;
    int n = 0;
    for (int i = 0; i < images.seen->count; i++)
        if (images.asked[i] == class)
            memcpy(room + (size_t)n++ * size, images.seen->features + (size_t)i * size,
                   size * sizeof *room);
    return n;
}

typedef struct comparing {
    const compute *compute;
    fid_reference fid;
    float *room; /* features of as many images as the largest set has */
} comparing;

static void plan(comparing *k, arena *a, asked_images reference, const asked_images *sets, int n)
{
    int most = reference.seen->count, size = reference.seen->size;
    for (int i = 0; i < n; i++)
        most = sets[i].seen->count > most ? sets[i].seen->count : most;
    fid_plan(&k->fid, a, size);
    k->room = arena_take(a, (size_t)most * (size_t)size, sizeof *k->room);
}

static void set_distances(comparing *k, int class, asked_images reference, const asked_images *sets,
                          int n, obeyed *out)
{
    int reals = gather(reference, class, k->room);
    bool has = reals >= OBEYED_LEAST_FID;
    if (has)
        fid_set(&k->fid, reals, k->room);
    for (int i = 0; i < n; i++) {
        int count = has ? gather(sets[i], class, k->room) : 0;
        out[i].fid_of[class] = count >= OBEYED_LEAST_FID
                                   ? fid_estimate(&k->fid, k->compute, NULL, count, k->room).value
                                   : NAN;
    }
}

status obeyed_run(const compute *c, int classes, asked_images reference, const asked_images *sets,
                  int n, obeyed *out)
{
    arena a = { 0 };
    comparing k = { .compute = c };
    double spread[MOST_CLASSES];
    plan(&k, &a, reference, sets, n);
    TRY(arena_open(&a));
    plan(&k, &a, reference, sets, n);
    spread_of(classes, reference, spread);
    for (int i = 0; i < n; i++) {
        obeyed_accuracy(classes, sets[i], &out[i]);
        set_diversity(classes, spread, sets[i], &out[i]);
    }
    for (int class = 0; class < classes; class ++)
        set_distances(&k, class, reference, sets, n, out);
    for (int i = 0; i < n; i++)
        out[i].fid = mean_of(classes, out[i].fid_of);
    arena_close(&a);
    return STATUS_OK;
}

int obeyed_worst(int classes, const double *of, int sign)
{
    int worst = -1;
    for (int c = 0; c < classes; c++)
        if (!isnan(of[c]) && (worst < 0 || sign * of[c] < sign * of[worst]))
            worst = c;
    return worst;
}
