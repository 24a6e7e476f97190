/* image/picture.h - a picture in memory: read from a file, upright, plane by plane.
 *
 *     picture_file f;
 *     picture p = { 0 };
 *     status s = picture_load(&f, path);           the file and its header
 *     if (s == STATUS_OK)
 *         s = picture_decode(&p, &f);              the pixels
 *     picture_unload(&f);                          also after a failure
 *     picture_free(&p);
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_IMAGE_PICTURE_H
#define GAN_IMAGE_PICTURE_H

#include <stdbool.h>

#include "format/bitmap.h"
#include "format/png.h"

enum {
    PICTURE_MOST_BYTES = 1 << 28, /* of a file */
    PICTURE_MOST_CHANNELS = 4
};

typedef struct picture {
    int channels; /* 1: grey, 2: grey and alpha, 3: red, green, blue, 4: and alpha */
    int height, width;
    unsigned char *planes; /* (channels, height, width) */
} picture;

/* A file in memory whose header is known. */
typedef struct picture_file {
    bitmap_file file;
    bitmap_header header;
    unsigned char *bytes;
} picture_file;

/* Reads the file and its header. STATUS_IO, STATUS_FORMAT, STATUS_MEMORY. */
status picture_load(picture_file *f, const char *path);

/* Decodes its pixels. Fails as bitmap_read does; *p is then empty. */
status picture_decode(picture *p, const picture_file *f);

void picture_unload(picture_file *f);
void picture_free(picture *p);

/* The channels without alpha: 1 or 3; and whether there is alpha. */
int picture_colours(const picture *p);
bool picture_has_alpha(const picture *p);

/* Row y of channel c (width). */
const unsigned char *picture_row(const picture *p, int c, int y);

/* Gives each pixel that is fully transparent the colour of a visible one near it, so that what
 * filters pixels without regard to alpha does not spread colours that nobody sees. STATUS_MEMORY.
 */
status picture_cover(picture *p);

/* The same picture, line by line; *p must outlive it. */
png_picture picture_png(const picture *p);

#endif
