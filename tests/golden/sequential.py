"""A torch.nn.Sequential of a spec, with a PyTorch module at the index of each layer.

make_norms.py and tests/oracle/safetensors use it. Between modules, images have the shape (channels,
height, width), other rows are flat.

SPDX-License-Identifier: MIT
"""
import math

import torch
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm


class Linear(nn.Linear):
    """nn.Linear on flattened rows, with a shaped output."""

    def __init__(self, inputs, shape):
        super().__init__(math.prod(inputs), math.prod(shape))
        self.shape = shape

    def forward(self, x):
        return super().forward(x.flatten(1)).unflatten(1, self.shape)


class Residual(nn.Module):
    """Opens a residual block; Sequential keeps its output for the Add that closes the block."""

    def forward(self, x):
        return x


class Add(nn.Module):
    def forward(self, x, before):
        return x + before


class MinibatchDeviation(nn.Module):
    """One more channel: the mean deviation over the samples of a group (docs/numerics.md)."""

    def __init__(self, size):
        super().__init__()
        self.size = size
        self.register_buffer("running_deviation", torch.ones(1))

    def forward(self, x):
        shape = (len(x), 1, *x.shape[2:])
        if not self.training:
            return torch.cat([x, self.running_deviation.expand(shape)], 1)
        groups = x.split(self.size)
        s = torch.stack([(g.var(0, unbiased=False) + 1e-8).sqrt().mean() for g in groups])
        with torch.no_grad():
            self.running_deviation.mul_(0.9).add_(0.1 * s.mean())
        rows = s.repeat_interleave(torch.tensor([len(g) for g in groups]))
        return torch.cat([x, rows.reshape(-1, *[1] * (x.dim() - 1)).expand(shape)], 1)


class AddEnlarged(nn.Module):
    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def forward(self, x, before):
        return x + nn.functional.interpolate(before, scale_factor=self.factor, mode="bicubic", antialias=True)


class Sequential(nn.Sequential):
    def forward(self, x):
        opened = []
        for module in self:
            if isinstance(module, (Add, AddEnlarged)):
                x = module(x, opened.pop())
            else:
                x = module(x)
            if isinstance(module, Residual):
                opened.append(x)
        return x


def sizes_of(word):
    return tuple(int(size) for size in word.split("x"))


def image_of(inputs):
    """The shape as an image: a flat row is one pixel with that many channels."""
    return inputs if len(inputs) == 3 else (*inputs, 1, 1)


def convolution(kind, inputs, words):
    """The module of conv or conv_transpose, and the shape of its output."""
    channels, inputs = int(words[0]), image_of(inputs)
    k, s, p = (next((int(word[1:]) for word in words[1:] if word[0] == letter), initial)
               for letter, initial in (("k", None), ("s", 1), ("p", 0)))
    if kind == "conv":
        return (nn.Conv2d(inputs[0], channels, k, s, p),
                (channels, *((size + 2 * p - k) // s + 1 for size in inputs[1:])))
    return (nn.ConvTranspose2d(inputs[0], channels, k, s, p),
            (channels, *((size - 1) * s - 2 * p + k for size in inputs[1:])))


def simple(kind, words, inputs):
    """A module whose output has the shape of its input."""
    if kind == "batch_norm":
        return (nn.BatchNorm1d if len(inputs) == 1 else nn.BatchNorm2d)(inputs[0])
    return {"residual": Residual, "add": Add, "relu": nn.ReLU, "leaky_relu": nn.LeakyReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid,
            "dropout": nn.Dropout}[kind](*map(float, words))


def module(item, inputs):
    """The module of an item of a spec, and the shape of its output."""
    kind, *words = item.split()
    spectral = "spectral_norm" in words
    words = [word for word in words if word != "spectral_norm"]
    if kind == "linear":
        shape = sizes_of(words[0])
        made = Linear(inputs, shape)
    elif kind in ("conv", "conv_transpose"):
        made, shape = convolution(kind, inputs, words)
    elif kind == "reshape":
        shape = sizes_of(words[0])
        made = nn.Sequential(nn.Flatten(), nn.Unflatten(1, shape))
    elif kind == "upsample":
        factor = int(words[0])
        made = nn.Upsample(scale_factor=factor)
        shape = (inputs[0], *(size * factor for size in image_of(inputs)[1:]))
    elif kind == "minibatch_deviation":
        made = MinibatchDeviation(int(words[0]) if words else 4)
        shape = (inputs[0] + 1, *inputs[1:])
    elif kind == "add_enlarged":
        made, shape = AddEnlarged(int(words[0])), inputs
    elif kind == "pixel_shuffle":
        factor = int(words[0])
        made = nn.PixelShuffle(factor)
        shape = (inputs[0] // factor**2, *(size * factor for size in image_of(inputs)[1:]))
    else:
        made, shape = simple(kind, words, inputs), inputs
    if len(inputs) == 1 and kind in ("conv", "conv_transpose", "upsample", "pixel_shuffle"):
        made.register_forward_pre_hook(lambda _, given: (given[0][..., None, None],))
    return (spectral_norm(made) if spectral else made), shape


def sequential(spec, inputs):
    """The net of a spec for rows of the shape `inputs`, and the shape of its output."""
    modules = []
    for item in spec.split(","):
        made, inputs = module(item, inputs)
        modules.append(made)
    return Sequential(*modules), inputs
