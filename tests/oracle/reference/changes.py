"""docs/numerics.md, "Changes", in NumPy: --augment, --flip and --instance-noise.

An image is (C, H, W). o holds the options as strings.

SPDX-License-Identifier: MIT
"""
import numpy as np
import streams

from .arithmetic import D, F, eight_sums


def share(word):
    return F(word >> 8) * F(2.0**-24)


def below(word, n):
    return word * n >> 32


def contrast(image, k):
    grey = F(eight_sums(image.reshape(-1).astype(D)) / image.size)
    return k * (image - grey) + grey


def saturation(image, k):
    if len(image) == 1:
        return image
    grey = np.zeros_like(image[0])
    for channel in image:
        grey = grey + channel
    grey = grey * F(1 / len(image))
    return k * (image - grey) + grey


def moved(image, down, right):
    """What enters the image is 0."""
    _, H, W = image.shape
    out = np.zeros_like(image)
    to_rows, from_rows = (slice(max(n, 0), H + min(n, 0)) for n in (down, -down))
    to_cols, from_cols = (slice(max(n, 0), W + min(n, 0)) for n in (right, -right))
    out[:, to_rows, to_cols] = image[:, from_rows, from_cols]
    return out


def cut(image, words):
    image = image.copy()
    spans = []
    for n, word in zip(image.shape[1:], words[5:7]):
        h = (n + 1) // 2
        first = below(word, n + 1 - h % 2) - h // 2
        spans.append(slice(max(first, 0), first + h))
    image[:, spans[0], spans[1]] = 0
    return image


def translation(shape, words):
    most = [(n + 4) // 8 for n in shape[1:]]
    return [below(w, 2 * m + 1) - m for w, m in zip(words[3:5], most)]


RAMP, MOST = 25000, 20000
CHANGES = ["color", "color", "color", "translation", "cutout"]


def made(augment, words, level):
    """Which of the five changes are made."""
    names = set(augment.split(","))
    auto = "auto" in names
    if names == {"auto"}:
        names = set(CHANGES)
    return [name in names and (not auto or int(words[7 + i]) < (level << 32) // RAMP)
            for i, name in enumerate(CHANGES)]


def level_after(level, right, n):
    level += n if 5 * right > 4 * n else -n if 5 * right < 4 * n else 0
    return min(max(level, 0), MOST)


def change(is_made, image, words):
    if is_made[0]:
        image = image + (share(words[0]) - F(0.5))
    if is_made[1]:
        image = saturation(image, F(2) * share(words[1]))
    if is_made[2]:
        image = contrast(image, share(words[2]) + F(0.5))
    if is_made[3]:
        image = moved(image, *translation(image.shape, words))
    return cut(image, words) if is_made[4] else image


def change_back(is_made, image, words):
    """Applies the transposed changes to a gradient."""
    if is_made[4]:
        image = cut(image, words)
    if is_made[3]:
        image = moved(image, *(-n for n in translation(image.shape, words)))
    if is_made[2]:
        image = contrast(image, share(words[2]) + F(0.5))
    return saturation(image, F(2) * share(words[1])) if is_made[1] else image


def for_rows(o, shape, x, T, number, what, level):
    if o["augment"] == "none":
        return x
    words = 12 if "auto" in o["augment"] else 7
    draws = streams.plain(int(o["seed"]), T, streams.name(streams.AUGMENT, 0, number), len(x), words)
    return np.stack([what(made(o["augment"], drawn, level), row.reshape(shape), drawn).reshape(-1)
                     for row, drawn in zip(x, draws)])


def seen(o, shape, x, T, number, level):
    """The input of D for x."""
    deviation = float(o["instance-noise"])
    if deviation > 0:
        name = streams.name(streams.NOISE, 0, number)
        x = x + F(deviation) * streams.normal(int(o["seed"]), T, name, *x.shape)
    return for_rows(o, shape, x, T, number, change, level)


def seen_back(o, shape, dx, T, number, level):
    return for_rows(o, shape, dx, T, number, change_back, level)


def flipped(o, shape, x, T, number):
    if o["flip"] == "false":
        return x
    draws = streams.plain(int(o["seed"]), T, streams.name(streams.FLIP, 0, number), len(x), 1)
    return np.stack([row.reshape(shape)[:, :, ::-1].reshape(-1) if w[0] >= 1 << 31 else row
                     for row, w in zip(x, draws)])
