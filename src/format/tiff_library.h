/* format/tiff_library.h - the functions of libtiff that tiff.c calls.
 *
 * libtiff brings eight more libraries with it, and loading them takes longer than a small command
 * runs. So it is loaded when a TIFF is read, if the build knows its file name (GAN_TIFF_LIBRARY),
 * and else linked.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_FORMAT_TIFF_LIBRARY_H
#define GAN_FORMAT_TIFF_LIBRARY_H

#include <stdbool.h>

#include <tiffio.h>

/* Each member is the function TIFF... of nearly the same name. */
typedef struct tiff_library {
    TIFFOpenOptions *(*options_alloc)(void);
    void (*options_free)(TIFFOpenOptions *o);
    void (*options_on_error)(TIFFOpenOptions *o, TIFFErrorHandlerExtR call, void *context);
    void (*options_on_warning)(TIFFOpenOptions *o, TIFFErrorHandlerExtR call, void *context);
    void (*options_most_memory)(TIFFOpenOptions *o, tmsize_t bytes);
    TIFF *(*open)(const char *name, const char *mode, thandle_t handle, TIFFReadWriteProc read,
                  TIFFReadWriteProc write, TIFFSeekProc seek, TIFFCloseProc close,
                  TIFFSizeProc size, TIFFMapFileProc map, TIFFUnmapFileProc unmap,
                  TIFFOpenOptions *o);
    void (*close)(TIFF *t);
    int (*set_field)(TIFF *t, uint32_t tag, ...);
    int (*get_field)(TIFF *t, uint32_t tag, ...);
    int (*get_field_defaulted)(TIFF *t, uint32_t tag, ...);
    int (*has_codec)(uint16_t packing);
    int (*is_tiled)(TIFF *t);
    uint64_t (*scanline_size)(TIFF *t);
    uint64_t (*tile_row_size)(TIFF *t);
    uint32_t (*compute_tile)(TIFF *t, uint32_t x, uint32_t y, uint32_t z, uint16_t sample);
    tmsize_t (*read_tile)(TIFF *t, uint32_t tile, void *to, tmsize_t size);
    uint32_t (*compute_strip)(TIFF *t, uint32_t row, uint16_t sample);
    tmsize_t (*read_strip)(TIFF *t, uint32_t strip, void *to, tmsize_t size);
    int (*read_scanline)(TIFF *t, void *to, uint32_t row, uint16_t sample);
} tiff_library;

/* False if libtiff cannot be loaded. It stays loaded. */
bool tiff_library_load(tiff_library *l);

#endif
