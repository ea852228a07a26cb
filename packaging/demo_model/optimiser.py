"""Muon for the layers' matrices, AdamW for everything else.

- Muon (K. Jordan, 2024) makes a matrix's momentum orthogonal before the step, by five
  Newton-Schulz rounds; a small model learns from fewer steps. The rounds stay in 32 bit: a
  processor without bfloat16 units is four times slower in it.
- Matrices of one size are done at once.
"""

from __future__ import annotations

from collections import defaultdict

import torch
from torch import Tensor, nn

MUON_PEAK, ADAM_PEAK = 0.012, 2.0e-3
MOMENTUM = 0.95
_ROUNDS, _A, _B, _C = 5, 3.4445, -4.7750, 2.0315  # Jordan's coefficients


def orthogonal(matrices: Tensor) -> Tensor:
    """Nearly orthogonal matrices of the same directions; n x rows x columns, rows <= columns."""
    x = matrices / (matrices.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(_ROUNDS):
        square = x @ x.transpose(1, 2)
        x = _A * x + (_B * square + _C * square @ square) @ x
    return x


class Muon:
    """Steps and momenta of the matrices of all layers."""

    def __init__(self, matrices: list[nn.Parameter]) -> None:
        self._by_size: dict[tuple[int, int], list[nn.Parameter]] = defaultdict(list)
        for one in matrices:
            rows, columns = sorted(one.shape)
            self._by_size[rows, columns].append(one)
        self._momenta = {one: torch.zeros_like(one) for one in matrices}
        self._matrices = matrices

    @torch.no_grad()
    def step(self, rate: float) -> None:
        """One step at this rate."""
        for alike in self._by_size.values():
            pushes = []
            for one in alike:
                assert one.grad is not None
                momentum = self._momenta[one].lerp_(one.grad, 1 - MOMENTUM)
                push = one.grad.lerp(momentum, MOMENTUM)
                pushes.append(push if push.shape[0] <= push.shape[1] else push.t())
            for one, way in zip(alike, orthogonal(torch.stack(pushes)), strict=True):
                turned = way if one.shape[0] <= one.shape[1] else way.t()
                one.mul_(1 - rate * 0.01)
                one.add_(turned, alpha=-rate * max(1.0, one.shape[0] / one.shape[1]) ** 0.5)

    def state(self) -> list[Tensor]:
        """The momenta, for the checkpoint."""
        return [self._momenta[one] for one in self._matrices]

    def restore(self, momenta: list[Tensor]) -> None:
        """Take the momenta of a checkpoint."""
        for one, momentum in zip(self._matrices, momenta, strict=True):
            self._momenta[one].copy_(momentum)


class Optimiser:
    """Both, with one schedule: warm-up, a long level stretch, a fall to nothing at the end."""

    def __init__(self, model: nn.Module) -> None:
        matrices = [p for name, p in model.named_parameters() if ".layers." in name and p.ndim == 2]
        chosen = {id(p) for p in matrices}
        others = [p for p in model.parameters() if id(p) not in chosen]
        self._muon = Muon(matrices)
        self._adam = torch.optim.AdamW(others, ADAM_PEAK, (0.9, 0.98), weight_decay=0.01)

    def step(self, share: float) -> None:
        """One step at `share` (0..1) of the peak rates."""
        for group in self._adam.param_groups:
            group["lr"] = ADAM_PEAK * share
        self._adam.step()
        self._muon.step(MUON_PEAK * share)

    def state(self) -> dict[str, object]:
        """For the checkpoint."""
        return {"muon": self._muon.state(), "adam": self._adam.state_dict()}

    def restore(self, state: dict[str, object]) -> None:
        """From the checkpoint."""
        self._muon.restore(state["muon"])  # type: ignore[arg-type]
        self._adam.load_state_dict(state["adam"])  # type: ignore[arg-type]


def share_of(step: int, steps: int, fall: int, warm_up: int) -> float:
    """Share of the peak rate at a step of `steps`, the last `fall` of which go down to nothing."""
    up = min(1.0, (step + 1) / warm_up)
    down = min(1.0, (steps - step) / max(1, fall))
    return up * max(0.0, down)
