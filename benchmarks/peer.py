"""What the scripts share that set PyTorch beside our benchmarks: each in processes of its own, in turn."""
import json
import os
import subprocess
import sys
import tempfile

from samples import fail, read


def thread_counts():
    return sorted({1, os.cpu_count()})


def python_with_torch():
    """This Python, or the system's, for which Debian installs PyTorch."""
    for python in (sys.executable, "/usr/bin/python3"):
        if subprocess.run([python, "-c", "import torch"], stderr=subprocess.DEVNULL, check=False).returncode == 0:
            return python
    return fail("no PyTorch; `.ci/install peers` installs it")


def pytorch(python, arguments, environment):
    """One round: the script itself with --worker, which prints JSON."""
    done = subprocess.run([python, "-B", os.path.abspath(sys.argv[0]), "--worker", *map(str, arguments)],
                          env=dict(os.environ, **{key: str(value) for key, value in environment.items()}),
                          stdout=subprocess.PIPE, check=False)
    if done.returncode:
        fail("PyTorch failed; what it says is above")
    return json.loads(done.stdout)


def ours(binary, names, repetitions, *options):
    """One round of these benchmarks: the context, and each one's samples in seconds."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        done = subprocess.run([binary, f"--benchmark_filter=^({'|'.join(names)})$", f"--benchmark_repetitions={repetitions}",
                               *options, f"--benchmark_out={file.name}"], stdout=subprocess.DEVNULL, check=False)
        if done.returncode:
            fail(f"{binary} failed")
        context, timings = read(file.name)
        return context, {name: [ms * 1e-3 for ms in timings[name].samples] for name in names}


def write(results, context, samples):
    """Samples in seconds, in Google Benchmark's form, so table.py shows them; returns them as it reads them."""
    runs = [{"name": name, "run_type": "iteration", "real_time": 1e3 * s, "time_unit": "ms"}
            for name, several in samples.items() for s in several]
    with open(results, "w", encoding="utf-8") as file:
        json.dump({"context": context, "benchmarks": runs}, file, indent=1)
    return read(results)[1]
