#!/usr/bin/env python3
"""golden_onnx.py CASES.npz OUT.safetensors: ONNX's node tests of this book's windows, for onnx_test.cpp.

Takes the cases of Conv, ConvTranspose, pooling and Pad that have one or two axes.  A case "0042" has tensors
0042.x, .w, .b, .y and .places as ONNX has them, one axis as the second of two; the metadata's "0042" says
what to do in words: the operator, then name value pairs.
"""
import json
import pathlib
import struct
import sys

import numpy

OPERATORS = ("Conv", "ConvTranspose", "MaxPool", "AveragePool", "GlobalAveragePool", "GlobalMaxPool", "Pad")
MODES = {"edge": "replicate", "wrap": "circular"}


def flat(case, arrays):
    """The case with a first axis of one where it has one axis; None where it has three."""
    rank = arrays["x"].ndim - 2
    if rank == 2:
        return case
    if rank != 1:
        return None
    for key in arrays:
        if arrays[key].ndim == 3:
            arrays[key] = arrays[key][:, :, None, :]
    for key in ("strides", "dilations", "kernel_shape"):
        if key in case:
            case[key] = [1, *case[key]]
    if "pads" in case:
        case["pads"] = [0, case["pads"][0], 0, case["pads"][1]]
    return case


def window(case, kernel):
    pads = case.get("pads", [0, 0, 0, 0])
    return {"kernel": kernel, "stride": case.get("strides", [1, 1]), "dilation": case.get("dilations", [1, 1]),
            "padding": [pads[0], pads[2], pads[1], pads[3]],
            "same": [{"SAME_UPPER": 1, "SAME_LOWER": 2}.get(case.get("auto_pad"), 0)]}


def transposed(case, arrays, settings):
    """Crops and output_padding from an output's shape, as ONNX has them."""
    out = case.get("output_shape")
    same = settings.pop("same")[0]
    if same:
        out = [n * s for n, s in zip(arrays["x"].shape[2:], settings["stride"])]
    more, sides = list(case.get("output_padding", [0, 0])), settings["padding"]
    if out:
        sides = []
        for axis in range(2):
            reach = settings["dilation"][axis] * (settings["kernel"][axis] - 1) + 1
            total = settings["stride"][axis] * (arrays["x"].shape[2 + axis] - 1) + more[axis] + reach - out[axis]
            if total < 0:
                more[axis], total = more[axis] - total, 0
            before = total // 2 if same == 1 else total - total // 2
            sides += [before, total - before]
    settings["padding"], settings["output_padding"] = sides, more


def places(case, arrays):
    """ONNX counts through the whole tensor, by rows or by columns; the book in each map, by rows."""
    n, c, h, w = arrays["x"].shape
    maps = numpy.arange(n * c).reshape(n, c, 1, 1) * h * w
    at = arrays["places"].astype(numpy.int64) - maps
    if case.get("storage_order"):
        at = at % h * w + at // h
    arrays["places"] = at


def pad_sides(case, inputs):
    """(top, bottom, left, right), or None where images or channels are padded."""
    pads = case["pads"] if "pads" in case else inputs[1].tolist()
    axes = inputs[3].tolist() if len(inputs) > 3 else list(range(len(pads) // 2))
    both = {a % 4: (pads[i], pads[i + len(axes)]) for i, a in enumerate(axes)}
    if any(both.get(a, (0, 0)) != (0, 0) for a in (0, 1)):
        return None
    return [*both.get(2, (0, 0)), *both.get(3, (0, 0))]


def convert(entry, stored):
    """(what to do, tensors), or None where the case is not of the book's kind."""
    op, case = entry["op"], dict(entry["attributes"])
    ids = [i for i in entry["inputs"] + entry["outputs"] if i]
    left_out = None in entry["inputs"] + entry["outputs"]
    if op not in OPERATORS or left_out or any(i not in stored for i in ids):
        return None
    inputs = [stored[i] for i in entry["inputs"] if i]
    outputs = [stored[i] for i in entry["outputs"] if i]
    arrays = {"x": inputs[0], "y": outputs[0]}
    settings = {}
    if op in ("Conv", "ConvTranspose"):
        arrays.update(zip(("w", "b"), inputs[1:]))
        case = flat(case, arrays)
        if case is None:
            return None
        settings = window(case, list(arrays["w"].shape[2:]))
        settings["groups"] = [case.get("group", 1)]
        if op == "ConvTranspose":
            transposed(case, arrays, settings)
    elif op in ("MaxPool", "AveragePool"):
        if len(outputs) > 1:
            arrays["places"] = outputs[1]
        case = flat(case, arrays)
        if case is None:
            return None
        settings = window(case, case["kernel_shape"])
        settings["ceil"] = [int(case.get("ceil_mode", 0))]
        settings["count_padding"] = [int(case.get("count_include_pad", 0))]
        if "places" in arrays:
            places(case, arrays)
    elif op == "Pad":
        sides = pad_sides(case, inputs)
        if arrays["x"].ndim != 4 or sides is None:
            return None
        settings["padding"] = sides
        settings["value"] = [float(inputs[2]) if len(inputs) > 2 else float(case.get("value", 0))]
        op = "Pad_" + MODES.get(case.get("mode", "constant"), case.get("mode", "constant"))
    words = " ".join(" ".join([key, *map(str, values)]) for key, values in settings.items())
    return f"{op} {words}".strip(), arrays


def write(path, tensors, metadata):
    header, data = {"__metadata__": metadata}, b""
    for name, array in tensors.items():
        numbers = numpy.ascontiguousarray(array, dtype="<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(array.shape),
                        "data_offsets": [len(data), len(data) + len(numbers)]}
        data += numbers
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    pathlib.Path(path).write_bytes(struct.pack("<Q", len(text)) + text + data)


def main(source, out):
    stored = numpy.load(source)
    entries = json.loads(stored["index"].tobytes())
    tensors, metadata = {}, {}
    for number, entry in enumerate(entries):
        converted = convert(entry, stored)
        if converted is None:
            continue
        words, arrays = converted
        if "Pool" in words and arrays["x"].size > 1000:
            # Maps do not mix: the first one says as much.
            arrays = {key: array[:1, :1] for key, array in arrays.items()}
        metadata[f"{number:04}"] = words
        tensors.update({f"{number:04}.{key}": array for key, array in arrays.items()})
    write(out, tensors, metadata)
    print(f"{len(metadata)} of {len(entries)} cases")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: golden_onnx.py CASES.npz OUT.safetensors")
    main(*sys.argv[1:])
