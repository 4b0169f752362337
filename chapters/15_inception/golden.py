#!/usr/bin/env python3
"""golden.py OUT.safetensors: GoogLeNet as published, of 48x48 pixels and 10 classes, in PyTorch, for golden_test.cpp."""
import pathlib
import sys

import torch
from torch import nn

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "common" / "testing"))
import golden_network  # noqa: E402


def layer(channels, filters, kernel, stride=1):
    return [nn.Conv2d(channels, filters, kernel, stride, kernel // 2), nn.ReLU()]


class Module(nn.Module):
    def __init__(self, channels, one, three_reduced, three, five_reduced, five, pooled):
        super().__init__()
        self.branches = nn.ModuleList([
            nn.Sequential(*layer(channels, one, 1)),
            nn.Sequential(*layer(channels, three_reduced, 1), *layer(three_reduced, three, 3)),
            nn.Sequential(*layer(channels, five_reduced, 1), *layer(five_reduced, five, 5)),
            nn.Sequential(nn.MaxPool2d(3, 1, 1), *layer(channels, pooled, 1))])

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], 1)


def googlenet():
    def pool():
        return nn.MaxPool2d(3, 2, ceil_mode=True)

    def norm():
        return nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2)  # PyTorch divides alpha by 5

    return nn.Sequential(
        *layer(3, 64, 7, 2), pool(), norm(), *layer(64, 64, 1), *layer(64, 192, 3), norm(), pool(),
        Module(192, 64, 96, 128, 16, 32, 32), Module(256, 128, 128, 192, 32, 96, 64), pool(),
        Module(480, 192, 96, 208, 16, 48, 64), Module(512, 160, 112, 224, 24, 64, 64),
        Module(512, 128, 128, 256, 24, 64, 64), Module(512, 112, 144, 288, 32, 64, 64),
        Module(528, 256, 160, 320, 32, 128, 128), pool(),
        Module(832, 256, 160, 320, 32, 128, 128), Module(832, 384, 192, 384, 48, 128, 128),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(1024, 10))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: golden.py OUT.safetensors")
    golden_network.save(sys.argv[1], googlenet(), (3, 48, 48))
