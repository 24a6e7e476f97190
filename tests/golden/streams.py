"""The random streams in NumPy, written from docs/random-streams.md and docs/numerics.md alone.

make_goldens.py and tests/oracle/safetensors use it. NumPy rounds each float32 operation once and
contracts none, so the numbers equal the program's to the last bit.

SPDX-License-Identifier: MIT
"""
import numpy as np

INIT_GENERATOR, INIT_DISCRIMINATOR, LATENT = 1, 2, 4
DROPOUT, DROPOUT_GENERATOR, SAMPLE, NOISE = 5, 6, 9, 10
MIX, DROPOUT_MIX, AUGMENT, FLIP = 11, 12, 13, 14

F = np.float32


def name(use, layer=0, number=0):
    """c3 of a stream."""
    return use + (layer << 8) + (number << 16)


def words(seed, step, stream, rows, cols):
    """For rows 0 .. rows-1 and columns 0 .. cols-1: the four words of each element's counter, and the
    index of its own word among them."""
    col = np.arange(cols, dtype=np.uint64)[None, :]
    row = np.arange(rows, dtype=np.uint64)[:, None]
    low = np.uint64(0xFFFFFFFF)
    c = [16 * (col // 64) + col % 16 + 0 * row, row + 0 * col]
    c += [np.full_like(c[0], step), np.full_like(c[0], stream)]
    k0, k1 = seed & 0xFFFFFFFF, seed >> 32
    for _ in range(10):
        p0, p1 = np.uint64(0xD2511F53) * c[0], np.uint64(0xCD9E8D57) * c[2]
        c = [p1 >> 32 ^ c[1] ^ np.uint64(k0), p1 & low, p0 >> 32 ^ c[3] ^ np.uint64(k1), p0 & low]
        k0, k1 = k0 + 0x9E3779B9 & 0xFFFFFFFF, k1 + 0xBB67AE85 & 0xFFFFFFFF
    return c, np.broadcast_to((col % 64 // 16).astype(int), c[0].shape)


def horner(x, *coefficients):
    p = np.full_like(x, F(coefficients[0]))
    for c in coefficients[1:]:
        p = p * x + F(c)
    return p


def log(x):
    """The logarithm of normal positive numbers."""
    b = x.view(np.int32) - np.int32(0x3F3504F3)
    k = (b >> 23).astype(F)
    m = ((b & 0x7FFFFF) + np.int32(0x3F3504F3)).view(F)
    g = m - F(1)
    s = g / (F(2) + g)
    z = s * s
    p = horner(z, 0.167467818, 0.18817088, 0.220955968, 0.285799623, 0.399997681, 0.666666687)
    return k * F(0.693359375) + (g - (s * (g - z * p) - k * F(-2.12194440e-4)))


def sin_turns(x, quarters):
    """sin(2 pi (x + quarters / 4))"""
    q = np.floor(F(4) * x + F(0.5))
    r = x - F(0.25) * q
    q = q.astype(np.int32) + quarters
    z = r * r
    p = horner(z, 40.5395927, -76.6697235, 81.60495, -41.3417015)
    s = r * F(6.28125) + r * (F(0.00193530718) + z * p)
    c = F(1) + z * horner(z, 58.5601959, -85.423111, 64.9391403, -19.7392082)
    y = np.where(q & 1, c, s)
    return np.where(q & 2, -y, y)


def normal(seed, step, stream, rows, cols):
    w, i = words(seed, step, stream, rows, cols)
    u, t = np.where(i < 2, w[0], w[2]), np.where(i < 2, w[1], w[3])
    step24 = F(2.0**-24)
    radius = np.sqrt(F(-2) * log(((u >> 8) + 1).astype(F) * step24))
    turn = (t >> 8).astype(F) * step24
    return radius * np.where(i % 2 == 0, sin_turns(turn, 1), sin_turns(turn, 0))


def weights(seed, stream, rows, cols, way, inside, outside):
    """The initial weights of a layer, for one of the names of --init. Each output depends on `inside`
    values, and each value affects `outside` outputs."""
    if way == "listing":
        return truncated_normal(seed, stream, rows, cols, 0.1)
    deviation = {"he": np.sqrt(2 / inside), "xavier": np.sqrt(2 / (inside + outside)), "dcgan": 0.02}[way]
    return F(deviation) * normal(seed, 0, stream, rows, cols)


def truncated_normal(seed, stream, rows, cols, deviation):
    out = np.full((rows, cols), np.inf, F)
    step = 0
    while np.isinf(out).any():
        attempt = normal(seed, step, stream, rows, cols)
        out = np.where(np.isinf(out) & (np.abs(attempt) <= 2), F(deviation) * attempt, out)
        step += 1
    return out


def keep(seed, step, stream, rows, cols, p):
    """The mask of the values that a dropout layer of probability p keeps."""
    w, i = words(seed, step, stream, rows, cols)
    return np.choose(i, w) >= np.uint64(np.floor(p * 2.0**32 + 0.5))


def uniform(seed, step, stream, rows):
    """Numbers from 0 to 1, from column 0: they mix real samples and fakes."""
    w, _ = words(seed, step, stream, rows, 1)
    return (w[0] >> 8).astype(F) * F(2.0**-24)


def plain(seed, step, stream, rows, cols):
    """The words themselves, as Python integers."""
    w, i = words(seed, step, stream, rows, cols)
    return np.choose(i, w).tolist()
