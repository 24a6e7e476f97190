/* image/film.c - makes a film of pictures of a run.
 *
 * The size of the file is known before it is written: its pictures are read and packed once to be
 * measured and once to be written, so that memory does not grow with their number.
 *
 * SPDX-License-Identifier: MIT */
#include "image/film.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "format/bitmap.h"
#include "format/png_film.h"
#include "image/enlarge.h"

#include "base/banned.h"

/* ---- reading a picture ---- */

/* A picture, whose form is that of the first. */
typedef struct still {
    const char *path;
    const char *first; /* the path of the first picture; NULL: this is the first */
    int width, height, channels;
    unsigned char *pixels; /* (height, width*channels) */
    size_t filled;
} still;

static const char *colours(int channels)
{
    return channels == 1 ? "grey" : "RGB";
}

static status begin(void *context, const bitmap_form *form)
{
    still *s = context;
    if ((form->channels != 1 && form->channels != 3) || form->orientation != 1)
        return status_fail(STATUS_FORMAT,
                           "%s: is not a picture of gan train, which is grey or RGB, without "
                           "transparency or orientation",
                           s->path);
    if (s->first &&
        (form->width != s->width || form->height != s->height || form->channels != s->channels))
        return status_fail(STATUS_FORMAT,
                           "%s: expected %d x %d pixels in %s, as in %s, got %d x %d in %s",
                           s->path, s->width, s->height, colours(s->channels), s->first,
                           form->width, form->height, colours(form->channels));
    s->width = form->width;
    s->height = form->height;
    s->channels = form->channels;
    s->filled = 0;
    if (!s->pixels)
        s->pixels = calloc((size_t)form->width * (size_t)form->channels, (size_t)form->height);
    return s->pixels ? STATUS_OK : status_fail(STATUS_MEMORY, "%s: out of memory", s->path);
}

static void take_row(void *context, const unsigned char *bytes)
{
    still *s = context;
    size_t n = (size_t)s->width * (size_t)s->channels;
    memcpy(s->pixels + s->filled, bytes, n);
    s->filled += n;
}

/* A pipe or a device under the name of a picture would be read for ever. */
static status check_file(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return status_fail_errno(STATUS_IO, errno, "%s: cannot read", path);
    if (!S_ISREG(st.st_mode))
        return status_fail(STATUS_FORMAT, "%s: is not a file, expected a picture of gan train",
                           path);
    return STATUS_OK;
}

static status read_still(still *s, const char *path)
{
    enum { MOST_BYTES = 1 << 30 };
    unsigned char *bytes;
    size_t n;
    s->path = path;
    TRY(check_file(path));
    TRY(file_read(path, MOST_BYTES, &bytes, &n));
    const char *name = bitmap_format_of(bytes, n);
    status result =
        name && strcmp(name, "PNG") == 0
            ? bitmap_read(&(bitmap_sink){ s, begin, take_row }, &(bitmap_file){ path, bytes, n })
            : status_fail(STATUS_FORMAT, "%s: is not a PNG, expected a picture of gan train", path);
    free(bytes);
    s->first = s->first ? s->first : path;
    return result;
}

static void copy_line(const void *from, int y, unsigned char *bytes)
{
    const still *s = from;
    size_t n = (size_t)s->width * (size_t)s->channels;
    memcpy(bytes, s->pixels + (size_t)y * n, n);
}

/* ---- the film ---- */

static bool is_shown(const film *f, int every, int i)
{
    return i == f->count - 1 || f->frames[i].epoch % (uint32_t)every == 0;
}

static uint32_t count_shown(const film *f, int every)
{
    uint32_t n = 0;
    for (int i = 0; i < f->count; i++)
        n += is_shown(f, every, i);
    return n;
}

static status add_frame(const film *f, const still *s, png_film *to, int i)
{
    const enlarged e = { { s->width, s->height, s->channels, copy_line, s, false }, f->scale };
    const png_delay usual = { 1, (uint16_t)f->rate };
    const png_delay last = { (uint16_t)(f->hold * 1000 + 0.5), 1000 };
    png_picture p;
    TRY(enlarge(&p, &e));
    return png_film_add(to, &p, i == f->count - 1 ? last : usual);
}

/* Adds every every-th frame to a film, and its end; sizes[i] (if not NULL) is what frame i took. */
static status make(const film *f, still *s, png_film *to, int every, uint64_t *sizes)
{
    to->frames = count_shown(f, every);
    for (int i = 0; i < f->count; i++) {
        uint64_t before = to->bytes;
        if (!is_shown(f, every, i))
            continue;
        TRY(read_still(s, f->frames[i].path));
        TRY(add_frame(f, s, to, i));
        if (sizes)
            sizes[i] = to->bytes - before;
    }
    return png_film_end(to);
}

static status too_large(const film *f, int every, uint64_t bytes)
{
    return status_fail(STATUS_USAGE,
                       "--max-size: expected at most %.4g MB, but with --every %d and --scale %d "
                       "the film has %.4g; change one of the three",
                       (double)f->most_bytes / 1e6, every, f->scale, (double)bytes / 1e6);
}

/* The smallest `every` of 1 to 8, 10, 12 and so on in steps of an eighth with which the frames,
 * whose sizes are known, fit. The size is a few bytes too large if another picture comes first. */
static status choose_every(film *f, const uint64_t *sizes)
{
    enum { HEADERS_AND_END = 65 };
    uint64_t bytes = 0, last = f->frames[f->count - 1].epoch;
    for (uint64_t every = 1; every <= (last > 0 ? last : 1); every += 1 + every / 8) {
        bytes = HEADERS_AND_END;
        for (int i = 0; i < f->count; i++)
            bytes += is_shown(f, (int)every, i) ? sizes[i] : 0;
        f->every = (int)every;
        if (bytes <= f->most_bytes)
            return STATUS_OK;
    }
    return too_large(f, f->every, bytes);
}

static status measure(film *f, still *s)
{
    png_film counted = { 0 };
    int every = f->every > 0 ? f->every : 1;
    uint64_t *sizes = calloc((size_t)f->count, sizeof *sizes);
    if (!sizes)
        return status_fail(STATUS_MEMORY, "out of memory for a film of %d pictures", f->count);
    status result = make(f, s, &counted, every, sizes);
    if (result == STATUS_OK && counted.bytes <= f->most_bytes)
        f->every = every;
    else if (result == STATUS_OK && f->every == 0)
        result = choose_every(f, sizes);
    else if (result == STATUS_OK)
        result = too_large(f, every, counted.bytes);
    free(sizes);
    return result;
}

status film_write(const char *path, film *f)
{
    out_file *file;
    still s = { 0 };
    status result = measure(f, &s);
    if (result == STATUS_OK)
        result = out_open(&file, path);
    if (result == STATUS_OK) {
        png_film to = { .file = file };
        result = out_commit(file, make(f, &s, &to, f->every, NULL));
    }
    free(s.pixels);
    return result;
}
