"""The scripts of lesson 10: each variant trains a few steps, and leaves whole records."""

import contextlib
import csv
import io
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import warnings
from unittest import mock

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
RECORDER = ROOT / "Sources/gradflow/Recorder"
sys.path[:0] = [str(HERE), str(RECORDER)]

import processors  # noqa: E402,F401  pylint: disable=unused-import,wrong-import-position
import train_resnet18  # noqa: E402  pylint: disable=wrong-import-position
import train_transformer  # noqa: E402  pylint: disable=wrong-import-position

IMAGES = pathlib.Path("/usr/share/datasets/fashion-mnist")

#: The variants of each script, and the layers that they have.
SCRIPTS = {
    "train_resnet18.py": (
        "resnet18",
        21,
        (
            "default",
            "sigmoid",
            "small-weights",
            "no-norm",
            "no-norm-sigmoid",
            "no-norm-small-weights",
        ),
    ),
    "train_transformer.py": (
        "transformer",
        51,
        ("default", "no-residual", "no-residual-shallow", "small-weights"),
    ),
}


class ScriptTests(unittest.TestCase):
    def run_script(self, script, *arguments, **environment):
        return subprocess.run(
            [sys.executable, HERE / "processors.py", HERE / script, *arguments],
            env={**os.environ, "PYTHONPATH": str(RECORDER), **environment},
            capture_output=True,
            text=True,
        )

    def trains(self, script, main):
        """The first variant as a process, others in this one, where PyTorch is there already."""
        name, layers, variants = SCRIPTS[script]
        for variant in variants:
            with self.subTest(variant), tempfile.TemporaryDirectory() as folder:
                options = ("--variant", variant, "--steps", "3", "--output", folder)
                if variant == variants[0]:
                    done = self.run_script(script, *options)
                    self.assertEqual(done.returncode, 0, done.stderr)
                    said = done.stderr
                else:
                    with (
                        mock.patch.object(sys, "argv", [script, *options]),
                        contextlib.redirect_stdout(io.StringIO()),
                        contextlib.redirect_stderr(io.StringIO()) as errors,
                        warnings.catch_warnings(record=True) as caught,
                    ):
                        warnings.simplefilter("always")
                        main()
                    said = errors.getvalue() + "".join(str(each.message) for each in caught)
                self.assertNotIn("gradflow", said)
                run = pathlib.Path(folder) / (name if variant == "default" else f"{name}-{variant}")
                with open(run / "gradients.csv", newline="", encoding="utf-8") as file:
                    rows = list(csv.DictReader(file))
                expected = 15 if variant.endswith("shallow") else layers
                weights = {row["layer"] for row in rows if row["kind"] == "weight"}
                self.assertEqual(len(weights), expected)
                self.assertEqual({row["step"] for row in rows}, {"0", "1", "2"})
                with open(run / "evaluations.csv", newline="", encoding="utf-8") as file:
                    evaluations = list(csv.DictReader(file))
                self.assertEqual(evaluations[-1]["step"], "3")
                self.assertTrue(0 <= float(evaluations[-1]["evaluation_error"]) <= 100)

    @unittest.skipUnless(IMAGES.exists(), "Fashion-MNIST is not there")
    def test_every_variant_of_the_resnet_is_recorded(self):
        whole = train_resnet18.images(IMAGES, "t10k")
        few = tuple(each[:100] for each in whole)
        with mock.patch.object(train_resnet18, "images", lambda folder, part: few):
            self.trains("train_resnet18.py", train_resnet18.main)

    def test_every_variant_of_the_transformer_is_recorded(self):
        self.trains("train_transformer.py", train_transformer.main)

    def test_the_same_seed_gives_the_same_records(self):
        with tempfile.TemporaryDirectory() as folder:
            told = []
            for name, seed in (("one", "3"), ("two", "3"), ("other", "4")):
                output = pathlib.Path(folder) / name
                options = ("--steps", "3", "--seed", seed, "--output", output)
                done = self.run_script("train_transformer.py", *options)
                self.assertEqual(done.returncode, 0, done.stderr)
                files = sorted((output / "transformer").iterdir())
                told.append([(each.name, each.read_bytes()) for each in files])
            self.assertEqual(len(told[0]), 5)
            self.assertEqual(told[0], told[1])
            self.assertNotEqual(told[0], told[2])

    def test_layers_are_recorded_at_every_so_many_steps(self):
        with tempfile.TemporaryDirectory() as folder:
            options = ("--steps", "16", "--every", "5", "--output", folder)
            done = self.run_script("train_transformer.py", *options)
            self.assertEqual(done.returncode, 0, done.stderr)
            table = pathlib.Path(folder) / "transformer/gradients.csv"
            with open(table, newline="", encoding="utf-8") as file:
                steps = {int(row["step"]) for row in csv.DictReader(file)}
            self.assertLessEqual({0, 5, 10, 15}, steps)
            self.assertNotIn(14, steps)

    def test_missing_images_are_told_in_a_sentence(self):
        done = self.run_script("train_resnet18.py", "--data", "/nowhere")
        self.assertEqual(done.returncode, 1)
        self.assertIn("in none of /nowhere, /nowhere/fashion-mnist:", done.stderr)
        self.assertNotIn("Traceback", done.stderr)

    def test_images_are_looked_for_where_gradflow_looks(self):
        with tempfile.TemporaryDirectory() as folder:
            places = {}
            for name in ("given", "data", "cache/gradflow"):
                places[name] = pathlib.Path(folder) / name / "fashion-mnist"
                places[name].mkdir(parents=True)
                (places[name] / "train-images-idx3-ubyte.gz").touch()
            root = pathlib.Path(folder)
            cache = {"XDG_CACHE_HOME": str(root / "cache")}
            both = {"GRADFLOW_DATA": str(root / "data"), **cache}
            with mock.patch.dict(os.environ, both):
                self.assertEqual(train_resnet18.data_folder(root / "given"), places["given"])
                self.assertEqual(train_resnet18.data_folder(places["given"]), places["given"])
                self.assertEqual(train_resnet18.data_folder(None), places["data"])
                # A folder that is given is the only one.
                self.assertRaises(SystemExit, train_resnet18.data_folder, root / "elsewhere")
            with mock.patch.dict(os.environ, cache):
                os.environ.pop("GRADFLOW_DATA", None)
                self.assertEqual(train_resnet18.data_folder(None), places["cache/gradflow"])


if __name__ == "__main__":
    unittest.main()
