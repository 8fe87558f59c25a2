"""Tests of the recorder with what users do besides: other optimizers, other models, files of their own."""

import os
import unittest
import warnings

import torch
import torch.nn.functional as F
from torch import nn

from support import Recorder, SmallResNet, perceptron
from test_recorder import Case

COLUMNS = ("l2", "rms", "max", "zero_fraction")


class Surprises(Case):
    def step(self, model, optimizer, recorder, inputs=None):
        """One step; the gradients that the optimizer met, by name."""
        inputs = torch.randn(6, 4) if inputs is None else inputs
        loss = model(inputs).square().mean()
        loss.backward()
        gradients = {name: each.grad for name, each in model.named_parameters()}
        gradients = {name: None if each is None else each.clone() for name, each in gradients.items()}
        optimizer.step()
        optimizer.zero_grad()
        recorder.step(loss)
        return gradients

    def words(self, action):
        """What is said while something is done."""
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            action()
        return [str(each.message) for each in said if "gradflow" in str(each.message)]


class Files(Surprises):
    def record(self, path, steps=2, **options):
        model = perceptron(4, 5, 3)
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        with Recorder(model, optimizer, path, **options) as recorder:
            for _ in range(steps):
                self.step(model, optimizer, recorder)

    def write(self, *parts):
        path = os.path.join(self.folder, *parts)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write("mine")
        return path

    def test_files_beside_the_records_stay(self):
        os.makedirs(self.path)
        model = perceptron(4, 5, 3)
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        with Recorder(model, optimizer, self.path) as recorder:
            self.step(model, optimizer, recorder)
            files = [self.write("runs", "mine", "best.pt"), self.write("runs", "mine", "a", "b.pt")]
        self.run_of()
        # A run in its place leaves them there, and so does one that goes on.
        self.record(self.path)
        self.record(self.path, resume=True)
        self.assertEqual(len(self.run_of().steps), 4)
        for each in files:
            self.assertTrue(os.path.exists(each), each)
        self.assertEqual(os.listdir(os.path.dirname(self.path)), ["mine"])

    def test_files_in_an_interrupted_run_stay(self):
        self.record(self.path)
        os.rename(self.path, f"{self.path}.partial")
        kept = self.write("runs", "mine.partial", "thesis.tex")
        self.record(self.path, steps=3)
        self.assertEqual(len(self.run_of().steps), 3)
        self.assertTrue(os.path.exists(kept.replace(".partial", "")))

    def test_a_replacement_that_was_cut_off_loses_nothing(self):
        self.record(self.path)
        os.rename(self.path, f"{self.path}.replaced")
        self.write("runs", "mine.replaced", "best.pt")
        self.record(self.path)
        os.makedirs(f"{self.path}.replaced")
        self.write("runs", "mine.replaced", "steps.csv")
        self.write("runs", "mine.replaced", "last.pt")
        self.record(self.path)
        self.assertLessEqual({"best.pt", "last.pt", "run.json"}, set(os.listdir(self.path)))
        self.assertEqual(os.listdir(os.path.dirname(self.path)), ["mine"])

    def test_folders_of_something_else_are_refused(self):
        for kept, path, words in (
            (self.write("project", "train.py"), "project", "holds train.py; give the run a folder"),
            (self.write("all", "one", "run.json"), "all", "holds one"),
            (self.write("draft.partial", "thesis.tex"), "draft", "holds thesis.tex"),
            (self.write("file"), "file", "is a file"),
        ):
            said = self.words(lambda path=path: self.record(os.path.join(self.folder, path)))
            self.assertEqual(len(said), 1, said)
            self.assertIn(words, said[0])
            with open(kept, encoding="utf-8") as file:
                self.assertEqual(file.read(), "mine")
        os.makedirs(self.path)
        with open(os.path.join(self.path, "run.json"), "w", encoding="utf-8") as file:
            file.write('{"format": 2, "configuration": {}}')
        for options in ({}, {"resume": True}):
            said = self.words(lambda options=options: self.record(self.path, **options))
            self.assertIn("was not recorded by this program", said[0])
        self.assertEqual(sorted(os.listdir(self.folder)), ["all", "draft.partial", "file", "project", "runs"])
        self.assertEqual(os.listdir(os.path.dirname(self.path)), ["mine"])

    def test_links_to_folders_stay_links(self):
        os.makedirs(os.path.join(self.folder, "runs", "real"))
        os.symlink("real", self.path)
        self.record(self.path)
        self.assertTrue(os.path.islink(self.path))
        self.assertEqual(self.run_of().description["subject"]["name"], "mine")

    def test_resuming_what_cannot_go_on_leaves_the_finished_run_alone(self):
        self.record(self.path)
        model = perceptron(4, 5, 5, 3)[2:]
        said = self.words(
            lambda: Recorder(model, torch.optim.SGD(model.parameters(), 1), self.path, resume=True)
        )
        self.assertIn("has a layer '0'", said[0])
        self.assertEqual(os.listdir(os.path.dirname(self.path)), ["mine"])
        os.rename(f"{self.path}/steps.csv", f"{self.path}/steps.csv.gz")
        self.assertIn("packed", self.words(lambda: self.record(self.path, resume=True))[0])

    def test_resuming_behind_the_end_says_what_is_missing(self):
        self.record(self.path)
        said = self.words(lambda: self.record(self.path, resume=5))
        self.assertIn("end after 2 steps; those up to 5 are missing", said[0])
        for wrong in (-1, "yes", 2.5):
            with self.assertRaises(ValueError):
                self.record(self.path, resume=wrong)


class Optimizers(Surprises):
    def test_an_optimizer_that_takes_the_place_of_the_first_is_followed(self):
        model = perceptron(4, 5, 3)
        first = torch.optim.SGD(model.parameters(), 0.1)
        second = torch.optim.Adam(model.parameters(), 0.001)
        foreign = torch.optim.SGD(perceptron(3, 3).parameters(), 0.1)

        def train():
            with Recorder(model, first, self.path, every=1) as recorder:
                self.step(model, first, recorder)
                foreign.step()
                for _ in range(2):
                    self.found = self.step(model, second, recorder)

        said = self.words(train)
        self.assertEqual(len(said), 1, said)
        self.assertIn("at step 1 another optimizer, Adam", said[0])
        run = self.run_of()
        for column in (*COLUMNS, "update_ratio"):
            self.assertIsNone(run.value(1, "0", column), column)
        self.agrees(run, 2, "0", self.found["0.weight"])
        self.assertGreater(run.value(2, "0", "update_ratio"), 0)
        self.assertEqual(float(run.steps[2]["learning_rate"]), 0.001)
        self.assertNotIn("skipped steps", run.conditions)
        self.assertEqual(run.conditions["optimizer"], "SGD and Adam")

    def test_an_optimizer_inside_another_is_no_stranger(self):
        class Outer(torch.optim.Optimizer):
            def __init__(self, parameters):
                super().__init__(parameters, {})
                self.base = torch.optim.SGD(self.param_groups, 0.1)

            def step(self, closure=None):
                return self.base.step(closure)

        model = perceptron(4, 5, 3)
        optimizer = Outer(list(model.parameters()))
        with Recorder(model, optimizer, self.path) as recorder:
            for _ in range(3):
                gradients = self.step(model, optimizer, recorder)
        run = self.run_of()
        self.agrees(run, 2, "0", gradients["0.weight"])
        self.assertGreater(run.value(2, "0", "update_ratio"), 0)

    def test_weights_that_are_moved_by_hand_are_not_called_unmoved(self):
        model = perceptron(4, 5, 3)
        unused = torch.optim.SGD(model.parameters(), 0.1)

        def train():
            with Recorder(model, unused, self.path) as recorder:
                for _ in range(3):
                    model(torch.randn(6, 4)).square().mean().backward()
                    with torch.no_grad():
                        for each in model.parameters():
                            each -= 0.1 * each.grad
                    model.zero_grad()
                    recorder.step(1.0)

        said = self.words(train)
        self.assertEqual(len(said), 1, said)
        self.assertIn("not by an optimizer that was given", said[0])
        run = self.run_of()
        self.assertIsNone(run.value(1, "0", "update_ratio"))
        self.assertNotIn("skipped steps", run.conditions)

    def test_long_rows_of_skipped_steps_are_remarked_upon(self):
        model = perceptron(4, 5, 3)
        unused = torch.optim.SGD(model.parameters(), 0.1)

        def train():
            with Recorder(model, unused, self.path, every=1) as recorder:
                for _ in range(30):
                    model(torch.randn(6, 4)).square().mean().backward()
                    for each in model.parameters():
                        each.data -= 0.1 * each.grad
                    model.zero_grad()
                    recorder.step(1.0)

        said = self.words(train)
        self.assertEqual(len(said), 1, said)
        self.assertIn("25 steps in a row", said[0])
        self.assertIsNone(self.run_of().value(29, "0", "update_ratio"))

    def test_a_scaler_that_skips_every_step_is_believed(self):
        model = perceptron(4, 5, 3)
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        scaler = torch.amp.GradScaler("cpu")
        with Recorder(model, optimizer, self.path, every=1, scaler=scaler) as recorder:
            for _ in range(30):
                loss = model(torch.randn(6, 4)).square().mean() * float("nan")
                scaler.scale(loss).backward()
                scaler.step(optimizer)
                scaler.update()
                optimizer.zero_grad()
                recorder.step(loss)
        run = self.run_of()
        self.assertEqual(run.value(29, "0", "update_ratio"), 0)
        self.assertEqual(run.conditions["skipped steps"], 30)

    def test_the_wrong_order_is_remarked_upon(self):
        model = perceptron(4, 5, 3)
        optimizer = torch.optim.SGD(model.parameters(), 0.1)

        def train():
            with Recorder(model, optimizer, self.path) as recorder:
                for _ in range(3):
                    optimizer.zero_grad()
                    loss = model(torch.randn(6, 4)).square().mean()
                    loss.backward()
                    recorder.step(loss)
                    optimizer.step()

        said = self.words(train)
        self.assertEqual(len(said), 1, said)
        self.assertIn("recorder.step comes behind it", said[0])

    def test_any_collection_of_optimizers(self):
        model = perceptron(4, 5, 3)
        optimizers = {name: torch.optim.SGD([each], 0.1) for name, each in model.named_parameters()}
        with Recorder(model, optimizers.values(), self.path) as recorder:
            model(torch.randn(6, 4)).square().mean().backward()
            for each in optimizers.values():
                each.step()
            recorder.step(1.0)
        self.assertEqual(self.run_of().conditions["optimizer"], "4 SGD")
        with self.assertRaises(TypeError):
            Recorder(model, (each for each in [model]), self.path)


class Models(Surprises):
    def test_weights_of_lists_and_of_modules_of_ones_own_are_told_apart(self):
        class Deep(nn.Module):
            def __init__(self, in_list):
                super().__init__()
                weights = [nn.Parameter(torch.randn(4, 4) * 0.4) for _ in range(3)]
                if in_list:
                    self.w = nn.ParameterList(weights)
                else:
                    for number, each in enumerate(weights):
                        setattr(self, f"w{number}", each)

            def forward(self, x):
                for each in self.parameters():
                    x = torch.sigmoid(x @ each)
                return x

        for names, model in (
            (["w.0", "w.1", "w.2"], Deep(True)),
            (["w0", "w1", "w2"], Deep(False)),
            (["0.w0", "0.w1", "0.w2", "1"], nn.Sequential(Deep(False), nn.Linear(4, 3))),
        ):
            optimizer = torch.optim.SGD(model.parameters(), 0.1)
            with Recorder(model, optimizer, self.path) as recorder:
                gradients = self.step(model, optimizer, recorder)
            run = self.run_of()
            self.assertEqual(run.names, names)
            for name in run.names:
                self.agrees(run, 0, name, gradients.get(name, gradients.get(f"{name}.weight")))
            # The output is that of the module.
            self.assertFalse(run.has_output(names[0]))
            self.assertEqual(run.has_output(names[2]), names[0] != "w.0")

    def test_replaced_added_and_thawed_layers(self):
        model = perceptron(4, 5, 5, 3)
        model[0].requires_grad_(False)
        optimizer = torch.optim.SGD(model[2:].parameters(), 0.1)

        def train():
            with Recorder(model, optimizer, self.path, every=1) as recorder:
                self.step(model, optimizer, recorder)
                model[2] = nn.Linear(5, 5)
                model.append(nn.Linear(3, 2))
                for each in (model[2], model[5]):
                    optimizer.add_param_group({"params": each.parameters()})
                self.step(model, optimizer, recorder)
                model[0].requires_grad_(True)
                optimizer.add_param_group({"params": model[0].parameters()})
                self.found = self.step(model, optimizer, recorder)
                del model[4:]
                self.step(model, optimizer, recorder)
                self.step(model, optimizer, recorder)

        said = self.words(train)
        run = self.run_of()
        self.assertEqual(run.names, ["2", "4"])
        # The weights of that step were not those that it began with.
        for column in (*COLUMNS, "weight_norm", "update_ratio"):
            self.assertIsNone(run.value(1, "2", column), column)
            self.assertIsNone(run.value(4, "4", column), column)
        self.agrees(run, 2, "2", self.found["2.weight"])
        self.assertGreater(run.value(2, "2", "update_ratio"), 0)
        self.assertGreater(run.value(2, "2", "l2", "activation"), 0)
        self.assertEqual(len(said), 3, said)
        for words, expected in zip(said, (": 5 came, or began", ": 0 ", "step 4 on there is no 4 any")):
            self.assertIn(expected, words)

    def test_one_more_layer_than_the_run_that_goes_on(self):
        model = perceptron(4, 5, 3)
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        with Recorder(model, optimizer, self.path) as recorder:
            self.step(model, optimizer, recorder)
        model.append(nn.Linear(3, 2))
        optimizer.add_param_group({"params": model[3].parameters()})
        said = self.words(lambda: Recorder(model, optimizer, self.path, resume=True).close())
        self.assertIn("3 came, or began to learn", said[0])

    def test_tracing_a_model_that_is_recorded(self):
        model = SmallResNet()
        images = torch.randn(4, 3, 8, 8)
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        with Recorder(model, optimizer, self.path, every=1) as recorder:
            model.eval()
            with warnings.catch_warnings():
                warnings.simplefilter("error", torch.jit.TracerWarning)
                torch.jit.trace(model, images)
            model.train()
            F.cross_entropy(model(images), torch.arange(4)).backward()
            optimizer.step()
            recorder.step(1.0)
        self.assertFalse(any("#" in name for name in self.run_of().names))

    def test_several_backward_passes_through_one_forward_pass(self):
        model = perceptron(4, 5, 3)
        optimizer = torch.optim.SGD(model.parameters(), 0.1)

        def train():
            with Recorder(model, optimizer, self.path, every=1) as recorder:
                for step in range(3):
                    output = model(torch.randn(6, 4))
                    output.square().mean().backward(retain_graph=step == 1)
                    if step == 1:
                        output.sum().backward()
                    self.found = model[0].weight.grad.clone()
                    optimizer.step()
                    optimizer.zero_grad()
                    recorder.step(1.0)

        said = self.words(train)
        self.assertEqual(len(said), 1, said)
        self.assertIn("several backward passes", said[0])
        run = self.run_of()
        self.assertIsNone(run.value(1, "0", "l2", "activation"))
        self.assertGreater(run.value(1, "0", "l2"), 0)
        self.assertGreater(run.value(2, "0", "l2", "activation"), 0)
        self.agrees(run, 2, "0", self.found)

    def test_rollouts_without_gradients_are_no_layers(self):
        model = nn.ModuleDict({"policy": perceptron(4, 5, 3), "value": nn.Linear(4, 1)})
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        with Recorder(model, optimizer, self.path, every=1) as recorder:
            for step in range(3):
                with torch.no_grad():
                    for _ in range(3 + step):
                        model["policy"](torch.randn(6, 4))
                output = model["value"](torch.randn(6, 4)).sum()
                (output + model["policy"](torch.randn(6, 4)).square().sum()).backward()
                optimizer.step()
                optimizer.zero_grad()
                recorder.step(1.0)
        run = self.run_of()
        self.assertEqual(run.names, ["value", "policy.0", "policy.2"])
        for step in range(3):
            self.assertGreater(run.value(step, "policy.0", "l2", "activation"), 0)
            self.assertGreater(run.response(step, "policy.0")[0], 0)

    def test_parameters_without_readable_numbers(self):
        def with_extra(tensor):
            model = perceptron(4, 5, 3)
            model.register_parameter("extra", nn.Parameter(tensor, requires_grad=False))
            return model

        dense = torch.eye(4)
        for tensor in (
            dense.to_sparse(),
            dense.to_sparse_csr(),
            torch.empty(4, 4, device="meta"),
            torch.empty(0, 4),
        ):
            model = with_extra(tensor)
            optimizer = torch.optim.SGD([*model[0].parameters(), *model[2].parameters()], 0.1)
            with Recorder(model, optimizer, self.path) as recorder:
                gradients = self.step(model, optimizer, recorder)
            run = self.run_of()
            self.assertEqual(run.names, ["0", "2"])
            self.agrees(run, 0, "0", gradients["0.weight"])

        model = perceptron(4, 5, 3)
        model.register_parameter("extra", nn.Parameter(dense.to_sparse()))
        said = self.words(
            lambda: Recorder(model, torch.optim.SGD(model[0].parameters(), 1), self.path).close()
        )
        self.assertIn(": extra: sparse and other", said[0])

    def test_models_into_which_nobody_can_look(self):
        lazy = nn.Sequential(nn.Linear(4, 5), nn.LazyLinear(3))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            scripted = torch.jit.script(nn.Linear(4, 3))
        for model, words in ((lazy, "1.weight has no shape yet; run one"), (scripted, "TorchScript")):
            said = self.words(
                lambda model=model: Recorder(model, torch.optim.SGD(model.parameters(), 1), self.path)
            )
            self.assertEqual(len(said), 1, said)
            self.assertIn(words, said[0])

    def test_recurrent_models_have_plain_names(self):
        model = nn.GRU(4, 5, 2)
        optimizer = torch.optim.SGD(model.parameters(), 0.1)
        with Recorder(model, optimizer, self.path) as recorder:
            model(torch.randn(3, 2, 4))[0].sum().backward()
            optimizer.step()
            recorder.step(1.0)
        self.assertEqual(self.run_of().names, ["l0", "l1"])

    def test_losses_that_are_none(self):
        model = perceptron(4, 5, 3)
        optimizer = torch.optim.SGD(model.parameters(), 0.1)

        def train():
            with Recorder(model, optimizer, self.path) as recorder:
                for loss in ({"loss": 1.0}, "abc", 2.0):
                    model(torch.randn(6, 4)).sum().backward()
                    optimizer.step()
                    optimizer.zero_grad()
                    recorder.step(loss)

        said = self.words(train)
        self.assertEqual([each.split(": ")[-1] for each in said], [
            "the loss is a dict, and should be a number or a tensor",
            "the loss is a str, and should be a number or a tensor",
        ])  # fmt: skip
        self.assertEqual([each["loss"] for each in self.run_of().steps], ["nan", "nan", "2"])
        with self.assertRaises(TypeError):
            Recorder(model, optimizer, self.path, conditions=["x"])


if __name__ == "__main__":
    unittest.main()
