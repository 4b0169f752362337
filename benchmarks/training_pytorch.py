#!/usr/bin/env python3
"""training_pytorch.py lenet5|resnet20 build/bench_NN_topic RESULTS.json: a network's training beside PyTorch's, in turn.

The same work on both sides: batches drawn in random order from images in memory, forward, backward, a step of SGD with
momentum 0.9.  Writes PyTorch's samples in Google Benchmark's form, so table.py shows both.
"""
import json
import os
import sys
import time

from peer import ours, python_with_torch, pytorch, thread_counts, write
from samples import fail, number

ROUNDS = 3
BATCH, STEPS = {"lenet5": 64, "resnet20": 128}, {"lenet5": 50, "resnet20": 10}  # of a round


def lenet5():
    from torch import nn
    return nn.Sequential(nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
                         nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
                         nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)), (1, 28, 28)


def resnet20():
    from torch import nn
    from torch.nn import functional

    class Block(nn.Module):
        """Two 3x3 convolutions, plus every second pixel and zeros for new channels where the shape changes."""

        def __init__(self, channels, filters):
            super().__init__()
            self.stride, self.new = filters // channels, filters - channels
            self.conv1 = nn.Conv2d(channels, filters, 3, stride=self.stride, padding=1, bias=False)
            self.conv2 = nn.Conv2d(filters, filters, 3, padding=1, bias=False)
            self.bn1, self.bn2 = nn.BatchNorm2d(filters), nn.BatchNorm2d(filters)

        def forward(self, x):
            f = self.bn2(self.conv2(functional.relu(self.bn1(self.conv1(x)))))
            if self.new:
                x = functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.new // 2, self.new // 2))
            return functional.relu(x + f)

    widths = [16] * 4 + [32] * 3 + [64] * 3
    return nn.Sequential(nn.Conv2d(3, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU(),
                         *(Block(*pair) for pair in zip(widths, widths[1:])),
                         nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10)), (3, 32, 32)


def name(net, who, threads):
    return f"{net}/training/{who}/b{BATCH[net]}/t{threads}"


def blas():
    """The BLAS that PyTorch calls: the library that is loaded, not the one that is installed."""
    with open("/proc/self/maps", encoding="utf-8") as maps:
        files = {line.split()[-1] for line in maps if "blas" in line or "mkl" in line}
    return ", ".join(sorted(os.path.realpath(file) for file in files))


def worker(which_net, threads):
    """Trains in this process; prints the seconds of a step and the BLAS as JSON."""
    import torch
    from torch import nn
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    net, size = {"lenet5": lenet5, "resnet20": resnet20}[which_net]()
    batch, steps = BATCH[which_net], STEPS[which_net]
    images, labels = torch.rand(batch * steps, *size), torch.randint(10, (batch * steps,))
    loss_of, optimizer = nn.CrossEntropyLoss(), torch.optim.SGD(net.parameters(), lr=0.02, momentum=0.9)

    def epoch():
        order = torch.randperm(len(labels))
        for first in range(0, len(order), batch):
            which = order[first:first + batch]
            optimizer.zero_grad()
            loss = loss_of(net(images[which]), labels[which])
            loss.backward()
            optimizer.step()
            loss.item()

    epoch()
    samples = []
    for _ in range(3):
        start = time.perf_counter()
        epoch()
        samples.append((time.perf_counter() - start) / steps)
    print(json.dumps({"seconds": samples, "blas": blas(), "torch": torch.__version__}))


def main(net, binary, results):
    python = python_with_torch()

    def theirs(threads, blas_threads):
        return pytorch(python, [net, threads], {"OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": blas_threads})

    found = theirs(1, 1)["blas"]
    print(f"PyTorch's BLAS: {found}")
    if "openblas" not in found and "mkl" not in found:
        fail("that is the reference BLAS: PyTorch trains at half its speed with it, and we would look too good; "
             "apt install libopenblas0-pthread")
    context, samples = {}, {}
    for threads in thread_counts():
        mine = name(net, "optimized", threads)
        for turn in range(ROUNDS):
            context, times = ours(binary, [mine], 3)
            samples.setdefault(mine, []).extend(times[mine])
            # OpenBLAS with threads of its own, beside PyTorch's, would only get in their way.
            times = theirs(threads, 1 if "pthread" in found else threads)
            samples.setdefault(name(net, "pytorch", threads), []).extend(times["seconds"])
            print(f"{threads} threads, round {turn + 1} of {ROUNDS}", file=sys.stderr)

    timings = write(results, context, samples)
    for threads in thread_counts():
        here, there = timings[name(net, "optimized", threads)], timings[name(net, "pytorch", threads)]
        print(f"{threads} thread{'s' * (threads > 1)}: {number(BATCH[net] / here.ms * 1e3)} images/s here, "
              f"{number(BATCH[net] / there.ms * 1e3)} in PyTorch: {there.ms / here.ms:.2f} times as fast")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--worker"]:
        worker(sys.argv[2], int(sys.argv[3]))
    elif len(sys.argv) == 4 and sys.argv[1] in BATCH:
        main(*sys.argv[1:])
    else:
        fail("usage: training_pytorch.py lenet5|resnet20 build/bench_NN_topic RESULTS.json")
