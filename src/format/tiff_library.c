/* format/tiff_library.c - loads libtiff, or names the functions that are linked.
 *
 * SPDX-License-Identifier: MIT */
#include "base/banned.h"

#ifdef GAN_HAS_TIFF

#include "format/tiff_library.h"

#ifdef GAN_TIFF_LIBRARY

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

static const struct {
    const char *name;
    size_t offset;
} symbols[] = {
    { "TIFFOpenOptionsAlloc", offsetof(tiff_library, options_alloc) },
    { "TIFFOpenOptionsFree", offsetof(tiff_library, options_free) },
    { "TIFFOpenOptionsSetErrorHandlerExtR", offsetof(tiff_library, options_on_error) },
    { "TIFFOpenOptionsSetWarningHandlerExtR", offsetof(tiff_library, options_on_warning) },
    { "TIFFOpenOptionsSetMaxSingleMemAlloc", offsetof(tiff_library, options_most_memory) },
    { "TIFFClientOpenExt", offsetof(tiff_library, open) },
    { "TIFFClose", offsetof(tiff_library, close) },
    { "TIFFSetField", offsetof(tiff_library, set_field) },
    { "TIFFGetField", offsetof(tiff_library, get_field) },
    { "TIFFGetFieldDefaulted", offsetof(tiff_library, get_field_defaulted) },
    { "TIFFIsCODECConfigured", offsetof(tiff_library, has_codec) },
    { "TIFFIsTiled", offsetof(tiff_library, is_tiled) },
    { "TIFFScanlineSize64", offsetof(tiff_library, scanline_size) },
    { "TIFFTileRowSize64", offsetof(tiff_library, tile_row_size) },
    { "TIFFComputeTile", offsetof(tiff_library, compute_tile) },
    { "TIFFReadEncodedTile", offsetof(tiff_library, read_tile) },
    { "TIFFComputeStrip", offsetof(tiff_library, compute_strip) },
    { "TIFFReadEncodedStrip", offsetof(tiff_library, read_strip) },
    { "TIFFReadScanline", offsetof(tiff_library, read_scanline) },
};

/* POSIX lets a data pointer hold a function's address, ISO C does not: hence the copies. */
_Static_assert(sizeof(void *) == sizeof(int (*)(void)), "addresses of data and functions");

bool tiff_library_load(tiff_library *l)
{
    void *library = dlopen(GAN_TIFF_LIBRARY, RTLD_NOW | RTLD_LOCAL);
    for (size_t i = 0; library && i < sizeof symbols / sizeof *symbols; i++) {
        void *symbol = dlsym(library, symbols[i].name);
        if (!symbol)
            return false;
        memcpy((char *)l + symbols[i].offset, &symbol, sizeof symbol);
    }
    return library != NULL;
}

#else

bool tiff_library_load(tiff_library *l)
{
    *l = (tiff_library){
        .options_alloc = TIFFOpenOptionsAlloc,
        .options_free = TIFFOpenOptionsFree,
        .options_on_error = TIFFOpenOptionsSetErrorHandlerExtR,
        .options_on_warning = TIFFOpenOptionsSetWarningHandlerExtR,
        .options_most_memory = TIFFOpenOptionsSetMaxSingleMemAlloc,
        .open = TIFFClientOpenExt,
        .close = TIFFClose,
        .set_field = TIFFSetField,
        .get_field = TIFFGetField,
        .get_field_defaulted = TIFFGetFieldDefaulted,
        .has_codec = TIFFIsCODECConfigured,
        .is_tiled = TIFFIsTiled,
        .scanline_size = TIFFScanlineSize64,
        .tile_row_size = TIFFTileRowSize64,
        .compute_tile = TIFFComputeTile,
        .read_tile = TIFFReadEncodedTile,
        .compute_strip = TIFFComputeStrip,
        .read_strip = TIFFReadEncodedStrip,
        .read_scanline = TIFFReadScanline,
    };
    return true;
}

#endif

#else

typedef int tiff_library_is_not_in_this_build;

#endif
