#!/usr/bin/env python3
"""golden.py OUT.safetensors: a U-Net of three narrow levels in PyTorch, without padding, for golden_test.cpp."""
import pathlib
import sys

import torch
from torch import nn

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "common" / "testing"))
import golden_network  # noqa: E402


def pair(inputs, filters):
    return nn.Sequential(nn.Conv2d(inputs, filters, 3), nn.ReLU(), nn.Conv2d(filters, filters, 3), nn.ReLU())


class UNet(nn.Module):
    def __init__(self, channels, widths, classes):
        super().__init__()
        inputs = [channels, *widths]
        self.down = nn.ModuleList(pair(inputs[k], widths[k]) for k in range(len(widths)))
        self.up = nn.ModuleList()
        for k in reversed(range(len(widths) - 1)):
            self.up.append(nn.ConvTranspose2d(widths[k + 1], widths[k], 2, stride=2))
            self.up.append(pair(2 * widths[k], widths[k]))
        self.classes = nn.Conv2d(widths[0], classes, 1)

    def forward(self, x):
        kept = []
        for layers in self.down[:-1]:
            kept.append(layers(x))
            x = nn.functional.max_pool2d(kept[-1], 2)
        x = self.down[-1](x)
        for upward, layers in zip(self.up[0::2], self.up[1::2]):
            x, whole = upward(x), kept.pop()
            top, left = ((whole.shape[k] - x.shape[k]) // 2 for k in (2, 3))
            middle = whole[:, :, top:top + x.shape[2], left:left + x.shape[3]]
            x = layers(torch.cat([middle, x], 1))
        return self.classes(x)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: golden.py OUT.safetensors")
    golden_network.save(sys.argv[1], UNet(3, [6, 10, 14], 4), (3, 44, 44))
