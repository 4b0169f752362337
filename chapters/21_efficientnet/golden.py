#!/usr/bin/env python3
"""golden.py OUT.safetensors: torchvision's EfficientNet of four short stages and 64x64 pixels, for golden_test.cpp."""
import pathlib
import sys

from torchvision.models.efficientnet import EfficientNet, MBConvConfig

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "common" / "testing"))
import golden_network  # noqa: E402

if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: golden.py OUT.safetensors")
    scale = {"width_mult": 0.5, "depth_mult": 1.1}
    stages = [MBConvConfig(1, 3, 1, 32, 16, 1, **scale), MBConvConfig(6, 3, 2, 16, 24, 2, **scale),
              MBConvConfig(6, 5, 2, 24, 40, 1, **scale), MBConvConfig(6, 5, 1, 40, 56, 2, **scale)]
    golden_network.save(sys.argv[1], EfficientNet(stages, dropout=0.2, num_classes=10), (3, 64, 64))
