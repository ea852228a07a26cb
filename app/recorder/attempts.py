"""The attempts to open a camera before a take: which failure is final, and which may pass.

- One that was there and broke off, or that refused once, may just be ending what it gave to
  somebody else: network cameras refuse for a moment then.
- Everything else, and a second refusal, is told at once.
"""

from __future__ import annotations

from app.errors import DeviceProblem

MOST_REFUSALS = 2


class Attempts:
    """Of one camera."""

    def __init__(self) -> None:
        self._problem: DeviceProblem | None = None
        self._refusals = 0

    def failed(self, problem: DeviceProblem) -> None:
        """Another one failed."""
        self._refusals += problem.code == "camera_unreachable"
        self._problem = problem

    @property
    def final(self) -> DeviceProblem | None:
        """What a person has to be told; None while there is hope."""
        if self._problem is None or self._problem.code == "device_lost":
            return None
        if self._problem.code == "camera_unreachable" and self._refusals < MOST_REFUSALS:
            return None
        return self._problem
