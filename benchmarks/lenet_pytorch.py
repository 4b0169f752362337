#!/usr/bin/env python3
"""lenet_pytorch.py build/bench_06_lenet RESULTS.json: LeNet-5's training beside PyTorch's, in turn.

The same work on both sides: batches of 64 drawn in random order from images in memory, forward, backward, a step of
SGD with momentum 0.9.  Writes PyTorch's samples in Google Benchmark's form, so table.py shows both.
"""
import json
import os
import subprocess
import sys
import tempfile
import time

from samples import fail, number, read

BATCH, STEPS, ROUNDS = 64, 50, 3


def name(who, threads):
    return f"lenet5/training/{who}/b{BATCH}/t{threads}"


def blas():
    """The BLAS that PyTorch calls: the library that is loaded, not the one that is installed."""
    with open("/proc/self/maps", encoding="utf-8") as maps:
        files = {line.split()[-1] for line in maps if "blas" in line or "mkl" in line}
    return ", ".join(sorted(os.path.realpath(file) for file in files))


def worker(threads):
    """Trains in this process; prints the seconds of a step and the BLAS as JSON."""
    import torch
    from torch import nn
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    net = nn.Sequential(nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
                        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
                        nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))
    images, labels = torch.rand(BATCH * STEPS, 1, 28, 28), torch.randint(10, (BATCH * STEPS,))
    loss_of, optimizer = nn.CrossEntropyLoss(), torch.optim.SGD(net.parameters(), lr=0.02, momentum=0.9)

    def epoch():
        order = torch.randperm(len(labels))
        for first in range(0, len(order), BATCH):
            which = order[first:first + BATCH]
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
        samples.append((time.perf_counter() - start) / STEPS)
    print(json.dumps({"seconds": samples, "blas": blas(), "torch": torch.__version__}))


def python_with_torch():
    """This Python, or the system's, for which Debian installs PyTorch."""
    for python in (sys.executable, "/usr/bin/python3"):
        if subprocess.run([python, "-c", "import torch"], stderr=subprocess.DEVNULL, check=False).returncode == 0:
            return python
    return fail("no PyTorch; `.ci/install peers` installs it")


def pytorch(python, threads, blas_threads):
    """One round, in a process of its own."""
    environment = dict(os.environ, OMP_NUM_THREADS=str(threads), OPENBLAS_NUM_THREADS=str(blas_threads))
    done = subprocess.run([python, "-B", os.path.abspath(__file__), "--worker", str(threads)], env=environment,
                          stdout=subprocess.PIPE, check=False)
    if done.returncode:
        fail("PyTorch's training failed; what it says is above")
    return json.loads(done.stdout)


def ours(binary, threads):
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        done = subprocess.run([binary, f"--benchmark_filter=^{name('optimized', threads)}$", "--benchmark_repetitions=3",
                               f"--benchmark_out={file.name}"], stdout=subprocess.DEVNULL, check=False)
        if done.returncode:
            fail(f"{binary} failed")
        context, timings = read(file.name)
        return context, timings[name("optimized", threads)].samples


def main(binary, results):
    python = python_with_torch()
    found = pytorch(python, 1, 1)["blas"]
    print(f"PyTorch's BLAS: {found}")
    if "openblas" not in found and "mkl" not in found:
        fail("that is the reference BLAS: PyTorch trains at half its speed with it, and we would look too good; "
             "apt install libopenblas0-pthread")
    context, samples = {}, {}
    for threads in sorted({1, os.cpu_count()}):
        for turn in range(ROUNDS):
            context, times = ours(binary, threads)
            samples.setdefault(name("optimized", threads), []).extend(t * 1e-3 for t in times)
            # OpenBLAS with threads of its own, beside PyTorch's, would only get in their way.
            theirs = pytorch(python, threads, 1 if "pthread" in found else threads)
            samples.setdefault(name("pytorch", threads), []).extend(theirs["seconds"])
            print(f"{threads} threads, round {turn + 1} of {ROUNDS}", file=sys.stderr)
    runs = [{"name": key, "run_type": "iteration", "real_time": 1e3 * s, "time_unit": "ms"} for key, all in samples.items() for s in all]
    with open(results, "w", encoding="utf-8") as file:
        json.dump({"context": context, "benchmarks": runs}, file, indent=1)

    _, timings = read(results)
    for threads in sorted({1, os.cpu_count()}):
        mine, theirs = timings[name("optimized", threads)], timings[name("pytorch", threads)]
        print(f"{threads} thread{'s' * (threads > 1)}: {number(BATCH / mine.ms * 1e3)} images/s here, "
              f"{number(BATCH / theirs.ms * 1e3)} in PyTorch: {theirs.ms / mine.ms:.2f} times as fast")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--worker"]:
        worker(int(sys.argv[2]))
    elif len(sys.argv) == 3:
        main(*sys.argv[1:])
    else:
        fail("usage: lenet_pytorch.py build/bench_06_lenet RESULTS.json")
