#!/usr/bin/env python3
"""explanations_pytorch.py build/bench_29_grad_cam RESULTS.json: explanations of a ResNet-18 beside PyTorch's, in turn.

Saliency is a pass forward and one back to the picture; Grad-CAM at the last stage is a pass forward and a step back.
PyTorch gets no gradient for any weight and keeps nothing before the layer.  Its normalisation stays as it is in eval(),
ours is folded into the filters.  Writes both in Google Benchmark's form, so table.py shows them.
"""
import json
import os
import subprocess
import sys
import tempfile
import time

from lenet_pytorch import python_with_torch
from samples import fail, number, read

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


def pytorch(python, threads):
    environment = dict(os.environ, OMP_NUM_THREADS=str(threads))
    done = subprocess.run([python, "-B", os.path.abspath(__file__), "--worker", str(threads)], env=environment,
                          stdout=subprocess.PIPE, check=False)
    if done.returncode:
        fail("PyTorch failed; what it says is above")
    return json.loads(done.stdout)


def ours(binary, threads):
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        wanted = "|".join(name(method, "optimized", threads) for method in METHODS)
        done = subprocess.run([binary, f"--benchmark_filter=^({wanted})$", f"--benchmark_repetitions={REPEATS}",
                               "--benchmark_min_time=0.05", f"--benchmark_out={file.name}"],
                              stdout=subprocess.DEVNULL, check=False)
        if done.returncode:
            fail(f"{binary} failed")
        context, timings = read(file.name)
        return context, {method: timings[name(method, "optimized", threads)].samples for method in METHODS}


def main(binary, results):
    python = python_with_torch()
    context, samples, counts = {}, {}, sorted({1, os.cpu_count()})
    for threads in counts:
        for turn in range(ROUNDS):
            context, mine = ours(binary, threads)
            theirs = pytorch(python, threads)
            for method in METHODS:
                samples.setdefault(name(method, "optimized", threads), []).extend(t * 1e-3 for t in mine[method])
                samples.setdefault(name(method, "pytorch", threads), []).extend(theirs["seconds"][method])
            print(f"{threads} threads, round {turn + 1} of {ROUNDS}, PyTorch {theirs['torch']}", file=sys.stderr)
    runs = [{"name": key, "run_type": "iteration", "real_time": 1e3 * s, "time_unit": "ms"}
            for key, several in samples.items() for s in several]
    with open(results, "w", encoding="utf-8") as file:
        json.dump({"context": context, "benchmarks": runs}, file, indent=1)

    _, timings = read(results)
    for threads in counts:
        for method in METHODS:
            mine, theirs = timings[name(method, "optimized", threads)], timings[name(method, "pytorch", threads)]
            print(f"{method}, {threads} thread{'s' * (threads > 1)}: {number(mine.ms)} ms here, "
                  f"{number(theirs.ms)} ms in PyTorch: {theirs.ms / mine.ms:.2f} times as fast")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--worker"]:
        worker(int(sys.argv[2]))
    elif len(sys.argv) == 3:
        main(*sys.argv[1:])
    else:
        fail("usage: explanations_pytorch.py build/bench_29_grad_cam RESULTS.json")
