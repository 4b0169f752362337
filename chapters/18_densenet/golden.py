#!/usr/bin/env python3
"""golden.py OUT.safetensors: torchvision's DenseNet of two small blocks and 64x64 pixels, for golden_test.cpp."""
import pathlib
import sys

import torchvision

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "common" / "testing"))
import golden_network  # noqa: E402

if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: golden.py OUT.safetensors")
    net = torchvision.models.DenseNet(growth_rate=8, block_config=(3, 2), num_init_features=16, num_classes=10)
    golden_network.save(sys.argv[1], net, (3, 64, 64))
