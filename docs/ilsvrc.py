"""The page of s-17's table: what the slide prints beside what the program counts and what the papers report.

Layers and parameters come from `cnn summary`; a network that is not built yet has none.
"""
from collections import Counter
from typing import NamedTuple

from networks import summary, table


class Row(NamedTuple):
    title: str
    net: str  # its name in the program
    result: str  # this and the next three as s-17 prints them
    layers: str
    parameters: str
    error: float
    why_result: str
    why_count: str
    protocol: str  # what the printed error was measured with
    single: str  # what one network alone makes


ROWS = [
    Row("AlexNet", "alexnet_2012", "2012, winner", "8", "62 million", 16.4,
        "Its authors won, with another entry: seven networks, two of them trained on more data first, 15.3 %.",
        "62 million are those of a network in one piece; in 2012 it ran in two groups.",
        "five networks, the data supplied, test set", "18.2 %, validation"),
    Row("ZFNet", "zfnet", "2013, winner", "8", "&ndash;", 11.7,
        "The winner was Clarifai, the company of one of its authors.",
        "The slide leaves the parameters open.",
        "Clarifai's networks; the paper's own six make 14.8 %", "16.5 %, validation"),
    Row("GoogLeNet", "googlenet_2014", "2014, winner", "22", "5 million", 6.67,
        "It won classification.",
        "The paper says twelve times fewer than AlexNet, and 60 million over twelve are 5; its own table sums to 6.8.",
        "seven networks, 144 crops of each picture, test set", "10.07 % from one crop, validation"),
    Row("VGG-16", "vgg16", "2014, 2nd place", "16", "138 million", 7.4,
        "Second in classification, first in localisation, with seven networks.",
        "16 counts convolutions and dense layers.",
        "one network, released after the challenge, test set", "7.4 %, the figure printed"),
    Row("ResNet-152", "resnet152", "2015, winner", "152", "115.6 million", 3.57,
        "It won, as a part of an ensemble.",
        "We found no source for 115.6 million. 152 counts the longest path with its dense layer, and leaves out four projections.",
        "six networks, two of them of 152 layers, test set", "4.49 % at several scales, validation"),
]


def counted(net):
    """Layers and parameters of a network of the program."""
    if net not in {known["net"] for known in summary()["networks"]}:
        return "to be built", "to be built"
    found = summary(net)
    kinds = Counter(layer["op"] for layer in found["layers"])
    return f"{kinds['conv2d']} convolutions, {kinds['dense']} dense", f"{found['parameters']:,}"


def pages():
    first, last = ROWS[0], ROWS[-1]
    text = ("# The challenge's table, recounted {#ilsvrc}\n\ns-17 prints five networks with four figures each. Here is each "
            "figure with what it counts. Layers and parameters are counted from the networks of this book; see @ref "
            "architectures for all of them and @ref errata for the tests.\n\n## Layers and parameters\n\n")
    rows = [(row, *counted(row.net)) for row in ROWS]
    text += table(["network", "layers, printed", "counted", "parameters, printed", "counted", "why they differ"],
                  [[row.title, row.layers, layers, row.parameters, parameters, row.why_count]
                   for row, layers, parameters in rows], words=6)
    text += ("\nThe printed column of layers is headed \"convolutional\". It counts layers with weights on the longest path, "
             "dense ones included.\n\n## Results and errors\n\nTop-5 errors as their papers report them. The printed column "
             "mixes ensembles and single networks, so it must not be read downwards.\n\n")
    text += table(["network", "printed", "what is true", "error, printed", "measured with", "one network alone"],
                  [[row.title, row.result, row.why_result, f"{row.error} %", row.protocol, row.single] for row in ROWS],
                  words=6)
    text += (f"\nThe slide says that from 2012 to 2015 the error was reduced ten times. By its own column it is "
             f"{first.error} / {last.error} = {first.error / last.error:.1f} times; a tenth of {first.error} % would be "
             f"{first.error / 10:.2f} %.\n\nIt also says that human performance was surpassed. That was one trained "
             "annotator's 5.1 % on 1500 pictures; another had 12.0 % on 258 (Russakovsky et al. 2015).\n\nWhich network to take "
             "today is another question: see @ref outlook.\n\n"
             "ImageNet has about 14 million pictures. The 1.2 million are the challenge's training set of a thousand "
             "classes.\n")
    return {"ilsvrc.md": text}
