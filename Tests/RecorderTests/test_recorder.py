"""Tests of the recorder, on a CPU: each of the ways in which such recorders fail has one."""

import copy
import io
import json
import math
import os
import pickle
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import warnings

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.checkpoint import checkpoint, checkpoint_sequential

from support import BasicBlock, Recorder, Run, SmallResNet, Transformer, loops, perceptron

WORKERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "workers.py")


class Case(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(0)
        # Two wait for each other where something else computes, too.
        torch.set_num_threads(1)
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.path = os.path.join(self.folder, "runs", "mine")
        # Nothing is said where nothing is wrong.
        self.caught = warnings.catch_warnings()
        self.caught.__enter__()
        self.addCleanup(self.caught.__exit__, None, None, None)
        warnings.filterwarnings("error", message=".*gradflow.*")

    def run_of(self, path=None):
        return Run(path or self.path)

    def near(self, found, expected, tolerance=1e-6):
        if expected == 0 or math.isinf(expected):
            self.assertEqual(found, expected)
        elif math.isnan(expected):
            self.assertTrue(math.isnan(found))
        else:
            self.assertLess(abs(found - expected), tolerance * abs(expected))

    def agrees(self, run, step, layer, tensor, kind="weight", tolerance=1e-6):
        for column, expected in loops(tensor).items():
            self.near(run.value(step, layer, column, kind), expected, tolerance)

    def train(self, model, batch, steps=3, optimizer=None, target=None, **options):
        """Trains a little; the gradients and weights that the optimizer's steps met, by name."""
        optimizer = optimizer or torch.optim.SGD(model.parameters(), 0.1)
        witness = []
        with Recorder(model, optimizer, self.path, every=1, **options) as recorder:
            for _ in range(steps):
                output = model(batch)
                output = output[0] if isinstance(output, tuple) else output
                loss = F.cross_entropy(output.flatten(0, -2), self.target(output, target))
                loss.backward()
                before = {name: each.detach().clone() for name, each in model.named_parameters()}
                gradients = {
                    name: None if each.grad is None else each.grad.clone()
                    for name, each in model.named_parameters()
                }
                optimizer.step()
                after = {name: each.detach().clone() for name, each in model.named_parameters()}
                witness.append((gradients, before, after))
                optimizer.zero_grad()
                recorder.step(loss)
            self.assertTrue(recorder.is_recording)
        return witness

    @staticmethod
    def target(output, target):
        if target is not None:
            return target.flatten()
        return torch.arange(output.flatten(0, -2).shape[0]) % output.shape[-1]

    def agrees_with(self, witness, run, names=None):
        """Compares every layer's weights at every step."""
        for step, (gradients, before, after) in enumerate(witness):
            for layer in names or run.names:
                weight = f"{layer}.weight"
                self.agrees(run, step, layer, gradients[weight])
                norm = loops(before[weight])["l2"]
                self.near(run.value(step, layer, "weight_norm"), norm)
                change = loops(after[weight].double() - before[weight].double())["l2"]
                self.near(run.value(step, layer, "update_ratio"), change / norm)


class Witness(Case):
    def test_everything_agrees_with_plain_loops(self):
        model = SmallResNet(blocks=2)
        twin = copy.deepcopy(model)
        images = torch.randn(4, 3, 8, 8)
        witness = self.train(model, images, steps=2)
        run = self.run_of()
        self.agrees_with(witness, run)
        # Gradients at outputs and responses, with retained gradients of a forward pass by hand.
        kept = {}

        def run_block(block, name, x):
            kept[f"{name}.conv1"] = block.conv1(x)
            out = kept[f"{name}.bn1"] = block.bn1(kept[f"{name}.conv1"])
            kept[f"{name}.conv2"] = block.conv2(F.relu(out))
            out = kept[f"{name}.bn2"] = block.bn2(kept[f"{name}.conv2"])
            if block.downsample is None:
                return F.relu(out + x)
            kept[f"{name}.downsample.0"] = block.downsample[0](x)
            kept[f"{name}.downsample.1"] = block.downsample[1](kept[f"{name}.downsample.0"])
            return F.relu(out + kept[f"{name}.downsample.1"])

        kept["conv1"] = twin.conv1(images)
        kept["bn1"] = twin.bn1(kept["conv1"])
        x = F.relu(kept["bn1"])
        for stage in ("layer1", "layer2"):
            for number, block in enumerate(getattr(twin, stage)):
                x = run_block(block, f"{stage}.{number}", x)
        kept["fc"] = twin.fc(x.mean((2, 3)))
        for each in kept.values():
            each.retain_grad()
        F.cross_entropy(kept["fc"], self.target(kept["fc"], None)).backward()
        for layer in run.names:
            self.agrees(run, 0, layer, kept[layer].grad, "activation", 2e-6)
            behind = layer.replace("conv", "bn").replace("downsample.0", "downsample.1")
            numbers = kept[behind].detach().double().flatten().tolist()
            mean = math.fsum(numbers) / len(numbers)
            deviation = math.sqrt(math.fsum((each - mean) ** 2 for each in numbers) / len(numbers))
            found = run.response(0, layer)
            self.near(found[0], deviation)
            self.assertLess(abs(found[1] - mean), 1e-7)

    def test_layers_are_in_order_with_stages_and_shortcuts(self):
        self.train(SmallResNet(), torch.randn(4, 3, 8, 8), steps=1)
        layers = [
            tuple(each[key] for key in ("index", "name", "stage", "path", "kind"))
            for each in self.run_of().layers
        ]
        self.assertEqual(
            layers,
            [
                (1, "conv1", 0, "main", "Conv2d"),
                (2, "layer1.0.conv1", 1, "main", "Conv2d"),
                (3, "layer1.0.conv2", 1, "main", "Conv2d"),
                (4, "layer2.0.conv1", 2, "main", "Conv2d"),
                (5, "layer2.0.conv2", 2, "main", "Conv2d"),
                (5, "layer2.0.downsample.0", 2, "shortcut", "Conv2d"),
                (6, "fc", 3, "main", "Linear"),
            ],
        )
        run = self.run_of()
        self.assertEqual(run.layers[0]["parameters"], 108)
        self.assertEqual(run.layers[-1]["filters"], 10)
        self.assertEqual(run.description["subject"]["depth"], 6)

    def test_order_is_that_of_execution(self):
        class Backwards(nn.Module):
            def __init__(self):
                super().__init__()
                self.last, self.first = nn.Linear(4, 3), nn.Linear(4, 4)

            def forward(self, x):
                return self.last(self.first(x))

        self.train(Backwards(), torch.randn(5, 4))
        self.assertEqual(self.run_of().names, ["first", "last"])

    def test_double_precision_sums_see_what_single_precision_cannot(self):
        model = nn.Sequential(nn.Linear(4, 4, bias=False), nn.Linear(4, 3, bias=False))
        optimizer = torch.optim.SGD(model.parameters(), 0.0)
        with Recorder(model, optimizer, self.path) as recorder:
            for size in (1e-30, 1e25):
                (model(torch.ones(2, 4)).sum() * 0).backward()
                model[0].weight.grad = torch.full((4, 4), size)
                optimizer.step()
                recorder.step(1.0)
        run = self.run_of()
        self.near(run.value(0, "0", "l2"), 4e-30)
        self.near(run.value(1, "0", "l2"), 4e25)
        self.assertEqual(run.value(0, "0", "zero_fraction"), 0)

    def test_large_tensors_agree_with_plain_loops(self):
        # Rows are summed in single precision where that is enough: not so squares that it cannot
        # hold, nor what hardly differs from its mean.
        drawn = torch.randn(5003)
        tensors = {
            "ordinary": drawn,
            "half zeros": drawn.relu(),
            "a few large": torch.exp(3 * drawn),
            "of very different sizes": drawn * 10 ** torch.linspace(-30, 10, 5003),
            "tiny": drawn * 1e-30,
            "huge": drawn * 1e25,
            "far from zero": drawn * 0.11 + 1,
            "hardly different": drawn * 1e-3 + 5,
            "all the same": torch.full((5003,), 1.1),
            "zeros": torch.zeros(5003),
            "one infinite": torch.cat([drawn[:-1], torch.tensor([math.inf])]),
            "one that is none": torch.cat([torch.tensor([math.nan]), drawn[1:]]),
        }
        # Hands on what it is given, and back what the loss asks for.
        model = nn.Linear(1, 1, bias=False)
        nn.init.ones_(model.weight)
        optimizer = torch.optim.SGD(model.parameters(), 0.0)
        with Recorder(nn.Sequential(model), optimizer, self.path) as recorder:
            for tensor in tensors.values():
                model(tensor[:, None])[:, 0].backward(tensor)
                model.weight.grad = None
                optimizer.step()
                recorder.step(1.0)
        run = self.run_of()
        for step, (name, tensor) in enumerate(tensors.items()):
            with self.subTest(name):
                found = run.value(step, "0", "max", "activation")
                if name == "one that is none":
                    self.assertTrue(math.isnan(found))
                    self.assertTrue(all(math.isnan(each) for each in run.response(step, "0")))
                    continue
                self.agrees(run, step, "0", tensor, "activation")
                numbers = tensor.double().tolist()
                if name == "one infinite":
                    self.assertEqual(run.response(step, "0")[1], math.inf)
                    continue
                mean = math.fsum(numbers) / len(numbers)
                deviation = math.sqrt(math.fsum((each - mean) ** 2 for each in numbers) / 5003)
                found = run.response(step, "0")
                self.assertLessEqual(abs(found[0] - deviation), 1e-5 * deviation + 1e-7 * abs(mean))
                self.assertLessEqual(abs(found[1] - mean), 1e-6 * (deviation + abs(mean)))


class Schedule(Case):
    def test_which_steps_have_layers(self):
        model = nn.Linear(3, 2)
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        options = {"every": 7, "dense": 3, "per_decade": 3}
        with Recorder(model, optimizer, self.path, **options) as recorder:
            for _ in range(40):
                loss = model(torch.randn(4, 3)).square().mean()
                loss.backward()
                optimizer.step()
                optimizer.zero_grad()
                recorder.step(loss, error=25)
                self.assertTrue(len(model._forward_hooks) == 0 or recorder._is_recorded)

        def begins_part(step):
            part = lambda each: int(math.log10(each) * 3 + 1e-9)  # noqa: E731
            return step >= 1 and (step == 1 or part(step) > part(step - 1))

        expected = [each for each in range(40) if each < 3 or each % 7 == 0 or begins_part(each)]
        run = self.run_of()
        self.assertEqual(run.recorded, expected)
        self.assertEqual([int(row["step"]) for row in run.steps], list(range(40)))
        self.assertEqual({row["error"] for row in run.steps}, {"25"})

    def test_learning_rates_are_those_of_the_step(self):
        for order in ("scheduler first", "recorder first"):
            model = nn.Linear(3, 2)
            optimizer = torch.optim.SGD(model.parameters(), 0.1)
            scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)
            with Recorder(model, optimizer, self.path) as recorder:
                for _ in range(3):
                    model(torch.randn(4, 3)).sum().backward()
                    optimizer.step()
                    if order == "scheduler first":
                        scheduler.step()
                    recorder.step(0.5)
                    if order == "recorder first":
                        scheduler.step()
            rates = [float(row["learning_rate"]) for row in self.run_of().steps]
            self.assertEqual(rates, [0.1, 0.05, 0.025])

    def test_evaluations(self):
        model = nn.Linear(3, 2)
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        with Recorder(model, optimizer, self.path) as recorder:
            with self.assertWarnsRegex(RuntimeWarning, "before the first step"):
                recorder.evaluation(evaluation_error=90)
            for epoch in range(2):
                for _ in range(2):
                    model(torch.randn(4, 3)).sum().backward()
                    optimizer.step()
                    recorder.step(torch.tensor(0.5))
                recorder.evaluation(training_error=torch.tensor(12.5))
                recorder.evaluation(evaluation_error=50.0, epoch=epoch + 1)
            with self.assertWarnsRegex(RuntimeWarning, "percent"):
                recorder.evaluation(evaluation_error=101)
        rows = [tuple(row.values()) for row in self.run_of().evaluations]
        self.assertEqual(rows, [("2", "1", "12.5", "50"), ("4", "2", "12.5", "50")])


class Pitfalls(Case):
    def test_in_place_operations(self):
        model = nn.Sequential(BasicBlock(3, 3), nn.Flatten(), nn.Linear(48, 3))
        witness = self.train(model, torch.randn(4, 3, 4, 4))
        self.agrees_with(witness, self.run_of())
        self.assertTrue(self.run_of().has_output("0.conv2"))

    def test_accumulation(self):
        model, batch = perceptron(4, 5, 3), torch.randn(12, 4)
        whole = copy.deepcopy(model)
        F.cross_entropy(whole(batch), torch.arange(12) % 3).backward()
        for zero_in_place in (False, True):
            twin = copy.deepcopy(model)
            optimizer = torch.optim.SGD(twin.parameters(), 0.0)
            with Recorder(twin, optimizer, self.path, every=1) as recorder:
                for _ in range(2):
                    for part in range(3):
                        rows = slice(4 * part, 4 * part + 4)
                        loss = F.cross_entropy(twin(batch[rows]), torch.arange(12)[rows] % 3)
                        (loss / 3).backward()
                        if part == 2:
                            optimizer.step()
                            optimizer.zero_grad(set_to_none=not zero_in_place)
                        recorder.step(loss)
                self.assertEqual(recorder.steps, 2)
            run = self.run_of()
            self.assertEqual(len(run.steps), 2)
            self.agrees(run, 1, "0", whole[0].weight.grad, tolerance=1e-5)
            loss = F.cross_entropy(whole(batch), torch.arange(12) % 3).item()
            self.near(float(run.steps[0]["loss"]), loss)
            self.assertEqual(run.names, ["0", "2"])

    def test_gradients_at_outputs_of_the_last_mini_batch_that_is_accumulated(self):
        model = nn.Linear(2, 1, bias=False)
        optimizer = torch.optim.SGD(model.parameters(), 0.0)
        with Recorder(model, optimizer, self.path) as recorder:
            for factor in (1.0, 5.0):
                (model(torch.ones(1, 2)).sum() * factor).backward()
            optimizer.step()
            recorder.step(0.0)
        run = self.run_of()
        self.near(run.value(0, "Linear", "l2", "activation"), 5)
        self.near(run.value(0, "Linear", "l2"), 6 * math.sqrt(2))

    def test_clipping(self):
        for tells in (False, True):
            model = perceptron(4, 5, 3)
            optimizer = torch.optim.SGD(model.parameters(), 0.1)
            with Recorder(model, optimizer, self.path) as recorder:
                for _ in range(3):
                    loss = F.cross_entropy(model(torch.randn(6, 4)) * 50, torch.arange(6) % 3)
                    loss.backward()
                    whole = [each.grad.clone() for each in model.parameters()]
                    if tells:
                        recorder.before_clipping()
                    nn.utils.clip_grad_norm_(model.parameters(), 1e-3)
                    clipped = [each.grad.clone() for each in model.parameters()]
                    optimizer.step()
                    optimizer.zero_grad()
                    recorder.step(loss)
            run = self.run_of()
            self.agrees(run, 2, "0", (whole if tells else clipped)[0])
            self.assertLess(run.value(2, "0", "update_ratio"), 1e-3)
            self.assertEqual("gradients of weights" in run.conditions, tells)

    def test_scaler_whose_optimizer_is_not_called_where_gradients_are_infinite(self):
        self.check_scaler(fused=False)

    def test_scaler_with_a_fused_optimizer(self):
        self.check_scaler(fused=True)

    def check_scaler(self, fused):
        model = perceptron(4, 5, 3)
        twin = copy.deepcopy(model)
        optimizer = torch.optim.SGD(model.parameters(), 0.0, fused=fused)
        scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
        batch, target = torch.randn(6, 4), torch.arange(6) % 3
        steps = 5
        with Recorder(model, optimizer, self.path, every=1, scaler=scaler) as recorder:
            for step in range(steps):
                loss = F.cross_entropy(model(batch), target)
                factor = math.inf if step in (0, 2) else 1.0
                scaler.scale(loss * factor).backward()
                scaler.step(optimizer)
                scaler.update()
                optimizer.zero_grad()
                recorder.step(loss)
            self.assertEqual(recorder.steps, steps)
        output = twin[2](F.relu(twin[0](batch)))
        output.retain_grad()
        F.cross_entropy(output, target).backward()
        run = self.run_of()
        self.assertEqual(len(run.steps), steps)
        self.assertEqual(run.recorded, list(range(steps)))
        for step in (1, 3, 4):
            self.agrees(run, step, "0", twin[0].weight.grad)
            self.agrees(run, step, "2", output.grad, "activation")
        for step in (0, 2):
            # An optimizer that was not called left nothing to be seen.
            norm = run.value(step, "0", "l2")
            self.assertTrue(not math.isfinite(norm) if fused else norm is None)
            self.assertEqual(run.value(step, "0", "update_ratio"), 0)
        self.assertEqual(run.conditions["skipped steps"], 2)

    def test_scaler_that_has_unscaled_for_clipping(self):
        for fused in (False, True):
            model = perceptron(4, 5, 3)
            optimizer = torch.optim.Adam(model.parameters(), 1e-3, fused=fused)
            scaler = torch.amp.GradScaler("cpu", init_scale=256.0)
            with Recorder(model, optimizer, self.path, every=1) as recorder:
                for _ in range(2):
                    loss = F.cross_entropy(model(torch.randn(6, 4)), torch.arange(6) % 3)
                    scaler.scale(loss).backward()
                    scaler.unscale_(optimizer)
                    recorder.before_clipping()
                    whole = model[0].weight.grad.clone()
                    nn.utils.clip_grad_norm_(model.parameters(), 1e-3)
                    scaler.step(optimizer)
                    scaler.update()
                    optimizer.zero_grad()
                    recorder.step(loss)
            self.agrees(self.run_of(), 1, "0", whole)

    def test_skipped_steps_whose_gradients_stay(self):
        model = perceptron(4, 5, 3)
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        with Recorder(model, optimizer, self.path, every=1) as recorder:
            for step in range(3):
                optimizer.zero_grad()
                loss = F.cross_entropy(model(torch.randn(6, 4)), torch.arange(6) % 3)
                (loss * (math.nan if step == 1 else 1)).backward()
                if step != 1:
                    optimizer.step()
                recorder.step(loss)
        run = self.run_of()
        self.assertEqual(len(run.steps), 3)
        self.assertTrue(math.isnan(run.value(1, "0", "l2")))
        self.assertEqual(run.value(1, "0", "update_ratio"), 0)

    def test_gradients_that_nobody_has_seen_are_left_open(self):
        model = perceptron(4, 5, 3)
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        with Recorder(model, optimizer, self.path, every=1) as recorder:
            for step in range(3):
                loss = F.cross_entropy(model(torch.randn(6, 4)), torch.arange(6) % 3)
                loss.backward()
                if step != 1:
                    optimizer.step()
                optimizer.zero_grad()
                recorder.step(loss)
        run = self.run_of()
        for column in ("l2", "rms", "max", "zero_fraction"):
            self.assertIsNone(run.value(1, "0", column))
            self.assertIsNotNone(run.value(2, "0", column))
        self.assertEqual(run.value(1, "0", "update_ratio"), 0)
        self.assertGreater(run.value(1, "0", "l2", kind="activation"), 0)

    def test_gradients_of_an_optimizer_that_is_skipped_alone_are_left_open(self):
        model = perceptron(4, 5, 5, 3)
        # Of the last layer no optimizer tells.
        optimizers = [torch.optim.SGD(model[each].parameters(), 0.1) for each in (0, 2)]
        with Recorder(model, optimizers, self.path, every=1) as recorder:
            for step in range(3):
                loss = F.cross_entropy(model(torch.randn(6, 4)), torch.arange(6) % 3)
                loss.backward()
                optimizers[0].step()
                if step != 1:
                    optimizers[1].step()
                model.zero_grad()
                recorder.step(loss)
        run = self.run_of()
        for column in ("l2", "rms", "max", "zero_fraction"):
            self.assertIsNotNone(run.value(1, "0", column))
            self.assertIsNone(run.value(1, "2", column))
            self.assertIsNotNone(run.value(2, "2", column))
            self.assertIsNone(run.value(2, "4", column))
        self.assertGreater(run.value(1, "2", "l2", kind="activation"), 0)
        self.assertEqual(run.value(1, "2", "update_ratio"), 0)
        self.assertNotIn("skipped steps", run.conditions)

    def test_gradients_at_outputs_without_a_backward_pass_are_left_open(self):
        model = perceptron(4, 5, 3)
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        with Recorder(model, optimizer, self.path, every=1) as recorder:
            for step in range(3):
                loss = F.cross_entropy(model(torch.randn(6, 4)), torch.arange(6) % 3)
                if step != 1:
                    loss.backward()
                    optimizer.step()
                    optimizer.zero_grad()
                recorder.step(loss)
        run = self.run_of()
        for kind in ("weight", "activation"):
            for column in ("l2", "rms", "max", "zero_fraction"):
                self.assertIsNone(run.value(1, "2", column, kind))
                self.assertIsNotNone(run.value(2, "2", column, kind))
        self.assertGreater(run.response(1, "2")[0], 0)
        self.assertEqual(run.conditions["skipped steps"], 1)

    def test_shared_modules_are_numbered(self):
        class Shared(nn.Module):
            def __init__(self):
                super().__init__()
                self.inner, self.head = nn.Linear(4, 4), nn.Linear(4, 3)

            def forward(self, x):
                first = kept["inner"] = self.inner(x)
                second = kept["inner#2"] = self.inner(torch.tanh(first))
                for each in (first, second):
                    each.retain_grad()
                return self.head(torch.tanh(second))

        kept = {}
        witness = self.train(Shared(), torch.randn(6, 4), steps=1)
        run = self.run_of()
        self.assertEqual(run.names, ["inner", "inner#2", "head"])
        self.assertEqual([each["parameters"] for each in run.layers], [20, 0, 15])
        for name, tensor in kept.items():
            self.agrees(run, 0, name, tensor.grad, "activation")
            self.agrees(run, 0, name, witness[0][0]["inner.weight"])

    def test_several_passes_in_a_step_are_not_several_calls(self):
        model = perceptron(4, 5, 3)
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        with Recorder(model, optimizer, self.path) as recorder:
            for _ in range(2):
                loss = (model(torch.randn(2, 4)) - model(torch.randn(2, 4))).square().sum()
                with torch.no_grad():
                    model(torch.randn(2, 4))
                loss.backward()
                model.eval()
                with torch.no_grad():
                    model(torch.randn(2, 4))
                model.train()
                optimizer.step()
                recorder.step(loss)
        run = self.run_of()
        self.assertEqual(run.names, ["0", "2"])
        self.assertGreater(run.value(1, "0", "l2", "activation"), 0)

    def test_parts_that_are_called_on_their_own(self):
        model = nn.ModuleDict({"encoder": nn.Linear(4, 2), "decoder": nn.Linear(2, 4)})
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        with Recorder(model, optimizer, self.path) as recorder:
            for _ in range(2):
                for _ in range(3):
                    loss = model["decoder"](model["encoder"](torch.randn(3, 4))).square().sum()
                    loss.backward()
                optimizer.step()
                recorder.step(loss)
        self.assertEqual(self.run_of().names, ["encoder", "decoder"])

    def test_frozen_and_unused_parameters(self):
        class Odd(nn.Module):
            def __init__(self):
                super().__init__()
                self.frozen, self.unused = nn.Linear(4, 4), nn.Linear(4, 4)
                self.ignored, self.head = nn.Linear(4, 4), nn.Linear(4, 3)
                self.frozen.requires_grad_(False)

            def forward(self, x):
                self.ignored(x)
                return self.head(self.frozen(x))

        model = Odd()
        trained = [each for each in model.parameters() if each.requires_grad]
        self.train(model, torch.randn(6, 4), optimizer=torch.optim.SGD(trained, 0.1))
        run = self.run_of()
        self.assertEqual(sorted(run.names), ["head", "ignored", "unused"])
        self.assertEqual(run.conditions["frozen layers"], "frozen")
        for layer in ("unused", "ignored"):
            numbers = [run.value(2, layer, key) for key in ("l2", "rms", "max", "zero_fraction")]
            self.assertEqual(numbers, [0, 0, 0, 1])
            self.assertEqual(run.value(2, layer, "update_ratio"), 0)
            self.assertGreater(run.value(2, layer, "weight_norm"), 0)
        self.assertEqual(run.value(2, "ignored", "zero_fraction", "activation"), 1)
        self.assertFalse(run.has_output("unused"))

    def test_layers_that_are_passed_over_at_a_step(self):
        class Dropping(nn.Module):
            def __init__(self):
                super().__init__()
                self.first, self.middle, self.last = (nn.Linear(4, 4) for _ in range(3))

            def forward(self, x, is_whole):
                x = self.first(x)
                return self.last(self.middle(x) if is_whole else x)

        model = Dropping()
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        with Recorder(model, optimizer, self.path) as recorder:
            for step in range(3):
                model(torch.randn(6, 4), step != 1).square().sum().backward()
                optimizer.step()
                optimizer.zero_grad()
                recorder.step(1)
        run = self.run_of()
        columns = ("l2", "rms", "max", "zero_fraction")
        # There was no output. The loss does not depend on the weights, which is known.
        self.assertEqual(run.response(1, "middle"), (None, None))
        for column in columns:
            self.assertIsNone(run.value(1, "middle", column, "activation"))
        self.assertEqual([run.value(1, "middle", column) for column in columns], [0, 0, 0, 1])
        for step, layer in ((1, "first"), (1, "last"), (2, "middle")):
            self.assertGreater(run.response(step, layer)[0], 0)
            self.assertGreater(run.value(step, layer, "l2", "activation"), 0)

    def test_parameters_that_are_frozen_on_the_way(self):
        model = perceptron(4, 5, 3)
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        with Recorder(model, optimizer, self.path) as recorder:
            for step in range(4):
                model[0].requires_grad_(step % 2 == 0)
                model(torch.randn(4, 4)).square().sum().backward()
                optimizer.step()
                optimizer.zero_grad()
                recorder.step(1)
        run = self.run_of()
        self.assertEqual(run.value(1, "0", "l2"), 0)
        self.assertGreater(run.value(2, "0", "l2"), 0)

    def test_checkpointing(self):
        for re_entrant in (False, True):
            model = perceptron(4, 6, 6, 6, 3, activation=nn.Tanh)
            twin = copy.deepcopy(model)
            batch = torch.randn(5, 4, requires_grad=True)
            optimizer = torch.optim.SGD(model.parameters(), 0.0)
            with Recorder(model, optimizer, self.path, every=1) as recorder:
                for _ in range(2):
                    output = checkpoint(model[:3], batch, use_reentrant=re_entrant)
                    output = checkpoint(model[3:], output, use_reentrant=re_entrant)
                    loss = F.cross_entropy(output, torch.arange(5) % 3)
                    loss.backward()
                    optimizer.step()
                    optimizer.zero_grad()
                    recorder.step(loss)
            kept, x = {}, batch
            for name, layer in twin.named_children():
                x = layer(x)
                kept[name] = x
                x.retain_grad()
            F.cross_entropy(x, torch.arange(5) % 3).backward()
            run = self.run_of()
            self.assertEqual(run.names, ["0", "2", "4", "6"])
            for step in range(2):
                for name in run.names:
                    self.agrees(run, step, name, twin[int(name)].weight.grad)
                    self.agrees(run, step, name, kept[name].grad, "activation")

    def test_checkpointing_inside_a_model(self):
        class Outer(nn.Module):
            def __init__(self, re_entrant):
                super().__init__()
                self.body, self.re_entrant = perceptron(4, 6, 6, 3), re_entrant

            def forward(self, x):
                return checkpoint_sequential(self.body, 2, x, use_reentrant=self.re_entrant)

        for re_entrant in (False, True):
            batch = torch.randn(5, 4, requires_grad=True)
            witness = self.train(Outer(re_entrant), batch)
            run = self.run_of()
            self.agrees_with(witness, run)
            self.assertEqual(run.names, ["body.0", "body.2", "body.4"])
            self.assertTrue(all(run.has_output(name) for name in run.names))

    @unittest.skipUnless(shutil.which("g++") or shutil.which("clang++"), "there is no compiler")
    def test_compiled_models_tell_of_their_weights(self):
        for before in (False, True):
            torch._dynamo.reset()
            model = perceptron(4, 5, 3)
            optimizer = torch.optim.SGD(model.parameters(), 0.1)
            compiled = torch.compile(model)
            recorder = Recorder(
                model if before else compiled, optimizer, self.path, every=2, dense=2
            )
            gradients = []
            for _ in range(5):
                loss = F.cross_entropy(compiled(torch.ones(6, 4)), torch.arange(6) % 3)
                loss.backward()
                gradients.append(model[0].weight.grad.clone())
                optimizer.step()
                optimizer.zero_grad()
                recorder.step(loss)
            self.assertTrue(recorder.is_recording)
            recorder.close()
            run = self.run_of()
            self.assertEqual(run.names, ["0", "2"])
            self.assertEqual(run.recorded, [0, 1, 2, 4])
            for step in run.recorded:
                self.agrees(run, step, "0", gradients[step])

    def test_numbers_that_are_none(self):
        model = perceptron(4, 5, 3)
        optimizer = torch.optim.SGD(model.parameters(), 0.0)
        with Recorder(model, optimizer, self.path) as recorder:
            for value in (math.nan, math.inf, -math.inf, 0.0):
                model(torch.randn(4, 4)).sum().backward()
                model[0].weight.grad[0, 0] = value
                model[2].weight.grad.zero_()
                optimizer.step()
                optimizer.zero_grad()
                recorder.step(value)
        run = self.run_of()
        self.assertEqual([row["loss"] for row in run.steps], ["nan", "inf", "-inf", "0"])
        self.assertTrue(math.isnan(run.value(0, "0", "l2")))
        self.assertTrue(math.isnan(run.value(0, "0", "max")))
        for step in (1, 2):
            self.assertEqual(run.value(step, "0", "l2"), math.inf)
            self.assertEqual(run.value(step, "0", "max"), math.inf)
        self.assertGreater(run.value(3, "0", "zero_fraction"), 0)
        self.assertEqual(run.value(3, "2", "l2"), 0)
        self.assertEqual(run.value(3, "2", "zero_fraction"), 1)

    def test_infinite_outputs(self):
        model = perceptron(4, 5, 3)
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        with Recorder(model, optimizer, self.path) as recorder:
            for value in (1.0, math.inf, math.nan):
                loss = model(torch.full((2, 4), value)).sum()
                loss.backward()
                optimizer.step()
                recorder.step(loss)
        run = self.run_of()
        self.assertTrue(math.isnan(run.response(2, "0")[0]))

    def test_several_optimizers(self):
        model = perceptron(4, 5, 5, 3)
        optimizers = [
            torch.optim.SGD(model[0].parameters(), 0.1),
            torch.optim.Adam(model[2].parameters(), 0.01),
        ]
        witness = []
        with Recorder(model, optimizers, self.path) as recorder:
            for step in range(3):
                loss = F.cross_entropy(model(torch.randn(6, 4)), torch.arange(6) % 3)
                loss.backward()
                witness.append([model[each].weight.grad.clone() for each in (0, 2, 4)])
                optimizers[0].step()
                if step != 1:
                    optimizers[1].step()
                recorder.step(loss)
                model.zero_grad()
        run = self.run_of()
        for step in range(3):
            for name, gradient in zip(("0", "2", "4"), witness[step]):
                self.agrees(run, step, name, gradient)
        self.assertGreater(run.value(0, "2", "update_ratio"), 0)
        self.assertEqual(run.value(1, "2", "update_ratio"), 0)
        # No optimizer has it.
        self.assertEqual(run.value(0, "4", "update_ratio"), 0)
        self.assertEqual(run.conditions["optimizer"], "SGD and Adam")

    def test_optimizers(self):
        kinds = [
            lambda each: torch.optim.Adam(each, 1e-3, amsgrad=True),
            lambda each: torch.optim.AdamW(each, 1e-3, foreach=True),
            lambda each: torch.optim.SGD(each, 0.1, momentum=0.9, nesterov=True, weight_decay=0.1),
            lambda each: torch.optim.RMSprop(each, 1e-3),
            lambda each: torch.optim.Adam(each, torch.tensor(1e-3)),
        ]
        for kind in kinds:
            model = perceptron(4, 5, 3)
            witness = self.train(model, torch.randn(6, 4), optimizer=kind(model.parameters()))
            self.agrees_with(witness, self.run_of())

    def test_optimizers_with_closures(self):
        model = perceptron(4, 5, 3, activation=nn.Tanh)
        optimizer = torch.optim.LBFGS(model.parameters(), lr=0.1, max_iter=1)
        batch = torch.randn(6, 4)

        def closure():
            optimizer.zero_grad()
            loss = F.cross_entropy(model(batch), torch.arange(6) % 3)
            loss.backward()
            return loss

        with Recorder(model, optimizer, self.path) as recorder:
            for _ in range(3):
                loss = optimizer.step(closure)
                expected = model[0].weight.grad.clone()
                recorder.step(loss)
        self.agrees(self.run_of(), 2, "0", expected)

    def test_channels_last_half_precision_and_sparse_gradients(self):
        model = nn.Sequential(
            nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(144, 3)
        ).to(memory_format=torch.channels_last)
        images = torch.randn(4, 3, 8, 8).to(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16):
            witness = self.train(model, images)
        self.agrees_with(witness, self.run_of())
        model = nn.Sequential(nn.Embedding(9, 4, sparse=True), nn.Linear(4, 3))
        witness = self.train(model, torch.tensor([1, 2, 2]))
        run = self.run_of()
        self.near(run.value(1, "0", "l2"), loops(witness[1][0]["0.weight"].to_dense())["l2"])
        self.near(run.value(1, "0", "zero_fraction"), 7 / 9)


class Models(Case):
    def test_recurrent(self):
        class Reader(nn.Module):
            def __init__(self):
                super().__init__()
                self.embed = nn.Embedding(7, 4)
                self.lstm = nn.LSTM(4, 5, num_layers=2, batch_first=True)
                self.head = nn.Linear(5, 3)

            def forward(self, tokens):
                output, _ = self.lstm(self.embed(tokens))
                return self.head(output[:, -1])

        witness = self.train(Reader(), torch.randint(0, 7, (4, 6)))
        run = self.run_of()
        self.assertEqual(run.names, ["embed", "lstm.l0", "lstm.l1", "head"])
        gradients = witness[0][0]
        for layer in (0, 1):
            both = [gradients[f"lstm.weight_{kind}_l{layer}"].flatten() for kind in ("ih", "hh")]
            self.agrees(run, 0, f"lstm.l{layer}", torch.cat(both))
        self.assertTrue(run.has_output("lstm.l1") and not run.has_output("lstm.l0"))

    def test_transformer(self):
        witness = self.train(Transformer(), torch.randint(0, 11, (3, 5)))
        run = self.run_of()
        names = ["self_attn", "self_attn.out_proj", "linear1", "linear2"]
        blocks = [f"h.{block}.{name}" for block in (0, 1) for name in names]
        self.assertEqual(run.names, ["position", "wte"] + blocks + ["head"])
        gradients = witness[1][0]
        self.agrees(run, 1, "position", gradients["position"])
        self.agrees(run, 1, "wte", gradients["wte.weight"])
        self.agrees(run, 1, "head", gradients["wte.weight"])
        self.agrees(run, 1, "h.1.self_attn", gradients["h.1.self_attn.in_proj_weight"])
        self.agrees_with(witness, run, [each for each in blocks if not each.endswith("attn")])
        self.assertTrue(run.has_output("h.0.self_attn"))
        self.assertFalse(run.has_output("position"))
        stages = [each["stage"] for each in run.layers]
        self.assertEqual(stages, [0, 0] + [1] * 4 + [2] * 4 + [3])
        # Weights that two layers share count once.
        self.assertEqual(run.layers[-1]["parameters"], 0)

    def test_weights_that_are_made_of_others(self):
        model = nn.Sequential(
            nn.utils.parametrizations.weight_norm(nn.Linear(4, 5)), nn.ReLU(), nn.Linear(5, 3)
        )
        self.train(model, torch.randn(6, 4))
        run = self.run_of()
        self.assertEqual(run.names, ["0", "2"])
        self.assertEqual(run.layers[0]["kind"], "Linear")
        self.assertTrue(run.has_output("0"))

    def test_only_scales(self):
        model = nn.Sequential(nn.LayerNorm(4))
        self.train(model, torch.randn(6, 4))
        self.assertEqual(self.run_of().names, ["0"])

    def test_names_from_hell(self):
        class Hell(nn.Module):
            def __init__(self):
                super().__init__()
                for name in names:
                    self.add_module(name, nn.Linear(4, 4))

            def forward(self, x):
                for name in names:
                    x = self._modules[name](x)
                return x

        names = [
            "a,b", "a;b", 'qu"ote', "line\nfeed", "sl/ash\\", "é", "e\u0301", "层🔥",
            "</script>", "x" * 300, "same#2", "same", "\ud800", " ",
        ]  # fmt: skip
        name = 'a, "model"\n' + "ü" * 300
        conditions = {'k,"': math.nan, "n": 3, "flag": True, "none": None, "深": "\ud800", 5: 0.5}
        model = Hell()
        self.path = os.path.join(self.folder, "runs", "läuft / nicht <b>".replace("/", "-"))
        witness = self.train(
            model, torch.randn(6, 4), name=name, role="plain", conditions=conditions
        )
        run = self.run_of()
        self.assertEqual(len(run.layers), len(names))
        self.assertIn("x" * 300, run.names)
        self.assertEqual(run.description["subject"]["role"], "plain")
        self.assertIs(run.conditions["flag"], True)
        for layer, module in zip(run.names, names):
            self.agrees(run, 2, layer, witness[2][0][f"{module}.weight"])

    def test_many_layers(self):
        model = perceptron(*[2] * 301)
        self.train(model, torch.randn(3, 2))
        self.assertEqual(len(self.run_of().layers), 300)

    def test_without_activations(self):
        model = SmallResNet()
        self.train(model, torch.randn(4, 3, 8, 8), activations=False)
        run = self.run_of()
        self.assertEqual({row["kind"] for row in run.gradients}, {"weight"})
        self.assertEqual(run.responses, [])


class Processes(Case):
    def worker(self, *arguments, check=True):
        command = [sys.executable, "-W", "ignore", WORKERS, *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
        if check:
            self.assertEqual(done.returncode, 0, done.stderr[-3000:])
        return done

    def test_two_processes_in_parallel_write_the_gradient_of_both(self):
        done = self.worker("parallel", self.path)
        self.assertIn("silent on rank 1", done.stdout)
        run = self.run_of()
        torch.manual_seed(0)
        model = perceptron(4, 5, 3)
        batch = torch.randn(8, 4, generator=torch.Generator().manual_seed(1))
        F.cross_entropy(model(batch), torch.arange(8) % 3).backward()
        for name in ("0", "2"):
            self.agrees(run, 0, name, model[int(name)].weight.grad, tolerance=1e-5)
        self.assertEqual(run.names, ["0", "2"])
        self.assertTrue(run.has_output("0"))
        self.assertIn("2 processes", run.conditions["gradients at outputs"])

    def test_sharded_parameters_are_refused_in_a_sentence(self):
        done = self.worker("sharded", self.path)
        self.assertIn("FullyShardedDataParallel", done.stdout)
        self.assertIn("FSDPModule", done.stdout)
        self.assertFalse(os.path.exists(self.path))

    def test_killed_and_resumed(self):
        for round_ in range(3):
            command = [sys.executable, "-W", "ignore", WORKERS, "endless", self.path]
            process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            first = int(process.stdout.readline())
            self.assertEqual(first == 0, round_ == 0)
            self.wait_for_steps(first + 20)
            process.send_signal(signal.SIGKILL)
            process.wait()
            process.stdout.close()
            # What is there can be read, but for a line that was cut off.
            Run(f"{self.path}.partial")
        self.worker("finish", self.path)
        run = self.run_of()
        steps = [int(row["step"]) for row in run.steps]
        self.assertEqual(steps, list(range(len(steps))))
        self.assertGreater(len(steps), 60)
        self.assertEqual(os.listdir(os.path.dirname(self.path)), ["mine"])

    def wait_for_steps(self, count):
        for _ in range(600):
            try:
                with open(f"{self.path}.partial/steps.csv", encoding="utf-8") as file:
                    if sum(1 for _ in file) > count:
                        return
            except FileNotFoundError:
                pass
            time.sleep(0.05)
        self.fail("nothing was recorded")

    def test_two_writers(self):
        model = perceptron(4, 5, 3)
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        with Recorder(model, optimizer, self.path):
            with self.assertWarnsRegex(RuntimeWarning, "another recorder"):
                self.assertFalse(Recorder(model, optimizer, self.path).is_recording)
            done = self.worker("finish", self.path)
            self.assertIn("another process writes there", done.stdout)


class Resuming(Case):
    def go(self, steps, **options):
        torch.manual_seed(1)
        model = SmallResNet()
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        recorder = Recorder(model, optimizer, self.path, every=2, dense=3, **options)
        done = recorder.steps
        for _ in range(steps):
            loss = F.cross_entropy(model(torch.randn(4, 3, 8, 8)), torch.arange(4))
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            recorder.step(loss)
        return recorder, done

    def stop(self, recorder):
        """Lets go without finishing, as a process does that ends."""
        recorder.__exit__(ValueError, ValueError(), None)

    def test_behind_a_number_of_steps(self):
        recorder, _ = self.go(6, conditions={"mine": "kept"})
        recorder.evaluation(evaluation_error=5)
        self.stop(recorder)
        recorder, done = self.go(4, resume=5)
        self.assertEqual(done, 5)
        recorder.close()
        run = self.run_of()
        self.assertEqual([int(row["step"]) for row in run.steps], list(range(9)))
        self.assertEqual(run.recorded, [0, 1, 2, 4, 6, 8])
        self.assertEqual(run.evaluations, [])
        self.assertEqual(run.conditions["mine"], "kept")
        self.assertTrue(all(each.get("normalized") for each in run.layers[:-1]))

    def test_every_place_where_writing_can_be_cut_off(self):
        recorder, _ = self.go(5)
        recorder.evaluation(evaluation_error=5)
        self.stop(recorder)
        whole = f"{self.path}.whole"
        os.rename(f"{self.path}.partial", whole)
        for table in ("steps", "gradients", "responses", "evaluations"):
            size = os.path.getsize(f"{whole}/{table}.csv")
            for cut in {size - 1, size - 30, size - 300, size // 2, 3, 0} - {-30, -300}:
                if not 0 <= cut < size:
                    continue
                shutil.copytree(whole, f"{self.path}.partial")
                os.truncate(f"{self.path}.partial/{table}.csv", cut)
                recorder, _ = self.go(3, resume=True)
                recorder.close()
                run = self.run_of()
                steps = [int(row["step"]) for row in run.steps]
                self.assertEqual(steps, list(range(len(steps))), (table, cut))
                shutil.rmtree(self.path)

    def test_finished_runs_go_on(self):
        recorder, _ = self.go(4)
        recorder.evaluation(evaluation_error=7)
        recorder.close()
        recorder, done = self.go(2, resume=True)
        self.assertEqual(done, 4)
        self.assertEqual(len(self.run_of().steps), 4)
        recorder.close()
        self.assertEqual(len(self.run_of().steps), 6)
        self.assertEqual(len(self.run_of().evaluations), 1)

    def test_evaluated_again_after_as_many_steps(self):
        recorder, _ = self.go(4)
        recorder.evaluation(evaluation_error=7)
        self.stop(recorder)
        recorder, _ = self.go(0, resume=True)
        recorder.evaluation(evaluation_error=8)
        recorder.close()
        self.assertEqual([row["evaluation_error"] for row in self.run_of().evaluations], ["8"])

    def test_beginning_anew(self):
        recorder, _ = self.go(6)
        self.stop(recorder)
        recorder, done = self.go(2)
        recorder.close()
        self.assertEqual((done, len(self.run_of().steps)), (0, 2))
        # A finished run stays until another one is finished.
        recorder, _ = self.go(3)
        self.assertEqual(len(self.run_of().steps), 2)
        recorder.close()
        self.assertEqual(len(self.run_of().steps), 3)

    def test_nothing_to_resume(self):
        recorder, done = self.go(2, resume=True)
        recorder.close()
        self.assertEqual((done, len(self.run_of().steps)), (0, 2))

    def test_another_model(self):
        recorder, _ = self.go(2)
        self.stop(recorder)
        model = perceptron(4, 3)
        with self.assertWarnsRegex(RuntimeWarning, "has a layer 'conv1'"):
            Recorder(model, torch.optim.SGD(model.parameters(), 0.1), self.path, resume=True)
        Run(f"{self.path}.partial")

    def test_readable_while_it_grows(self):
        recorder, _ = self.go(3)
        run = self.run_of(f"{self.path}.partial")
        self.assertEqual(len(run.steps), 3)
        recorder.close()


class Failing(Case):
    def check_training_goes_on(self, breaking, words):
        model = SmallResNet()
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            recorder = Recorder(model, optimizer, self.path, every=1)
            for step in range(4):
                if step == 2:
                    breaking(recorder)
                loss = F.cross_entropy(model(torch.randn(4, 3, 8, 8)), torch.arange(4))
                loss.backward()
                recorder.before_clipping()
                optimizer.step()
                optimizer.zero_grad()
                recorder.step(loss)
                recorder.evaluation(evaluation_error=1)
            recorder.close()
        said = [str(each.message) for each in said if "gradflow" in str(each.message)]
        self.assertEqual(len(said), 1, said)
        self.assertIn(words, said[0])
        self.assertFalse(any(each._forward_hooks for each in model.modules()))
        self.assertFalse(os.path.exists(self.path))

    def broken(self, *_arguments, **_names):
        raise KeyError("inside")

    def test_in_every_place(self):
        for place in (
            "_after_layer", "_at_output", "_before_optimizer", "_after_optimizer", "_measure",
            "_measure_response", "_end_step", "_rows", "_write_waiting", "_prepare",
            "_after_normalization", "_begin_pass", "_measure_gradients",
        ):  # fmt: skip
            with self.subTest(place):

                def breaking(recorder, place=place):
                    setattr(recorder, place, self.broken)
                    for hook in self.hooks(recorder):
                        body = hook._body
                        inner = getattr(body, "func", body)
                        if inner.__name__ == place:
                            hook._body = self.broken

                self.check_training_goes_on(breaking, "inside")
                shutil.rmtree(f"{self.path}.partial", ignore_errors=True)

    @staticmethod
    def hooks(recorder):
        found = []
        for handle in recorder._handles + recorder._optimizer_handles:
            hooks = handle.hooks_dict_ref()
            found.append(hooks[handle.id])
        return found

    def test_files_that_are_closed_and_disks_that_are_full(self):
        def closing(recorder):
            os.close(recorder._folder._files["gradients"])
            full = os.open("/dev/full", os.O_WRONLY)
            recorder._folder._files["gradients"] = full

        self.check_training_goes_on(closing, "No space left")

    def test_folders_that_cannot_be(self):
        with open(os.path.join(self.folder, "file"), "w", encoding="utf-8"):
            pass
        model = perceptron(4, 3)
        for path in (f"{self.folder}/file/run", f"{self.folder}/{'x' * 300}"):
            with self.assertWarnsRegex(RuntimeWarning, "records nothing"):
                recorder = Recorder(model, torch.optim.SGD(model.parameters(), 0.1), path)
            recorder.step(1.0)
            recorder.close()

    def test_warnings_that_are_errors(self):
        model = perceptron(4, 3)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            stream, sys.stderr = sys.stderr, io.StringIO()
            try:
                path = f"{self.folder}/{'x' * 300}"
                Recorder(model, torch.optim.SGD(model.parameters(), 0.1), path).step(1.0)
                self.assertIn("records nothing", sys.stderr.getvalue())
            finally:
                sys.stderr = stream

    def test_optimizers_that_are_never_called(self):
        model = perceptron(4, 3)
        unused = torch.optim.SGD(model.parameters(), 0.1)
        with Recorder(model, unused, self.path) as recorder:
            with self.assertWarnsRegex(RuntimeWarning, "without a step of the optimizer"):
                for _ in range(201):
                    model(torch.randn(4, 4)).sum().backward()
                    recorder.step(1.0)
        self.assertEqual(recorder.steps, 0)

    def test_wrong_arguments(self):
        model = perceptron(4, 3)
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        for options in (
            {"every": 0}, {"dense": -1}, {"per_decade": 0}, {"role": "other"},
        ):  # fmt: skip
            with self.assertRaises(ValueError):
                Recorder(model, optimizer, self.path, **options)
        with self.assertRaises(TypeError):
            Recorder(model, model, self.path)
        with self.assertRaises(TypeError):
            Recorder(optimizer, optimizer, self.path)
        with self.assertRaises(ValueError):
            Recorder(model, optimizer, f"{self.path}.partial")

    def test_models_are_copied_and_saved_without_hooks(self):
        model = SmallResNet()
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        with Recorder(model, optimizer, self.path, every=1) as recorder:
            twin = copy.deepcopy(model)
            again = pickle.loads(pickle.dumps(model))
            for each in (model, twin, again):
                F.cross_entropy(each(torch.randn(4, 3, 8, 8)), torch.arange(4)).backward()
            optimizer.step()
            recorder.step(1)
        run = self.run_of()
        self.assertFalse(any("#" in name for name in run.names))
        self.agrees(run, 0, "fc", model.fc.weight.grad)
        json.dumps(run.description)


if __name__ == "__main__":
    unittest.main()
