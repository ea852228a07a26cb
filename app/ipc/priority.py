"""Lets a process stand back, so that recording comes before what can wait.

- Linux shares the processor among sessions first and looks at niceness only within one, where
  autogroups are on (sched(7)): a process that leads a session lowers its whole group too.
- Where a system knows none of this, nothing is done; only Linux has been tried.
"""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from pathlib import Path

_GROUP = Path("/proc/self/autogroup")
_log = logging.getLogger(__name__)


def stand_back(niceness: int) -> None:
    """Take less of the processor from now on; there is no way back.

    Args:
        niceness: 0 to 19, as nice(1) has it; at 15 one gets a thirtieth of what others want too.
    """
    if not hasattr(os, "nice"):
        return
    os.nice(niceness)
    if os.getsid(0) != os.getpid():
        return  # the group is somebody else's as well
    with suppress(FileNotFoundError):
        try:
            _GROUP.write_text(str(niceness), encoding="ascii")
        except OSError as error:
            _log.info("the session's share stays: %s", error)
