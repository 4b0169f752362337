"""The page of architectures: every network that the program can build, counted by `cnn summary`."""
import json
import subprocess

from lecture import ROOT

# Our names, in the lecture's order; one that is not built yet is left out.
NETWORKS = """neocognitron lenet5_1998 lenet5 alexnet_2012 alexnet_2012_ungrouped alexnet zfnet vgg11 vgg13 vgg16 vgg16_c
vgg19 googlenet_2014 googlenet resnet18 resnet34 resnet50_2015 resnet50 resnet101 resnet152 squeezenet1_0 squeezenet1_1
densenet121 densenet169 densenet201 densenet161 mobilenet_v1_1.0 mobilenet_v1_0.75 mobilenet_v1_0.5 mobilenet_v1_0.25
mobilenet_v2 xception shufflenet_v1_g3 shufflenet_v2_x1_0 efficientnet_b0 efficientnet_b1 efficientnet_b2 efficientnet_b3
efficientnet_b4 efficientnet_b5 efficientnet_b6 efficientnet_b7 unet""".split()
# What s-17 prints, beside the network it means.
PRINTED = {"alexnet_2012": ("8", "62 M"), "zfnet": ("8", "&ndash;"), "googlenet_2014": ("22", "5 M"),
           "vgg16": ("16", "138 M"), "resnet152": ("152", "115.6 M")}


def summary(name):
    """What `cnn summary NAME --json` says; None where the program does not know the network."""
    command = [ROOT / "build" / "cnn", "summary", name, "--json"]
    done = subprocess.run(command, capture_output=True, text=True)
    return json.loads(done.stdout) if done.returncode == 0 else None


def table(heading, rows):
    """Markdown; every column but the first two holds numbers."""
    rules = ["---", "---"] + ["---:"] * (len(heading) - 2)
    return "\n".join("| " + " | ".join(row) + " |" for row in [heading, rules, *rows]) + "\n"


def size(shape):
    return " x ".join(map(str, shape))


def pages():
    built = [(name, found) for name in NETWORKS if (found := summary(name))]
    text = ("# Architectures {#architectures}\n\nEvery network that the program builds, counted from its graph: no "
            "weights are needed to count them. `build/cnn summary lenet5` prints one layer by layer.\n\n")
    text += table(["network", "input", "parameters", "of them trained", "multiply-adds"],
                  [[f"`{name}`", size(found["input"]), f"{found['parameters']:,}", f"{found['trainable']:,}",
                    f"{found['multiply_adds']:,}"] for name, found in built])
    if printed := [[f"`{name}`", *PRINTED[name], f"{found['parameters']:,}"] for name, found in built if name in PRINTED]:
        text += "\n## What s-17 prints {#printed}\n\n" + table(
            ["network", "layers as printed", "parameters as printed", "parameters as counted"], printed)
    for name, found in built:
        if len(found["layers"]) <= 30:
            text += f"\n## {name} {{#architecture_{name.replace('.', '_')}}}\n\n" + table(
                ["node", "operation", "output", "parameters", "multiply-adds"],
                [[f"`{layer['name']}`", layer["op"], size(layer["output"]), f"{layer['parameters']:,}",
                  f"{layer['multiply_adds']:,}"] for layer in found["layers"]])
    return {"architectures.md": text}
