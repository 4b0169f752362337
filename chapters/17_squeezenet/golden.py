#!/usr/bin/env python3
"""golden.py OUT.safetensors: torchvision's SqueezeNet 1.1 of 64x64 pixels and 10 classes, for golden_test.cpp."""
import pathlib
import sys

import torchvision

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "common" / "testing"))
import golden_network  # noqa: E402

if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: golden.py OUT.safetensors")
    golden_network.save(sys.argv[1], torchvision.models.squeezenet1_1(num_classes=10), (3, 64, 64))
