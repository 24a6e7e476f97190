#!/usr/bin/env python3
"""Computes golden values of batch_norm and spectral_norm with PyTorch in float64: nets and whole games.

    tests/golden/make_norms.py          writes norms.h and norm_games.h to its own folder

Needs NumPy and PyTorch, like make_goldens.py. The nets consist of PyTorch's own modules
(sequential.py), and a step of the game is that of PyTorch's DCGAN tutorial: D is called on the real
samples and then on the fakes.

SPDX-License-Identifier: MIT
"""
import math

import numpy as np
import torch
import torch.nn.functional as functional
from torch import nn

import streams
from make_goldens import (PARAM_SCALE, TEST_DY, TEST_PARAMS, TEST_REAL, TEST_X, check_sides,
                          gradient_penalty, literal, number, tensor, write)
from sequential import sequential

TEST_BUFFERS = 0xF4  # as in tests/test_norm.c


def draw(seed, step, stream, rows, cols):
    return torch.tensor(streams.normal(seed, step, stream, rows, cols).astype(np.float64))


def names_of(net):
    """The names of the parameters and of the buffers, in the order of the checkpoint."""
    parameters, buffers = [], []
    for i, module in enumerate(net):
        own = [name for name, _ in module.named_parameters()]
        parameters += [f"{i}.{name}" for name in sorted(own, key=lambda name: "bias" in name)]
        buffers += [f"{i}.{name}" for name, b in module.named_buffers() if b.dim() > 0]
    return parameters, buffers


class Net:
    """A net with drawn parameters and buffers."""

    def __init__(self, spec, shape, seed, use=0):
        self.net, self.out = sequential(spec, shape if shape[1:] != (1, 1) else shape[:1])
        self.shape, (self.parameters, self.buffers) = shape, names_of(self.net)
        state = self.net.state_dict()
        self.fill(state, self.parameters, seed, TEST_PARAMS + (use << 8),
                  lambda name, x: np.float32(PARAM_SCALE) * x)
        self.fill(state, self.buffers, seed, TEST_BUFFERS + (use << 8),
                  lambda name, x: np.float32(0.5) + x * x if "running_var" in name or "running_deviation" in name else x)
        self.net.load_state_dict(state)
        for module in self.net:
            if isinstance(module, (nn.ReLU, nn.LeakyReLU)):
                module.register_forward_pre_hook(
                    lambda _, inputs: check_sides(inputs[0].detach(), "an input of relu"))

    @staticmethod
    def fill(state, names, seed, stream, value):
        count, at = sum(state[name].numel() for name in names), 0
        flat = streams.normal(seed, 0, stream, 1, max(count, 1))[0]
        for name in names:
            part = flat[at:at + state[name].numel()]
            state[name] = torch.tensor(value(name, part).astype(np.float64).reshape(
                state[name].shape))
            at += len(part)

    def __call__(self, x):
        flat = self.shape[1:] == (1, 1)
        return self.net(x if flat else x.unflatten(1, self.shape)).flatten(1)

    def halves(self, x):
        return torch.cat([self(part) for part in x.chunk(2)])

    def block(self, names):
        state = self.net.state_dict()
        return torch.cat([state[name].reshape(-1) for name in names])


# ---- nets ----

NETS = [  # spec, shape, rows, in two halves, passes in training before, the last one in training
    ("batch_norm", (5, 1, 1), 7, False, 0, True),
    ("batch_norm", (5, 1, 1), 14, True, 2, True),
    ("batch_norm", (5, 1, 1), 3, False, 2, False),
    ("batch_norm", (1, 5, 3), 4, False, 1, True),
    ("batch_norm", (1, 1, 1), 9, False, 1, True),
    ("batch_norm", (3, 7, 5), 6, True, 1, True),
    ("batch_norm", (3, 7, 5), 1, False, 3, True),
    ("batch_norm", (2, 19, 17), 66, True, 1, True),
    ("batch_norm", (300, 1, 1), 37, False, 1, True),
    ("batch_norm", (11, 6, 6), 18, True, 1, False),
    ("linear 6, batch_norm, relu, linear 9, batch_norm, tanh", (4, 1, 1), 10, True, 3, True),
    ("linear 6, relu, batch_norm, linear 3", (4, 1, 1), 17, False, 3, False),
    ("linear 131, batch_norm, leaky_relu 0.2, linear 67, batch_norm, sigmoid, linear 5",
     (13, 1, 1), 98, True, 2, True),
    ("batch_norm, tanh, linear 4, leaky_relu 0.2, linear 2", (7, 1, 1), 12, False, 1, True),
    ("linear 3 spectral_norm", (5, 1, 1), 4, False, 0, True),
    ("linear 3 spectral_norm", (5, 1, 1), 4, False, 3, True),
    ("linear 3 spectral_norm", (5, 1, 1), 4, False, 3, False),
    ("linear 1 spectral_norm", (1, 1, 1), 2, False, 1, True),
    ("linear 9 spectral_norm, leaky_relu 0.1, linear 4, tanh, linear 1 spectral_norm", (6, 1, 1),
     11, False, 2, True),
    ("linear 300 spectral_norm, tanh, linear 257 spectral_norm, batch_norm, tanh, linear 1",
     (270, 1, 1), 33, False, 4, True),
    ("linear 3x4x4, batch_norm, relu, linear 2", (6, 1, 1), 8, True, 2, True),
    ("linear 5x3x3, batch_norm, relu, conv_transpose 4 k4 s2 p1, batch_norm, relu, "
     "conv_transpose 2 k3 s2 p0, tanh", (7, 1, 1), 5, False, 2, True),
    ("conv 4 k3 s2 p1 spectral_norm, leaky_relu 0.2, conv 7 k4 s2 p1 spectral_norm, "
     "leaky_relu 0.2, linear 1 spectral_norm", (3, 9, 11), 6, False, 2, True),
    ("conv 4 k3 s2 p1, leaky_relu 0.2, conv 6 k4 s2 p1, batch_norm, leaky_relu 0.2, linear 1",
     (2, 10, 9), 12, True, 2, True),
    ("conv 5 k3 s1 p1 spectral_norm, batch_norm, tanh", (1, 4, 5), 3, False, 2, False),
    ("residual, batch_norm, add", (5, 1, 1), 9, False, 1, True),
    ("conv 8 k3 p1, residual, batch_norm, relu, conv 8 k3 p1, residual, tanh, batch_norm, add, "
     "add, pixel_shuffle 2, conv 1 k3", (2, 5, 4), 6, True, 2, True),
    ("residual, conv 4 k3 p1 spectral_norm, tanh, residual, conv 4 k3 p1, add, "
     "conv 2 k3 p1 spectral_norm, add, linear 1", (2, 3, 4), 7, False, 2, True),
    ("minibatch_deviation 3", (5, 1, 1), 7, False, 1, True),
    ("minibatch_deviation", (2, 3, 4), 12, True, 2, True),
    ("minibatch_deviation 2", (300, 1, 1), 5, False, 1, False),
    ("conv 4 k3 s2 p1, leaky_relu 0.2, minibatch_deviation 5, conv 7 k4 s2 p1, tanh, linear 1", (3, 9, 11), 18, True,
     1, True),
    ("linear 140, tanh, minibatch_deviation 64, linear 9, minibatch_deviation 4, linear 1", (13, 1, 1), 98, True, 1,
     True),
]


def shape_of(shape):
    return "{ " + ", ".join(map(str, shape)) + " }"


def first_that_is_clear(make, seed, *case):
    """The case of the first seed without a number so near a kink that float32 may cross it."""
    while True:
        try:
            return make(seed, *case)
        except AssertionError:
            seed += 1000


def gradients(names, parameters):
    """The gradients. That of a bias before a batch_norm is 0: its error is judged relative to the
    weight's gradient."""
    tensors = []
    for i, name in enumerate(names):
        grad = parameters[name].grad
        if grad.abs().max() < 1e-12:
            scale = parameters[names[i - 1]].grad.abs().max().item()
            tensors.append(f'{{ "{name}", {grad.numel()}, 1, {number(scale)}, 0,\n '
                           f"(const double[{grad.numel()}]){{ 0 }} }}")
        else:
            tensors.append(tensor(name, grad))
    return tensors


def net_case(seed, spec, shape, rows, halves, before, training):
    n = Net(spec, shape, seed)
    forward = n.halves if halves else n
    for i in range(before):
        forward(draw(seed, i, TEST_X, rows, math.prod(shape)))
    x = draw(seed, before, TEST_X, rows, math.prod(shape)).requires_grad_()
    n.net.train(training)
    y = forward(x)
    y.backward(draw(seed, 0, TEST_DY, rows, y.shape[1]))
    parameters = dict(n.net.named_parameters())
    tensors = [tensor("y", y.detach()), tensor("dx", x.grad)]
    tensors += gradients(n.parameters, parameters)
    tensors += [tensor(name, n.net.state_dict()[name]) for name in n.buffers]
    body = ",\n".join(tensors)
    return (f"{{ {literal(spec)}, {shape_of(shape)}, {rows}, {before}, {str(halves).lower()}, "
            f"{str(training).lower()}, UINT64_C({seed}), {len(n.parameters)}, {len(n.buffers)}, "
            f"{{\n{body} }} }}")


# ---- games ----

GAMES = [  # generator, discriminator, latent, batch, d_steps, shape, options
    ("linear 9, batch_norm, relu, linear 9, tanh", "linear 8, batch_norm, leaky_relu 0.2, linear 1",
     5, 7, 1, (1, 3, 3), {}),
    ("linear 9, batch_norm, leaky_relu 0.2, linear 12, batch_norm, tanh",
     "linear 9, leaky_relu 0.2, linear 7, batch_norm, tanh, linear 1", 3, 6, 2, (3, 2, 2),
     {"ema": 0.75}),
    ("linear 7, relu, linear 9, tanh",
     "linear 8 spectral_norm, leaky_relu 0.2, linear 6 spectral_norm, tanh, linear 1 spectral_norm",
     5, 7, 2, (1, 3, 3), {"loss": "hinge"}),
    ("linear 7, batch_norm, relu, linear 9, tanh",
     "linear 8 spectral_norm, leaky_relu 0.2, linear 6 spectral_norm, tanh, linear 1", 5, 7, 1,
     (1, 3, 3), {"r1": 0.5, "ema": 0.5}),
    ("linear 7, relu, linear 9, tanh",
     "linear 8 spectral_norm, leaky_relu 0.2, linear 6, sigmoid, linear 1 spectral_norm", 5, 7, 1,
     (1, 3, 3), {"r1": 0.25, "gradient-penalty": 2}),
    ("linear 6x2x2, batch_norm, relu, conv_transpose 5 k4 s2 p1, batch_norm, relu, "
     "conv_transpose 2 k4 s2 p1, tanh",
     "conv 5 k4 s2 p1, leaky_relu 0.2, conv 7 k4 s2 p1, batch_norm, leaky_relu 0.2, linear 1",
     4, 6, 1, (2, 8, 8), {"ema": 0.75}),
    ("linear 6x2x2, batch_norm, relu, conv_transpose 5 k4 s2 p1, batch_norm, relu, "
     "conv_transpose 2 k4 s2 p1, tanh",
     "conv 5 k4 s2 p1 spectral_norm, leaky_relu 0.2, conv 7 k4 s2 p1 spectral_norm, "
     "leaky_relu 0.2, linear 1 spectral_norm", 4, 6, 2, (2, 8, 8), {"r1": 0.5}),
    ("linear 7, relu, linear 9, tanh", "minibatch_deviation 3, linear 8, leaky_relu 0.2, linear 1", 5, 7, 1, (1, 3, 3),
     {"r1": 0.5}),
    ("linear 7, relu, linear 9, tanh",
     "linear 8, leaky_relu 0.2, minibatch_deviation 3, linear 6, leaky_relu 0.2, linear 1", 5, 7, 1, (1, 3, 3),
     {"r1": 2, "ema": 0.5}),
    ("linear 7, relu, linear 9, tanh",
     "linear 8, tanh, minibatch_deviation 4, linear 6, sigmoid, minibatch_deviation 2, linear 1", 5, 8, 2, (1, 3, 3),
     {"r1": 0.25, "gradient-penalty": 2}),
    ("linear 6x2x2, relu, conv_transpose 5 k4 s2 p1, relu, conv_transpose 2 k4 s2 p1, tanh",
     "conv 5 k4 s2 p1, leaky_relu 0.2, residual, conv 5 k3 p1, tanh, add, minibatch_deviation 3, conv 7 k4 s2 p1, "
     "leaky_relu 0.2, linear 1", 4, 6, 1, (2, 8, 8), {"r1": 3}),
]
GAME_STEPS, LR, EPS = 3, 0.004, 0.01
# A bias before a batch_norm has the gradient 0, or tiny rounding errors. With a smaller eps, Adam would
# turn these into full steps.


def costs(loss):
    """The costs of a real sample and a fake for D, and of a fake for G."""
    if loss == "hinge":
        return lambda t: functional.relu(1 - t), lambda t: functional.relu(1 + t), lambda t: -t
    return (lambda t: functional.softplus(-t)), functional.softplus, (
        lambda t: functional.softplus(-t))


class Game:
    def __init__(self, seed, generator, discriminator, latent, batch, d_steps, shape, given):
        self.g = Net(generator, (latent, 1, 1), seed, 1)
        self.d = Net(discriminator, shape, seed, 2)
        self.latent, self.batch, self.d_steps = latent, batch, d_steps
        self.shape, self.seed, self.given = shape, seed, given
        self.optimizers = [torch.optim.Adam(n.net.parameters(), lr=LR, eps=EPS)
                           for n in (self.g, self.d)]
        self.past = []

    def judge(self, x):
        """Calls D separately for real samples and fakes if that matters."""
        return self.d.halves(x) if any("running" in name for name in self.d.buffers) else self.d(x)

    def penalties(self, x, t, step, number):
        total = torch.zeros(())
        batch = self.batch
        if "r1" in self.given:
            g, = torch.autograd.grad(t[:batch].sum(), x, create_graph=True)
            total = total + self.given["r1"] / 2 * (g[:batch]**2).sum()
        if "gradient-penalty" in self.given:
            share = torch.tensor(streams.uniform(self.seed, step, streams.name(
                streams.MIX, 0, number), batch).astype(np.float64))
            mixed = share * x[:batch].detach() + (1 - share) * x[batch:].detach()
            mixed.requires_grad_()
            total = total + gradient_penalty(self.d(mixed), mixed,
                                             self.given["gradient-penalty"], 1)
        return total

    def update(self, which, loss):
        self.optimizers[which].zero_grad()
        loss.backward()
        self.optimizers[which].step()

    def step(self, step):
        real_cost, fake_cost, g_cost = costs(self.given.get("loss"))
        d_loss = 0
        for j in range(1, self.d_steps + 1):
            real = draw(self.seed, step * self.d_steps + j - 1, TEST_REAL, self.batch,
                        math.prod(self.shape))
            fake = self.g(draw(self.seed, step, streams.name(streams.LATENT, 0, j), self.batch,
                               self.latent))
            x = torch.cat([real, fake.detach()]).requires_grad_()
            t = self.judge(x)
            check_sides(1 - t[:self.batch], "an output")
            check_sides(1 + t[self.batch:], "an output")
            loss = real_cost(t[:self.batch]).sum() + fake_cost(t[self.batch:]).sum()
            d_loss += loss.item() / (self.batch * self.d_steps)
            self.update(1, loss + self.penalties(x, t, step, j))
        loss = g_cost(self.d(fake)).sum()
        self.update(0, loss)
        return d_loss, loss.item() / self.batch

    def average(self, names):
        beta = self.given["ema"]
        self.past.append(torch.cat([self.g.block(part) for part in names if part]))
        weights = [beta**i for i in reversed(range(len(self.past)))]
        return sum(w * x for w, x in zip(weights, self.past)) / sum(weights)


def game_case(seed, *case):
    game, steps, sums = Game(seed, *case), [], [0.0, 0.0]
    for step in range(GAME_STEPS):
        sums = [total + loss for total, loss in zip(sums, game.step(step))]
        tensors = []
        for name, n in (("generator", game.g), ("discriminator", game.d)):
            tensors.append(tensor(name, n.block(n.parameters)))
            tensors.append(tensor(f"{name}.buffers", n.block(n.buffers)) if n.buffers else "{ 0 }")
        tensors.append(tensor("generator_ema", game.average([game.g.parameters, game.g.buffers]))
                       if "ema" in game.given else "{ 0 }")
        steps.append(f"{{ {{ {sums[0]:.9g}, {sums[1]:.9g} }}, {{\n" + ",\n".join(tensors) + " } }")
    generator, discriminator, latent, batch, d_steps, shape, given = case
    rules = ", ".join(f'{{ "{name}", "{value}" }}' for name, value in {"eps": EPS, **given}.items())
    return (f"{{ {literal(generator)},\n{literal(discriminator)},\n{latent}, {batch}, {d_steps}, {LR}, "
            f"{shape_of(shape)}, UINT64_C({seed}), 10000, {{ {rules} }},\n{{ {{ 0 }} }},\n{{ "
            + ",\n".join(steps) + " } }")


def main():
    nets = [first_that_is_clear(net_case, (1 << 41) + i, *case) for i, case in enumerate(NETS)]
    games = [first_that_is_clear(game_case, 1 + i, *case) for i, case in enumerate(GAMES)]
    write("norms", "nets with batch_norm and spectral_norm",
          "static const golden_norm golden_norms[]", nets, "make_norms.py")
    write("norm_games", f"the first {GAME_STEPS} steps of games with batch_norm and spectral_norm",
          "static const golden_game norm_games[]", games, "make_norms.py")


if __name__ == "__main__":
    main()
