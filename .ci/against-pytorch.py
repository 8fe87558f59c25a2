#!/usr/bin/env python3
"""Compares `gradflow probe` with PyTorch: every family, same weights, same batch, every gradient.

    python3 -m venv venv && venv/bin/pip install torch==2.13.0 torchvision==0.28.0 safetensors numpy
    swift build -c release
    venv/bin/python .ci/against-pytorch.py [NETWORK…]

Weights go to gradflow as `safetensors.torch.save_file(model.state_dict())` writes them: torchvision's
models, the CIFAR family and the notes' code. PyTorch computes in double precision; what its own single
precision would have got stands beside. Errors are relative L2 errors, ‖ours − theirs‖ ÷ ‖theirs‖, the
largest over all parameters; a gradient that is zero but for rounding (a bias before a normalization) is
measured against the gradient of its layer's weights.

Where an input of a ReLU is so near zero that rounding decides its sign, the gradient jumps, in PyTorch's
single precision as in ours. So weights and images are drawn three times for each network: twice with
ReLU, and once with tanh in its place, which has no kinks (the notes' code keeps ReLU; its shifts are
raised by 3 instead, so that few inputs are near zero; the branches of bottleneck blocks are damped, without
which 152 layers magnify rounding beyond measure). Kinks strike one drawing or another, mistakes strike all.
Fails where none is within 1e-3; beyond 56 layers, within 1e-2 or twice what PyTorch's single precision does.
"""
import copy
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import nn

try:
    import torchvision.models as zoo
except RuntimeError:
    # PyPI's torchvision is made for graphics cards; beside a PyTorch for processors its operators are not
    # loaded, and it stumbles over these two when it describes them. No model needs them.
    operators = torch.library.Library("torchvision", "DEF")
    for name in ("nms", "qnms"):
        operators.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    import torchvision.models as zoo

ROOT = pathlib.Path(__file__).resolve().parent.parent
GRADFLOW = ROOT / ".build/release/gradflow"


# --- The CIFAR family (He et al. 2015, section 4.2) ---------------------------------------------


def number(value):
    return nn.Parameter(torch.tensor([value]))


class Block(nn.Module):
    """Two convolutions; `variant` is a word of gradflow's names for how they and the shortcut are joined."""

    def __init__(self, inputs, outputs, stride, residual, variant):
        super().__init__()
        self.variant = variant
        bare = variant == "fixup"
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn1 = nn.Identity() if bare else nn.BatchNorm2d(outputs)
        self.bn2 = nn.Identity() if bare else nn.BatchNorm2d(outputs)
        if variant == "relufirst":
            self.relu_in = nn.ReLU()
        if bare:
            for name in ("bias1a", "bias1b", "bias2a", "bias2b"):
                setattr(self, name, number(0.0))
            self.scale = number(1.0)
        if variant == "skipinit":
            self.alpha = number(0.5)
        if "gate" in variant:
            self.gate = nn.Conv2d(inputs, outputs, 1, stride)
        self.residual, self.added, self.stride = residual, outputs - inputs, stride
        self.relu = nn.ReLU()

    def branch(self, x):
        if self.variant == "fixup":
            y = self.relu(self.conv1(x + self.bias1a) + self.bias1b)
            return self.conv2(y + self.bias2a) * self.scale + self.bias2b
        if self.variant == "relufirst":
            return self.bn2(self.conv2(self.relu(self.bn1(self.conv1(self.relu_in(x))))))
        y = self.conv2(self.relu(self.bn1(self.conv1(x))))
        if self.variant == "bnafter":
            return y
        y = self.bn2(y)
        return self.relu(y) if self.variant == "relubefore" else y

    def forward(self, x):
        y = self.branch(x)
        if not self.residual:
            return self.relu(y)
        around = F.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.added))
        if self.variant.startswith("scale"):
            factors = [float(each) for each in self.variant.removeprefix("scale").split("x")] + [1.0]
            return self.relu(factors[0] * around + factors[1] * y)
        if self.variant == "skipinit":
            return self.relu(around + self.alpha * y)
        if "gate" in self.variant:
            g = torch.sigmoid(self.gate(x))
            y = g * y if self.variant.startswith("gate") else y
            return self.relu((1 - g) * around + y)
        if self.variant == "bnafter":
            return self.relu(self.bn2(around + y))
        return around + y if self.variant in ("relubefore", "relufirst") else self.relu(around + y)


class CIFAR(nn.Module):
    def __init__(self, depth, residual, variant=""):
        super().__init__()
        # Without a nonlinearity after the sums there is one, and a normalization, behind the last.
        self.is_open = variant == "relufirst"
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        if self.is_open:
            self.bn = nn.BatchNorm2d(64)
        elif variant != "fixup":
            self.bn1 = nn.BatchNorm2d(16)
        inputs = 16
        for stage, outputs in enumerate((16, 32, 64), start=1):
            layers = []
            for index in range((depth - 2) // 6):
                stride = 2 if stage > 1 and index == 0 else 1
                layers.append(Block(inputs, outputs, stride, residual, variant))
                inputs = outputs
            setattr(self, f"layer{stage}", nn.Sequential(*layers))
        self.fc, self.relu = nn.Linear(64, 10), nn.ReLU()

    def forward(self, x):
        x = self.conv1(x)
        if not self.is_open:
            x = self.relu(self.bn1(x) if hasattr(self, "bn1") else x)
        x = self.layer3(self.layer2(self.layer1(x)))
        x = self.relu(self.bn(x)) if self.is_open else x
        return self.fc(x.mean((2, 3)))


# --- The paper's ImageNet networks that torchvision lacks, from its parts -------------------------


class ZeroPadding(nn.Module):
    """Option A."""

    def __init__(self, stride, added):
        super().__init__()
        self.stride, self.added = stride, added

    def forward(self, x):
        return F.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.added))


def option_a(model):
    for module in model.modules():
        if isinstance(module, zoo.resnet.BasicBlock) and module.downsample is not None:
            convolution = module.downsample[0]
            module.downsample = ZeroPadding(
                module.stride, convolution.out_channels - convolution.in_channels)
    return model


def option_c(model):
    for module in model.modules():
        if isinstance(module, zoo.resnet.BasicBlock) and module.downsample is None:
            channels = module.conv1.in_channels
            module.downsample = nn.Sequential(
                nn.Conv2d(channels, channels, 1, bias=False), nn.BatchNorm2d(channels))
    return model


def stride_on_first(model):
    """The paper's bottleneck, where torchvision has its "v1.5"."""
    for module in model.modules():
        if isinstance(module, zoo.resnet.Bottleneck):
            module.conv1.stride, module.conv2.stride = module.conv2.stride, (1, 1)
    return model


def unhalved(model):
    """A first convolution without a stride."""
    model.conv1.stride = (1, 1)
    return model


class PlainBlock(nn.Module):
    def __init__(self, block):
        super().__init__()
        self.conv1, self.bn1, self.conv2, self.bn2 = block.conv1, block.bn1, block.conv2, block.bn2
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x))))))


def plain(model):
    for stage in (model.layer1, model.layer2, model.layer3, model.layer4):
        for index, block in enumerate(stage):
            stage[index] = PlainBlock(block)
    return model


# --- The notes' code, as printed -------------------------------------------------------------------


class Residual_block(nn.Module):
    def __init__(self, input_channels, output_channels, first=False):
        super().__init__()
        self.first = first
        if first == True:
            self.conv1 = nn.Conv2d(input_channels, output_channels, stride=2, kernel_size=3, padding=1)
            self.conv3 = nn.Conv2d(input_channels, output_channels, kernel_size=1, stride=2)
        else:
            self.conv1 = nn.Conv2d(output_channels, output_channels, kernel_size=3, padding=1)
        self.bn1 = nn.BatchNorm2d(output_channels)
        self.conv2 = nn.Conv2d(output_channels, output_channels, kernel_size=3, padding=1)
        self.bn2 = nn.BatchNorm2d(output_channels)

    def forward(self, x):
        Y = F.relu(self.bn1(self.conv1(x)))
        Y = self.bn2(self.conv2(Y))
        if self.first == True:
            x = self.conv3(x)
        Y = x + Y
        return F.relu(Y)


def resnet_block(input_channels, output_channels, num_residual_block, special=False):
    blk = []
    for i in range(num_residual_block):
        if i == 0 and special == True:
            blk.append(Residual_block(input_channels, input_channels))
        if i == 0 and special == False:
            blk.append(Residual_block(input_channels, output_channels, first=True))
        else:
            blk.append(Residual_block(output_channels, output_channels))
    return blk


def notes(counts):
    b1 = nn.Sequential(
        nn.Conv2d(kernel_size=7, in_channels=3, out_channels=64, stride=2, padding=3),
        nn.ReLU(),
        nn.MaxPool2d(kernel_size=3, stride=2, padding=1),
    )
    widths = (64, 64, 128, 256, 512)
    stages = [
        nn.Sequential(*resnet_block(widths[i], widths[i + 1], count, special=i == 0))
        for i, count in enumerate(counts)
    ]
    return nn.Sequential(b1, *stages, nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten(), nn.Linear(512, 10))


def with_tanh(model):
    for module in list(model.modules()):
        for name, child in module.named_children():
            if isinstance(child, nn.ReLU):
                setattr(module, name, nn.Tanh())
    return model


def without_dropout(model):
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
    return model


# name → (model, images, side)
NETWORKS = {
    **{f"plain-{d}": (lambda d=d: CIFAR(d, False), 8, 32) for d in (20, 32, 44, 56, 110)},
    **{f"resnet-{d}": (lambda d=d: CIFAR(d, True), 8, 32) for d in (20, 32, 44, 56, 110, 1202)},
    **{f"resnet-20-{v}": (lambda v=v: CIFAR(20, True, v.removeprefix("no-bn-")), 8, 32) for v in (
        "scale0.5", "scale0.5x0.25", "gate2", "shortcutgate1", "skipinit", "bnafter", "relubefore",
        "relufirst", "no-bn-fixup")},
    "plain-18": (lambda: plain(zoo.resnet18()), 4, 96),
    "plain-34": (lambda: plain(zoo.resnet34()), 4, 96),
    "resnet-18": (zoo.resnet18, 4, 224),
    "resnet-18-A": (lambda: option_a(zoo.resnet18()), 4, 96),
    "resnet-18-C": (lambda: option_c(zoo.resnet18()), 4, 96),
    "resnet-34": (zoo.resnet34, 4, 224),
    "resnet-34-A": (lambda: option_a(zoo.resnet34()), 4, 96),
    "resnet-34-C": (lambda: option_c(zoo.resnet34()), 4, 96),
    "resnet-34-A-stem1": (lambda: unhalved(option_a(zoo.resnet34())), 4, 48),
    "resnet-50": (lambda: stride_on_first(zoo.resnet50()), 4, 128),
    "resnet-50-v1.5": (zoo.resnet50, 4, 128),
    "resnet-101": (lambda: stride_on_first(zoo.resnet101()), 4, 128),
    "resnet-101-v1.5": (zoo.resnet101, 4, 128),
    "resnet-152": (lambda: stride_on_first(zoo.resnet152()), 4, 128),
    "resnet-152-v1.5": (zoo.resnet152, 4, 128),
    "vgg-16": (lambda: without_dropout(zoo.vgg16()), 2, 224),
    "vgg-16-bn": (lambda: without_dropout(zoo.vgg16_bn()), 4, 64),
    "vgg-19": (lambda: without_dropout(zoo.vgg19()), 2, 64),
    "vgg-19-bn": (lambda: without_dropout(zoo.vgg19_bn()), 4, 96),
    "notes-resnet-18": (lambda: notes((2, 2, 2, 2)), 4, 96),
    "notes-resnet-34": (lambda: notes((3, 4, 6, 3)), 4, 96),
}


def gradients(model, images, labels, precision):
    model = copy.deepcopy(model).to(precision).train()
    logits = model(images.to(precision))
    loss = F.cross_entropy(logits, labels)
    loss.backward()
    return logits.detach(), loss.item(), {n: p.grad for n, p in model.named_parameters()}


def errors(found, expected):
    """The relative error of every parameter's gradient."""
    scale = {name: gradient.norm().item() for name, gradient in expected.items()}
    result = {}
    for name, gradient in expected.items():
        difference = (found[name].to(torch.float64) - gradient).norm().item()
        weights = scale.get(name.rsplit(".", 1)[0] + ".weight", 0.0)
        result[name] = difference / (scale[name] if scale[name] > 1e-9 * weights else weights)
    return result


def compare_batch(name, seed, folder):
    """The largest errors of gradflow's gradients, of PyTorch's own in single precision, and of the
    loss, for one drawing of weights and images."""
    make, count, side = NETWORKS[name]
    torch.manual_seed(seed)
    model = make()
    with torch.no_grad():
        for key, parameter in model.named_parameters():
            if parameter.dim() == 1:  # so that scales and shifts differ from one and zero
                parameter += 0.1 * torch.randn_like(parameter)
        for module in model.modules() if seed == 2 else ():
            if isinstance(module, nn.BatchNorm2d) and name.startswith("notes"):
                module.bias += 3
            if isinstance(module, zoo.resnet.Bottleneck):
                module.bn3.weight *= 0.2
    if seed == 2 and not name.startswith("notes"):
        model, name = with_tanh(model), f"{name}-tanh"
    images = torch.randn(count, 3, side, side)
    classes = list(model.parameters())[-1].shape[0]
    labels = torch.arange(count) * 7 % classes
    save_file(model.state_dict(), folder / "weights.safetensors")
    save_file({"images": images, "labels": labels}, folder / "batch.safetensors")
    command = [GRADFLOW, "probe", "--network", name, "--weights", folder / "weights.safetensors",
               "--batch", folder / "batch.safetensors", "--gradients", folder / "g.safetensors",
               "--json"]
    report = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    ours = load_file(folder / "g.safetensors")
    logits, loss, exact = gradients(model, images, labels, torch.float64)
    _, _, single = gradients(model, images, labels, torch.float32)
    assert set(ours) == set(exact), set(ours) ^ set(exact)
    logit_error = (torch.tensor(report["logits"], dtype=torch.float64) - logits).norm() / logits.norm()
    return (max(errors(ours, exact).values()), max(errors(single, exact).values()),
            max(abs(report["loss"] / loss - 1), logit_error.item()), len(exact))


def compare(name, folder):
    depth = int(re.search(r"(?:plain|resnet|vgg)-(\d+)", name)[1])
    def limit(own):
        return 1e-3 if depth <= 56 else max(1e-2, 2 * own)

    batches = [compare_batch(name, seed, folder) for seed in range(3)]
    passed = any(max(ours, forward) <= limit(own) for ours, own, forward, _ in batches)
    print(f"{name:23} {batches[0][3]:5} gradients, largest error "
          + " ".join(f"{ours:.1e}" for ours, *_ in batches)
          + "; PyTorch in single precision "
          + " ".join(f"{own:.1e}" for _, own, *_ in batches)
          + "; loss and logits " + " ".join(f"{forward:.0e}" for _, _, forward, _ in batches)
          + ("" if passed else "  FAILED"), flush=True)
    return passed


def main():
    names = sys.argv[1:] or list(NETWORKS)
    with tempfile.TemporaryDirectory() as folder:
        results = [compare(name, pathlib.Path(folder)) for name in names]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
