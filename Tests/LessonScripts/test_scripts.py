"""The scripts of lesson 10: each variant trains a few steps, and leaves whole records.

What the lesson says of a variant is seen at its first step: where a network is broken, at least one
layer gets next to nothing, and where it is mended, none does.
"""

import contextlib
import csv
import io
import math
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
sys.path[:0] = [str(HERE), str(RECORDER), str(ROOT / "Tests/RecorderTests")]

import processors  # noqa: E402,F401  pylint: disable=unused-import,wrong-import-position
import train_resnet18  # noqa: E402  pylint: disable=wrong-import-position
import train_transformer  # noqa: E402  pylint: disable=wrong-import-position
from support import Run  # noqa: E402  pylint: disable=wrong-import-position

IMAGES = pathlib.Path("/usr/share/datasets/fashion-mnist")

#: Of each script the name of its runs, the layers of its network, and whether all layers of a
#: variant get a gradient at the first step.
SCRIPTS = {
    "train_resnet18.py": (
        "resnet18",
        21,
        {
            "default": True,
            "sigmoid": True,
            "small-weights": True,
            "no-norm": True,
            "no-norm-sigmoid": False,
            "no-norm-small-weights": False,
        },
    ),
    "train_transformer.py": (
        "transformer",
        51,
        # Small weights recover: the lesson says when.
        {
            "default": True,
            "no-residual": False,
            "no-residual-shallow": True,
            "small-weights": False,
        },
    ),
}
#: L2 norms between which none of the smallest ones are.
NEXT_TO_NOTHING, SOMETHING = 1e-5, 1e-3


class ScriptTests(unittest.TestCase):
    def run_script(self, script, *arguments, **environment):
        return subprocess.run(
            [sys.executable, HERE / "processors.py", HERE / script, *arguments],
            env={**os.environ, "PYTHONPATH": str(RECORDER), **environment},
            capture_output=True,
            text=True,
        )

    def test_the_corrected_networks_have_the_papers_parameters(self):
        ran = self.run_script("resnet.py")
        self.assertEqual(ran.returncode, 0, ran.stderr)
        # As `gradflow describe` counts them.
        self.assertEqual(ran.stdout, "resnet-18: 11,689,512 parameters, output (2, 1000)\n"
                                     "resnet-34: 21,797,672 parameters, output (2, 1000)\n")

    def trains(self, script, main):
        """The first variant as a process, others in this one, where PyTorch is there already."""
        name, layers, variants = SCRIPTS[script]
        for variant, is_whole in variants.items():
            with self.subTest(variant), tempfile.TemporaryDirectory() as folder:
                options = ("--variant", variant, "--steps", "3", "--output", folder)
                if variant == "default":
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
                # Neither locks nor anything unfinished beside it.
                run = name if variant == "default" else f"{name}-{variant}"
                self.assertEqual(os.listdir(folder), [run])
                self.look_at(
                    Run(os.path.join(folder, run)),
                    15 if variant.endswith("shallow") else layers,
                    is_whole,
                )

    def look_at(self, run, layers, is_whole):
        self.assertEqual(len(run.layers), layers)
        self.assertEqual(run.recorded, [0, 1, 2])
        self.assertEqual([row["step"] for row in run.steps], ["0", "1", "2"])
        self.assertEqual(run.evaluations[-1]["step"], "3")
        for row in run.evaluations:
            self.assertTrue(row["evaluation_error"] and row["training_error"])
        measured = [row["loss"] for row in run.steps]
        for row in run.gradients:
            measured += [row[key] for key in ("l2", "rms", "max", "zero_fraction")]
        for row in run.responses:
            measured += [row["deviation"], row["mean"]]
        # What is not known is empty, and no number.
        self.assertNotIn("", measured)
        self.assertTrue(all(math.isfinite(float(each)) for each in measured))
        smallest = min(run.value(0, each, "l2") for each in run.names)
        if is_whole:
            self.assertGreater(smallest, SOMETHING)
        else:
            self.assertLess(smallest, NEXT_TO_NOTHING)

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
