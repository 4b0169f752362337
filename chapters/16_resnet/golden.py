#!/usr/bin/env python3
"""golden.py FOLDER: three networks in PyTorch, for golden_test.cpp.

resnet18.safetensors: torchvision's ResNet-18 of 64x64 pixels and 10 classes, in inference;
googlenet.safetensors: torchvision's GoogLeNet of 48x48 pixels and 10 classes;
resnet8_training.safetensors: one block a stage for CIFAR-10, normalised by its batch.
"""
import pathlib
import sys

import torch
import torchvision
from torch import nn
from torch.nn import functional

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "common" / "testing"))
import golden_network  # noqa: E402


class Block(nn.Module):
    def __init__(self, channels, filters, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, filters, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(filters)
        self.conv2 = nn.Conv2d(filters, filters, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(filters)
        self.stride, self.new = stride, filters - channels

    def forward(self, x):
        y = torch.relu(self.bn1(self.conv1(x)))
        shortcut = functional.pad(x[:, :, ::self.stride, ::self.stride], (0, 0, 0, 0, self.new // 2, self.new // 2))
        return torch.relu(self.bn2(self.conv2(y)) + shortcut)


class ResNet8(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.layer1, self.layer2, self.layer3 = (nn.Sequential(Block(*sizes)) for sizes in
                                                 ((16, 16, 1), (16, 32, 2), (32, 64, 2)))
        self.linear = nn.Linear(64, 10)

    def forward(self, x):
        x = torch.relu(self.bn1(self.conv1(x)))
        return self.linear(self.layer3(self.layer2(self.layer1(x))).mean((2, 3)))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: golden.py FOLDER")
    folder = pathlib.Path(sys.argv[1])
    golden_network.save(folder / "resnet18.safetensors", torchvision.models.resnet18(num_classes=10), (3, 64, 64))
    google = torchvision.models.googlenet(num_classes=10, aux_logits=False, init_weights=False)
    golden_network.save(folder / "googlenet.safetensors", google, (3, 48, 48))
    golden_network.save(folder / "resnet8_training.safetensors", ResNet8(), (3, 32, 32), training=True)
