"""The listing and the DCGAN in TensorFlow. Run by scripts/bench-peers.

Least CPU time per epoch in seconds, TensorFlow 2.21, one thread, on a busy AMD EPYC:

    as below: an epoch is one tf.function             4.2
    a step is one tf.function                         4.5
    Adam as operations on tensors                     4.7
    the same with jit_compile=True: an epoch, a step  5.4, 5.7

SPDX-License-Identifier: MIT
"""
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"  # before the import: silences TensorFlow's log

import numpy as np
import tensorflow as tf

import common

options = common.arguments()
tf.config.threading.set_intra_op_parallelism_threads(options.threads)
tf.config.threading.set_inter_op_parallelism_threads(1)
tf.random.set_seed(common.SEED)
random = np.random.default_rng(common.SEED)
pixels = tf.constant(common.images(options))
updates = tf.Variable(0.0)


def parameters(net):
    """w, b, w, b, w, b; w (inputs, outputs); in the DCGAN also weight, bias for each batch_norm"""
    if options.net == "listing":
        values = [(np.ascontiguousarray(w.T), np.zeros(len(w), np.float32))
                  for w in common.weights(options, net)]
    else:
        widths, norms = ((64 * 7 * 7, 32, 1), (64, 32)) if net == "generator" else ((32, 64, 1), ())
        values = [(w, np.zeros(n, np.float32))
                  for w, n in zip(common.weights_channels_last(options, net), widths)]
        values += [(np.ones(n, np.float32), np.zeros(n, np.float32)) for n in norms]
    return [tf.Variable(value) for pair in values for value in pair]


def moments(net):
    return [tf.Variable(tf.zeros_like(p)) for p in net]


g, d = parameters("generator"), parameters("discriminator")
g_m, g_v, d_m, d_v = moments(g), moments(g), moments(d), moments(d)


def conv(x, w, b):
    return tf.nn.bias_add(tf.nn.conv2d(x, w, 2, [[0, 0], [1, 1], [1, 1], [0, 0]]), b)


def conv_transpose(x, w, b, side):
    shape = (options.batch, side, side, len(b))
    return tf.nn.bias_add(tf.nn.conv2d_transpose(x, w, shape, 2, "SAME"), b)


def batch_norm(x, weight, bias):
    return tf.compat.v1.nn.fused_batch_norm(x, weight, bias, epsilon=1e-5)[0]


def dcgan_G(z):
    y = tf.reshape(z @ g[0] + g[1], (-1, 7, 7, 64))
    y = conv_transpose(tf.nn.relu(batch_norm(y, g[6], g[7])), g[2], g[3], 14)
    y = conv_transpose(tf.nn.relu(batch_norm(y, g[8], g[9])), g[4], g[5], 28)
    return tf.reshape(tf.tanh(y), (-1, common.PIXELS))


def dcgan_D(x):
    y = tf.nn.leaky_relu(conv(tf.reshape(x, (-1, 28, 28, 1)), d[0], d[1]), 0.2)
    y = tf.nn.leaky_relu(conv(y, d[2], d[3]), 0.2)
    return tf.reshape(y, (-1, 64 * 7 * 7)) @ d[4] + d[5]


def listing_G(z):
    y = tf.nn.relu(z @ g[0] + g[1])
    y = tf.nn.relu(y @ g[2] + g[3])
    return tf.tanh(y @ g[4] + g[5])


def listing_D(x):
    y = tf.nn.dropout(tf.nn.relu(x @ d[0] + d[1]), common.DROPOUT)
    y = tf.nn.dropout(tf.nn.relu(y @ d[2] + d[3]), common.DROPOUT)
    return y @ d[4] + d[5]


G, D = (listing_G, listing_D) if options.net == "listing" else (dcgan_G, dcgan_D)


def adam(net, gradients, ms, vs):
    for p, gradient, m, v in zip(net, gradients, ms, vs):
        tf.raw_ops.ResourceApplyAdam(
            var=p.handle, m=m.handle, v=v.handle, grad=gradient, lr=options.lr, epsilon=common.EPS,
            beta1=options.beta1, beta2=common.BETA2, beta1_power=options.beta1**updates,
            beta2_power=common.BETA2**updates)


def step(batch):
    updates.assign_add(1.0)
    x = tf.cast(tf.gather(pixels, batch), tf.float32) * (1 / 127.5) - 1
    with tf.GradientTape() as g_tape:
        fakes = G(tf.random.normal((options.batch, common.LATENT)))
    with tf.GradientTape(watch_accessed_variables=False) as d_tape:
        d_tape.watch(d)
        real, fake = tf.split(D(tf.concat([x, fakes], 0)), 2)
        d_loss = tf.reduce_sum(tf.nn.softplus(-real)) + tf.reduce_sum(tf.nn.softplus(fake))
    adam(d, d_tape.gradient(d_loss, d), d_m, d_v)

    # The same fakes through the updated D, whose weights need no gradient now.
    with tf.GradientTape(watch_accessed_variables=False) as fakes_tape:
        fakes_tape.watch(fakes)
        g_loss = tf.reduce_sum(tf.nn.softplus(-D(fakes)))
    d_fakes = fakes_tape.gradient(g_loss, fakes)
    adam(g, g_tape.gradient(fakes, g, output_gradients=d_fakes), g_m, g_v)
    seen = [tf.reduce_sum(tf.sigmoid(logits)) for logits in (real, fake)]
    return tf.stack([d_loss, g_loss, *seen])


@tf.function
def steps_of(order):
    sums = tf.zeros(4)
    for batch in order:
        sums += step(batch)
    return sums


def run_epoch():
    order = common.batches(random, len(pixels), options.batch)
    return len(order), steps_of(tf.constant(order)).numpy()


common.train(options, tf.__version__, run_epoch)
