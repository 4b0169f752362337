#!/usr/bin/env python3
"""explanations_pytorch.py build/bench_29_grad_cam RESULTS.json: explanations of a ResNet-18 beside PyTorch's, in turn.

Saliency is a pass forward and one back to the picture; Grad-CAM at the last stage is a pass forward and a step back.
PyTorch gets no gradient for any weight and keeps nothing before the layer.  Both are warm: they explain picture after
picture with weights that stay.  PyTorch runs torchvision's module in eval() as it is.  Ours has its normalisation folded
into the filters, its 3x3 layers of stride 1 run by Winograd's algorithm forward and back, and its filters are packed once
for either direction.  A test holds the maps to those of the plain network to a thousandth of their maximum.  Writes both in Google Benchmark's form, so table.py shows them.
"""
import json
import sys
import time

from peer import ours, python_with_torch, pytorch, thread_counts, write
from samples import fail, number

METHODS, ROUNDS, REPEATS = ("saliency", "grad_cam"), 2, 5


def name(method, who, threads):
    return f"resnet18/{method}/{who}/b1/t{threads}"


def worker(threads):
    """Explains in this process; prints the seconds of each call as JSON."""
    import torch
    import torchvision
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    net = torchvision.models.resnet18().eval().requires_grad_(False)
    picture = torch.randn(1, 3, 224, 224)
    stages = torch.nn.Sequential(*list(net.children())[:-2])

    def saliency():
        x = picture.clone().requires_grad_(True)
        gradient, = torch.autograd.grad(net(x)[0, 7], x)
        return gradient.abs().amax(1)

    def grad_cam():
        maps = stages(picture).requires_grad_(True)
        score = net.fc(torch.flatten(net.avgpool(maps), 1))[0, 7]
        gradient, = torch.autograd.grad(score, maps)
        return torch.relu((gradient.mean((2, 3), keepdim=True) * maps.detach()).sum(1))

    samples = {}
    for method, call in zip(METHODS, (saliency, grad_cam)):
        call()
        for _ in range(REPEATS):
            start = time.perf_counter()
            call()
            samples.setdefault(method, []).append(time.perf_counter() - start)
    print(json.dumps({"seconds": samples, "torch": torch.__version__}))


def main(binary, results):
    python = python_with_torch()
    context, samples = {}, {}
    for threads in thread_counts():
        mine = {method: name(method, "optimized", threads) for method in METHODS}
        for turn in range(ROUNDS):
            context, times = ours(binary, list(mine.values()), REPEATS, "--benchmark_min_time=0.05")
            theirs = pytorch(python, [threads], {"OMP_NUM_THREADS": threads})
            for method in METHODS:
                samples.setdefault(mine[method], []).extend(times[mine[method]])
                samples.setdefault(name(method, "pytorch", threads), []).extend(theirs["seconds"][method])
            print(f"{threads} threads, round {turn + 1} of {ROUNDS}, PyTorch {theirs['torch']}", file=sys.stderr)

    timings = write(results, context, samples)
    for threads in thread_counts():
        for method in METHODS:
            here, there = timings[name(method, "optimized", threads)], timings[name(method, "pytorch", threads)]
            print(f"{method}, {threads} thread{'s' * (threads > 1)}: {number(here.ms)} ms here, "
                  f"{number(there.ms)} ms in PyTorch: {there.ms / here.ms:.2f} times as fast")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--worker"]:
        worker(int(sys.argv[2]))
    elif len(sys.argv) == 3:
        main(*sys.argv[1:])
    else:
        fail("usage: explanations_pytorch.py build/bench_29_grad_cam RESULTS.json")
