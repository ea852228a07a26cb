"""Brings the attacks of all modules together; importing it fills the lists of `attack`."""

from __future__ import annotations

import tests.attacks.on_center
import tests.attacks.on_machine
import tests.attacks.on_names
import tests.attacks.on_open_record
import tests.attacks.on_paper
import tests.attacks.on_record
import tests.attacks.on_time  # noqa: F401
from tests.attacks.attack import ATTACKS, NOT_RUN, PROVED_BY_TEST, Attack, NotRun, ProvedByTest

__all__ = ["ATTACKS", "NOT_RUN", "PROVED_BY_TEST", "Attack", "NotRun", "ProvedByTest"]
