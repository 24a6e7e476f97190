"""The listing, the DCGAN, the DCGAN with captions and a net that enlarges digits in PyTorch. Run by
scripts/bench-peers.

Least CPU time per epoch in seconds, PyTorch 2.15, one thread, on a busy AMD EPYC:

    as below                                         5.5
    Adam with foreach instead of fused               5.7
    nn.Dropout, whose bernoulli_ draws slowly        6.6
    torch.compile of the nets, and of Adam as well   8.7, 8.2

The DCGAN takes 1.3 to 1.5 s for 20 steps, in channels_last memory or not.

With captions, a batch's are rows of a dense table that a product embeds: the table is small, and
EmbeddingBag is slower. D's convolutions see an image once for its own and for the wrong caption.

Enlarging takes 1.1 s of CPU time for 100 steps in channels_last memory, 1.3 s without it, 1.2 to 1.3 s
by torch.jit.script or torch.jit.trace, and 1.6 s by torch.compile. Small pictures are made once, before the first step.

SPDX-License-Identifier: MIT
"""
import numpy as np
import torch
from torch import nn
from torch.nn.functional import interpolate, leaky_relu, pixel_shuffle, softplus

import common


class Dropout(nn.Module):
    def forward(self, x):
        kept = torch.rand_like(x) >= common.DROPOUT
        return x * kept.mul(1 / (1 - common.DROPOUT))


def set_to(w, layer):
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(w))
        layer.bias.zero_()
    return layer


def linear(w):
    return set_to(w, nn.Linear(w.shape[1], w.shape[0]))


def conv3(w):
    return set_to(w, nn.Conv2d(w.shape[1], w.shape[0], 3, 1, 1))


def conv(w):
    return set_to(w, nn.Conv2d(w.shape[1], w.shape[0], 4, 2, 1))


def conv_transpose(w):
    return set_to(w, nn.ConvTranspose2d(w.shape[0], w.shape[1], 4, 2, 1))


def listing(g, d):
    return (nn.Sequential(linear(g[0]), nn.ReLU(), linear(g[1]), nn.ReLU(), linear(g[2]),
                          nn.Tanh()),
            nn.Sequential(linear(d[0]), nn.ReLU(), Dropout(), linear(d[1]), nn.ReLU(), Dropout(),
                          linear(d[2])))


def dcgan(g, d):
    G = nn.Sequential(linear(g[0]), nn.Unflatten(1, (64, 7, 7)), nn.BatchNorm2d(64), nn.ReLU(),
                      conv_transpose(g[1]), nn.BatchNorm2d(32), nn.ReLU(), conv_transpose(g[2]),
                      nn.Tanh(), nn.Flatten())
    D = nn.Sequential(nn.Unflatten(1, (1, 28, 28)), conv(d[0]), nn.LeakyReLU(0.2), conv(d[1]),
                      nn.LeakyReLU(0.2), nn.Flatten(), linear(d[2]))
    return G, D


class Block(nn.Module):
    def __init__(self, first, second):
        super().__init__()
        self.first, self.second = conv3(first), conv3(second)

    def forward(self, x):
        return x + self.second(leaky(self.first(x)))


class Enlarger(nn.Module):
    """What the bicubic filter lacks to a picture four times as large."""

    def __init__(self, w):
        super().__init__()
        self.head = conv3(w[0])
        self.blocks = nn.Sequential(*(Block(w[i], w[i + 1]) for i in range(1, 9, 2)))
        self.up, self.between, self.last = conv3(w[9]), conv3(w[10]), conv3(w[11])

    def forward(self, x):
        x = self.blocks(leaky(self.head(x)))
        x = leaky(pixel_shuffle(self.up(x), 2))
        return pixel_shuffle(self.last(leaky(self.between(x))), 2)


def parameter(w):
    return nn.Parameter(torch.from_numpy(w.copy()))


class TextGenerator(nn.Module):
    """The generator of the DCGAN, with a caption beside the latent."""

    def __init__(self, w, embedding):
        super().__init__()
        self.embedding, self.map = parameter(embedding), linear(w[3])
        self.rest, _ = dcgan(w[:3], common.weights(options, "discriminator"))

    def forward(self, z, captions):
        h = nn.functional.leaky_relu(self.map(captions @ self.embedding), 0.2)
        return self.rest(torch.cat([z, h], 1))


class TextDiscriminator(nn.Module):
    """The discriminator of the DCGAN, with a projection. `again` repeats the first images."""

    def __init__(self, w, embedding, projection):
        super().__init__()
        _, D = dcgan(common.weights(options, "generator"), w)
        self.features, self.last = D[:-1], D[-1]
        self.embedding, self.map = parameter(embedding), parameter(projection)

    def forward(self, x, captions, again=0):
        f = self.features(x)
        f = torch.cat([f, f[:again]]) if again else f
        sight = captions @ self.embedding @ self.map.T + self.last.weight
        return (sight * f).sum(1, keepdim=True) + self.last.bias


def leaky(x):
    return leaky_relu(x, 0.2)


def small_and_enlarged(pixels):
    """All pictures four times smaller, as bytes, and these enlarged again: once, not in each step."""
    x = pixels.view(-1, 1, 28, 28).float()
    small = interpolate(x, (7, 7), mode="bicubic", antialias=True).round_().clamp_(0, 255)
    small = small.mul_(1 / 127.5).sub_(1).to(memory_format=torch.channels_last)
    return small, interpolate(small, (28, 28), mode="bicubic", antialias=True)


def adam(net):
    return torch.optim.Adam(net.parameters(), options.lr, (options.beta1, common.BETA2), common.EPS,
                            fused=True)


options = common.arguments()
torch.set_num_threads(options.threads)
torch.manual_seed(common.SEED)
random = np.random.default_rng(common.SEED)
pixels = torch.from_numpy(common.images(options).copy())
if options.net == "upscale":
    small, enlarged = small_and_enlarged(pixels)
    G, D = Enlarger(common.weights(options, "generator")).to(memory_format=torch.channels_last), None
elif options.net == "text":
    ids, captions, *own = common.of_captions(options)
    ids, captions = torch.from_numpy(ids), torch.from_numpy(captions)
    G = TextGenerator(common.weights(options, "generator"), own[0])
    D = TextDiscriminator(common.weights(options, "discriminator"), *own[1:])
else:
    G, D = {"listing": listing, "dcgan": dcgan}[options.net](
        common.weights(options, "generator"), common.weights(options, "discriminator"))
adam_g, adam_d = adam(G), adam(D) if D else None


def step(batch):
    x = pixels[batch].float().mul_(1 / 127.5).sub_(1)
    fakes = G(torch.randn(options.batch, common.LATENT))
    real, fake = D(torch.cat([x, fakes.detach()])).chunk(2)
    d_loss = softplus(-real).sum() + softplus(fake).sum()
    adam_d.zero_grad()
    d_loss.backward()
    adam_d.step()

    # The same fakes through the updated D, whose weights need no gradient now.
    D.requires_grad_(False)
    g_loss = softplus(-D(fakes)).sum()
    adam_g.zero_grad()
    g_loss.backward()
    adam_g.step()
    D.requires_grad_(True)
    with torch.no_grad():
        return torch.stack([d_loss, g_loss, torch.sigmoid(real).sum(), torch.sigmoid(fake).sum()])


def step_with_captions(batch):
    """As `gan train --condition caption`: half of what D refuses are real images with wrong captions."""
    x = pixels[batch].float().mul_(1 / 127.5).sub_(1)
    n, own = options.batch, ids[batch]
    wrong = (own + 1 + torch.randint(len(captions) - 1, (n,))) % len(captions)
    c = captions[torch.cat([own, own, wrong])]
    fakes = G(torch.randn(n, common.LATENT), c[:n])
    real, fake, other = D(torch.cat([x, fakes.detach()]), c, n).chunk(3)
    d_loss = softplus(-real).sum() + 0.5 * softplus(fake).sum() + 0.5 * softplus(other).sum()
    adam_d.zero_grad()
    d_loss.backward()
    adam_d.step()

    D.requires_grad_(False)
    g_loss = softplus(-D(fakes, c[:n])).sum()
    adam_g.zero_grad()
    g_loss.backward()
    adam_g.step()
    D.requires_grad_(True)
    with torch.no_grad():
        return torch.stack([d_loss, g_loss, torch.sigmoid(real).sum(), torch.sigmoid(fake).sum()])


def step_of_enlarging(batch):
    """As the phase "mse" of `gan train --task upscale`."""
    x = pixels[batch].float().mul_(1 / 127.5).sub_(1).view(-1, 1, 28, 28)
    error = (G(small[batch]) + enlarged[batch] - x).square().mean((1, 2, 3)).sum()
    adam_g.zero_grad()
    error.backward()
    adam_g.step()
    return error.detach().view(1)


STEPS = {"text": step_with_captions, "upscale": step_of_enlarging}


def run_epoch():
    one = STEPS.get(options.net, step)
    order = torch.from_numpy(common.batches(random, len(pixels), options.batch))
    sums = torch.zeros(1 if options.net == "upscale" else 4)
    for batch in order:
        sums += one(batch)
    return len(order), sums


common.train(options, torch.__version__, run_epoch)
