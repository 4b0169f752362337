#!/usr/bin/env python3
"""golden.py OUT.safetensors: VGG-11 of 32x32 pixels and 10 classes in PyTorch, for golden_test.cpp."""
import pathlib
import sys

from torch import nn

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "common" / "testing"))
import golden_network  # noqa: E402

STAGES = [[64], [128], [256, 256], [512, 512], [512, 512]]


def vgg11(classes, units):
    layers, channels = [], 3
    for stage in STAGES:
        for filters in stage:
            layers += [nn.Conv2d(channels, filters, 3, padding=1), nn.ReLU()]
            channels = filters
        layers.append(nn.MaxPool2d(2))
    net = nn.Sequential()
    net.add_module("features", nn.Sequential(*layers))
    net.add_module("flatten", nn.Flatten())
    net.add_module("classifier", nn.Sequential(
        nn.Linear(512, units), nn.ReLU(), nn.Dropout(), nn.Linear(units, units), nn.ReLU(), nn.Dropout(),
        nn.Linear(units, classes)))
    return net


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: golden.py OUT.safetensors")
    golden_network.save(sys.argv[1], vgg11(classes=10, units=64), (3, 32, 32))
