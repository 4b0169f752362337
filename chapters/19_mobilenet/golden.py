#!/usr/bin/env python3
"""golden.py FOLDER: three networks of width 0.25, 64x64 pixels and 10 classes in PyTorch, for golden_test.cpp.

mobilenet_v1_0.25.safetensors, torchvision's mobilenet_v2_0.25.safetensors, xception_0.25.safetensors.
"""
import pathlib
import sys
from collections import OrderedDict

import torchvision
from torch import nn

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "common" / "testing"))
import golden_network  # noqa: E402

BLOCKS = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)] + [(512, 1)] * 5 + [(1024, 2), (1024, 1)]


def mobilenet(width, classes):
    layers, channels = [], int(32 * width)

    def add(convolution):
        layers.extend([convolution, nn.BatchNorm2d(convolution.out_channels), nn.ReLU6()])

    add(nn.Conv2d(3, channels, 3, 2, 1, bias=False))
    for filters, stride in BLOCKS:
        add(nn.Conv2d(channels, channels, 3, stride, 1, groups=channels, bias=False))
        add(nn.Conv2d(channels, int(filters * width), 1, bias=False))
        channels = int(filters * width)
    return nn.Sequential(OrderedDict(features=nn.Sequential(*layers), pool=nn.AdaptiveAvgPool2d(1),
                                     flat=nn.Flatten(), fc=nn.Linear(channels, classes)))


def separable(channels, filters):
    return nn.Sequential(nn.Conv2d(channels, channels, 3, 1, 1, groups=channels, bias=False),
                         nn.Conv2d(channels, filters, 1, bias=False), nn.BatchNorm2d(filters))


class Block(nn.Module):
    """Separable convolutions with a ReLU in front of each, beside a shortcut; halved where `filters` has two."""

    def __init__(self, channels, filters):
        super().__init__()
        layers, end = [], filters[-1]
        self.halved = len(filters) == 2
        for before, after in zip([channels] + filters, filters):
            layers += [nn.ReLU(), separable(before, after)]
        if self.halved:
            layers += [nn.MaxPool2d(3, 2, 1)]
        self.layers = nn.Sequential(*layers)
        if self.halved:
            self.shortcut = nn.Sequential(nn.Conv2d(channels, end, 1, 2, bias=False), nn.BatchNorm2d(end))

    def forward(self, x):
        return self.layers(x) + (self.shortcut(x) if self.halved else x)


def xception(width, classes):
    a, b, c, d, wide, e, f, g = (int(n * width) for n in (32, 64, 128, 256, 728, 1024, 1536, 2048))
    return nn.Sequential(nn.Conv2d(3, a, 3, 2, bias=False), nn.BatchNorm2d(a), nn.ReLU(),
                         nn.Conv2d(a, b, 3, bias=False), nn.BatchNorm2d(b), nn.ReLU(),
                         Block(b, [c, c]), Block(c, [d, d]), Block(d, [wide, wide]),
                         *(Block(wide, [wide] * 3) for _ in range(8)), Block(wide, [wide, e]),
                         separable(e, f), nn.ReLU(), separable(f, g), nn.ReLU(),
                         nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(g, classes))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: golden.py FOLDER")
    folder = pathlib.Path(sys.argv[1])
    golden_network.save(folder / "mobilenet_v1_0.25.safetensors", mobilenet(0.25, 10), (3, 64, 64))
    golden_network.save(folder / "mobilenet_v2_0.25.safetensors",
                        torchvision.models.mobilenet_v2(width_mult=0.25, num_classes=10), (3, 64, 64))
    golden_network.save(folder / "xception_0.25.safetensors", xception(0.25, 10), (3, 64, 64))
