"""Reads what build/bench_* --benchmark_out=... wrote: samples by name, and who ran them where."""
import json
import math
import statistics
import sys
from dataclasses import dataclass, field


@dataclass
class Timing:
    """The samples of one benchmark, in milliseconds."""
    samples: list = field(default_factory=list)
    gflops: list = field(default_factory=list)
    share: list = field(default_factory=list)
    waited: list = field(default_factory=list)
    bound: str = ""

    @property
    def ms(self):
        return statistics.median(self.samples)

    @property
    def spread(self):
        return statistics.pstdev(self.samples) / statistics.fmean(self.samples)

    @property
    def disturbed(self):
        """Other programs had the CPUs: with two threads that ruins whoever spins at a barrier."""
        return statistics.median(self.waited) > 0.02


def fail(message):
    sys.exit(f"{sys.argv[0]}: {message}")


def read(path):
    """The context of a file, and its timings by benchmark name, in order."""
    try:
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
        timings = {}
        for run in content["benchmarks"]:
            if run.get("run_type", "iteration") != "iteration" or run.get("error_occurred"):
                continue
            timing = timings.setdefault(run["name"], Timing())
            unit = {"ns": 1e-6, "us": 1e-3, "ms": 1.0, "s": 1e3}[run["time_unit"]]
            timing.samples.append(run["real_time"] * unit)
            timing.gflops.append(run.get("GFLOP/s", 0))
            timing.share.append(run.get("share", 0))
            timing.waited.append(run.get("waited", 0))
            timing.bound = run.get("label", "")
        return content["context"], timings
    except (OSError, ValueError, KeyError, TypeError) as error:
        fail(f"{path}: no file of benchmark results: {error}")


def geometric_mean(values):
    return math.exp(statistics.fmean(math.log(v) for v in values))


def number(value):
    """Three digits that matter."""
    if value == 0:
        return "0"
    return f"{value:.{max(0, 2 - math.floor(math.log10(abs(value))))}f}"
