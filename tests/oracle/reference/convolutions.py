"""docs/numerics.md, "Convolutions", in NumPy: the three sums, each in its order.

x (B, C, H, W) is the image, m (B, O, H', W') are the maps, w is (O, C, k, k), s the stride, p the padding.

SPDX-License-Identifier: MIT
"""
import numpy as np

from .arithmetic import F, product


def maps_size(size, k, s, p):
    return (size + 2 * p - k) // s + 1


def windows(x, k, s, p):
    """What each place of the maps sees: (B H' W', C k k)."""
    B, C, H, W = x.shape
    rows, cols = maps_size(H, k, s, p), maps_size(W, k, s, p)
    wide = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    seen = np.empty((B, rows, cols, C, k, k), F)
    for u in range(k):
        for v in range(k):
            part = wide[:, :, u:u + s * rows:s, v:v + s * cols:s][:, :, :rows, :cols]
            seen[:, :, :, :, u, v] = part.transpose(0, 2, 3, 1)
    return seen.reshape(B * rows * cols, C * k * k)


def as_rows(m):
    """(B, O, H', W') as (B H' W', O)"""
    return m.transpose(0, 2, 3, 1).reshape(-1, m.shape[1])


def convolve(x, w, s, p):
    O, _, k, _ = w.shape
    rows, cols = (maps_size(size, k, s, p) for size in x.shape[2:])
    m = product(windows(x, k, s, p), w.reshape(O, -1).T)
    return m.reshape(len(x), rows, cols, O).transpose(0, 3, 1, 2)


def transpose(m, w, s, p, size):
    """The image of (height, width) that the maps make."""
    O, C, k, _ = w.shape
    B, margin = len(m), k + 1
    wide = np.pad(m, ((0, 0), (0, 0), (margin, margin), (margin, margin)))
    x = np.zeros((B, C, *size), F)
    for r in range(min(s, k)):
        for r2 in range(min(s, k)):
            ys = [y for y in range(size[0]) if (y + p) % s == r]
            zs = [z for z in range(size[1]) if (z + p) % s == r2]
            if not ys or not zs:
                continue
            high, broad = -(-(k - r) // s), -(-(k - r2) // s)
            # For each pixel, i goes from q - high + 1 to q, and with it the kernel's row backward to r.
            i = [[(y + p) // s - high + 1 + n + margin for n in range(high)] for y in ys]
            j = [[(z + p) // s - broad + 1 + n + margin for n in range(broad)] for z in zs]
            seen = wide[:, :, np.array(i)[:, None, :, None], np.array(j)[None, :, None, :]]
            seen = seen.transpose(0, 2, 3, 1, 4, 5).reshape(B * len(ys) * len(zs), -1)
            u = [r + s * (high - 1 - n) for n in range(high)]
            v = [r2 + s * (broad - 1 - n) for n in range(broad)]
            kernel = w[:, :, np.array(u)[:, None], np.array(v)[None, :]]
            kernel = kernel.transpose(0, 2, 3, 1).reshape(-1, C)
            pixels = product(seen, kernel).reshape(B, len(ys), len(zs), C)
            x[:, :, np.array(ys)[:, None], np.array(zs)[None, :]] = pixels.transpose(0, 3, 1, 2)
    return x


def weight_gradient(m, x, k, s, p):
    """dw, from the gradient of one of the two and the value of the other."""
    dw = product(as_rows(m).T, windows(x, k, s, p))
    return dw.reshape(m.shape[1], x.shape[1], k, k)


def bias_gradient(dy):
    """Sixteen sums of each channel's values, over all samples in turn."""
    B, channels = dy.shape[:2]
    values = dy.reshape(B, channels, -1)
    sums = np.zeros((channels, 16), F)
    for sample in values:
        for first in range(0, sample.shape[1], 16):
            part = sample[:, first:first + 16]
            sums[:, :part.shape[1]] += part
    db = np.zeros(channels, F)
    for lane in range(16):
        db = db + sums[:, lane]
    return db
