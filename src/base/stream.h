/* base/stream.h - bytes that come or go in parts, so that nobody holds all of them.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_BASE_STREAM_H
#define GAN_BASE_STREAM_H

#include <stddef.h>

#include "base/status.h"

/* Takes bytes, one part after another. */
typedef struct byte_sink {
    status (*put)(void *context, const void *bytes, size_t n);
    void *context;
} byte_sink;

/* Gives the bytes at .. at + n - 1. */
typedef struct byte_source {
    status (*get)(void *context, size_t at, void *to, size_t n);
    void *context;
} byte_source;

#endif
