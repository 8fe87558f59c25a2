"""What the tests of the recorder share: models, a strict reader, plain loops to compare with."""

import json
import math
import os
import pathlib
import sys
import unicodedata

import torch
from torch import nn

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "Sources/gradflow/Recorder"))

from gradflow_recorder import Recorder  # noqa: E402,F401  pylint: disable=wrong-import-position

COLUMNS = {
    "steps": "step,loss,error,learning_rate",
    "evaluations": "step,epoch,training_error,evaluation_error",
    "gradients": "step,layer_index,layer,stage,path,kind,l2,rms,max,zero_fraction,weight_norm,"
    "update_ratio",
    "responses": "step,layer_index,layer,stage,path,deviation,mean",
}

#: What is known of a gradient or a response, or not: all of it together.
GRADIENT = ("l2", "rms", "max", "zero_fraction")
RESPONSE = ("deviation", "mean")
#: Fields that may be empty.
OPTIONAL = {
    "error",
    "epoch",
    "training_error",
    "evaluation_error",
    "weight_norm",
    "update_ratio",
    *GRADIENT,
    *RESPONSE,
}


class Run:
    """A run as gradflow reads it: strictly."""

    def __init__(self, path):
        with open(os.path.join(path, "run.json"), encoding="utf-8") as file:
            self.description = json.load(file)
        self.layers = self.description["layers"]
        self.conditions = self.description["conditions"]
        self._check_description()
        self.steps = self._table(path, "steps")
        self.evaluations = self._table(path, "evaluations")
        self.gradients = self._table(path, "gradients")
        self.responses = self._table(path, "responses")
        self._check_order("steps", lambda row: "step")
        self._check_order("evaluations", lambda row: "step")
        subjects = self._check_order("gradients", lambda row: (row["layer"], row["kind"]))
        self._check_order("responses", lambda row: row["layer"])
        assert all(int(row["step"]) >= 1 for row in self.evaluations)
        if subjects:
            names = [each["name"] for each in self.layers]
            assert [name for name, kind in subjects if kind == "weight"] == names
            places = {each["name"]: self._place(each) for each in self.layers}
            for row in self.gradients + self.responses:
                place = ",".join(row[key] for key in ("layer_index", "layer", "stage", "path"))
                assert place == places[row["layer"]], place

    @staticmethod
    def _place(layer):
        return ",".join(str(layer[key]) for key in ("index", "name", "stage", "path"))

    def _check_description(self):
        assert self.description["format"] == 2 and self.description["source"] == "recorded"
        assert self.description["subject"]["role"] in ("plain", "residual", "none")
        assert isinstance(self.description["context"]["version"], str)
        names, last = set(), 1
        assert self.layers
        for layer in self.layers:
            name = unicodedata.normalize("NFC", layer["name"])
            assert name and name not in names
            assert all(character >= " " and character not in ',"' for character in name)
            names.add(name)
            assert layer["index"] >= last and layer["stage"] >= 0 and layer["parameters"] >= 0
            assert layer.get("filters", 1) >= 1 and layer["path"] in ("main", "shortcut")
            last = layer["index"]
        for value in self.conditions.values():
            assert isinstance(value, (bool, int, float, str))

    @staticmethod
    def _table(path, name):
        with open(os.path.join(path, f"{name}.csv"), encoding="utf-8", newline="\n") as file:
            text = file.read()
        assert text.endswith("\n")
        lines = text[:-1].split("\n")
        assert lines[0] == COLUMNS[name]
        columns = lines[0].split(",")
        rows = []
        for line in lines[1:]:
            fields = line.split(",")
            assert len(fields) == len(columns), line
            row = dict(zip(columns, fields))
            for key, field in row.items():
                if key in ("layer", "path", "kind"):
                    continue
                if key in ("step", "layer_index", "stage"):
                    assert field.isdigit(), line
                    continue
                assert field or key in OPTIONAL, line
                value = float(field) if field else math.nan
                if key not in ("loss", "mean"):
                    assert math.isnan(value) or value >= 0, line
                if key.endswith("error"):
                    assert math.isnan(value) or value <= 100, line
                if key == "zero_fraction":
                    assert math.isnan(value) or value <= 1, line
            for together in (GRADIENT, RESPONSE):
                known = [bool(row[key]) for key in together if key in row]
                assert all(known) or not any(known), line
            rows.append(row)
        return rows

    def _check_order(self, table, subject):
        steps = {}
        last = -1
        for row in getattr(self, table):
            step = int(row["step"])
            assert step >= last, f"{table}: {step} behind {last}"
            last = step
            steps.setdefault(step, []).append(subject(row))
        first = next(iter(steps.values()), None)
        for step, subjects in steps.items():
            assert subjects == first, f"{table} at {step}: {subjects} and not {first}"
            assert len(set(subjects)) == len(subjects)
        return first

    @property
    def names(self):
        return [each["name"] for each in self.layers]

    @property
    def recorded(self):
        return sorted({int(row["step"]) for row in self.gradients})

    def value(self, step, layer, column, kind="weight"):
        rows = [
            row
            for row in self.gradients
            if (int(row["step"]), row["layer"], row["kind"]) == (step, layer, kind)
        ]
        assert len(rows) == 1, (step, layer, kind, len(rows))
        return float(rows[0][column]) if rows[0][column] else None

    def response(self, step, layer):
        rows = [row for row in self.responses if (int(row["step"]), row["layer"]) == (step, layer)]
        assert len(rows) == 1
        return tuple(float(rows[0][key]) if rows[0][key] else None for key in RESPONSE)

    def has_output(self, layer):
        return any(row["layer"] == layer and row["kind"] == "activation" for row in self.gradients)


def loops(tensor):
    """L2, RMS, maximum and share of zeros by plain loops over plain numbers."""
    numbers = tensor.detach().double().flatten().tolist()
    l2 = math.sqrt(math.fsum(each * each for each in numbers))
    return {
        "l2": l2,
        "rms": l2 / math.sqrt(len(numbers)),
        "max": max(abs(each) for each in numbers),
        "zero_fraction": sum(each == 0 for each in numbers) / len(numbers),
    }


class BasicBlock(nn.Module):
    """The block of torchvision's ResNets: in-place ReLU, `out += identity`."""

    def __init__(self, inputs, outputs, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, x):
        identity = x
        out = self.conv1(x)
        out = self.bn1(out)
        out = self.relu(out)
        out = self.conv2(out)
        out = self.bn2(out)
        if self.downsample is not None:
            identity = self.downsample(x)
        out += identity
        out = self.relu(out)
        return out


class SmallResNet(nn.Module):
    """Torchvision's layout, small."""

    def __init__(self, widths=(4, 8), blocks=1):
        super().__init__()
        self.conv1 = nn.Conv2d(3, widths[0], 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(widths[0])
        self.relu = nn.ReLU(inplace=True)
        inputs = widths[0]
        self.stages = []
        for stage, width in enumerate(widths, start=1):
            layers = []
            for block in range(blocks):
                layers.append(BasicBlock(inputs, width, 2 if stage > 1 and block == 0 else 1))
                inputs = width
            setattr(self, f"layer{stage}", nn.Sequential(*layers))
            self.stages.append(f"layer{stage}")
        self.fc = nn.Linear(inputs, 10)

    def forward(self, x):
        x = self.relu(self.bn1(self.conv1(x)))
        for stage in self.stages:
            x = getattr(self, stage)(x)
        return self.fc(x.mean((2, 3)))


class Transformer(nn.Module):
    """A small transformer in GPT's manner, with tied embeddings."""

    def __init__(self, vocabulary=11, width=8, blocks=2):
        super().__init__()
        self.wte = nn.Embedding(vocabulary, width)
        self.position = nn.Parameter(torch.randn(1, 6, width) * 0.1)
        self.h = nn.ModuleList(
            nn.TransformerEncoderLayer(width, 2, 16, dropout=0, batch_first=True)
            for _ in range(blocks)
        )
        self.head = nn.Linear(width, vocabulary, bias=False)
        self.head.weight = self.wte.weight

    def forward(self, tokens):
        x = self.wte(tokens) + self.position[:, : tokens.shape[1]]
        mask = nn.Transformer.generate_square_subsequent_mask(tokens.shape[1])
        for block in self.h:
            x = block(x, src_mask=mask, is_causal=True)
        return self.head(x)


def perceptron(*widths, activation=nn.ReLU):
    layers = []
    for inputs, outputs in zip(widths, widths[1:]):
        layers += [nn.Linear(inputs, outputs), activation()]
    return nn.Sequential(*layers[:-1])
