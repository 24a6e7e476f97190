"""src/nn/encode.h and the layers that join a condition, in NumPy: from a text to what a net is told.

A condition is a list of its features, (index, weight), in their order.

SPDX-License-Identifier: MIT
"""
import json
import pathlib
import struct
import unicodedata

import numpy as np

from . import layers
from .arithmetic import D, F, dot, product

# ---- texts ----

LINKS = "'-_\u2019\u2010\u2011\u00b7"
UNSPACED = [(0x0e00, 0x0eff), (0x1000, 0x109f), (0x1780, 0x17ff), (0x2e80, 0x2fdf), (0x3005, 0x3007),
            (0x3041, 0x30ff), (0x31f0, 0x31ff), (0x3400, 0x4dbf), (0x4e00, 0x9fff), (0xf900, 0xfaff),
            (0x20000, 0x3ffff)]


def normalised(text):
    return " ".join(unicodedata.normalize("NFC", text.casefold()).split())


def part(letter):
    """What a character is in a text: (l)etter, (m)ark, (k) link, (w)hole word, or nothing."""
    kind = unicodedata.category(letter)
    if letter in LINKS:
        return "k"
    if kind[0] == "M" or kind == "Cf":
        return "m"
    if 0x1f3fb <= ord(letter) <= 0x1f3ff:
        return "w"
    if kind[0] in "LN":
        return "w" if any(a <= ord(letter) <= b for a, b in UNSPACED) else "l"
    return "w" if kind[0] == "S" else " "


def words_of(text):
    """A word is letters, marks after them and links between them; a whole word, and marks after it."""
    parts, words, i = [*map(part, text), " "], [], 0
    while i < len(text):
        if parts[i] not in "lw":
            i += 1
            continue
        begin, whole = i, parts[i] == "w"
        i += 1
        while (parts[i] == "m" or (not whole and (parts[i] == "l" or
                                                  (parts[i] == "k" and parts[i + 1] == "l")))):
            i += 1
        words.append(text[begin:i])
    return words


def fnv(text):
    h = 2166136261
    for byte in text.encode():
        h = (h ^ byte) * 16777619 % 2**32
    return h ^ h >> 16


def features_of(text, vocabulary, size):
    """The features of a text, whose weights are those of a vector of length 1."""
    found, before = [], ""
    for word in words_of(normalised(text)):
        marked = "<" + word + ">"
        found += [("l:" + marked[i:i + 3], 1 / np.sqrt(D(len(word)))) for i in range(len(word))]
        if word in vocabulary:
            found += [("w:" + word, 1.0), (f"p:{before} {word}", 0.5)]
            before = word
    if before:
        found.append((f"p:{before} ", 0.5))
    square = D(0)
    for _, weight in found:
        square = square + D(weight) * D(weight)
    return [(fnv(name) % size, F(D(F(weight)) / np.sqrt(square))) for name, weight in found]


def between(a, b, t):
    shares = [(a, 1 - t), (b, t)]
    return [(index, F(share * D(weight))) for features, share in shares if share > 0
            for index, weight in features]


# ---- layers ----


class Joining(layers.Layer):
    """`conditions` are those of the rows of the next pass."""
    conditions = ()

    def embedded(self):
        rows = np.zeros((len(self.conditions), self.embedding.shape[1]), F)
        for row, features in zip(rows, self.conditions):
            for index, weight in features:
                row += weight * self.embedding[index]
        return rows


class Condition(Joining):
    def shape_after(self, words, shape):
        self.size = int(words[0])
        return (shape[0] + self.size, *shape[1:])

    def compute(self, x, where, halves):
        h = product(self.embedded(), self.weight.T) + self.bias
        h = np.where(h > 0, h, F(0.2) * h + F(0))
        return np.concatenate([x, h.repeat(self.shape[1] * self.shape[2], axis=1)], axis=1)


class Projection(Joining):
    def shape_after(self, words, shape):
        return (1, 1, 1)

    def compute(self, x, where, halves):
        sight = product(self.embedded(), self.map.T) + self.weight
        sums = [dot(s[None], row)[0] + D(self.bias[0]) for s, row in zip(sight, x)]
        return np.array(sums).astype(F)[:, None]


layers.KINDS.update(condition=Condition, projection=Projection)


# ---- nets of a checkpoint ----


class Checkpoint:
    """The metadata and the tensors of model.bin."""

    def __init__(self, path):
        raw = pathlib.Path(path).read_bytes()
        length, = struct.unpack("<Q", raw[:8])
        header = json.loads(raw[8:8 + length])
        self.metadata = header.pop("__metadata__")
        self.tensors = {}
        for name, t in header.items():
            begin, end = (8 + length + at for at in t["data_offsets"])
            if t["dtype"] == "F32":
                self.tensors[name] = np.frombuffer(raw[begin:end], "<f4").reshape(t["shape"])

    def net(self, which, shape):
        made = []
        for i, item in enumerate(self.metadata[which].split(", ")):
            made.append(layers.make(i, item, shape))
            shape = made[-1].shape
            own = {name.split(".")[2]: t for name, t in self.tensors.items()
                   if name.startswith(f"{which}.{i}.")}
            short = {} if isinstance(made[-1], Joining) else {"weight": "w", "bias": "b"}
            for name, tensor in own.items():
                setattr(made[-1], short.get(name, name), tensor)
        return made


def apply(net, x, conditions):
    for layer in net:
        layer.conditions = conditions
        x = layer.forward(x, None)
    return x
