"""The nets of FastGAN (Liu and others 2021, "Towards faster and stabilized GAN training for high-fidelity few-shot
image synthesis"), which lightweight-gan trains as well, at 64x64, written anew from the paper: skip-layer excitation
and gated linear units in G; in D residual halving and decoders that rebuild the real image from D's features; the
hinge loss, differentiable augmentation, an average of G. For scripts/compare-fastgan.

SPDX-License-Identifier: MIT
"""
import copy
import time

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils import spectral_norm

LATENT, WIDTH = 256, 64  # values in a z; channels of the largest images, as in the paper's nets at 256x256


def conv(inputs, outputs, size, step=1, pad=0):
    return spectral_norm(nn.Conv2d(inputs, outputs, size, step, pad, bias=False))


class Noise(nn.Module):
    """Adds noise, the same in all channels, with a strength that is learned."""

    def __init__(self):
        super().__init__()
        self.strength = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        return x + self.strength * torch.randn(x.shape[0], 1, *x.shape[2:])


def doubled(inputs, outputs, noisy):
    """Twice the height and the width; noisy: a second convolution, and noise after each."""
    layers = [nn.Upsample(scale_factor=2), conv(inputs, 2 * outputs, 3, 1, 1)]
    layers += [Noise()] if noisy else []
    layers += [nn.BatchNorm2d(2 * outputs), nn.GLU(dim=1)]
    if noisy:
        layers += [conv(outputs, 2 * outputs, 3, 1, 1), Noise(), nn.BatchNorm2d(2 * outputs), nn.GLU(dim=1)]
    return nn.Sequential(*layers)


class Excite(nn.Module):
    """Skip-layer excitation: a small image scales the channels of a large one."""

    def __init__(self, small, large):
        super().__init__()
        self.gate = nn.Sequential(nn.AdaptiveAvgPool2d(4), conv(small, large, 4), nn.SiLU(), conv(large, large, 1),
                                  nn.Sigmoid())

    def forward(self, small, large):
        return large * self.gate(small)


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        w = WIDTH
        self.start = nn.Sequential(spectral_norm(nn.ConvTranspose2d(LATENT, 16 * w, 4, bias=False)),
                                   nn.BatchNorm2d(16 * w), nn.GLU(dim=1))
        self.to_8, self.to_16 = doubled(8 * w, 8 * w, True), doubled(8 * w, 4 * w, False)
        self.to_32, self.to_64 = doubled(4 * w, 2 * w, True), doubled(2 * w, w, False)
        self.excite_32, self.excite_64 = Excite(8 * w, 2 * w), Excite(8 * w, w)
        self.end = conv(w, 3, 3, 1, 1)

    def forward(self, z):
        at_4 = self.start(z[:, :, None, None])
        at_8 = self.to_8(at_4)
        at_32 = self.excite_32(at_4, self.to_32(self.to_16(at_8)))
        return torch.tanh(self.end(self.excite_64(at_8, self.to_64(at_32))))


class Halve(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.main = nn.Sequential(conv(inputs, outputs, 4, 2, 1), nn.BatchNorm2d(outputs), nn.LeakyReLU(0.2),
                                  conv(outputs, outputs, 3, 1, 1), nn.BatchNorm2d(outputs), nn.LeakyReLU(0.2))
        self.short = nn.Sequential(nn.AvgPool2d(2), conv(inputs, outputs, 1), nn.BatchNorm2d(outputs), nn.LeakyReLU(0.2))

    def forward(self, x):
        return (self.main(x) + self.short(x)) / 2


def decoder(channels):
    """From features of 8x8 to an image of 32x32."""
    layers = []
    for outputs in (2 * WIDTH, WIDTH):
        layers += [nn.Upsample(scale_factor=2), conv(channels, 2 * outputs, 3, 1, 1), nn.BatchNorm2d(2 * outputs),
                   nn.GLU(dim=1)]
        channels = outputs
    return nn.Sequential(*layers, conv(channels, 3, 3, 1, 1), nn.Tanh())


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        w = WIDTH
        self.start = nn.Sequential(conv(3, w, 3, 1, 1), nn.LeakyReLU(0.2))
        self.blocks = nn.Sequential(Halve(w, 2 * w), Halve(2 * w, 4 * w), Halve(4 * w, 8 * w))  # 32, 16, 8
        self.end = nn.Sequential(conv(8 * w, 8 * w, 1), nn.BatchNorm2d(8 * w), nn.LeakyReLU(0.2), conv(8 * w, 1, 4))
        self.whole, self.part = decoder(8 * w), decoder(8 * w)

    def forward(self, x):
        return self.end(self.blocks(self.start(x)))

    def rebuild(self, x):
        """What the decoders make of D's features of a real image, and of a quarter of it, and what they should."""
        features = self.blocks(self.start(x))
        top, left = (int(torch.randint(0, 2, (1,))) for _ in range(2))
        part = self.part(F.interpolate(features[:, :, 4 * top:4 * top + 4, 4 * left:4 * left + 4], size=8))
        wanted = x[:, :, 32 * top:32 * top + 32, 32 * left:32 * left + 32]
        return [(self.whole(features), F.interpolate(x, size=32, mode="area")), (part, wanted)]


def changed(x):
    """Differentiable augmentation (Zhao 2020): brightness, saturation, contrast, translation."""
    n, _, h, w = x.shape
    x = x + torch.rand(n, 1, 1, 1) - 0.5
    mean = x.mean(1, keepdim=True)
    x = mean + (x - mean) * 2 * torch.rand(n, 1, 1, 1)
    mean = x.mean((1, 2, 3), keepdim=True)
    x = mean + (x - mean) * (0.5 + torch.rand(n, 1, 1, 1))
    most = h // 8
    rows = torch.randint(0, 2 * most + 1, (n, 1)) + torch.arange(h)
    columns = torch.randint(0, 2 * most + 1, (n, 1)) + torch.arange(w)
    x = F.pad(x, (most, most, most, most)).permute(0, 2, 3, 1)
    return x[torch.arange(n)[:, None, None], rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


def train(images, seconds, seed, batch=8, rate=2e-4):
    """images (N, 3, 64, 64) in [-1, 1]. Returns the average of G after so many seconds, and the steps."""
    torch.manual_seed(seed)
    g, d = Generator(), Discriminator()
    average = copy.deepcopy(g).requires_grad_(False)
    adams = [torch.optim.Adam(net.parameters(), rate, (0.5, 0.999)) for net in (g, d)]
    begun, steps = time.monotonic(), 0
    while time.monotonic() - begun < seconds:
        real = images[torch.randint(0, len(images), (batch,))]
        fake = g(torch.randn(batch, LATENT))
        seen = changed(real)
        loss = F.relu(1 - d(seen)).mean() + F.relu(1 + d(changed(fake.detach()))).mean()
        loss = loss + sum(F.l1_loss(made, wanted) for made, wanted in d.rebuild(seen))
        for adam, part in ((adams[1], loss), (adams[0], None)):
            part = -d(changed(fake)).mean() if part is None else part
            adam.zero_grad()
            part.backward()
            adam.step()
        steps += 1
        with torch.no_grad():
            for mine, its in zip(average.state_dict().values(), g.state_dict().values()):
                mine.lerp_(its, 0.001) if mine.is_floating_point() else mine.copy_(its)
    return average, steps


def sample(g, count, seed):
    torch.manual_seed(seed)
    g.eval()
    with torch.no_grad():
        return torch.cat([g(torch.randn(min(50, count - at), LATENT)) for at in range(0, count, 50)])
