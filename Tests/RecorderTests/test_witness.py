"""The recorder against gradflow itself: the same network, weights and images, recorded by both.

Needs a release build of the command (.build/release/gradflow), the package safetensors, and for
runs Fashion-MNIST where Debian's package dataset-fashion-mnist puts it. What is missing is said,
and skipped.
"""

import copy
import csv
import gzip
import importlib.util
import json
import math
import pathlib
import subprocess
import tempfile
import unittest

import torch
import torch.nn.functional as F

from support import Recorder

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
GRADFLOW = ROOT / ".build/release/gradflow"
IMAGES = pathlib.Path("/usr/share/datasets/fashion-mnist")

try:
    from safetensors.torch import load_file, save_file
except ImportError:
    load_file = save_file = None

#: What two libraries may differ by in single precision, of a norm. Networks have tanh here: at the
#: kink of a ReLU a difference in the last digit of a sum is one of a thousandth of the gradient.
TOLERANCE = 1e-5
#: The same of a maximum, which is a single number whose rounding nothing evens out. In resnet-18
#: PyTorch's own was measured to be 0.8e-5 from double precision, that of the probe 1.6e-5.
MAXIMUM_TOLERANCE = 1e-4
#: The same of both with ReLU: in resnet-20, where norms are 7e-4 apart and maxima 6e-3, PyTorch's
#: own single precision is 1e-4 and 1e-3 from double precision.
KINK_TOLERANCE, KINK_MAXIMUM_TOLERANCE = 1e-2, 5e-2

RUN = """
question: What do both record of the same step?
runs:
  - network: {name: resnet-20-tanh, width: 16}
defaults:
  dataset: {name: fashion-mnist, imageSize: 14, trainingImages: 64, augmentation: false}
  # So small a rate that the final weights are those at initialization.
  schedule: {base: 1e-30, iterations: 2}
  batchSize: 64
budgets:
  seconds:
"""


def networks():
    """The networks of .ci/against-pytorch.py, which have gradflow's names of parameters."""
    path = ROOT / ".ci/against-pytorch.py"
    spec = importlib.util.spec_from_file_location("against_pytorch", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rows(folder, table):
    with open(folder / f"{table}.csv", newline="", encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["step"] == "0"]


def rounding(value):
    """Half of the fifth digit, to which gradflow's records are rounded."""
    return 0.5 * 10 ** (math.floor(math.log10(abs(value))) - 4) if value else 0


@unittest.skipUnless(GRADFLOW.exists(), "there is no release build of the command")
@unittest.skipUnless(save_file, "there is no package safetensors")
class WitnessTests(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(1)
        torch.set_num_threads(1)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def recorded(self, model, images, labels, name="mine"):
        """What the recorder writes down of one step."""
        optimizer = torch.optim.SGD(model.parameters(), 1e-30)
        with Recorder(model.train(), optimizer, self.folder / name) as recorder:
            loss = F.cross_entropy(model(images), labels)
            loss.backward()
            optimizer.step()
            recorder.step(loss)
        return self.folder / name

    def recorded_numbers(self, model, images, labels, name="mine"):
        """The same by layer, kind and column."""
        folder = self.recorded(model, images, labels, name)
        found = {}
        for row in rows(folder, "gradients"):
            for column in ("l2", "rms", "max") if row["kind"] == "weight" else ("l2",):
                found[row["layer"], row["kind"], column] = float(row[column])
        for row in rows(folder, "responses"):
            found[row["layer"], "response", "deviation"] = float(row["deviation"])
        return found

    def probed_numbers(self, name, model, images, labels):
        """What the probe tells, and what its gradients are by PyTorch."""
        save_file(model.state_dict(), self.folder / "weights.safetensors")
        save_file({"images": images, "labels": labels}, self.folder / "batch.safetensors")
        command = [GRADFLOW, "probe", "--network", name, "--json"]
        command += ["--weights", self.folder / "weights.safetensors"]
        command += ["--batch", self.folder / "batch.safetensors"]
        command += ["--gradients", self.folder / "gradients.safetensors"]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
        gradients = load_file(self.folder / "gradients.safetensors")
        found = {}
        for layer in json.loads(done.stdout)["layers"]:
            place = layer["name"]
            gradient = gradients[f"{place}.weight"].double()
            found[place, "weight", "l2"] = layer["weightGradientNorm"]
            found[place, "weight", "rms"] = gradient.square().mean().sqrt().item()
            found[place, "weight", "max"] = gradient.abs().max().item()
            found[place, "activation", "l2"] = layer["outputGradientNorm"]
            found[place, "response", "deviation"] = layer["responseDeviation"]
        return found

    def agree(self, found, expected, name, slack=0.0, tolerance=TOLERANCE):
        self.assertLessEqual(
            abs(found - expected), tolerance * abs(expected) + slack, f"{name}: {found}, {expected}"
        )

    def agree_in_all(self, found, expected, norms=TOLERANCE, maxima=MAXIMUM_TOLERANCE):
        """Responses agree closely in any case: forward, a kink makes no jump."""
        self.assertEqual(set(found), set(expected))
        for key, value in expected.items():
            tolerance = maxima if key[2] == "max" else TOLERANCE if key[1] == "response" else norms
            self.agree(found[key], value, ", ".join(key), tolerance=tolerance)

    def drawn(self, name, has_kinks):
        """One of the networks with weights, images and labels."""
        witness = networks()
        make, count, side = witness.NETWORKS[name]
        model = make() if has_kinks else witness.with_tanh(make())
        side = min(side, 96)
        return model, torch.randn(count, 3, side, side), torch.arange(count) * 7 % 10

    def test_the_recorder_agrees_with_a_probe(self):
        for name in ("resnet-20", "plain-20", "resnet-18"):
            with self.subTest(name):
                drawn = self.drawn(name, has_kinks=False)
                expected = self.probed_numbers(f"{name}-tanh", *drawn)
                self.assertGreater(len(expected), 5 * 17)
                self.agree_in_all(self.recorded_numbers(*drawn), expected)

    def test_with_kinks_double_precision_is_the_third_witness(self):
        for name in ("resnet-20", "plain-20"):
            with self.subTest(name):
                model, images, labels = self.drawn(name, has_kinks=True)
                kinks = (KINK_TOLERANCE, KINK_MAXIMUM_TOLERANCE)
                exact = copy.deepcopy(model).double()
                probed = self.probed_numbers(name, model, images, labels)
                single = self.recorded_numbers(model, images, labels, "single")
                double = self.recorded_numbers(exact, images.double(), labels, "double")
                for found, expected in ((single, probed), (probed, double), (single, double)):
                    self.agree_in_all(found, expected, *kinks)
                # That one is right itself, to the nine digits that it writes.
                exact.zero_grad()
                F.cross_entropy(exact(images.double()), labels).backward()
                for layer, parameter in exact.named_parameters():
                    place = layer.removesuffix(".weight")
                    if (place, "weight", "l2") not in double:
                        continue
                    gradient = parameter.grad
                    for column, value in (
                        ("l2", gradient.norm().item()),
                        ("rms", gradient.square().mean().sqrt().item()),
                        ("max", gradient.abs().max().item()),
                    ):
                        found = double[place, "weight", column]
                        self.agree(found, value, f"{place}, {column}", tolerance=1e-8)

    @unittest.skipUnless(IMAGES.exists(), "Fashion-MNIST is not there")
    def test_the_recorder_agrees_with_a_run(self):
        (self.folder / "both.yaml").write_text(RUN, encoding="utf-8")
        command = [GRADFLOW, "run", self.folder / "both.yaml", "--output", self.folder / "output"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        (ours,) = (self.folder / "output/runs").glob("resnet-20-*[!k]")
        # The whole training set is the mini-batch; in which order does not matter.
        with gzip.open(IMAGES / "train-images-idx3-ubyte.gz") as file:
            pixels = torch.frombuffer(bytearray(file.read(16 + 64 * 784)[16:]), dtype=torch.uint8)
        with gzip.open(IMAGES / "train-labels-idx1-ubyte.gz") as file:
            labels = torch.frombuffer(bytearray(file.read(8 + 64)[8:]), dtype=torch.uint8).long()
        images = F.avg_pool2d(pixels.reshape(64, 1, 28, 28).double(), 2)
        images = images - images.mean(0)
        images = (images / images.square().mean().sqrt()).float()
        witness = networks()
        model = witness.with_tanh(witness.CIFAR(20, True))
        model.conv1 = torch.nn.Conv2d(1, 16, 3, 1, 1, bias=False)
        weights = load_file(ours / "checkpoint.safetensors")
        known = model.state_dict()
        model.load_state_dict({**known, **{key: weights[key] for key in known if key in weights}})
        mine = self.recorded(model, images, labels)
        for table, columns in (
            ("gradients", ("l2", "rms", "max", "zero_fraction", "weight_norm")),
            ("responses", ("deviation",)),
        ):
            pairs = list(zip(rows(mine, table), rows(ours, table)))
            self.assertGreater(len(pairs), 19)
            self.assertEqual(len(rows(mine, table)), len(rows(ours, table)))
            for found, expected in pairs:
                place = (found["layer"], found.get("kind"))
                self.assertEqual(place, (expected["layer"], expected.get("kind")))
                for column in columns:
                    if expected[column] == "":
                        self.assertEqual(found[column], "")
                        continue
                    value = float(expected[column])
                    name = f"{place}, {column}"
                    tolerance = MAXIMUM_TOLERANCE if column == "max" else TOLERANCE
                    slack = rounding(value)
                    self.agree(float(found[column]), value, name, slack, tolerance)


if __name__ == "__main__":
    unittest.main()
