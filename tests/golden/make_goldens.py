#!/usr/bin/env python3
"""Computes golden values for the tests with PyTorch in float64: layers, losses, Adam and the game.

    tests/golden/make_goldens.py        writes nets.h, losses.h, adam.h and game.h to its own folder

Needs NumPy and PyTorch; neither the build nor the tests need this script. streams.py draws the
program's random numbers; gradients come from PyTorch's autograd, Adam is torch.optim.Adam. Nothing
is derived from the C code: the steps of the game follow docs/numerics.md.

SPDX-License-Identifier: MIT
"""
import math
import pathlib
import textwrap
import typing

import numpy as np
import torch
import torch.nn.functional as functional

import streams

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

# The tests' own streams, for inputs that training would supply. tests/test_nn.c and support/play.h use
# the same.
TEST_PARAMS, TEST_X, TEST_DY, TEST_REAL, TEST_POOR = 0xF0, 0xF1, 0xF2, 0xF3, 0xF4
PARAM_SCALE = 0.25

# ---- writing ----

MOST_VALUES = 24


def number(x):
    return f"{x:.9g}" if math.isfinite(x) else "INFINITY"


def tensor(name, values):
    flat = np.asarray(values, dtype=np.float64).reshape(-1)
    step = 1
    while -(-len(flat) // step) > MOST_VALUES:
        step += 2  # odd, so that it reaches all columns of the usual sizes
    head = f'"{name}", {len(flat)}, {step}, {number(np.abs(flat).max())}, {number(flat.sum())},'
    body = ", ".join(number(x) for x in flat[::step])
    return f"{{ {head}\n (const double[]){{ {body} }} }}"


def write(file, what, declaration, rows, script="make_goldens.py"):
    guard = f"GAN_TESTS_GOLDEN_{file.upper()}_H"
    lines = [f"/* tests/golden/{file}.h - {what}. Made by {script}.", " *",
             " * SPDX-License-Identifier: MIT */", "/* clang-format off */",
             f"#ifndef {guard}", f"#define {guard}", "", f"{declaration} = {{"]
    for row in rows:
        for line in row.split("\n"):
            lines += textwrap.wrap(line, 110, subsequent_indent="  ", break_long_words=False,
                                   break_on_hyphens=False)
        lines[-1] += ","
    lines += ["};", "", "#endif", ""]
    (pathlib.Path(__file__).parent / f"{file}.h").write_text("\n".join(lines))


# ---- nets ----


class Layer(typing.NamedTuple):
    """One item of a spec; shapes are (channels, height, width)."""
    kind: str
    argument: float  # for layers with one number
    kernel: int  # for the two convolutions
    stride: int
    padding: int
    inside: tuple
    outside: tuple


def flat(values):
    return (values, 1, 1)


def size_of(word):
    sizes = tuple(int(n) for n in word.split("x"))
    return sizes if len(sizes) == 3 else flat(*sizes)


def outside_of(kind, first, k, s, p, inside):
    if kind in ("linear", "reshape"):
        return size_of(first)
    if kind == "condition":
        return (inside[0] + int(first), *inside[1:])
    if kind == "projection":
        return flat(1)
    if kind == "upsample":
        return (inside[0], *(int(first) * n for n in inside[1:]))
    if kind == "pixel_shuffle":
        return (inside[0] // int(first)**2, *(int(first) * n for n in inside[1:]))
    if kind == "conv":
        return (int(first), *((n + 2 * p - k) // s + 1 for n in inside[1:]))
    if kind == "conv_transpose":
        return (int(first), *((n - 1) * s + k - 2 * p for n in inside[1:]))
    return inside


def parse(spec, shape):
    layers = []
    for item in spec.split(","):
        kind, *words = item.split()
        first = words[0] if words else "0"
        given = {word[0]: int(word[1:]) for word in words[1:]}
        k, s, p = given.get("k", 0), given.get("s", 1), given.get("p", 0)
        outside = outside_of(kind, first, k, s, p, shape)
        layers.append(Layer(kind, float(first) if "x" not in first else 0, k, s, p, shape, outside))
        shape = outside
    return layers


def names_and_shapes(layers):
    for i, l in enumerate(layers):
        square = (l.kernel, l.kernel)
        if l.kind == "linear":
            yield f"{i}.weight", (math.prod(l.outside), math.prod(l.inside))
            yield f"{i}.bias", (math.prod(l.outside),)
        elif l.kind == "conv":
            yield f"{i}.weight", (l.outside[0], l.inside[0], *square)
            yield f"{i}.bias", (l.outside[0],)
        elif l.kind == "conv_transpose":
            yield f"{i}.weight", (l.inside[0], l.outside[0], *square)
            yield f"{i}.bias", (l.outside[0],)
        elif l.kind == "condition":
            yield f"{i}.weight", (int(l.argument), int(l.argument))
            yield f"{i}.bias", (int(l.argument),)
            yield f"{i}.embedding", (len(CONDITIONS), int(l.argument))
        elif l.kind == "projection":
            yield f"{i}.weight", (1, math.prod(l.inside))
            yield f"{i}.bias", (1,)
            yield f"{i}.map", (math.prod(l.inside), int(l.argument))
            yield f"{i}.embedding", (len(CONDITIONS), int(l.argument))


# Five conditions of two features each, as tests/support/play.h has them: a row for each, V columns.
CONDITIONS = torch.zeros(5, 5)
for c in range(5):
    CONDITIONS[c, c] += 0.75
    CONDITIONS[c, (2 * c + 1) % 5] -= 0.5


def check_sides(x, what):
    """float32 must reach the same side of 0: each value is exactly 0 (all dropped) or far from it."""
    near = x[x != 0].abs().min().item()
    assert near > 2e-6, f"{what} is {near}: choose another seed"


def join(i, l, params, x, told):
    """Reed and others (2016), and Miyato and Koyama (2018) with a vector of low rank; told (rows, V)."""
    e = told @ params[f"{i}.embedding"]
    weight, bias = params[f"{i}.weight"], params[f"{i}.bias"]
    if l.kind == "projection":
        x = x.flatten(1)
        return functional.linear(x, weight, bias) + (x * (e @ params[f"{i}.map"].T)).sum(
            1, keepdim=True)
    h = functional.linear(e, weight, bias)
    check_sides(h, "a value of a condition")
    h = functional.leaky_relu(h, 0.2)
    return torch.cat([x, h[:, :, None, None].expand(-1, -1, *x.shape[2:])], 1)


def apply(i, l, params, x, mask):
    """Applies layer i to x (rows, *l.inside)."""
    if l.kind == "linear":
        return functional.linear(x.flatten(1), params[f"{i}.weight"], params[f"{i}.bias"])
    if l.kind in ("conv", "conv_transpose"):
        how = functional.conv2d if l.kind == "conv" else functional.conv_transpose2d
        return how(x, params[f"{i}.weight"], params[f"{i}.bias"], stride=l.stride,
                   padding=l.padding)
    if l.kind == "upsample":
        return functional.interpolate(x, scale_factor=int(l.argument), mode="nearest")
    if l.kind == "pixel_shuffle":
        return functional.pixel_shuffle(x, int(l.argument))
    if l.kind in ("relu", "leaky_relu"):
        check_sides(x, "an input of relu")
        return functional.leaky_relu(x, l.argument)
    if l.kind == "dropout":
        kept = torch.from_numpy(mask(i, l.argument, len(x), math.prod(l.inside)))
        return torch.where(kept.reshape(x.shape), x / (1 - l.argument), torch.zeros(()))
    return {"tanh": torch.tanh, "sigmoid": torch.sigmoid, "reshape": lambda v: v}[l.kind](x)


def forward(layers, params, x, mask, told=None):
    """x (rows, values) -> output (rows, values); mask(i, p, rows, cols): the values layer i keeps.
    told (rows, V): the conditions of the rows, and of the first rows once more."""
    blocks = []
    for i, l in enumerate(layers):
        x = x.reshape(len(x), *l.inside)
        if l.kind == "residual":
            blocks.append(x)
        elif l.kind == "add":
            before = blocks.pop()
            x = x + torch.cat([before, before[:len(x) - len(before)]])
        elif l.kind == "add_enlarged":
            before = blocks.pop()
            before = torch.cat([before, before[:len(x) - len(before)]])
            x = x + functional.interpolate(before, scale_factor=int(l.argument), mode="bicubic", antialias=True)
        elif l.kind in ("condition", "projection"):
            x = join(i, l, params, torch.cat([x, x[:len(told) - len(x)]]), told)
        else:
            x = apply(i, l, params, x, mask)
    return x.flatten(1)


def dropout_masks(seed, step, use, pass_number):
    def mask(i, p, rows, cols):
        return streams.keep(seed, step, streams.name(use, i, pass_number), rows, cols, p)

    return mask


NETS = [  # spec, inputs, rows
    ("linear 3", 5, 4),
    ("linear 1", 1, 1),
    ("relu", 6, 4),
    ("leaky_relu 0.2", 6, 4),
    ("tanh", 7, 3),
    ("sigmoid", 7, 3),
    ("dropout 0.3", 70, 5),
    ("dropout 0", 4, 2),
    ("linear 5, tanh, dropout 0.5, leaky_relu 0.1, linear 3", 6, 5),
    ("dropout 0.2, linear 4, relu, dropout 0.3, linear 1", 7, 50),
    ("relu, linear 3, sigmoid, sigmoid, linear 2", 4, 1),
    ("linear 7, relu, sigmoid, dropout 0.4, tanh", 3, 5),
    ("linear 4, leaky_relu 0.3, relu, tanh, tanh, dropout 0.1, dropout 0.2, relu", 5, 9),
    ("linear 6, sigmoid, relu, leaky_relu 0, linear 2, linear 3, tanh", 2, 3),
    ("linear 130, relu, dropout 0.3, linear 70, leaky_relu 0.2, linear 1", 65, 50),
    ("linear 129, tanh, linear 47, relu, dropout 0.6, sigmoid, linear 131, tanh", 13, 97),
    ("tanh, dropout 0.25, linear 33, relu, linear 17", 600, 7),
    ("reshape 3x2x2, relu, reshape 12, tanh", 12, 3),
    ("upsample 2, dropout 0.3, upsample 3", (3, 2, 5), 4),
]


def convolutions():
    """Kernels of 1 to 5, strides of 1 to 3, padding of 0 to 3, on images that are not square."""
    for k in range(1, 6):
        for s in range(1, 4):
            p = (k + 2 * s) % 4
            yield f"conv {2 + (k + s) % 3} k{k} s{s} p{p}", (1 + (k * s) % 3, 7, 5 + s), 3
            p = (3 * k + s) % 4
            p = p if 2 * s + k - 2 * p > 0 else 0
            yield f"conv_transpose {1 + (k * s) % 3} k{k} s{s} p{p}", (2 + (k + s) % 2, 3 + k, 3), 3


NETS += convolutions()
NETS += [
    # the forms of a generator and a discriminator, with all layers that may stand between
    ("linear 6x3x4, relu, conv_transpose 5 k4 s2 p1, dropout 0.3, leaky_relu 0.2, conv_transpose 2 "
     "k3 s2, tanh", 9, 5),
    ("conv 5 k4 s2 p1, leaky_relu 0.2, dropout 0.3, conv 7 k3 s2 p1, tanh, linear 3, linear 1",
     (3, 11, 9), 7),
    ("upsample 2, conv 4 k3 p1, relu, conv 1 k5 s3 p2", (2, 6, 5), 3),
    # kernels that reach beyond the image, and one that covers it
    ("conv 3 k5 p3, conv_transpose 2 k5 s3 p3", (2, 1, 2), 3),
    ("conv 4 k8 s8 p15, tanh, conv_transpose 3 k16 s7 p2", (2, 5, 3), 2),
    ("conv 33 k7, relu, conv_transpose 17 k5, conv 1 k5", (4, 7, 7), 9),
    # more than one block of outputs, part of a sum, and band of rows and columns
    ("conv 201 k3 p1, leaky_relu 0.1, conv_transpose 5 k3 s2 p1", (3, 5, 3), 4),
    ("conv 2 k3 s2 p1, conv_transpose 194 k2 s2", (150, 4, 4), 3),
    ("conv 3 k4 s2 p1, conv_transpose 2 k5 s2 p2", (2, 37, 41), 2),
    ("conv 2 k3 s1 p1, conv_transpose 2 k3 s1 p1", (1, 2, 530), 2),
    ("conv 20 k4 s2 p1, leaky_relu 0.2, conv 40 k4 s2 p1, leaky_relu 0.2, linear 1", (1, 28, 28),
     33),
]

NETS += [
    # residual blocks: empty, of elementwise layers only, nested, at the beginning and at the end
    ("residual, add", 5, 3),
    ("residual, tanh, dropout 0.3, residual, sigmoid, add, add, leaky_relu 0.2", 7, 9),
    ("linear 6, relu, residual, linear 9, relu, residual, relu, linear 9, dropout 0.4, add, tanh, linear 6, "
     "add, relu, linear 3", 5, 11),
    ("residual, conv 5 k3 p1, residual, leaky_relu 0.2, conv 5 k3 p1, dropout 0.3, add, relu, "
     "conv 3 k3 p1, add", (3, 6, 5), 4),
    ("tanh, residual, residual, conv 2 k3 p1, sigmoid, residual, add, add, conv 2 k1, add, tanh", (2, 5, 7), 3),
    ("linear 2x3x4, residual, conv_transpose 2 k4 s2 p1, conv 2 k4 s2 p1, tanh, add, reshape 24, residual, "
     "linear 24, add", 3, 50),
    ("pixel_shuffle 2, dropout 0.3, pixel_shuffle 1, relu", (8, 3, 5), 4),
    ("pixel_shuffle 3", (18, 2, 3), 3),
    ("conv 8 k3 p1, residual, relu, conv 8 k3 p1, add, pixel_shuffle 2, tanh, conv 2 k3 p1", (2, 5, 7), 5),
    ("residual, pixel_shuffle 1, upsample 2, add_enlarged 2", (2, 5, 3), 3),
    ("residual, conv 18 k3 p1, relu, residual, conv 18 k3 p1, add, pixel_shuffle 3, add_enlarged 3, tanh", (2, 4, 7), 4),
    ("conv 3 k3 p1, residual, residual, conv_transpose 3 k4 s2 p1, tanh, add_enlarged 2, dropout 0.3, "
     "conv_transpose 3 k2 s2, add_enlarged 4, conv 2 k3 s2", (2, 6, 1), 3),
    ("residual, upsample 5, tanh, add_enlarged 5", (1, 1, 2), 5),
    ("conv 32 k3 p1, leaky_relu 0.2, pixel_shuffle 4, residual, conv 2 k3 p1, add", (1, 3, 5), 2),
]


def draw_net(index, spec, inside, rows):
    """The net's layers, parameters and input, and the streams of its masks."""
    seed, step, pass_number = (1 << 40) + 16 + index, 3 + index, 2
    layers = parse(spec, inside)
    shapes = list(names_and_shapes(layers))
    count = sum(math.prod(shape) for _, shape in shapes)
    flat = np.float32(PARAM_SCALE) * streams.normal(seed, 0, TEST_PARAMS, 1, count)[0]
    params, at = {}, 0
    for name, shape in shapes:
        part = flat[at:at + math.prod(shape)].astype(np.float64)
        params[name] = torch.tensor(part.reshape(shape), requires_grad=True)
        at += math.prod(shape)
    x = torch.tensor(streams.normal(seed, 0, TEST_X, rows, math.prod(inside)).astype(np.float64),
                     requires_grad=True)
    return layers, params, x, (seed, step, pass_number)


def literal(spec):
    """The spec as C string literals of a few layers each."""
    lines = [""]
    for item in spec.split(", "):
        if len(lines[-1]) + len(item) > 90:
            lines.append("")
        lines[-1] += item + ", "
    lines[-1] = lines[-1][:-2]
    return "\n".join(f'"{line}"' for line in lines)


def shape_text(shape):
    return "{ " + ", ".join(str(n) for n in shape) + " }"


def net_case(index, spec, inside, rows):
    inside = flat(inside) if isinstance(inside, int) else inside
    layers, params, x, (seed, step, pass_number) = draw_net(index, spec, inside, rows)
    y = forward(layers, params, x, dropout_masks(seed, step, streams.DROPOUT, pass_number))
    dy = streams.normal(seed, 0, TEST_DY, rows, y.shape[1]).astype(np.float64)
    y.backward(torch.from_numpy(dy))
    tensors = [tensor("y", y.detach()), tensor("dx", x.grad)]
    tensors += [tensor(name, p.grad) for name, p in params.items()]
    body = ",\n".join(tensors)
    return (f'{{ {literal(spec)}, {shape_text(inside)}, {rows}, UINT64_C({seed}), {step}, {pass_number}, '
            f"{len(tensors)}, {{\n{body} }} }}")


def write_nets():
    write("nets", "nets: outputs and all gradients", "static const golden_net golden_nets[]",
          [net_case(i, *net) for i, net in enumerate(NETS)])


# ---- penalties ----

PENALTIES = [  # spec, inputs, rows, weight, target
    ("linear 1", 5, 4, 0.5, 0),
    ("linear 1", 5, 4, 10, 1),
    ("linear 6, relu, linear 4, leaky_relu 0.2, linear 1", 5, 7, 0.5, 0),
    ("linear 6, relu, linear 4, leaky_relu 0.2, linear 1", 5, 7, 2, 1),
    ("linear 9, tanh, linear 1", 6, 5, 0.5, 0),
    ("linear 9, sigmoid, linear 1", 6, 5, 3, 1),
    ("dropout 0.2, linear 8, tanh, dropout 0.3, linear 5, sigmoid, linear 3, relu, linear 1", 7, 50,
     0.05, 0),
    ("tanh, sigmoid, linear 5, leaky_relu 0.1, tanh, sigmoid, dropout 0.4, linear 4, linear 2, tanh",
     6, 9, 5, 1),
    ("linear 3, sigmoid, sigmoid", 4, 3, 1, 0),
    ("leaky_relu 0.3, linear 4, relu, linear 1", 4, 6, 1, 1),
    ("linear 130, relu, dropout 0.3, linear 70, leaky_relu 0.2, dropout 0.3, linear 1", 65, 50, 0.5,
     0),
    ("linear 129, tanh, linear 47, sigmoid, dropout 0.6, linear 131, tanh, linear 1", 100, 97, 10,
     1),
    ("conv 4 k4 s2 p1, leaky_relu 0.2, conv 6 k3 s2 p1, leaky_relu 0.2, linear 1", (2, 9, 8), 5, 0.5,
     0),
    ("conv 4 k3 p1, tanh, upsample 2, dropout 0.3, conv_transpose 3 k4 s2 p1, sigmoid, "
     "conv 2 k5 s3, linear 1", (2, 5, 4), 6, 2, 1),
    ("reshape 2x3x4, conv_transpose 3 k3 s2, tanh, conv 1 k4 s2, linear 1", 24, 5, 0.05, 0),
    ("residual, linear 5, leaky_relu 0.2, add, linear 1", 5, 6, 0.5, 0),
    ("residual, linear 4, tanh, linear 5, add, linear 1", 5, 7, 2, 1),
    ("linear 6, tanh, residual, linear 6, relu, dropout 0.3, linear 6, add, leaky_relu 0.2, linear 1", 5, 9,
     0.5, 0),
    ("conv 4 k3 p1, leaky_relu 0.2, residual, conv 4 k3 p1, residual, sigmoid, conv 4 k3 p1, add, tanh, add, "
     "conv 6 k4 s2 p1, leaky_relu 0.2, linear 1", (2, 6, 7), 5, 0.5, 0),
    ("residual, conv 3 k3 p1, tanh, residual, conv 3 k1, add, relu, conv 3 k3 p1, add, conv 2 k3 s2, linear 1",
     (3, 5, 6), 4, 2, 1),
    ("tanh, residual, conv 8 k3 p1, tanh, pixel_shuffle 2, add_enlarged 2, leaky_relu 0.2, conv 3 k4 s2 p1, sigmoid, "
     "linear 1", (2, 5, 4), 6, 0.5, 0),
    ("conv 8 k3 p1, tanh, pixel_shuffle 2, residual, dropout 0.3, add, conv 3 k4 s2 p1, sigmoid, linear 1, "
     "residual, add", (2, 5, 4), 6, 0.05, 0),
]


def gradient_penalty(s, x, weight, target):
    """weight (|ds/dx| - target)^2, summed over the rows, differentiable again."""
    g, = torch.autograd.grad(s.sum(), x, create_graph=True)
    return weight * (((g**2).sum(1) if target == 0 else (g.norm(dim=1) - target)**2)).sum()


def penalty_case(index, spec, inside, rows, weight, target):
    inside = flat(inside) if isinstance(inside, int) else inside
    layers, params, x, (seed, step, pass_number) = draw_net(100 + index, spec, inside, rows)
    masks = dropout_masks(seed, step, streams.DROPOUT, pass_number)
    value = gradient_penalty(forward(layers, params, x, masks), x, weight, target)
    grads = torch.autograd.grad(value, params.values(), allow_unused=True)
    tensors = [tensor(name, torch.zeros_like(p) if g is None else g)
               for (name, p), g in zip(params.items(), grads)]
    body = ",\n".join(tensors)
    return (f'{{ {literal(spec)}, {shape_text(inside)}, {rows}, UINT64_C({seed}), {step}, {pass_number}, '
            f"{weight}, {target}, {value.item():.17g}, {len(tensors)}, {{\n{body} }} }}")


def write_penalties():
    write("penalties", "penalties on gradients by the input: values and gradients of parameters",
          "static const golden_penalty golden_penalties[]",
          [penalty_case(i, *case) for i, case in enumerate(PENALTIES)])


# ---- losses ----

LOGITS = [0.0, 1e-8, 1e-4, 0.3, 1, 2.5, 7, 15, 16.7, 20, 50, 80, 87.5, 100, 110, 1000, 1e4, 3e38]


def entropy(t, label):
    return -label * functional.logsigmoid(t) - (1 - label) * functional.logsigmoid(-t)


def square(t, label):
    return functional.mse_loss(t, torch.full_like(t, label), reduction="none") / 2


LOSSES = {  # per sample: D's loss for a real one with its label, D's for a fake, G's for a fake, D(x)
    "non-saturating": (entropy, lambda t: entropy(t, 0), lambda t: entropy(t, 1), torch.sigmoid),
    "minimax": (entropy, lambda t: entropy(t, 0), lambda t: -entropy(t, 0), torch.sigmoid),
    "least-squares": (square, lambda t: square(t, 0), lambda t: square(t, 1), lambda t: t),
    "hinge": (lambda t, _: functional.relu(1 - t), lambda t: functional.relu(1 + t),
              lambda t: -t, lambda t: t),
    "wasserstein": (lambda t, _: -t, lambda t: t, lambda t: -t, lambda t: t),
}
LOSS_OF_PAIRS = (lambda difference, _: -functional.logsigmoid(difference), None, None, torch.sigmoid)


def loss_case(name, smoothing, logit):
    real, fake, generator, score = LOSSES[name]
    row = []
    for side in (lambda t: real(t, 1 - smoothing), fake, generator):
        t = torch.tensor(logit, requires_grad=True)
        cost = side(t)
        cost.backward()
        row += [cost.item(), t.grad.item()]
    row.append(score(torch.tensor(logit)).item())
    body = ", ".join(repr(v) for v in [smoothing, logit] + row)
    return f'{{ "{name}", {body} }}'


def write_losses():
    logits = [sign * float(np.float32(x)) for x in LOGITS for sign in (1, -1)]
    rows = []
    for name in LOSSES:
        most = 1e39 if LOSSES[name][3] is torch.sigmoid else 1e5  # squares have to fit a float
        rows += [loss_case(name, 0.0, t) for t in logits if abs(t) < most]
    for name in ("non-saturating", "minimax", "least-squares"):
        rows += [loss_case(name, 0.125, t) for t in logits if abs(t) < 1e3]
    write("losses", "each loss: smoothing, output, three costs and derivatives, D(x)",
          "static const golden_loss golden_losses[]", rows)


# ---- Adam ----

ADAM = [  # lr, beta1, beta2, eps, parameters, the first t
    (1e-4, 0.9, 0.999, 1e-8, 37, 1),
    (1e-2, 0.5, 0.9, 1e-3, 11, 1),
    (0.25, 0.0, 0.99, 1e-8, 9, 1),
    (1e-3, 0.9, 0.999, 1e-8, 4103, 1),
    (1e-3, 0.9, 0.999, 1e-8, 13, 1000000),
    (2e-2, 0.99, 0.999999, 1e-10, 13, 4000000000),
    (0.0, 0.9, 0.999, 1e-8, 5, 7),
]
ADAM_STEPS = 4


def adam_case(index, lr, beta1, beta2, eps, n, t):
    """Weights, gradients and moments are normal numbers, each from one row of a stream."""

    def draw(step, scale):
        z = streams.normal(100 + index, step, TEST_PARAMS, 1, n)[0]
        return torch.tensor((np.float32(scale) * z).astype(np.float64))

    w = draw(0, 1).requires_grad_()
    optimizer = torch.optim.Adam([w], lr=lr, betas=(beta1, beta2), eps=eps)
    if t > 1:
        optimizer.state[w] = {"step": torch.tensor(float(t - 1)), "exp_avg": draw(1, 0.5),
                              "exp_avg_sq": draw(2, 0.5)**2}
    for i in range(ADAM_STEPS):
        w.grad = draw(3 + i, 1)
        optimizer.step()
    state = optimizer.state[w]
    tensors = [tensor("weight", w.detach()), tensor("exp_avg", state["exp_avg"]),
               tensor("exp_avg_sq", state["exp_avg_sq"])]
    squares = (w.grad**2).sum().item()
    body = ",\n".join(tensors)
    return (f"{{ {lr!r}, {beta1!r}, {beta2!r}, {eps!r}, {n}, UINT64_C({t}), {squares:.17g}, {{\n"
            f"{body} }} }}")


def write_adam():
    write("adam", f"Adam after {ADAM_STEPS} steps", "static const golden_adam golden_adams[]",
          [adam_case(i, *case) for i, case in enumerate(ADAM)])


# ---- the game ----

SMALL = ("linear 6, relu, linear 9, tanh",
         "linear 8, relu, dropout 0.3, linear 4, relu, dropout 0.3, linear 1", 5, 7, 1, 1e-2,
         (1, 3, 3), 11)
CURVED = ("linear 7, leaky_relu 0.2, dropout 0.4, linear 12, tanh",
          "dropout 0.2, linear 9, tanh, linear 1", 3, 5, 3, 2e-3, (3, 2, 2), (1 << 63) + 5)
LARGE = ("linear 66, relu, linear 70, tanh",
         "linear 65, leaky_relu 0.2, dropout 0.3, linear 33, relu, dropout 0.3, linear 1", 67, 50,
         2, 1e-3, (1, 7, 10), 13)
IMAGES = ("linear 5x3x2, leaky_relu 0.2, conv_transpose 4 k4 s2 p1, dropout 0.2, relu, conv_transpose "
          "3 k3 s2, tanh",
          "conv 4 k4 s2 p1, leaky_relu 0.2, dropout 0.3, conv 5 k3 s2 p1, leaky_relu 0.2, linear 1", 7,
          6, 2, 2e-3, (3, 13, 9), 17)
UPSAMPLED = ("linear 3x3x4, tanh, upsample 2, conv 2 k3 p1, tanh", "conv 3 k3 p1, tanh, reshape 3x8x6, "
             "conv 1 k5 s3, sigmoid, linear 1", 4, 5, 1, 1e-2, (2, 6, 8), 18)

TOLD = ("condition 3, linear 6, relu, linear 9, tanh",
        "linear 8, leaky_relu 0.2, dropout 0.3, condition 4, linear 5, tanh, dropout 0.2, projection 3",
        5, 7, 2, 1e-2, (1, 3, 3), 19)
PROJECTED = ("linear 6, condition 2, tanh, linear 12, tanh",
             "linear 9, leaky_relu 0.2, linear 6, tanh, projection 4", 3, 5, 1, 2e-3, (3, 2, 2), 20)
TOLD_IMAGES = ("condition 5, linear 5x3x2, leaky_relu 0.2, conv_transpose 4 k4 s2 p1, relu, "
               "conv_transpose 3 k3 s2, tanh",
               "conv 4 k4 s2 p1, leaky_relu 0.2, condition 3, conv 5 k3 s2 p1, leaky_relu 0.2, linear 1",
               7, 6, 1, 2e-3, (3, 13, 9), 21)
BLOCKS = ("linear 3x3x2, residual, tanh, conv 3 k3 p1, add, relu, linear 12, residual, linear 12, add, tanh",
          "residual, linear 12, leaky_relu 0.2, linear 3x2x2, add, residual, conv 3 k3 p1, tanh, dropout 0.2, "
          "residual, sigmoid, add, add, linear 1", 3, 6, 1, 2e-3, (3, 2, 2), 23)
TOLD_BLOCKS = ("residual, condition 2, linear 3, tanh, add, linear 12, tanh",
               "linear 8, residual, leaky_relu 0.2, residual, condition 4, linear 8, tanh, add, residual, "
               "dropout 0.2, condition 3, linear 8, add, add, leaky_relu 0.2, linear 5, projection 3", 3, 5, 1, 2e-3,
               (3, 2, 2), 22)

# G is given a poorer copy of each real sample: half as large, or with a mask as a further channel.
ENLARGED = ("conv 4 k3 p1, leaky_relu 0.2, conv_transpose 3 k4 s2 p1, tanh",
            "conv 3 k3 s2 p1, leaky_relu 0.2, linear 1", 1, 6, 2, 1e-2, (3, 6, 8), 22)
FILLED = ("conv 4 k3 p1, leaky_relu 0.2, conv 2 k3 p1",
          "conv 3 k3 s2 p1, leaky_relu 0.2, dropout 0.2, linear 1", 1, 7, 1, 2e-3, (2, 5, 4), 23)

# Generator, discriminator, latent, batch, d_steps, lr, (channels, height, width), seed; the number of
# samples in the data set; and the options that are not at their defaults.
GAMES = [
    (SMALL, 10000, {}),
    (CURVED, 10000, {}),
    (LARGE, 10000, {}),
    (SMALL, 10000, {"loss": "minimax", "label-smoothing": 0.1}),
    (CURVED, 10000, {"loss": "least-squares", "label-smoothing": 0.25}),
    (SMALL, 10000, {"loss": "hinge"}),
    (CURVED, 10000, {"loss": "wasserstein"}),
    (SMALL, 14, {"lr-g": 3e-3, "lr-d": 2e-2, "lr-schedule": "linear", "lr-epochs": 2}),
    (CURVED, 30, {"lr-g": 5e-3, "lr-schedule": "cosine", "lr-epochs": 2,
                  "label-smoothing": 0.1}),
    (SMALL, 10000, {"init": "he", "ema": 0.5}),
    (CURVED, 10000, {"init": "xavier", "instance-noise": 0.5}),
    (CURVED, 10000, {"init": "dcgan", "ema": 0.999, "instance-noise": 0.1}),
    (SMALL, 10000, {"r1": 0.5}),
    (CURVED, 10000, {"r1": 2, "instance-noise": 0.25}),
    (SMALL, 10000, {"gradient-penalty": 10, "loss": "wasserstein", "init": "he"}),
    (CURVED, 10000, {"gradient-penalty": 1, "r1": 0.125, "loss": "hinge"}),
    ((*LARGE[:-1], 14), 10000, {"augment": "translation,cutout", "flip": "true"}),
    (CURVED, 10000, {"augment": "color,translation,cutout", "instance-noise": 0.1, "r1": 1}),
    (SMALL, 10000, {"augment": "color", "gradient-penalty": 2}),
    (IMAGES, 10000, {"init": "he", "ema": 0.5}),
    (IMAGES, 10000, {"init": "dcgan", "r1": 0.5, "instance-noise": 0.25}),
    (UPSAMPLED, 10000, {"init": "xavier", "r1": 1, "gradient-penalty": 2}),
    (SMALL, 10000, {"loss": "relativistic"}),
    (CURVED, 10000, {"loss": "relativistic", "r1": 1, "r2": 0.5, "instance-noise": 0.25}),
    (CURVED, 10000, {"r2": 2}),
    (TOLD, 10000, {"condition": "label"}),
    (TOLD, 10000, {"condition": "label", "mismatch": 0.25, "r1": 1, "init": "xavier", "ema": 0.5}),
    (PROJECTED, 10000, {"condition": "label", "mismatch": 0, "r1": 0.5, "init": "he"}),
    (PROJECTED, 10000, {"condition": "label", "loss": "relativistic", "r1": 1, "r2": 2,
                        "init": "he"}),
    (PROJECTED, 10000, {"condition": "label", "loss": "hinge", "gradient-penalty": 2,
                        "init": "xavier"}),
    (TOLD_IMAGES, 10000, {"condition": "label", "r1": 2, "init": "he", "augment": "translation"}),
    (BLOCKS, 10000, {"r1": 1, "init": "he", "ema": 0.5}),
    (TOLD_BLOCKS, 10000, {"condition": "label", "r1": 0.5, "init": "he"}),
    (ENLARGED, 10000, {"task": "upscale", "scale": 2, "phases": "mse:1,adversarial:1", "init": "he"}),
    (ENLARGED, 10000, {"task": "upscale", "scale": 2, "phases": "adversarial", "adversarial": 0.25,
                       "r1": 1, "init": "he", "ema": 0.5, "augment": "translation"}),
    (FILLED, 10000, {"task": "inpaint", "phases": "adversarial", "loss": "relativistic",
                     "init": "xavier", "r1": 0.5}),
]
GAME_STEPS = 3


def augmented(changes, image, words):
    """Zhao and others (2020): augments an image (channels, height, width) with the words of its row."""
    share = [(w >> 8) / 2**24 for w in words[:3]]
    height, width = image.shape[1:]
    if "color" in changes:
        image = image + (share[0] - 0.5)
        grey = image.mean(0, keepdim=True)
        image = (image - grey) * (2 * share[1]) + grey
        image = (image - image.mean()) * (share[2] + 0.5) + image.mean()
    if "translation" in changes:
        most = [int(n / 8 + 0.5) for n in (height, width)]
        down, right = [(w * (2 * m + 1) >> 32) - m for w, m in zip(words[3:], most)]
        padded = functional.pad(image, (width, width, height, height))
        image = padded[:, height - down:2 * height - down, width - right:2 * width - right]
    if "cutout" in changes:
        inside = torch.ones(height, width, dtype=image.dtype)
        cut = [int(n / 2 + 0.5) for n in (height, width)]
        corner = [(w * (n + 1 - c % 2) >> 32) - c // 2
                  for w, n, c in zip(words[5:], (height, width), cut)]
        first = [max(at, 0) for at in corner]
        inside[first[0]:max(corner[0] + cut[0], 0), first[1]:max(corner[1] + cut[1], 0)] = 0
        image = image * inside
    return image


class Rules:
    """The options of a game, and the values derived from them."""

    def __init__(self, case, samples, given):
        (self.generator, self.discriminator, self.latent, self.batch, self.d_steps, self.lr,
         self.shape, self.seed) = case
        self.size = math.prod(self.shape)
        self.samples, self.given = samples, given
        self.pairs = given.get("loss") == "relativistic"
        self.real, self.fake, self.loss_g, self.score = (
            LOSS_OF_PAIRS if self.pairs else LOSSES[given.get("loss", "non-saturating")])
        self.mismatch = given.get("mismatch", 0.5) if "condition" in given else 0
        self.task = given.get("task", "none")
        channels, height, width = self.shape
        self.given_shape = {"none": flat(self.latent), "inpaint": (channels + 1, height, width),
                            "upscale": (channels, height // 2, width // 2)}[self.task]
        self.label = 1 - given.get("label-smoothing", 0)
        self.middle = 0.5 if given.get("loss") == "least-squares" else 0

    def factor(self, step):
        """The factor of the learning rate."""
        every = self.given.get("lr-epochs", 0) * (self.samples // (self.batch * self.d_steps))
        schedule = self.given.get("lr-schedule", "constant")
        if schedule == "constant":
            return 1.0
        return 1 - step / every if schedule == "linear" else (1 + math.cos(math.pi * step / every)) / 2

    def normal(self, step, stream, rows, cols):
        return torch.tensor(streams.normal(self.seed, step, stream, rows, cols).astype(np.float64))

    def given_to_g(self, step, j, number, rows):
        """z of a pass, or the poorer copies that come with a batch of real samples of that number."""
        if self.task == "none":
            return self.normal(step, streams.name(streams.LATENT, 0, j), rows, self.latent)
        return self.normal(number, TEST_POOR, rows, math.prod(self.given_shape))

    def told(self, number):
        """The conditions of the real samples of a batch of that number, and ones that are not theirs."""
        if "condition" not in self.given:
            return None, None
        ids = [(3 * i + number) % 5 for i in range(self.batch)]
        others = [(k + 1 + i % 4) % 5 for i, k in enumerate(ids)]
        return CONDITIONS[ids], CONDITIONS[others]

    def loss_d(self, t):
        """D's loss, and what it says of the real samples and of the fakes; t (2 B or 3 B)."""
        real, fake, other = t[:self.batch], t[self.batch:2 * self.batch], t[2 * self.batch:]
        m = self.mismatch
        if self.pairs:
            loss = (1 - m) * self.real(real - fake, 1).sum()
            if m > 0:
                loss = loss + m * self.real(real - other, 1).sum()
            return loss, real - fake, fake - real
        loss = self.real(real, self.label).sum() + (1 - m) * self.fake(fake).sum()
        if m > 0:
            loss = loss + m * self.fake(other).sum()
        return loss, real, fake

    def penalties(self, d, x, t, told, step, number):
        """The penalties on D's gradients; x: its input, t: its output."""
        batch, total = self.batch, torch.zeros(())
        if "r1" in self.given:
            g, = torch.autograd.grad(t[:batch].sum(), x, create_graph=True)
            total = total + self.given["r1"] / 2 * (g[:batch]**2).sum()
        if "r2" in self.given:
            g, = torch.autograd.grad(t[batch:2 * batch].sum(), x, create_graph=True)
            total = total + self.given["r2"] / 2 * (g[batch:]**2).sum()
        if "gradient-penalty" in self.given:
            share = torch.tensor(streams.uniform(self.seed, step, streams.name(
                streams.MIX, 0, number), batch).astype(np.float64))
            mixed = share * x[:batch].detach() + (1 - share) * x[batch:].detach()
            mixed.requires_grad_()
            masks = dropout_masks(self.seed, step, streams.DROPOUT_MIX, number)
            total = total + gradient_penalty(
                forward(d.layers, d.params, mixed, masks, told), mixed,
                self.given["gradient-penalty"], 1)
        return total

    def seen(self, step, number, x):
        """The input of D for x."""
        if "instance-noise" in self.given:
            stream = streams.name(streams.NOISE, 0, number)
            x = x + self.given["instance-noise"] * self.normal(step, stream, *x.shape)
        if "augment" not in self.given:
            return x
        draws = streams.plain(self.seed, step, streams.name(streams.AUGMENT, 0, number), len(x), 7)
        rows = [augmented(self.given["augment"], image.reshape(self.shape), words)
                for image, words in zip(x, draws)]
        return torch.stack(rows).reshape(x.shape)

    def flipped(self, step, number, x):
        if "flip" not in self.given:
            return x
        draws = streams.plain(self.seed, step, streams.name(streams.FLIP, 0, number), len(x), 1)
        images = [image.flip(2) if words[0] >= 1 << 31 else image
                  for image, words in zip(x.reshape(-1, *self.shape), draws)]
        return torch.stack(images).reshape(x.shape)


def seen_by(l):
    """The number of inputs of each output of a layer, and the number of outputs of each input."""
    inside, outside, taps = math.prod(l.inside), math.prod(l.outside), l.kernel**2
    if l.kind == "conv":
        return l.inside[0] * taps, l.outside[0] * taps / l.stride**2
    if l.kind == "conv_transpose":
        return l.inside[0] * taps / l.stride**2, l.outside[0] * taps
    return inside, outside


class Player:
    """A net with its Adam optimizer."""

    def __init__(self, rules, spec, inside, use, dropout, lr):
        self.layers, self.seed, self.dropout = parse(spec, inside), rules.seed, dropout
        self.params, self.lr = {}, lr
        way = rules.given.get("init", "listing")
        for name, shape in names_and_shapes(self.layers):
            i, what = name.split(".")
            self.params[name] = torch.zeros(shape)
            if what == "embedding":
                z = streams.normal(self.seed, 0, streams.name(use, int(i), 1), *shape)
                if self.layers[int(i)].kind == "projection":
                    z *= np.float32(1 / math.sqrt(shape[1]))
                self.params[name] = torch.tensor(z.astype(np.float64))
            if what in ("weight", "map"):
                stream = streams.name(use, int(i), 2 if what == "map" else 0)
                seen = seen_by(self.layers[int(i)]) if what == "weight" else shape
                if self.layers[int(i)].kind == "condition":
                    seen = shape
                weight = streams.weights(self.seed, stream, shape[0], math.prod(shape[1:]), way, *seen)
                self.params[name] = torch.tensor(weight.astype(np.float64).reshape(shape))
        for p in self.params.values():
            p.requires_grad_()
        self.optimizer = torch.optim.Adam(self.params.values(), lr=lr)

    def forward(self, x, step, number, told=None):
        return forward(self.layers, self.params, x,
                       dropout_masks(self.seed, step, self.dropout, number), told)

    def update(self, loss, factor, last_bias=True):
        """Makes a step; returns the norm of the gradient. Where the last bias cancels in the loss, its
        gradient is 0 up to roundings, which are left out."""
        self.optimizer.zero_grad()
        loss.backward()
        if not last_bias:
            last = self.params[f"{len(self.layers) - 1}.bias"]
            assert last.grad.abs().max() < 1e-12
            last.grad.zero_()
        self.optimizer.param_groups[0]["lr"] = self.lr * factor
        self.optimizer.step()
        return math.sqrt(sum((p.grad**2).sum().item() for p in self.params.values()))

    def block(self, key=None):
        parts = [self.optimizer.state[p].get(key, torch.zeros_like(p)) if key else p
                 for p in self.params.values()]
        return torch.cat([part.detach().reshape(-1) for part in parts])


def regression_step(r, g, step, sums):
    """The squared error of each of G's pictures, the mean over its values; of the first batch."""
    number = step * r.d_steps
    real = r.normal(number, TEST_REAL, r.batch, r.size)
    fake = g.forward(r.given_to_g(step, 1, number, r.batch), step, 1)
    loss = ((fake - real)**2).mean(1).sum()
    sums[9] += loss.item() / r.batch
    sums[7] += g.update(loss, r.factor(step))


def game_step(r, g, d, step, sums):
    batch, k = r.batch, r.d_steps
    for j in range(1, k + 1):
        real = r.flipped(step, j, r.normal(step * k + j - 1, TEST_REAL, batch, r.size))
        z = r.given_to_g(step, j, step * k + j - 1, batch)
        told, other = r.told(step * k + j - 1)
        fake = g.forward(z, step, j, told)
        x = r.seen(step, j, torch.cat([real, fake.detach()])).requires_grad_()
        t = d.forward(x, step, j, None if told is None else torch.cat(
            [told, told] + [other] * (r.mismatch > 0)))
        loss, a, b = r.loss_d(t)
        penalty = r.penalties(d, x, t, told, step, j)
        for edge in (r.middle, 1, -1):
            check_sides((a if r.pairs else t) - edge, "an output")
        means = [loss, r.score(a).sum(), r.score(b).sum(), (a > r.middle).sum(),
                 (b < r.middle).sum()]
        for i, total in zip((0, 2, 3, 4, 5), means):
            sums[i] += total.item() / (batch * k)
        sums[8] += penalty.detach().item() / (batch * k)
        sums[6] += d.update(loss + penalty, r.factor(step), not r.pairs) / k
    t = d.forward(r.seen(step, 0, fake), step, 0, told)
    if r.pairs:
        loss = r.real(t - d.forward(r.seen(step, 0, real), step, 0, told).detach(), 1).sum()
    else:
        loss = r.loss_g(t).sum()
    sums[1] += loss.item() / batch
    if r.task != "none":
        error = ((fake - real)**2).mean(1).sum()
        sums[9] += error.item() / batch
        loss = r.given.get("adversarial", 0.001) * loss + error
    sums[7] += g.update(loss, r.factor(step))


def game_case(*case):
    r = Rules(*case)
    g = Player(r, r.generator, r.given_shape, streams.INIT_GENERATOR, streams.DROPOUT_GENERATOR,
               r.given.get("lr-g", r.lr))
    d = Player(r, r.discriminator, r.shape, streams.INIT_DISCRIMINATOR, streams.DROPOUT,
               r.given.get("lr-d", r.lr))
    start = [tensor("generator", g.block()), tensor("discriminator", d.block())]
    sums, steps, past = [0.0] * (9 if r.task == "none" else 10), [], []
    regression = r.given.get("phases", "").startswith("mse")
    for step in range(GAME_STEPS):
        if regression:
            regression_step(r, g, step, sums)
        else:
            game_step(r, g, d, step, sums)
        tensors = [tensor(f"{name}{suffix}", player.block(key))
                   for name, player in (("generator", g), ("discriminator", d))
                   for suffix, key in (("", None), (".exp_avg", "exp_avg"),
                                       (".exp_avg_sq", "exp_avg_sq"))]
        if "ema" in r.given:
            past.append(g.block())
            weights = [r.given["ema"]**(step - i) for i in range(step + 1)]
            total = sum(weight * w for weight, w in zip(weights, past))
            tensors.append(tensor("generator_ema", total / sum(weights)))
        values = ", ".join(f"{s:.9g}" for s in sums)
        steps.append("{ { " + values + " }, {\n" + ",\n".join(tensors) + " } }")
    given = ", ".join(f'{{ "{name}", "{value}" }}' for name, value in r.given.items())
    head = (f'{literal(r.generator)},\n{literal(r.discriminator)},\n{r.latent}, {r.batch}, {r.d_steps}, {r.lr!r}, '
            f"{{ {r.shape[0]}, {r.shape[1]}, {r.shape[2]} }}, UINT64_C({r.seed}), {r.samples}, "
            f"{{ {given or '{ 0 }'} }},")
    join = ",\n".join
    return f"{{ {head}\n{{ {join(start)} }},\n{{ {join(steps)} }} }}"


def write_games():
    write("game", f"the first {GAME_STEPS} steps of the game",
          "static const golden_game golden_games[]", [game_case(*case) for case in GAMES])


if __name__ == "__main__":
    write_nets()
    write_penalties()
    write_losses()
    write_adam()
    write_games()
