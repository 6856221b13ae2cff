# SPDX-License-Identifier: MIT
"""PyTorch on generative adversarial networks: those of problems/gan, and a step of both players at once."""

import math

import torch
from peer_serve import Unable
from torch import nn
from torch.nn import functional


class Normalized(nn.Module):
    """Spectral normalization with a gain, one power iteration a step: all passes of a step share it, as in lerp."""

    def __init__(self, inner, gain):
        super().__init__()
        self.inner, self.gain = inner, gain
        self.u = functional.normalize(torch.randn(inner.weight.shape[0]), dim=0)

    def renew(self):
        matrix = self.inner.weight.flatten(1)
        with torch.no_grad():
            v = functional.normalize(matrix.t() @ self.u, dim=0)
            self.u = functional.normalize(matrix @ v, dim=0)
        self.effective = self.inner.weight * (self.gain / (self.u @ (matrix @ v)))

    def forward(self, x):
        if isinstance(self.inner, nn.Linear):
            return functional.linear(x, self.effective, self.inner.bias)
        return functional.conv2d(x, self.effective, self.inner.bias, padding=self.inner.padding)


class Sum(nn.Module):
    def __init__(self, way, shortcut):
        super().__init__()
        self.way, self.shortcut = way, shortcut

    def forward(self, x):
        return self.way(x) + self.shortcut(x)


class PixelMean(nn.Module):
    def forward(self, x):
        return x.mean((2, 3))


def initialized(layer):
    nn.init.xavier_uniform_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


def linear(inputs, outputs, gain=0):
    made = initialized(nn.Linear(inputs, outputs))
    return Normalized(made, gain) if gain > 0 else made


def convolution(inputs, outputs, kernel=3, gain=0):
    made = initialized(nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2))
    return Normalized(made, gain) if gain > 0 else made


def up_block(width):
    way = [nn.BatchNorm2d(width), nn.ReLU(), nn.Upsample(scale_factor=2), convolution(width, width)]
    way += [nn.BatchNorm2d(width), nn.ReLU(), convolution(width, width)]
    return Sum(nn.Sequential(*way), nn.Upsample(scale_factor=2))


def down_block(inputs, width, first, halves, gain, slope):
    way = [] if first else [nn.LeakyReLU(slope)]
    way += [convolution(inputs, width, 3, gain), nn.LeakyReLU(slope), convolution(width, width, 3, gain)]
    shortcut = nn.Identity()
    if halves:
        way.append(nn.AvgPool2d(2))
        shortcut = nn.Sequential(nn.AvgPool2d(2), convolution(inputs, width, 1, gain))
    return Sum(nn.Sequential(*way), shortcut)


def residual_pair(v):
    width, gain, slope = v["width"], v["gain"], v["slope"]
    generator = [linear(v["latent"], width * 16), nn.Unflatten(1, (width, 4, 4))]
    generator += [up_block(width) for _ in range(3)]
    generator += [nn.BatchNorm2d(width), nn.ReLU(), convolution(width, 3), nn.Tanh()]
    discriminator = [down_block(3, width, True, True, gain, slope)]
    discriminator += [down_block(width, width, False, halves, gain, slope) for halves in (True, False, False)]
    discriminator += [nn.LeakyReLU(slope), PixelMean(), linear(width, 1, gain)]
    return nn.Sequential(*generator), nn.Sequential(*discriminator)


def multilayer_pair(v):
    width, gain, slope = v["width"], v["gain"], v["slope"]
    generator = [linear(v["latent"], width), nn.ReLU(), linear(width, width), nn.ReLU(), linear(width, 2)]
    discriminator = [linear(2, width, gain), nn.LeakyReLU(slope), linear(width, width, gain), nn.LeakyReLU(slope)]
    return nn.Sequential(*generator), nn.Sequential(*discriminator, linear(width, 1, gain))


class Ring:
    def batch(self, size):
        angle = torch.randint(8, (size,)) * (math.pi / 4)
        return 2 * torch.stack((torch.cos(angle), torch.sin(angle)), 1) + 0.05 * torch.randn(size, 2)


class Images:
    """As many as are usual, of noise: what they show costs no time."""

    def __init__(self):
        self.bytes = torch.randint(256, (5000, 3, 32, 32), dtype=torch.uint8)

    def batch(self, size):
        chosen = self.bytes[torch.randint(len(self.bytes), (size,))].float() / 127.5 - 1
        mirrored = torch.rand(size, 1, 1, 1) < 0.5
        return torch.where(mirrored, chosen.flip(3), chosen)


KNOWN = {"residual": (residual_pair, Images, ("shapes", "cifar10")), "multilayer": (multilayer_pair, Ring, ("ring",))}


def check(task):
    v = task.values
    pair = KNOWN.get(v["networks"])
    if pair is None or v["data"] not in pair[2]:
        raise Unable("this peer trains residual networks on images and multilayer ones on the ring")
    if task.method != "gda" or v["loss"] != "hinge" or v["ratio"] != 1 or v["clip"] > 0:
        raise Unable("this peer trains by gda with the hinge loss, without ratio and clip")
    return pair


class Networks:
    evaluations = 1

    def __init__(self, task):
        self.task = task
        self.make, data, _ = check(task)
        self.data = data()
        self.restart()
        counts = [sum(p.numel() for p in net.parameters()) for net in self.nets]
        if counts != task.parameters:
            raise Unable(
                "these networks have {} and {} parameters here, and {} and {} in lerp".format(*counts, *task.parameters)
            )

    def restart(self):
        self.nets = self.make(self.task.values)
        self.own = [list(net.parameters()) for net in self.nets]
        self.normalized = [layer for layer in self.nets[1].modules() if isinstance(layer, Normalized)]

    def gradients(self):
        generator, discriminator = self.nets
        size = self.task.values["batch"]
        for layer in self.normalized:
            layer.renew()
        real = discriminator(self.data.batch(size))
        fake = discriminator(generator(torch.randn(size, self.task.values["latent"])))
        loss = functional.relu(1 - real).mean() + functional.relu(1 + fake).mean()
        of_discriminator = torch.autograd.grad(loss, self.own[1], retain_graph=True)
        return torch.autograd.grad(-fake.mean(), self.own[0]), of_discriminator

    def residual(self):
        return math.sqrt(sum(float((g * g).sum()) for part in self.gradients() for g in part))

    @torch.no_grad()
    def move(self, gradients):
        for parameters, part in zip(self.own, gradients):
            for p, g in zip(parameters, part):
                p.sub_(g, alpha=self.task.gamma)

    def step(self):
        self.move(self.gradients())
