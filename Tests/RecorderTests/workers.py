"""Trainings in processes of their own, which tests start and kill.

workers.py parallel PATH    two processes with gloo, each with half of the mini-batch
workers.py sharded PATH     parameters in pieces, which the recorder refuses
workers.py endless PATH     trains until it is killed; prints the first step
workers.py finish PATH      trains a few steps more, and completes the records
"""

import os
import sys
import tempfile
import warnings

import torch
import torch.distributed as dist
import torch.multiprocessing as processes
import torch.nn.functional as F

from support import Recorder, SmallResNet, perceptron


def join(rank, world, file):
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{file}", rank=rank, world_size=world)


def parallel(rank, file, path):
    join(rank, 2, file)
    torch.manual_seed(0)
    model = torch.nn.parallel.DistributedDataParallel(perceptron(4, 5, 3))
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    batch = torch.randn(8, 4, generator=torch.Generator().manual_seed(1))
    mine = slice(4 * rank, 4 * rank + 4)
    with Recorder(model, optimizer, path, every=1) as recorder:
        if not recorder.is_recording:
            print(f"silent on rank {rank}", flush=True)
        for _ in range(3):
            loss = F.cross_entropy(model(batch[mine]), torch.arange(8)[mine] % 3)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            recorder.step(loss)
    # Gloo's threads abort a process that leaves while the other one still speaks to it.
    del model, optimizer, loss
    dist.barrier()
    dist.destroy_process_group()


def sharded(path):
    from torch.distributed.fsdp import FullyShardedDataParallel, fully_shard

    with tempfile.TemporaryDirectory() as folder:
        join(0, 1, os.path.join(folder, "store"))
        new = perceptron(4, 5, 3)
        fully_shard(new, mesh=dist.device_mesh.init_device_mesh("cpu", (1,)))
        # Made without its constructor, which wants a graphics card.
        old = FullyShardedDataParallel.__new__(FullyShardedDataParallel)
        torch.nn.Module.__init__(old)
        old._fsdp_wrapped_module = perceptron(4, 5, 3)
        for model in (new, torch.nn.Sequential(old)):
            with warnings.catch_warnings(record=True) as said:
                warnings.simplefilter("always")
                recorder = Recorder(model, torch.optim.SGD(model.parameters(), 0.1), path)
                recorder.step(1.0)
                recorder.close()
            print([str(each.message) for each in said])
        dist.destroy_process_group()


def train(path, steps):
    torch.manual_seed(0)
    torch.set_num_threads(1)
    model = SmallResNet()
    optimizer = torch.optim.SGD(model.parameters(), 0.01)
    recorder = Recorder(model, optimizer, path, every=2, dense=5, resume=True)
    print(recorder.steps, flush=True)
    while steps != 0:
        steps -= 1
        loss = F.cross_entropy(model(torch.randn(4, 3, 8, 8)), torch.arange(4))
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        recorder.step(loss)
        if recorder.steps % 5 == 0:
            recorder.evaluation(evaluation_error=50)
    recorder.close()


if __name__ == "__main__":
    task, target = sys.argv[1:]
    if task == "parallel":
        with tempfile.TemporaryDirectory() as place:
            processes.spawn(parallel, (os.path.join(place, "store"), target), nprocs=2)
    elif task == "sharded":
        sharded(target)
    elif task == "endless":
        train(target, -1)
    else:
        with warnings.catch_warnings(record=True) as remarks:
            warnings.simplefilter("always")
            train(target, 3)
        print([str(each.message) for each in remarks])
