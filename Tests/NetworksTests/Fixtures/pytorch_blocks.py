#!/usr/bin/env python3
"""PyTorch's flow of activations and gradients through the blocks of networks of He et al.

It wrote the `pytorch-blocks.json` beside it, with the versions named there under `versions`:

    python3 -m venv venv
    venv/bin/pip install torch==2.13.0+cpu numpy
    venv/bin/python -B pytorch_blocks.py

The networks are those of He et al. 2015, section 4.2, with their variants, and a narrow one of
bottleneck blocks after its table 1, named as gradflow names them: in training mode (batch
statistics), mean cross-entropy, 10 classes. Parameters, images and signs come from names by the
formula that `pytorch_reference.py` states; scales and offsets are in the file. The weights on the
branches of residual blocks have means: without, Sᵀg and Fᵀg below are as good as orthogonal.

A block computes y = σ(x + F(x)), with S(x) for x where the shape changes, or y = σ(F(x)) if it is
plain; in pre-activation (He et al. 2016) there is no σ. Let g be the gradient of the loss with
respect to the sum, or to F(x) in a plain block. For each block the file has

    inputRMS, branchRMS, outputRMS   root mean squares of x, F(x) and y over the whole batch
    gradientAtSum                    ‖g‖
    gradientThroughShortcut          ‖Sᵀg‖, by a backward pass of its own through S alone
    gradientThroughBranch            ‖Fᵀg‖, likewise through F alone
    gradientCosine                   of the angle between the two
    inputGradient                    ‖∂loss/∂x‖, from the backward pass through the network

with Euclidean norms over all elements of the batch. What has no meaning in a plain block is null.
The script fails unless Sᵀg + Fᵀg is ∂loss/∂x, and the three norms and the cosine fit together.

The numbers come from a run in 64-bit floating point. `float32Error` is the largest relative error
of any number of the network's blocks in PyTorch's own run in 32 bits; the cosines nearest to zero
make most of it. `imageGradient` is ∂loss/∂images, kept as its norm and its first 8 projections as
in `pytorch_reference.py`, with its own `float32Error`. `reluMargin`, the smallest magnitude that
enters a ReLU, is null without any.
"""
import json
import math
import pathlib
import platform
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from pytorch_reference import CLASSES, rounded, scale_and_offset, signs, tensor

PROJECTIONS = 8


@dataclass
class Design:
    """A network as gradflow's names say it; `option` is None for plain networks."""

    name: str
    option: str | None
    width: int = 16
    batch: int = 4
    image_scale: float = 1.7
    normalized: bool = True
    activation: type = nn.ReLU
    pre_activated: bool = False
    bottleneck: bool = False
    # The mean of weights on branches, times √inputs of a filter, as a fraction of their scale.
    coherence: float = 0

    @property
    def stages(self):
        """The number of blocks of each stage."""
        return (3, 4, 6, 3) if self.bottleneck else (3, 3, 3)

    @property
    def image_shape(self):
        return [self.batch, 3, 32, 32]

    @property
    def labels(self):
        return [i * 3 % CLASSES for i in range(self.batch)]

    def layers(self, stage, stride):
        """Filters, kernel and stride of each convolution of a block."""
        width = self.width << (stage - 1)
        if self.bottleneck:
            return [(width, 1, stride), (width, 3, 1), (4 * width, 1, 1)]
        return [(width, 3, stride), (width, 3, 1)]

    def convolution(self, inputs, outputs, kernel, stride):
        bias = not self.normalized
        return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=bias)

    def normalization(self, channels):
        return nn.BatchNorm2d(channels) if self.normalized else nn.Identity()

    def scale_and_offset(self, name, shape):
        """Three digits of each for a parameter."""
        scale, offset = scale_and_offset(name, shape)
        if ".conv" in name and len(shape) == 4:
            # Negative in some blocks, so that some angles are obtuse.
            sign = -1 if name.endswith((".1.conv1.weight", ".3.conv1.weight")) else 1
            offset = sign * self.coherence * scale / math.sqrt(math.prod(shape[1:]))
        elif self.bottleneck and name.endswith(("bn1.bias", "bn2.bias")):
            offset = 1  # Few inputs of ReLU are near its kink.
        elif self.bottleneck and name.endswith("bn3.weight"):
            offset = 0.5  # Branches magnify gradients less, and rounding errors with them.
        return rounded(scale, digits=3), rounded(offset, digits=3)


DESIGNS = [
    Design("resnet-20", "A", coherence=1.6),
    Design("resnet-20-B", "B", coherence=1.5),
    Design("resnet-20-preact", "A", pre_activated=True, coherence=1.3),
    Design("plain-20", None),
    # Images of this scale keep its ReLUs farther from their kinks than most others.
    Design("plain-20-no-bn", None, normalized=False, image_scale=2.5),
    Design("resnet-20-no-bn-tanh", "A", normalized=False, activation=nn.Tanh, coherence=1.2),
    Design("resnet-50", "B", width=8, batch=8, bottleneck=True, coherence=2.2),
]


class Block(nn.Module):
    def __init__(self, design, inputs, stage, stride):
        super().__init__()
        self.design, self.stage = design, stage
        self.convolutions = 0
        channels = inputs
        for index, (outputs, kernel, step) in enumerate(design.layers(stage, stride), start=1):
            if design.pre_activated:
                self.add_module(f"bn{index}", design.normalization(channels))
            self.add_module(f"conv{index}", design.convolution(channels, outputs, kernel, step))
            if not design.pre_activated:
                self.add_module(f"bn{index}", design.normalization(outputs))
            channels, self.convolutions = outputs, index
        self.activation = design.activation()
        self.stride, self.added = stride, channels - inputs
        self.shape_changes = stride > 1 or channels != inputs
        if design.option == "B" and self.shape_changes:
            self.downsample = nn.Sequential(
                design.convolution(inputs, channels, 1, stride), design.normalization(channels))
        self.outputs = channels

    def branch(self, x):
        for index in range(1, self.convolutions + 1):
            convolution = getattr(self, f"conv{index}")
            normalization = getattr(self, f"bn{index}")
            if self.design.pre_activated:
                x = convolution(self.activation(normalization(x)))
            else:
                x = normalization(convolution(x))
                x = self.activation(x) if index < self.convolutions else x
        return x

    def shortcut(self, x):
        if not self.shape_changes:
            return x
        if self.design.option == "B":
            return self.downsample(x)
        return F.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.added))

    def forward(self, x):
        self.x, self.f = x, self.branch(x)
        self.s = None if self.design.option is None else self.shortcut(x)
        self.sum = self.f if self.s is None else self.s + self.f
        self.y = self.sum if self.design.pre_activated else self.activation(self.sum)
        return self.y


class Network(nn.Module):
    def __init__(self, design):
        super().__init__()
        self.design = design
        kernel, stride = (7, 2) if design.bottleneck else (3, 1)
        self.conv1 = design.convolution(3, design.width, kernel, stride)
        if not design.pre_activated:
            self.bn1 = design.normalization(design.width)
        channels = design.width
        for stage, count in enumerate(design.stages, start=1):
            blocks = nn.Sequential()
            for index in range(count):
                block = Block(design, channels, stage, 2 if stage > 1 and index == 0 else 1)
                blocks.append(block)
                channels = block.outputs
            self.add_module(f"layer{stage}", blocks)
        if design.pre_activated:
            self.bn = design.normalization(channels)
        self.activation = design.activation()
        self.fc = nn.Linear(channels, CLASSES)

    def forward(self, x):
        x = self.conv1(x)
        if not self.design.pre_activated:
            x = self.activation(self.bn1(x))
        if self.design.bottleneck:
            x = F.max_pool2d(x, 3, 2, 1)
        for stage in range(1, len(self.design.stages) + 1):
            x = getattr(self, f"layer{stage}")(x)
        if self.design.pre_activated:
            x = self.activation(self.bn(x))
        return self.fc(x.mean((2, 3)))

    @property
    def blocks(self):
        """The blocks in forward order, by name."""
        return {name: m for name, m in self.named_modules() if isinstance(m, Block)}


def rms(x):
    return x.detach().double().square().mean().sqrt().item()


def norm(x):
    return x.double().norm().item()


def close(a, b, tolerance):
    return abs(a - b) <= tolerance * abs(b)


def measured(block, at_sum, at_input, tolerance):
    """The numbers of a block from the gradients with respect to its sum and to its input."""
    (through_branch,) = torch.autograd.grad(block.f, block.x, at_sum, retain_graph=True)
    shortcut = cosine = None
    total = through_branch
    if block.s is not None:
        (through_shortcut,) = torch.autograd.grad(block.s, block.x, at_sum, retain_graph=True)
        total = through_shortcut + through_branch
        shortcut, branch = norm(through_shortcut), norm(through_branch)
        product = (through_shortcut.double() * through_branch.double()).sum().item()
        cosine = product / (shortcut * branch)
        square = shortcut**2 + branch**2 + 2 * shortcut * branch * cosine
        assert close(square, norm(at_input) ** 2, tolerance), (square, norm(at_input) ** 2)
    assert norm(total - at_input) <= tolerance * norm(at_input), norm(total - at_input)
    return {
        "inputRMS": rms(block.x),
        "branchRMS": rms(block.f),
        "outputRMS": rms(block.y),
        "gradientAtSum": norm(at_sum),
        "gradientThroughShortcut": shortcut,
        "gradientThroughBranch": norm(through_branch),
        "gradientCosine": cosine,
        "inputGradient": norm(at_input),
    }


class Run:
    """One forward and backward pass: loss, the gradient of the images, and the blocks' numbers."""

    def __init__(self, design, precision):
        network = Network(design)
        with torch.no_grad():
            for name, parameter in network.named_parameters():
                shape = parameter.shape
                parameter.copy_(tensor(name, shape, *design.scale_and_offset(name, shape)))
        network = network.to(precision).train()

        margins = []

        def measure(module, inputs):
            margins.append(inputs[0].detach().abs().min().item())

        for module in network.modules():
            if isinstance(module, nn.ReLU):
                module.register_forward_pre_hook(measure)

        images = tensor("images", design.image_shape, design.image_scale)
        images = images.to(precision).requires_grad_()
        loss = F.cross_entropy(network(images), torch.tensor(design.labels))
        blocks = network.blocks
        kept = [t for block in blocks.values() for t in (block.sum, block.x)]
        self.image_gradient, *found = torch.autograd.grad(loss, [images, *kept], retain_graph=True)
        self.relu_margin = min(margins, default=None)
        tolerance = 1e-10 if precision == torch.float64 else 1e-4
        self.loss = loss.item()
        self.shapes = {name: list(p.shape) for name, p in network.named_parameters()}
        self.blocks = blocks
        self.numbers = {
            name: measured(block, at_sum, at_input, tolerance)
            for (name, block), at_sum, at_input in zip(blocks.items(), found[::2], found[1::2])
        }


def reference(design):
    exact, single = Run(design, torch.float64), Run(design, torch.float32)
    gradient = exact.image_gradient
    error = max(
        abs(single.numbers[name][key] / number - 1)
        for name, numbers in exact.numbers.items()
        for key, number in numbers.items()
        if number is not None
    )
    assert error < 1e-3, (design.name, error)
    parameters = []
    for name, shape in exact.shapes.items():
        scale, offset = design.scale_and_offset(name, shape)
        offset = int(offset) if offset == int(offset) else offset
        parameters.append({"name": name, "shape": shape, "scale": scale, "offset": offset})
    blocks = []
    for name, numbers in exact.numbers.items():
        block = exact.blocks[name]
        row = {"name": name, "stage": block.stage, "shapeChanges": block.shape_changes}
        assert block.shape_changes == (block.x.shape != block.y.shape)
        blocks.append(row | {key: n if n is None else rounded(n) for key, n in numbers.items()})
    projections = signs("images", gradient.shape)[:PROJECTIONS] @ gradient.flatten()
    margin = exact.relu_margin
    return {
        "name": design.name,
        "width": design.width,
        "images": {"shape": design.image_shape, "scale": design.image_scale},
        "labels": design.labels,
        "loss": rounded(exact.loss),
        "reluMargin": margin if margin is None else rounded(margin, digits=3),
        "float32Error": rounded(error, digits=3),
        "imageGradient": {
            "norm": rounded(gradient.norm()),
            "projections": [rounded(projection) for projection in projections],
            "float32Error": rounded(norm(single.image_gradient - gradient) / norm(gradient), 3),
        },
        "parameters": parameters,
        "blocks": blocks,
    }


def main():
    torch.use_deterministic_algorithms(True)
    document = {
        "versions": {
            "torch": torch.__version__,
            "numpy": np.__version__,
            "python": platform.python_version(),
        },
        "networks": [reference(design) for design in DESIGNS],
    }
    path = pathlib.Path(__file__).with_name("pytorch-blocks.json")
    path.write_text(json.dumps(document, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
