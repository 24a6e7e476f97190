/* format/png_film.h - APNG: pictures that follow one another in one PNG.
 *
 * A program that knows only PNG shows the first picture.
 *
 *     png_film film = { .file = f, .frames = 2 };
 *     TRY(png_film_add(&film, &first, (png_delay){ 1, 10 }));
 *     TRY(png_film_add(&film, &second, (png_delay){ 2000, 1000 }));
 *     TRY(png_film_end(&film));
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_FORMAT_PNG_FILM_H
#define GAN_FORMAT_PNG_FILM_H

#include <stdint.h>

#include "base/file.h"
#include "format/png.h"

/* How long a frame is shown, as a fraction of seconds. */
typedef struct png_delay {
    uint16_t numerator, denominator; /* the denominator is at least 1 */
} png_delay;

typedef struct png_film {
    out_file *file;    /* the caller's; NULL: the bytes are only counted */
    uint32_t frames;   /* the number of pictures that will be added, at least 1 */
    uint32_t added;    /* so far */
    uint32_t sequence; /* of the next chunk of the animation */
    uint64_t bytes;    /* so far */
} png_film;

/* Adds a picture, which has the size and the channels of the first. The film plays for ever.
 * STATUS_IO, STATUS_MEMORY. */
status png_film_add(png_film *f, const png_picture *p, png_delay shown);

/* Adds what follows the last picture; all of them have to be there. STATUS_IO. */
status png_film_end(png_film *f);

#endif
