"""docs/numerics.md in NumPy: nets, penalties on their gradient, Adam and the average.

SPDX-License-Identifier: MIT
"""
import numpy as np

from . import layers
from .arithmetic import D, F, eight_sums, in_order, power, sum_of_squares


class Net:
    def __init__(self, spec, shape, seed, init, way, dropout):
        self.spec, self.layers, self.seed, self.dropout = spec, [], seed, dropout
        for i, item in enumerate(spec.split(", ")):
            self.layers.append(layers.make(i, item, shape))
            shape = self.layers[-1].shape
        self.pair()
        for layer in self.with_parameters():
            layer.init(seed, init, way)
        self.m = np.zeros_like(self.params())
        self.v = np.zeros_like(self.m)
        self.average = [self.params(), self.buffers()]

    def pair(self):
        """Makes the two ends of each residual block each other's partner."""
        opened = []
        for layer in self.layers:
            if isinstance(layer, layers.Residual):
                opened.append(layer)
            elif isinstance(layer, (layers.Add, layers.AddEnlarged)):
                layer.partner = opened.pop()
                layer.partner.partner = layer

    def with_parameters(self):
        return [layer for layer in self.layers if layer.has_parameters]

    def block(self, which):
        parts = [p.reshape(-1) for one in self.layers for _, p in one.tensors()[which]]
        return np.concatenate(parts) if parts else np.zeros(0, F)

    def params(self):
        return self.block(0)

    def buffers(self):
        return self.block(1)

    def forward(self, x, step, number, dropout=None, halves=False):
        for layer in self.layers:
            x = layer.forward(x, (self.seed, step, dropout or self.dropout, number), halves)
        return x

    def apply(self, x):
        """The pass outside of training."""
        for layer in self.layers:
            x = layer.forward(x, None)
        return x

    def backward(self, dy, params=True):
        for layer in reversed(self.layers):
            dy = layer.backward(dy, params)
        return dy

    def put(self, params, buffers=None):
        """Sets the parameters, and the running averages of batch_norm."""
        at = buffer_at = 0
        for one in self.with_parameters():
            for name in ("w", "b"):
                old = getattr(one, name)
                setattr(one, name, params[at:at + old.size].reshape(old.shape))
                at += old.size
            if buffers is not None:
                for name in ("mean", "variance"):
                    size = getattr(one, name).size if isinstance(one, layers.BatchNorm) else 0
                    if size:
                        setattr(one, name, buffers[buffer_at:buffer_at + size])
                    buffer_at += size

    def update(self, beta1, beta2, eps, lr, t):
        """An Adam step; returns the norm of the gradient."""
        g = np.concatenate([p.reshape(-1) for one in self.with_parameters()
                            for p in (one.dw, one.db)])
        rate, correction = F(lr / (1 - power(beta1, t))), F(1 / np.sqrt(1 - power(beta2, t)))
        self.m = F(beta1) * self.m + F(1 - beta1) * g
        self.v = F(beta2) * self.v + F(1 - beta2) * (g * g)
        self.put(self.params() - rate * self.m / (np.sqrt(self.v) * correction + F(eps)))
        return np.sqrt(sum_of_squares(g))

    def follow(self, beta, t):
        """Updates the average after step t."""
        rest = (1 - beta) / (1 - power(beta, t))
        self.average = [F(1 - rest) * a + F(rest) * w
                        for a, w in zip(self.average, (self.params(), self.buffers()))]


def sampled(net, averaged, z):
    """G(z) outside of training; the net is then as before."""
    own = [net.params(), net.buffers()]
    if averaged:
        net.put(*net.average)
    x = net.apply(z)
    net.put(*own)
    return x


def penalize(d, B, weight, target):
    """Adds the gradients of a penalty at the first B rows of d's last pass; returns its value."""
    a, outputs = np.ones((B, 1), F), {}
    for layer in reversed(d.layers):
        layer.only(B)
        outputs[layer] = a
        a = layer.backward(a, params=False)
    squares = a.astype(D)**2
    norms = np.sqrt(eight_sums(squares))
    factors = 2 * weight * (1 - target / norms)
    u = factors.astype(F)[:, None] * a
    for layer in d.layers:
        if layer.has_parameters:
            layer.dw = layer.dw + layer.gradient(layer.products(outputs[layer], u))
        if layer.curved:
            layer.curve = (outputs[layer] * u) * layer.second()
        elif isinstance(layer, layers.MinibatchDeviation):
            layer.bend(u, outputs[layer])
        u = layer.along(u)
    c = None
    for layer in reversed(d.layers):
        if layer.curved or isinstance(layer, layers.MinibatchDeviation):
            c = np.zeros_like(layer.y) if c is None else c
            c = layer.backward(c) + layer.curve
        elif c is not None:
            if layer.has_parameters:
                layer.dw = layer.dw + layer.gradient(layer.products(c, layer.x))
                layer.db = layer.db + layer.sums(c)
            c = layer.backward(c, params=False)
        elif isinstance(layer, (layers.Add, layers.AddEnlarged)):
            layer.kept = F(0)
    if target:
        return in_order(weight * (norm - target)**2 for norm in norms)
    return in_order(weight * total for total in eight_sums(squares))
