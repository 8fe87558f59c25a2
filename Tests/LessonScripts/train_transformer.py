"""Trains and records a small transformer that turns rows of digits round, as it is or broken.

    gradflow recorder --write .          # gradflow_recorder.py, beside this file
    python train_transformer.py          # leaves output/runs/transformer
    python train_transformer.py --variant no-residual
    gradflow draw --runs output/runs/transformer output/runs/transformer-no-residual

Needs nothing but PyTorch: it makes up the rows of digits that it learns from.
"""

import argparse
import math
from pathlib import Path

import torch
from gradflow_recorder import Recorder
from torch import Tensor, nn

#: What is done to the network before it is trained.
VARIANTS = {
    "default": "as it is",
    "no-residual": "nothing is added to what a layer was given",
    "no-residual-shallow": "the same, with two blocks instead of eight",
    "small-weights": "every weight drawn a hundred times smaller",
}

DIGITS = 10
LENGTH = 12
WIDTH = 64
HEADS = 4


class Attention(nn.Module):
    """Every place of a row looks at all others (Vaswani et al. 2017)."""

    def __init__(self) -> None:
        super().__init__()
        self.query = nn.Linear(WIDTH, WIDTH)
        self.key = nn.Linear(WIDTH, WIDTH)
        self.value = nn.Linear(WIDTH, WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        n = x.shape[0]
        q, k, v = (
            layer(x).view(n, LENGTH, HEADS, WIDTH // HEADS).transpose(1, 2)
            for layer in (self.query, self.key, self.value)
        )
        mixed = nn.functional.scaled_dot_product_attention(q, k, v)
        return self.out(mixed.transpose(1, 2).reshape(n, LENGTH, WIDTH))


class Block(nn.Module):
    """Attention, then two layers for each place; both are added to what they get, or replace it."""

    def __init__(self, is_residual: bool) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(WIDTH)
        self.attention = Attention()
        self.norm2 = nn.LayerNorm(WIDTH)
        self.up = nn.Linear(WIDTH, 4 * WIDTH)
        self.down = nn.Linear(4 * WIDTH, WIDTH)
        self.is_residual = is_residual

    def forward(self, x: Tensor) -> Tensor:
        attended = self.attention(self.norm1(x))
        x = x + attended if self.is_residual else attended
        mixed = self.down(nn.functional.gelu(self.up(self.norm2(x))))
        return x + mixed if self.is_residual else mixed


class Transformer(nn.Module):
    """Rows of digits N×12 to logits N×12×10."""

    def __init__(self, blocks: int, is_residual: bool) -> None:
        super().__init__()
        self.digits = nn.Embedding(DIGITS, WIDTH)
        self.places = nn.Embedding(LENGTH, WIDTH)
        self.blocks = nn.ModuleList([Block(is_residual) for _ in range(blocks)])
        self.norm = nn.LayerNorm(WIDTH)
        self.head = nn.Linear(WIDTH, DIGITS)

    def forward(self, rows: Tensor) -> Tensor:
        x = self.digits(rows) + self.places(torch.arange(LENGTH))
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


def network(variant: str) -> nn.Module:
    model = Transformer(
        blocks=2 if variant.endswith("shallow") else 8,
        is_residual=not variant.startswith("no-residual"),
    )
    if variant == "small-weights":
        with torch.no_grad():
            for parameter in model.parameters():
                if parameter.dim() > 1:
                    parameter.mul_(0.01)
    return model


def percent_wrong(outputs: Tensor, answers: Tensor) -> float:
    return 100 * (outputs.argmax(2) != answers).float().mean().item()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--variant", choices=VARIANTS, default="default")
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--every", type=int, help="record layers at every so many steps, too")
    parser.add_argument("--output", type=Path, default=Path("output/runs"))
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(1)

    model = network(arguments.variant)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    name = "transformer" if arguments.variant == "default" else f"transformer-{arguments.variant}"
    batch = 32
    recorder = Recorder(
        model,
        optimizer,
        arguments.output / name,
        every=arguments.every or max(arguments.steps - 1, 1),  # the first and the last, and
        dense=4,
        per_decade=5,  # between them five steps of every tenfold
        role="plain" if arguments.variant.startswith("no-residual") else "residual",
        conditions={
            "data": "rows of 12 digits to be turned round",
            "batch size": batch,
            "seed": arguments.seed,
        },
    )

    held_out = torch.randint(DIGITS, (500, LENGTH))
    wrong = []
    for step in range(arguments.steps):
        rows = torch.randint(DIGITS, (batch, LENGTH))
        answers = rows.flip(1)
        outputs = model(rows)
        loss = nn.functional.cross_entropy(outputs.flatten(0, 1), answers.flatten())
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()

        wrong.append(percent_wrong(outputs, answers))
        recorder.step(loss, error=wrong[-1])

        if (step + 1) % math.ceil(arguments.steps / 6) == 0 or step + 1 == arguments.steps:
            with torch.no_grad():
                error = percent_wrong(model(held_out), held_out.flip(1))
            mean = sum(wrong) / len(wrong)
            recorder.evaluation(evaluation_error=error, training_error=mean)
            print(f"{name}: step {step + 1}, training {mean:.1f} %, held out {error:.1f} %")
            wrong = []
    recorder.close()


if __name__ == "__main__":
    main()
