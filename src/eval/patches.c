/* eval/patches.c - takes patches of pictures.
 *
 * SPDX-License-Identifier: MIT */
#include "eval/patches.h"

#include <stddef.h>
#include <stdint.h>

#include "data/fit.h"
#include "eval/points.h"

#include "base/banned.h"

static int cells_of(int height, int width)
{
    return (height / PATCH_SIDE) * (width / PATCH_SIDE);
}

int patches_of(int pictures, int height, int width)
{
    int share = PATCHES_MOST / pictures > 1 ? PATCHES_MOST / pictures : 1;
    int cells = cells_of(height, width);
    return share < cells ? share : cells;
}

/* The luma of ITU-R BT.601, of the full range. */
static float luma_at(const unsigned char *p, ptrdiff_t plane, int channels)
{
    if (channels == 1)
        return point_of_byte(p[0]);
    return fit_luma(point_of_byte(p[0]), point_of_byte(p[plane]), point_of_byte(p[2 * plane]));
}

void patches_take(int n, int i, const unsigned char *planes, int channels, int height, int width,
                  float *out)
{
    int64_t cells = cells_of(height, width);
    int across = width / PATCH_SIDE;
    for (int k = 0; k < n; k++) {
        int cell = (int)((k * cells / n + i) % cells);
        const unsigned char *corner = planes + (ptrdiff_t)(cell / across) * PATCH_SIDE * width +
                                      (ptrdiff_t)(cell % across) * PATCH_SIDE;
        for (int y = 0; y < PATCH_SIDE; y++)
            for (int x = 0; x < PATCH_SIDE; x++)
                *out++ =
                    luma_at(corner + (ptrdiff_t)y * width + x, (ptrdiff_t)height * width, channels);
    }
}
