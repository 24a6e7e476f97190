"""docs/numerics.md in NumPy: losses, a step of the game and the rows of metrics.csv.

o holds the options as strings, under the names of the checkpoint's metadata.

SPDX-License-Identifier: MIT
"""
import numpy as np
import streams

from . import changes, figures
from .arithmetic import D, F, in_order, sigmoid, softplus
from .data import shuffle
from .nets import Net, penalize


def entropy_real(t, s):
    cost, d = softplus(-t), -sigmoid(-t)
    return (cost + s * t, d + s) if s > 0 else (cost, d)


def entropy_fake(t, _):
    return softplus(t), sigmoid(t)


def squares_to(label, t):
    e = t - label
    return F(0.5) * (e * e), e


def hinge(t, sign):
    u = F(1) - sign * t
    return np.where(u <= 0, F(0), u), np.where(u <= 0, F(0), -sign)


def critic(t, sign):
    return sign * t, np.full_like(t, sign)


LOSSES = {  # cost and derivative for D's real and fake, for G's fake; is D(x) sigmoid(t); middle
    "non-saturating": (entropy_real, entropy_fake, entropy_real, True, 0),
    "minimax": (entropy_real, entropy_fake,
                lambda t, s: tuple(-x for x in entropy_fake(t, s)), True, 0),
    "least-squares": (lambda t, s: squares_to(F(1) - s, t), lambda t, _: squares_to(F(0), t),
                      lambda t, _: squares_to(F(1), t), False, 0.5),
    "hinge": (lambda t, _: hinge(t, F(1)), lambda t, _: hinge(t, F(-1)),
              lambda t, _: critic(t, F(-1)), False, 0),
    "wasserstein": (lambda t, _: critic(t, F(-1)), lambda t, _: critic(t, F(1)),
                    lambda t, _: critic(t, F(-1)), False, 0),
}


def verdict(o, t, side):
    """loss, score, right and derivative of a column of outputs; side: 0 real, 1 fake, 2 for G"""
    *sides, probability, middle = LOSSES[o["loss"]]
    cost, d = sides[side](t, F(float(o["label-smoothing"])) if side == 0 else F(0))
    score = sigmoid(t) if probability else t
    right = t < middle if side == 1 else t > middle
    return (in_order(cost[:, 0]), in_order(score[:, 0]), int(right.sum())), d


def rate(o, which, T, steps):
    """The learning rate of a player, with the schedule's factor."""
    N = int(o["lr-epochs"]) * steps
    remaining = (N - T) / N if T < N else 0.0
    s = streams.sin_turns(np.array([remaining / 4], F), 0)[0].astype(D)
    return float(o[which]) * {"constant": 1.0, "linear": remaining, "cosine": s * s}[o["lr-schedule"]]


def adam(o):
    return (float(o[name]) for name in ("beta1", "beta2", "eps"))


class Game:
    """The nets, the data and the position; epoch() makes a row of metrics.csv."""

    def __init__(self, o, data):
        self.o, self.data, seed = o, data, int(o["seed"])
        self.B, self.k = int(o["batch"]), int(o["d-steps"])
        self.g = Net(o["generator"], self.given_shape(), seed, streams.INIT_GENERATOR,
                     o["init"], streams.DROPOUT_GENERATOR)
        if self.judges:
            self.d = Net(o["discriminator"], data.shape, seed, streams.INIT_DISCRIMINATOR, o["init"],
                         streams.DROPOUT)
        self.steps, self.epochs = self.samples_in_epoch() // (self.B * self.k), 0
        self.averaged = float(o["ema"]) > 0
        self.level = 0  # of --augment auto

    # What a run with a task does otherwise (tasks.py):

    judges = True  # there is a D

    def given_shape(self):
        return (int(self.o["latent"]), 1, 1)

    def samples_in_epoch(self):
        return len(self.data.samples)

    def given(self, T, j):
        return streams.normal(int(self.o["seed"]), T, streams.name(streams.LATENT, 0, j), self.B,
                              int(self.o["latent"]))

    def updates_before(self, T):
        return T * self.k

    def descend_fakes(self, dfakes, fakes, sums):
        return dfakes

    def take(self, order, first):
        return self.data.floats(order)

    def flipped(self, x, T, j):
        return changes.flipped(self.o, self.data.shape, x, T, j)

    def sums(self):
        return [0.0] * 9

    def fixed_samples(self):
        return figures.grid_samples(self, figures.FIXED)

    def columns(self, mean):
        strength = [self.level / changes.RAMP] if "auto" in self.o["augment"] else []
        return mean[:6] + [-mean[0], mean[8]] + mean[6:8] + strength

    def discriminator_step(self, x, T, j, sums):
        o, B, d, seed, shape = self.o, self.B, self.d, int(self.o["seed"]), self.data.shape
        fakes = self.g.forward(self.given(T, j), T, j)
        rows = changes.seen(o, shape, np.concatenate([x, fakes]), T, j, self.level)
        t = d.forward(rows, T, j, halves=True)
        real, dreal = verdict(o, t[:B], 0)
        fake, dfake = verdict(o, t[B:], 1)
        d.backward(np.concatenate([dreal, dfake]))
        penalties = 0.0
        if float(o["r1"]) > 0:
            penalties += penalize(d, B, float(o["r1"]) / 2, 0)
        if float(o["gradient-penalty"]) > 0:
            share = streams.uniform(seed, T, streams.name(streams.MIX, 0, j), B)
            d.forward(rows[B:] + share * (rows[:B] - rows[B:]), T, j, streams.DROPOUT_MIX)
            penalties += penalize(d, B, float(o["gradient-penalty"]), 1)
        mean = 1 / (B * self.k)
        sums[8] += penalties * mean
        sums[0] += (real[0] + fake[0]) * mean
        sums[2] += real[1] * mean
        sums[3] += fake[1] * mean
        sums[4] += real[2] * mean
        sums[5] += fake[2] * mean
        sums[6] += d.update(*adam(o), rate(o, "lr-d", T, self.steps),
                            self.updates_before(T) + j) / self.k
        if "auto" in o["augment"]:
            self.level = changes.level_after(self.level, real[2], B)
        return fakes

    def generator_step(self, fakes, T, sums):
        o, shape = self.o, self.data.shape
        t = self.d.forward(changes.seen(o, shape, fakes, T, 0, self.level), T, 0)
        loss, dt = verdict(o, t, 2)
        dfakes = self.d.backward(dt, params=False)
        dfakes = self.descend_fakes(changes.seen_back(o, shape, dfakes, T, 0, self.level), fakes, sums)
        self.g.backward(dfakes)
        sums[1] += loss[0] / self.B
        self.finish_generator(T, sums)

    def finish_generator(self, T, sums):
        o = self.o
        sums[7] += self.g.update(*adam(o), rate(o, "lr-g", T, self.steps), T + 1)
        if self.averaged:
            self.g.follow(float(o["ema"]), T + 1)

    def step_of_both(self, order, n, T, sums):
        for j in range(1, self.k + 1):
            first = (n * self.k + j - 1) * self.B
            x = self.flipped(self.take(order[first:first + self.B], first), T, j)
            fakes = self.discriminator_step(x, T, j, sums)
        self.generator_step(fakes, T, sums)

    def steps_of_epoch(self, order, sums):
        for n in range(self.steps):
            self.step_of_both(order, n, self.epochs * self.steps + n, sums)

    def epoch(self):
        """Trains for an epoch; returns its row of metrics.csv up to the dead units."""
        sums = self.sums()
        self.steps_of_epoch(shuffle(int(self.o["seed"]), self.epochs, 3, self.samples_in_epoch()), sums)
        self.epochs += 1
        columns = self.columns([s / self.steps for s in sums]) + figures.of_the_nets(self)
        return f"{self.epochs},{self.epochs * self.steps}," + ",".join(
            "" if m is None else f"{m:.7g}" for m in columns)
