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


def pages():
    built = [(name, found) for name in NETWORKS if (found := summary(name))]
    text = ("# Architectures {#architectures}\n\nEvery network that the program builds, counted from its graph: no "
            "weights are needed to count them. `build/cnn summary lenet5` prints one layer by layer.\n\n"
            "| network | input | layers | parameters | multiply-adds | s-17 prints |\n"
            "| --- | --- | ---: | ---: | ---: | --- |\n")
    for name, found in built:
        shape = " x ".join(str(found["input"][side]) for side in "hwc") if isinstance(found["input"], dict) else \
            " x ".join(map(str, found["input"][-3:]))
        printed = "{} layers, {}".format(*PRINTED[name]) if name in PRINTED else ""
        text += (f"| `{name}` | {shape} | {len(found['layers'])} | {found['parameters']:,} | "
                 f"{found['multiply_adds']:,} | {printed} |\n")
    return {"architectures.md": text}
