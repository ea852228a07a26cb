"""Trains; run as `python -m demo_model.training`. What was begun goes on exactly where it stood.

- Two processes of one thread each, whose weights are averaged every few steps: one process of two
  threads is slower wherever something else runs, as each operation waits for both.
- A run is told by its steps, never by the clock: the same numbers give the same model on the
  same machine. In the last stretch, `--fall`, the rate goes down to nothing.
- Checkpoints before the fall (`level`) are the same for every `--steps`, so a run can always be
  lengthened from the newest of them; those of a fall belong to its numbers alone.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

import torch
import torch.distributed as dist
import torch.multiprocessing
from torch import Tensor, nn
from torch.nn import functional

from demo_model import batches, sentences, tokens
from demo_model.batches import IGNORED, Batch, Corpus, Mixer
from demo_model.model import Shape, Whisper
from demo_model.optimiser import Optimiser, share_of
from demo_model.plan import PROCESSES, Plan, add_plan, kept_steps, plan_of

AVERAGED_EVERY = 8
KEPT_EVERY = 40
LEFT_EVERY = 400
WARM_UP = 60
SEED = 5
SOUND_WEIGHT, TOKEN_WEIGHT, SHOWN_WEIGHT = 0.3, 0.5, 0.15
SMOOTHING = 0.02
SHOWN_MARGIN = 2  # places before and after a token that its attention may lie in


def losses(model: Whisper, batch: Batch) -> dict[str, Tensor]:
    """The weighted parts of the loss, and `right`: the share of tokens told right."""
    shape = model.shape
    targets = torch.from_numpy(batch.targets)
    heard, raised = model.hear(
        torch.from_numpy(batch.frames), torch.from_numpy(batch.padding), batch.each
    )
    states, seen = model.states(torch.from_numpy(batch.inputs), heard, raised)
    scores = model.scores(states)[targets != IGNORED]
    wanted = targets[targets != IGNORED]
    frames = heard[:, : batch.sounds.shape[1]]
    entropy = functional.cross_entropy
    sounds = model.sound_head(frames).flatten(0, 1)
    said = model.token_head(frames).flatten(0, 1)
    spans = torch.from_numpy(batch.spans)
    row, column = torch.nonzero(spans[..., 1] >= 0, as_tuple=True)
    place = torch.arange(seen.shape[-1])
    span = spans[row, column]
    inside = (place >= span[:, :1] - SHOWN_MARGIN) & (place <= span[:, 1:] + SHOWN_MARGIN)
    shown = seen[row, : shape.shown_heads, column]
    on_it = (shown * inside[:, None]).sum(-1)
    return {
        "text": entropy(scores, wanted, label_smoothing=SMOOTHING),
        "sound": SOUND_WEIGHT * entropy(sounds, torch.from_numpy(batch.sounds).flatten()),
        "token": TOKEN_WEIGHT * entropy(said, torch.from_numpy(batch.said).flatten()),
        "shown": -SHOWN_WEIGHT * torch.log(on_it + 1e-4).mean(),
        "right": (scores.argmax(-1) == wanted).float().mean().detach(),
    }


@torch.no_grad()
def average(model: nn.Module) -> None:
    """Give all processes the mean of their weights."""
    parameters = list(model.parameters())
    joined = torch.cat([p.flatten() for p in parameters])
    dist.all_reduce(joined)
    joined /= PROCESSES
    at = 0
    for p in parameters:
        p.copy_(joined[at : at + p.numel()].view_as(p))
        at += p.numel()


class Run:
    """One process's part of a training run."""

    def __init__(self, process: int, folder: Path, plan: Plan) -> None:
        texts_told = sentences.training(plan.texts)
        tokenizer = tokens.build(texts_told)
        compact = tokens.Compact(tokenizer, texts_told)
        sounds = batches.sound_names(folder / "corpus")
        self.process, self.folder, self.plan = process, folder, plan
        self.digest = sentences.digest(texts_told)
        corpus = Corpus(folder / "corpus", compact, sounds)
        if len(corpus.utterances) != plan.texts:
            raise SystemExit("the corpus was made of other texts: move it away first")
        self.mixer = Mixer(corpus, SEED, process)
        torch.manual_seed(SEED)
        self.model = Whisper(
            Shape(vocabulary=len(compact.ids), texts=compact.texts, sounds=len(sounds))
        )
        self.optimiser = Optimiser(self.model)
        self.ids, self.step, self.windows = compact.ids, 0, 0
        self.begun, self.spent_s = time.process_time(), 0.0

    def _file(self, step: int) -> Path:
        return self.plan.kept(self.folder, step) / f"{step:06d}-{self.process}.pt"

    def resume(self) -> None:
        """Go on from the newest step of this plan that every process kept."""
        steps = [step for step in kept_steps(self.folder, self.plan) if step <= self.plan.steps]
        if not steps:
            return
        told = torch.load(self._file(max(steps)), weights_only=True)
        if told["digest"] != self.digest:
            raise SystemExit("the checkpoint was trained on other texts: move it away first")
        self.model.load_state_dict(told["model"])
        self.optimiser.restore(told["optimiser"])
        self.step, self.windows, self.spent_s = told["step"], told["windows"], told["spent_s"]

    def keep(self) -> None:
        """Write the checkpoint; older ones go, but for a few and the last before the fall."""
        told = {
            "model": self.model.state_dict(),
            "optimiser": self.optimiser.state(),
            "shape": self.model.shape.told(),
            "ids": self.ids,
            "digest": self.digest,
            "step": self.step,
            "windows": self.windows,
            "spent_s": self._spent(),
        }
        half = self._file(self.step).with_suffix(".half")
        half.parent.mkdir(parents=True, exist_ok=True)
        torch.save(told, half)
        half.replace(self._file(self.step))
        dist.barrier()
        older = self.step - 2 * KEPT_EVERY
        if older > 0 and older % LEFT_EVERY and older != self.plan.level:
            self._file(older).unlink(missing_ok=True)

    def train(self) -> None:
        """Steps until the plan's last, told to `training.log` by the first process."""
        log = (self.folder / "training.log").open("a", encoding="utf-8")
        steps, fall, parent = self.plan.steps, self.plan.fall, os.getppid()
        while self.step < steps:
            if os.getppid() != parent:  # two runs at once would write the same checkpoints
                raise SystemExit("The program that began this training has ended.")
            batch = self.mixer.batch(self.step)
            parts = losses(self.model, batch)
            right = parts.pop("right")
            self.model.zero_grad()
            torch.stack(list(parts.values())).sum().backward()
            nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            self.optimiser.step(share_of(self.step, steps, fall, WARM_UP))
            self.step += 1
            self.windows += len(batch.frames)
            if self.step % AVERAGED_EVERY == 0:
                average(self.model)
            if self.process == 0 and self.step % 10 == 0:
                print(self._told(parts, right), file=log, flush=True)
            if self.step % KEPT_EVERY == 0 or self.step == self.plan.level:
                self.keep()
        average(self.model)
        self.keep()

    def _spent(self) -> float:
        return self.spent_s + time.process_time() - self.begun

    def _told(self, parts: dict[str, Tensor], right: Tensor) -> str:
        losses_told = " ".join(f"{name} {value.item():.3f}" for name, value in parts.items())
        return (
            f"{time.strftime('%H:%M:%S')} step {self.step} windows {self.windows} "
            f"cpu_s {self._spent():.0f} {losses_told} right {right:.3f}"
        )


def work(process: int, meeting: str, folder: Path, plan: Plan) -> None:
    """One process of the run."""
    torch.set_num_threads(1)
    dist.init_process_group(
        "gloo", init_method=f"file://{meeting}", rank=process, world_size=PROCESSES
    )
    run = Run(process, folder, plan)
    run.resume()
    run.train()
    dist.destroy_process_group()


def main() -> None:
    """Train from nothing, or go on from the last checkpoint."""
    asked = argparse.ArgumentParser(description=main.__doc__)
    asked.add_argument("folder", type=Path)
    add_plan(asked)
    given = asked.parse_args()
    os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
    with tempfile.TemporaryDirectory() as meeting:
        torch.multiprocessing.spawn(
            work,
            (f"{meeting}/meeting", given.folder, plan_of(given)),
            PROCESSES,
        )


if __name__ == "__main__":
    main()
