"""docs/numerics.md, "Pixels and grids", and docs/two-dimensions.md, "The picture, exactly"; and PNG files.

SPDX-License-Identifier: MIT
"""
import pathlib
import struct
import zlib

import numpy as np

from .arithmetic import D, F, sigmoid

SIDE, FIELD = 512, 128

# ---- PNG: 8 bits, grey or RGB ----


def read_png(path):
    """(height, width, channels)"""
    data, at, packed = pathlib.Path(path).read_bytes(), 8, b""
    while at < len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8:at + 8 + size]
        if kind == b"IHDR":
            width, height, depth, colour, *_ = struct.unpack(">IIBBBBB", body)
        packed += body if kind == b"IDAT" else b""
        at += 12 + size
    channels = {0: 1, 2: 3}[colour]
    if depth != 8:
        raise ValueError(f"{path}: {depth} bits")
    lines = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(height, -1)
    out = np.zeros((height + 1, channels + width * channels), int)  # zeros above and to the left
    for row, line in enumerate(lines, 1):
        kind, values = line[0], line[1:].astype(int)
        if kind < 2:
            parts = values.reshape(width, channels)
            out[row, channels:] = (parts.cumsum(axis=0) if kind else parts).reshape(-1) & 255
        elif kind == 2:
            out[row, channels:] = values + out[row - 1, channels:] & 255
        else:
            for i, value in enumerate(values, channels):
                near = out[row, i - channels], out[row - 1, i], out[row - 1, i - channels]
                out[row, i] = value + predicted(kind, *near) & 255
    return out[1:, channels:].reshape(height, width, channels).astype(np.uint8)


def predicted(kind, left, up, corner):
    if kind == 3:
        return (left + up) // 2
    estimate = left + up - corner
    return min((left, up, corner), key=lambda value: abs(estimate - value))


def write_png(path, image):
    height, width, channels = image.shape
    lines = b"".join(b"\0" + row.tobytes() for row in image)
    with open(path, "wb") as f:
        f.write(b"\x89PNG\r\n\x1a\n")
        for kind, body in ((b"IHDR", struct.pack(">IIBBBBB", width, height, 8,
                                                 {1: 0, 3: 2}[channels], 0, 0, 0)),
                           (b"IDAT", zlib.compress(lines)), (b"IEND", b"")):
            f.write(struct.pack(">I", len(body)) + kind + body +
                    struct.pack(">I", zlib.crc32(kind + body)))


# ---- grids ----


def pixels(x):
    """The bytes of values; 127.5 x + 128 is rounded in float64, but 127.5 x is exact."""
    value = D(127.5) * x.astype(D)
    below = np.floor(value)  # the sum with 128 would be rounded, so the fraction is compared by itself
    return np.where(x <= -1, 0, np.where(x >= 1, 255, np.clip(below + 128, 0, 255))).astype(np.uint8)


def grid(images, rows, cols, pad):
    """images (n, C, h, w), of bytes"""
    _, C, h, w = images.shape
    out = np.zeros((rows * h + (rows - 1) * pad, cols * w + (cols - 1) * pad, C), np.uint8)
    for i, image in enumerate(images[:rows * cols]):
        top, left = i // cols * (h + pad), i % cols * (w + pad)
        out[top:top + h, left:left + w] = image.transpose(1, 2, 0)
    return out


# ---- points ----


def mix(a, b, w):
    return a + (b - a) * w


def reach_of(points):
    m = np.abs(points).max()
    return F(1.25) * m if m > 0 and np.isfinite(m) else F(1)


def background(d, middle, reach):
    """d: the discriminator"""
    i = np.arange(FIELD)
    p = reach * ((2 * i + 1 - FIELD).astype(F) / F(FIELD))
    q = reach * ((FIELD - 2 * i - 1).astype(F) / F(FIELD))
    places = np.stack([np.tile(p, FIELD), np.repeat(q, FIELD)], axis=1)
    V = sigmoid(d.apply(places) - F(middle)).reshape(FIELD, FIELD)
    at = ((np.arange(SIDE) + F(0.5)) * F(FIELD) / F(SIDE) - F(0.5)).astype(F)
    low = np.where(at > 0, np.floor(at), 0).astype(int)
    high = np.minimum(low + 1, FIELD - 1)
    w = np.where(at > 0, at - low.astype(F), F(0)).astype(F)
    upper = mix(V[low][:, low], V[low][:, high], w[None, :])
    lower = mix(V[high][:, low], V[high][:, high], w[None, :])
    return np.floor(mix(F(14), F(150), mix(upper, lower, w[:, None])) + F(0.5)).astype(np.uint8)


def draw(picture, points, reach, colour, radius, opacity):
    reach, n, colour = F(reach), int(radius) + 1, np.array(colour, F)
    for p, q in points:
        x, y = F(256) * (F(1) + p / reach), F(256) * (F(1) - q / reach)
        if not (0 <= x < SIDE and 0 <= y < SIDE):
            continue
        rows, cols = (np.arange(max(int(v) - n, 0), min(int(v) + n, SIDE - 1) + 1) for v in (y, x))
        dx, dy = (cols.astype(F) + F(0.5)) - x, (rows.astype(F) + F(0.5)) - y
        away = np.sqrt((dx * dx)[None, :] + (dy * dy)[:, None])
        inside = (F(radius) + F(0.5)) - away
        part = picture[rows[0]:rows[-1] + 1, cols[0]:cols[-1] + 1]
        w = (F(opacity) * np.minimum(inside, F(1)))[:, :, None]
        blended = np.floor(mix(part.astype(F), colour, w) + F(0.5))
        part[:] = np.where(inside[:, :, None] > 0, blended, part).astype(np.uint8)


def draw_samples(picture, samples, reach):
    draw(picture, samples, reach, (255, 150, 20), 1.5, 0.55)


def scene(d, middle, data, samples):
    """The picture of a run at the end of an epoch."""
    reach = reach_of(data[:2500])
    picture = background(d, middle, reach)[:, :, None].repeat(3, axis=2)
    draw(picture, data[:2500], reach, (70, 160, 255), 3, 0.2)
    draw_samples(picture, samples, reach)
    return picture


def scene_of_samples(samples):
    """That of gan sample."""
    picture = np.full((SIDE, SIDE, 3), 14, np.uint8)
    draw_samples(picture, samples, reach_of(samples))
    return picture
