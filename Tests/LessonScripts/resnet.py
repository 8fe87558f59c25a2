"""ResNet-18 and ResNet-34 as He et al. 2015 describe them, with projections where shapes change."""

import torch
from torch import nn
from torch.nn import functional as F


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.shortcut = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        return F.relu(y + self.shortcut(x))


def stage(inputs, outputs, count, stride):
    first = Block(inputs, outputs, stride)
    return nn.Sequential(first, *(Block(outputs, outputs) for _ in range(count - 1)))


def resnet(counts, classes=1000):
    stem = [nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False), nn.BatchNorm2d(64), nn.ReLU(),
            nn.MaxPool2d(3, stride=2, padding=1)]
    widths = [64, 64, 128, 256, 512]
    stages = [stage(widths[i], widths[i + 1], counts[i], stride=1 if i == 0 else 2) for i in range(4)]
    return nn.Sequential(*stem, *stages, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, classes))


if __name__ == "__main__":
    for name, counts in {"resnet-18": [2, 2, 2, 2], "resnet-34": [3, 4, 6, 3]}.items():
        network = resnet(counts)
        parameters = sum(each.numel() for each in network.parameters())
        print(f"{name}: {parameters:,} parameters, output {tuple(network(torch.ones(2, 3, 224, 224)).shape)}")
