#!/usr/bin/env python3
"""torch_networks.py build/cnn build/cnn_tests [NET...]: torchvision's networks at full size beside this book's.

For each network that both have: weights and an image from sines, logits and the image's gradient in PyTorch, in double,
written to a folder that torch_test.cpp reads; then the test runs on it.
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import time

try:
    import torch  # noqa: F401
    import torchvision
except ImportError:
    sys.exit("torch_networks.py: no PyTorch or torchvision; `.ci/install peers` installs them")

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "common" / "testing"))
import golden_network  # noqa: E402

SIDES = {f"efficientnet_b{k}": side for k, side in enumerate((224, 240, 260, 300, 380, 456, 528, 600))}
OPTIONS = {"googlenet": {"init_weights": False, "aux_logits": False}}


def known(cnn, name):
    """Whether this book has a network of that name."""
    done = subprocess.run([cnn, "summary", name], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return done.returncode == 0


def main(cnn, tests, names):
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        for name in names or torchvision.models.list_models(torchvision.models):
            if not known(cnn, name):
                continue
            start = time.monotonic()
            file = pathlib.Path(folder) / f"{name}.safetensors"
            side = SIDES.get(name, 224)
            golden_network.save(file, torchvision.models.get_model(name, **OPTIONS.get(name, {})), (3, side, side),
                                count=1, settled=False)
            done = subprocess.run([tests, "--test-case=*torchvision at full size*", "--minimal"],
                                  env=dict(os.environ, CNN_TORCH=folder), check=False)
            file.unlink()
            print(f"{name}: {'equal' if done.returncode == 0 else 'DIFFERENT'} in {time.monotonic() - start:.0f} s",
                  flush=True)
            if done.returncode:
                failed.append(name)
    if failed:
        sys.exit(f"torch_networks.py: not as in torchvision: {', '.join(failed)}")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("usage: torch_networks.py build/cnn build/cnn_tests [NET...]")
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
