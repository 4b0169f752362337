#!/usr/bin/env python3
"""golden.py OUT.safetensors: MobileNet of width 0.25, 64x64 pixels and 10 classes in PyTorch, for golden_test.cpp."""
import pathlib
import sys
from collections import OrderedDict

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


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: golden.py OUT.safetensors")
    golden_network.save(sys.argv[1], mobilenet(0.25, 10), (3, 64, 64))
