#!/usr/bin/env python3
"""golden.py FOLDER: torchvision's AlexNet and the paper's, of 67x67 pixels, 10 classes and 64 units, for golden_test.cpp."""
import pathlib
import sys

import torchvision
from torch import nn

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "common" / "testing"))
import golden_network  # noqa: E402


def torchvisions(units):
    net = torchvision.models.alexnet(num_classes=10)
    net.classifier[1], net.classifier[4] = nn.Linear(9216, units), nn.Linear(units, units)
    net.classifier[6] = nn.Linear(units, 10)
    net.train(False)
    return net


def as_published(units):
    def norm():
        return nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2)  # PyTorch divides alpha by 5

    return nn.Sequential(
        nn.Conv2d(3, 96, 11, stride=4), nn.ReLU(), norm(), nn.MaxPool2d(3, 2),
        nn.Conv2d(96, 256, 5, padding=2, groups=2), nn.ReLU(), norm(), nn.MaxPool2d(3, 2),
        nn.Conv2d(256, 384, 3, padding=1), nn.ReLU(),
        nn.Conv2d(384, 384, 3, padding=1, groups=2), nn.ReLU(),
        nn.Conv2d(384, 256, 3, padding=1, groups=2), nn.ReLU(), nn.MaxPool2d(3, 2), nn.Flatten(),
        nn.Linear(256, units), nn.ReLU(), nn.Linear(units, units), nn.ReLU(), nn.Linear(units, 10))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: golden.py FOLDER")
    folder = pathlib.Path(sys.argv[1])
    golden_network.save(folder / "alexnet.safetensors", torchvisions(64), (3, 67, 67))
    golden_network.save(folder / "alexnet_2012.safetensors", as_published(64), (3, 67, 67))
