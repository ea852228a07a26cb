"""How long twenty people's signatures on thirty pages take, and checking them.

- The pages are a laid-out transcript with its typefaces; every mark has ink and a fingerprint, is
  drawn anew and stands in a field of its own, as in a room. Pen and pad are simulated before the
  clock runs.
- Time by the clock and of the processor are told apart: the first swings with what else runs.
- `pdfsig` checks the same file in the same run; it compares no revision with the one before.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

from app.paths import RESOURCES
from signing import paper
from signing.keys import WorkstationKeys
from signing.marks import Fingerprint, Ink, InkPoint, InkStroke
from signing.pads.handwriting import write
from signing.pads.simulated import print_of
from tests.fakes.record import MOMENT, workstation

PAGES, SIGNERS = 30, 20
BOX = (60.0, 200.0, 200.0, 258.0)
INK_UM = (49_000, 20_000)
FONT = RESOURCES / "fonts" / "ShiluSans-Regular.otf"
TURNS_PER_PAGE = 4


def measure_paper() -> dict[str, float]:
    """Figures by name: seconds for all, milliseconds for one."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    application = QGuiApplication.instance() or QGuiApplication([])
    assert application is not None
    keys, names = workstation(), [f"signer-{n:02d}" for n in range(SIGNERS)]
    fields = [paper.Field(name, n + 1, BOX) for n, name in enumerate(names)]
    pages, pdf = _pages()
    started = time.monotonic()
    pdf = paper.prepare(pdf, fields)
    prepared_s = time.monotonic() - started
    ink, print_ = _ink(), print_of(7)
    clock_ms, cpu_ms = [], []
    for name in names:
        since, since_cpu = time.monotonic(), time.process_time()
        look = _look(ink, print_)
        pdf = _signed(pdf, name, keys, look, lock=name == names[-1])
        clock_ms.append(1000 * (time.monotonic() - since))
        cpu_ms.append(1000 * (time.process_time() - since_cpu))
    since, since_cpu = time.monotonic(), time.process_time()
    paper.check(pdf, names, [keys.chain[-1]])
    checked_s, checked_cpu_s = time.monotonic() - since, time.process_time() - since_cpu
    return {
        "pages": pages, "signers": SIGNERS, "bytes": len(pdf),
        "signing_s": prepared_s + sum(clock_ms) / 1000, "signing_cpu_s": sum(cpu_ms) / 1000,
        "first_five_median_ms": median(clock_ms[:5]), "last_five_median_ms": median(clock_ms[-5:]),
        "first_five_median_cpu_ms": median(cpu_ms[:5]),
        "last_five_median_cpu_ms": median(cpu_ms[-5:]),
        "checking_s": checked_s, "checking_cpu_s": checked_cpu_s, "pdfsig_s": _pdfsig_s(pdf),
    }  # fmt: skip


def _pages() -> tuple[int, bytes]:
    from tests.widgets.paper.samples import paper as sample
    from widgets.paper.layout import lay_out

    turns = PAGES * TURNS_PER_PAGE
    drawn = lay_out(sample(turns=turns))
    while len(drawn.content) < PAGES:
        turns += TURNS_PER_PAGE
        drawn = lay_out(sample(turns=turns))
    return len(drawn.content), drawn.pdf


def _look(ink: Ink, print_: Fingerprint) -> bytes:
    """One more mark drawn, as `app.session.paperwork` does it."""
    from widgets.paper.appearance import Appearance, to_pdf

    return to_pdf(
        Appearance(
            width=BOX[2] - BOX[0], height=BOX[3] - BOX[1], name="𠮷䶮", moment=MOMENT,
            ink=ink, fingerprint=print_,
        )
    )  # fmt: skip


def _signed(pdf: bytes, name: str, keys: WorkstationKeys, look: bytes, *, lock: bool) -> bytes:
    act = paper.Signing(name, "𠮷䶮", "核对笔录", MOMENT, look, lock)
    return paper.sign(pdf, act, keys.seal_key, keys.chain)


def _ink() -> Ink:
    width, height = INK_UM
    lines = write("𠮷䶮", FONT, aspect=width / height)
    strokes = tuple(
        InkStroke(
            tuple(InkPoint(round(p.x * width), round(p.y * height), p.pressure) for p in line)
        )
        for line in lines
    )
    return Ink(strokes, width, height, "simulated pen", simulated=True)


def _pdfsig_s(pdf: bytes) -> float:
    """The other's time, start of its process included; 0 where it is not installed."""
    tool = shutil.which("pdfsig")
    if tool is None:
        return 0.0
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "transcript.pdf"
        file.write_bytes(pdf)
        started = time.monotonic()
        subprocess.run([tool, "-nocert", str(file)], check=True, capture_output=True)
        return time.monotonic() - started


if __name__ == "__main__":
    for title, figure in measure_paper().items():
        print(f"{title}: {figure:.2f}")
