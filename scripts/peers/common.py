"""What the peers of scripts/bench-peers share: sizes, data, the first weights, what they print.

Each peer trains the listing of README.md, "What it computes", in its framework's own way: what it
shares with the others is here, what makes it fast is in its own file. It prints a line an epoch in
the form of `gan train`, which scripts/bench-peers reads.

SPDX-License-Identifier: MIT
"""
import argparse
import gzip
import pathlib
import sys
import time

import numpy as np

GENERATOR, DISCRIMINATOR = (100, 150, 300, 784), (784, 300, 150, 1)
LATENT = GENERATOR[0]
BATCH, DROPOUT, DEVIATION = 256, 0.3, 0.1
LR, BETA1, BETA2, EPS = 1e-4, 0.9, 0.999, 1e-8

SEED = 1


def arguments():
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--data", required=True, help="folder of MNIST")
    parser.add_argument("--weights", required=True, help="file that common.py wrote")
    parser.add_argument("--epochs", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--limit", type=int, default=0, help="first so many samples (0: all)")
    return parser.parse_args()


def images(options):
    """uint8 (samples, 784)"""
    path = pathlib.Path(options.data) / "train-images-idx3-ubyte.gz"
    with gzip.open(path) as file:
        header = np.frombuffer(file.read(16), ">i4")
        if header[0] != 0x803 or header[2] * header[3] != GENERATOR[-1]:
            sys.exit(f"{path}: expected images of 784 pixels, got the header {header.tolist()}")
        pixels = np.frombuffer(file.read(), np.uint8).reshape(header[1], GENERATOR[-1])
    return pixels[:options.limit] if options.limit else pixels


def batches(random, samples):
    """The order of an epoch, int32 (steps, BATCH); what is left over is not used."""
    steps = samples // BATCH
    return random.permutation(samples)[:steps * BATCH].astype(np.int32).reshape(steps, BATCH)


def write_weights(path):
    """The weights that `gan train --seed 1` starts from, after docs/random-streams.md."""
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests" / "golden"))
    import streams
    tensors = {}
    # A layer's number counts what stands between two of these as well: relu, and dropout in D.
    nets = (("generator", streams.INIT_GENERATOR, GENERATOR, 2),
            ("discriminator", streams.INIT_DISCRIMINATOR, DISCRIMINATOR, 3))
    for name, use, sizes, apart in nets:
        for i in range(3):
            tensors[f"{name}.{i}"] = streams.truncated_normal(
                SEED, streams.name(use, apart * i), sizes[i + 1], sizes[i], DEVIATION)
    np.savez(path, **tensors)


def weights(options, net):
    """Of "generator" or "discriminator": three float32 matrices (outputs, inputs). Biases are 0."""
    with np.load(options.weights) as file:
        return [file[f"{net}.{i}"] for i in range(3)]


def train(options, version, run_epoch):
    """run_epoch() trains an epoch; it returns its number of steps, and the sums over its samples
    of D's loss, G's loss, D(x), D(G(z))."""
    print(f"version {version}", flush=True)
    for epoch in range(1, options.epochs + 1):
        start = time.monotonic()
        steps, sums = run_epoch()
        d_loss, g_loss, real, fake = (float(s) / (steps * BATCH) for s in sums)
        print(f"epoch {epoch}/{options.epochs}  d_loss {d_loss:.4f}  g_loss {g_loss:.4f}  "
              f"D(x) {real:.3f}  D(G(z)) {fake:.3f}  {time.monotonic() - start:.1f} s", flush=True)


if __name__ == "__main__":
    write_weights(sys.argv[1])
