"""What PyTorch makes of a network whose weights and image are sines: written for golden_network.cpp to read.

A chapter's golden.py calls save(path, net, (channels, rows, columns)).
"""
import copy
import json
import math
import struct
import sys

import torch


def sines(shape, step, phase):
    count = torch.Size(shape).numel()
    return torch.sin(step * torch.arange(count, dtype=torch.float64) + phase).reshape(shape)


def draw(net):
    """Fills every parameter and statistic, in the order of the state dict."""
    phase = 0
    for name, tensor in net.state_dict().items():
        if name.endswith("num_batches_tracked"):
            continue
        if tensor.dim() > 1:
            middle, around = 0.0, math.sqrt(2 / (tensor.numel() // tensor.shape[0]))
        elif name.endswith(("running_var", ".weight")):
            middle, around = 1.0, 0.25
        else:
            middle, around = 0.0, 0.1
        tensor.copy_((middle + around * sines(tensor.shape, 1.3, phase)).float())
        phase += 1


def write(path, arrays):
    """A safetensors file, in float."""
    header, parts, end = {}, [], 0
    for name, array in arrays.items():
        parts.append(array.detach().float().contiguous().numpy().tobytes())
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [end, end + len(parts[-1])]}
        end += len(parts[-1])
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.writelines(parts)


def measure(net, image, dtype):
    """Logits, and the gradient for the image of their sum, each times a sine."""
    net = copy.deepcopy(net).to(dtype)
    image = image.to(dtype, copy=True).requires_grad_()
    logits = net(image)
    (logits * sines(logits.shape, 1.7, 0).float().to(dtype)).sum().backward()
    return logits.detach().double(), image.grad.double()


def jittered(net):
    """A copy whose weights are off by up to a rounding."""
    net = copy.deepcopy(net)
    with torch.no_grad():
        for p in net.parameters():
            p.mul_(1 + 1.2e-7 * (2 * torch.rand_like(p) - 1))
    return net


def save(path, net, shape, training=False, count=2):
    """What `net` makes of the first images at which no ReLU stands so near zero that a rounding in float would switch it,
    here or on another machine.  In double, so that it is exact.
    """
    torch.set_num_threads(1)
    torch.manual_seed(0)
    net.train(training)
    with torch.no_grad():
        draw(net)
    for phase in range(100):
        image = sines((count, *shape), 0.37, phase).float()
        logits, gradient = measure(net, image, torch.float64)
        rounded = (measure(n, image, torch.float32)[1] for n in [net] + [jittered(net) for _ in range(6)])
        if all((r - gradient).abs().max() < 1e-4 * gradient.abs().max() for r in rounded):
            break
    else:
        sys.exit(f"{path}: every image has a ReLU at zero")
    return write(path, {"logits": logits, "image_gradient": gradient, "phase": torch.tensor([float(phase)])})
