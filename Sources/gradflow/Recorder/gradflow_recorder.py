"""Records what flows backward through a PyTorch model while it trains, for gradflow to draw.

    from gradflow_recorder import Recorder

    recorder = Recorder(model, optimizer, "output/runs/my-model", every=10)
    for images, labels in loader:
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        recorder.step(loss)
    recorder.close()

The folder of the run holds `run.json` and tables of comma-separated values: `steps`, `gradients`,
`responses` and `evaluations`. It is called `my-model.partial` until `close()`. Needs PyTorch 2 and
nothing else; this one file can be copied into any project.

How it looks without being in the way:

- Gradients of weights are read from `.grad` when an optimizer's `step` begins, updates when it
  ends: behind accumulation, averaging over ranks, unscaling, and whatever layers do with tensors.
- Gradients at outputs are seen by hooks on tensors, which hooks on modules set in the forward pass.
  There are none of these hooks between the steps that are recorded.
- Statistics stay on the device, and come over in one transfer. Sums are in double precision; of
  large tensors on a CPU, rows of a thousand numbers are summed in single, and those in double.
- Whatever goes wrong in here is one warning and the end of recording, not of the training.
"""

from __future__ import annotations

import contextlib
import functools
import json
import math
import os
import shutil
import sys
import unicodedata
import warnings
import weakref
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, Hashable, Iterable, List, Optional, Sequence, Set, Tuple
from typing import Union, cast

import torch
from torch import Tensor, nn
from torch.optim.optimizer import register_optimizer_step_pre_hook

try:
    import fcntl
except ImportError:  # Not on Windows: there, two processes must not write the same run.
    fcntl = None  # type: ignore[assignment]

__all__ = ["Recorder"]
__version__ = "0.2.0"

Number = Union[float, int, Tensor]

#: Calls of one module in one forward pass beyond these are not told apart.
CALL_LIMIT = 64
#: Numbers of a tensor that are converted to double precision at once on a CPU.
CHUNK = 1 << 20
#: Numbers of a tensor that are summed in single precision on a CPU.
ROW = 1024
#: After so many mini-batches in which no optimizer was called, this is remarked upon.
MICRO_REMARK = 200
#: After so many steps in a row that look as if a gradient scaler had skipped them, likewise.
IDLE_REMARK = 25
#: Losses that wait on the device for a transfer at most.
WAITING_LIMIT = 1000

#: The tables of a run, by their names.
COLUMNS = {
    "steps": "step,loss,error,learning_rate",
    "evaluations": "step,epoch,training_error,evaluation_error",
    "gradients": "step,layer_index,layer,stage,path,kind,l2,rms,max,zero_fraction,weight_norm,"
    "update_ratio",
    "responses": "step,layer_index,layer,stage,path,deviation,mean",
}

#: The files of a run.
RECORDS = {"run.json", "run.json.partial"} | {
    f"{table}.csv{packed}" for table in COLUMNS for packed in ("", ".gz")
}
#: Words in the names of modules that lead around a block.
SHORTCUTS = {"downsample", "shortcut", "skip"}
#: Parts of names that wrappers put in.
WRAPPERS = {"_orig_mod", "_checkpoint_wrapped_module"}


class Recorder:
    """Records one training of one model. A context manager, too: leaving it normally is `close()`.

    Step n is the n-th call of `step` behind a step of the optimizer, counted from 0. Where
    gradients are accumulated, calls between the optimizer's steps belong to the next one; a step
    that a gradient scaler skipped counts. The first step that is recorded tells which layers there
    are, and in which order. Of several forward passes in a step, outputs are those of the last.

    Args:
        model: The model, before or after it is wrapped by `DistributedDataParallel` or compiled.
            What is compiled tells of its weights alone. `FullyShardedDataParallel` is refused.
        optimizer: The optimizer, or all of them.
        path: The folder that the records will be in; its last part is the name of the run.
        every: Layers are recorded at every so many steps,
        dense: and at every step before this one,
        per_decade: and at so many steps of every tenfold, evenly spaced in their logarithm.
        name: What the network is called; the name of the run if nothing else is said.
        role: `"plain"` or `"residual"`, where two networks are compared.
        conditions: What else is worth knowing: text, numbers, true or false, by words.
        activations: Whether gradients at outputs, and responses, are recorded; they cost the most.
        resume: Whether an interrupted or finished run goes on behind its last step. A number says
            how many steps were done where the training goes on, and cuts off what came after them;
            `recorder.steps` is that number, to be kept with the model.
        scaler: The gradient scaler of a training in mixed precision, by whose scale gradients at
            outputs are divided. Those of weights do not need it.
    """

    def __init__(
        self,
        model: nn.Module,
        optimizer: Union[torch.optim.Optimizer, Iterable[torch.optim.Optimizer]],
        path: Union[str, "os.PathLike[str]"],
        *,
        every: int = 10,
        dense: int = 20,
        per_decade: Optional[int] = None,
        name: Optional[str] = None,
        role: Optional[str] = None,
        conditions: Optional[Dict[str, Any]] = None,
        activations: bool = True,
        resume: Union[bool, int] = False,
        scaler: Optional[Any] = None,
    ) -> None:
        # The folder itself where the path is a link to it.
        self._path = os.path.realpath(os.fsdecode(path))
        run = os.path.basename(os.path.abspath(os.fsdecode(path)))
        if not isinstance(model, nn.Module):
            raise TypeError(f"the model is of the type {type(model).__name__}, not a torch module")
        self._optimizers = _optimizers(optimizer)
        self._given = len(self._optimizers)
        for words, value, least in (
            ("every", every, 1),
            ("dense", dense, 0),
            ("per_decade", 1 if per_decade is None else per_decade, 1),
        ):
            if not isinstance(value, int) or value < least:
                raise ValueError(f"{words} is {value!r}, and should be {least} or more")
        if not isinstance(resume, int) or resume < 0:
            raise ValueError(f"resume is {resume!r}, and should be True, False or a number of steps")
        if conditions is not None and not isinstance(conditions, dict):
            raise TypeError(f"conditions are {conditions!r}, and should be a dictionary")
        if role not in (None, "none", "plain", "residual"):
            raise ValueError(f"the role is {role!r}, and should be 'plain', 'residual' or None")
        if run.endswith((".partial", ".replaced")) or ".old-" in run:
            raise ValueError(
                f"{run!r} cannot be the name of a run: gradflow uses such names itself"
            )
        self._every, self._dense, self._per_decade = every, dense, per_decade
        self._name = _plain(str(name or run)) or "model"
        self._role = role or "none"
        self._conditions = dict(conditions or {})
        self._scaler = scaler

        self._state = "recording"
        self._folder: Optional[_Folder] = None
        self._handles: List[Any] = []
        self._optimizer_handles: List[Any] = []
        self._remarks: Set[str] = set()
        self._layers: Optional[List[_Layer]] = None
        self._outputs: Set[_Key] = set()
        #: Responses that are measured behind the normalization that follows their layer.
        self._normalized: Set[_Key] = set()
        self._step = 0
        self._skipped = 0
        #: Steps in a row in which no optimizer was called and no gradient was left.
        self._idle = 0
        #: The versions of the weights after the last step: who changes one raises it.
        self._versions: List[int] = []
        #: The parameters of the model, and which of them learn.
        self._shape: List[Tuple[int, bool]] = []
        #: Layers that came behind the first step.
        self._late: Set[str] = set()
        #: Whether a gradient has come back to an output since the last call of `step`; none where
        #: that would not be seen.
        self._called_back: Optional[bool] = None
        self._frozen: List[str] = []
        #: How many steps fused optimizers skipped; on the device.
        self._unstepped: Optional[Tensor] = None
        self._has_clipping = False
        self._micro: List[Tuple[Any, Any]] = []
        self._most_micro = 1
        #: Rows of steps whose losses are on the device still.
        self._waiting: List[Tuple[int, List[Tuple[Any, Any]], float]] = []
        self._inherited: Dict[str, Any] = {}
        #: Forward passes so far: what hooks of earlier ones see is too late.
        self._pass = 0
        self._clear()

        if _rank() != 0:
            self._state = "silent"
            return
        try:
            self._root = _unwrapped(model)
            sharded = _sharded(self._root)
            if sharded:
                raise _Refusal(
                    f"the parameters are in pieces on several processes ({sharded}), and no process"
                    " has the whole gradients that would be recorded"
                )
            self._records_outputs = activations and not isinstance(model, nn.DataParallel)
            self._parts = _parts(self._root)
            if not self._parts:
                raise _Refusal(f"{type(self._root).__name__} has no parameters that can be read")
            if any(isinstance(part.module, torch.jit.ScriptModule) for part in self._parts):
                raise _Refusal(
                    "TorchScript lets nobody look into a model; give the one before torch.jit.script"
                )
            unread = [
                name
                for name, each in self._root.named_parameters()
                if each.requires_grad and each.numel() > 0 and not _is_readable(each)
            ]
            if unread:
                self._remark(f"{_listed(unread)}: sparse and other special tensors are left out")
            self._folder = _Folder(self._path)
            if resume is not False:
                limit = None if resume is True else int(resume)
                done = self._folder.continue_at(limit)
                if done > 0:
                    self._restore(self._folder.description)
                # Losses of the last steps may have been lost on their way from the device.
                self._step = max(done, limit or 0)
                if self._step > done:
                    self._remark(
                        f"the records end after {done:,} steps; those up to {self._step:,} are missing"
                    )
            self._versions = self._current_versions()
            for index in range(len(self._optimizers)):
                self._watch(index)
            self._optimizer_handles.append(
                register_optimizer_step_pre_hook(_Hook(self, self._before_any_optimizer))
            )
            self._prepare()
        except Exception as error:  # pylint: disable=broad-except
            self._fail(error)

    # --- What a training calls -------------------------------------------------------------------

    @property
    def steps(self) -> int:
        """How many steps were done: kept with the model, it tells `resume` where to go on."""
        return self._step

    @property
    def is_recording(self) -> bool:
        """Whether records are being written: not on other ranks than 0, nor after a failure."""
        return self._state == "recording"

    def step(self, loss: Number, error: Optional[Number] = None) -> None:
        """Ends a step: call it behind the optimizer's, with the loss of the mini-batch.

        Args:
            loss: A number or a tensor; of a tensor, the mean.
            error: Of the mini-batch, in percent.
        """
        if self._state != "recording":
            return
        try:
            self._end_step(loss, error)
        except Exception as problem:  # pylint: disable=broad-except
            self._fail(problem)

    def before_clipping(self) -> None:
        """Reads the gradients of the weights now: call it before they are clipped.

        With a gradient scaler, call it behind `scaler.unscale_(optimizer)`.
        """
        if self._state != "recording":
            return
        try:
            self._has_clipping = True
            if self._is_recorded:
                for optimizer in self._optimizers:
                    self._measure_gradients(_parameters(optimizer), None)
                self._are_gradients_read = True
        except Exception as problem:  # pylint: disable=broad-except
            self._fail(problem)

    def evaluation(
        self,
        evaluation_error: Optional[Number] = None,
        training_error: Optional[Number] = None,
        epoch: Optional[float] = None,
    ) -> None:
        """Records an evaluation after the steps done so far.

        Args:
            evaluation_error: On data that is held out, in percent.
            training_error: On mini-batches since the last evaluation, in percent.
            epoch: Passes over the training data so far.
        """
        if self._state != "recording":
            return
        try:
            if self._layers is None:
                self._remark("an evaluation before the first step is not recorded")
                return
            self._write_waiting()
            values = [
                _measured(epoch),
                self._percentage(training_error),
                self._percentage(evaluation_error),
            ]
            self._opened.evaluation(self._step, values)
        except Exception as problem:  # pylint: disable=broad-except
            self._fail(problem)

    def close(self) -> None:
        """Completes the records: the folder gets its name."""
        if self._state == "recording":
            try:
                self._write_waiting()
                if self._layers is not None:
                    self._opened.finish(self._description())
            except Exception as problem:  # pylint: disable=broad-except
                self._fail(problem)
            else:
                self._state = "closed"
        self._release()

    def __enter__(self) -> "Recorder":
        return self

    def __exit__(self, kind: Any, problem: Any, trace: Any) -> None:
        if kind is None:
            self.close()
            return
        # Not finished: it can be resumed.
        if self._state == "recording":
            try:
                self._write_waiting()
                self._state = "closed"
            except Exception as failure:  # pylint: disable=broad-except
                self._fail(failure)
        self._release()

    def __deepcopy__(self, memo: Any) -> "Recorder":
        return self

    # --- Failing, and ending ---------------------------------------------------------------------

    def _fail(self, problem: BaseException) -> None:
        """Says why nothing is recorded from here on, and leaves the training alone."""
        if self._state == "failed":
            return
        self._state = "failed"
        words = str(problem) if isinstance(problem, (_Refusal, OSError)) else repr(problem)
        _warn(f"gradflow records nothing (more) in {self._path}: {words}")
        self._release()

    def _remark(self, words: str) -> None:
        if words not in self._remarks:
            self._remarks.add(words)
            _warn(f"gradflow, recording {self._path}: {words}")

    def _release(self) -> None:
        """Takes every hook off and closes every file."""
        try:
            for handle in self._handles + self._optimizer_handles:
                handle.remove()
            self._handles, self._optimizer_handles = [], []
            self._clear()
            if self._folder is not None:
                self._folder.close()
        except Exception:  # pylint: disable=broad-except
            pass

    @property
    def _opened(self) -> "_Folder":
        if self._folder is None:
            raise _Refusal("there is no folder")
        return self._folder

    # --- Which steps -----------------------------------------------------------------------------

    def _records(self, step: int) -> bool:
        if step < self._dense or step % self._every == 0:
            return True
        if self._per_decade is None or step < 1:
            return False

        def part(number: int) -> int:
            return int(math.log10(number) * (self._per_decade or 1) + 1e-9)

        return step == 1 or part(step) > part(step - 1)

    def _clear(self) -> None:
        """Forgets what was measured of a step."""
        self._bag = _Bag()
        #: The parameters whose gradients were looked for, and by which entry of the bag those are
        #: to be divided.
        self._seen: Dict[int, Optional[Hashable]] = {}
        self._before: Dict[int, Tensor] = {}
        self._counts: Dict[Hashable, int] = {}
        self._stepped: Set[int] = set()
        self._stranger: Optional[Any] = None
        #: Whether weights were moved by what is not watched.
        self._is_moved = False
        self._rate: Optional[Any] = None
        self._are_gradients_read = False
        self._pass += 1
        self._is_apart = False
        self._has_gone_back = False
        self._begin_calls()
        self._order: Dict[_Key, nn.Module] = {}
        #: Calls without gradients that no checkpoint has come back to.
        self._tried: Set[_Key] = set()
        self._inputs: List[Tuple[Tensor, nn.Module]] = []
        self._last: Optional[Tuple[Any, _Key]] = None

    def _prepare(self) -> None:
        """Sets up the step to come."""
        for handle in self._handles:
            handle.remove()
        self._handles = []
        self._clear()
        self._is_recorded = self._records(self._step) or self._layers is None
        if not self._is_recorded:
            return
        self._follow()
        self._handles.append(self._root.register_forward_pre_hook(_Hook(self, self._begin_pass)))
        modules = dict.fromkeys(part.module for part in self._parts)
        with_output = {id(part.module) for part in self._parts if part.has_output}
        for module in modules:
            if self._layers is None:
                hook = _Hook(self, self._before_layer)
                self._handles.append(module.register_forward_pre_hook(hook))
            if self._records_outputs and id(module) in with_output:
                hook = _Hook(self, self._after_layer)
                self._handles.append(module.register_forward_hook(hook))
        if self._records_outputs:
            for module in self._root.modules():
                is_open = not isinstance(module, torch.jit.ScriptModule)
                if is_open and "Norm" in type(module).__name__ and module not in modules:
                    hook = _Hook(self, self._after_normalization)
                    self._handles.append(module.register_forward_hook(hook))

    def _follow(self) -> None:
        """Looks whether layers were replaced, taken away, added or thawed since the last look."""
        now = [(id(each), each.requires_grad) for each in self._root.parameters()]
        if now == self._shape or self._layers is None:
            self._shape = now
            return
        self._shape = now
        by_name = {part.name: part for part in _parts(self._root)}
        places: Dict[_Key, _Key] = {}
        gone = []
        for layer in self._layers:
            found = by_name.get(layer.part.name)
            before = layer.key
            if found is None:
                gone.append(layer.name)
                layer.part.weights = []
            else:
                layer.part = found
            places[before] = layer.key
        self._outputs = {places[key] for key in self._outputs if key in places}
        self._normalized = {places[key] for key in self._normalized if key in places}
        self._parts = list({id(each.part): each.part for each in self._layers}.values())
        self._versions = self._current_versions()
        known = {part.name for part in self._parts} | self._late
        held = {id(each) for optimizer in self._optimizers for each in _parameters(optimizer)}
        late = [
            name
            for name, part in by_name.items()
            if name not in known
            and any(id(each) in held and each.requires_grad for each in part.weights)
        ]
        self._late.update(late)
        if gone:
            self._remark(f"from step {self._step:,} on there is no {_listed(gone)} any more")
        if late:
            self._remark(
                f"{_listed(late)} came, or began to learn, after the first step and will not be"
                " recorded; a recorder of its own, made then, records the model as it is now"
            )

    # --- The forward and the backward pass -------------------------------------------------------

    def _begin_pass(self, _module: nn.Module, _inputs: Any) -> None:
        """Calls are counted anew from here on. Only the last pass of a step is kept."""
        if _is_going_back():
            return
        # A pass without gradients is none of the training's.
        self._is_apart = not torch.is_grad_enabled()
        if self._is_apart:
            return
        self._pass += 1
        self._has_gone_back = False
        self._begin_calls()

    def _begin_calls(self) -> None:
        """Forgets the calls of an earlier pass."""
        self._calls: Dict[int, int] = {}
        self._begun: Dict[int, int] = {}
        #: Calls without gradients: rollouts, or the first ones of a checkpoint.
        self._without: Dict[int, int] = {}
        self._hooked: Set[_Key] = set()
        #: Outputs to which a gradient came back, and those to which several did.
        self._returned: Set[_Key] = set()
        self._torn: Set[_Key] = set()

    def _before_layer(self, module: nn.Module, inputs: Any) -> None:
        """Takes down the order of execution, once."""
        if _is_going_back():
            # A checkpoint comes back to what it did without gradients.
            self._tried.discard((id(module), 1))
            return
        if self._is_no_training(module):
            return
        if self._has_gone_back:
            self._begin_pass(module, inputs)
        if torch.is_grad_enabled():
            call = self._begun[id(module)] = self._begun.get(id(module), 0) + 1
            if (id(module), call) in self._tried:
                # It was called before, and not for this.
                self._tried.discard((id(module), call))
                del self._order[id(module), call]
        else:
            call = 1
            if (id(module), call) not in self._order:
                self._tried.add((id(module), call))
        if call <= CALL_LIMIT and (id(module), call) not in self._order:
            self._order[id(module), call] = module
            given = _tensor(inputs)
            if call == 1 and given is not None:
                self._inputs.append((given, module))

    def _is_no_training(self, module: nn.Module) -> bool:
        """Whether a call evaluates. A checkpoint trains without gradients at first."""
        return self._is_apart or not (torch.is_grad_enabled() or module.training)

    def _after_layer(self, module: nn.Module, inputs: Any, output: Any) -> None:
        tensor = _tensor(output)
        if tensor is None:
            return
        if _is_going_back():
            # A checkpoint computes its part again. The second time is the first with gradients
            # where it is re-entrant.
            calls = self._calls.get(id(module), 0) + self._without.get(id(module), 0)
            if calls > 1 or (id(module), 1) in self._hooked:
                return
            call = 1
        else:
            if self._is_no_training(module):
                return
            if self._has_gone_back:
                self._begin_pass(module, inputs)
            if not torch.is_grad_enabled():
                self._without[id(module)] = self._without.get(id(module), 0) + 1
                return
            call = self._calls[id(module)] = self._calls.get(id(module), 0) + 1
        if not tensor.requires_grad or call > CALL_LIMIT:
            return
        key = (id(module), call)
        if self._layers is not None and key not in self._outputs:
            return
        self._hooked.add(key)
        self._last = (weakref.ref(tensor), key)
        if key not in self._normalized:
            self._measure_response(key, tensor)
        tensor.register_hook(_Hook(self, functools.partial(self._at_output, key, self._pass)))

    def _after_normalization(self, _module: nn.Module, inputs: Any, output: Any) -> None:
        """The response of a layer is that of the normalization behind it."""
        if self._last is None:
            return
        last, key = self._last
        if last() is None or _tensor(inputs) is not last():
            return
        tensor = _tensor(output)
        if tensor is not None and (self._layers is None or key in self._normalized):
            self._last = None
            self._normalized.add(key)
            self._measure_response(key, tensor)

    def _at_output(self, key: "_Key", number: int, gradient: Optional[Tensor]) -> None:
        self._has_gone_back = self._called_back = True
        if gradient is None or number != self._pass:
            return
        if key in self._returned:
            # Which of them is the training's, or whether all are, nobody knows.
            self._torn.add(key)
            self._remark(
                "several backward passes went through one forward pass; gradients at outputs of"
                " such steps are left open"
            )
            return
        self._returned.add(key)
        if self._scaler is not None and "scale" not in self._bag:
            scale = getattr(self._scaler, "_scale", None)
            if scale is None:
                scale = self._scaler.get_scale()
            self._bag.add("scale", torch.as_tensor(scale).detach().clone())
        self._measure(("output", key), gradient)

    # --- The optimizer ---------------------------------------------------------------------------

    def _watch(self, index: int) -> None:
        before = functools.partial(self._before_optimizer, index)
        after = functools.partial(self._after_optimizer, index)
        self._optimizer_handles += [
            self._optimizers[index].register_step_pre_hook(_Hook(self, before)),
            self._optimizers[index].register_step_post_hook(_Hook(self, after)),
        ]

    def _before_any_optimizer(self, optimizer: Any, _arguments: Any, _names: Any) -> None:
        """Notices one that nobody told of. One inside another that is known is no news."""
        is_known = any(optimizer is each for each in self._optimizers)
        if not is_known and self._recorded(_parameters(optimizer)):
            self._stranger = optimizer

    def _adopt(self, optimizer: Any) -> None:
        """Watches an optimizer that took the place of those that were given."""
        self._optimizers.append(optimizer)
        self._watch(len(self._optimizers) - 1)
        self._remark(
            f"at step {self._step:,} another optimizer, {type(optimizer).__name__}, moved the"
            " weights; it is recorded from the next step on, and could be given at the beginning"
        )

    def _before_optimizer(self, index: int, optimizer: Any, arguments: Any, names: Any) -> None:
        is_first = not self._stepped
        if is_first or index == 0:
            # Of several that were given, the rate is that of the first; an adopted one has its own.
            of = self._optimizers[0] if index < self._given else optimizer
            self._rate = _rate(of)
        self._stepped.add(index)
        found = getattr(optimizer, "found_inf", None)
        if index == 0 and isinstance(found, Tensor):
            found = (found.detach() != 0).sum()
            self._unstepped = found if self._unstepped is None else self._unstepped + found
        if not self._is_recorded:
            return
        parameters = _parameters(optimizer)
        scale = getattr(optimizer, "grad_scale", None)
        divisor: Optional[Hashable] = None
        if scale is not None:
            divisor = ("grad_scale", index)
            tensor = torch.as_tensor(scale).detach().clone()
            self._bag.add(divisor, tensor)
            if "scale" not in self._bag:
                self._bag.add("scale", tensor)
        for parameter in self._recorded(parameters):
            self._before[id(parameter)] = parameter.detach().clone()
            self._measure_weight(parameter)
        closures = [each for each in [*arguments, names.get("closure")] if callable(each)]
        if is_first and not closures and self._called_back is False:
            self._remark(
                "there was no backward pass between recorder.step and the optimizer's step;"
                " recorder.step comes behind it"
            )
        if not self._are_gradients_read and not closures:
            self._measure_gradients(parameters, divisor)

    def _after_optimizer(self, index: int, optimizer: Any, _arguments: Any, _names: Any) -> None:
        if not self._is_recorded:
            return
        parameters = _parameters(optimizer)
        if not self._are_gradients_read:
            # A closure has computed them meanwhile.
            unseen = [each for each in parameters if id(each) not in self._seen]
            self._measure_gradients(unseen, None)
        for parameter in self._recorded(parameters):
            before = self._before.pop(id(parameter), None)
            if before is not None:
                self._bag.add(("update", id(parameter)), _squares(parameter, before)[0])

    def _recorded(self, parameters: Iterable[Tensor]) -> List[Tensor]:
        wanted = {id(weight) for part in self._parts for weight in part.weights}
        return [each for each in parameters if id(each) in wanted]

    def _measure_gradients(self, parameters: Iterable[Tensor], divisor: Optional[Hashable]) -> None:
        for parameter in self._recorded(parameters):
            gradient = parameter.grad
            self._seen[id(parameter)] = None
            if gradient is not None:
                if gradient.is_sparse:
                    gradient = gradient.coalesce().values()
                self._measure(("gradient", id(parameter)), gradient)
                self._seen[id(parameter)] = divisor
            else:
                self._bag.remove(("gradient", id(parameter)))

    # --- Statistics ------------------------------------------------------------------------------

    @torch.no_grad()
    def _measure(self, key: Hashable, tensor: Tensor) -> None:
        """Puts the square sum, the extremes and the number of nonzero elements into the bag."""
        flat = _flat(tensor)
        self._counts[key] = flat.numel()
        squares, _, nonzero = _squares(flat, counts=True)
        low, high = torch.aminmax(flat) if flat.numel() else (flat.sum(), flat.sum())
        self._bag.add(key, squares)
        for part, value in (("low", low), ("high", high), ("nonzero", nonzero)):
            self._bag.add((key, part), value)

    @torch.no_grad()
    def _measure_response(self, key: "_Key", tensor: Tensor) -> None:
        squares, total, _ = _squares(_flat(tensor), sums=True)
        self._counts["response", key] = tensor.numel()
        self._bag.add(("response", key), total)
        self._bag.add(("response squares", key), squares)

    @torch.no_grad()
    def _measure_weight(self, parameter: Tensor) -> None:
        self._bag.add(("weight", id(parameter)), _squares(parameter)[0])

    # --- The end of a step -----------------------------------------------------------------------

    def _end_step(self, loss: Number, error: Optional[Number]) -> None:
        self._micro.append((self._number("loss", loss), self._number("error", error)))
        # Outputs tell of a backward pass where they were hooked and nothing was compiled.
        self._called_back = False if self._is_recorded and self._called_back else None
        if not self._stepped:
            versions = self._current_versions()
            self._is_moved = self._stranger is not None or versions != self._versions
            if not self._is_moved and self._is_accumulating():
                if len(self._micro) == MICRO_REMARK:
                    self._remark(
                        f"{MICRO_REMARK} mini-batches without a step of the optimizer. Is it the"
                        " one that is called? (In older versions of PyTorch compiling takes away the"
                        " hooks of optimizers.)"
                    )
                return
            self._end_without_optimizer()
        else:
            self._idle = 0
        rate = self._rate if self._rate is not None else _rate(self._optimizers[0])
        self._most_micro = max(self._most_micro, len(self._micro))
        if self._is_recorded:
            self._measure_the_rest()
            values = self._bag.take()
            if self._layers is None:
                self._discover()
                self._opened.begin(self._description())
            gradients, responses = self._rows(values)
            self._opened.append("gradients", gradients)
            self._opened.append("responses", responses)
        self._waiting.append((self._step, self._micro, _scalar(rate)))
        self._micro = []
        is_waiting = any(isinstance(each, Tensor) for pair in self._waiting[-1][1] for each in pair)
        if self._is_recorded or not is_waiting or len(self._waiting) >= WAITING_LIMIT:
            self._write_waiting()
        self._step += 1
        self._versions = self._current_versions()
        self._prepare()

    def _end_without_optimizer(self) -> None:
        """A gradient scaler has skipped the step, or what moved the weights is not watched."""
        self._idle += 1
        if self._stranger is not None:
            self._adopt(self._stranger)
        elif self._is_moved:
            self._remark(
                "weights were moved, and not by an optimizer that was given; gradients and updates"
                " of such steps are left open where nobody saw them"
            )
        else:
            self._skipped += 1
            if self._idle == IDLE_REMARK and self._scaler is None:
                self._remark(
                    f"{IDLE_REMARK} steps in a row in which the optimizer was not called; was it"
                    " another one? (What is updated by hand or compiled is not seen.)"
                )
        if self._idle >= IDLE_REMARK and self._scaler is None:
            self._is_moved = True

    def _current_versions(self) -> List[int]:
        return [each._version for part in self._parts for each in part.weights]

    def _number(self, what: str, value: Any) -> Any:
        """A loss or an error as it is kept; what is none is said once, and not known."""
        try:
            return _kept(value)
        except (TypeError, ValueError, RuntimeError):
            self._remark(
                f"the {what} is a {type(value).__name__}, and should be a number or a tensor"
            )
            return None

    def _is_accumulating(self) -> bool:
        """Whether gradients wait for an optimizer that has not been called.

        A gradient scaler does not call it either where gradients are not finite. What it leaves is
        not finite, or has been set to zero or taken away.
        """
        parameters = [each for optimizer in self._optimizers for each in _parameters(optimizer)]
        gradients = [each.grad for each in parameters if each.grad is not None]
        if not gradients:
            return False
        bag = _Bag()
        with torch.no_grad():
            for index, gradient in enumerate(gradients):
                values = gradient.coalesce().values() if gradient.is_sparse else gradient
                bag.add(index, _squares(_flat(values))[0])
        sizes = list(bag.take().values())
        return all(math.isfinite(each) for each in sizes) and any(each > 0 for each in sizes)

    def _measure_the_rest(self) -> None:
        """Weights of which no optimizer told: skipped, or updated in another manner."""
        weights = {id(each): each for part in self._parts for each in part.weights}
        rest = [each for key, each in weights.items() if key not in self._seen]
        # Where its optimizer was not called and no gradient is left, what it was is not known.
        self._measure_gradients([each for each in rest if each.grad is not None], None)
        for key, weight in weights.items():
            if ("weight", key) not in self._bag:
                self._measure_weight(weight)

    def _rows(self, values: Dict[Hashable, float]) -> Tuple[List[str], List[str]]:
        gradients, responses = [], []
        scale = values.get("scale", 1.0)
        has_gone_back = any(("output", key) in values for key in self._outputs)
        held = {id(each) for each in self._root.parameters()}
        for layer in self._layers or []:
            start = f"{self._step},{layer.place}"
            key = (id(layer.part.module), layer.call)
            has_output = layer.part.has_output
            weights = layer.part.weights
            # Those that were replaced since the step began are not the model's any more.
            is_there = bool(weights) and all(id(each) in held for each in weights)
            numbers = self._weight_numbers(weights, values) if is_there else [None] * 6
            gradients.append(",".join([start, "weight"] + [_text(each) for each in numbers]))
            if has_output and key in self._outputs:
                summary: List[Optional[float]] = [None] * 4
                if has_gone_back:
                    summary = self._output_numbers(key, values, scale)
                words = [_text(each) for each in summary]
                gradients.append(",".join([start, "activation"] + words + ["", ""]))
            if has_output and key in self._outputs:
                numbers = self._response_numbers(key, values)
                responses.append(",".join([start] + [_text(each) for each in numbers]))
        return gradients, responses

    def _output_numbers(
        self, layer: "_Key", values: Dict[Hashable, float], scale: float
    ) -> List[Optional[float]]:
        """L2, RMS, maximum and the share of zeros of the gradient at an output, if it is known."""
        key = ("output", layer)
        if layer in self._torn:
            return [None] * 4
        if key not in values:
            # The loss does not depend on an output that was there and had no gradient.
            return [0.0, 0.0, 0.0, 1.0] if layer in self._hooked else [None] * 4
        count = max(self._counts[key], 1)
        l2 = math.sqrt(values[key])
        norms = [l2, l2 / math.sqrt(count), _largest(values[key, "low"], values[key, "high"])]
        numbers: List[Optional[float]] = [_quotient(each, scale) for each in norms]
        return numbers + [1 - values[key, "nonzero"] / count]

    def _weight_numbers(
        self, weights: Sequence[Tensor], values: Dict[Hashable, float]
    ) -> List[Optional[float]]:
        """The same of the gradient of weights, their norm, and the ratio of the update to it."""
        squares, maximum, nonzero, count = 0.0, 0.0, 0.0, 0
        is_known = True
        for weight in weights:
            key = ("gradient", id(weight))
            is_known = is_known and id(weight) in self._seen
            count += weight.numel() * (2 if weight.is_complex() else 1)
            if key not in values:
                continue
            divisor = self._seen[id(weight)]
            scale = values[divisor] if divisor is not None else 1.0
            squares += _quotient(_quotient(values[key], scale), scale)
            largest = _quotient(_largest(values[key, "low"], values[key, "high"]), scale)
            maximum = _largest(maximum, largest)
            nonzero += values[key, "nonzero"]
        norm = math.sqrt(sum(values["weight", id(each)] for each in weights))
        update = math.sqrt(sum(values.get(("update", id(each)), 0.0) for each in weights))
        ratio: Optional[float] = 0.0 if update == 0 else _quotient(update, norm)
        if self._is_moved:
            ratio = None
        if not is_known:
            return [None, None, None, None, norm, ratio]
        l2 = math.sqrt(squares)
        share = 1 - nonzero / max(count, 1)
        return [l2, l2 / math.sqrt(max(count, 1)), maximum, share, norm, ratio]

    def _response_numbers(
        self, key: "_Key", values: Dict[Hashable, float]
    ) -> List[Optional[float]]:
        """Standard deviation and mean of an output, if there was one."""
        count = self._counts.get(("response", key), 0)
        if not count or ("response", key) not in values:
            return [None, None]
        mean = values["response", key] / count
        variance = values["response squares", key] / count - mean * mean
        # Rounding may leave a little less than zero; nan stays nan.
        return [math.sqrt(0.0 if variance < 0 else variance), mean]

    def _write_waiting(self) -> None:
        """Writes the rows of steps whose losses were on the device."""
        if not self._waiting:
            return
        bag = _Bag()
        for number, (_, pairs, _) in enumerate(self._waiting):
            for place, pair in enumerate(pairs):
                for which, value in enumerate(pair):
                    if isinstance(value, Tensor):
                        bag.add((number, place, which), value)
        values = bag.take()

        def mean(number: int, which: int, pairs: List[Tuple[Any, Any]]) -> Optional[float]:
            found = [
                values.get((number, place, which), pair[which]) for place, pair in enumerate(pairs)
            ]
            if not found or any(each is None for each in found):
                return None
            return sum(float(each) for each in found) / len(found)

        lines = []
        for number, (step, pairs, rate) in enumerate(self._waiting):
            loss = mean(number, 0, pairs)
            error = self._percentage(mean(number, 1, pairs))
            words = [_text(math.nan if loss is None else loss), error]
            lines.append(",".join([str(step)] + words + [_text(rate if rate >= 0 else math.nan)]))
        self._waiting = []
        self._opened.append("steps", lines)

    def _percentage(self, value: Optional[Number]) -> str:
        if value is None:
            return ""
        number = _scalar(value)
        if 0 <= number <= 100:
            return _text(number)
        if not math.isnan(number):
            self._remark("errors are in percent, from 0 to 100; others are left out")
        return ""

    # --- The layers ------------------------------------------------------------------------------

    def _discover(self) -> None:
        """Makes the table of layers, in the order in which they were executed at the first step."""
        held = {id(each) for optimizer in self._optimizers for each in _parameters(optimizer)}

        def is_learned(part: _Part) -> bool:
            return any(each.requires_grad or id(each) in held for each in part.weights)

        self._frozen = [part.name for part in self._parts if not is_learned(part)]
        parts = [part for part in self._parts if is_learned(part)]
        if not parts:
            raise _Refusal("every parameter is frozen")
        by_module: Dict[int, List[_Part]] = {}
        for part in parts:
            by_module.setdefault(id(part.module), []).append(part)
        order: List[Tuple[_Part, int]] = [
            (part, call)
            for module, call in self._order
            if (module, call) not in self._tried
            for part in by_module.get(module, [])
            if call == 1 or part.has_output
        ]
        executed = {id(part) for part, _ in order}
        place = -1
        for part in parts:
            if id(part) in executed:
                place = order.index((part, 1))
            else:
                # Nobody called it: its weights are used from outside, as those of attention.
                place += 1
                order.insert(place, (part, 1))
        self._parts = parts
        self._layers = self._table(order, self._shared_inputs())
        self._outputs = self._hooked & {layer.key for layer in self._layers}

    def _shared_inputs(self) -> Set[int]:
        """The modules that were given what another one was given, too."""
        modules: Dict[int, List[nn.Module]] = {}
        for tensor, module in self._inputs:
            modules.setdefault(id(tensor), []).append(module)
        return {id(each) for group in modules.values() if len(group) > 1 for each in group}

    def _table(self, order: Sequence[Tuple["_Part", int]], shared: Set[int]) -> List["_Layer"]:
        layers: List[_Layer] = []
        names = {part.name for part in self._parts}
        stages = _Stages(names)
        index = 0
        counted: Set[int] = set()
        for part, call in order:
            name = part.name if call == 1 else f"{part.name}#{call}"
            if call > 1 and name in names:
                continue
            is_shortcut = id(part.module) in shared and bool(SHORTCUTS & set(part.name.split(".")))
            index += 0 if is_shortcut and index else 1
            parameters = 0
            for each in part.parameters if call == 1 else []:
                if id(each) not in counted:
                    counted.add(id(each))
                    parameters += each.numel()
            path = "shortcut" if is_shortcut else "main"
            stage = stages.number(part.name)
            layers.append(_Layer(part, call, index, name, stage, path, parameters))
        return layers

    def _restore(self, description: Dict[str, Any]) -> None:
        """Takes the table of layers from the run that goes on."""
        by_name = {part.name: part for part in self._parts}
        self._layers = []
        for each in description["layers"]:
            name, call = each["name"], 1
            if name not in by_name and "#" in name:
                name, number = name.rsplit("#", 1)
                call = int(number) if number.isdigit() else 1
            if name not in by_name:
                raise _Refusal(f"the run that should go on has a layer {each['name']!r}")
            self._layers.append(
                _Layer(
                    by_name[name],
                    call,
                    each["index"],
                    each["name"],
                    each["stage"],
                    each["path"],
                    each["parameters"],
                )
            )
        self._parts = list({id(each.part): each.part for each in self._layers}.values())
        outputs = self._opened.outputs()
        self._outputs = {each.key for each in self._layers if each.name in outputs}
        self._normalized = {
            layer.key
            for layer, each in zip(self._layers, description["layers"])
            if each.get("normalized")
        }
        self._records_outputs = bool(self._outputs)
        self._inherited = description.get("conditions", {})
        self._skipped = int(self._inherited.get("skipped steps", 0))
        self._has_clipping = "gradients of weights" in self._inherited

    def _description(self) -> Dict[str, Any]:
        layers = self._layers or []
        optimizer = self._optimizers[0]
        told: Dict[str, Any] = {
            "optimizer": " and ".join(_counted(type(each).__name__ for each in self._optimizers)),
            "recorded every": self._every,
        }
        for key, words in (
            ("lr", "learning rate"),
            ("momentum", "momentum"),
            ("betas", "betas"),
            ("weight_decay", "weight decay"),
        ):
            if key in optimizer.defaults:
                value = optimizer.defaults[key]
                told[words] = float(value) if isinstance(value, Tensor) else value
        device = next((each.device for part in self._parts for each in part.weights), None)
        told["device"] = str(device.type if device is not None else "cpu")
        if self._frozen:
            told["frozen layers"] = " ".join(self._frozen)
        if self._has_clipping:
            told["gradients of weights"] = "before clipping"
        if self._outputs:
            words = "of one mini-batch"
            if self._most_micro > 1:
                words = "of the last mini-batch of those that are accumulated"
            if _world() > 1:
                words += f" on the first of {_world()} processes, before averaging"
            words += ", divided by the loss scale" if self._scaler is not None else ""
            told["gradients at outputs"] = words
        skipped = self._skipped + (0 if self._unstepped is None else int(self._unstepped))
        if skipped:
            told["skipped steps"] = skipped
        conditions = {**self._inherited, **told, **self._conditions}
        return {
            "format": 2,
            "source": "recorded",
            "subject": {
                "name": self._name,
                "role": self._role,
                "depth": sum(each.path == "main" for each in layers),
            },
            "layers": [
                {**each.json, "normalized": True} if each.key in self._normalized else each.json
                for each in layers
            ],
            "conditions": {_plain(str(key)): _json(value) for key, value in conditions.items()},
            "context": {
                "version": f"gradflow_recorder {__version__}",
                "pyTorch": str(torch.__version__),
                "threads": torch.get_num_threads(),
            },
        }


# --- Layers --------------------------------------------------------------------------------------


#: A module, by its identity, and which of its calls in a pass.
_Key = Tuple[int, int]


@dataclass(eq=False)
class _Part:
    """Something with weights: a module, one layer of a recurrent one, or a lone parameter."""

    name: str
    kind: str
    module: nn.Module
    #: Those of which gradients are recorded.
    weights: Sequence[Tensor]
    #: With biases.
    parameters: Sequence[Tensor]
    #: Whether the output of the module is that of this.
    has_output: bool = True


@dataclass
class _Layer:
    """A line of the table of layers."""

    part: _Part
    call: int
    index: int
    name: str
    stage: int
    path: str
    parameters: int
    place: str = field(init=False)

    def __post_init__(self) -> None:
        self.place = f"{self.index},{self.name},{self.stage},{self.path}"

    @property
    def key(self) -> _Key:
        return (id(self.part.module), self.call if self.part.has_output else -1)

    @property
    def json(self) -> Dict[str, Any]:
        told = {
            "index": self.index,
            "name": self.name,
            "stage": self.stage,
            "path": self.path,
            "kind": self.part.kind,
            "parameters": self.parameters,
        }
        for attribute in ("out_channels", "out_features", "embedding_dim", "hidden_size"):
            filters = getattr(self.part.module, attribute, None)
            if isinstance(filters, int) and filters >= 1 and self.part.kind != "Parameter":
                return {**told, "filters": filters}
        return told


class _Stages:
    """Numbers the stages by the names of layers: `layer2` of `layer2.0.conv1`, `h.3` of `h.3.mlp`.

    0 is for what comes before the first stage; what comes behind the last has the next number.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._numbers: Dict[str, int] = {}
        parents = [name.split(".")[:-1] for name in names]
        #: So many parts of the names are those of all.
        self._common = len(os.path.commonprefix(parents))

    def number(self, name: str) -> int:
        parents = name.split(".")[:-1][self._common :]
        numbered = [place for place, part in enumerate(parents) if any(c.isdigit() for c in part)]
        group = ".".join(parents[: numbered[0] + 1] if numbered else parents)
        if not group:
            # Layers of the outermost module: before, or behind what is numbered so far.
            group = f"\n{len(self._numbers)}" if self._numbers else "\n"
            if not self._numbers:
                return 0
            last = list(self._numbers)[-1]
            if last.startswith("\n"):
                group = last
        return self._numbers.setdefault(group, len(self._numbers) + 1)


def _parts(root: nn.Module) -> List[_Part]:
    """What has weights, in the order of registration, with names that are told apart.

    Weights are parameters of two dimensions or more; normalizations have none. Where nothing has
    more than one, every parameter is a weight.
    """
    for least in (2, 0):
        found: List[_Part] = []
        parametrized: Set[int] = set()
        for name, module in root.named_modules():
            if id(module) not in parametrized:
                own = dict(module.named_parameters(recurse=False))
                if isinstance(getattr(module, "parametrizations", None), nn.ModuleDict):
                    for inner in module.parametrizations.modules():
                        parametrized.add(id(inner))
                    own.update(module.parametrizations.named_parameters())
                found += _parts_of(name, module, own, least)
        if found:
            break
    taken: Set[str] = set()
    for part in found:
        outer = [each for each in part.name.split(".") if each not in WRAPPERS]
        plain = _plain(".".join(outer)) or type(root).__name__
        name, number = plain, 1
        while unicodedata.normalize("NFC", name) in taken:
            number += 1
            name = f"{plain}~{number}"
        taken.add(unicodedata.normalize("NFC", name))
        part.name = name
    return found


def _parts_of(
    name: str, module: nn.Module, own: Dict[str, nn.Parameter], least: int
) -> List[_Part]:
    """What a module itself has."""
    outer = f"{name}." if name else ""
    for key, each in own.items():
        if isinstance(each, nn.parameter.UninitializedParameter):
            raise _Refusal(
                f"{outer}{key} has no shape yet; run one batch through the model before the recorder"
                " is made"
            )
    weights = {
        key: each for key, each in own.items() if each.dim() >= least and _is_readable(each)
    }
    if not weights:
        return []
    kind = _plain(type(module).__name__.replace("Parametrized", "", 1)) or "Module"
    if isinstance(module, nn.RNNBase) and module.num_layers > 1:
        parts = []
        for layer in range(module.num_layers):
            ends = (f"_l{layer}", f"_l{layer}_reverse")
            mine = [each for key, each in weights.items() if key.endswith(ends)]
            everything = [each for key, each in own.items() if key.endswith(ends)]
            is_last = layer == module.num_layers - 1
            parts.append(_Part(f"{outer}l{layer}", kind, module, mine, everything, is_last))
        return parts
    is_whole = isinstance(module, nn.MultiheadAttention) or hasattr(module, "parametrizations")
    has_others = next(module.children(), None) is not None
    # What several weights of a module that PyTorch does not know are for is not known either: each
    # is told of, the module's output with the last.
    is_own = not type(module).__module__.startswith("torch.")
    is_list = isinstance(module, (nn.ParameterList, nn.ParameterDict))
    if is_whole or not (has_others or is_list or is_own and len(weights) > 1):
        return [_Part(name, kind, module, list(weights.values()), list(own.values()))]
    # The output of a module with others inside is not that of its own parameters.
    last = None if has_others or is_list else list(weights)[-1]
    return [
        _Part(f"{outer}{key}", "Parameter", module, [each], [each], key == last)
        for key, each in weights.items()
    ]


def _is_readable(parameter: Tensor) -> bool:
    """Whether there are numbers, each in its place."""
    return (
        parameter.numel() > 0
        and parameter.layout == torch.strided
        and not parameter.is_quantized
        and not parameter.is_meta
    )


def _unwrapped(model: nn.Module) -> nn.Module:
    while True:
        if hasattr(model, "_orig_mod"):
            model = cast(nn.Module, model._orig_mod)
        elif isinstance(model, (nn.parallel.DistributedDataParallel, nn.DataParallel)):
            model = model.module
        else:
            return model


def _sharded(model: nn.Module) -> Optional[str]:
    """What has cut the parameters of a model into pieces."""
    for module in model.modules():
        for kind in type(module).__mro__:
            if kind.__name__ in ("FullyShardedDataParallel", "FSDPModule"):
                return kind.__name__
    for parameter in model.parameters():
        if any(kind.__name__ == "DTensor" for kind in type(parameter).__mro__):
            return "DTensor"
    return None


# --- Optimizers, ranks, the state of PyTorch -----------------------------------------------------


def _optimizers(given: Any) -> List[torch.optim.Optimizer]:
    is_one = isinstance(given, torch.optim.Optimizer) or hasattr(given, "optimizer")
    found = [given] if is_one or not isinstance(given, Iterable) else list(given)
    for place, each in enumerate(found):
        inner = getattr(each, "optimizer", None)
        while isinstance(inner, torch.optim.Optimizer):
            found[place] = inner
            inner = getattr(inner, "optimizer", None)
        if not isinstance(found[place], torch.optim.Optimizer):
            raise TypeError(f"{type(each).__name__} is not a torch optimizer")
    if not found:
        raise ValueError("there is no optimizer")
    return found


def _parameters(optimizer: torch.optim.Optimizer) -> List[Tensor]:
    return [each for group in optimizer.param_groups for each in group["params"]]


def _rate(optimizer: torch.optim.Optimizer) -> Any:
    rate = optimizer.param_groups[0].get("lr", math.nan) if optimizer.param_groups else math.nan
    return rate.detach().clone() if isinstance(rate, Tensor) else rate


def _rank() -> int:
    distributed = torch.distributed
    return distributed.get_rank() if distributed.is_available() and _world() > 1 else 0


def _world() -> int:
    distributed = torch.distributed
    if not distributed.is_available() or not distributed.is_initialized():
        return 1
    return distributed.get_world_size()


def _is_going_back() -> bool:
    """Whether this is in the middle of a backward pass."""
    current = getattr(torch._C, "_current_graph_task_id", None)
    return current is not None and current() != -1


_is_compiling: Callable[[], bool] = getattr(
    getattr(torch, "compiler", None), "is_compiling", lambda: False
)


class _Hook:
    """A hook that is no part of the model: copies of a model, and saved ones, have none."""

    def __init__(self, recorder: Recorder, body: Callable[..., None]) -> None:
        self._recorder = recorder
        self._body = body

    def __call__(self, *arguments: Any) -> None:
        # What is compiled does not see this, and what is traced must not.
        if _is_compiling() or torch.jit.is_tracing() or self._recorder._state != "recording":
            return
        try:
            self._body(*arguments)
        except Exception as problem:  # pylint: disable=broad-except
            self._recorder._fail(problem)

    def __deepcopy__(self, memo: Any) -> Any:
        return contextlib.nullcontext().__exit__

    def __reduce__(self) -> Any:
        # Takes whatever it is given, returns nothing, and is known without this file.
        return getattr, (contextlib.nullcontext(), "__exit__")


# --- Numbers -------------------------------------------------------------------------------------


class _Bag:
    """Scalars on devices by their keys."""

    def __init__(self) -> None:
        self._tensors: Dict[Hashable, Tensor] = {}

    def __contains__(self, key: Hashable) -> bool:
        return key in self._tensors

    def add(self, key: Hashable, scalar: Tensor) -> None:
        self._tensors[key] = scalar

    def remove(self, key: Hashable) -> None:
        self._tensors.pop(key, None)

    @torch.no_grad()
    def take(self) -> Dict[Hashable, float]:
        """All of them as numbers: one transfer a device."""
        devices: Dict[torch.device, List[Hashable]] = {}
        for key, tensor in self._tensors.items():
            devices.setdefault(tensor.device, []).append(key)
        numbers: Dict[Hashable, float] = {}
        for keys in devices.values():
            scalars = [self._tensors[key].detach().reshape(()) for key in keys]
            stacked = torch.stack([each.to(_wide(each)) for each in scalars])
            numbers.update(zip(keys, stacked.tolist()))
        self._tensors = {}
        return numbers


def _flat(tensor: Tensor) -> Tensor:
    """The real elements in a row, in the order of memory where that needs no copy."""
    tensor = tensor.detach()
    if tensor.is_complex():
        tensor = torch.view_as_real(tensor.resolve_conj())
    if tensor.dim() == 4 and tensor.is_contiguous(memory_format=torch.channels_last):
        tensor = tensor.permute(0, 2, 3, 1)
    return tensor.reshape(-1)


@torch.no_grad()
def _squares(
    tensor: Tensor, minus: Optional[Tensor] = None, *, sums: bool = False, counts: bool = False
) -> Tuple[Tensor, Tensor, Tensor]:
    """The sum of the squares, the sum, and the number of nonzero elements, as 64-bit numbers.

    The sum of the squares is that of the difference to another tensor where there is one.
    """
    flat = _flat(tensor)
    other = _flat(minus) if minus is not None else None
    if flat.device.type != "cpu":
        # Few kernels; devices without double precision sum in single.
        wide = _wide(flat)
        values = flat if other is None else flat.to(wide) - other.to(wide)
        norm = torch.linalg.vector_norm(values, dtype=wide)
        return (
            norm * norm,
            flat.sum(dtype=wide) if sums else norm,
            torch.count_nonzero(flat) if counts else norm,
        )
    nothing = torch.zeros((), dtype=torch.float64)
    if other is None and flat.dtype == torch.float32 and flat.numel() >= 4 * ROW:
        found = _row_squares(flat, sums=sums)
        if found is not None:
            return found[0], found[1], torch.count_nonzero(flat) if counts else nothing
    squares, total, nonzero = [nothing], [nothing], [nothing]
    buffer = torch.empty(min(CHUNK, flat.numel()), dtype=torch.float64)
    for start in range(0, flat.numel(), CHUNK):
        piece = flat[start : start + CHUNK]
        wide_piece = buffer[: piece.numel()].copy_(piece)
        if sums:
            total.append(wide_piece.sum())
        if counts:
            nonzero.append(torch.count_nonzero(piece))
        if other is not None:
            wide_piece -= other[start : start + CHUNK]
        squares.append(torch.dot(wide_piece, wide_piece))
    return _total(squares), _total(total), _total(nonzero)


def _row_squares(flat: Tensor, *, sums: bool) -> Optional[Tuple[Tensor, Tensor]]:
    """The sum of the squares and the sum, in single precision row by row and in double over rows.

    It takes half the time. None where squares would be lost in single precision, or where the sum
    is nearly all there is, so that a variance by their difference would be.
    """
    whole = flat.numel() - flat.numel() % ROW
    rows, rest = flat[:whole].view(-1, ROW), flat[whole:].double()
    norms = torch.linalg.vector_norm(rows, dim=1).double()
    if not 1e-12 < float(norms.max()) < 1e15:
        return None
    squares = torch.dot(norms, norms) + torch.dot(rest, rest)
    if not sums:
        return squares, squares
    total = rows.sum(1).double().sum() + rest.sum()
    if float(total) ** 2 > 0.99 * float(squares) * flat.numel():
        return None
    return squares, total


def _wide(tensor: Tensor) -> torch.dtype:
    """Double precision, where the device has it."""
    return torch.float32 if tensor.device.type == "mps" else torch.float64


def _total(scalars: List[Tensor]) -> Tensor:
    total = scalars[0]
    for each in scalars[1:]:
        total = total + each
    return total


def _tensor(value: Any) -> Optional[Tensor]:
    """The first tensor of real numbers in what a module takes or gives."""
    if isinstance(value, Tensor):
        return value if value.is_floating_point() or value.is_complex() else None
    if isinstance(value, dict):
        value = list(value.values())
    elif not isinstance(value, (list, tuple)):
        value = list(vars(value).values()) if hasattr(value, "__dict__") else []
    for each in value:
        if isinstance(each, (Tensor, dict, list, tuple)):
            found = _tensor(each)
            if found is not None:
                return found
    return None


def _kept(value: Any) -> Any:
    """A number, or a scalar on another device that waits there."""
    if not isinstance(value, Tensor):
        return None if value is None else float(value)
    scalar = value.detach()
    scalar = scalar.to(_wide(scalar)).mean()
    return float(scalar) if scalar.device.type == "cpu" else scalar


def _scalar(value: Any) -> float:
    return float(value.detach()) if isinstance(value, Tensor) else float(value)


def _largest(one: float, other: float) -> float:
    """The larger magnitude; nan where there is one."""
    return math.nan if math.isnan(one) or math.isnan(other) else max(abs(one), abs(other))


def _quotient(over: float, under: float) -> float:
    if under == 0:
        return math.nan if over == 0 or math.isnan(over) else math.inf
    return over / under


def _listed(names: Sequence[str]) -> str:
    """The first of some names, for a sentence."""
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _counted(words: Iterable[str]) -> List[str]:
    """Each word once, with its number where there are several."""
    found = list(words)
    return [
        word if found.count(word) == 1 else f"{found.count(word)} {word}"
        for word in dict.fromkeys(found)
    ]


# --- Text ----------------------------------------------------------------------------------------


def _text(value: Optional[float]) -> str:
    """A number for a table; what is not known is nothing, which is told from a result that is nan."""
    if value is None:
        return ""
    return "nan" if math.isnan(value) else format(value, ".9g")


def _measured(value: Optional[Number]) -> str:
    number = math.nan if value is None else _scalar(value)
    return "" if math.isnan(number) or number < 0 else _text(number)


def _plain(text: str) -> str:
    """Text that needs no quotation marks in a table."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    replaced = {ord(","): ";", ord('"'): "'", **{code: " " for code in range(0x20)}}
    return text.translate(replaced)


def _json(value: Any) -> Any:
    if isinstance(value, (bool, int)) or isinstance(value, float) and math.isfinite(value):
        return value
    return str(value).encode("utf-8", "replace").decode("utf-8")


def _warn(words: str) -> None:
    try:
        warnings.warn(words, RuntimeWarning, stacklevel=3)
    except Warning:
        # Somebody has made errors of warnings.
        print(words, file=sys.stderr)


class _Refusal(Exception):
    """Why nothing is recorded, a clause for people."""


# --- Files ---------------------------------------------------------------------------------------


class _Folder:
    """The folder of a run, under its name with `.partial` until it has finished.

    Rows of a step are written at once, those of layers before that of the step itself: whatever is
    cut off has no row in `steps`, and goes when the run is continued.
    """

    _in_use: Set[str] = set()

    def __init__(self, path: str) -> None:
        self.path = path
        self.partial = f"{path}.partial"
        self.description: Dict[str, Any] = {}
        self._files: Dict[str, int] = {}
        #: The step, the numbers and the place of the evaluation that was written last.
        self._evaluated: Optional[Tuple[int, List[str], int]] = None
        self._lock: Optional[int] = None
        #: Whether what goes on is a copy of a finished run, of which nothing has been written yet.
        self._copied = False
        self._process = os.getpid()
        os.makedirs(os.path.dirname(path), exist_ok=True)
        for each in (path, self.partial):
            _refuse_unless_run(each)
        if self.partial in _Folder._in_use:
            raise _Refusal("another recorder of this process writes there")
        self._take_lock()
        _Folder._in_use.add(self.partial)
        self._has_place = True
        # A replacement that was cut off between its two renames left the older run aside.
        if os.path.exists(f"{path}.replaced") and not os.path.exists(path):
            os.rename(f"{path}.replaced", path)
        _take_records_away(f"{path}.replaced", path)

    def _take_lock(self) -> None:
        if fcntl is None:
            return
        lock = os.open(f"{self.partial}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            # Of this process alone: what it forks does not keep it.
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            os.close(lock)
            raise _Refusal("another process writes there") from None
        except OSError:
            # This file system knows no locks.
            os.close(lock)
            return
        self._lock = lock

    # Beginning and continuing

    def begin(self, description: Dict[str, Any]) -> None:
        """Begins the records anew, in place of what an interrupted run left."""
        _take_records_away(self.partial)
        os.makedirs(self.partial, exist_ok=True)
        for table, columns in COLUMNS.items():
            self._open(table)
            self.append(table, [columns])
        self._describe(description)

    def continue_at(self, limit: Optional[int]) -> int:
        """Cuts off what is not whole, and what is beyond a number of steps; says how many are left.

        0 where there is nothing to be continued.
        """
        described = os.path.join(self.partial, "run.json")
        if not os.path.exists(described):
            finished = os.path.join(self.path, "run.json")
            if not os.path.exists(finished):
                return 0
            _described(finished)
            copied = f"{self.partial}.replaced"
            shutil.rmtree(copied, ignore_errors=True)
            os.makedirs(copied)
            for name in sorted(RECORDS & set(os.listdir(self.path))):
                shutil.copy2(os.path.join(self.path, name), copied)
            self._copied = True
            _take_records_away(self.partial, copied)
            os.rename(copied, self.partial)
        self.description = _described(described)
        if any(name.endswith(".gz") for name in RECORDS & set(os.listdir(self.partial))):
            raise _Refusal("the tables of the run that should go on are packed; unpack them first")
        end = math.inf if limit is None else limit
        steps, length = self._whole("steps", lambda step: step < end)
        done = steps[-1] + 1 if steps else 0
        if done == 0:
            return 0
        lengths = {"steps": length}
        for table in ("gradients", "responses"):
            lengths[table] = self._whole(table, lambda step: step < done, has_blocks=True)[1]
        lengths["evaluations"] = self._whole("evaluations", lambda step: step <= done)[1]
        for table, length in lengths.items():
            self._open(table)
            os.ftruncate(self._files[table], length)
            if length == 0:
                self.append(table, [COLUMNS[table]])
        return done

    def _whole(
        self, table: str, is_wanted: Callable[[int], bool], has_blocks: bool = False
    ) -> Tuple[List[int], int]:
        """The steps of a table that are whole, and where they end in the file."""
        path = os.path.join(self.partial, f"{table}.csv")
        steps: List[int] = []
        rows: List[int] = []
        ends: List[int] = []
        if not os.path.exists(path):
            return [], 0
        with open(path, "rb") as file:
            header = file.readline()
            if header != (COLUMNS[table] + "\n").encode():
                return [], 0
            end = len(header)
            start = end
            for line in file:
                fields = line.split(b",")
                if not line.endswith(b"\n") or len(fields) != COLUMNS[table].count(",") + 1:
                    break
                if not fields[0].isdigit() or not is_wanted(int(fields[0])):
                    break
                step = int(fields[0])
                if steps and (step < steps[-1] or step == steps[-1] and not has_blocks):
                    break
                end += len(line)
                if steps and step == steps[-1]:
                    rows[-1] += 1
                    ends[-1] = end
                else:
                    steps.append(step)
                    rows.append(1)
                    ends.append(end)
        while rows and rows[-1] != rows[0]:
            for each in (steps, rows, ends):
                each.pop()
        return steps, ends[-1] if ends else start

    def outputs(self) -> Set[str]:
        """The layers of whose outputs the first recorded step tells."""
        names: Set[str] = set()
        path = os.path.join(self.partial, "gradients.csv")
        with open(path, encoding="utf-8", newline="\n") as file:
            file.readline()
            first = None
            for line in file:
                fields = line.split(",")
                first = first or fields[0]
                if fields[0] != first:
                    break
                if fields[5] == "activation":
                    names.add(fields[2])
        return names

    # Writing

    def _open(self, table: str) -> None:
        path = os.path.join(self.partial, f"{table}.csv")
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0)
        self._files[table] = os.open(path, flags | getattr(os, "O_BINARY", 0), 0o666)

    def append(self, table: str, lines: Sequence[str]) -> None:
        if not lines:
            return
        if os.getpid() != self._process:
            raise _Refusal("a fork of the process that began cannot write")
        self._copied = False
        data = "".join(f"{line}\n" for line in lines).encode("utf-8")
        while data:
            data = data[os.write(self._files[table], data) :]

    def evaluation(self, step: int, values: List[str]) -> None:
        """Writes the row of an evaluation; another one after as many steps adds to it."""
        file = self._files["evaluations"]
        place = os.fstat(file).st_size
        if self._evaluated is not None and self._evaluated[0] == step:
            _, before, place = self._evaluated
            values = [new or old for new, old in zip(values, before)]
        elif self._evaluated is None:
            # That of an interrupted run may be of the same step.
            steps, end = self._whole("evaluations", lambda each: each < step)
            place = min(place, end)
        os.ftruncate(file, place)
        self._evaluated = (step, values, place)
        self.append("evaluations", [",".join([str(step)] + values)])

    def _describe(self, description: Dict[str, Any]) -> None:
        self.description = description
        text = json.dumps(description, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
        path = os.path.join(self.partial, "run.json")
        with open(f"{path}.partial", "wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        os.replace(f"{path}.partial", path)

    def finish(self, description: Dict[str, Any]) -> None:
        """Puts the run in its place. One that was there stays until then; what else was there, too."""
        self._describe(description)
        for file in self._files.values():
            os.fsync(file)
        replaced = f"{self.path}.replaced"
        if os.path.exists(self.path):
            _take_records_away(replaced, self.path)
            os.rename(self.path, replaced)
        os.rename(self.partial, self.path)
        _take_records_away(replaced, self.path)

    def close(self) -> None:
        for file in self._files.values():
            os.close(file)
        self._files = {}
        if self._copied:
            shutil.rmtree(self.partial, ignore_errors=True)
        if self._lock is not None:
            with contextlib.suppress(OSError):
                os.unlink(f"{self.partial}.lock")
            os.close(self._lock)
            self._lock = None
        if self._has_place:
            _Folder._in_use.discard(self.partial)
            self._has_place = False


def _described(path: str) -> Dict[str, Any]:
    """What `run.json` says of a run that is to go on."""
    try:
        with open(path, encoding="utf-8") as file:
            told = json.load(file)
    except ValueError as error:
        raise _Refusal(f"{path} is damaged, and the run cannot go on: {error}") from None
    if not isinstance(told, dict) or told.get("format") != 2 or "layers" not in told:
        told = {}
    if told.get("source") != "recorded":
        raise _Refusal("what is there was not recorded by this program, and cannot go on")
    return told


def _refuse_unless_run(path: str) -> None:
    """Refuses a place where something else than a run is, that would be replaced."""
    if not os.path.lexists(path):
        return
    if not os.path.isdir(path):
        raise _Refusal(f"{path} is a file; a run is a folder of its own")
    names = sorted(os.listdir(path))
    with contextlib.suppress(OSError, ValueError, AttributeError):
        with open(os.path.join(path, "run.json"), encoding="utf-8") as file:
            if json.load(file).get("source") != "recorded":
                raise _Refusal(
                    f"{path} was not recorded by this program; give the run a folder of its own"
                )
    if names and "run.json" not in names and not set(names) <= RECORDS:
        others = [name for name in names if name not in RECORDS]
        told = f"{path} is no run: it holds {_listed(others)}"
        raise _Refusal(f"{told}; give the run a folder of its own")


def _take_records_away(folder: str, heir: Optional[str] = None) -> None:
    """Removes records, and the folder with them. What else is in it stays, or goes to the heir."""
    if not os.path.isdir(folder):
        return
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        if name in RECORDS:
            os.remove(path)
        elif heir is not None and not os.path.lexists(os.path.join(heir, name)):
            os.rename(path, os.path.join(heir, name))
    with contextlib.suppress(OSError):
        os.rmdir(folder)
