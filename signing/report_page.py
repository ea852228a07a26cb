"""The one-page verification report as a file any browser shows and prints.

- It stands alone: no script, no picture, no font and no address from anywhere else.
- Every sentence stands in Chinese and English; words of the record are escaped, never markup.
- At most a page: many problems or gaps are counted, and `--json` lists them all.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from html import escape
from pathlib import Path
from typing import Final, cast

from signing.problem import SealProblem
from signing.report import Check, Content, Proof, Report
from signing.sentences import LANGUAGES, tell
from signing.verify_logs import Gap

TABLE: Final = Path(__file__).with_name("report.toml")
SHOWN: Final = 6  # problems or gaps that are listed
STYLE: Final = """
@page { size: A4; margin: 12mm 14mm }
body { font: 9.5pt/1.45 "Noto Serif CJK SC", "Songti SC", SimSun, serif; color: #111;
  max-width: 182mm; margin: 0 auto; padding: 6mm }
h1 { font-size: 15pt; margin: 0 } h2 { font-size: 10.5pt; margin: 9pt 0 2pt;
  border-bottom: .6pt solid #111 }
.en { color: #444; font: .86em/1.4 "DejaVu Sans", Arial, sans-serif }
.verdict { border: 1.4pt solid; padding: 5pt 8pt; margin: 7pt 0; font-weight: bold }
.good { color: #14532d } .bad { color: #991b1b }
table { border-collapse: collapse; width: 100% }
td { vertical-align: top; padding: 1.6pt 6pt 1.6pt 0; border-bottom: .3pt solid #ccc }
td.name { width: 36% } td.result { width: 15%; white-space: nowrap }
code { font: 9pt "DejaVu Sans Mono", Consolas, monospace; overflow-wrap: anywhere }
body, code { font-variant-ligatures: none }
p { margin: 3pt 0 } .note { margin-top: 8pt; font-size: 8.5pt }
@media print { body { padding: 0; font-size: 8.8pt } }
"""


@cache
def words() -> dict[str, dict[str, object]]:
    """Every text of the report by language."""
    with TABLE.open("rb") as file:
        return tomllib.load(file)


def write_page(report: Report) -> str:
    """The report as HTML."""
    parts = [
        f"<h1>{_both('title')}</h1>",
        _verdict(report),
        _problems(report),
        _section("identity", _identity(report)),
    ]
    if report.content is not None:
        parts.append(_section("people", _people(report.content)))
    parts += [
        _section("witnesses", _witnesses(report)),
        _section("checks", (_check(one) for one in report.checks)),
        f'<p class="note">{_both("note")}</p>',
    ]
    title = escape(report.content.record_id if report.content else report.path)
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!DOCTYPE html>\n<html lang="zh"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f"<title>{title}</title><style>{STYLE}</style></head><body>\n"
        + "\n".join(part for part in parts if part)
        + "\n</body></html>\n"
    )


def _verdict(report: Report) -> str:
    key = ("valid" if report.trusted else "intact") if report.valid else "invalid"
    told = f'<p class="verdict {"good" if report.valid else "bad"}">{_both(key)}</p>'
    if report.content is not None and report.content.simulated:
        told += f'<p class="bad">{_both("simulated")}</p>'
    return told


def _problems(report: Report) -> str:
    if report.valid:
        return ""
    told = [
        _pair({to: tell(SealProblem(one.code, **one.details), to) for to in LANGUAGES})
        for one in report.problems[:SHOWN]
    ]
    if len(report.problems) > SHOWN:
        told.append(_both("more", count=len(report.problems) - SHOWN))
    listed = "".join(f"<p>{one}</p>" for one in told)
    return f"<h2>{_both('problems')}</h2>{listed}<p class='bad'>{_both('claims')}</p>"


def _identity(report: Report) -> Iterable[str]:
    digest = report.root_digest.upper()
    grouped = " ".join(digest[at : at + 4] for at in range(0, len(digest), 4))
    yield _row("path", f"<code>{escape(report.path)}</code>")
    yield _row("checked", _moment(report.checked_utc))
    yield _row("root_digest", f"<code>{grouped}</code>")
    yield _row("size", _both("size_value", files=report.files, bytes=f"{report.bytes:,}"))
    content = report.content
    if content is None:
        return
    yield _row("record_id", f"<code>{escape(content.record_id)}</code>")
    yield _row("room", escape(content.room))
    yield _row("sealed", _moment(content.sealed_utc))
    yield _row("pages", str(content.pages))
    if content.recorded_ms is not None:
        yield _row("recorded", _clock(content.recorded_ms))
        yield _row("gaps", _gaps(content))
    if content.previous_record:
        yield _row("previous", f"<code>{escape(content.previous_record)}</code>")


def _gaps(content: Content) -> str:
    told = [_pair({to: _gap(gap, to) for to in LANGUAGES}) for gap in content.gaps[:SHOWN]]
    if len(content.gaps) > SHOWN:
        told.append(_both("more", count=len(content.gaps) - SHOWN))
    return "<br>".join(told) or _both("no_gaps")


def _gap(gap: Gap, language: str) -> str:
    return _text("gap", language).format(
        stream=gap.stream or _text("every_stream", language),
        take=gap.take,
        begin=_clock(gap.t0_ms),
        end=_clock(gap.t1_ms),
    )


def _people(content: Content) -> Iterable[str]:
    for one in content.people:
        role = _both(f"role.{one.role}") if one.role in _group("role") else escape(one.role)
        how = _both("refused") if one.refused else _both("signed_times", count=one.signatures)
        yield f'<tr><td class="name">{escape(one.name)}</td><td>{role}</td><td>{how}</td></tr>'


def _witnesses(report: Report) -> Iterable[str]:
    sealer = report.sealer
    if sealer is not None:
        yield _row("sealer", f"<code>{escape(sealer.key)}</code> {escape(sealer.name)}")
        yield _row("sealer_by", escape(sealer.authority))
        valid = f"{_moment(sealer.valid_from_utc)} – {_moment(sealer.valid_until_utc)}"
        yield _row("sealer_valid", valid)
    yield _row("time_proof", _proof(report.time_proof))
    yield _row("receipt", _proof(report.receipt))


def _proof(proof: Proof) -> str:
    told = _both(f"state.{proof.state}")
    by = f" <code>{escape(proof.by)}</code>" if proof.by else ""
    return f"{_moment(proof.utc)}{by} {told}" if proof.utc else told


def _check(check: Check) -> str:
    kind = {"passed": "good", "failed": "bad"}.get(check.result, "")
    figures = {name: f"{figure:,}" for name, figure in check.found.items()}
    return (
        f"<tr><td>{_both(f'check.{check.name}', **figures)}</td>"
        f'<td class="result {kind}">{_both(f"result.{check.result}")}</td></tr>'
    )


def _section(key: str, rows: Iterable[str]) -> str:
    return f"<h2>{_both(key)}</h2><table>{''.join(rows)}</table>"


def _row(key: str, value: str) -> str:
    return f'<tr><td class="name">{_both(key)}</td><td>{value}</td></tr>'


def _both(key: str, **details: object) -> str:
    return _pair({to: _text(key, to).format_map(details) for to in LANGUAGES})


def _pair(told: dict[str, str]) -> str:
    zh, en = (escape(told[to]) for to in LANGUAGES)
    return f'{zh} <span class="en" lang="en">{en}</span>'


def _group(name: str) -> dict[str, dict[str, str]]:
    return cast("dict[str, dict[str, str]]", words()[name])


def _text(key: str, language: str) -> str:
    group, _, name = key.rpartition(".")
    entry = _group(group)[name] if group else words()[key]
    return str(entry[language])


def _moment(utc: str) -> str:
    """A moment on this machine's wall clock, with its zone; as told when it cannot be read."""
    try:
        return escape(datetime.fromisoformat(utc).astimezone().strftime("%Y-%m-%d %H:%M:%S %z"))
    except ValueError:
        return escape(utc)


def _clock(ms: int) -> str:
    seconds = ms // 1000
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{ms % 1000:03d}"
