#!/usr/bin/env python3
"""torch_networks.py build/cnn build/cnn_tests [NET...]: torchvision's networks at full size beside this book's.

For each network that both have: random weights, a random image, and what PyTorch makes of them in double, logits and the
image's gradient, written to a folder that torch_test.cpp reads; then the test runs on it.
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


def draw(net, image):
    """Gives `net` numbers that tell parameters apart, and the scales of trained networks: every map is normalised, and a
    residual branch adds less than the skip beside it; or else depth would multiply roundings as it does numbers."""
    torch.manual_seed(0)
    with torch.no_grad():
        for parameter in net.parameters():
            if parameter.dim() == 1:  # as built, all 0 or all 1
                parameter.add_(0.1 * torch.randn_like(parameter))
        for module in net.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.momentum = 1.0
                module.weight.mul_(0.2)
        net.train()(torch.cat([image, torch.randn_like(image)]))
    return net.eval()


def save(folder, name):
    """What PyTorch makes of network `name`: the file NAME.safetensors, and its weights in the folder `weights`."""
    side = SIDES.get(name, 224)
    torch.manual_seed(1)
    image = torch.randn(1, 3, side, side)
    net = draw(torchvision.models.get_model(name, **OPTIONS.get(name, {})), image)
    logits, gradient = golden_network.measure(net, image, torch.float64)
    # At ties of ReLUs and maxima a rounding decides: how far do roundings move PyTorch's own gradient, by length?
    others = [golden_network.measure(n, image, torch.float32)[1]
              for n in (net, golden_network.jittered(net), golden_network.jittered(net))]
    moved = max((other - gradient).norm() / gradient.norm() for other in others)
    weights = {key: value for key, value in net.state_dict().items() if not key.endswith("num_batches_tracked")}
    golden_network.write(folder / "weights" / f"{name}.safetensors", weights)
    golden_network.write(folder / f"{name}.safetensors", {"image": image, "logits": logits, "image_gradient": gradient,
                                                          "moved": moved.reshape(1)})


def main(cnn, tests, names):
    failed = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        (folder / "weights").mkdir()
        for name in names or torchvision.models.list_models(torchvision.models):
            if not known(cnn, name):
                continue
            start = time.monotonic()
            save(folder, name)
            done = subprocess.run([tests, "--test-case=*torchvision at full size*", "--minimal"],
                                  env=dict(os.environ, CNN_TORCH=folder), check=False)
            for file in folder.rglob("*.safetensors"):
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
