#!/usr/bin/env python3
"""golden_step.py OUT.safetensors: two steps of PyTorch's SGD on LeNet-5, for golden_test.cpp to hold this library to.

Weights and images are sines of their index, so the file needs none of them: only the losses, the logits, and of each
gradient and each weight after the second step as many numbers as KEEP.
"""
import pathlib
import sys

import torch
from torch import nn

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "common" / "testing"))
import golden_network  # noqa: E402

BATCH, KEEP = 8, 2400


def sines(shape, step, phase, scale):
    return (scale * golden_network.sines(shape, step, phase)).float()


class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 6, 5, padding=2), nn.Conv2d(6, 16, 5)
        self.fc1, self.fc2, self.fc3 = nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10)

    def forward(self, x):
        x = (x - 0.2860) / 0.3530
        x = nn.functional.max_pool2d(torch.relu(self.conv1(x)), 2)
        x = nn.functional.max_pool2d(torch.relu(self.conv2(x)), 2)
        return self.fc3(torch.relu(self.fc2(torch.relu(self.fc1(x.flatten(1))))))


def main(path):
    torch.set_num_threads(1)
    net = LeNet5()
    with torch.no_grad():
        for k, parameter in enumerate(net.parameters()):
            fan_in = parameter[0].numel() if parameter.dim() > 1 else parameter.numel()
            parameter.copy_(sines(parameter.shape, 1.3, k, fan_in ** -0.5))
    images = 0.5 + sines((BATCH, 1, 28, 28), 0.37, 0, 0.5)
    labels = torch.arange(BATCH) * 7 % 10

    optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
    arrays, losses = {}, []
    for step in range(2):
        optimizer.zero_grad()
        logits = net(images)
        loss = nn.functional.cross_entropy(logits, labels)
        loss.backward()
        losses.append(loss.detach())
        if step == 0:
            arrays["logits"] = logits
            for name, parameter in net.named_parameters():
                arrays["gradient." + name] = parameter.grad.flatten()[:KEEP].clone()
        optimizer.step()
    for name, parameter in net.named_parameters():
        arrays["after." + name] = parameter.flatten()[:KEEP]
    arrays["losses"] = torch.stack(losses)
    golden_network.write(path, arrays)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: golden_step.py OUT.safetensors")
    main(sys.argv[1])
