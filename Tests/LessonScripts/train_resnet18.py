"""Trains and records torchvision's resnet18 on pictures of clothes, as it is or broken.

    gradflow recorder --write .          # gradflow_recorder.py, beside this file
    python train_resnet18.py             # leaves output/runs/resnet18
    python train_resnet18.py --variant sigmoid
    gradflow draw --runs output/runs/resnet18 output/runs/resnet18-sigmoid

Needs torchvision and Fashion-MNIST: Debian's package dataset-fashion-mnist, what `gradflow data
download fashion-mnist` fetches, or its four files in the folder that --data names.
"""

import argparse
import gzip
import math
import os
from pathlib import Path
from typing import Callable, Optional, Tuple

import torch
from gradflow_recorder import Recorder
from torch import Tensor, nn
from torchvision.models import resnet18

#: What is done to the network before it is trained.
VARIANTS = {
    "default": "as it is",
    "sigmoid": "a sigmoid for every ReLU",
    "small-weights": "every weight drawn a hundred times smaller",
    "no-norm": "without normalization, drawn after Kaiming He",
    "no-norm-sigmoid": "without normalization, a sigmoid for every ReLU",
    "no-norm-small-weights": "without normalization, every weight drawn a hundred times smaller",
}


def network(variant: str) -> nn.Module:
    """The network, with ten classes."""
    model = resnet18(num_classes=10)
    if variant.endswith("sigmoid"):
        replace(model, nn.ReLU, lambda _: nn.Sigmoid())
    if variant.startswith("no-norm"):
        replace(model, nn.BatchNorm2d, lambda _: nn.Identity())
    if variant.endswith("small-weights"):
        with torch.no_grad():
            for parameter in model.parameters():
                if parameter.dim() > 1:
                    parameter.mul_(0.01)
    return model


def replace(module: nn.Module, kind: type, make: Callable[[nn.Module], nn.Module]) -> None:
    """Puts another module in the place of each of a kind."""
    for name, child in module.named_children():
        if isinstance(child, kind):
            setattr(module, name, make(child))
        else:
            replace(child, kind, make)


def data_folder(given: Optional[Path]) -> Path:
    """The folder that was given, or the first of gradflow's own that has Fashion-MNIST."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gradflow"
    usual = [Path(os.environ.get("GRADFLOW_DATA") or cache), cache, Path("/usr/share/datasets")]
    roots = [given] if given else usual
    folders = [folder for root in roots for folder in (root, root / "fashion-mnist")]
    for folder in folders:
        if (folder / "train-images-idx3-ubyte.gz").exists():
            return folder
    raise SystemExit(
        f"Fashion-MNIST is in none of {', '.join(map(str, dict.fromkeys(folders)))}: install"
        " dataset-fashion-mnist, fetch it with `gradflow data download fashion-mnist`, or say"
        " with --data where it is."
    )


def images(folder: Path, part: str) -> Tuple[Tensor, Tensor]:
    """Images N×3×28×28 with mean 0 and deviation 1, and labels N, of the files of Fashion-MNIST."""

    def read(name: str, header: int) -> Tensor:
        with gzip.open(folder / f"{part}-{name}-ubyte.gz") as file:
            return torch.frombuffer(bytearray(file.read()[header:]), dtype=torch.uint8)

    pixels = read("images-idx3", 16).reshape(-1, 1, 28, 28).float() / 255
    return (pixels - 0.286) / 0.353, read("labels-idx1", 8).long()


def percent_wrong(outputs: Tensor, labels: Tensor) -> float:
    return 100 * (outputs.argmax(1) != labels).float().mean().item()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--variant", choices=VARIANTS, default="default")
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--every", type=int, help="record layers at every so many steps, too")
    parser.add_argument("--data", type=Path, help="the folder of Fashion-MNIST")
    parser.add_argument("--output", type=Path, default=Path("output/runs"))
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(1)

    folder = data_folder(arguments.data)
    train_images, train_labels = images(folder, "train")
    test_images, test_labels = images(folder, "t10k")
    test_images, test_labels = test_images[:1000].expand(-1, 3, -1, -1), test_labels[:1000]

    model = network(arguments.variant)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    name = "resnet18" if arguments.variant == "default" else f"resnet18-{arguments.variant}"
    batch = 32
    recorder = Recorder(
        model,
        optimizer,
        arguments.output / name,
        every=arguments.every or max(arguments.steps - 1, 1),  # the first and the last, and
        dense=6,
        per_decade=8,  # between them eight steps of every tenfold
        role="residual",
        conditions={"data": "Fashion-MNIST", "batch size": batch, "seed": arguments.seed},
    )

    wrong = []
    for step in range(arguments.steps):
        chosen = torch.randint(len(train_labels), (batch,))
        outputs = model(train_images[chosen].expand(-1, 3, -1, -1))
        loss = nn.functional.cross_entropy(outputs, train_labels[chosen])
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()

        wrong.append(percent_wrong(outputs, train_labels[chosen]))
        recorder.step(loss, error=wrong[-1])

        if (step + 1) % math.ceil(arguments.steps / 4) == 0 or step + 1 == arguments.steps:
            model.eval()
            with torch.no_grad():
                error = percent_wrong(model(test_images), test_labels)
            model.train()
            mean = sum(wrong) / len(wrong)
            recorder.evaluation(
                evaluation_error=error,
                training_error=mean,
                epoch=(step + 1) * batch / len(train_labels),
            )
            print(f"{name}: step {step + 1}, training {mean:.1f} %, test {error:.1f} %")
            wrong = []
    recorder.close()


if __name__ == "__main__":
    main()
