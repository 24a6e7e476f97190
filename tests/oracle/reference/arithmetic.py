"""docs/numerics.md in NumPy: products, elementary functions and sums, on binary32 arrays.

NumPy rounds each operation on float32 once and contracts none.

SPDX-License-Identifier: MIT
"""
import numpy as np
import streams

F, D = np.float32, np.float64
BLOCK = 1 << 14  # values of a product that are computed at a time, so that they stay in a cache


def to_odd(product, c):
    """product + c, rounded to odd in float64: rounding that to float32 gives the correctly rounded sum
    (Boldo and Melquiond 2008)."""
    total = product + c
    part = total - product
    lost = (product - (total - part)) + (c - part)
    bits = total.view(np.int64)
    away = np.where((lost > 0) == (total > 0), 1, -1)
    inexact = (lost != 0) & (bits & 1 == 0)
    return np.where(inexact, (bits + away).view(D), total)


def fma(a, b, c):
    """a b + c, rounded once; a, b, c and the result are float64 arrays with float32 values."""
    product = a * b
    total = product + c
    # Only where the sum is at a middle between two floats, or below the normal ones, can its own rounding
    # change the result.
    middle = total.view(np.int64) & 0x1FFFFFFF == 0x10000000
    close = np.flatnonzero(middle | (np.abs(total) < 2.0**-126) & (total != 0))
    rounded = total.astype(F).astype(D)
    if close.size:
        c = np.broadcast_to(c, total.shape)
        rounded.flat[close] = to_odd(product.flat[close], c.flat[close]).astype(F)
    return rounded


def product(a, b):
    """(M, K) (K, N): a chain of fma over k for each element."""
    a, b = a.astype(D), b.astype(D)
    rows = max(1, BLOCK // b.shape[1])
    out = np.zeros((a.shape[0], b.shape[1]), F)
    for first in range(0, len(a), rows):
        part = np.ascontiguousarray(a[first:first + rows].T)
        total = np.zeros((part.shape[1], b.shape[1]))
        for k in range(len(part)):
            total = fma(part[k][:, None], b[k][None, :], total)
        out[first:first + rows] = total
    return out


def sum_rows(m):
    total = np.zeros(m.shape[1], F)
    for row in m:
        total = total + row
    return total


def exp(x):
    x = np.where(x < -104, F(-104), x)
    x = np.where(x > 89, F(89), x)
    t = x * F(1.44269504) + F(12582912)
    n = t - F(12582912)
    high, low = n * F(0.693359375), n * F(-2.12194440e-4)
    high = x - high
    r = high - low
    lost = (high - r) - low
    p = streams.horner(r, 0.00138182985, 0.00836853217, 0.0416682921, 0.166665226, 0.49999994)
    total = F(1) + r
    y = total + ((r - (total - F(1))) + (r * r * p + lost))
    half = np.floor(n / F(2)).astype(int)
    return np.ldexp(np.ldexp(y, half), n.astype(int) - half)


def log_of_1_plus(g):
    """reduced(g, 0)"""
    s = g / (F(2) + g)
    z = s * s
    p = streams.horner(z, 0.167467818, 0.18817088, 0.220955968, 0.285799623, 0.399997681,
                       0.666666687)
    zero = F(0) * F(-2.12194440e-4)
    return F(0) * F(0.693359375) + (g - (s * (g - z * p) - zero))


def tanh(x):
    a, z = np.abs(x), x * x
    p = streams.horner(z, -0.00571549917, 0.0206491034, -0.0537430048, 0.133314848, -0.333332837)
    y = np.where(a < F(0.625), a + a * z * p, F(1) - F(2) / (exp(F(2) * a) + F(1)))
    return np.copysign(y, x)


def sigmoid(x):
    e = exp(-np.abs(x))
    total = F(1) + e
    lost = e - (total - F(1))
    y = np.where(x < 0, e, F(1)) / total
    inverse = np.where(x < 0, F(1) - y, y)
    return y - y * (lost * inverse)


def softplus(x):
    return np.where(x > 0, x, F(0)) + log_of_1_plus(exp(-np.abs(x)))


# ---- sums in double ----


def in_order(values):
    """The sum of numbers or arrays in float64, starting from 0."""
    total = D(0)
    for x in values:
        total = total + np.asarray(x, D)
    return total


def eight_sums(products):
    """The sum over the last axis, as eight partial sums."""
    return in_order(in_order(np.moveaxis(products[..., i::8], -1, 0)) for i in range(8))


def dot(a, b):
    """The sum of a[..., i] b[i], as eight partial sums."""
    return eight_sums(a.astype(D) * b.astype(D))


def sum_of_squares(g):
    """That of a gradient, in chunks and lanes."""
    squares = g.astype(D)**2
    chunks = [squares[i:i + 4096] for i in range(0, len(squares), 4096)]
    return in_order(in_order(in_order(chunk[lane::16]) for lane in range(16)) for chunk in chunks)


def power(x, n):
    p = 1.0
    while n > 0:
        if n % 2 == 1:
            p = p * x
        x = x * x
        n = n // 2
    return p
