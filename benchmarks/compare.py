#!/usr/bin/env python3
"""compare.py BASE NEW: two runs side by side; each is a results file or a folder of them.

The ratio is the old time over the new one: above 1 the new run is faster.  What the peers' rows say is how far
the machine itself was faster or slower, so read ours against it.
"""
import glob
import os
import sys
from collections import defaultdict

from samples import fail, geometric_mean, number, read


def load(path):
    """All timings of a file, or of every file in a folder; later files win."""
    files = sorted(glob.glob(os.path.join(path, "*.json"))) if os.path.isdir(path) else [path]
    if not files:
        fail(f"{path}: no results in this folder; `make bench` writes them")
    context, timings = {}, {}
    for file in files:
        context, more = read(file)
        timings.update(more)
    return context, timings


def main(arguments):
    if len(arguments) != 2 or not all(arguments):
        fail("usage: make bench-compare BASE=old.json [NEW=new.json]; files, or folders like build/bench")
    (before, base), (after, new) = map(load, arguments)
    common = [name for name in base if name in new]
    if not common:
        fail(f"{arguments[0]} and {arguments[1]} have no benchmark in common")
    print(f"base: {arguments[0]}, {before.get('processor', '?')}, {before['date'][:16]}")
    print(f"new:  {arguments[1]}, {after.get('processor', '?')}, {after['date'][:16]}\n")

    print("| benchmark | base ms | new ms | base / new | |")
    print("|---|---:|---:|---:|---|")
    ratios = defaultdict(list)
    for name in common:
        old, now = base[name], new[name]
        ratio = old.ms / now.ms
        ratios[name.split("/")[2]].append(ratio)
        noise = 2 * max(old.spread, now.spread, 0.02)
        verdict = "faster" if ratio > 1 + noise else "**slower**" if ratio < 1 - noise else ""
        print(f"| {name} | {number(old.ms)} | {number(now.ms)} | {ratio:.2f} | {verdict} |")

    print("\n| geometric mean of base / new | rows | mean |\n|---|---:|---:|")
    for who, group in ratios.items():
        print(f"| {who} | {len(group)} | {geometric_mean(group):.3f} |")
    missing = len(base) + len(new) - 2 * len(common)
    if missing:
        print(f"\n{missing} benchmarks are in one of the two only.")


if __name__ == "__main__":
    main(sys.argv[1:])
