/* game/augment.c - the tables of changes: what can be asked for, and each change's function and
 * its gradient.
 *
 * Each change is a linear map of the image (brightness also adds a constant), so that its gradient
 * is the transposed map, and needs no value of the image.
 *
 * SPDX-License-Identifier: MIT */
#include "game/augment.h"

#include <string.h>

#include "game/task.h"

#include "base/banned.h"

enum { WORDS = 7, MEAN_LANES = 8 };

/* The bits of --augment. */
enum { KIND_COLOR, KIND_TRANSLATION, KIND_CUTOUT, KIND_AUTO, ALL_CHANGES = (1 << KIND_AUTO) - 1 };

/* An image (C, H, W), or a gradient by one, and the random words of its row. */
typedef struct image {
    int channels, height, width;
    float *x;
    const uint32_t *words;
} image;

static int plane(const image *p)
{
    return p->height * p->width;
}

/* ---- colour ---- */

static float mean(int n, const float *x)
{
    double lanes[MEAN_LANES] = { 0 }, sum = 0;
    for (int i = 0; i < n; i++)
        lanes[i % MEAN_LANES] += (double)x[i];
    for (int l = 0; l < MEAN_LANES; l++)
        sum += lanes[l];
    return (float)(sum / n);
}

static void brightness(const image *p)
{
    float more = random_share(p->words[0]) - 0.5f;
    for (int i = 0; i < p->channels * plane(p); i++)
        p->x[i] += more;
}

/* Moves each pixel away from its grey, or towards it, by a factor f. The matrix has f + (1 - f) / C
 * on its diagonal and (1 - f) / C elsewhere: it is its own transpose. */
static void saturation(const image *p)
{
    if (p->channels == 1)
        return;
    float factor = 2 * random_share(p->words[1]), inverse = 1 / (float)p->channels;
    int n = plane(p);
    for (int i = 0; i < n; i++) {
        float grey = 0;
        for (int c = 0; c < p->channels; c++)
            grey += p->x[c * n + i];
        grey *= inverse;
        for (int c = 0; c < p->channels; c++)
            p->x[c * n + i] = factor * (p->x[c * n + i] - grey) + grey;
    }
}

/* The same with the mean of the whole image for the grey. */
static void contrast(const image *p)
{
    int n = p->channels * plane(p);
    float factor = random_share(p->words[2]) + 0.5f, grey = mean(n, p->x);
    for (int i = 0; i < n; i++)
        p->x[i] = factor * (p->x[i] - grey) + grey;
}

/* ---- translation, by at most an eighth of the size ---- */

/* Moves n elements of `size` floats by `by` places, in place; 0 comes in from outside. */
static void shift(float *x, int n, int size, int by)
{
    int kept = n - (by < 0 ? -by : by);
    float *to = x + (ptrdiff_t)(by > 0 ? by : 0) * size;
    memmove(to, x + (ptrdiff_t)(by < 0 ? -by : 0) * size, (size_t)kept * (size_t)size * sizeof *x);
    memset(by > 0 ? x : x + (ptrdiff_t)kept * size, 0,
           (size_t)(n - kept) * (size_t)size * sizeof *x);
}

static int drawn_shift(uint32_t word, int size)
{
    int most = (size + 4) / 8;
    return random_scaled(word, 2 * most + 1) - most;
}

static void translate(const image *p, int direction)
{
    int down = direction * drawn_shift(p->words[3], p->height);
    int right = direction * drawn_shift(p->words[4], p->width);
    for (int c = 0; c < p->channels; c++) {
        float *x = p->x + c * plane(p);
        shift(x, p->height, p->width, down);
        for (int i = 0; i < p->height; i++)
            shift(x + i * p->width, p->width, 1, right);
    }
}

static void translation(const image *p)
{
    translate(p, 1);
}

static void translation_gradient(const image *p)
{
    translate(p, -1);
}

/* ---- cutout: a square of half the size, which may reach beyond the edge ---- */

static int drawn_corner(uint32_t word, int size, int cut)
{
    return random_scaled(word, size + 1 - cut % 2) - cut / 2;
}

/* Cuts first .. first+n-1 down to the part within 0 .. size-1. */
static void clip(int *first, int *n, int size)
{
    int end = *first + *n < size ? *first + *n : size;
    *first = *first > 0 ? *first : 0;
    *n = end - *first;
}

static void cutout(const image *p)
{
    int rows = (p->height + 1) / 2, cols = (p->width + 1) / 2;
    int row = drawn_corner(p->words[5], p->height, rows);
    int col = drawn_corner(p->words[6], p->width, cols);
    clip(&row, &rows, p->height);
    clip(&col, &cols, p->width);
    for (int c = 0; c < p->channels; c++)
        for (int i = row; i < row + rows; i++)
            memset(p->x + c * plane(p) + i * p->width + col, 0, (size_t)cols * sizeof *p->x);
}

/* ---- the table ---- */

static const option_choice kinds[] = {
    [KIND_COLOR] = { "color", "other brightness, saturation and contrast" },
    [KIND_TRANSLATION] = { "translation", "moved by up to an eighth of the size" },
    [KIND_CUTOUT] = { "cutout", "a square of half the size is missing" },
    [KIND_AUTO] = { "auto", "these, or all, no oftener than D needs it (Karras 2020)" },
};

const option_choice *augment_choice(int i)
{
    return i < (int)(sizeof kinds / sizeof *kinds) ? &kinds[i] : NULL;
}

/* In their order; the gradient goes back through them. */
static const struct {
    int kind;
    void (*change)(const image *p);
    void (*gradient)(const image *p); /* NULL: unchanged */
} changes[] = {
    { KIND_COLOR, brightness, NULL },   { KIND_COLOR, saturation, saturation },
    { KIND_COLOR, contrast, contrast }, { KIND_TRANSLATION, translation, translation_gradient },
    { KIND_CUTOUT, cutout, cutout },
};
enum { CHANGES = sizeof changes / sizeof *changes, MOST_WORDS = WORDS + CHANGES };

/* Is change i made? If the strength adapts, word WORDS + i of the row says so. */
static bool is_made(const augmentation *g, int i, const uint32_t *words)
{
    bool asked = g->kinds >> changes[i].kind & 1;
    uint64_t limit = ((uint64_t)g->level << 32) / AUGMENT_RAMP;
    return asked && (!g->adapts || words[WORDS + i] < limit);
}

/* ---- the strength ---- */

bool augment_adapts(const model_options *o)
{
    return o->augment >> KIND_AUTO & 1;
}

/* The share of real samples taken for real that is aimed at is 4/5: a mean sign of 0.6. */
int augment_level_after(const augmentation *g, int right, int n)
{
    int over = 5 * right - 4 * n, level = g->level + (over > 0 ? n : over < 0 ? -n : 0);
    return level < 0 ? 0 : level > AUGMENT_MOST ? AUGMENT_MOST : level;
}

void augment_plan(augmentation *g, arena *a, const model_options *o, image_shape shape)
{
    int asked = o->augment & ALL_CHANGES;
    *g = (augmentation){ .kinds = augment_adapts(o) && asked == 0 ? ALL_CHANGES : asked,
                         .adapts = augment_adapts(o),
                         .noise = (float)o->instance_noise,
                         .flip = o->flip && o->task == TASK_NONE,
                         .shape = shape };
    if (o->augment != 0 || o->instance_noise > 0)
        g->seen = arena_take(a, 2 * (size_t)o->batch * (size_t)shape_size(shape), sizeof *g->seen);
}

/* ---- whole batches ---- */

typedef struct change_task {
    const augmentation *augment;
    const pass *pass;
    random_stream noise, words;
    view from, to; /* of the same shape */
} change_task;

/* Runs the task on each row, with the words of that use. */
static void run_rows(const augmentation *g, const step_context *s, random_use use,
                     void (*row)(const void *context, int row), view from, view to)
{
    const compute *c = s->compute;
    change_task t = { g, &s->pass, step_stream(s, RANDOM_NOISE), step_stream(s, use), from, to };
    step_begin(s, (step_work){ .part = STEP_CHANGES });
    team_run(c->team, to.rows, row, &t);
    step_end(s);
}

static image image_of(const change_task *t, int row, uint32_t words[MOST_WORDS])
{
    image_shape shape = t->augment->shape;
    t->pass->compute->kernels->words(t->words, pass_row(t->pass, row), 0,
                                     t->augment->adapts ? MOST_WORDS : WORDS, words);
    return (image){ shape.channels, shape.height, shape.width, view_row(t->to, row), words };
}

static void apply_row(const void *context, int row)
{
    const change_task *t = context;
    const float *from = view_row(t->from, row);
    float *to = view_row(t->to, row), deviation = t->augment->noise;
    uint32_t words[MOST_WORDS];
    image p = image_of(t, row, words);
    if (deviation > 0)
        t->pass->compute->kernels->normal(t->noise, pass_row(t->pass, row), 0, t->to.cols, to);
    for (int i = 0; i < t->to.cols; i++)
        to[i] = deviation > 0 ? from[i] + deviation * to[i] : from[i];
    for (int i = 0; i < CHANGES; i++)
        if (is_made(t->augment, i, words))
            changes[i].change(&p);
}

view augment_apply(const augmentation *g, const step_context *s, view x)
{
    if (!g->seen)
        return x;
    view to = view_of(g->seen, x.rows, x.cols);
    run_rows(g, s, RANDOM_AUGMENT, apply_row, x, to);
    return to;
}

static void gradient_row(const void *context, int row)
{
    const change_task *t = context;
    uint32_t words[MOST_WORDS];
    image p = image_of(t, row, words);
    for (int i = CHANGES - 1; i >= 0; i--)
        if (changes[i].gradient && is_made(t->augment, i, words))
            changes[i].gradient(&p);
}

void augment_gradient(const augmentation *g, const step_context *s, view d)
{
    if (g->kinds != 0)
        run_rows(g, s, RANDOM_AUGMENT, gradient_row, d, d);
}

static void flip_row(const void *context, int row)
{
    const change_task *t = context;
    uint32_t words[MOST_WORDS];
    image p = image_of(t, row, words);
    for (int i = 0; words[0] >> 31 && i < p.channels * p.height; i++)
        for (int l = 0, r = p.width - 1; l < r; l++, r--) {
            float *x = p.x + i * p.width, left = x[l];
            x[l] = x[r];
            x[r] = left;
        }
}

void augment_flip(const augmentation *g, const step_context *s, view x)
{
    if (g->flip)
        run_rows(g, s, RANDOM_FLIP, flip_row, x, x);
}
