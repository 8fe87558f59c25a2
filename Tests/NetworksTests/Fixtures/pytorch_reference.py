#!/usr/bin/env python3
"""PyTorch's loss, logits and gradients of two networks of He et al. 2015, section 4.2.

It wrote the `pytorch-reference.json` beside it, with the versions named there under `versions`:

    python3 -m venv venv
    venv/bin/pip install torch==2.13.0+cpu numpy
    venv/bin/python pytorch_reference.py

`resnet-20` (shortcuts of option A) and `plain-20`, both 16/32/64 filters wide, in training mode
(batch statistics), mean cross-entropy over 4 images of 3×32×32. Nothing is drawn at random:
element i of the tensor NAME, in row-major order, is

    offset + scale · (2u − 1),   u = (mix(fnv1a(NAME) + (i + 1) · 0x9e3779b97f4a7c15) >> 40) / 2²⁴

in 32-bit arithmetic, where `mix` is the finalizer of SplitMix64: number i + 1 of a SplitMix64
generator whose state starts as fnv1a(NAME), all in 64 bits. Scales and offsets are in the file.
Label i is 3i mod 10.

The numbers in the file come from a run in 64-bit floating point. A gradient g is kept as its L2
norm and as 16 projections Σ ±gᵢ, where the sign of element i in projection k is negative if the
top bit of the number made the same way for `NAME/signs/k` is set. For another gradient h of that
tensor, with projections p', the mean of (p'ₖ − pₖ)² estimates ‖h − g‖² without bias, so
√mean ÷ ‖g‖ estimates the relative error; 16 projections tell it within a factor of about 1.5.

`outputGradients` are the norms of the gradients that reach the outputs of the convolutions, before
normalization. `float32Error` is the true relative error of PyTorch's own run in 32 bits.
`reluMargin` is the smallest magnitude that enters a ReLU: a computation that errs by more there may
take the other side of the kink, and its gradients then differ by far more than rounding explains.
"""
import json
import math
import pathlib
import platform

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

BATCH, SIDE, CLASSES, PROJECTIONS = 4, 32, 10, 16


def stream(name, count):
    """The first `count` numbers of the SplitMix64 generator that starts at fnv1a(name)."""
    state = 0xCBF29CE484222325
    for byte in name.encode():
        state = (state ^ byte) * 0x100000001B3 % 2**64
    z = np.uint64(state) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def tensor(name, shape, scale, offset=0.0):
    """The tensor of a name, in 32-bit arithmetic."""
    bits = (stream(name, math.prod(shape)) >> np.uint64(40)).astype(np.float32)
    values = np.float32(offset) + np.float32(scale) * (bits * np.float32(2**-23) - np.float32(1))
    return torch.from_numpy(values.reshape(shape))


def signs(name, shape):
    """The signs of every projection of a tensor, as rows."""
    count = math.prod(shape)
    tops = [stream(f"{name}/signs/{k}", count) >> np.uint64(63) for k in range(PROJECTIONS)]
    return torch.from_numpy(1 - 2 * np.stack(tops).astype(np.float64))


def scale_and_offset(name, shape):
    """He et al.'s variance 2/n for convolutions, and values of ordinary size for the rest."""
    if len(shape) == 4:
        return np.float32(math.sqrt(6 / math.prod(shape[1:]))), 0
    if name == "fc.weight":
        return np.float32(math.sqrt(3 / shape[1])), 0
    if name == "fc.bias":
        return np.float32(0.1), 0
    return np.float32(0.25), 1 if name.endswith("weight") else 0


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride, residual):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.relu = nn.ReLU()
        self.stride, self.added, self.residual = stride, outputs - inputs, residual

    def forward(self, x):
        y = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        if self.residual:
            # Option A: every other pixel, and zeros for the channels that the input does not have.
            shortcut = x[:, :, :: self.stride, :: self.stride]
            y = y + F.pad(shortcut, (0, 0, 0, 0, 0, self.added))
        return self.relu(y)


class Network(nn.Module):
    def __init__(self, depth, residual):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.relu = nn.ReLU()
        inputs = 16
        for stage, outputs in enumerate((16, 32, 64), start=1):
            blocks = nn.Sequential()
            for index in range((depth - 2) // 6):
                stride = 2 if stage > 1 and index == 0 else 1
                blocks.append(Block(inputs, outputs, stride, residual))
                inputs = outputs
            self.add_module(f"layer{stage}", blocks)
        self.fc = nn.Linear(inputs, CLASSES)

    def forward(self, x):
        x = self.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.fc(x.mean((2, 3)))


class Run:
    """One forward and backward pass: loss, logits, and every gradient."""

    def __init__(self, residual, precision):
        network = Network(20, residual)
        with torch.no_grad():
            for name, parameter in network.named_parameters():
                shape = parameter.shape
                parameter.copy_(tensor(name, shape, *scale_and_offset(name, shape)))
        network = network.to(precision).train()

        outputs, self.relu_margin = {}, math.inf

        def keep(name):
            def hook(module, inputs, output):
                output.retain_grad()
                outputs[name] = output

            return hook

        def measure(module, inputs):
            self.relu_margin = min(self.relu_margin, inputs[0].detach().abs().min().item())

        for name, module in network.named_modules():
            if isinstance(module, nn.Conv2d):
                module.register_forward_hook(keep(name))
            elif isinstance(module, nn.ReLU):
                module.register_forward_pre_hook(measure)

        logits = network(tensor("images", (BATCH, 3, SIDE, SIDE), 1.7).to(precision))
        loss = F.cross_entropy(logits, torch.arange(BATCH) * 3 % CLASSES)
        loss.backward()
        self.loss, self.logits = loss.detach(), logits.detach()
        self.parameters = {name: parameter.grad for name, parameter in network.named_parameters()}
        self.outputs = {name: output.grad for name, output in outputs.items()}


def rounded(number, digits=9):
    return float(f"{float(number):.{digits}g}")


def reference(name, residual):
    exact, single = Run(residual, torch.float64), Run(residual, torch.float32)
    rows = []
    for parameter, gradient in exact.parameters.items():
        scale, offset = scale_and_offset(parameter, gradient.shape)
        projections = signs(parameter, gradient.shape) @ gradient.flatten()
        error = (single.parameters[parameter] - gradient).norm() / gradient.norm()
        rows.append({
            "name": parameter,
            "shape": list(gradient.shape),
            "scale": rounded(scale),
            "offset": offset,
            "norm": rounded(gradient.norm()),
            "projections": [rounded(projection) for projection in projections],
            "float32Error": rounded(error, digits=3),
        })
    return {
        "name": name,
        "loss": rounded(exact.loss),
        "logits": [[rounded(logit) for logit in row] for row in exact.logits],
        "reluMargin": rounded(exact.relu_margin, digits=3),
        "outputGradients": [
            {"name": convolution, "norm": rounded(gradient.norm())}
            for convolution, gradient in exact.outputs.items()
        ],
        "gradients": rows,
    }


def main():
    torch.use_deterministic_algorithms(True)
    document = {
        "versions": {
            "torch": torch.__version__,
            "numpy": np.__version__,
            "python": platform.python_version(),
        },
        "images": {"shape": [BATCH, 3, SIDE, SIDE], "scale": rounded(np.float32(1.7))},
        "labels": [i * 3 % CLASSES for i in range(BATCH)],
        "networks": [reference("resnet-20", True), reference("plain-20", False)],
    }
    path = pathlib.Path(__file__).with_name("pytorch-reference.json")
    path.write_text(json.dumps(document, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
