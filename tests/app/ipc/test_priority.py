"""A process that stands back does so before others of its machine, and for nobody else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TELL = """
import os
from pathlib import Path
from app.ipc.priority import stand_back
stand_back(15)
print(os.getpriority(os.PRIO_PROCESS, 0), Path("/proc/self/autogroup").read_text().split()[-1])
"""
GROUP = Path("/proc/self/autogroup")
NICE = os.nice(0)


def told(**how):
    done = subprocess.run(
        [sys.executable, "-c", TELL], stdout=subprocess.PIPE, text=True, check=True, **how
    )
    return [int(word) for word in done.stdout.split()]


@pytest.mark.skipif(not GROUP.exists(), reason="this kernel has no autogroups")
def test_one_that_leads_a_session_lowers_its_group():
    assert told(start_new_session=True) == [min(19, NICE + 15), 15]


@pytest.mark.skipif(not GROUP.exists(), reason="this kernel has no autogroups")
def test_one_of_somebody_elses_session_lowers_itself_alone():
    group = int(GROUP.read_text().split()[-1])
    assert told() == [min(19, NICE + 15), group]
