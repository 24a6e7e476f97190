"""Data sets as the documents describe them: IDX images, points (docs/random-streams.md), and folders of
pictures (docs/images.md).

SPDX-License-Identifier: MIT
"""
import gzip
import math
import pathlib
import zlib

import numpy as np
import streams

from .arithmetic import F

MODES, POSITIONS = 16, 17


def numbers_below(seed, step, stream, indices, n):
    """n may be a list: a limit for each index."""
    # Only the words of counter (index, 0, step, stream) are needed: 64 columns hold 16 counters.
    w, _ = streams.words(seed, step, stream, 1, 64 * (max(indices, default=0) // 16 + 1))
    out = []
    for i, limit in zip(indices, n if isinstance(n, list) else [n] * len(indices)):
        column = 64 * (i // 16) + i % 16
        out.append((int(w[1][0, column]) << 32 | int(w[0][0, column])) * limit >> 64)
    return out


def shuffle(seed, epoch, stream, n):
    order, indices = list(range(n)), list(range(n - 1, 0, -1))
    for i, j in zip(indices, numbers_below(seed, epoch, stream, indices, [i + 1 for i in indices])):
        order[i], order[j] = order[j], order[i]
    return order


class Data:
    """samples (n, values): bytes, or the coordinates of points; shape: channels, height, width."""

    def __init__(self, samples, shape):
        self.samples, self.shape = samples, shape

    def floats(self, rows):
        x = self.samples[rows]
        return (2 * x.astype(int) - 255).astype(F) / F(255) if x.dtype == np.uint8 else x

    def fingerprint(self):
        sizes = b"".join(size.to_bytes(4, "little") for size in (len(self.samples), *self.shape))
        values = self.samples if self.samples.dtype == np.uint8 else self.samples.astype("<f4")
        return zlib.crc32(sizes + values.tobytes())


def read_idx(path):
    raw = gzip.decompress(pathlib.Path(path).read_bytes())
    sizes = [int.from_bytes(raw[4 + 4 * i:8 + 4 * i], "big") for i in range(raw[3])]
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * raw[3]).reshape(sizes)


def write_idx(path, items):
    header = bytes([0, 0, 8, items.ndim]) + b"".join(n.to_bytes(4, "big") for n in items.shape)
    pathlib.Path(path).write_bytes(header + items.tobytes())


def mnist(folder, n, part="train"):
    images = read_idx(pathlib.Path(folder) / f"{part}-images-idx3-ubyte.gz")[:n]
    return Data(images.reshape(len(images), -1), (1, *images.shape[1:]))


def points(name, n):
    means = {"ring": [(math.cos(math.pi * i / 4), math.sin(math.pi * i / 4)) for i in range(8)],
             "grid": [(x, y) for x in range(-4, 5, 2) for y in range(-4, 5, 2)]}[name]
    means = np.round(means, 12).astype(F)  # the cosine of a right angle is 0
    deviation = F({"ring": 0.01, "grid": 0.05}[name])
    modes = numbers_below(0, 0, MODES, list(range(n)), len(means))
    return Data(means[modes] + deviation * streams.normal(0, 0, POSITIONS, n, 2), (2, 1, 1))


# ---- docs/images.md: scaling ----


def overlaps(size, parts):
    """R: how much of each of `size` pixels lies in each of `parts`, in integers."""
    out = np.zeros((parts, size), dtype=object)
    for y in range(parts):
        for i in range(size):
            out[y, i] = max(0, min((i + 1) * parts, (y + 1) * size) - max(i * parts, y * size))
    return out


def averaged(image, rows, cols):
    """image (h, w, C), averaged to rows x cols."""
    a, b = image.shape[:2]
    totals = np.einsum("yi,xj,ijc->yxc", overlaps(a, rows).astype(np.int64),
                       overlaps(b, cols).astype(np.int64), image.astype(np.int64))
    return ((2 * totals + a * b) // (2 * a * b)).astype(np.uint8)


def grey(image):
    weighted = image.astype(int) @ np.array([19595, 38470, 7471]) + 32768
    return (weighted // 65536).astype(np.uint8)[:, :, None]


def cropped(image, H, W):
    h, w = image.shape[:2]
    if w * H > h * W:
        rows, cols = h, max(1, h * W // H)
    else:
        rows, cols = max(1, w * H // W), w
    top, left = (h - rows) // 2, (w - cols) // 2
    return averaged(image[top:top + rows, left:left + cols], H, W)


def padded(image, H, W, background):
    h, w = image.shape[:2]
    if w * H > h * W:
        rows, cols = max(1, (2 * h * W + w) // (2 * w)), W
    else:
        rows, cols = H, max(1, (2 * w * H + h) // (2 * h))
    out = np.empty((H, W, image.shape[2]), np.uint8)
    out[:] = background
    top, left = (H - rows) // 2, (W - cols) // 2
    out[top:top + rows, left:left + cols] = averaged(image, rows, cols)
    return out


def scattered(n):
    """The image that each sample is."""
    s = int(n * 618034 // 1000000)
    while math.gcd(s, n) != 1:
        s += 1
    return [i * s % n for i in range(n)]


def folder(images, size, fit, channels, background=(255, 255, 255)):
    """images (h, w, 1 or 3) in the order of their names."""
    background = np.array(list(background), np.uint8)
    if channels == 1:
        images = [grey(image) if image.shape[2] == 3 else image for image in images]
        background = grey(background[None, None, :])[0, 0]
    else:
        images = [image.repeat(3, axis=2) if image.shape[2] == 1 else image for image in images]
    if fit == "pad":
        fitted = [padded(image, size, size, background) for image in images]
    else:
        fitted = [cropped(image, size, size) for image in images]
    samples = np.stack([fitted[i].transpose(2, 0, 1).reshape(-1) for i in scattered(len(fitted))])
    return Data(samples, (channels, size, size))
