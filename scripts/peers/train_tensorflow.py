"""The listing in TensorFlow. Run by scripts/bench-peers.

Least CPU time an epoch in seconds, TensorFlow 2.21, one thread, AMD EPYC with other work to do:

    as below: an epoch is one tf.function             4.2
    a step is one tf.function                         4.5
    Adam as operations on tensors                     4.7
    the same with jit_compile=True: an epoch, a step  5.4, 5.7

SPDX-License-Identifier: MIT
"""
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"  # before the import; it talks a lot

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
    """w, b, w, b, w, b; w (inputs, outputs)"""
    out = []
    for w in common.weights(options, net):
        out += [tf.Variable(np.ascontiguousarray(w.T)), tf.Variable(tf.zeros(len(w)))]
    return out


def moments(net):
    return [tf.Variable(tf.zeros_like(p)) for p in net]


g, d = parameters("generator"), parameters("discriminator")
g_m, g_v, d_m, d_v = moments(g), moments(g), moments(d), moments(d)


def G(z):
    y = tf.nn.relu(z @ g[0] + g[1])
    y = tf.nn.relu(y @ g[2] + g[3])
    return tf.tanh(y @ g[4] + g[5])


def D(x):
    y = tf.nn.dropout(tf.nn.relu(x @ d[0] + d[1]), common.DROPOUT)
    y = tf.nn.dropout(tf.nn.relu(y @ d[2] + d[3]), common.DROPOUT)
    return y @ d[4] + d[5]


def adam(net, gradients, ms, vs):
    for p, gradient, m, v in zip(net, gradients, ms, vs):
        tf.raw_ops.ResourceApplyAdam(
            var=p.handle, m=m.handle, v=v.handle, grad=gradient, lr=common.LR, epsilon=common.EPS,
            beta1=common.BETA1, beta2=common.BETA2, beta1_power=common.BETA1**updates,
            beta2_power=common.BETA2**updates)


def step(batch):
    updates.assign_add(1.0)
    x = tf.cast(tf.gather(pixels, batch), tf.float32) * (1 / 127.5) - 1
    with tf.GradientTape() as g_tape:
        fakes = G(tf.random.normal((common.BATCH, common.LATENT)))
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
    order = common.batches(random, len(pixels))
    return len(order), steps_of(tf.constant(order)).numpy()


common.train(options, tf.__version__, run_epoch)
