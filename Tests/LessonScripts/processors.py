"""Runs a script whose torchvision is PyPI's and whose PyTorch is for processors.

    python processors.py SCRIPT ARGUMENTS…

That torchvision is made for graphics cards; the operators that it looks for when it is imported,
and that no classifier needs, are named here.
"""

import runpy
import sys

import torch

if "+cpu" in torch.__version__:
    operators = torch.library.Library("torchvision", "DEF")
    for name in ("nms", "qnms"):
        operators.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")

if __name__ == "__main__":
    sys.argv = sys.argv[1:]
    runpy.run_path(sys.argv[0], run_name="__main__")
