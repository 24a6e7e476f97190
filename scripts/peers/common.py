"""Code that the peers of scripts/bench-peers share: sizes, data, first weights, output.

Each peer trains a net in its framework's own way: the listing of docs/training.md, or a small DCGAN. Its
own file contains what makes it fast. It prints a line per epoch in the format of `gan train`, which
scripts/bench-peers reads.

SPDX-License-Identifier: MIT
"""
import argparse
import gzip
import math
import pathlib
import sys
import time

import numpy as np

SEED, LATENT, PIXELS, DROPOUT, BETA2, EPS = 1, 100, 784, 0.3, 0.999, 1e-8

# The weights of a net, each with the index of its layer in gan's spec and its shape in PyTorch.
NETS = {
    "listing": {
        "init": "listing",
        "generator": ((0, (150, 100)), (2, (300, 150)), (4, (784, 300))),
        "discriminator": ((0, (300, 784)), (3, (150, 300)), (6, (1, 150))),
    },
    "dcgan": {
        "init": "dcgan",
        "generator": ((0, (64 * 7 * 7, 100)), (3, (64, 32, 4, 4)), (6, (32, 1, 4, 4))),
        "discriminator": ((0, (32, 1, 4, 4)), (2, (64, 32, 4, 4)), (4, (1, 64 * 7 * 7))),
    },
    "text": {
        "init": "dcgan",
        "generator": ((1, (64 * 7 * 7, 132)), (4, (64, 32, 4, 4)), (7, (32, 1, 4, 4)), (0, (32, 32))),
        "discriminator": ((0, (32, 1, 4, 4)), (2, (64, 32, 4, 4)), (4, (1, 64 * 7 * 7))),
        "embedded": 32,  # values of a caption: in G's layer 0 and D's layer 4
    },
    "upscale": {
        "init": "dcgan",
        # Into the residual blocks; in them; out of them, to twice the size, and to four times.
        "generator": ((1, (32, 1, 3, 3)), *((i, (32, 32, 3, 3)) for i in (4, 6, 9, 11, 14, 16, 19, 21)),
                      (23, (64, 32, 3, 3)), (26, (32, 16, 3, 3)), (28, (4, 32, 3, 3))),
        "discriminator": (),
    },
}


def arguments():
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--data", required=True, help="folder of MNIST")
    parser.add_argument("--weights", required=True, help="file that common.py wrote")
    parser.add_argument("--epochs", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--limit", type=int, default=0, help="first so many samples (0: all)")
    parser.add_argument("--net", choices=NETS, required=True)
    parser.add_argument("--batch", type=int, required=True)
    parser.add_argument("--captions", help="file with a line for each image (text)")
    parser.add_argument("--lr", type=float, required=True)
    parser.add_argument("--beta1", type=float, required=True)
    return parser.parse_args()


def images(options):
    """uint8 (samples, 784)"""
    path = pathlib.Path(options.data) / "train-images-idx3-ubyte.gz"
    with gzip.open(path) as file:
        header = np.frombuffer(file.read(16), ">i4")
        if header[0] != 0x803 or header[2] * header[3] != PIXELS:
            sys.exit(f"{path}: expected images of 784 pixels, got the header {header.tolist()}")
        pixels = np.frombuffer(file.read(), np.uint8).reshape(header[1], PIXELS)
    return pixels[:options.limit] if options.limit else pixels


def batches(random, samples, batch):
    """The order of an epoch, int32 (steps, batch); an incomplete last batch is dropped."""
    steps = samples // batch
    return random.permutation(samples)[:steps * batch].astype(np.int32).reshape(steps, batch)


def encoded(path):
    """The captions of a file: the number of each line's caption among the different ones, int64, and
    these as float32 (captions, values)."""
    import streams  # noqa: F401 (the reference needs it)
    from reference import conditions
    lines = pathlib.Path(path).read_text().splitlines()
    texts, ids = np.unique([conditions.normalised(line) for line in lines], return_inverse=True)
    words = {word for text in texts for word in conditions.words_of(text)}
    # Their hashes without a modulus; twice as many values as there are different ones.
    hashes = {i for text in texts for i, _ in conditions.features_of(text, words, 2**32)}
    size = 64
    while size < min(2 * len(hashes), 16384):
        size *= 2
    table = np.zeros((len(texts), size), np.float32)
    for row, text in zip(table, texts):
        for i, weight in conditions.features_of(text, words, size):
            row[i] += weight
    return ids, table


def write_weights(path, net, captions=None):
    """The weights that `gan train --seed 1` starts from, as docs/random-streams.md defines them."""
    import streams
    tensors = {}
    for name, use in (("generator", streams.INIT_GENERATOR),
                      ("discriminator", streams.INIT_DISCRIMINATOR)):
        for i, (layer, shape) in enumerate(NETS[net][name]):
            # Neither of these two inits depends on the numbers of inputs and outputs.
            tensors[f"{name}.{i}"] = streams.weights(
                SEED, streams.name(use, layer), shape[0], int(np.prod(shape[1:])),
                NETS[net]["init"], 1, 1).reshape(shape)
    if captions:
        tensors["ids"], tensors["captions"] = encoded(captions)
        V, N = tensors["captions"].shape[1], NETS[net]["embedded"]
        for name, use, layer in (("generator", streams.INIT_GENERATOR, 0),
                                 ("discriminator", streams.INIT_DISCRIMINATOR, 4)):
            tensors[f"{name}.embedding"] = streams.normal(SEED, 0, streams.name(use, layer, 1), V, N)
        inputs = NETS[net]["discriminator"][2][1][1]
        tensors["discriminator.map"] = streams.weights(
            SEED, streams.name(streams.INIT_DISCRIMINATOR, 4, 2), inputs, N, NETS[net]["init"], 1, 1)
    np.savez(path, **tensors)


def weights(options, net):
    """The weights of "generator" or "discriminator": float32 tensors in PyTorch's layout. Biases are 0."""
    with np.load(options.weights) as file:
        return [file[f"{net}.{i}"] for i in range(len(NETS[options.net][net]))]


def of_captions(options):
    """The numbers of the images' captions, the encoded captions, and the weights that only nets with a
    condition have: both embeddings, and D's map."""
    with np.load(options.weights) as file:
        return [file[name] for name in ("ids", "captions", "generator.embedding",
                                        "discriminator.embedding", "discriminator.map")]


def weights_channels_last(options, net):
    """The DCGAN's weights for images (height, width, channels): products (inputs, outputs), and
    convolutions (height, width, channels of the larger image, channels of the smaller one)."""
    def turned(w):
        return np.ascontiguousarray(w.transpose(2, 3, 1, 0))

    w = weights(options, net)
    if net == "generator":
        linear = w[0].reshape(64, 7, 7, LATENT).transpose(3, 1, 2, 0).reshape(LATENT, -1)
        return [np.ascontiguousarray(linear), turned(w[1]), turned(w[2])]
    linear = w[2].reshape(64, 7, 7).transpose(1, 2, 0).reshape(-1, 1)
    return [turned(w[0]), turned(w[1]), np.ascontiguousarray(linear)]


def figures_of(net, means):
    """The figures of an epoch, as `gan train` prints them."""
    if net == "upscale":
        return f"{10 * math.log10(4 / means[0]):.2f} dB"
    return "d_loss {:.4f}  g_loss {:.4f}  D(x) {:.3f}  D(G(z)) {:.3f}".format(*means)


def train(options, version, run_epoch):
    """run_epoch() trains an epoch; it returns its number of steps, and the sums over its samples
    of D's loss, G's loss, D(x), D(G(z)), or for "upscale" of the squared error."""
    print(f"version {version}", flush=True)
    for epoch in range(1, options.epochs + 1):
        start = time.monotonic()
        steps, sums = run_epoch()
        means = [float(s) / (steps * options.batch) for s in sums]
        print(f"epoch {epoch}/{options.epochs}  {figures_of(options.net, means)}  "
              f"{time.monotonic() - start:.1f} s", flush=True)


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    TESTS = pathlib.Path(__file__).resolve().parents[2] / "tests"
    sys.path[:0] = [str(TESTS / "golden"), str(TESTS / "oracle")]
    write_weights(*sys.argv[1:])
