"""The page of architectures: every network that the program can build, counted by `cnn summary`."""
import json
import subprocess

from lecture import ROOT


def summary(*name):
    """What `cnn summary [NAME] --json` says."""
    command = [ROOT / "build" / "cnn", "summary", *name, "--json"]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def table(heading, rows, words=2):
    """Markdown; every column behind the first `words` holds numbers."""
    rules = ["---"] * words + ["---:"] * (len(heading) - words)
    return "\n".join("| " + " | ".join(row) + " |" for row in [heading, rules, *rows]) + "\n"


def size(shape):
    return " x ".join(map(str, shape))


def pages():
    built = [(net["net"], summary(net["net"])) for net in summary()["networks"]]
    text = ("# Architectures {#architectures}\n\nEvery network that the program builds, counted from its graph: no "
            "weights are needed to count them. `build/cnn summary lenet5` prints one layer by layer.\n\n")
    text += table(["network", "input", "parameters", "of them trained", "multiply-adds"],
                  [[f"`{name}`", size(found["input"]), f"{found['parameters']:,}", f"{found['trainable']:,}",
                    f"{found['multiply_adds']:,}"] for name, found in built])
    for name, found in built:
        if len(found["layers"]) <= 30:
            text += f"\n## {name} {{#architecture_{name.replace('.', '_')}}}\n\n" + table(
                ["node", "operation", "output", "parameters", "multiply-adds"],
                [[f"`{layer['name']}`", layer["op"], size(layer["output"]), f"{layer['parameters']:,}",
                  f"{layer['multiply_adds']:,}"] for layer in found["layers"]])
    return {"architectures.md": text}
