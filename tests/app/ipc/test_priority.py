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
LEAD_IT = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]], check=True)"
GROUP = Path("/proc/self/autogroup")


def told(*command):
    """What a program in a session of its own tells: not every session here has a group yet."""
    done = subprocess.run(
        [sys.executable, "-c", *command],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        start_new_session=True,
    )
    return [int(word) for word in done.stdout.split()]


def lowered():
    return min(19, os.nice(0) + 15)


@pytest.mark.skipif(not GROUP.exists(), reason="this kernel has no autogroups")
def test_one_that_leads_a_session_lowers_its_group():
    assert told(TELL) == [lowered(), 15]


@pytest.mark.skipif(not GROUP.exists(), reason="this kernel has no autogroups")
def test_one_of_somebody_elses_session_lowers_itself_alone():
    assert told(LEAD_IT, TELL) == [lowered(), 0]
