"""docs/numerics.md, "Layers", in NumPy.

A batch is (rows, values). Each layer keeps what its last forward pass leaves for the backward one.

SPDX-License-Identifier: MIT
"""
import numpy as np
import streams

from . import convolutions
from .arithmetic import D, F, dot, in_order, product, sigmoid, sum_rows, tanh


class Layer:
    """index: in the net; shape: (channels, height, width) of the input, later of the output."""
    has_parameters = False
    curved = False  # has a second derivative

    def __init__(self, index, words, shape):
        self.index, self.before, self.shape = index, shape, self.shape_after(words, shape)

    def shape_after(self, words, shape):
        return shape

    def tensors(self):
        """Names and values of the parameters, and of the buffers."""
        return [], []

    def only(self, rows):
        """Keeps only the first rows of the last pass."""
        self.x, self.y = self.x[:rows], self.y[:rows]

    def forward(self, x, where, halves=False):
        """where: seed, step, use and pass of the dropout masks; None outside of training."""
        self.x, self.y = x, self.compute(x, where, halves)
        return self.y

    def along(self, u):
        """The pass forward of a direction u."""
        return self.backward(u, params=False)


def size_of(shape):
    return int(np.prod(shape))


# ---- layers without parameters ----


class Relu(Layer):
    slope = F(0)

    def __init__(self, index, words, shape):
        super().__init__(index, words, shape)
        if words:
            self.slope = F(float(words[0]))

    def compute(self, x, where, halves):
        return np.where(x > 0, x, self.slope * x + F(0))

    def backward(self, dy, params=True):
        return np.where(self.y > 0, dy, self.slope * dy)


class Tanh(Layer):
    curved = True

    def compute(self, x, where, halves):
        return tanh(x)

    def backward(self, dy, params=True):
        return dy * (F(1) - self.y * self.y)

    def second(self):
        return F(-2) * self.y * (F(1) - self.y * self.y)


class Sigmoid(Layer):
    curved = True

    def compute(self, x, where, halves):
        return sigmoid(x)

    def backward(self, dy, params=True):
        return dy * (self.y * (F(1) - self.y))

    def second(self):
        return (F(1) - F(2) * self.y) * (self.y * (F(1) - self.y))


class Dropout(Layer):
    def __init__(self, index, words, shape):
        super().__init__(index, words, shape)
        self.p = float(words[0])
        self.scale = F(1 / (1 - self.p))

    def compute(self, x, where, halves):
        if where is None:
            return x
        seed, step, use, number = where
        name = streams.name(use, self.index, number)
        self.kept = streams.keep(seed, step, name, *x.shape, self.p)
        return np.where(self.kept, self.scale * x, F(0))

    def only(self, rows):
        super().only(rows)
        self.kept = self.kept[:rows]

    def backward(self, dy, params=True):
        return np.where(self.kept, self.scale * dy, F(0))


class Reshape(Layer):
    def shape_after(self, words, shape):
        sizes = [int(size) for size in words[0].split("x")]
        return tuple(sizes) if len(sizes) == 3 else (sizes[0], 1, 1)

    def compute(self, x, where, halves):
        return x

    def backward(self, dy, params=True):
        return dy


class Residual(Layer):
    """Opens a block; add, which closes it, has it as its partner."""

    def compute(self, x, where, halves):
        return x

    def backward(self, dy, params=True):
        return dy + self.partner.kept

    def along(self, u):
        self.partner.kept = u
        return u


class Add(Layer):
    def compute(self, x, where, halves):
        return x + self.partner.y

    def backward(self, dy, params=True):
        self.kept = dy
        return dy

    def along(self, u):
        return u + self.kept


def bicubic_weights(n, r):
    """The weights (r n, n) of the bicubic filter along a line."""
    weights = np.zeros((r * n, n))
    for i in range(r * n):
        at, rest = divmod((2 * i + 1) * n, 2 * r * n)
        part = rest / (2 * r * n)
        begin, end = at + int(np.floor(part - 1.5)), at + int(np.floor(part + 2.5))
        for k in range(max(begin, 0), min(end, n)):
            x = abs(k - at - part + 0.5)
            weights[i, k] = ((1.5 * x - 2.5) * x) * x + 1 if x < 1 else (((x - 5) * x + 8) * x - 4) * -0.5
        weights[i] /= in_order(weights[i])
    return weights.astype(F)


def singles(values):
    """The sum of arrays in float32, in their order."""
    total = F(0)
    for x in values:
        total = total + x
    return total


class AddEnlarged(Layer):
    def shape_after(self, words, shape):
        self.factor = int(words[0])
        return shape

    def enlarge(self, x):
        channels, height, width = self.partner.shape
        planes = x.reshape(-1, height, width)
        across = singles(planes[:, :, k, None] * w for k, w in enumerate(bicubic_weights(width, self.factor).T))
        down = singles(w[:, None] * across[:, None, k] for k, w in enumerate(bicubic_weights(height, self.factor).T))
        return down.reshape(len(x), -1)

    def compute(self, x, where, halves):
        return self.enlarge(self.partner.y) + x

    def backward(self, dy, params=True):
        channels, height, width = self.shape
        planes = dy.reshape(-1, height, width)
        down, across = (bicubic_weights(size // self.factor, self.factor) for size in (height, width))
        half = singles(planes[:, i, None] * down[i, :, None] for i in range(height))
        whole = singles(half[:, :, i, None] * across[i] for i in range(width))
        self.kept = whole.reshape(len(dy), -1)
        return dy

    def along(self, u):
        return self.enlarge(self.kept) + u


class PixelShuffle(Layer):
    def shape_after(self, words, shape):
        self.factor = int(words[0])
        return (shape[0] // self.factor**2, self.factor * shape[1], self.factor * shape[2])

    def compute(self, x, where, halves):
        channels, height, width = self.before
        r = self.factor
        parts = x.reshape(len(x), channels // (r * r), r, r, height, width)
        return parts.transpose(0, 1, 4, 2, 5, 3).reshape(len(x), -1)

    def backward(self, dy, params=True):
        channels, height, width = self.before
        r = self.factor
        parts = dy.reshape(len(dy), channels // (r * r), height, r, width, r)
        return parts.transpose(0, 1, 3, 5, 2, 4).reshape(len(dy), -1)

    def along(self, u):
        return self.compute(u, None, False)


class Upsample(Layer):
    def shape_after(self, words, shape):
        self.factor = int(words[0])
        return (shape[0], self.factor * shape[1], self.factor * shape[2])

    def compute(self, x, where, halves):
        images = x.reshape(len(x), *self.before)
        return images.repeat(self.factor, axis=2).repeat(self.factor, axis=3).reshape(len(x), -1)

    def backward(self, dy, params=True):
        f = self.factor
        parts = dy.reshape(len(dy), *self.shape)
        dx = np.zeros((len(dy), *self.before), F)
        for row in range(f):
            for col in range(f):
                dx = dx + parts[:, :, row::f, col::f]
        return dx.reshape(len(dy), -1)

    def along(self, u):
        return self.compute(u, None, False)


# ---- layers with weights ----


def direction(t):
    return (t / max(np.sqrt(in_order(t * t)), 1e-12)).astype(F)


class Weighted(Layer):
    has_parameters = True

    def __init__(self, index, words, shape):
        self.spectral = words[-1] == "spectral_norm"
        super().__init__(index, words, shape)

    def tensors(self):
        if not self.spectral:
            return [("weight", self.w), ("bias", self.b)], []
        return ([("parametrizations.weight.original", self.w), ("bias", self.b)],
                [("parametrizations.weight.0._u", self.u), ("parametrizations.weight.0._v", self.v)])

    def init(self, seed, use, way):
        name = streams.name(use, self.index)
        rows, cols = self.w_shape[0], size_of(self.w_shape[1:])
        w = streams.weights(seed, name, rows, cols, way, *self.fans())
        self.w = w.reshape(self.w_shape)
        self.b = np.zeros(self.outputs(), F)
        if self.spectral:
            matrix = self.matrix(self.w)
            v = streams.normal(seed, 0, name, len(matrix) + 1, matrix.shape[1])[-1]
            self.v = (v / np.sqrt(dot(v, v))).astype(F)
            for _ in range(15):
                self.power_step()

    def matrix(self, w):
        """A row for each output or output channel. (conv_transpose has no spectral_norm.)"""
        return w.reshape(len(w), -1)

    def power_step(self):
        self.u = direction(dot(self.matrix(self.w), self.v))
        self.v = direction(self.back_from_u())
        self.measure()

    def back_from_u(self):
        return in_order(self.matrix(self.w).astype(D) * self.u.astype(D)[:, None])

    def measure(self):
        # In training, t is the one of which v is the direction: the same sum.
        self.inverse = F(1 / in_order(self.back_from_u() * self.v.astype(D)))

    def gradient(self, dn):
        """The gradient by w from the gradient by n."""
        if not self.spectral:
            return dn
        rows = self.matrix(dn)
        along = in_order(dot(row, n) for row, n in zip(rows, self.matrix(self.n)))
        share = (along * self.u.astype(D)).astype(F)
        return ((rows - share[:, None] * self.v) * self.inverse).reshape(dn.shape)

    def compute(self, x, where, halves):
        if self.spectral and where is not None:
            self.power_step()
        elif self.spectral:
            self.measure()
        self.n = self.w * self.inverse if self.spectral else self.w
        y = self.along(x).reshape(len(x), self.outputs(), -1) + self.b[:, None]
        return y.reshape(len(x), -1)

    def backward(self, dy, params=True):
        if params:
            self.dw, self.db = self.gradient(self.products(dy, self.x)), self.sums(dy)
        return self.back(dy)


class Linear(Weighted):
    def shape_after(self, words, shape):
        sizes = [int(size) for size in words[0].split("x")]
        self.w_shape = (size_of(sizes), size_of(shape))
        return tuple(sizes) if len(sizes) == 3 else (sizes[0], 1, 1)

    def fans(self):
        return self.w_shape[1], self.w_shape[0]

    def outputs(self):
        return self.w_shape[0]

    def along(self, u):
        return product(u, self.n.T)

    def back(self, dy):
        return product(dy, self.n)

    def products(self, dy, x):
        return product(dy.T, x)

    def sums(self, dy):
        return sum_rows(dy)


class Conv(Weighted):
    def shape_after(self, words, shape):
        given = {"s": 1, "p": 0, **{word[0]: int(word[1:]) for word in words[1:] if word[1:].isdigit()}}
        self.channels, self.k, self.s, self.p = int(words[0]), given["k"], given["s"], given["p"]
        self.w_shape = self.weight_shape(shape[0])
        return (self.channels, *(self.size_after(size) for size in shape[1:]))

    def size_after(self, size):
        return convolutions.maps_size(size, self.k, self.s, self.p)

    def weight_shape(self, channels):
        return (self.channels, channels, self.k, self.k)

    def fans(self):
        area = self.k * self.k
        return self.before[0] * area, self.channels * area / (self.s * self.s)

    def outputs(self):
        return self.channels

    def image(self, x):
        return x.reshape(len(x), *self.before)

    def maps(self, y):
        return y.reshape(len(y), *self.shape)

    def along(self, u):
        return convolutions.convolve(self.image(u), self.n, self.s, self.p).reshape(len(u), -1)

    def back(self, dy):
        dx = convolutions.transpose(self.maps(dy), self.n, self.s, self.p, self.before[1:])
        return dx.reshape(len(dy), -1)

    def products(self, dy, x):
        return convolutions.weight_gradient(self.maps(dy), self.image(x), self.k, self.s, self.p)

    def sums(self, dy):
        return convolutions.bias_gradient(dy.reshape(len(dy), *self.shape))


class ConvTranspose(Conv):
    """Here the image is the output and the maps are the input."""

    def size_after(self, size):
        return (size - 1) * self.s + self.k - 2 * self.p

    def weight_shape(self, channels):
        return (channels, self.channels, self.k, self.k)

    def fans(self):
        area = self.k * self.k
        return self.before[0] * area / (self.s * self.s), self.channels * area

    def image(self, x):
        return x.reshape(len(x), *self.shape)

    def maps(self, y):
        return y.reshape(len(y), *self.before)

    def along(self, u):
        x = convolutions.transpose(self.maps(u), self.n, self.s, self.p, self.shape[1:])
        return x.reshape(len(u), -1)

    def back(self, dy):
        return convolutions.convolve(self.image(dy), self.n, self.s, self.p).reshape(len(dy), -1)

    def products(self, dy, x):
        return convolutions.weight_gradient(self.maps(x), self.image(dy), self.k, self.s, self.p)


class BatchNorm(Layer):
    has_parameters = True

    def tensors(self):
        return ([("weight", self.w), ("bias", self.b)],
                [("running_mean", self.mean), ("running_var", self.variance)])

    def init(self, seed, use, way):
        channels = self.shape[0]
        self.w, self.variance = np.ones(channels, F), np.ones(channels, F)
        self.b, self.mean = np.zeros(channels, F), np.zeros(channels, F)

    def channel_sums(self, a, b):
        """S(a) and S(a b) of each channel."""
        a, b = (m.reshape(len(m), self.shape[0], -1).astype(D) for m in (a, b))
        return [in_order(in_order(m).T) for m in (a, a * b)]

    def spread(self, values):
        """Repeats the values of the channels for all columns."""
        return np.repeat(values.astype(F), self.shape[1] * self.shape[2])

    def factors(self, mean, variance):
        inverse = 1 / np.sqrt(variance + 1e-5)
        return mean, inverse, self.spread(self.w.astype(D) * inverse)

    def compute(self, x, where, halves):
        self.parts, y = [], []
        if where is None:
            mean, _, scale = self.factors(self.mean.astype(D), self.variance.astype(D))
            return (x - self.spread(mean)) * scale + self.spread(self.b)
        for part in np.split(x, 2 if halves else 1):
            n = part.size // self.shape[0]
            first, second = self.channel_sums(part, part)
            mean = first / n
            variance = np.maximum(second / n - mean * mean, 0)
            mean, inverse, scale = self.factors(mean, variance)
            self.parts.append((part, n, mean, inverse, scale))
            y.append((part - self.spread(mean)) * scale + self.spread(self.b))
            self.mean = ((1 - 0.1) * self.mean.astype(D) + 0.1 * mean).astype(F)
            self.variance = ((1 - 0.1) * self.variance.astype(D) +
                             0.1 * (variance * n / (n - 1))).astype(F)
        return np.concatenate(y)

    def backward(self, dy, params=True):
        dw, db, dx = np.zeros(self.shape[0]), np.zeros(self.shape[0]), []
        for part, (x, n, mean, inverse, scale) in zip(np.split(dy, len(self.parts)), self.parts):
            first, second = self.channel_sums(part, x)
            along = (second - mean * first) * inverse
            dw, db = dw + along, db + first
            flat, slope = self.spread(first / n), self.spread(along * inverse / n)
            dx.append(((part - flat) - (x - self.spread(mean)) * slope) * scale)
        if params:
            self.dw, self.db = dw.astype(F), db.astype(F)
        return np.concatenate(dx)


class MinibatchDeviation(Layer):
    SPAN = 128

    def __init__(self, index, words, shape):
        super().__init__(index, words, shape)
        self.size, self.running = int(words[0]), np.ones(1, F)
        self.inputs = size_of(shape)

    def shape_after(self, words, shape):
        return (shape[0] + 1, *shape[1:])

    def tensors(self):
        return [], [("running_deviation", self.running)]

    def only(self, rows):
        super().only(rows)
        self.groups = [group for group in self.groups if group[0].start < rows]

    def with_channel(self, x, values):
        """x and one more channel; values (rows)."""
        return np.concatenate([x, np.repeat(values.astype(F)[:, None], self.shape[1] * self.shape[2], 1)], 1)

    def measure(self, x):
        n, x = len(x), x.astype(D)
        mean = in_order(x) / n
        deviation = np.sqrt(in_order((x - mean) * (x - mean)) / n + 1e-8)
        spans = [in_order(deviation[i:i + self.SPAN]) for i in range(0, self.inputs, self.SPAN)]
        return in_order(spans) / self.inputs, ((x - mean) * (1 / deviation)).astype(F), (1 / deviation).astype(F)

    def compute(self, x, where, halves):
        if where is None:
            return self.with_channel(x, np.full(len(x), self.running[0]))
        self.groups, shown = [], []
        for half in np.split(np.arange(len(x)), 2 if halves else 1):
            own = []
            for first in range(half[0], half[-1] + 1, self.size):
                rows = slice(first, min(first + self.size, half[-1] + 1))
                s, q, inverse = self.measure(x[rows])
                self.groups.append((rows, q, inverse))
                own.append(s)
                shown += [s] * len(q)
            mean = 0.1 * in_order(own) / len(own)
            self.running = ((1 - 0.1) * self.running.astype(D) + mean).astype(F)
        return self.with_channel(x, np.array(shown))

    def slope(self, dy):
        return in_order(dy[:, self.inputs:].reshape(-1).astype(D)) / (len(dy) * self.inputs)

    def backward(self, dy, params=True):
        return np.concatenate([dy[rows][:, :self.inputs] + F(self.slope(dy[rows])) * q for rows, q, _ in self.groups])

    def along(self, u):
        shown = []
        for rows, q, _ in self.groups:
            total = in_order((q.astype(D) * u[rows].astype(D)).reshape(-1))
            shown += [total / (len(q) * self.inputs)] * len(q)
        return self.with_channel(u, np.array(shown))

    def bend(self, u, a):
        """What dP / dx has besides the backward of c."""
        parts = []
        for rows, q, inverse in self.groups:
            n, v, q = len(q), u[rows].astype(D), q.astype(D)
            parts.append(self.slope(a[rows]) * inverse.astype(D) *
                         (v - in_order(v) / n - q * (in_order(v * q) / n)))
        self.curve = np.concatenate(parts).astype(F)


KINDS = {"linear": Linear, "conv": Conv, "conv_transpose": ConvTranspose, "batch_norm": BatchNorm,
         "relu": Relu, "leaky_relu": Relu, "tanh": Tanh, "sigmoid": Sigmoid, "dropout": Dropout,
         "upsample": Upsample, "reshape": Reshape, "residual": Residual, "add": Add, "add_enlarged": AddEnlarged,
         "pixel_shuffle": PixelShuffle, "minibatch_deviation": MinibatchDeviation}


def make(index, item, shape):
    kind, *words = item.split(" ")
    return KINDS[kind](index, words, shape)
