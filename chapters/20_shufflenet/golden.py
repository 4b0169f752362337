#!/usr/bin/env python3
"""golden.py FOLDER: two networks of 64x64 pixels and 10 classes in PyTorch, for golden_test.cpp.

shufflenet_v2_x0_5.safetensors: torchvision's; shufflenet_v1.safetensors: three groups, 48 channels in the first stage.
"""
import pathlib
import sys

import torch
import torchvision
from torch import nn
from torch.nn import functional

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "common" / "testing"))
import golden_network  # noqa: E402


def normalised(channels, filters, size, **options):
    return nn.Sequential(nn.Conv2d(channels, filters, size, padding=size // 2, bias=False, **options),
                         nn.BatchNorm2d(filters))


class Unit(nn.Module):
    def __init__(self, channels, filters, stride, groups, seen):
        super().__init__()
        self.groups, self.stride = groups, stride
        self.conv1 = normalised(channels, filters // 4, 1, groups=seen)
        self.depthwise = normalised(filters // 4, filters // 4, 3, stride=stride, groups=filters // 4)
        self.conv2 = normalised(filters // 4, filters if stride == 1 else filters - channels, 1, groups=groups)

    def forward(self, x):
        y = torch.relu(self.conv1(x))
        y = y.unflatten(1, (self.groups, -1)).transpose(1, 2).flatten(1, 2)
        y = self.conv2(self.depthwise(y))
        if self.stride == 1:
            return torch.relu(x + y)
        return torch.relu(torch.cat((functional.avg_pool2d(x, 3, 2, 1), y), 1))


class ShuffleNetV1(nn.Module):
    def __init__(self, groups, filters, classes):
        super().__init__()
        self.conv1 = normalised(3, 24, 3, stride=2)
        units, channels = [], 24
        for repeats in (4, 8, 4):
            for i in range(repeats):
                units.append(Unit(channels, filters, 1 if i else 2, groups, groups if units else 1))
                channels = filters
            filters *= 2
        self.units = nn.Sequential(*units)
        self.fc = nn.Linear(channels, classes)

    def forward(self, x):
        x = functional.max_pool2d(torch.relu(self.conv1(x)), 3, 2, 1)
        return self.fc(self.units(x).mean((2, 3)))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: golden.py FOLDER")
    folder = pathlib.Path(sys.argv[1])
    golden_network.save(folder / "shufflenet_v2_x0_5.safetensors",
                        torchvision.models.shufflenet_v2_x0_5(num_classes=10), (3, 64, 64))
    golden_network.save(folder / "shufflenet_v1.safetensors", ShuffleNetV1(3, 48, 10), (3, 64, 64))
