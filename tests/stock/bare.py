"""A bare Debian in a folder: stock tools, no network and nothing of ours.

- Built by debootstrap once and kept; needs root.
- Commands run in their own mount, process and network namespaces, with an empty environment.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

SUITE = "bookworm"
PACKAGES = ("openssl", "poppler-utils", "unzip", "xorriso", "libarchive-tools", "python3-pip")
SHOWN = ("coreutils", "findutils", "python3", *PACKAGES[:-1])
NEEDED = ("debootstrap", "unshare", "chroot")
ENVIRONMENT = ("env", "-i", "PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8", "HOME=/root")
LIMIT_S = 600


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended and what it wrote."""

    status: int
    text: str


class Machine:
    """The bare machine whose root is `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def set_up(self) -> None:
        """Build it unless it is there; ends the program with a sentence where it cannot."""
        if self.root.exists():
            return
        missing = [name for name in NEEDED if shutil.which(name) is None]
        if os.geteuid() != 0 or missing:
            what = f"these programs: {' '.join(missing)}" if missing else "root"
            raise SystemExit(f"A bare Debian cannot be built here: it needs {what}.")
        self.root.parent.mkdir(parents=True, exist_ok=True)
        partial = self.root.with_name(f"{self.root.name}.part")
        shutil.rmtree(partial, ignore_errors=True)
        include = f"--include={','.join(PACKAGES)}"
        _do(["debootstrap", "--variant=minbase", include, SUITE, str(partial)])
        _install_bagit(Machine(partial))
        partial.rename(self.root)

    def run(self, command: str, folder: str = "/") -> Said:
        """Run a shell command in a folder of the machine."""
        inside = f"mount -t proc proc /proc; cd {folder} && {{ {command}\n}}"
        apart = ("unshare", "--mount", "--net", "--pid", "--fork", "--kill-child")
        done = subprocess.run(
            [*apart, "chroot", str(self.root), *ENVIRONMENT, "bash", "-c", inside],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=LIMIT_S,
        )  # fmt: skip
        return Said(done.returncode, done.stdout.decode("utf-8", "replace"))

    def versions(self) -> dict[str, str]:
        """What is installed, by name."""
        form = "-f '${Package} ${Version}\\n'"
        told = self.run(f"dpkg-query -W {form} {' '.join(SHOWN)}").text
        bagit = self.run("python3 -m pip show bagit | sed -n 's/^Version: //p'").text.strip()
        return {**dict(line.split() for line in told.splitlines()), "bagit": bagit}

    def traces_of_ours(self) -> str:
        """Whatever on the machine could be ours, and what Python says when asked for it."""
        sought = "-name 'signing' -o -iname '*shilu*' -o -iname 'pyhanko*' -o -name 'cryptography'"
        files = self.run(f"find / -xdev -path /evidence -prune -o \\( {sought} \\) -print").text
        known = self.run("python3 -c 'import signing'", "/evidence").status == 0
        return files + ("import signing works" if known else "")


def _install_bagit(machine: Machine) -> None:
    """bagit.py is no Debian package; it comes from pip, built here for want of a network there."""
    wanted = f"bagit=={version('bagit')}"
    with tempfile.TemporaryDirectory() as wheels:
        pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
        _do([*pip, "wheel", "--no-deps", "--wheel-dir", wheels, wanted])
        shutil.copytree(wheels, machine.root / "opt" / "wheels")
    offline = "pip install --break-system-packages --no-index --find-links /opt/wheels bagit"
    said = machine.run(f"python3 -m {offline}")
    if said.status != 0:
        raise SystemExit(said.text)


def _do(command: list[str]) -> None:
    done = subprocess.run(
        command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode != 0:
        raise SystemExit(f"{done.stdout[-2000:]}\n{command[0]} ended with {done.returncode}")
