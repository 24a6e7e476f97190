"""docs/metrics.md in NumPy: spread and dead units, from samples of the fixed grid.

SPDX-License-Identifier: MIT
"""
import numpy as np
import streams

from .arithmetic import D
from .layers import Relu
from .nets import sampled

FIXED, RANDOM = 7, 8  # the uses of the two grids
SAMPLES = 64


def grid_samples(game, use, count=SAMPLES):
    """What the run draws at the end of an epoch."""
    step = game.epochs if use == RANDOM else 0
    z = streams.normal(int(game.o["seed"]), step, use, count, int(game.o["latent"]))
    return sampled(game.g, game.averaged, z)


def mean_distance(x):
    x = x.astype(D)
    squares = np.zeros((len(x), len(x)))
    for column in x.T:
        difference = column[:, None] - column[None, :]
        squares = squares + difference * difference
    total = 0.0
    for i in range(len(x)):
        for j in range(i):
            total += np.sqrt(squares[i, j])
    return total / (len(x) * (len(x) - 1) / 2)


def dead_units(net):
    """The largest share of units of a relu that are 0 in all rows of the last pass."""
    return max([np.mean((layer.y == 0).all(axis=0)) for layer in net.layers
                if type(layer) is Relu and layer.slope == 0], default=0.0)


def of_the_nets(game):
    """spread, g_dead, d_dead"""
    fakes = game.fixed_samples()
    g_dead = dead_units(game.g)
    reals = game.data.floats([i % len(game.data.samples) for i in range(SAMPLES)])
    between = mean_distance(reals)
    if game.judges:
        game.d.apply(np.concatenate([fakes, reals]))
    d_dead = dead_units(game.d) if game.judges else 0.0
    return [mean_distance(fakes) / between if between else 1.0, g_dead, d_dead]
