"""The figures of the recording benchmarks as a page for people, with what they do not show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Figures = Mapping[str, Any]


def document(report: Mapping[str, Figures]) -> str:
    """The page, from whatever parts were run; each with its own date, machine and load."""
    lines = ["# Recording", "", "`make bench-recording` makes this table; a ratio is ours over the"]
    lines += ["other's. Each part has its own date and the load when it began.", ""]
    lines += ["| what | ours | beside | ratio | aim | meets it |", "|---|---|---|---|---|---|"]
    for name, rows in (("encode", _encode), ("disk", _disk), ("length", _length), ("live", _live)):
        if name in report:
            lines += rows(report[name]["figures"])
    lines += ["", *_when(report), "", *_growth(report), "", *_notes(report), "", NOT_SHOWN]
    return "\n".join(line for line in lines) + "\n"


def _row(
    what: str, ours: str, other: str, ratio: float | None, aim: str, meets: bool | None
) -> str:
    shown = "" if ratio is None else f"{ratio:.2f}"
    verdict = "" if meets is None else "yes" if meets else "NO"
    return f"| {what} | {ours} | {other} | {shown} | {aim} | {verdict} |"


def _encode(figures: Figures) -> list[str]:
    rows = []
    for ours, theirs, what in (
        ("encoding path", "ffmpeg", "CPU of a second of 1080p25 and two microphones"),
        ("recorder", "ffmpeg -re", "the same, whole recorder process in real time"),
        ("recorder with previews", "ffmpeg -re", "the same, with a desk at its previews"),
    ):
        one, other = figures[ours], figures[theirs]
        ratio = one["cpu_s"] / other["cpu_s"]
        is_whole = one["pictures_per_s"] >= 0.99 * other["pictures_per_s"]
        left_out = "" if is_whole else f" ({one['pictures_per_s']:.1f} pictures/s only)"
        rows.append(
            _row(
                what, f"{one['cpu_s']:.2f} s{left_out}", f"{theirs} {other['cpu_s']:.2f} s", ratio,
                "<= 1.05", ratio <= 1.05,
            )
        )  # fmt: skip
    return rows


def _disk(figures: Figures) -> list[str]:
    plain = figures["plain writes"]
    rows = []
    for name in ("chained and encrypted", "the same with its log"):
        ratio = figures[name] / plain
        aim, meets = (">= 0.9", ratio >= 0.9) if name == "chained and encrypted" else ("", None)
        told = (f"{figures[name]:.0f} MB/s", f"plain writes {plain:.0f} MB/s")
        rows.append(_row(f"written to both folders, {name}", *told, ratio, aim, meets))
    return rows


def _length(figures: Figures) -> list[str]:
    name, one = list(figures.items())[-1]
    rows = []
    for what, ours, theirs in (
        ("join", "join_s", "ffmpeg_join_s"),
        ("export", "export_s", "ffmpeg_export_s"),
    ):
        ratio = one[ours] / one[theirs]
        told = (f"{one[ours]:.1f} s", f"ffmpeg -c copy {one[theirs]:.1f} s")
        rows.append(_row(f"{what} of {name} ({one['megabytes']:.0f} MB)", *told, ratio, "", None))
    return rows


def _live(figures: Figures) -> list[str]:
    grown = figures["memory_end_mib"] - figures["memory_start_mib"]
    what = f"in {figures['minutes']:g} min beside a busy transcriber"
    dropped, lost = figures["pictures_dropped"], figures["samples_dropped"]
    pictures = f"{dropped} of {figures['pictures']}"
    samples = f"{lost} of {figures['samples']}"
    return [
        _row(f"pictures dropped {what}", pictures, "", None, "0", dropped == 0),
        _row(f"samples dropped {what}", samples, "", None, "0", lost == 0),
        _row(f"memory grown {what}", f"{grown:.1f} MiB", "", None, "< 10 MB", grown < 9.5),
    ]


def _when(report: Mapping[str, Figures]) -> list[str]:
    lines = ["| part | date | machine | took |", "|---|---|---|---|"]
    for name, part in report.items():
        short = ", short trial" if part["short"] else ""
        lines.append(f"| {name} | {part['date']} | {part['machine']} | {part['took_s']} s{short} |")
    return lines


GROWTH_HEADINGS = (
    "length", "MB", "write both folders", "join", "ffmpeg join", "export", "ffmpeg export",
    "hear its end (s)", "peak MiB",
)  # fmt: skip


def _growth(report: Mapping[str, Figures]) -> list[str]:
    if "length" not in report:
        return []
    lines = [
        "Growth with length, seconds for each hour of film (640x360 with sound):",
        "",
        f"| {' | '.join(GROWTH_HEADINGS)} |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    hours = {"10 min": 1 / 6, "1.6 h": 1.6, "12 h": 12.0}
    for name, one in report["length"]["figures"].items():
        keys = ("write_s", "join_s", "ffmpeg_join_s", "export_s", "ffmpeg_export_s")
        each = " | ".join(f"{one[key] / hours[name]:.2f}" for key in keys)
        tail = f"{one['listen_s']:.2f} | {one['peak_mib']:.0f}"
        lines.append(f"| {name} | {one['megabytes']:.0f} | {each} | {tail} |")
    return lines


def _notes(report: Mapping[str, Figures]) -> list[str]:
    if "live" not in report:
        return []
    told = report["live"]["figures"]
    memory = f"{told['memory_start_mib']:.0f} MiB near the beginning"
    return [
        f"In the live part the recorder took {told['recorder_cpu']:.2f} of a core, the transcriber",
        f"{told['transcriber_cpu']:.2f}; it heard its backlog {told['backlogs_heard']} times.",
        f"Gaps in the recorder's log: {told['gaps']}. Pictures twice: {told['pictures_repeated']}.",
        f"The recorder's own memory: {memory}, {told['memory_end_mib']:.0f} MiB at the end.",
    ]


NOT_SHOWN = """How it is measured:

- **CPU**: the same film and two WAV files, x264 `veryfast`, `zerolatency`, CRF 26, a key picture
  each second, two threads, AAC 192 kbit/s, a clock burnt in, fragmented MP4. The encoding path runs
  as fast as it can in a process of its own and chains, encrypts and keeps its pieces in two folders
  with sync, which ffmpeg does not; ffmpeg writes one plain file. The two have different builds of
  x264 (the wheel's and Debian's). The whole recorder also watches for frozen and black pictures,
  meters the sound and signs its log. Time is counted for 25 pictures, so that one left out on a
  busy machine saves nothing.
- **Dropped**: a real RTSP camera (a film that is sent, not encoded) whose pictures carry their
  number, and a real sound server playing a tone on each channel; what was sealed is decoded and
  counted: numbers that are missing, and jumps of the tones' phases from 16 samples (0.3 ms) on.
  Both media folders are on one disk. The transcriber hears a backlog of demonstration speech over
  and over with the demonstration model. Memory is the recorder's anonymous memory, middle of the
  second and of the last tenth.
- **Writing**: pieces of 500 kB, both folders on this machine's one disk, `fdatasync` of every piece
  in both, two pieces in flight; plain is two threads that write and sync the same bytes.
- **Join and export**: takes made of eight encoded seconds repeated with their times moved on; both
  sides end with a sync. Ours decrypts and checks the chain; the export is also read back and
  compared, which ffmpeg does not do.

What it does not show: a real camera or sound card, two disks, Windows, Kylin or UOS, a hardware
encoder, a speech model that fills a GPU, and a take that really ran for twelve hours."""
