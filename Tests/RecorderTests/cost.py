"""Prints what recording costs: a network like ResNet-56 on images of 32 × 32 pixels, two threads.

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
    """A hook a parameter: minimum, maximum and 64 bins, on the way to plain numbers."""

    def __init__(self, model):
        self.counts = {}
        for name, parameter in model.named_parameters():
            parameter.register_hook(lambda gradient, name=name: self.see(name, gradient))

    def see(self, name, gradient):
        self.counts[name] = self.counts.get(name, -1) + 1
        if self.counts[name] % EVERY != 0:
            return
        flat = gradient.detach().reshape(-1)
        flat = flat[torch.isfinite(flat)]
        low, high = flat.min().item(), flat.max().item()
        flat.histc(bins=64, min=low, max=high).cpu().clone().tolist()
        torch.linspace(low, high, steps=65).tolist()


def main(steps, batch):
    torch.set_num_threads(2)
    images, labels = torch.randn(batch, 3, 32, 32), torch.randint(0, 10, (batch,))
    with tempfile.TemporaryDirectory() as folder:
        trainings = {}
        for name in ("nothing", "histograms", "weights alone", "all"):
            torch.manual_seed(0)
            model = SmallResNet((16, 32, 64), blocks=9)
            optimizer = torch.optim.SGD(model.parameters(), 0.05, momentum=0.9)
            recorder = None
            if name == "histograms":
                Histograms(model)
            elif name != "nothing":
                recorder = Recorder(
                    model, optimizer, f"{folder}/{name}", every=EVERY, dense=0,
                    activations=name == "all",
                )  # fmt: skip
            trainings[name] = (model, optimizer, recorder, [])
        for _ in range(steps + 1):
            for model, optimizer, recorder, seconds in trainings.values():
                begin = time.perf_counter()
                loss = F.cross_entropy(model(images), labels)
                loss.backward()
                optimizer.step()
                optimizer.zero_grad()
                if recorder is not None:
                    recorder.step(loss)
                seconds.append(time.perf_counter() - begin)
        # The first step makes plans and tables.
        plain = statistics.median(trainings["nothing"][3][1:])
        print(f"a step of {batch} images, recording nothing: {plain * 1e3:.0f} ms")
        for name, (_, _, _, seconds) in trainings.items():
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
    main(*[int(each) for each in sys.argv[1:3]] or (40, 64))
