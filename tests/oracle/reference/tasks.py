"""Runs with a task, as docs/numerics.md ("With a task", "The bicubic filter"), docs/random-streams.md ("Crops") and
docs/metrics.md describe them.

SPDX-License-Identifier: MIT
"""
import math
import zlib

import numpy as np
import streams

from . import figures
from .arithmetic import D, F, in_order
from .data import Data, scattered
from .game import Game
from .nets import sampled

CROP, HOLE, COLS = 21, 22, 8


# ---- poorer copies of bytes (C, h, w) ----


def filter_at(x):
    x = abs(x)
    if x < 1:
        return ((1.5 * x - 2.5) * x) * x + 1
    return (((x - 5) * x + 8) * x - 4) * -0.5 if x < 2 else 0.0


def weights(size, to):
    """For each of `to` pixels: the first pixel of the source, and the weights."""
    s, out = max(1.0, size / to), []
    for i in range(to):
        at, part = divmod((2 * i + 1) * size, 2 * to)
        p = part / (2 * to)
        first, end = at + math.floor(p - 2 * s + 0.5), at + math.floor(p + 2 * s + 0.5)
        first, end = max(first, 0), min(end, size)
        f = [filter_at((k - at - p + 0.5) * (1 / s)) for k in range(first, end)]
        total = 0.0
        for value in f:
            total += value
        out.append((first, [value / total for value in f]))
    return out


def along(x, to, fixed):
    """Resizes the last axis, of bytes or of floats."""
    out = np.zeros((*x.shape[:-1], to), np.uint8 if fixed else F)
    for i, (first, f) in enumerate(weights(x.shape[-1], to)):
        parts = x[..., first:first + len(f)]
        if fixed:
            w = [int(math.floor(abs(v) * 2**22 + 0.5)) * (1 if v >= 0 else -1) for v in f]
            total = (parts.astype(np.int64) * w).sum(-1) + 2**21
            out[..., i] = np.clip(total >> 22, 0, 255)
        else:
            total = parts[..., 0] * F(f[0])
            for k in range(1, len(f)):
                total = total + parts[..., k] * F(f[k])
            out[..., i] = total
    return out


def bicubic(x, height, width):
    fixed = x.dtype == np.uint8
    return along(along(x, width, fixed).swapaxes(-1, -2), height, fixed).swapaxes(-1, -2)


def with_hole(x, words):
    """The picture with a hole, and the mask; words: columns 0 to 3 of its row."""
    ends = []
    for side, (length_word, place_word) in zip(x.shape[1:], (words[:2], words[2:])):
        least = (side + 3) // 4
        length = least + (int(length_word) * (side // 2 - least + 1) >> 32)
        begin = int(place_word) * (side - length + 1) >> 32
        ends.append(slice(begin, begin + length))
    mask = np.zeros((1, *x.shape[1:]), np.uint8)
    mask[0, ends[0], ends[1]] = 255
    x = x.copy()
    x[:, ends[0], ends[1]] = 128
    return np.concatenate([x, mask])


class Crops(Data):
    """Crops of images (C, h, w), all of the given side."""

    unseen = None  # crops of the test images, if there are some: what the pictures show

    def __init__(self, images, side, o):
        self.images, self.side, self.o = images, side, o
        self.shape = (len(images[0]), side, side)
        self.of = [i for i, image in enumerate(images)
                   for _ in range(max(1, image.shape[1] * image.shape[2] // side**2))]
        self.samples = np.stack([self.middle(image).reshape(-1) for image in images])

    def __len__(self):
        return len(self.of)

    def middle(self, image):
        top, left = ((size - self.side) // 2 for size in image.shape[1:])
        return image[:, top:top + self.side, left:left + self.side]

    def fingerprint(self):
        crc = zlib.crc32(b"".join(n.to_bytes(4, "little") for n in (len(self.images), *self.shape)))
        for image in self.images:
            sizes = b"".join(n.to_bytes(4, "little") for n in image.shape[1:])
            crc = zlib.crc32(sizes + image.tobytes(), crc)
        return crc

    def crop(self, number, place, step, layer, changed=True):
        w, _ = streams.words(int(self.o["seed"]), step, streams.name(CROP, layer, 0), 1, 64 * (place // 16 + 1))
        column = 64 * (place // 16) + place % 16
        w = [int(word[0, column]) for word in w]
        image, side = self.images[self.of[number]], self.side
        top, left = (word * (size - side + 1) >> 32 for word, size in zip(w, image.shape[1:]))
        out = image[:, top:top + side, left:left + side]
        if changed and self.o["flip"] == "true" and w[2] >= 1 << 31:
            out = out[:, :, ::-1]
        if changed and self.o.get("turn") == "true":
            out = np.rot90(out, w[3] >> 30, (1, 2))
        return np.ascontiguousarray(out)

    def poorer(self, crops, first, step, layer):
        """What G is given, as bytes."""
        task, s = self.o["task"], int(self.o.get("scale", 4))
        if task == "upscale":
            return np.stack([bicubic(x, self.side // s, self.side // s) for x in crops])
        if task == "colorize":
            return np.stack([((x.astype(int) * np.array([19595, 38470, 7471])[:, None, None]).sum(0) + 2**15 >> 16)
                             .astype(np.uint8)[None] for x in crops])
        words = streams.plain(int(self.o["seed"]), step, streams.name(HOLE, layer, 0), first + len(crops), 4)
        return np.stack([with_hole(x, row) for x, row in zip(crops, words[first:])])


def floats(x):
    return ((2 * x.astype(int) - 255).astype(F) / F(255)).reshape(len(x), -1)


# ---- the games ----


def phase_at(o, epoch):
    phases = o.get("phases", "mse").split(",")
    for phase in phases[:-1]:
        name, epochs = phase.split(":")
        if epoch < int(epochs):
            return name
        epoch -= int(epochs)
    return phases[-1].split(":")[0]


class Restoring(Game):
    """G restores crops; o has a task."""

    def __init__(self, o, data):
        self.judges = "adversarial" in o.get("phases", "")
        self.judged = 0  # steps of D's phases
        super().__init__(o, data)

    def given_shape(self):
        channels, height, width = self.data.shape
        s = int(self.o.get("scale", 4))
        return {"upscale": (channels, height // s, width // s), "colorize": (1, height, width),
                "inpaint": (channels + 1, height, width)}[self.o["task"]]

    def samples_in_epoch(self):
        return len(self.data)

    def given(self, T, j):
        return self.poor

    def updates_before(self, T):
        return self.judged * self.k

    def slope(self, fakes):
        return (F(2) / F(fakes.shape[1])) * (fakes - self.real)

    def pay(self, fakes, sums):
        error = (fakes - self.real).astype(D)
        rows = [in_order(row * row) / fakes.shape[1] for row in error]
        sums[9] += in_order(rows) / self.B

    def descend_fakes(self, dfakes, fakes, sums):
        self.pay(fakes, sums)
        return F(float(self.o.get("adversarial", "0.001"))) * dfakes + self.slope(fakes)

    def regression_step(self, T, sums):
        fakes = self.g.forward(self.poor, T, 1)
        self.pay(fakes, sums)
        self.g.backward(self.slope(fakes))
        self.finish_generator(T, sums)

    def take(self, order, first):
        crops = [self.data.crop(number, first + i, self.epochs, 0) for i, number in enumerate(order)]
        self.real, self.poor = floats(np.stack(crops)), floats(self.data.poorer(crops, first, self.epochs, 0))
        return self.real

    def flipped(self, x, T, j):
        return x

    def steps_of_epoch(self, order, sums):
        game = phase_at(self.o, self.epochs)
        for n in range(self.steps):
            T = self.epochs * self.steps + n
            if game == "mse":
                first = n * self.k * self.B
                self.take(order[first:first + self.B], first)
                self.regression_step(T, sums)
            else:
                self.step_of_both(order, n, T, sums)
                self.judged += 1

    def columns(self, mean):
        judged = phase_at(self.o, self.epochs - 1) == "adversarial"
        one, two = super().columns(mean), [mean[9], 10 * math.log10(4 / mean[9])]
        one = [value if judged or i == len(one) - 1 else None for i, value in enumerate(one)]
        return one + two

    def sums(self):
        return [0.0] * 10

    # ---- what is shown ----

    def restored(self, poor):
        return sampled(self.g, self.averaged, floats(poor))

    def fixed_samples(self):
        images = self.data.images
        middles = [self.data.middle(images[i % len(images)]) for i in range(figures.SAMPLES)]
        return self.restored(self.data.poorer(middles, 0, 0, 0))

    def tiles(self, use):
        """The tiles (n, C, h, w) of the picture of an epoch, as floats."""
        step, n = self.epochs if use == figures.RANDOM else 0, 2 * COLS
        of = self.data.unseen or self.data
        crops = [of.crop(i * len(of) // n, i, step, use, False) for i in range(n)]
        poor, shape = self.data.poorer(crops, 0, step, use), self.data.shape
        given = floats(poor).reshape(poor.shape)
        times, rows = shape[1] // poor.shape[2], []
        shown = given.repeat(times, 2).repeat(times, 3)[:, :shape[0]]
        rows.append(shown if shown.shape[1] == shape[0] else shown.repeat(shape[0], 1))
        if self.o["task"] == "upscale":
            rows.append(np.stack([bicubic(x, *shape[1:]) for x in given]))
        rows += [self.restored(poor).reshape(-1, *shape), floats(np.stack(crops)).reshape(-1, *shape)]
        return np.concatenate([row[band:band + COLS] for band in (0, COLS) for row in rows])


def cut(images, side, o):
    """Images (h, w, C), in the order of their names."""
    fitting = [image.transpose(2, 0, 1) for image in images if min(image.shape[:2]) >= side]
    return Crops([fitting[i] for i in scattered(len(fitting))], side, o)
