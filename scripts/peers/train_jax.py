"""The listing and the DCGAN in JAX. Run by scripts/bench-peers.

Least CPU time per epoch in seconds, JAX 0.10, one thread, on a busy AMD EPYC:

    as below: an epoch is one jitted scan            4.1
    a step is jitted, batches gathered in it or not  4.4
    random numbers by "rbg": an epoch, a step        5.8, 5.5

XLA uses as many threads as the process may use CPUs.

SPDX-License-Identifier: MIT
"""
import functools

import jax
import jax.numpy as jnp
import numpy as np
from jax.nn import leaky_relu, relu, sigmoid, softplus

import common

options = common.arguments()
random = np.random.default_rng(common.SEED)
pixels = jnp.asarray(common.images(options))


def parameters(net):
    """A pair for each layer, w (inputs, outputs) and b; in the DCGAN also a pair for each batch_norm,
    weight and bias."""
    if options.net == "listing":
        return [(jnp.asarray(w.T), jnp.zeros(len(w))) for w in common.weights(options, net)]
    w = [jnp.asarray(w) for w in common.weights_channels_last(options, net)]
    if net == "discriminator":
        return [(w[0], jnp.zeros(32)), (w[1], jnp.zeros(64)), (w[2], jnp.zeros(1))]
    return [(w[0], jnp.zeros(64 * 7 * 7)), (w[1], jnp.zeros(32)), (w[2], jnp.zeros(1)),
            (jnp.ones(64), jnp.zeros(64)), (jnp.ones(32), jnp.zeros(32))]


def dense(layer, x):
    w, b = layer
    return x @ w + b


def dropout(key, x):
    keep = 1 - common.DROPOUT
    return jnp.where(jax.random.bernoulli(key, keep, x.shape), x / keep, 0)


IMAGES = ("NHWC", "HWIO", "NHWC")


def conv(layer, x):
    w, b = layer
    return jax.lax.conv_general_dilated(x, w, (2, 2), ((1, 1), (1, 1)), dimension_numbers=IMAGES) + b


def conv_transpose(layer, x):
    w, b = layer
    return jax.lax.conv_transpose(x, w, (2, 2), "SAME", dimension_numbers=IMAGES,
                                  transpose_kernel=True) + b


def batch_norm(layer, x):
    weight, bias = layer
    mean, variance = x.mean((0, 1, 2)), x.var((0, 1, 2))
    return (x - mean) * (weight * jax.lax.rsqrt(variance + 1e-5)) + bias


def dcgan_G(g, z):
    y = relu(batch_norm(g[3], dense(g[0], z).reshape(-1, 7, 7, 64)))
    y = relu(batch_norm(g[4], conv_transpose(g[1], y)))
    return jnp.tanh(conv_transpose(g[2], y)).reshape(-1, common.PIXELS)


def dcgan_D(d, key, x):
    y = leaky_relu(conv(d[0], x.reshape(-1, 28, 28, 1)), 0.2)
    y = leaky_relu(conv(d[1], y), 0.2)
    return dense(d[2], y.reshape(-1, 64 * 7 * 7))


def listing_G(g, z):
    return jnp.tanh(dense(g[2], relu(dense(g[1], relu(dense(g[0], z))))))


def listing_D(d, key, x):
    one, two = jax.random.split(key)
    y = dropout(one, relu(dense(d[0], x)))
    y = dropout(two, relu(dense(d[1], y)))
    return dense(d[2], y)


G, D = (listing_G, listing_D) if options.net == "listing" else (dcgan_G, dcgan_D)


def adam(t, state, gradient):
    """state: parameters, first and second moments"""
    p, m, v = state
    m = jax.tree.map(lambda m, g: options.beta1 * m + (1 - options.beta1) * g, m, gradient)
    v = jax.tree.map(lambda v, g: common.BETA2 * v + (1 - common.BETA2) * g * g, v, gradient)
    rate = options.lr / (1 - options.beta1**t)
    correction = 1 / jnp.sqrt(1 - common.BETA2**t)

    def updated(p, m, v):
        return p - rate * m / (jnp.sqrt(v) * correction + common.EPS)
    return jax.tree.map(updated, p, m, v), m, v


def d_loss_of(d, key, x, fakes):
    real, fake = jnp.split(D(d, key, jnp.concatenate([x, fakes])), 2)
    loss = softplus(-real).sum() + softplus(fake).sum()
    return loss, (sigmoid(real).sum(), sigmoid(fake).sum())


def g_loss_of(fakes, d, key):
    return softplus(-D(d, key, fakes)).sum()


def step(pixels, state, batch):
    g, d, t, key = state
    key, z_key, d_key, g_key = jax.random.split(key, 4)
    t = t + 1
    x = pixels[batch].astype(jnp.float32) * (1 / 127.5) - 1
    z = jax.random.normal(z_key, (options.batch, common.LATENT))
    fakes, pull_back = jax.vjp(lambda p: G(p, z), g[0])
    (d_loss, seen), d_gradient = jax.value_and_grad(d_loss_of, has_aux=True)(d[0], d_key, x, fakes)
    d = adam(t, d, d_gradient)

    # The same fakes through the updated D, whose weights need no gradient now.
    g_loss, d_fakes = jax.value_and_grad(g_loss_of)(fakes, d[0], g_key)
    g = adam(t, g, pull_back(d_fakes)[0])
    return (g, d, t, key), jnp.stack([d_loss, g_loss, *seen])


@functools.partial(jax.jit, donate_argnums=0)
def steps_of(state, pixels, order):
    state, sums = jax.lax.scan(functools.partial(step, pixels), state, order)
    return state, sums.sum(0)


one_step = jax.jit(step, donate_argnums=1)


def dcgan_steps_of(state, pixels, order):
    """Not a scan: XLA takes ten times as long for a convolution within one."""
    sums = 0
    for batch in order:
        state, more = one_step(pixels, state, batch)
        sums = sums + more
    return state, sums


def optimised(net):
    p = parameters(net)
    return p, jax.tree.map(jnp.zeros_like, p), jax.tree.map(jnp.zeros_like, p)


state = (optimised("generator"), optimised("discriminator"), jnp.float32(0),
         jax.random.key(common.SEED))


def run_epoch():
    global state
    order = common.batches(random, len(pixels), options.batch)
    state, sums = (steps_of if options.net == "listing" else dcgan_steps_of)(state, pixels, order)
    return len(order), jax.device_get(sums)


common.train(options, jax.__version__, run_epoch)
