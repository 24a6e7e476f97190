/* game/augment.c - the table of changes, and each one's function and its gradient.
 *
 * Each change maps an image linearly (but for the brightness, which adds a constant), so that its
 * gradient is the same map the other way round, and needs no value of the image.
 *
 * SPDX-License-Identifier: MIT */
#include "game/augment.h"

#include <string.h>

#include "base/banned.h"

enum { WORDS = 7, MEAN_LANES = 8 };

/* An image (C, H, W), or a gradient by one, and the random words of its row. */
typedef struct picture {
    int channels, height, width;
    float *x;
    const uint32_t *words;
} picture;

static int below(uint32_t word, int n)
{
    return (int)((uint64_t)word * (uint32_t)n >> 32);
}

static int plane(const picture *p)
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

static void brightness(const picture *p)
{
    float more = random_share(p->words[0]) - 0.5f;
    for (int i = 0; i < p->channels * plane(p); i++)
        p->x[i] += more;
}

/* Away from the grey of each pixel, or towards it. A matrix with k + (1 - k) / C on its diagonal
 * and (1 - k) / C elsewhere: it is its own transpose. */
static void saturation(const picture *p)
{
    float k = 2 * random_share(p->words[1]), inverse = 1 / (float)p->channels;
    int n = plane(p);
    for (int i = 0; i < n; i++) {
        float grey = 0;
        for (int c = 0; c < p->channels; c++)
            grey += p->x[c * n + i];
        grey *= inverse;
        for (int c = 0; c < p->channels; c++)
            p->x[c * n + i] = k * (p->x[c * n + i] - grey) + grey;
    }
}

/* The same with the grey of the whole image. */
static void contrast(const picture *p)
{
    int n = p->channels * plane(p);
    float k = random_share(p->words[2]) + 0.5f, grey = mean(n, p->x);
    for (int i = 0; i < n; i++)
        p->x[i] = k * (p->x[i] - grey) + grey;
}

static void color(const picture *p)
{
    brightness(p);
    if (p->channels > 1)
        saturation(p);
    contrast(p);
}

static void color_gradient(const picture *p)
{
    contrast(p);
    if (p->channels > 1)
        saturation(p);
}

/* ---- translation, by at most an eighth of the size ---- */

/* to[i] = from[i - by], 0 where that is outside: n places of `size` floats, in place. */
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
    return below(word, 2 * most + 1) - most;
}

static void translate(const picture *p, int direction)
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

static void translation(const picture *p)
{
    translate(p, 1);
}

static void translation_gradient(const picture *p)
{
    translate(p, -1);
}

/* ---- cutout: a square of half the size, which may reach beyond the edge ---- */

static int drawn_corner(uint32_t word, int size, int cut)
{
    return below(word, size + 1 - cut % 2) - cut / 2;
}

/* The part of first .. first+n-1 that is in 0 .. size-1. */
static void clip(int *first, int *n, int size)
{
    int end = *first + *n < size ? *first + *n : size;
    *first = *first > 0 ? *first : 0;
    *n = end - *first;
}

static void cutout(const picture *p)
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

static const struct {
    option_choice choice;
    void (*change)(const picture *p);
    void (*gradient)(const picture *p);
} changes[] = {
    { { "color", "other brightness, saturation and contrast" }, color, color_gradient },
    { { "translation", "moved by up to an eighth of the size" },
      translation,
      translation_gradient },
    { { "cutout", "a square of half the size is missing" }, cutout, cutout },
};
enum { CHANGE_COUNT = sizeof changes / sizeof *changes };

const option_choice *augment_choice(int i)
{
    return i < CHANGE_COUNT ? &changes[i].choice : NULL;
}

bool augment_changes(const model_options *o)
{
    return o->augment != 0 || o->instance_noise > 0;
}

/* ---- whole batches ---- */

typedef struct seen {
    const model *model;
    const pass *pass;
    random_stream noise, words;
    view from, to; /* of the same shape */
} seen;

static seen seen_in(const model *m, const pass *p, view from, view to)
{
    random_stream s = { p->seed, p->step, random_name(RANDOM_AUGMENT, 0, p->number) }, noise = s;
    noise.stream = random_name(RANDOM_NOISE, 0, p->number);
    return (seen){ m, p, noise, s, from, to };
}

static picture picture_of(const seen *s, int row, uint32_t words[WORDS])
{
    const data_identity *d = &s->model->data;
    s->pass->compute->kernels->words(s->words, pass_row(s->pass, row), 0, WORDS, words);
    return (picture){ d->channels, d->height, d->width, view_row(s->to, row), words };
}

static void see_row(const void *context, int row)
{
    const seen *s = context;
    const model_options *o = &s->model->options;
    const float *from = view_row(s->from, row);
    float *to = view_row(s->to, row), deviation = (float)o->instance_noise;
    uint32_t words[WORDS];
    picture p = picture_of(s, row, words);
    if (deviation > 0)
        s->pass->compute->kernels->normal(s->noise, pass_row(s->pass, row), 0, s->to.cols, to);
    for (int i = 0; i < s->to.cols; i++)
        to[i] = deviation > 0 ? from[i] + deviation * to[i] : from[i];
    for (int i = 0; i < CHANGE_COUNT; i++)
        if (o->augment >> i & 1)
            changes[i].change(&p);
}

view augment_seen(const model *m, const pass *p, view x)
{
    if (!augment_changes(&m->options))
        return x;
    seen s = seen_in(m, p, x, view_of(m->seen, x.rows, x.cols));
    team_run(p->compute->team, x.rows, see_row, &s);
    return s.to;
}

static void gradient_row(const void *context, int row)
{
    const seen *s = context;
    uint32_t words[WORDS];
    picture p = picture_of(s, row, words);
    for (int i = CHANGE_COUNT - 1; i >= 0; i--)
        if (s->model->options.augment >> i & 1)
            changes[i].gradient(&p);
}

void augment_gradient(const model *m, const pass *p, view d)
{
    seen s = seen_in(m, p, d, d);
    if (m->options.augment != 0)
        team_run(p->compute->team, d.rows, gradient_row, &s);
}

static void flip_row(const void *context, int row)
{
    const seen *s = context;
    uint32_t words[WORDS];
    picture p = picture_of(s, row, words);
    for (int i = 0; words[0] >> 31 && i < p.channels * p.height; i++)
        for (int l = 0, r = p.width - 1; l < r; l++, r--) {
            float *x = p.x + i * p.width, left = x[l];
            x[l] = x[r];
            x[r] = left;
        }
}

void augment_flip(const model *m, const pass *p, view x)
{
    seen s = seen_in(m, p, x, x);
    s.words.stream = random_name(RANDOM_FLIP, 0, p->number);
    if (m->options.flip)
        team_run(p->compute->team, x.rows, flip_row, &s);
}
