"""The scripts of lesson 10: each variant trains a few steps, and leaves whole records."""

import csv
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
RECORDER = ROOT / "Sources/gradflow/Recorder"
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
    def run_script(self, script, *arguments):
        return subprocess.run(
            [sys.executable, HERE / "processors.py", HERE / script, *arguments],
            env={**os.environ, "PYTHONPATH": str(RECORDER)},
            capture_output=True,
            text=True,
        )

    def trains(self, script):
        name, layers, variants = SCRIPTS[script]
        for variant in variants:
            with self.subTest(variant), tempfile.TemporaryDirectory() as folder:
                options = ("--variant", variant, "--steps", "3", "--output", folder)
                done = self.run_script(script, *options)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertNotIn("gradflow", done.stderr)
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
        self.trains("train_resnet18.py")

    def test_every_variant_of_the_transformer_is_recorded(self):
        self.trains("train_transformer.py")

    def test_missing_images_are_told_in_a_sentence(self):
        done = self.run_script("train_resnet18.py", "--data", "/nowhere")
        self.assertEqual(done.returncode, 1)
        self.assertIn("/nowhere/train-images-idx3-ubyte.gz is missing", done.stderr)
        self.assertNotIn("Traceback", done.stderr)


if __name__ == "__main__":
    unittest.main()
