#!/usr/bin/env python3
"""training_pytorch.py lenet5|resnet20 build/bench_NN_topic RESULTS.json: a network's training beside PyTorch's, in turn.

The same work on both sides: batches drawn in random order from images in memory, forward, backward, a step of SGD with
momentum 0.9.  Writes PyTorch's samples in Google Benchmark's form, so table.py shows both.
"""
import json
import os
import subprocess
import sys
import tempfile
import time

from samples import fail, number, read

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


def python_with_torch():
    """This Python, or the system's, for which Debian installs PyTorch."""
    for python in (sys.executable, "/usr/bin/python3"):
        if subprocess.run([python, "-c", "import torch"], stderr=subprocess.DEVNULL, check=False).returncode == 0:
            return python
    return fail("no PyTorch; `.ci/install peers` installs it")


def pytorch(python, net, threads, blas_threads):
    """One round, in a process of its own."""
    environment = dict(os.environ, OMP_NUM_THREADS=str(threads), OPENBLAS_NUM_THREADS=str(blas_threads))
    done = subprocess.run([python, "-B", os.path.abspath(__file__), "--worker", net, str(threads)], env=environment,
                          stdout=subprocess.PIPE, check=False)
    if done.returncode:
        fail("PyTorch's training failed; what it says is above")
    return json.loads(done.stdout)


def ours(net, binary, threads):
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        done = subprocess.run([binary, f"--benchmark_filter=^{name(net, 'optimized', threads)}$", "--benchmark_repetitions=3",
                               f"--benchmark_out={file.name}"], stdout=subprocess.DEVNULL, check=False)
        if done.returncode:
            fail(f"{binary} failed")
        context, timings = read(file.name)
        return context, timings[name(net, "optimized", threads)].samples


def main(net, binary, results):
    python = python_with_torch()
    found = pytorch(python, net, 1, 1)["blas"]
    print(f"PyTorch's BLAS: {found}")
    if "openblas" not in found and "mkl" not in found:
        fail("that is the reference BLAS: PyTorch trains at half its speed with it, and we would look too good; "
             "apt install libopenblas0-pthread")
    context, samples = {}, {}
    for threads in sorted({1, os.cpu_count()}):
        for turn in range(ROUNDS):
            context, times = ours(net, binary, threads)
            samples.setdefault(name(net, "optimized", threads), []).extend(t * 1e-3 for t in times)
            # OpenBLAS with threads of its own, beside PyTorch's, would only get in their way.
            theirs = pytorch(python, net, threads, 1 if "pthread" in found else threads)
            samples.setdefault(name(net, "pytorch", threads), []).extend(theirs["seconds"])
            print(f"{threads} threads, round {turn + 1} of {ROUNDS}", file=sys.stderr)
    runs = [{"name": key, "run_type": "iteration", "real_time": 1e3 * s, "time_unit": "ms"} for key, all in samples.items() for s in all]
    with open(results, "w", encoding="utf-8") as file:
        json.dump({"context": context, "benchmarks": runs}, file, indent=1)

    _, timings = read(results)
    for threads in sorted({1, os.cpu_count()}):
        mine, theirs = timings[name(net, "optimized", threads)], timings[name(net, "pytorch", threads)]
        print(f"{threads} thread{'s' * (threads > 1)}: {number(BATCH[net] / mine.ms * 1e3)} images/s here, "
              f"{number(BATCH[net] / theirs.ms * 1e3)} in PyTorch: {theirs.ms / mine.ms:.2f} times as fast")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--worker"]:
        worker(sys.argv[2], int(sys.argv[3]))
    elif len(sys.argv) == 4 and sys.argv[1] in BATCH:
        main(*sys.argv[1:])
    else:
        fail("usage: training_pytorch.py lenet5|resnet20 build/bench_NN_topic RESULTS.json")
