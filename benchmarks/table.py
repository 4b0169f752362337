#!/usr/bin/env python3
"""table.py RESULTS.json...: one Markdown table for each file, printed and written beside it.

A row is a layer, pass, batch and number of threads; a column is who computed it, in ms (median).  The ratio
is the peer's time over ours: above 1 we are faster.
"""
import os
import sys
from collections import defaultdict

from samples import fail, geometric_mean, number, read

ORDER = ["naive", "optimized", "winograd", "onednn", "onednn_winograd", "pytorch"]
TITLES = {"onednn": "oneDNN", "onednn_winograd": "oneDNN Winograd", "pytorch": "PyTorch"}
PEERS = ["onednn", "pytorch"]
NOISY = 0.05


def rows_of(timings):
    """{(layer, pass, batch, threads): {who: timing}}"""
    rows = defaultdict(dict)
    for name, timing in timings.items():
        layer, kind, who, batch, threads = name.split("/")
        rows[layer, kind, int(batch[1:]), int(threads[1:])][who] = timing
    return rows


def markdown(title, context, timings):
    rows = rows_of(timings)
    found = {who for row in rows.values() for who in row}
    columns = [who for who in ORDER if who in found] + sorted(found - set(ORDER))
    peer = next((p for p in PEERS if p in found), None)
    ceilings = "; ".join(f"{key} {float(value):.0f}" for key, value in context.items() if "/s t" in key)
    lines = [f"# {title}", "", f"{context.get('processor', 'unknown processor')}, {context['date'][:10]}. Ceilings: {ceilings}.",
             "Times are medians in ms; the spread is the larger of ours and the peer's, above 5 % with a star.",
             "Rows in which other programs had the CPUs for over 2 % of the time are called disturbed and left out of the means.", ""]
    head = ["layer", "pass", "batch", "threads"] + [TITLES.get(who, who) for who in columns]
    head += [f"{TITLES[peer]} / optimized"] if peer else []
    head += ["GFLOP/s", "share of ceiling", "spread"]
    lines += ["| " + " | ".join(head) + " |", "|---|---|" + "---:|" * (len(head) - 2)]
    ratios = defaultdict(list)
    for (layer, kind, batch, threads), row in rows.items():
        cells = [layer, kind, str(batch), str(threads)]
        cells += [number(row[who].ms) if who in row else "" for who in columns]
        ours = row.get("optimized")
        if peer:
            both = ours and peer in row
            ratio = row[peer].ms / ours.ms if both else 0
            if both and not (ours.disturbed or row[peer].disturbed):
                ratios[kind, batch, threads].append(ratio)
            cells.append(f"{ratio:.2f}" if both else "")
        shown = ours or next(iter(row.values()))
        disturbed = any(t.disturbed for t in (shown, row.get(peer)) if t)
        spread = max(t.spread for t in (shown, row.get(peer)) if t)
        best = min(range(len(shown.samples)), key=lambda i: abs(shown.samples[i] - shown.ms))
        cells += [number(shown.gflops[best]), f"{100 * shown.share[best]:.0f} % {shown.bound}"] if shown.bound else ["", ""]
        cells += [f"{100 * spread:.1f} %{'*' if spread > NOISY else ''}{' disturbed' if disturbed else ''}"]
        lines.append("| " + " | ".join(cells) + " |")

    # How the whole compares, and each kind of row for itself.
    everything = [r for group in ratios.values() for r in group]
    if everything:
        lines += ["", f"| geometric mean of {TITLES[peer]} / optimized | rows | mean | below 0.93 |", "|---|---:|---:|---:|"]
        groups = [(f"{kind}, batch {batch}, {threads} thread{'s' * (threads > 1)}", group)
                  for (kind, batch, threads), group in ratios.items()]
        for name, group in groups + [("**all**", everything)]:
            slow = sum(r < 0.93 for r in group)
            lines.append(f"| {name} | {len(group)} | {geometric_mean(group):.3f} | {slow} |")
    return "\n".join(lines) + "\n"


def main(paths):
    if not paths:
        fail("no results; `make bench` writes build/bench/*.json")
    for path in paths:
        context, timings = read(path)
        stem = os.path.splitext(path)[0]
        text = markdown(os.path.basename(stem), context, timings)
        with open(stem + ".md", "w", encoding="utf-8") as file:
            file.write(text)
        print(text)


if __name__ == "__main__":
    main(sys.argv[1:])
