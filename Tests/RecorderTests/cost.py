"""Prints what recording costs: a network like ResNet-56 on images of 32 × 32 pixels.

    cost.py [STEPS [IMAGES [THREADS]]]

Beside it stands what a hook on every parameter costs that makes a histogram of its gradient, every
ten steps, too, as wandb's `watch` does. Trainings take turns step by step, so that whatever else
the machine does meets all; the cost is that of medians over steps of a kind.
"""

import statistics
import sys
import tempfile
import time

import torch
import torch.nn.functional as F

from support import Recorder, SmallResNet

EVERY = 10


class Histograms:
    """Hooks on every parameter: minimum, maximum and 64 bins, on the way to plain numbers."""

    def __init__(self, model):
        self.steps = 0
        for parameter in model.parameters():
            parameter.register_hook(self.see)

    def see(self, gradient):
        if self.steps % EVERY == 0:
            flat = gradient.detach().reshape(-1)
            flat = flat[torch.isfinite(flat)]
            low, high = flat.min().item(), flat.max().item()
            flat.histc(bins=64, min=low, max=high).tolist()
            torch.linspace(low, high, steps=65).tolist()

    def step(self, _loss):
        self.steps += 1


class Training:
    """A network, what looks at it, and how long its steps took."""

    def __init__(self, look):
        torch.manual_seed(0)
        self.model = SmallResNet((16, 32, 64), blocks=9)
        self.optimizer = torch.optim.SGD(self.model.parameters(), 0.05, momentum=0.9)
        self.watcher = look(self.model, self.optimizer)
        self.seconds = []

    def step(self, images, labels):
        begin = time.perf_counter()
        loss = F.cross_entropy(self.model(images), labels)
        loss.backward()
        self.optimizer.step()
        self.optimizer.zero_grad()
        if self.watcher is not None:
            self.watcher.step(loss)
        self.seconds.append(time.perf_counter() - begin)


def main(steps=40, batch=64, threads=1):
    if steps < EVERY:
        sys.exit(f"cost.py: the first step that is told of is {EVERY}; as many steps are needed")
    torch.set_num_threads(threads)
    images, labels = torch.randn(batch, 3, 32, 32), torch.randint(0, 10, (batch,))
    with tempfile.TemporaryDirectory() as folder:

        def recorder(model, optimizer, activations):
            path = f"{folder}/{activations}"
            return Recorder(model, optimizer, path, every=EVERY, dense=0, activations=activations)

        trainings = {
            "nothing": Training(lambda *_: None),
            "histograms": Training(lambda model, _: Histograms(model)),
            "weights alone": Training(lambda *each: recorder(*each, activations=False)),
            "all": Training(lambda *each: recorder(*each, activations=True)),
        }
        for _ in range(steps + 1):
            for training in trainings.values():
                training.step(images, labels)

    # The first step makes plans and tables.
    plain = statistics.median(trainings["nothing"].seconds[1:])
    print(f"a step of {batch} images, recording nothing: {plain * 1e3:.0f} ms")
    for name, training in trainings.items():
        seconds = training.seconds
        recorded = statistics.median(seconds[EVERY::EVERY])
        others = statistics.median(
            each for step, each in enumerate(seconds) if step > 0 and step % EVERY != 0
        )
        cost = (recorded - others) / EVERY / plain
        print(
            f"{name:>14}: {others * 1e3:6.0f} ms, recorded {recorded * 1e3:6.0f} ms,"
            f" at every {EVERY} so much more of a step: {cost * 100:.1f} %"
        )


if __name__ == "__main__":
    main(*[int(each) for each in sys.argv[1:4]])
